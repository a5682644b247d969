"""Pairs the operations of two documents."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from harness.drift.documents.specification import Node, Specification

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
Kind = Literal["operation", "callback", "webhook"]


@dataclass(frozen=True)
class Endpoint:
    """One operation. In callbacks and webhooks the API is the caller, so the directions are reversed.

    `base` is the path of the first server; `owner` is the operation that a callback belongs to.
    """

    method: str
    path: str
    node: Node
    item: Node
    kind: Kind = "operation"
    base: str = ""
    owner: "Endpoint | None" = None

    @cached_property
    def name(self) -> str:
        prefix = "webhook " if self.kind == "webhook" else f"{self.owner.name} callback " if self.owner else ""
        return f"{prefix}{self.method} {self.path}"

    @property
    def id(self) -> str | None:
        value = self.node.get("operationId")
        return value if isinstance(value, str) else None

    @cached_property
    def template(self) -> str:
        """The path without parameter names."""
        return re.sub(r"\{[^}]*\}", "{}", self.path).rstrip("/") or "/"

    @property
    def slash(self) -> str:
        """The trailing slash of the path, if any: the server decides whether it makes a difference."""
        return "/" if self.path != "/" and self.path.endswith("/") else ""

    @property
    def place(self) -> str:
        """The template including the server's path."""
        return (self.base.rstrip("/") + "/" + self.template.lstrip("/")).rstrip("/") or "/"

    @cached_property
    def parameters(self) -> dict[tuple[str, str], Node]:
        """The parameters by location and name; path parameters by position, for clients never see their names."""
        names = re.findall(r"\{([^}]*)\}", self.path)
        found: dict[tuple[str, str], Node] = {}
        for node in (*self.item.items("parameters"), *self.node.items("parameters")):
            parameter = node.resolved
            where, name = str(parameter.get("in", "")), str(parameter.get("name", ""))
            if where == "header":
                name = name.lower()
            if where == "path" and name in names:
                name = str(names.index(name))
            found[where, name] = parameter
        return found

    @cached_property
    def body(self) -> Node | None:
        node = self.node.child("requestBody")
        return node.resolved if isinstance(node.value, dict) else None

    @cached_property
    def responses(self) -> dict[str, Node]:
        return {status.upper(): node.resolved for status, node in _fixed(self.node.child("responses")).items()}

    def response(self, status: str) -> Node | None:
        """The response for a status: its own, that of its range, or `default`."""
        keys = (status, f"{status[:1]}XX", "DEFAULT")
        return next((self.responses[key] for key in keys if key in self.responses), None)

    @cached_property
    def callbacks(self) -> tuple["Endpoint", ...]:
        found = []
        for name, callback in self.node.children("callbacks").items():
            for expression, item in _fixed(callback.resolved).items():
                for endpoint in _of_item(f"{name} {expression}", item.resolved, "callback", ""):
                    found.append(replace(endpoint, owner=self))
        return tuple(found)


def _fixed(node: Node) -> dict[str, Node]:
    """The members of a mapping without its extensions."""
    return {name: child for name, child in node.resolved.children().items() if not name.startswith("x-")}


def content(node: Node | None) -> dict[str, Node]:
    """The media types of a body or response, normalised by `media_type` unless two would coincide."""
    types = node.children("content") if node is not None else {}
    written = Counter(map(media_type, types))
    return {
        media_type(name) if written[media_type(name)] == 1 else name.lower(): one.resolved
        for name, one in types.items()
    }


def media_type(text: str) -> str:
    """A media type in lower case with its parameters, except the charset, which makes no difference."""
    essence, *parameters = (part.strip().lower() for part in text.split(";"))
    return ";".join((essence, *sorted(one for one in parameters if one and not one.startswith("charset="))))


def covering(media: str, types: dict[str, Node]) -> Node | None:
    """The entry that covers a media type: itself, the same without parameters, its range, or any.

    A media type without parameters is also covered by the same one with parameters.
    """
    essence = media.partition(";")[0]
    named = (name for name in types if ";" not in media and name.partition(";")[0] == essence)
    keys = (media, essence, next(named, media), f"{essence.partition('/')[0]}/*", "*/*")
    return next((types[key] for key in keys if key in types), None)


def answered_alike(old: Endpoint, new: Endpoint) -> Iterator[tuple[str, Node, Node]]:
    """The responses of both sides for the same status: its own, that of its range, or `default`."""
    for status in dict.fromkeys((*old.responses, *new.responses)):
        one, other = old.response(status), new.response(status)
        if one is not None and other is not None:
            yield ("default" if status == "DEFAULT" else status), one, other


