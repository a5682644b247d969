"""Reads an error body in JSON or XML, in any of the forms that Skatteetaten's APIs have published."""

import unicodedata
from collections.abc import Mapping
from typing import Literal

from lxml import etree

from harness.exchange import Response

FIELDS = ("kode", "melding", "korrelasjonsid")
ROOT = "feil"
XML_NAMESPACE = "urn:no:skatteetaten:datasamarbeid:feil:v1"
CONDITIONS = "kontrollutslag"

Shape = Literal["problem", "kontrollutslag", "feil"]
"""A problem (RFC 9457), a problem that lists the request's broken conditions, or kode and melding."""


def parse_error(response: Response) -> Mapping[str, object] | None:
    """The members of an error body; None when the answer holds no JSON object or XML `feil` element."""
    try:
        if response.is_json:
            body = response.json()
            return body if isinstance(body, dict) else None
    except ValueError:
        return None
    root = xml_error(response)
    return None if root is None else _members(root)


def xml_error(response: Response) -> etree._Element | None:
    """The `feil` element of an XML error, whatever its namespace; None when the answer holds none."""
    root = xml_root(response)
    return root if root is not None and etree.QName(root).localname == ROOT else None


def xml_root(response: Response) -> etree._Element | None:
    """The root of an XML body; None if there is none or it cannot be read."""
    if response.media_type not in {"application/xml", "text/xml"}:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(response.body, parser)
    except (ValueError, etree.XMLSyntaxError):
        return None


def error_field(response: Response, name: str) -> str | None:
    """A text member of the error body; None when it is absent, empty or not text."""
    value = (parse_error(response) or {}).get(name)
    return value if isinstance(value, str) and value else None


def shape_of(response: Response) -> Shape | None:
    """The form of an error body, judged by its members; None for a body in no published form."""
    members = parse_error(response) or {}
    if isinstance(members.get("kode"), str) and isinstance(members.get("melding"), str):
        return "feil"
    if not isinstance(members.get("status"), int) or isinstance(members["status"], bool):
        return None
    return "kontrollutslag" if CONDITIONS in members else "problem"


def listed_conditions(response: Response) -> list[Mapping[str, object]]:
    """The entries of an error's list of conditions; empty if it has none or not a list of objects."""
    entries = (parse_error(response) or {}).get(CONDITIONS)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def condition_codes(response: Response) -> list[str]:
    """The codes of an error's conditions, in Unicode's composed form, in the order of the answer."""
    codes = (entry.get("kode") for entry in listed_conditions(response))
    return [unicodedata.normalize("NFC", code) for code in codes if isinstance(code, str)]


def _members(root: etree._Element) -> Mapping[str, object]:
    return {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
