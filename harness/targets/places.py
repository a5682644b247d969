"""Finds the line of a field in a TOML file. tomllib and tomlkit give no line numbers, so a file is read statement by
statement: a statement is the shortest run of lines that is valid TOML by itself.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FieldPath = tuple[str, ...]

LONGEST = 500
"""Maximum lines of one statement: it is parsed once per line, so fields in or after a longer one get no line."""


@dataclass(frozen=True)
class Source:
    """Where the fields of one table come from. `overridden` names the environment variable that set a field."""

    path: Path
    text: str
    table: FieldPath = ()
    overridden: Mapping[FieldPath, str] = field(default_factory=dict)

    def place(self, field: Sequence[str]) -> str:
        """File, line and name of a field of the table, or the environment variable that set it."""
        name = next((name for path, name in self.overridden.items() if path == tuple(field)[: len(path)]), None)
        if name is not None:
            return f"environment variable {name}: {'.'.join(field)}"
        whole = (*self.table, *field)
        line = line_of(self.text, whole)
        where = str(self.path) if line is None else f"{self.path}:{line}"
        return f"{where}: {'.'.join(whole)}"


def line_of(text: str, field: Sequence[str]) -> int | None:
    """The line (from 1) of a field, or of the innermost existing table around it; None if there is none."""
    wanted = tuple(field)
    best: tuple[int, int | None] = (0, None)
    for line, path in _statements(text):
        depth = _shared(path, wanted)
        if depth > best[0] and (depth == len(path) or depth == len(wanted)):
            best = (depth, line)
    return best[1]


def _statements(text: str) -> Iterator[tuple[int, FieldPath]]:
    table: FieldPath = ()
    waiting: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        start = start if waiting else number
        waiting.append(line)
        if len(waiting) > LONGEST:
            return
        statement = "\n".join(waiting)
        try:
            content = tomllib.loads(statement)
        except tomllib.TOMLDecodeError:
            continue
        waiting = []
        if statement.lstrip().startswith("["):
            table = _only_path(content)
            yield start, table
        elif content:
            for path in _leaves(content):
                yield start, table + path


def _only_path(content: object) -> FieldPath:
    """The names in a table header, outermost first."""
    if isinstance(content, list):
        return _only_path(content[0])
    if not isinstance(content, dict) or not content:
        return ()
    name, inner = next(iter(content.items()))
    return (name, *_only_path(inner))


def _leaves(content: dict[str, object], above: FieldPath = ()) -> Iterator[FieldPath]:
    """The path of every value, including those in inline tables."""
    for name, value in content.items():
        yield (*above, name)
        if isinstance(value, dict):
            yield from _leaves(value, (*above, name))


def _shared(path: FieldPath, wanted: FieldPath) -> int:
    count = 0
    for mine, other in zip(path, wanted, strict=False):
        if mine != other:
            break
        count += 1
    return count
