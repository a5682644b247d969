"""Reads an error body in JSON or XML."""

from collections.abc import Mapping

from lxml import etree

from harness.exchange import Response

FIELDS = ("kode", "melding", "korrelasjonsid")
XML_NAMESPACE = "urn:no:skatteetaten:datasamarbeid:feil:v1"


def parse_error(response: Response) -> Mapping[str, object] | None:
    """The members of an error body; None when the answer holds no JSON object or XML `feil` element."""
    try:
        if response.is_json:
            body = response.json()
            return body if isinstance(body, dict) else None
        if response.media_type in {"application/xml", "text/xml"}:
            return _members(response.body)
    except (ValueError, etree.XMLSyntaxError):
        return None
    return None


def error_field(response: Response, name: str) -> str | None:
    """A text member of the error body; None when it is absent, empty or no text."""
    value = (parse_error(response) or {}).get(name)
    return value if isinstance(value, str) and value else None


def _members(body: bytes) -> Mapping[str, object] | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    if etree.QName(root).localname != "feil":
        return None
    return {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
