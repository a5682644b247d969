"""Finds the line of each value in a JSON text, and the names that are repeated."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

Path = tuple[str | int, ...]

PLAIN_NAME = re.compile(r"[\w@-]+")

# A line end, a string, a punctuator, or another literal: all of JSON except blanks. A YAML reader knows lines too, but
# accepts neither a name of a thousand characters nor every character and escape of JSON.
PART = re.compile(r'\r\n?|\n|"(?:[^"\\]|\\.)*"|[][{}:,]|[^\s][^\s\][{}:,"]*')


@dataclass(frozen=True)
class Layout:
    """The line of every value by its path, counted from 1, and the paths of names repeated within one object."""

    lines: Mapping[Path, int]
    repeated: tuple[Path, ...]


def layout_of(text: str) -> Layout:
    """The layout of a valid JSON text. Of values under the same name the last one counts, as in most parsers."""
    lines: dict[Path, int] = {}
    repeated: dict[Path, None] = {}
    path: list[str | int | None] = []  # ends with None where a name comes next
    names: list[set[str]] = []  # of each enclosing object or list
    line = 1
    for part in PART.findall(text):
        if part[0] in "\r\n":
            line += 1
        elif part in "}]":
            path.pop()
            names.pop()
        elif part == ",":
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
        elif path and path[-1] is None:
            path[-1] = name = json.loads(part)
            if name in names[-1]:
                repeated[_known(path)] = None
            names[-1].add(name)
        elif part != ":":
            lines[_known(path)] = line
            if part in "{[":
                path.append(None if part == "{" else 0)
                names.append(set())
    return Layout(lines, tuple(repeated))


def _known(path: list[str | int | None]) -> Path:
    return tuple(part for part in path if part is not None)


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a value, or of the nearest enclosing value that exists."""
    return next(lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)


def as_json_path(path: Path) -> str:
    """A path as people write it: `$.saksoekt[0].saksoekt`; other names are in brackets: `$["a b"]`."""
    return "$" + "".join(_step(part) for part in path)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if PLAIN_NAME.fullmatch(part) else f"[{json.dumps(part)}]"
