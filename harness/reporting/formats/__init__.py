"""The formats that need nothing but the results of a run: one module each, of which `report` makes its options.

A module has `FILE`, the name of what it writes, `HELP`, the help of its option, and `write`. The summary, Allure's
report and the bundle ask the user for more than that, and lie outside.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NewType, Protocol, cast

from harness.contract.contract import Contract
from harness.verdict.model import Verdict

Command = NewType("Command", str)
"""A line for the build server, which acts on it: what it holds from outside was made harmless."""


@dataclass(frozen=True)
class Results:
    """What a run left in its folder, into which a format writes too."""

    folder: Path
    verdict: Verdict
    contracts: Sequence[Contract]


class Format(Protocol):
    """A module of this folder."""

    FILE: str
    HELP: str

    @staticmethod
    def write(results: Results) -> Iterator[Path | Command]:
        """Writes the file, whole or not at all, and yields what to print: its path, and commands."""


@cache
def all_formats() -> Mapping[str, Format]:
    """The formats by name, found by walking this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names}
