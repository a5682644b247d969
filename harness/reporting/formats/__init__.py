"""The formats that need only the results of a run: one module each, which becomes an option of `report`.

A module has `FILE`, the name of the file it writes, `HELP`, the help of its option, and `write`. The summary, Allure's
report and the bundle need more input, and are elsewhere.
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
"""A command line for the build server; text from outside in it has been escaped."""


@dataclass(frozen=True)
class Results:
    """A run's results and its folder, which a format writes into."""

    folder: Path
    verdict: Verdict
    contracts: Sequence[Contract]


class Format(Protocol):
    """A module in this folder."""

    FILE: str
    HELP: str

    @staticmethod
    def write(results: Results) -> Iterator[Path | Command]:
        """Writes the file, completely or not at all, and yields what to print: its path, and commands."""


@cache
def all_formats() -> Mapping[str, Format]:
    """The formats by name, found by walking this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in names}
