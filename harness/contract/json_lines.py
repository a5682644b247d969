"""Tells on which line of a JSON text a value stands."""

import json
import re
from collections import Counter
from collections.abc import Iterator

import yaml

Path = tuple[str | int, ...]

PLAIN_NAME = re.compile(r"[\w@-]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line of every value by its path, counted from 1; empty for a text whose lines cannot be told.

    JSON is YAML but for tabs between tokens, and the YAML reader knows where it is.
    """
    root = _composed(text)
    return dict(_lines(root, ())) if root is not None else {}


def repeated_names(text: str) -> Iterator[Path]:
    """The paths of members whose name an object has more than once; none for a text that cannot be told."""
    root = _composed(text)
    if root is not None:
        yield from _repeated(root, ())


def _repeated(node: yaml.Node, path: Path) -> Iterator[Path]:
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value]
        yield from ((*path, name) for name, count in Counter(names).items() if count > 1)
        for key, child in node.value:
            yield from _repeated(child, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            yield from _repeated(child, (*path, number))


def _composed(text: str) -> yaml.Node | None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node: yaml.Node | None = yaml.compose(text.replace("\t", " "), Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return None
    return node


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield from _lines(child, (*path, str(key.value)))
    elif isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            yield from _lines(child, (*path, number))


def line_at(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a value, or of the nearest thing around it that is there."""
    return next((lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines), None)


def as_json_path(path: Path) -> str:
    """A path as people write it: `$.saksoekt[0].saksoekt`; a name of other signs is in brackets: `$["a b"]`."""
    return "$" + "".join(_step(part) for part in path)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if PLAIN_NAME.fullmatch(part) else f"[{json.dumps(part)}]"
