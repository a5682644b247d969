"""An OpenAPI document with every file it refers to: nodes that know their place, and references that resolve."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

Key = tuple[str, str]
REFERENCES = ("$ref", "$dynamicRef")


class Node:
    """A place in a document: its file, its JSON pointer and its value. Equal places are the same object."""

    __slots__ = ("_below", "memo", "pointer", "specification", "uri", "value")

    def __init__(self, specification: "Specification", uri: str, pointer: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        self.specification, self.uri, self.pointer, self.value = specification, uri, pointer, value
        self._below: dict[str | int, Node] = {}
        self.memo: dict[str, Any] = {}  # results computed for this node, by name

    @property
    def key(self) -> Key:
        return self.uri, self.pointer

    @property
    def location(self) -> str:
        """The place in the usual notation, file and fragment, as in the author's file."""
        return "#".join(self.specification.written(self))

    def child(self, *keys: str | int) -> "Node":
        """The node below; its value is None if there is nothing."""
        node = self
        for key in keys:
            known = node._below.get(key)
            if known is None:
                value = node.value
                if isinstance(value, dict):
                    value = value.get(key)
                elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                    value = value[key]
                else:
                    value = None
                pointer = f"{node.pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                known = node._below[key] = Node(self.specification, self.uri, pointer, value)
            node = known
        return node

    def children(self, *keys: str | int) -> dict[str, "Node"]:
        """The members of a mapping below, by name."""
        below = self.child(*keys) if keys else self
        members = below.value if isinstance(below.value, dict) else {}
        return {str(name): below.child(name) for name in members}

    def items(self, key: str) -> list["Node"]:
        """The elements of a list below."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        if not isinstance(found, list):
            return []
        below = self.child(key)
        return [below.child(i) for i in range(len(found))]

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - any JSON value
        return self.value.get(key, default) if isinstance(self.value, dict) else default

    @property
    def resolved(self) -> "Node":
        """The node that a `$ref` leads to; the node itself if it has none."""
        return self.specification.resolve(self)

    def __repr__(self) -> str:
        return f"Node({self.uri}#{self.pointer})"


@dataclass(frozen=True)
class Malformed:
    """A place that violates OpenAPI: it was removed, and is compared as if it were absent.

    `raw` is the original value as canonical JSON: two documents with the same mistake do not differ in it.
    """

    key: Key
    location: str
    problem: str
    raw: str


@dataclass(eq=False)
class Specification:
    """A document, read and resolved. `trees` holds each file by its path relative to the document's folder.

    `origins` maps the id of each container made by a conversion to the file and pointer of its source; `moved` says
    where parts of the document are now. `size` is the size of all files in bytes, `keywords` the keywords of its
    schemas.
    """

    path: str
    trees: dict[str, Any]
    malformed: list[Malformed] = field(default_factory=list)
    origins: dict[int, Key] = field(default_factory=dict, repr=False)
    moved: Mapping[str, str] = field(default_factory=dict, repr=False)
    size: int = 0
    keywords: set[str] = field(default_factory=set, repr=False)
    _roots: dict[str, Node] = field(default_factory=dict, repr=False)
    _resolved: dict[Node, Node] = field(default_factory=dict, repr=False)
    _at: dict[Key, Node] = field(default_factory=dict, repr=False)
    _made: dict[Key, Node] = field(default_factory=dict, repr=False)
    _named: dict[str, "_Names"] = field(default_factory=dict, repr=False)
    _identified: dict[str, Key] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> Node:
        return self._root("")

    def _root(self, uri: str) -> Node:
        if uri not in self._roots:
            self._roots[uri] = Node(self, uri, "", self.trees[uri])
        return self._roots[uri]

    @cached_property
    def _file(self) -> str:
        return Path(self.path).name

    @cached_property
    def version(self) -> str:
        return str(self.trees[""]["openapi"])

    @cached_property
    def dialect(self) -> str:
        """`3.0` has its own schema language; 3.1 and 3.2 share JSON Schema 2020-12."""
        return "3.0" if self.version.startswith("3.0") else "3.1"

    @property
    def title(self) -> str:
        info = self.trees[""].get("info")
        return str(info.get("title", "")) if isinstance(info, dict) else ""

    def at(self, key: Key) -> Node:
        """The node at a file and pointer; raises KeyError."""
        if key not in self._at:
            self._at[key] = self._walked(key)
        return self._at[key]

    def _walked(self, key: Key) -> Node:
        uri, pointer = key
        node = self._root(uri)
        if pointer and not pointer.startswith("/"):
            raise KeyError(pointer)  # an anchor that is not defined
        for part in pointer.split("/")[1:]:
            name: str | int = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node.value, list):
                name = int(name) if str(name).isdecimal() else -1
                if not 0 <= name < len(node.value):
                    raise KeyError(pointer)
            elif not isinstance(node.value, dict) or name not in node.value:
                raise KeyError(pointer)
            node = node.child(name)
        return node

    def made(self, at: Node, name: str, value: Any) -> Node:  # noqa: ANN401 - any JSON value
        """A node that is in no file, such as the schema implied by a discriminator."""
        key = at.uri, f"{at.pointer}/{name}"
        if key not in self._made:
            self._made[key] = Node(self, *key, value)
        return self._made[key]

    def written(self, node: Node) -> Key:
        """File and pointer of a node in the author's file."""
        if not self.origins or node.uri:
            return node.key
        value = self.trees[""]
        uri, pointer = "", ""
        for part in node.pointer.split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list):
                value = value[int(name)] if name.isdecimal() and int(name) < len(value) else None
            else:
                value = value.get(name) if isinstance(value, dict) else None
            uri, pointer = self.origins.get(id(value), (uri, f"{pointer}/{part}"))
        return uri, pointer

    def target(self, node: Node, reference: str) -> Key:
        """Where a reference at a node leads: file and pointer, or file and an undefined fragment."""
        return self.leads_to(node.uri, node.pointer, reference)

    def leads_to(self, uri: str, pointer: str, reference: str) -> Key:
        """As `target`, for a file and a pointer in it."""
        names = self.names(uri)
        if reference[:2] == "#/" and not names.bases and "%" not in reference and not self.moved:
            return uri, reference[1:].rstrip("/")
        base = names.base_at(pointer)
        if base:
            file, fragment = urldefrag(urljoin(base, reference))
            known = self._identified.get(file)
            if known is not None:
                return self._within(known, unquote(fragment))
        file, fragment = urldefrag(reference)
        fragment = unquote(fragment)
        known = self._identified.get(file) if file else None
        if known is not None:
            return self._within(known, fragment)
        if file and "://" not in file:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(file)))
            file = "" if file == self._file else file
        else:
            file = file or uri
        if file not in self.trees:
            return file, fragment
        return self._within((file, ""), fragment)

    def _within(self, resource: Key, fragment: str) -> Key:
        """A pointer or anchor within a resource: a file, or a schema with an `$id`."""
        uri, root = resource
        if not fragment or fragment.startswith("/"):
            whole = (root + fragment).rstrip("/") if fragment else root
            return uri, self._now(whole) if uri == "" else whole
        return uri, self.names(uri).anchors.get((root, fragment), fragment)

    def _now(self, pointer: str) -> str:
        """The present place of a part of a converted document."""
        for old, new in self.moved.items():
            if pointer == old or pointer.startswith(f"{old}/"):
                return new + pointer[len(old) :]
        return pointer

    def forget(self) -> None:
        """Drops everything computed from the trees, because they have changed."""
        for known in (self._roots, self._resolved, self._at, self._made):
            known.clear()

    def names(self, uri: str) -> "_Names":
        """The `$id`s and anchors of a file."""
        if uri not in self._named:
            known = self.dialect != "3.0" and uri in self.trees
            names = self._named[uri] = _names(self.trees[uri]) if known else _Names()
            own = self.trees[uri].get("$self") if known and isinstance(self.trees[uri], dict) else None
            if isinstance(own, str):  # the document's own URI (3.2)
                names.ids.setdefault(urldefrag(own)[0], "")
            for identifier, pointer in names.ids.items():
                self._identified.setdefault(identifier, (uri, pointer))
        return self._named[uri]

    def leads_on(self, node: Node) -> Node | None:
        """The node that a node's own `$ref` leads to; None if it has none, or if that leads nowhere."""
        reference = node.value.get("$ref") if isinstance(node.value, dict) else None
        if not isinstance(reference, str):
            return None
        try:
            return self.at(self.target(node, reference))
        except KeyError:
            return None

    def resolve(self, node: Node) -> Node:
        """The node at the end of a chain of references; a chain that leads to itself ends where it began."""
        if not isinstance(node.value, dict) or "$ref" not in node.value:
            return node
        if node not in self._resolved:
            seen, here = {node}, node
            while (following := self.leads_on(here)) is not None and following not in seen:
                if self.dialect != "3.0" and here is not node and len(here.value) > 1:
                    break  # siblings of a `$ref` count in JSON Schema 2020-12
                seen.add(following)
                here = following
            self._resolved[node] = here
        return self._resolved[node]


