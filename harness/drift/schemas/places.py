"""The places where two documents use schemas: the bodies, parameters and headers of an operation that both describe."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.drift.documents.matching import Endpoint, answered_alike, content, covering, headers
from harness.drift.documents.specification import Node
from harness.drift.schemas.shapes import Mode, Schema


@dataclass(frozen=True)
class Site:
    """A place where a schema is used: a body, parameter or header of an operation in both documents.

    `direction` is the direction of the payload: a webhook's body is a response, since the API sends it. `textual`
    values are sent as text and interpreted according to the schema.
    """

    operation: str
    direction: Mode
    subject: str
    old: Schema
    new: Schema
    carrier: Mapping[str, str]
    textual: bool = False


def sites(old: Endpoint, new: Endpoint) -> Iterator[Site]:
    """Every place of an operation where both documents have a schema."""
    asks: Mode = "request"
    answers: Mode = "response"
    if new.kind != "operation":  # the API sends the request, the client responds
        asks, answers = answers, asks
    yield from _parameter_sites(old, new, asks)
    for media, before, after in _media_pairs(content(old.body), content(new.body)):
        subject = f"request body ({media})"
        carrier = {"kind": "request body", "media_type": media}
        yield from _media_sites(new.name, asks, subject, before, after, media, carrier)
    for status, one, other in answered_alike(old, new):
        for media, before, after in _media_pairs(content(one), content(other)):
            subject = f"response {status} ({media})"
            carrier = {"kind": "response body", "status": status, "media_type": media}
            yield from _media_sites(new.name, answers, subject, before, after, media, carrier)
        theirs = headers(other)
        for name, header in headers(one).items():
            if name in theirs:
                subject = f"response {status} header {name}"
                carrier = {"kind": "response header", "status": status, "name": name}
                mine, its = _parameter_schema(header), _parameter_schema(theirs[name])
                yield Site(new.name, answers, subject, mine, its, carrier, textual=True)


def _parameter_sites(old: Endpoint, new: Endpoint, direction: Mode) -> Iterator[Site]:
    for key, parameter in old.parameters.items():
        other = new.parameters.get(key)
        if other is not None:
            where, name = str(other.get("in")), str(other.get("name"))
            carrier = {"kind": "parameter", "in": where, "name": name}
            before, after = _parameter_schema(parameter), _parameter_schema(other)
            yield Site(new.name, direction, f"{where} parameter {name}", before, after, carrier, textual=True)


def _parameter_schema(parameter: Node) -> Schema:
    if parameter.child("schema").value is not None:
        return _schema(parameter)
    return next((_schema(media.resolved) for media in parameter.children("content").values()), ())


def _schema(holder: Node, name: str = "schema") -> Schema:
    """The schema of a media type or parameter, or of each item if the whole is a sequence (3.2)."""
    schema = holder.child(name)
    return (schema,) if schema.value is False or (isinstance(schema.value, dict) and schema.value) else ()


def _media_sites(
    operation: str,
    direction: Mode,
    subject: str,
    before: Node,
    after: Node,
    media: str,
    carrier: Mapping[str, str],
) -> Iterator[Site]:
    """A media type as a whole, and each item if it is a sequence whose items both documents describe.

    Items are JSON in every sequence that OpenAPI defines: lines of JSON, records, the data of events.
    """
    textual = "json" not in media
    yield Site(operation, direction, subject, _schema(before), _schema(after), carrier, textual=textual)
    items = _schema(before, "itemSchema"), _schema(after, "itemSchema")
    if any(items):
        yield Site(operation, direction, f"{subject} each item", *items, {**carrier, "each": "item"})


def _media_pairs(mine: dict[str, Node], theirs: dict[str, Node]) -> Iterator[tuple[str, Node, Node]]:
    for media, node in mine.items():
        other = covering(media, theirs)
        if other is not None:
            yield media, node, other
    for media, node in theirs.items():
        if media not in mine:
            other = covering(media, mine)
            if other is not None:
                yield media, other, node
