"""How a client handles refusals, failures and answers that contain no data."""

import json

import pytest

from harness.clients.bench import ClientBench, Done
from harness.clients.situation import Intervention
from harness.suite.markers import requirement
from scenarios.kravogbetalinger.client.answers import LISTS, expect_understood, feil, feil_in_xml, prefers_xml
from scenarios.kravogbetalinger.client.plain import ask, ensure_plain
from scenarios.kravogbetalinger.client.plainest import API, customer, look_up, way_of

IDENTITY = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
JSON, XML = {"Content-Type": "application/json"}, {"Content-Type": "application/xml"}
PAGE = (
    "<!doctype html><html><head><title>Feil</title></head><body><h1>Tjenesten er ikke tilgjengelig</h1></body></html>"
)
YEAR = {"fraOgMed": "2026-01-01", "tilOgMed": "2026-06-30"}


def answered(status: int, body: str, headers: dict[str, str] | None = None, times: int | None = None) -> Intervention:
    """The service's answers from now on."""
    headers = JSON if headers is None else headers
    return {"service": API, "do": "answer", "status": status, "headers": headers, "body": body, "times": times}


def refused(status: int, kode: str, melding: str, times: int | None = None) -> tuple[Intervention, ...]:
    """The general error as the service's answer from now on; in XML for a client that accepts nothing else."""
    xml = answered(status, feil_in_xml(kode, melding, IDENTITY), XML, times)
    return {**xml, "accepts_only": "xml"}, answered(status, feil(kode, melding, IDENTITY), JSON, times)


def payments(client: ClientBench) -> Done:
    """A look-up with a period."""
    way = way_of(client, "consent")
    return client.asks(API, "innbetalinger", way=way, organisation=customer(client, "consent"), parameters=YEAR)


@requirement("KOB-CLIENT-009", "KOB-CLIENT-004", "KOB-CLIENT-007")
@pytest.mark.parametrize(("status", "kode"), [(403, "KB-005"), (400, "KB-006"), (403, "DAS-008")])
def test_a_refusal_is_understood(client: ClientBench, status: int, kode: str):
    """A refusal in JSON: the client recognises it, and shows its code or text and its korrelasjonsid.

    A client that accepts only XML is refused in XML, which is a different promise.
    """
    with client.situation(*refused(status, kode, "Avvist av testbenken.")):
        done = look_up(client)

    was_xml = any(call.response is not None and "xml" in call.response.media_type for call in done.api_calls)
    promise = "KOB-CLIENT-010" if was_xml else "KOB-CLIENT-009"
    done.expect_outcome("refused", requirement=promise)
    codes = done.reply.understood.codes if done.reply.understood else None
    shown = kode in done.reply.message or "Avvist av testbenken" in done.reply.message or kode in (codes or ())
    done.expect(shown, "the refusal is not shown", f"{kode}, or its text", done.reply.message or "nothing", promise)
    told = IDENTITY in (done.reply.korrelasjonsid or "") or IDENTITY in done.reply.message
    done.expect(told, "no korrelasjonsid shown", "the korrelasjonsid of the refusal", "none", "KOB-CLIENT-004")


@requirement("KOB-CLIENT-010")
def test_a_refusal_in_xml_is_understood(client: ClientBench):
    """A refusal in XML, to a client that asked for XML, is understood just like one in JSON."""
    with client.situation(answered(403, feil_in_xml("KB-005", "Avvist av testbenken.", IDENTITY), XML)):
        done = look_up(client)

    if not any(prefers_xml(call) for call in done.api_calls):
        client.not_shown("the client asks for JSON")
    done.expect_outcome("refused")
    codes = done.reply.understood.codes if done.reply.understood else None
    shown = "KB-005" in done.reply.message or "Avvist" in done.reply.message or "KB-005" in (codes or ())
    done.expect(shown, "the refusal is not shown", "KB-005, or its text", done.reply.message or "nothing")


@requirement("KOB-CLIENT-011")
@pytest.mark.parametrize("listed", [[], [{"kode": "PROVE_VILKAAR", "melding": "Et vilkår", "beskrivelse": "Brutt."}]])
def test_a_problem_is_survived(client: ClientBench, listed: list[dict[str, str]]):
    """A refusal in the form of a problem, with or without conditions, is recognised as a refusal."""
    problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "Avvist.", "feilid": IDENTITY}
    body = json.dumps(problem | ({"kontrollutslag": listed} if listed else {}))
    with client.situation(answered(403, body, {"Content-Type": "application/problem+json"})):
        done = look_up(client)

    done.expect_outcome("refused")


@requirement("KOB-CLIENT-012")
@pytest.mark.parametrize("status", [200, 403, 404, 502])
def test_a_page_is_not_data(client: ClientBench, status: int):
    """An HTML page from something in front of the service is reported as a failure, whatever its status."""
    with client.situation(answered(status, PAGE, {"Content-Type": "text/html; charset=utf-8"})):
        done = look_up(client)

    done.expect_outcome("failed", "refused")


@requirement("KOB-CLIENT-012")
@pytest.mark.parametrize("looked_up", [*LISTS])
def test_a_page_is_data_of_no_operation(client: ClientBench, looked_up: str):
    """An HTML page with a success status is reported as a failure, whatever was looked up."""
    with client.situation(answered(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})):
        done = ask(client, looked_up)

    done.expect_outcome("failed", "refused")


@requirement("KOB-CLIENT-013")
@pytest.mark.parametrize("kind", ["application/json", "application/xml"])
def test_nothing_is_not_data(client: ClientBench, kind: str):
    """A success status with an empty body is reported as a failure: it is not an empty list."""
    with client.situation(answered(200, "", {"Content-Type": kind})):
        done = look_up(client)

    done.expect_outcome("failed")


