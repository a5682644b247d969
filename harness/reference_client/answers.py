"""Reads the APIs' answers: the data asked for, a refusal, or something unusable.

Formats: API documentation, Feil (2022-11); Utleggsbegjæring OpenAPI (2023-10-26).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
from lxml import etree

FEIL = "{urn:no:skatteetaten:datasamarbeid:feil:v1}"


@dataclass(frozen=True)
class Refusal:
    """A refusal by the service: its codes, the texts for the user, and the id that support needs to find the call."""

    status: int
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    korrelasjonsid: str | None = None

    @property
    def message(self) -> str:
        said = "; ".join(self.texts) or f"the service answered with status {self.status}"
        return f"{said} (korrelasjonsid {self.korrelasjonsid})" if self.korrelasjonsid else said


@dataclass(frozen=True)
class Content:
    """A good answer: JSON with amounts as Decimal, or the root of an XML document."""

    json: Any = None
    xml: Any = field(default=None, compare=False)


class UnreadableError(Exception):
    """An answer that is neither the data asked for nor a refusal by the service."""


def content_of(response: httpx.Response) -> Content:
    """The content of a good answer; raises UnreadableError."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.status_code == 204:
        return Content()
    if not response.content:
        raise UnreadableError("the answer is empty")
    try:
        if kind == "application/json" or kind.endswith("+json"):
            return Content(json=json.loads(response.content, parse_float=Decimal))
        if kind in {"application/xml", "text/xml"}:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return Content(xml=etree.fromstring(response.content, parser))
    except (ValueError, etree.XMLSyntaxError) as error:
        raise UnreadableError("the answer cannot be read") from error
    raise UnreadableError(f"the answer is {kind or 'of an unknown type'}, not data")


def refusal_in(response: httpx.Response) -> Refusal:
    """The refusal in an answer with status 400 or above, in any of the published formats; else only the status."""
    identity = response.headers.get("Korrelasjonsid")
    try:
        content = content_of(response)
    except UnreadableError:
        return Refusal(response.status_code, korrelasjonsid=identity)
    if content.xml is not None:
        members: Mapping[str, Any] = {child.tag.removeprefix(FEIL): child.text or "" for child in content.xml}
    else:
        members = content.json if isinstance(content.json, dict) else {}
    listed = members.get("kontrollutslag")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    codes = [*(entry.get("kode") for entry in entries), members.get("kode"), members.get("feilkode")]
    texts = [entry.get("melding") for entry in entries] or [
        members.get("melding") or members.get("detail") or members.get("title")
    ]
    found = members.get("korrelasjonsid") or members.get("feilid") or identity
    return Refusal(
        response.status_code,
        tuple(str(code) for code in codes if code),
        tuple(str(text) for text in texts if text),
        str(found) if found else None,
    )
