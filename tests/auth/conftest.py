"""Network trouble."""

from tests.troubled import _shared_behind, behind  # noqa: F401 - fixtures
