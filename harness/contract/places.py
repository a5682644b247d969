"""Walks a body along with its schema: every value that the specification knows, with its schema."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from lxml import etree

from harness.contract.document import Document, Operation, is_left_out
from harness.exchange import Response

XML = frozenset({"application/xml", "text/xml"})

Schema = Mapping[str, Any]

_NUMBER = re.compile(r"\s*[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,2})?\s*", re.ASCII)
"""How XML writes a finite number (XML Schema, part 2, 3.2.3 and 3.2.5), no longer than what JSON exchanges."""

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
"""XML Schema, part 2, 3.2.2."""

NOTHING: Schema = {}
"""The schema of a field that the document does not know."""


class Place(NamedTuple):
    """One value of a body.

    `path` leads to it without list positions, so that it is the same for every answer. `schema` is the value's schema,
    `around` those of the values that contain it, outermost first.
    """

    path: str
    value: object
    schema: Schema
    around: tuple[Schema, ...] = ()


def body_of(document: Document, operation: Operation, response: Response) -> object:
    """The body as JSON, or an XML body read by its schema; None if there is no readable body.

    An XML list is read as repeated elements without a wrapper, OpenAPI's default where `xml` does not say.
    """
    schema = _schema_of(operation, response)
    try:
        if response.media_type == "application/json":
            return response.json()
        if response.media_type in XML and schema is not None:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return _from_xml(document, schema, etree.fromstring(response.body, parser))
    except (ValueError, etree.XMLSyntaxError):
        return None
    return None


def places(document: Document, operation: Operation, response: Response) -> Iterator[Place]:
    """Every value of an answer's body that the specification knows."""
    schema = _schema_of(operation, response)
    body = body_of(document, operation, response)
    if schema is not None and body is not None:
        yield from _walk(document, Place("$", body, document.merged(schema)))


def known_body(document: Document, operation: Operation, response: Response) -> object:
    """The body without fields that the specification does not know; None if it cannot be read."""
    schema = _schema_of(operation, response)
    body = body_of(document, operation, response)
    return None if schema is None or body is None else _known(document, document.merged(schema), body)


def _known(document: Document, schema: Schema, value: object) -> object:
    if isinstance(value, dict) and "properties" in schema:
        known = {name: document.merged(part) for name, part in schema["properties"].items() if name in value}
        return {name: _known(document, part, value[name]) for name, part in known.items()}
    if isinstance(value, list) and "items" in schema:
        items = document.merged(schema["items"])
        return [_known(document, items, item) for item in value]
    return value


def _schema_of(operation: Operation, response: Response) -> Schema | None:
    content = (operation.response(response.status) or {}).get("content", {})
    media_type = "application/xml" if response.media_type in XML else response.media_type
    schema: Schema | None = content.get(media_type, {}).get("schema")
    return schema


def _walk(document: Document, place: Place) -> Iterator[Place]:
    if is_left_out(place.value):
        return
    yield place
    inside = (*place.around, place.schema)
    if isinstance(place.value, dict):
        for name, definition in place.schema.get("properties", {}).items():
            if name in place.value:
                schema = document.merged(definition)
                yield from _walk(document, Place(f"{place.path}.{name}", place.value[name], schema, inside))
    elif isinstance(place.value, list) and "items" in place.schema:
        schema = document.merged(place.schema["items"])
        for item in place.value:
            yield from _walk(document, Place(f"{place.path}[]", item, schema, inside))


def _from_xml(document: Document, schema: Schema, element: etree._Element) -> object:
    schema = document.merged(schema)
    kind = schema.get("type")
    if kind == "object":
        return _object_from_xml(document, schema, element)
    text = element.text or ""
    if kind == "number":
        return _as_decimal(text)
    if kind == "boolean":
        return _BOOLEANS.get(text.strip(), text)
    return text


def _object_from_xml(document: Document, schema: Schema, element: etree._Element) -> Mapping[str, object]:
    members: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        definition = document.merged(schema.get("properties", {}).get(name, NOTHING))
        if definition.get("type") == "array":
            members.setdefault(name, []).append(_from_xml(document, definition.get("items", NOTHING), child))
        else:
            members[name] = _from_xml(document, definition, child)
    return members


def _as_decimal(text: str) -> Decimal | str:
    return Decimal(text) if _NUMBER.fullmatch(text) else text
