"""Reads JSON and TOML into a tree of bounded depth, so that recursive code can walk it safely.

The standard library's parsers recurse until the interpreter refuses, and a dotted TOML key nests one table per dot, in
time quadratic in the dots: both are refused with a one-line error.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.files.text import LARGEST, MEBIBYTE, read_text
from harness.files.unreadable import UnreadableFileError

DEEPEST = 150
"""Levels of a tree; a deeply nested OpenAPI document has about forty."""

LARGEST_TOML = 8 * MEBIBYTE
"""Octets; nobody writes that much by hand, and tomllib is slow."""

# Linear time: no alternative backtracks.
_PARTS = re.compile(
    r"""
    "{3}(?:\\.|[^\\])*?(?:"{3}|\Z) | '{3}.*?(?:'{3}|\Z)  # multi-line and one-line strings
    | "(?:\\.|[^"\\\n])*+"? | '[^'\n]*+'?
    | \#[^\n]*+
    | [.=,\[\]{}\n]
    | [^.=,\[\]{}\n"'\#]++
    """,
    re.DOTALL | re.VERBOSE,
)
_KEY_ENDS = frozenset("=,[]{}\n")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_ENDLESS = "a number has thousands of digits"
_FLAT = "Flatten it."


class NotJsonError(UnreadableFileError):
    """A text that is not valid JSON."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises UnreadableFileError with the line where the syntax is wrong."""
    return toml_of(read_text(path, LARGEST_TOML), path)


def read_json(path: Path, largest: int = LARGEST) -> Any:  # noqa: ANN401 - any JSON value
    """The value in a JSON file; raises UnreadableFileError."""
    return json_of(read_text(path, largest), path)


def toml_of(text: str, where: object) -> dict[str, Any]:
    """The tables of a TOML text; `where` names its source in an error. Raises UnreadableFileError."""
    _ensure_short_keys(text, where)
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:  # a number with more digits than the interpreter reads does not raise TOMLDecodeError
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1 if place else None
        why = _ENDLESS if "integer string conversion" in str(error) else _PLACE.sub("", str(error)).rstrip(".").lower()
        what = f"it is not valid TOML ({why})"
        raise UnreadableFileError(where, what, "Fix the syntax there.", line) from error
    ensure_shallow(tables, where)
    return tables


def json_of(text: str, where: object) -> Any:  # noqa: ANN401 - any JSON value
    """The value of a JSON text; `where` names its source in an error. Raises UnreadableFileError."""
    return _json(lambda: json.loads(text), where)


def unambiguous_json_of(text: str, where: object) -> Any:  # noqa: ANN401 - any JSON value
    """Like `json_of`, for a text that every reader must understand the same way: no duplicate names, no NaN."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
            raise UnreadableFileError(where, f"the key {twice!r} occurs twice in one object", "Keep one of them.")
        return members

    def refuse(constant: str) -> None:
        raise UnreadableFileError(where, f"{constant} is not JSON", "Write a number.")

    return _json(lambda: json.loads(text, object_pairs_hook=unique, parse_constant=refuse), where)


def ensure_shallow(tree: object, where: object) -> None:
    """Raises UnreadableFileError for a tree of more than DEEPEST levels."""
    level: list[Any] = [tree] if isinstance(tree, dict | list) else []
    for _ in range(DEEPEST):
        if not level:
            return
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    if level:
        raise _too_deep(where)


def _ensure_short_keys(text: str, where: object) -> None:
    """Raises UnreadableFileError for a key with more than DEEPEST dots, whose tables would take tomllib forever."""
    if all(line.count(".") <= DEEPEST for line in text.split("\n")):
        return
    dots, line = 0, 1
    for part in _PARTS.findall(text):
        line += part.count("\n")
        dots = 0 if part in _KEY_ENDS else dots + (part == ".")
        if dots > DEEPEST:
            raise _too_deep(where, line)


def _json(load: Callable[[], Any], where: object) -> Any:  # noqa: ANN401 - any JSON value
    try:
        tree = load()
    except RecursionError as error:
        raise _too_deep(where) from error
    except json.JSONDecodeError as error:
        what = f"it is not valid JSON ({error.msg}, column {error.colno})"
        raise NotJsonError(where, what, "Fix the syntax there.", error.lineno) from error
    except ValueError as error:  # a number with more digits than the interpreter reads
        raise NotJsonError(where, f"it is not valid JSON ({_ENDLESS})", "Fix the syntax there.") from error
    ensure_shallow(tree, where)
    return tree


def _too_deep(where: object, line: int | None = None) -> UnreadableFileError:
    return UnreadableFileError(where, f"it is nested more than {DEEPEST} levels deep", _FLAT, line)
