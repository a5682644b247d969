"""The conditions of 2026-03-04, one small rule each; a module is a theme, and a rule is found by walking them."""

import importlib
import pkgutil
from functools import cache

from harness.sandbox.utleggsbegjaering.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, theme by theme."""
    themes = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return tuple(each for theme in themes for each in vars(theme).values() if isinstance(each, Rule))
