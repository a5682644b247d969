"""A sandbox behind a proxy that answers with what its callers must not see again."""

from tests.troubled import _shared_behind, behind  # noqa: F401 - fixtures
