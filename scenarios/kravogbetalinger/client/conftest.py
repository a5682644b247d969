"""Client scenarios send nothing themselves: tokens that scenarios about the service fetch early are not fetched."""

import pytest


@pytest.fixture(autouse=True)
def _fetch_what_ages() -> None:
    """Replaces the fixture for scenarios about the service."""
