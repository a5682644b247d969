"""A browser, and runs that others made."""

from tests.reporting.conftest import browser  # noqa: F401 - a fixture
