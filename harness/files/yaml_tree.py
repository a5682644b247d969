"""Reads YAML into a tree of JSON types.

Size, depth and expansion by aliases are bounded, duplicate keys are refused, no object is constructed for a tag, and
plain scalars follow YAML 1.2, as OpenAPI requires: `NO` is a text, not `false`.
"""

import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.files.text import LARGEST, read_text
from harness.files.tree import DEEPEST
from harness.files.unreadable import UnreadableFileError

MOST_REPEATED = 500_000
"""Nodes that aliases may add."""

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_STANDARD = "tag:yaml.org,2002:"


def read_yaml(path: Path, largest: int = LARGEST) -> Any:  # noqa: ANN401 - any JSON value
    """The only document of a YAML file, which may be JSON; raises UnreadableFileError."""
    return yaml_of(read_text(path, largest), path)


def yaml_of(text: str, where: object) -> Any:  # noqa: ANN401 - any JSON value
    """The only document of a YAML text; `where` names its source in an error. Raises UnreadableFileError."""
    try:
        return _Builder(text, where).root()
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        what = f"it is neither JSON nor YAML ({problem})"
        raise UnreadableFileError(where, what, "Fix the syntax there.", mark.line + 1 if mark else None) from error


class _Builder:
    """Builds a tree from YAML events: no object is constructed for a tag, and aliases are counted."""

    def __init__(self, text: str, where: object) -> None:
        self._text, self._where = text, where
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: set[str] = set()
        self._repeated = 0

    def root(self) -> Any:  # noqa: ANN401 - any JSON value
        events = iter(yaml.parse(self._text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        next(events)
        document = next(events)
        if isinstance(document, yaml.StreamEndEvent):
            raise self._refusal("it is empty", "Write a document into it.", document)
        root, _ = self._node(next(events), events, 0)
        next(events)
        more = next(events)
        if not isinstance(more, yaml.StreamEndEvent):
            raise self._refusal("it holds more than one YAML document", "Keep one.", more)
        return root

    def _refusal(self, what: str, fix: str, event: yaml.Event) -> UnreadableFileError:
        line = event.start_mark.line + 1 if event.start_mark else 1
        return UnreadableFileError(self._where, what, fix, line)

    def _node(self, event: Any, events: Iterator[yaml.Event], depth: int) -> tuple[Any, int]:  # noqa: ANN401 - PyYAML's events have no types
        """A node, and the number of nodes it expands to when aliases are resolved."""
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value, 1
            return value, 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth >= DEEPEST:
            raise self._refusal(f"it is nested more than {DEEPEST} levels deep", "Flatten it.", event)
        tag = str(getattr(event, "tag", None) or "!").removeprefix(_STANDARD)
        if tag not in {"!", "map", "seq"}:
            raise self._refusal(f"the tag {event.tag} is not JSON", "Remove it.", event)
        anchor = event.anchor if isinstance(event, yaml.NodeEvent) else None
        if anchor:
            self._open.add(anchor)
        build = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
        value, size = build(events, depth)
        if anchor:
            self._open.discard(anchor)
            self._anchors[anchor] = value, size
        return value, size

    def _alias(self, event: yaml.AliasEvent) -> tuple[Any, int]:
        if event.anchor in self._open:
            raise self._refusal(f"the alias *{event.anchor} contains itself", "Write it out, or use $ref.", event)
        if event.anchor not in self._anchors:
            raise self._refusal(f"the alias *{event.anchor} has no anchor", "Write the value out.", event)
        value, size = self._anchors[event.anchor]
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            what = f"its aliases expand to more than {MOST_REPEATED} nodes (a YAML bomb?)"
            raise self._refusal(what, "Use $ref instead.", event)
        return value, size

    def _sequence(self, events: Iterator[yaml.Event], depth: int) -> tuple[list[Any], int]:
        items, size = [], 1
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item, added = self._node(event, events, depth + 1)
            items.append(item)
            size += added
        return items, size

    def _mapping(self, events: Iterator[yaml.Event], depth: int) -> tuple[dict[Any, Any], int]:
        members: dict[Any, Any] = {}
        merged: list[Any] = []
        size = 1
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, _ = self._node(event, events, depth + 1)
            if not isinstance(key, Hashable):
                raise self._refusal("a key is not a text", "Quote it.", event)
            name = key if isinstance(key, str) else self._key(event)
            value, added = self._node(next(events), events, depth + 1)
            size += added
            if name == "<<":
                merged += value if isinstance(value, list) else [value]
            elif name in members:
                raise self._refusal(f"the key {name!r} occurs twice in one mapping", "Keep one of them.", event)
            else:
                members[name] = value
        for other in merged:
            if isinstance(other, dict):
                members = other | members
        return members, size

    @staticmethod
    def _key(event: yaml.Event) -> str:
        """Keys are texts: the status 200 and the text '200' are one key."""
        return str(event.value) if isinstance(event, yaml.ScalarEvent) else ""

    def _scalar(self, event: yaml.ScalarEvent) -> Any:  # noqa: ANN401 - any JSON scalar
        text = event.value
        if event.tag and event.tag != "!":
            return self._tagged(event)
        if not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if text[0] in "+-.0123456789":
            if _WHOLE.match(text):
                return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
            if _DECIMAL.match(text):
                return float(text)
        return text

    def _tagged(self, event: yaml.ScalarEvent) -> Any:  # noqa: ANN401 - any JSON scalar
        kind = str(event.tag).removeprefix(_STANDARD)
        if kind in {"int", "float", "bool", "null", "timestamp"}:
            return self._scalar(yaml.ScalarEvent(None, None, (True, False), event.value))
        if kind == "str":
            return event.value
        raise self._refusal(f"the tag {event.tag} is not JSON", "Remove it.", event)
