"""A self-test split into parts, as the jobs of a CI matrix run it, and joined again."""

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from pydantic import ValidationError

from harness.selftest.score import FILE, Part, SelfTest, score_of

T = TypeVar("T")
R = TypeVar("R", bound=Part)


class UnusablePartsError(Exception):
    """Parts of a self-test that cannot be joined; the text is one line for people."""


@dataclass(frozen=True)
class Shard:
    """Part `number` out of `of`; every subject is in exactly one part."""

    number: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parses `2/4`; raises ValueError."""
        number, slash, of = text.partition("/")
        if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise ValueError(f"{text!r} is not a part such as 2/4")
        return cls(int(number), int(of))

    def of_all(self, subjects: Sequence[T]) -> list[T]:
        """This part's share: every n-th, because neighbours take equally long."""
        return list(subjects[self.number - 1 :: self.of])

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def is_selftest(folder: Path) -> bool:
    """Whether a folder holds the results of a self-test."""
    return (folder / FILE).is_file()


def read_part(folder: Path) -> SelfTest:
    """The self-test in a folder; raises UnusablePartsError."""
    path = folder / FILE
    try:
        return SelfTest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusablePartsError(f"{path}: it cannot be read ({error.strerror}).") from error
    except (ValidationError, json.JSONDecodeError, RecursionError) as error:
        raise UnusablePartsError(f"{path}: it is not the result of a self-test of this version.") from error


def joined(parts: Sequence[SelfTest]) -> SelfTest:
    """One self-test from all parts; a part given twice counts once, and a part not given is listed as missing.

    Raises UnusablePartsError if the parts are not of the same self-test.
    """
    sizes = {Shard.parse(part.shard).of for part in parts}
    if len(sizes) != 1:
        raise UnusablePartsError("the parts do not belong together: --shard must have the same N in each.")
    given = {part.shard for part in parts}
    absent = [f"shard {shard}" for shard in (Shard(i, *sizes) for i in range(1, *(size + 1 for size in sizes)))]
    absent = [name for name in absent if name.removeprefix("shard ") not in given]
    faults = _once([row for part in parts for row in part.faults])
    benign = _once([row for part in parts for row in part.benign])
    clean = sorted(_once([row for part in parts for row in part.clean]), key=lambda row: row.seed)
    mutants = _once([row for part in parts for row in part.mutants])
    shares = _once([row for part in parts for row in part.shares])
    unmet = _once([row for part in parts for row in part.unmet])
    return SelfTest(
        faults=faults,
        benign=benign,
        clean=clean,
        mutants=mutants,
        shares=shares,
        unmet=unmet,
        score=score_of(faults, benign, clean, mutants, shares, unmet),
        missing=[*dict.fromkeys(name for part in parts for name in part.missing), *absent],
        seconds=max(part.seconds for part in parts),
        workers=max(part.workers for part in parts),
    )


def _once(rows: Iterable[R]) -> list[R]:
    """One row per subject, ordered by name."""
    by_subject = {_subject(row): row for row in rows}
    return [by_subject[key] for key in sorted(by_subject, key=str)]


def _subject(row: Part) -> Hashable:
    return tuple(getattr(row, name, "") for name in ("api", "name", "seed"))
