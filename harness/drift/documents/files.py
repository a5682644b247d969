"""Reads an OpenAPI document from a file into a tree, or says in one line why it cannot.

What is read here may come from anybody: size, depth and the growth by YAML aliases are bounded, a key that stands
twice is refused, and plain scalars follow YAML 1.2, as OpenAPI demands: `NO` is a text, not `false`.
"""

import json
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.drift.documents.swagger2 import Converted, Raw, converted

LARGEST = 32 * 1024 * 1024  # bytes; a registry's largest public document has 12 MB
DEEPEST = 150
MOST_REPEATED = 500_000  # nodes that aliases may add

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_STANDARD = "tag:yaml.org,2002:"


class UnreadableDocumentError(Exception):
    """A document that cannot be read, resolved or understood; the text says what, where and how to fix it."""

    def __init__(self, where: object, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


def read_tree(path: Path) -> Any:  # noqa: ANN401 - any JSON value
    """The content of a JSON or YAML file; raises UnreadableDocumentError."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            problem = f"it has {size // 1024**2} MB, and {LARGEST // 1024**2} MB is the bound. Split it into files."
            raise UnreadableDocumentError(path, problem)
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocumentError(path, f"it cannot be read ({error.strerror}). Name a file.") from error
    return parse(content, path)


def parse(content: bytes, where: object) -> Any:  # noqa: ANN401 - any JSON value
    """JSON or YAML bytes as a tree; `where` names the source in errors. Raises UnreadableDocumentError."""
    if len(content) > LARGEST:
        raise UnreadableDocumentError(where, f"it is larger than {LARGEST // 1024**2} MB. Split it into files.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocumentError(where, f"byte {error.start} is not UTF-8. Save it as UTF-8.") from error
    if text.lstrip()[:1] == "{":
        tree = _json(text, where)
        if tree is not None:
            return tree
    return _YamlTree(text, where).root()


def _json(text: str, where: object) -> Any | None:  # noqa: ANN401 - any JSON value
    """The tree, or None when it is no JSON: it may yet be YAML in flow style."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise UnreadableDocumentError(where, f"the key {twice!r} stands twice in one object. Keep one of them.")
        return members

    def refuse(constant: str) -> None:
        raise UnreadableDocumentError(where, f"{constant} is not JSON. Write a number.")

    try:
        tree = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except RecursionError as error:
        raise UnreadableDocumentError(where, f"it is nested deeper than {DEEPEST} levels. Flatten it.") from error
    except ValueError:
        return None
    _ensure_shallow(tree, where)
    return tree


def _ensure_shallow(tree: object, where: object) -> None:
    level: list[Any] = [tree]
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise UnreadableDocumentError(where, f"it is nested deeper than {DEEPEST} levels. Flatten it.")


class _YamlTree:
    """Builds a tree from YAML events: no object is ever made for a tag, and aliases are counted."""

    def __init__(self, text: str, where: object) -> None:
        self._text, self._where = text, where
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open: set[str] = set()
        self._repeated = 0

    def root(self) -> Any:  # noqa: ANN401 - any JSON value
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            events = iter(yaml.parse(self._text, Loader=loader))
            next(events)
            document = next(events)
            if isinstance(document, yaml.StreamEndEvent):
                raise self._refusal("it is empty. Name an OpenAPI document", document)
            root, _ = self._node(next(events), events, 0)
            next(events)
            more = next(events)
            if not isinstance(more, yaml.StreamEndEvent):
                raise self._refusal("it holds more than one YAML document. Keep one", more)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            place = f"line {mark.line + 1}: " if mark else ""
            problem = getattr(error, "problem", None) or " ".join(str(error).split())
            raise UnreadableDocumentError(self._where, f"{place}it is neither JSON nor YAML ({problem}).") from error
        return root

    def _refusal(self, problem: str, event: yaml.Event) -> UnreadableDocumentError:
        line = event.start_mark.line + 1 if event.start_mark else 1
        return UnreadableDocumentError(self._where, f"line {line}: {problem}.")

    def _node(self, event: Any, events: Iterator[yaml.Event], depth: int) -> tuple[Any, int]:  # noqa: ANN401 - PyYAML's events have no types
        """A node and how many nodes it stands for, aliases written out."""
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value, 1
            return value, 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > DEEPEST:
            raise self._refusal(f"it is nested deeper than {DEEPEST} levels. Flatten it", event)
        tag = str(getattr(event, "tag", None) or "!").removeprefix(_STANDARD)
        if tag not in {"!", "map", "seq"}:
            raise self._refusal(f"the tag {event.tag} is not JSON. Take it out", event)
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
            raise self._refusal(f"the alias *{event.anchor} contains itself. Write it out, or use $ref", event)
        if event.anchor not in self._anchors:
            raise self._refusal(f"the alias *{event.anchor} has no anchor", event)
        value, size = self._anchors[event.anchor]
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            problem = f"its aliases stand for more than {MOST_REPEATED} nodes (a YAML bomb?). Use $ref in their place"
            raise self._refusal(problem, event)
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
                raise self._refusal("a key is no text. Quote it", event)
            name = key if isinstance(key, str) else self._key(event)
            value, added = self._node(next(events), events, depth + 1)
            size += added
            if name == "<<":
                merged += value if isinstance(value, list) else [value]
            elif name in members:
                raise self._refusal(f"the key {name!r} stands twice in one mapping. Keep one of them", event)
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
        raise self._refusal(f"the tag {event.tag} is not JSON. Take it out", event)


def openapi_tree(content: Any, where: object, raw: Raw) -> Converted:  # noqa: ANN401 - any JSON value
    """The tree of an OpenAPI 3 document, Swagger 2.0 converted; raises UnreadableDocumentError."""
    if not isinstance(content, dict):
        raise UnreadableDocumentError(where, "it is not an OpenAPI document (no mapping at its root).")
    tree = converted(content, raw) if str(content.get("swagger", "")).startswith("2.") else Converted(content)
    content = tree.content
    version = str(content.get("openapi", ""))
    if not version:
        raise UnreadableDocumentError(where, "it is not an OpenAPI document (no `openapi: 3.…` at its root).")
    if not re.match(r"3\.[0-2](\.|\Z)", version):
        raise UnreadableDocumentError(where, f"OpenAPI {version} is not known here. Use 2.0, 3.0, 3.1 or 3.2.")
    for part in ("paths", "components", "info", "webhooks"):
        if not isinstance(content.get(part) or {}, dict):
            raise UnreadableDocumentError(where, f"#/{part} is not a mapping.")
    if not any(isinstance(content.get(part), dict) for part in ("paths", "components", "webhooks")):
        raise UnreadableDocumentError(where, "it has neither paths, components nor webhooks.")
    return tree
