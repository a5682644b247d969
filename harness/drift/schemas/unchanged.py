"""Recognises parts of two documents that mean the same, including references, without comparing them.

Equal parts have equal numbers: each container is numbered by its members, in one table for both documents, and a
reference by its target. Fields without a rule (descriptions, examples, extensions) are left out.
"""

from typing import Any

from harness.drift.documents.json_values import type_of
from harness.drift.documents.specification import LITERAL, NAMED, REFERENCES, Key, Node, Specification
from harness.drift.schemas.shapes import Schema

_SILENT = frozenset({"description", "summary", "example", "examples", "externalDocs", "$comment", "tags"})
_SPOKEN = frozenset({"x-sunset"})  # the extensions that a rule compares


class Unchanged:
    """Compares parts by number: equal numbers mean the same if nothing they refer to has changed."""

    def __init__(self, old: Specification, new: Specification) -> None:
        self._comparable = old.dialect == new.dialect
        self._sides = old, new
        self._numbers: dict[object, int] = {}
        self._digests: dict[tuple[int, int, str], int] = {}
        self._targets: dict[tuple[int, int, str], frozenset[Key]] = {}
        self._touched: dict[Key, bool] = {}
        self._modes: dict[Node, str] = {}
        self._meanings: dict[Node, object] = {}

    def nodes(self, old: Node, new: Node) -> bool:
        """Whether two places mean the same."""
        return self.meaning(old) == self.meaning(new)

    def schemas(self, old: Schema, new: Schema) -> bool:
        return len(old) == len(new) and all(self.meaning(a) == self.meaning(b) for a, b in zip(old, new, strict=True))

    def meaning(self, node: Node) -> object:
        """Equal for places of either document that mean the same, and different for all others."""
        known = self._meanings.get(node)
        if known is None:
            number = self._digest(node)
            own = not self._comparable or any(self._changed(key) for key in self._reached(node))
            known = self._meanings[node] = (number, id(node.specification)) if own else number
        return known

    def _changed(self, key: Key) -> bool:
        """Whether the target of a reference, or anything it refers to, has changed."""
        if key not in self._touched:
            met, waiting = {key}, [key]
            while waiting:
                here = waiting.pop()
                known = self._touched.get(here)
                if known or not self._equal_at(here):
                    self._touched[key] = True
                    return True
                if known is None:
                    fresh = self._reached(self._sides[0].at(here)) - met
                    met |= fresh
                    waiting += fresh
            self._touched |= dict.fromkeys(met, False)
        return self._touched[key]

    def _equal_at(self, key: Key) -> bool:
        try:
            return self._digest(self._sides[0].at(key)) == self._digest(self._sides[1].at(key))
        except KeyError:
            return False

    def _digest(self, node: Node) -> int:
        return self._number(node.specification, node.uri, node.pointer, node.value, self._mode(node))

    def _reached(self, node: Node) -> frozenset[Key]:
        self._digest(node)
        key = id(node.specification), id(node.value), self._mode(node)
        return self._targets.get(key, frozenset())

    def _number(self, specification: Specification, uri: str, pointer: str, value: Any, mode: str) -> int:  # noqa: ANN401 - any JSON value
        """The number of a value; `mode` says whether its members are keywords, names or data."""
        if not isinstance(value, dict | list):
            return self._of(_scalar(value))
        key = id(specification), id(value), mode
        if key in self._digests:
            return self._digests[key]
        reached: set[Key] = set()
        parts: list[object] = []
        if isinstance(value, list):
            for index, child in enumerate(value):
                parts.append(self._part(specification, uri, f"{pointer}/{index}", child, mode, reached))
        else:
            for name, child in value.items():
                if mode == "keywords":
                    if name in _SILENT or (str(name)[:2] == "x-" and name not in _SPOKEN):
                        continue
                    if name in REFERENCES and isinstance(child, str):
                        target = specification.leads_to(uri, pointer, child)
                        reached.add(target)
                        parts.append((name, target))
                        continue
                below = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
                parts.append((name, self._part(specification, uri, below, child, _below(mode, name), reached)))
            parts.sort(key=_name)
        number = self._of((type_of(value), tuple(parts)))
        self._digests[key] = number
        self._targets[key] = frozenset(reached)
        return number

    def _part(
        self,
        specification: Specification,
        uri: str,
        pointer: str,
        value: Any,  # noqa: ANN401 - any JSON value
        mode: str,
        reached: set[Key],
    ) -> int:
        number = self._number(specification, uri, pointer, value, mode)
        reached |= self._targets.get((id(specification), id(value), mode), frozenset())
        return number

    def _mode(self, node: Node) -> str:
        if node not in self._modes:
            mode = "keywords"
            for part in node.pointer.split("/")[1:]:
                mode = _below(mode, part)
            self._modes[node] = mode
        return self._modes[node]

    def _of(self, parts: object) -> int:
        return self._numbers.setdefault(parts, len(self._numbers))


def _name(part: Any) -> str:  # noqa: ANN401 - a name with what it stands for
    return str(part[0])


def _scalar(value: Any) -> object:  # noqa: ANN401 - any JSON value
    """A scalar with JSON's equality: in Python, 1 equals True."""
    return type_of(value), value


def _below(mode: str, name: str) -> str:
    if mode == "data":
        return mode
    if mode == "names":
        return "keywords"
    return "data" if name in LITERAL else "names" if name in NAMED else "keywords"