@requirement("KOB-CLIENT-014")
@pytest.mark.parametrize("looked_up", [*LISTS])
def test_half_an_answer_is_not_data(client: ClientBench, looked_up: str):
    """An answer that is cut off is retried or reported as a failure: half a list is not a list."""
    with client.situation({"service": API, "operation": looked_up, "do": "cut", "times": None}):
        done = ask(client, looked_up)

    done.expect_outcome("failed")


@requirement("KOB-CLIENT-014", "KOB-CLIENT-008")
@pytest.mark.parametrize("how", [{"do": "cut"}, {"do": "lose", "when": "before"}, {"do": "lose", "when": "after"}])
def test_a_lost_read_is_tried_again_or_reported(client: ClientBench, how: Intervention):
    """A read whose connection is lost once is retried and then understood, or reported as failed."""
    ensure_plain(client)
    with client.situation({"service": API, "operation": "aapnekrav", **how}):
        done = look_up(client)

    done.expect_outcome("done", "failed")
    if done.outcome == "done":
        expect_understood(done, "aapnekrav")


@requirement("KOB-CLIENT-008")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_read_is_tried_again_or_reported(client: ClientBench, status: int):
    """A read that fails once in the service is retried and then understood, or reported as failed."""
    ensure_plain(client)
    with client.situation(*refused(status, "KB-002", "Feil i bakenforliggende system.", times=1)):
        done = look_up(client)

    done.expect_outcome("done", "failed")
    if done.outcome == "done":
        expect_understood(done, "aapnekrav")


@requirement("KOB-CLIENT-006", "KOB-CLIENT-008")
@pytest.mark.parametrize("status", [500, 503])
def test_a_service_that_keeps_failing_is_not_hammered(client: ClientBench, status: int):
    """When the service fails every time, the client stops after a few attempts with growing pauses, and reports it."""
    ensure_plain(client)
    with client.situation(*refused(status, "KB-001", "Uventet feil.")):
        done = look_up(client)

    done.expect_outcome("failed", requirement="KOB-CLIENT-008")


@requirement("KOB-CLIENT-005")
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(client: ClientBench, status: int):
    """A client that is told to come back in two seconds does not come back earlier."""
    ensure_plain(client)
    with client.situation(answered(status, "", {"Retry-After": "2"}, times=1)):
        look_up(client)


@requirement("KOB-CLIENT-005")
def test_a_moment_in_retry_after_is_honoured(client: ClientBench):
    """Retry-After may be a date: the client does not come back before it."""
    ensure_plain(client)
    with client.situation(answered(503, "", {"Retry-After": client.moment_in(3)}, times=1)):
        look_up(client)


@requirement("KOB-CLIENT-015")
@pytest.mark.parametrize("looked_up", ["krav", "innbetalinger", "utbetalinger"])
def test_nothing_found_is_not_an_error(client: ClientBench, looked_up: str):
    """KB-007, nothing in the period, is shown to the user as an empty result, not as an error."""
    with client.situation(*refused(404, "KB-007", f"Ingen {looked_up} i perioden.")):
        done = ask(client, looked_up)

    done.expect_outcome("done")
    if done.reply.understood is not None and done.reply.understood.count is not None:
        count = done.reply.understood.count
        done.expect(count == 0, "something found", "no entries", f"{count} entries")


@requirement("KOB-CLIENT-016")
@pytest.mark.parametrize("looked_up", [*LISTS])
def test_an_error_is_nothing_found_in_no_operation(client: ClientBench, looked_up: str):
    """An error in the service is never shown as an empty result, whatever was looked up."""
    with client.situation(*refused(500, "KB-001", "Feil.")):
        done = ask(client, looked_up)

    done.expect_outcome("failed", "refused")


@requirement("KOB-CLIENT-016")
@pytest.mark.parametrize(("status", "kode"), [(500, "KB-001"), (500, "KB-002"), (500, "DAS-003"), (404, "KB-003")])
def test_an_error_is_not_nothing_found(client: ClientBench, status: int, kode: str):
    """An error in the service, and a URL that leads nowhere, are never shown as an empty result."""
    with client.situation(*refused(status, kode, "Feil.")):
        done = payments(client)

    done.expect_outcome("failed", "refused")


@requirement("KOB-CLIENT-032")
def test_an_unknown_party_is_not_an_empty_one(client: ClientBench):
    """KB-009, a number that nobody has, is distinguished from a party without payments."""
    with client.situation(*refused(404, "KB-009", "Fant ikke parten.")):
        done = payments(client)

    done.expect_outcome("refused")


@requirement("KOB-CLIENT-021")
def test_codes_are_what_counts(client: ClientBench):
    """The texts of messages may change: the client acts on KB-007 whatever the message says."""
    with client.situation(*refused(404, "KB-007", "Noe helt annet: ikke funnet (404).")):
        nothing = payments(client)
    with client.situation(*refused(404, "KB-009", "Ingen innbetalinger i perioden.")):
        unknown = payments(client)

    nothing.expect_outcome("done")
    unknown.expect_outcome("refused")


@requirement("KOB-CLIENT-004")
@pytest.mark.parametrize(("status", "kode"), [(500, "KB-001"), (404, "KB-009")])
def test_the_korrelasjonsid_of_a_failure_is_shown(client: ClientBench, status: int, kode: str):
    """When a call fails or is refused, the user sees the korrelasjonsid that support needs to find it."""
    with client.situation(*refused(status, kode, "Feil.")):
        done = look_up(client)

    told = IDENTITY in (done.reply.korrelasjonsid or "") or IDENTITY in done.reply.message
    done.expect(told, "no korrelasjonsid shown", "the korrelasjonsid of the answer", "none")
