"""Broken HTTP: methods, lengths, sizes, times, parallel calls."""

import asyncio
import json
import re
import uuid
from dataclasses import replace
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, Call, as_answer
from harness.sandbox.faults.fault import Handler, Json, in_answer, in_body, in_call, in_service
from harness.sandbox.kravogbetalinger.faults.reading import PERIODS, claims
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger

TWENTY_MEGABYTES = 20_000_000
SLOW = 6.0
"""Seconds; the service promises five."""


@in_service(breaks="KOB-HTTP-002")
def post_reads_as_get_does(service: KravOgBetalinger) -> KravOgBetalinger:
    """POST, PUT, PATCH and DELETE are answered like GET."""
    return replace(service, methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))


@in_answer(breaks="KOB-HTTP-002", status=405)
def delete_accepted(answer: Answer, call: Call) -> Answer:
    """DELETE is answered with 204."""
    return answer.with_status(204).without_header("Allow") if call.method == "DELETE" else answer


@in_answer(breaks="KOB-ROBUST-007", status=405)
def wrong_method_is_not_found(answer: Answer, call: Call) -> Answer:
    """An unsupported method is answered with 404 and the service's own code."""
    body = {"kode": "KB-007", "melding": "Ressursen finnes ikke.", "korrelasjonsid": _new_id()}
    return answer.with_json(body).with_status(404)


@in_answer(breaks="KOB-HTTP-003", status=405)
def allow_missing(answer: Answer, call: Call) -> Answer:
    """A 405 does not list the allowed methods."""
    return answer.without_header("Allow")


