"""The reference client's part for each API: one module per API, found by walking this folder.

A module has `OPERATIONS`, the operations that it calls, and `perform(client, task)`.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast

from harness.reference_client.client import Client, Outcome, Task


class ApiModule(Protocol):
    """A module in this folder."""

    OPERATIONS: Sequence[str]

    def perform(self, client: Client, task: Task) -> Outcome: ...


@cache
def all_apis() -> dict[str, ApiModule]:
    """The modules by the API's name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(ApiModule, importlib.import_module(f"{__name__}.{name}")) for name in names}
