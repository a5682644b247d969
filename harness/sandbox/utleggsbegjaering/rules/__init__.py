"""The 72 conditions of 2026-03-04, one small rule each; a module is a theme, and a rule is found by walking them."""

import importlib
import pkgutil
from functools import cache

from harness.sandbox.utleggsbegjaering.rules import rule as rule_module
from harness.sandbox.utleggsbegjaering.rules.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, theme by theme."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(__path__):
        if module.name != rule_module.__name__.rpartition(".")[2]:
            found += [each for each in vars(_theme(module.name)).values() if isinstance(each, Rule)]
    return tuple(found)


def _theme(name: str) -> object:
    return importlib.import_module(f"{__name__}.{name}")
