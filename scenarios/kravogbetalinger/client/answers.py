"""Entries and totals that the sandbox sent to a client, compared with what the client understood."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from harness.clients.bench import Done
from harness.contract.client_calls import ClientCall

LISTS: Mapping[str, tuple[str, str]] = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"),
    "krav": ("krav", "opprinneligBeloep"),
    "innbetalinger": ("innbetaling", "innbetaltBeloep"),
    "utbetalinger": ("utbetaling", "utbetaltBeloep"),
}
"""For each operation, the list in its answer and the amount to add up."""

WEIGHT = re.compile(r"[01](\.[0-9]{0,3})?")
"""The quality value of a media type (RFC 9110, 12.4.2)."""


def amounts_in(call: ClientCall, operation: str) -> list[Decimal]:
    """The amounts of the entries in a successful answer, JSON or XML."""
    name, amount = LISTS[operation]
    response = call.response
    assert response is not None
    if "xml" in response.media_type:
        root = etree.fromstring(response.body)
        entries = [child for child in root if etree.QName(child).localname == name]
        found = (next((e.text for e in entry if etree.QName(e).localname == amount), "0") for entry in entries)
        return [Decimal(text or "0") for text in found]
    body: Mapping[str, Any] = json.loads(response.body, parse_float=Decimal)
    return [Decimal(entry.get(amount, 0)) for entry in body.get(name, [])]


def expect_understood(done: Done, operation: str) -> Done:
    """The client understood the service's latest answer: the same number of entries, and the same sum to the øre.

    A client that does not say what it understood shows nothing.
    """
    done.expect_outcome("done")
    answered = [call for call in done.calls_of(operation) if call.status == 200 and not call.lost]
    if not answered or done.outcome != "done":
        return done
    amounts = amounts_in(answered[-1], operation)
    understood = done.understood
    if understood.count is None and understood.total is None:
        done.bench.not_shown("the client does not report what it understood")
    count, total = len(amounts), sum(amounts, Decimal(0))
    if understood.count is not None:
        done.expect(understood.count == count, "entries lost", f"{count} entries", f"{understood.count} of them")
    if understood.total is not None:
        done.expect(understood.total == total, "another total", f"a total of {total}", f"one of {understood.total}")
    return done


def is_understood(done: Done, operation: str) -> bool:
    """Whether the client has what it asked for: if it says, the same number of entries and the same sum as sent."""
    answered = [call for call in done.calls_of(operation) if call.status == 200 and not call.lost]
    if done.outcome != "done" or not answered:
        return False
    told, amounts = done.reply.understood, amounts_in(answered[-1], operation)
    if told is None:
        return True
    return told.count in {None, len(amounts)} and told.total in {None, sum(amounts, Decimal(0))}


def prefers_xml(call: ClientCall) -> bool:
    """Whether a call asks for XML at least as much as for JSON (RFC 9110, 12.5.1)."""
    weights = {"xml": 0.0, "json": 0.0}
    for part in (call.request.header("accept") or "").lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        name = next((name for name in weights if kind.endswith(name)), None)
        if name is not None and WEIGHT.fullmatch(weight):
            weights[name] = max(weights[name], float(weight))
    return weights["xml"] > 0 and weights["xml"] >= weights["json"]


def feil(kode: str, melding: str, korrelasjonsid: str) -> str:
    """The general error body in JSON (API documentation, Feil, 2022-11)."""
    return json.dumps({"kode": kode, "melding": melding, "korrelasjonsid": korrelasjonsid}, ensure_ascii=False)


def feil_in_xml(kode: str, melding: str, korrelasjonsid: str) -> str:
    """The general error body in XML (API documentation, Feil, 2022-11)."""
    members = f"<kode>{kode}</kode><melding>{melding}</melding><korrelasjonsid>{korrelasjonsid}</korrelasjonsid>"
    return f'<feil xmlns="urn:no:skatteetaten:datasamarbeid:feil:v1">{members}</feil>'
