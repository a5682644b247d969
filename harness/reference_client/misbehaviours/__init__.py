"""The ways in which the reference client breaks a promise, or varies where it may; found by walking this folder.

Each is a function in a module of this folder under `@misbehaviour("ID", …)`: its name is the function's with hyphens,
its one sentence the docstring. It is given the client before the first call and changes one part of it. `*NOTHING` as
the ids marks a well-behaved variation, which breaks no promise.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from harness.reference_client.client import Client

NOTHING: tuple[str, ...] = ()
Change = Callable[[Client], None]


@dataclass(frozen=True)
class Misbehaviour:
    """A misbehaviour; if it `breaks` nothing, it is a variation that a good client may show."""

    name: str
    text: str
    breaks: tuple[str, ...]
    change: Change


def misbehaviour(*breaks: str) -> Callable[[Change], Misbehaviour]:
    """Makes a misbehaviour of a function that changes a client. The first id is the promise that it is about; the
    others are those that necessarily break with it.
    """

    def decorate(function: Change) -> Misbehaviour:
        text = " ".join((function.__doc__ or "").split())
        return Misbehaviour(function.__name__.replace("_", "-"), text, breaks, function)

    return decorate


@cache
def all_misbehaviours() -> dict[str, Misbehaviour]:
    """Misbehaviours and variations by name, in the order of modules and lines."""
    found: dict[str, Misbehaviour] = {}
    for module in pkgutil.iter_modules(__path__):
        members = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        found |= {each.name: each for each in members if isinstance(each, Misbehaviour)}
    return found
