"""A browser, results of foreign runs, and a sandbox behind a proxy whose answers contain secrets."""

from tests.troubled import _shared_behind, behind  # noqa: F401 - fixtures
