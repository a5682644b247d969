"""Tells on which line of a JSON text a value stands."""

from collections.abc import Iterator

import yaml

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line of every value by its path, counted from 1; empty for a text whose lines cannot be told.

    JSON is YAML but for tabs between tokens, and the YAML reader knows where it is.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(text.replace("\t", " "), Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return {}
    return dict(_lines(root, ())) if root is not None else {}


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
    """A path as people write it: `$.saksoekt[0].saksoekt`."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
