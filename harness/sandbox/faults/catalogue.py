"""Every fault there is, found by walking `harness/sandbox/<api>/faults/`."""

import importlib
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

import harness.sandbox
from harness.sandbox.faults.fault import Fault
from harness.sandbox.faults.mutants import mutant

PACKAGE = harness.sandbox.__name__


class UnknownFaultError(Exception):
    """There is no such fault; the text suggests similar names."""


@cache
def all_faults() -> tuple[Fault, ...]:
    """Faults and benign variations of every API, in the order of API, theme and module."""
    found: list[Fault] = []
    for module in pkgutil.walk_packages(harness.sandbox.__path__, f"{PACKAGE}."):
        *_, package, _ = module.name.split(".")
        if package == "faults" and module.name.count(".") > PACKAGE.count(".") + 2:
            found += [each for each in vars(importlib.import_module(module.name)).values() if isinstance(each, Fault)]
    return tuple(found)


def find_faults(name: str) -> tuple[Fault, ...]:
    """The faults of that name, one per API that has it; `<api>/<name>` names one. Raises UnknownFaultError.

    A mechanical mutant is always named with its API.
    """
    api, _, rest = name.partition("/")
    made = mutant(api, rest)
    if made is not None and api in {fault.api for fault in all_faults()}:
        return (made,)
    found = tuple(fault for fault in all_faults() if name in {fault.name, fault.full_name})
    if not found:
        raise UnknownFaultError(_unknown(name, (fault.name for fault in all_faults())))
    return found


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.rpartition("/")[2], tuple(known), n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`provestand sandbox --list-faults` lists them."
    return f"there is no fault {name!r}. {hint}"
