"""How a client handles conditions, refusals and failures when it submits."""

import pytest

from harness.clients.bench import ClientBench
from harness.clients.situation import Intervention
from harness.suite.markers import requirement
from scenarios.utleggsbegjaering.client.filing import (
    API,
    FROZEN,
    answered,
    begjaering_for,
    body_of,
    ensure_plain,
    file_it,
    missing_from,
    reference_in,
    sender_of,
    submissions,
    way_of,
)
from scenarios.utleggsbegjaering.client.plainest import look_up

IDENTITY = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
FILE_IT = "opprettBegjaering"
PAGE = "<!doctype html><title>Feil</title><h1>Tjenesten er ikke tilgjengelig</h1>"

CONDITIONS = ("MANGLER_KRAV", "INNSENDER_MANGLER", "SAKSOEKT_GAMMELT_REGELVERK", "PROVE_UKJENT_VILKAAR")


def ensure_followed(client: ClientBench) -> None:
    """Ends the scenario if the client cannot get the state of a plain case."""

    def is_followed() -> bool:
        done = look_up(client)
        return done.outcome == "done" and bool(done.api_calls)

    client.must_first(f"{API}/hentStatusPaaSak", is_followed)


def problem(status: int, codes: tuple[str, ...] = ()) -> dict[str, object]:
    """A problem of the published form, with conditions if there are any (Utleggsbegjæring OpenAPI, 2023-10-26)."""
    listed = [{"kode": code, "melding": f"Vilkåret {code} er brutt.", "beskrivelse": "Prøve."} for code in codes]
    base = {"type": "about:blank", "title": "Avvist", "status": status, "detail": "Avvist.", "feilid": IDENTITY}
    return base | ({"kontrollutslag": listed} if listed else {})


@requirement("ELAN-CLIENT-014", "ELAN-CLIENT-024")
def test_all_conditions_are_shown(client: ClientBench):
    """When a begjæring breaks several conditions, the user is shown all of them, and the id of the refusal."""
    kind = "application/problem+json"
    with client.situation(answered(FILE_IT, 422, problem(422, CONDITIONS), kind)):
        done = file_it(client)

    done.expect_outcome("refused")
    codes = (done.reply.understood.codes if done.reply.understood else None) or ()
    missing = [code for code in CONDITIONS if code not in codes and code not in done.reply.message]
    done.expect(not missing, "conditions not shown", f"{len(CONDITIONS)} conditions", f"{len(missing)} of them missing")
    told = IDENTITY in (done.reply.korrelasjonsid or "") or IDENTITY in done.reply.message
    done.expect(told, "no id shown", "the id of the refusal", "none", "ELAN-CLIENT-024")


@requirement("ELAN-CLIENT-004")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", {"kode": "XXX-006", "melding": "Avvist.", "korrelasjonsid": IDENTITY}),
        ("application/problem+json", problem(400)),
        ("application/problem+json", problem(400, CONDITIONS[:1])),
        ("application/json", problem(400)),
    ],
    ids=["feil", "problem", "conditions", "problem-as-json"],
)
def test_every_form_of_error_is_survived(client: ClientBench, kind: str, body: dict[str, object]):
    """A refusal in any published form is recognised as a refusal."""
    with client.situation(answered(FILE_IT, 400, body, kind)):
        done = file_it(client)

    done.expect_outcome("refused")


@requirement("ELAN-CLIENT-021", "ELAN-CLIENT-016", "ELAN-CLIENT-004")
@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", PAGE),
        (502, "text/html", PAGE),
        (404, "text/plain", "Not found"),
        (201, "application/json", ""),
        (201, "application/json", '{"eksternSaksrefe'),
    ],
    ids=["page-200", "page-502", "plain-404", "empty", "truncated"],
)
def test_what_is_no_answer_is_no_success(client: ClientBench, status: int, kind: str, body: str):
    """An HTML page, an empty body or a truncated answer never becomes an accepted submission."""
    with client.situation(answered(FILE_IT, status, body, kind)):
        done = file_it(client)

    done.expect_outcome("failed", "refused")


@requirement("ELAN-CLIENT-016")
@pytest.mark.parametrize("status", [400, 403, 409, 422, 500, 503])
def test_a_failed_submission_is_not_an_accepted_one(client: ClientBench, status: int):
    """A submission that was refused, or failed, is reported as such."""
    with client.situation(answered(FILE_IT, status, problem(status), "application/problem+json")):
        done = file_it(client)

    done.expect_outcome("refused", "failed")


@requirement("ELAN-CLIENT-013", "ELAN-CLIENT-016")
@pytest.mark.parametrize("how", [{"do": "lose", "when": "after"}, {"do": "cut"}, {"do": "answer", "status": 504}])
def test_a_lost_submission_is_not_sent_again(client: ClientBench, how: Intervention):
    """A submission whose answer was lost may have been accepted: it is not blindly sent again."""
    with client.situation({"service": API, "operation": FILE_IT, **how}):
        done = file_it(client)

    filed = submissions(done)
    sent = len(filed)
    looked = bool(done.calls_of("finnEndredeSaker") or done.calls_of("hentStatusPaaSak"))
    is_kept = sent <= 1 or looked
    done.expect(is_kept, "a write repeated blindly", "one submission", f"{sent} submissions", at=filed[1:])
    if sent == 1 and not looked:  # otherwise it may know more
        done.expect_outcome("failed", "refused", requirement="ELAN-CLIENT-016")