@dataclass
class _Names:
    """The names of a file's schemas. `ids` maps absolute URIs to pointers, `bases` pointers to URIs."""

    ids: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)

    def base_at(self, pointer: str) -> str:
        if not self.bases:
            return ""
        while pointer:
            if pointer in self.bases:
                return self.bases[pointer]
            pointer = pointer.rpartition("/")[0]
        return self.bases.get("", "")


_ANCHORS = ("$anchor", "$dynamicAnchor")


def _names(tree: Any) -> _Names:  # noqa: ANN401 - any JSON value
    names = _Names()
    waiting: list[tuple[str, Any, str, str, bool]] = [("", tree, "", "", False)]
    while waiting:
        pointer, node, base, root, named = waiting.pop()
        if isinstance(node, dict):
            if not named:
                own = node.get("$id")
                if isinstance(own, str) and pointer:
                    base, root = urljoin(base, urldefrag(own)[0]), pointer
                    names.ids.setdefault(base, pointer)
                    names.bases[pointer] = base
                for keyword in _ANCHORS:
                    if isinstance(node.get(keyword), str):
                        names.anchors.setdefault((root, node[keyword]), pointer)
            for key, child in node.items():
                if isinstance(child, dict | list) and (named or key not in LITERAL):
                    below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                    waiting.append((below, child, base, root, not named and key in NAMED))
        elif isinstance(node, list):
            waiting += [
                (f"{pointer}/{i}", x, base, root, False) for i, x in enumerate(node) if isinstance(x, dict | list)
            ]
    return names


LITERAL = frozenset({"example", "examples", "default", "enum", "const", "mapping", "scopes"})
"""Keywords whose values are data: they contain no keywords or references."""
NAMED = frozenset(
    {
        *("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"),
        *("paths", "webhooks", "schemas", "responses", "requestBodies", "headers", "securitySchemes", "links"),
        *("callbacks", "pathItems", "content", "mediaTypes", "variables", "encoding", "additionalOperations"),
    }
)
"""Keywords whose values are mappings with names chosen by the author."""


def references(tree: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    """Every reference with the pointer of its node; examples and other literal values contain none."""
    waiting: list[tuple[str, Any, bool]] = [("", tree, False)]
    while waiting:
        pointer, node, names = waiting.pop()
        if isinstance(node, dict):
            for keyword in REFERENCES:
                if isinstance(node.get(keyword), str) and not names:
                    yield pointer, node[keyword]
            for key, child in node.items():
                if isinstance(child, dict | list) and (names or not (key in LITERAL or str(key).startswith("x-"))):
                    below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                    waiting.append((below, child, not names and key in NAMED))
        elif isinstance(node, list):
            waiting += [(f"{pointer}/{i}", child, False) for i, child in enumerate(node)]
