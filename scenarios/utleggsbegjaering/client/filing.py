"""Begjæringer for a client to file: what it is handed, and what it has to send of it."""

import base64
import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.clients.bench import ClientBench, Done
from harness.clients.protocol import FileToSend
from harness.clients.situation import Intervention
from harness.contract.client_calls import ClientCall
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.parties import parties_of

API = "utleggsbegjaering"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FILE = FileToSend(name="vedlegg.pdf", type="application/pdf", content=base64.b64encode(PDF).decode())
"""What the client uploads for every attachment that a begjæring cites with an empty uuid."""

FROZEN = ("begjaeringsdato", "underskrift", "innsender", "saksoeker")
"""What a change leaves as it was (Utleggsbegjæring API, Endring, 2025-10-23)."""

Json = dict[str, Any]


def way_of(client: ClientBench, kind: str = "token") -> str:
    """The name of the way in that needs a plain token or a system user; ends the scenario without one."""
    found = next((name for name, way in client.api(API).access.items() if way.kind == kind), None)
    return found or client.cannot(f"the target has no way in by {kind.replace('_', ' ')}")


def sender_of(client: ClientBench, way: str) -> str:
    """The organisation that a way in speaks for."""
    access = client.api(API).access[way]
    if access.kind == "system_user":
        return access.customers[0] if access.customers else client.cannot("the target has no customer")
    return client.session.target.maskinporten.consumer or client.api(API).organisations[0]


def begjaering_for(client: ClientBench, sender: str) -> Json:
    """A begjæring that the service accepts once its attachments are uploaded: those have an empty uuid."""
    today = datetime.datetime.now(datetime.UTC).date()
    made = builders.simple(parties_of(client.api(API).parties, today), sender, today)
    for cited in attachments_in(made):
        cited["uuid"] = ""
    return json.loads(json.dumps(made, default=float))


def attachments_in(value: Any) -> Iterator[Json]:
    """Every object of a begjæring that cites a file."""
    if isinstance(value, dict):
        if "filnavn" in value and "uuid" in value:
            yield value
        for child in value.values():
            yield from attachments_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from attachments_in(child)


def file_it(client: ClientBench, begjaering: Json | None = None, kind: str = "token") -> Done:
    """Lets the client submit a begjæring, with its attachments."""
    way = way_of(client, kind)
    sender = sender_of(client, way)
    body = begjaering_for(client, sender) if begjaering is None else begjaering
    return client.asks(API, "opprettBegjaering", way=way, organisation=sender, body=body, file=FILE)


def ensure_plain(client: ClientBench) -> None:
    """Ends the scenario where the client does not get a plain begjæring accepted."""

    def is_filed() -> bool:
        done = file_it(client)
        return done.outcome == "done" and any(call.status in {200, 201} for call in submissions(done))

    client.must_first(f"{API}/opprettBegjaering", is_filed)


def submissions(done: Done) -> tuple[ClientCall, ...]:
    """The submissions among the calls of a task."""
    return done.calls_of("opprettBegjaering")


def body_of(call: ClientCall) -> Json:
    """The JSON object that a call sent; empty where it sent none."""
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
    """The case's reference that an answer gave."""
    body: Any = json.loads(call.response.body) if call.response else None
    return str(body.get("eksternSaksreferanse") if isinstance(body, Mapping) else body)
