"""Turns answers into bytes: JSON or XML, as requested by the client."""

import json
from collections.abc import Mapping

from lxml import etree

ERROR_NAMESPACE = "urn:no:skatteetaten:datasamarbeid:feil:v1"
NAMESPACES: dict[str | None, str] = {None: ERROR_NAMESPACE}
JSON, XML = "application/json", "application/xml"


def negotiated(accept: str | None) -> str | None:
    """The media type of the answer: JSON unless XML is preferred; None if neither is acceptable.

    RFC 9110, 12.5.1: the most specific range that matches a type determines its quality.
    """
    if accept is None or not accept.strip():
        return JSON
    ranges = dict(_range(part) for part in accept.lower().split(","))
    quality = {kind: _quality(kind, ranges) for kind in (JSON, XML)}
    best = max((JSON, XML), key=lambda kind: quality[kind])
    return best if quality[best] > 0 else None


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(kind: str, ranges: Mapping[str, float]) -> float:
    for name in (kind, "application/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def as_json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(root: str, body: Mapping[str, object]) -> bytes:
    """An answer as XML without a namespace; the root element and namespace of real answers were never published."""
    element = etree.Element(root)
    _fill(element, body)
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")


def _fill(parent: etree._Element, body: Mapping[str, object]) -> None:
    for name, value in body.items():
        for item in value if isinstance(value, list) else [value]:
            child = etree.SubElement(parent, name)
            if isinstance(item, dict):
                _fill(child, item)
            else:
                child.text = {True: "true", False: "false"}[item] if isinstance(item, bool) else str(item)


def error_as_json(kode: str, melding: str, korrelasjonsid: str) -> bytes:
    return as_json({"kode": kode, "melding": melding, "korrelasjonsid": korrelasjonsid})


def error_as_xml(kode: str, melding: str, korrelasjonsid: str) -> bytes:
    """The error document of the published schema: qualified elements in this order (2022-10-25)."""
    root = etree.Element(f"{{{ERROR_NAMESPACE}}}feil", nsmap=NAMESPACES)  # type: ignore[arg-type] # the stubs do not know the default namespace
    for name, value in (("kode", kode), ("melding", melding), ("korrelasjonsid", korrelasjonsid)):
        etree.SubElement(root, f"{{{ERROR_NAMESPACE}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
