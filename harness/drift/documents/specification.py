"""An OpenAPI document with every file it refers to: nodes that know where they stand, and references that resolve."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

from harness.drift.documents.loading import MOST_FILES, Fetch, UnreadableDocumentError, openapi_tree, parse, read_tree

Key = tuple[str, str]
Identity = tuple[int, str, str]
_LITERAL = frozenset({"example", "examples", "default", "enum", "const", "mapping"})
_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "definitions"})


class Node:
    """A place in a document: its file, its JSON pointer and what stands there."""

    __slots__ = ("pointer", "specification", "uri", "value")

    def __init__(self, specification: "Specification", uri: str, pointer: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
        self.specification, self.uri, self.pointer, self.value = specification, uri, pointer, value

    @property
    def key(self) -> Key:
        return self.uri, self.pointer

    @property
    def identity(self) -> Identity:
        """The place across documents."""
        return id(self.specification), self.uri, self.pointer

    @property
    def location(self) -> str:
        """The place as people write it: file and fragment."""
        return f"{self.uri}#{self.pointer}"

    def child(self, *keys: str | int) -> "Node":
        """The node below; its value is None where nothing stands."""
        value, pointer = self.value, self.pointer
        for key in keys:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                value = None
            pointer += "/" + str(key).replace("~", "~0").replace("/", "~1")
        return Node(self.specification, self.uri, pointer, value)

    def children(self, *keys: str | int) -> dict[str, "Node"]:
        """The members of a mapping below, by name."""
        below = self.child(*keys) if keys else self
        members = below.value if isinstance(below.value, dict) else {}
        return {str(name): below.child(name) for name in members}

    def items(self, key: str) -> list["Node"]:
        """The elements of a list below."""
        below = self.child(key)
        return [below.child(i) for i in range(len(below.value))] if isinstance(below.value, list) else []

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - any JSON value
        return self.value.get(key, default) if isinstance(self.value, dict) else default

    @property
    def resolved(self) -> "Node":
        """The node that a `$ref` leads to; itself without one."""
        return self.specification.resolve(self)


@dataclass
class Specification:
    """A document that is read and resolved. `trees` holds each file by its path relative to the document's folder."""

    path: str
    trees: dict[str, Any]
    references: dict[Key, set[Key]] = field(default_factory=dict)
    _resolved: dict[Key, Node] = field(default_factory=dict, repr=False)
    _at: dict[Key, Node] = field(default_factory=dict, repr=False)

    @property
    def root(self) -> Node:
        return Node(self, "", "", self.trees[""])

    @property
    def version(self) -> str:
        return str(self.trees[""]["openapi"])

    @property
    def dialect(self) -> str:
        """`3.0` has its own schema language; 3.1 and 3.2 share JSON Schema 2020-12."""
        return "3.0" if self.version.startswith("3.0") else "3.1"

    @property
    def title(self) -> str:
        return str((self.trees[""].get("info") or {}).get("title", ""))

    def at(self, key: Key) -> Node:
        """The node at a file and pointer; raises KeyError."""
        if key not in self._at:
            self._at[key] = self._walked(key)
        return self._at[key]

    def _walked(self, key: Key) -> Node:
        uri, pointer = key
        node = Node(self, uri, "", self.trees[uri])
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

    def target(self, uri: str, reference: str) -> Key:
        """Where a reference that stands in a file leads."""
        file, fragment = urldefrag(reference)
        if file and "://" not in file:
            file = posixpath.normpath(posixpath.join(posixpath.dirname(uri), unquote(file)))
            file = "" if file == Path(self.path).name else file
        else:
            file = file or uri
        fragment = unquote(fragment)
        return file, fragment.rstrip("/") if fragment.startswith("/") or not fragment else fragment

    def resolve(self, node: Node) -> Node:
        if not isinstance(node.value, dict) or not isinstance(node.value.get("$ref"), str):
            return node
        start = node.key
        if start not in self._resolved:
            seen = set()
            while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
                if node.key in seen:
                    problem = f"the reference {start[1]} leads to itself. Let it lead to something."
                    raise UnreadableDocumentError(self.path, problem)
                seen.add(node.key)
                if self.dialect != "3.0" and node.key != start and len(node.value) > 1:
                    break  # the siblings of a `$ref` count in JSON Schema 2020-12
                node = self.at(self.target(node.uri, node.value["$ref"]))
            self._resolved[start] = node
        return self._resolved[start]


def load(path: Path, fetch: Fetch | None = None) -> Specification:
    """Reads a document with all files that it refers to, every reference checked.

    Remote references are only read through `fetch`. Raises UnreadableDocumentError.
    """
    specification = Specification(str(path), {"": openapi_tree(read_tree(path), path)})
    waiting = [("", specification.trees[""])]
    while waiting:
        uri, tree = waiting.pop()
        for pointer, reference in references(tree):
            file, fragment = specification.target(uri, reference)
            if file not in specification.trees:
                if len(specification.trees) >= MOST_FILES:
                    raise UnreadableDocumentError(path, f"it refers to more than {MOST_FILES} files. Bundle it.")
                specification.trees[file] = _other_file(path, file, reference, fetch)
                waiting.append((file, specification.trees[file]))
            source = (uri, pointer)
            specification.references.setdefault(source, set()).add((file, fragment))
    _ensure_resolvable(specification)
    return specification


def _other_file(document: Path, file: str, reference: str, fetch: Fetch | None) -> Any:  # noqa: ANN401 - any JSON value
    if "://" in file:
        if fetch is None or not file.startswith(("https://", "http://")):
            problem = (
                f"the remote reference {reference} is not fetched. Save that file beside it and refer to the copy."
            )
            raise UnreadableDocumentError(document, problem)
        return parse(fetch(file), file)
    path = document.parent / file
    if not path.is_file():
        raise UnreadableDocumentError(document, f"it refers to {reference}, and {path} is no file. Put it there.")
    return read_tree(path)


def references(tree: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    """Every `$ref` with the pointer of the node it stands in; examples and other literal values hold none."""
    waiting: list[tuple[str, Any, bool]] = [("", tree, False)]
    while waiting:
        pointer, node, names = waiting.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and not names:
                yield pointer, reference
            for key, child in node.items():
                if isinstance(child, dict | list) and (names or not (key in _LITERAL or str(key).startswith("x-"))):
                    below = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
                    waiting.append((below, child, not names and key in _NAMED))
        elif isinstance(node, list):
            waiting += [(f"{pointer}/{i}", child, False) for i, child in enumerate(node)]


def _ensure_resolvable(specification: Specification) -> None:
    for source, targets in specification.references.items():
        for target in targets:
            try:
                specification.at(target)
            except KeyError as error:
                file, fragment = target
                problem = (
                    f"{source[0]}#{source[1]} refers to {file}#{fragment}, and nothing stands there. Mend the $ref."
                )
                raise UnreadableDocumentError(specification.path, problem) from error
        specification.resolve(specification.at(source))