def headers(response: Node) -> dict[str, Node]:
    """The headers of a response by lower-case name; OpenAPI does not treat Content-Type as a header."""
    found = {name.lower(): node.resolved for name, node in response.children("headers").items()}
    found.pop("content-type", None)
    return found


@dataclass(frozen=True)
class Surface:
    """The operations of a document."""

    specification: Specification

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        return tuple(self._endpoints())

    def _endpoints(self) -> Iterator[Endpoint]:
        root = self.specification.root
        base = self.base
        for path, item in _fixed(root.child("paths")).items():
            for endpoint in _of_item(path, item.resolved, "operation", base):
                yield endpoint
                yield from endpoint.callbacks
        for name, item in root.children("webhooks").items():
            yield from _of_item(name, item.resolved, "webhook", "")

    @cached_property
    def base(self) -> str:
        servers = self.specification.root.items("servers")
        url = str(servers[0].get("url", "")) if servers else ""
        return re.sub(r"\{[^}]*\}", "{}", urlsplit(url.replace("{", "%7B").replace("}", "%7D")).path).rstrip("/")


def _of_item(path: str, item: Node, kind: Kind, base: str) -> Iterator[Endpoint]:
    servers = item.items("servers")
    own = urlsplit(str(servers[0].get("url", ""))).path.rstrip("/") if servers else base
    common = {method.upper(): item.child(method) for method in METHODS if method in (item.value or ())}
    for method, operation in (common | item.children("additionalOperations")).items():
        if isinstance(operation.value, dict):
            yield Endpoint(method, path, operation.resolved, item, kind, own)


@dataclass(frozen=True)
class Match:
    """The operations of two documents: those in both, those removed, added, and moved to another path."""

    both: tuple[tuple[Endpoint, Endpoint], ...]
    removed: tuple[Endpoint, ...]
    added: tuple[Endpoint, ...]
    moved: tuple[tuple[Endpoint, Endpoint], ...]
    old: Specification
    new: Specification


def match(old: Surface, new: Surface) -> Match:
    """Pairs operations by path; by server path plus path if a part moved between the two; or by operationId."""
    both = _paired(old, new, lambda one: one.path, lambda one: one.template + one.slash, lambda one: one.template)
    if old.base != new.base:
        placed = _paired(old, new, lambda one: one.place + one.slash, lambda one: one.place)
        both = placed if len(placed) >= len(both) else both
    known = {id(endpoint) for pair in both for endpoint in pair}
    removed = [endpoint for endpoint in old.endpoints if id(endpoint) not in known]
    added = [endpoint for endpoint in new.endpoints if id(endpoint) not in known]
    by_id = {endpoint.id: endpoint for endpoint in added if endpoint.id}
    moved = [(e, by_id[e.id]) for e in removed if e.id in by_id and by_id[e.id].method == e.method]
    gone = {id(one) for pair in moved for one in pair}
    callbacks_of = _callbacks_of(moved)
    return Match(
        (*both, *callbacks_of),
        tuple(e for e in removed if id(e) not in gone),
        tuple(e for e in added if id(e) not in gone),
        tuple(moved),
        old.specification,
        new.specification,
    )


def _paired(old: Surface, new: Surface, *ways: Callable[[Endpoint], str]) -> list[tuple[Endpoint, Endpoint]]:
    """Pairs operations at the same place, each with at most one other: by the first key function, then by the next."""
    found: dict[int, Endpoint] = {}
    taken: set[int] = set()
    for where in ways:
        waiting: dict[tuple[object, ...], Endpoint] = {}
        for endpoint in new.endpoints:
            if id(endpoint) not in taken:
                waiting.setdefault(_place(endpoint, where), endpoint)
        for endpoint in old.endpoints:
            other = waiting.get(_place(endpoint, where))
            if other is not None and id(endpoint) not in found and id(other) not in taken:
                found[id(endpoint)] = other
                taken.add(id(other))
    return [(endpoint, found[id(endpoint)]) for endpoint in old.endpoints if id(endpoint) in found]


def _place(endpoint: Endpoint, where: Callable[[Endpoint], str]) -> tuple[object, ...]:
    owner = _place(endpoint.owner, where) if endpoint.owner else ()
    return owner, endpoint.method, where(endpoint) if endpoint.kind == "operation" else endpoint.path


def _callbacks_of(moved: list[tuple[Endpoint, Endpoint]]) -> list[tuple[Endpoint, Endpoint]]:
    pairs = []
    for old, new in moved:
        theirs = {(e.method, e.path): e for e in new.callbacks}
        pairs += [(e, theirs[e.method, e.path]) for e in old.callbacks if (e.method, e.path) in theirs]
    return pairs
