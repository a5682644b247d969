"""Reads the answers of the APIs: what was asked for, a refusal, or nothing that one can rely on.

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
    """What the service said no with: its codes, the texts for the user, and the id by which support finds the call."""

    status: int
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    korrelasjonsid: str | None = None

    @property
    def message(self) -> str:
        said = "; ".join(self.texts) or f"the service answers with status {self.status}"
        return f"{said} (korrelasjonsid {self.korrelasjonsid})" if self.korrelasjonsid else said


@dataclass(frozen=True)
class Content:
    """A good answer: JSON with amounts as Decimal, or the root of an XML document."""

    json: Any = None
    xml: Any = field(default=None, compare=False)


class UnreadableError(Exception):
    """An answer that is neither what was asked for nor a refusal of the service."""


def content_of(response: httpx.Response) -> Content:
    """What a good answer holds; raises UnreadableError."""
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
    raise UnreadableError(f"the answer is {kind or 'of no known kind'}, not data")


def refusal_in(response: httpx.Response) -> Refusal:
    """What an answer with status 400 and above says, in whichever of the published forms; else the bare status."""
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