@in_call(breaks="KOB-HTTP-005")
def percent_encoding_not_decoded(healthy: Handler) -> Handler:
    """Percent-encoded characters in the path are not decoded."""

    async def answer(request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        if b"%" in raw.partition(b"?")[0]:
            request = Request({**request.scope, "raw_path": raw.replace(b"%", b"%25")}, request.receive)
        return await healthy(request)

    return answer


@in_call(breaks="KOB-CODE-017")
def any_version_served(healthy: Handler) -> Handler:
    """Any version in a URL is answered by the only existing one."""

    async def answer(request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        path = re.sub(rb"/kravogbetalinger/v[0-9]+/", b"/kravogbetalinger/v1/", raw, count=1)
        return await healthy(Request({**request.scope, "raw_path": path}, request.receive))

    return answer


def _error(status: int, kode: str) -> Response:
    body = {"kode": kode, "melding": "Uventet feil.", "korrelasjonsid": _new_id()}
    return Response(json.dumps(body), status, media_type="application/json")


def _new_id() -> str:
    return str(uuid.uuid4())


@in_call(breaks="KOB-HTTP-006")
def long_input_breaks_the_service(healthy: Handler) -> Handler:
    """A path, query or header of more than 2,000 characters leads to 500."""

    async def answer(request: Request) -> Response:
        texts = [request.url.path, request.url.query, *(v for k, v in request.headers.items() if k != "authorization")]
        if any(len(text) > 2_000 for text in texts):
            return _error(500, "KB-001")
        return await healthy(request)

    return answer


@in_answer(breaks="KOB-ROBUST-001", status=400)
def letters_break_the_service(answer: Answer, call: Call) -> Answer:
    """An identifier that is not a number leads to 500."""
    return answer if call.path.split("/")[-2].isdecimal() else as_answer(_error(500, "KB-001"))


@in_answer(breaks="KOB-ROBUST-001", status=400)
def malformed_date_breaks_the_service(answer: Answer, call: Call) -> Answer:
    """An invalid date leads to 500."""
    texts = [value for pair in call.query.split("&") for value in pair.split("=")[1:]]
    return answer if all(text.replace("-", "").isdecimal() for text in texts) else as_answer(_error(500, "KB-001"))


@in_call(breaks="KOB-HTTP-007")
def hostile_input_served(healthy: Handler) -> Handler:
    """Everything after the nine digits of an identifier is ignored."""

    async def answer(request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        head, _, operation = raw.decode("latin-1").partition("?")[0].rpartition("/")
        front, _, identifier = head.rpartition("/")
        text = unquote(identifier)
        if len(text) > 9 and text[:9].isdecimal() and not text.isdecimal():
            path = f"{front}/{text[:9]}/{operation}".encode("latin-1")
            request = Request({**request.scope, "raw_path": path}, request.receive)
        return await healthy(request)

    return answer


@in_call(breaks="KOB-HTTP-007")
def query_language_breaks_the_service(healthy: Handler) -> Handler:
    """A quotation mark in the path or the query leads to 500."""

    async def answer(request: Request) -> Response:
        sent = unquote(request.scope["raw_path"].decode("latin-1")) + unquote(request.url.query)
        if "'" in sent or '"' in sent:
            return _error(500, "KB-001")
        return await healthy(request)

    return answer


@in_answer(breaks="KOB-HTTP-009", operation="krav", status=200)
def content_length_too_long(answer: Answer, call: Call) -> Answer:
    """The Content-Length of krav is ten bytes too high."""
    return answer.with_header("Content-Length", str(len(answer.body) + 10))


@in_answer(breaks="KOB-HTTP-009", operation="utbetalinger", status=200)
def connection_closed_early(answer: Answer, call: Call) -> Answer:
    """The connection is closed in the middle of utbetalinger."""
    return replace(answer, body=answer.body[: len(answer.body) // 2])


@in_body(breaks="KOB-HTTP-010", operation="krav")
def answer_of_twenty_megabytes(body: Json) -> Json:
    """The texts in krav are so long that an answer has 20 MB."""
    for claim in claims(body)[:1]:
        claim["kravbeskrivelse"]["spraakTekst"][0]["tekst"] += "x" * TWENTY_MEGABYTES
    return body


@in_answer(breaks="KOB-HTTP-011", operation="utbetalinger", status=200)
def slow_answer(answer: Answer, call: Call) -> Answer:
    """utbetalinger as XML takes six seconds."""
    return answer if answer.is_json else answer.delayed(SLOW)


@in_answer(breaks="KOB-HTTP-014", status=200)
def unknown_header_refused(answer: Answer, call: Call) -> Answer:
    """A call with an unknown header is refused."""
    known = {"host", "accept", "accept-encoding", "connection", "user-agent", "authorization", "korrelasjonsid"}
    known |= {"altinnsamtykke", "content-length", "content-type", "provestand-fault"}
    if not {name.lower() for name in call.headers} - known:
        return answer
    body = {"kode": "KB-006", "melding": "Ukjent header.", "korrelasjonsid": _new_id()}
    return answer.with_status(400).with_header("Content-Type", "application/json").with_json(body)


@in_call(breaks="KOB-FAIR-001", remembers=True)
def parallel_calls_mixed_up(healthy: Handler) -> Handler:
    """Calls that are in flight together all get the answer to the last one."""
    in_flight: list[Request] = []

    async def answer(request: Request) -> Response:
        in_flight.append(request)
        try:
            await asyncio.sleep(0.02)
            return await healthy(in_flight[-1])
        finally:
            in_flight.remove(request)

    return answer


@in_call(breaks="KOB-FAIR-001", remembers=True)
def one_call_at_a_time(healthy: Handler) -> Handler:
    """A call that arrives while another is in flight leads to 500."""
    in_flight: list[Request] = []

    async def answer(request: Request) -> Response:
        if in_flight:
            return _error(500, "KB-002")
        in_flight.append(request)
        try:
            await asyncio.sleep(0.02)
            return await healthy(request)
        finally:
            in_flight.remove(request)

    return answer


@in_call(breaks="KOB-FAIR-003", remembers=True)
def third_call_turned_away(healthy: Handler) -> Handler:
    """A call that arrives while two are in flight is refused with 429, although five are allowed."""
    in_flight: list[Request] = []

    async def answer(request: Request) -> Response:
        if len(in_flight) == 2:
            return Response(status_code=429)
        in_flight.append(request)
        try:
            await asyncio.sleep(0.05)
            return await healthy(request)
        finally:
            in_flight.remove(request)

    return answer


@in_answer(breaks="KOB-MODEL-001", operation="aapnekrav", status=200)
def success_is_202(answer: Answer, call: Call) -> Answer:
    """aapnekrav is answered with 202."""
    return answer.with_status(202)


@in_answer(breaks="KOB-MODEL-001", operation=PERIODS, status=404)
def not_found_is_410(answer: Answer, call: Call) -> Answer:
    """A look-up that finds nothing is answered with 410."""
    return answer.with_status(410)


@in_answer(breaks="KOB-MODEL-001", status=400)
def invalid_input_is_422(answer: Answer, call: Call) -> Answer:
    """Invalid input is answered with 422."""
    return answer.with_status(422)


@in_answer(breaks="KOB-ROBUST-004", status=400)
def invalid_input_is_418(answer: Answer, call: Call) -> Answer:
    """Malformed input is answered with an undocumented status code."""
    return answer.with_status(418)


@in_answer(breaks="KOB-ROBUST-005", status=400)
def refusals_in_html(answer: Answer, call: Call) -> Answer:
    """Invalid input is answered with an HTML page."""
    page = b"<!doctype html><title>Bad Request</title><h1>Bad Request</h1>"
    return answer.with_body(page).with_header("Content-Type", "text/html")


@in_answer(breaks="KOB-ROBUST-006", status=400)
def refusals_as_text(answer: Answer, call: Call) -> Answer:
    """Invalid input is answered with a JSON string instead of an object."""
    return answer.with_json("ugyldig") if answer.is_json else answer
