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
    except ValueError:
        return None
    root = xml_error(response)
    return None if root is None else _members(root)


def xml_error(response: Response) -> etree._Element | None:
    """The `feil` element of an XML error, whatever its namespace; None when the answer holds none."""
    if response.media_type not in {"application/xml", "text/xml"}:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(response.body, parser)
    except (ValueError, etree.XMLSyntaxError):
        return None
    return root if etree.QName(root).localname == "feil" else None


def error_field(response: Response, name: str) -> str | None:
    """A text member of the error body; None when it is absent, empty or no text."""
    value = (parse_error(response) or {}).get(name)
    return value if isinstance(value, str) and value else None


def _members(root: etree._Element) -> Mapping[str, object]:
    return {etree.QName(child).localname: child.text or "" for child in root if isinstance(child.tag, str)}
