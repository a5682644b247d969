"""A browser, runs that others made, and a sandbox behind a proxy that answers with what must not be seen again."""

from tests.troubled import _shared_behind, behind  # noqa: F401 - fixtures
