"""Begjæringer for a client to submit: what it is given, and what it must send of it."""

import base64
import datetime
import email
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.clients.bench import ClientBench, Done
from harness.clients.protocol import FileToSend
from harness.clients.situation import Intervention
from harness.contract.client_calls import ClientCall
from harness.exchange import DEEPEST, is_nested_deeper
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.parties import Parties, parties_of

API = "utleggsbegjaering"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FILE = FileToSend(name="vedlegg.pdf", type="application/pdf", content=base64.b64encode(PDF).decode())
"""The file that the client uploads for every attachment that a begjæring cites with an empty uuid."""

FROZEN = ("begjaeringsdato", "underskrift", "innsender", "saksoeker")
"""What a change must not alter (Utleggsbegjæring API, Endring, 2025-10-23)."""

CONTENT = ("saksoeker", "saksoekt", "kravTilInnkreving", "begjaeringensTvangsgrunnlag")
"""What a begjæring is about. The sender's system fills in the other members: the date and its own reference."""

OF_THE_CLIENT = frozenset({"uuid", "innsendersKravreferanse", "relatertKrav"})
"""Members for which a sender's system may have its own values: files that it uploads, numbers that it gives to claims.
"""

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Json = dict[str, Any]


def way_of(client: ClientBench, kind: str = "token") -> str:
    """The name of the way in that needs a plain token or a system user; ends the scenario if there is none."""
    found = next((name for name, way in client.api(API).access.items() if way.kind == kind), None)
    return found or client.cannot(f"the target has no way in with a {kind.replace('_', ' ')}")


def sender_of(client: ClientBench, way: str) -> str:
    """The organisation that a way in speaks for."""
    access = client.api(API).access[way]
    if access.kind == "system_user":
        return access.customers[0] if access.customers else client.cannot("the target has no customer")
    return client.session.target.maskinporten.consumer or client.api(API).organisations[0]


def begjaering_for(client: ClientBench, sender: str) -> Json:
    """A begjæring that the service accepts once its attachments are uploaded; these have an empty uuid."""
    return _made(client, sender, builders.simple)


def telling_begjaering_for(client: ClientBench, sender: str) -> Json:
    """The same for a begjæring with distinctive values (see `builders.telling`)."""
    return _made(client, sender, builders.telling)


def _made(client: ClientBench, sender: str, build: Callable[[Parties, str, datetime.date], Json]) -> Json:
    today = datetime.datetime.now(datetime.UTC).date()
    made = build(parties_of(client.api(API).parties, today), sender, today)
    for cited in attachments_in(made):
        cited["uuid"] = ""
    return json.loads(json.dumps(made, default=float))


def attachments_in(value: Any) -> Iterator[Json]:
    """Every object in a begjæring that cites a file."""
    if isinstance(value, dict):
        if "filnavn" in value and "uuid" in value:
            yield value
        for child in value.values():
            yield from attachments_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from attachments_in(child)


def names_in(begjaering: Json) -> set[str]:
    """The names of the files that a begjæring cites."""
    return {cited["filnavn"] for cited in attachments_in(begjaering)}


def parts_of(call: ClientCall) -> dict[str, bytes]:
    """The contents of the parts of a multipart form, by name (RFC 7578); empty if a call sent no form."""
    kind = (call.request.header("content-type") or "").encode()
    form = email.message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + call.request.body)
    listed: Any = form.get_payload() if form.is_multipart() else []
    named = ((part.get_param("name", header="content-disposition"), part) for part in listed)
    return {str(name): part.get_payload(decode=True) or b"" for name, part in named if name}


def values_in(value: Any, path: str = "") -> dict[str, list[Any]]:
    """The contents of a begjæring without the client's own members: the values by path. Lists may be in any order."""
    found: dict[str, list[Any]] = defaultdict(list)
    if isinstance(value, dict):
        for name, child in value.items():
            if name not in OF_THE_CLIENT:
                for where, values in values_in(child, f"{path}.{name}" if path else name).items():
                    found[where] += values
    elif isinstance(value, list):
        for child in value:
            for where, values in values_in(child, f"{path}[]").items():
                found[where] += values
    else:
        found[path].append(unicodedata.normalize("NFC", value) if isinstance(value, str) else value)
    return found


def missing_from(sent: Json, given: Json) -> dict[str, Any]:
    """The first value of each path that was given but not sent."""
    there = values_in(sent)
    found = {}
    for path, values in values_in(given).items():
        left = list(there.get(path, ()))
        for value in values:
            if value in left:
                left.remove(value)
            else:
                found[path] = value
                break
    return found


def file_it(client: ClientBench, begjaering: Json | None = None, kind: str = "token") -> Done:
    """Lets the client submit a begjæring, with its attachments."""
    way = way_of(client, kind)
    sender = sender_of(client, way)
    body = begjaering_for(client, sender) if begjaering is None else begjaering
    return client.asks(API, "opprettBegjaering", way=way, organisation=sender, body=body, file=FILE)


def ensure_plain(client: ClientBench) -> None:
    """Ends the scenario if the client cannot get a plain begjæring accepted."""

    def is_filed() -> bool:
        done = file_it(client)
        return done.outcome == "done" and any(call.status in {200, 201} for call in submissions(done))

    client.must_first(f"{API}/opprettBegjaering", is_filed)


def submissions(done: Done) -> tuple[ClientCall, ...]:
    """The submissions among the calls of a task."""
    return done.calls_of("opprettBegjaering")


def body_of(call: ClientCall) -> Json:
    """The JSON object that a call sent; empty if it sent none, or one that is nested too deeply."""
    if is_nested_deeper(call.request.body, DEEPEST):
        return {}
    try:
        body = json.loads(call.request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def answered(operation: str, status: int, body: object, kind: str = "application/json", **how: Any) -> Intervention:
    """The service's answers to an operation from now on."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    answer = {"service": API, "operation": operation, "do": "answer", "status": status, "body": text, "times": None}
    return {**answer, "headers": {"Content-Type": kind}, **how}


def reference_in(call: ClientCall) -> str:
    """The case reference in an answer."""
    body: Any = json.loads(call.response.body) if call.response else None
    return str(body.get("eksternSaksreferanse") if isinstance(body, Mapping) else body)
