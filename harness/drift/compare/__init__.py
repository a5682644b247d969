"""The rules, one module per family, found by walking this folder."""

import importlib
import pkgutil
from functools import cache

from harness.drift.rules import REGISTRY, Registry


@cache
def registry() -> Registry:
    """All rules, found by walking this folder."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return REGISTRY