@requirement("ELAN-CLIENT-012")
@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_submission_is_not_repeated(client: ClientBench, status: int):
    """A request that the service refused for its content is not sent again unchanged."""
    with client.situation(answered(FILE_IT, status, problem(status, CONDITIONS[:1]), "application/problem+json")):
        done = file_it(client)

    again = submissions(done)[1:]
    done.expect(not again, "repeated", "one submission", f"{len(again) + 1} submissions", at=again)


@requirement("ELAN-CLIENT-010")
def test_retry_after_is_honoured(client: ClientBench):
    """A client that is told to come back in two seconds does not come back earlier."""
    busy = {"service": API, "operation": "hentStatusPaaSak", "do": "answer", "status": 503}
    with client.situation({**busy, "headers": {"Retry-After": "2"}}):
        look_up(client)


@requirement("ELAN-CLIENT-010")
def test_a_moment_in_retry_after_is_honoured(client: ClientBench):
    """Retry-After may be a date: the client does not come back before it."""
    ensure_followed(client)
    busy = {"service": API, "operation": "hentStatusPaaSak", "do": "answer", "status": 503}
    with client.situation({**busy, "headers": {"Retry-After": client.moment_in(3)}}):
        look_up(client)


@requirement("ELAN-CLIENT-011")
def test_a_service_that_keeps_failing_is_not_hammered(client: ClientBench):
    """When the service fails every time, the client stops after a few attempts with growing pauses."""
    ensure_followed(client)
    with client.situation(answered("hentStatusPaaSak", 503, problem(503), "application/problem+json")):
        look_up(client).expect_outcome("failed")


@requirement("ELAN-CLIENT-022")
@pytest.mark.parametrize("fault", ["answers-have-a-new-field", "header-names-are-in-lower-case"])
def test_new_fields_are_no_matter(client: ClientBench, fault: str):
    """Answers with new fields are understood as before."""
    ensure_plain(client)
    with client.situation(faults=[f"{API}/{fault}"]):
        file_it(client).expect_outcome("done")


@requirement("ELAN-CLIENT-022")
def test_an_unknown_status_is_no_failure(client: ClientBench):
    """A new case status is shown to the user; it is not an error."""
    ensure_followed(client)
    case = {
        "eksternSaksreferanse": "TEST_SAK_OPPRETTET",
        "saksstatus": "sakIEnNyTilstand",
        "meldingsdato": "2026-05-01",
    }
    with client.situation(answered("hentStatusPaaSak", 200, case)):
        look_up(client).expect_outcome("done")


@requirement("ELAN-CLIENT-003")
def test_only_synthetic_parties_are_named(client: ClientBench):
    """Nothing that is sent to a test environment, in bodies or files, names a real person or organisation."""
    file_it(client)


@requirement("ELAN-CLIENT-001", "ELAN-CLIENT-002")
def test_many_calls_keep_to_the_rules(client: ClientBench):
    """While the service is slow, a client has at most five calls in flight, each with its own Korrelasjonsid."""
    with client.situation({"service": API, "do": "wait", "seconds": 0.4, "times": None}):
        for place in range(3):
            look_up(client, organisation=place).needs_outcome("done")


@requirement("ELAN-CLIENT-020")
def test_a_change_holds_everything(client: ClientBench):
    """A change is a full replacement, and the members that must not change are as they were."""
    way = way_of(client)
    sender = sender_of(client, way)
    ensure_plain(client)
    first = file_it(client, begjaering_for(client, sender)).needs_outcome("done")
    accepted = [call for call in submissions(first) if call.status in {200, 201}]
    if not accepted:
        client.not_shown("nothing was accepted")

    before = body_of(accepted[-1])
    wanted = {**before, "kravTilInnkreving": [dict(before["kravTilInnkreving"][0])]}
    wanted["kravTilInnkreving"][0]["gjenstaaendeBeloep"] = {"beloep": 9000.5, "valuta": "NOK"}
    parameters = {"eksternSaksreferanse": reference_in(accepted[-1])}
    done = client.asks(API, "endreBegjaering", way=way, organisation=sender, parameters=parameters, body=wanted)

    for call in done.calls_of("endreBegjaering"):
        sent = body_of(call)
        lost = ", ".join(sorted(missing_from(sent, wanted))[:5])
        done.expect(
            not lost, "members lost", "everything in the begjæring, and the change", f"without {lost}", at=[call]
        )
        changed = [name for name in FROZEN if name in sent and sent[name] != before.get(name)]
        expected, found = f"{', '.join(FROZEN)} as they were", f"another {', '.join(changed)}"
        done.expect(not changed, "frozen members changed", expected, found, at=[call])
    done.expect_outcome("done")


@requirement("ELAN-CLIENT-024")
@pytest.mark.parametrize("status", [403, 500])
def test_the_id_of_a_failure_is_shown(client: ClientBench, status: int):
    """When a call fails or is refused, the user sees the id that support needs to find it."""
    with client.situation(answered(FILE_IT, status, problem(status), "application/problem+json")):
        done = file_it(client)

    told = IDENTITY in (done.reply.korrelasjonsid or "") or IDENTITY in done.reply.message
    done.expect(told, "no id shown", "the id of the answer", "none")
