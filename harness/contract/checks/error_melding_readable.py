"""The melding of an error is meant for people: not blank, and without markup added by the service."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from harness.contract.checks import Breach, Call
from harness.contract.error_body import parse_error

TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def applies(call: Call) -> bool:
    members = parse_error(call.exchange.response) or {}
    return call.exchange.response.status >= 400 and isinstance(members.get("melding"), str)


def breaches(call: Call) -> Iterator[Breach]:
    melding = str((parse_error(call.exchange.response) or {})["melding"])
    if not melding.strip():
        yield Breach("melding blank", "a melding that says something", "a blank text")
    sent = unquote(call.exchange.request.url)
    if any(tag[0] not in sent for tag in TAG.finditer(melding)):
        yield Breach("melding with markup", "a melding without markup", "a melding with tags")
