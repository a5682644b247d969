"""The conditions of 2026-03-04, one small rule each. A module is a theme; rules are found by walking the modules."""

import importlib
import pkgutil
from functools import cache

from harness.sandbox.utleggsbegjaering.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, theme by theme."""
    themes = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(each for theme in themes for each in vars(theme).values() if isinstance(each, Rule))
