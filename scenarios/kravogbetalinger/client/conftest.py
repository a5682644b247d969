"""Client scenarios send nothing of their own: what scenarios about the service fetch ahead is not fetched here."""

import pytest


@pytest.fixture(autouse=True)
def _fetch_what_ages() -> None:
    """In place of the one for scenarios about the service."""
