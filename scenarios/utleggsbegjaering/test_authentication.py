"""Access by token: the provider's side of a Maskinporten token, on operations that submit and one that only reads."""

import datetime
import time
from typing import Any

import pytest

from harness.auth import forgery
from harness.auth.grant import Subject
from harness.contract.deviation import Deviation
from harness.suite.answer import expect_entry
from harness.suite.markers import not_testable, requirement
from scenarios.utleggsbegjaering.builders import partsidentifikator, person
from scenarios.utleggsbegjaering.test_municipality import decision

OTHER_ORGANISATION = "312987651"


@pytest.fixture
def call(elan):
    """A harmless call with another token: the validation of a valid begjæring, so that only access decides."""
    begjaering = elan.with_files(elan.simple())

    def send(token: str):
        return elan.validate(begjaering, token=token)

    return send


def acceptable(elan, operation):
    """A body that is accepted with a valid token: any other error could hide that the token is not checked."""
    parties = {side: partsidentifikator(elan.parties[side]) for side in ("saksoeker", "saksoekt")}
    day = (elan.today - datetime.timedelta(days=1)).isoformat()
    bodies = {
        "hentInnsynIEttTrekk": parties,
        "slaaOppRegelverk": {"skyldner": [parties["saksoekt"]]},
        "slaaOppSamordnetTrekk": {"skyldner": parties["saksoekt"]},
        "meldInnbetaling": {"bokfoertDato": day, "beloep": {"beloep": 100.0, "valuta": "NOK"}},
    }
    if operation == "sendInnBeslutning":
        return decision(elan, person(elan.parties["saksoekt"], elan.parties.born("saksoekt")))
    return elan.with_files(elan.simple()) if operation.endswith("Begjaering") else bodies.get(operation)


def let_in(answer) -> bool:
    return answer.status not in {401, 403}


OPERATIONS = {
    "opprettBegjaering": ("POST", ""),
    "validerNyBegjaering": ("POST", "/valider"),
    "endreBegjaering": ("PUT", "/TEST_UGYLDIG"),
    "validerEndretBegjaering": ("PUT", "/valider/TEST_UGYLDIG"),
    "hentStatusPaaSak": ("GET", "/status/TEST_SAK_OPPRETTET"),
    "finnEndredeSaker": ("GET", "/status?endretEtter=2026-01-01T00:00:00Z"),
    "lastOppVedlegg": ("POST", "/vedlegg"),
    "hentVedleggstilstand": ("GET", "/vedlegg/00000000-0000-4000-8000-000000000001"),
    "slettVedlegg": ("DELETE", "/vedlegg/00000000-0000-4000-8000-000000000001"),
    "hentInnsynIEttTrekk": ("POST", "/innsyn/trekk"),
    "slaaOppRegelverk": ("POST", "/betjeningskartet"),
    "slaaOppSamordnetTrekk": ("POST", "/samordnettrekk/oppslag"),
    "sendInnBeslutning": ("POST", "/beslutning"),
    "meldInnbetaling": ("POST", "/krav/0/innbetaling"),
}


@requirement("ELAN-AUTH-001")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_without_a_token_is_refused(elan, operation):
    elan.bench.ensure_open(operation)
    method, path = OPERATIONS[operation]
    without = {"Authorization": ""}

    if operation == "lastOppVedlegg":
        answer = elan.upload("vedlegg.pdf", "PROEVESTAND-uten-token", headers=without)
    else:
        answer = elan.send(method, path, acceptable(elan, operation), headers=without)

    answer.expect_refusal(401)


GARBAGE = {
    "no JWT": "Bearer abc",
    "no token": "Bearer",
    "three parts of nothing": "Bearer a.b.c",
    "another scheme": "Basic cHJvdmVzdGFuZDpwcm92ZXN0YW5k",
    "no scheme": "prøvestand".encode().decode("latin-1"),
}


@requirement("ELAN-AUTH-002", "ELAN-AUTH-023")
@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in GARBAGE.items()])
def test_garbage_in_place_of_a_token_is_refused(elan, value):
    expect_no_way_in(elan.validate(elan.simple(), headers={"Authorization": value}))


@requirement("ELAN-AUTH-002", "ELAN-AUTH-023")
def test_a_token_under_another_scheme_is_refused(elan):
    expect_no_way_in(elan.validate(elan.simple(), headers={"Authorization": f"Basic {elan.token}"}))


def expect_no_way_in(answer):
    """RFC 6750, 3.1: a malformed header may also be a bad request (400).

    That it gives no access is another requirement. Conditions can only come from a service that read the begjæring.
    """
    if 200 <= answer.status < 300 or answer.conditions:
        answer.note(Deviation("ELAN-AUTH-023", "opened", "no 2xx and no conditions", f"status {answer.status}"))
    answer.expect_refusal(400, 401)


@requirement("ELAN-AUTH-003")
@pytest.mark.parametrize("forge", [forgery.with_altered_payload, forgery.with_altered_signature])
def test_an_altered_token_is_refused(elan, call, forge):
    call(forge(elan.token)).expect_refusal(401)


@requirement("ELAN-AUTH-004")
@pytest.mark.parametrize("forge", [forgery.signed_by_stranger, forgery.signed_by_stranger_under_known_kid])
def test_a_token_signed_with_a_key_of_a_stranger_is_refused(elan, call, forge):
    call(forge(elan.token)).expect_refusal(401)


@requirement("ELAN-AUTH-005")
def test_an_unsigned_token_is_refused(elan, call):
    call(forgery.unsigned(elan.token)).expect_refusal(401)


@requirement("ELAN-AUTH-006")
def test_a_token_keyed_with_the_public_key_is_refused(elan, call):
    call(forgery.signed_with_public_key(elan.token, elan.bench.maskinporten.public_keys())).expect_refusal(401)


@requirement("ELAN-AUTH-007")
@pytest.mark.parametrize("issuer", ["https://ver2.maskinporten.no/", "without a slash"])
def test_a_token_from_another_issuer_is_refused(elan, call, issuer):
    named = elan.bench.maskinporten.issuer.rstrip("/") if issuer == "without a slash" else issuer

    call(elan.bench.minted(elan.token, iss=named)).expect_refusal(401)


@requirement("ELAN-AUTH-008")
def test_an_expired_token_is_refused(elan, call):
    call(elan.bench.minted(elan.token, iat=1_700_000_000, exp=1_700_000_120)).expect_refusal(401)


@requirement("ELAN-AUTH-009", "ELAN-AUTH-011")
@pytest.mark.parametrize("operation", ["opprettBegjaering", "validerNyBegjaering", "hentStatusPaaSak"])
def test_a_token_for_another_scope_opens_nothing(elan, operation):
    elan.bench.ensure_open(operation)
    other = elan.bench.api.other_scope or not_testable("the client holds no scope of another API")
    method, path = OPERATIONS[operation]
    body = acceptable(elan, operation)

    answer = elan.send(method, path, body, token=elan.bench.token(Subject(other)))

    answer.expect_refusal(401, 403)
    elan.bench.notes.observe("ELAN-AUTH-011", f"{answer.status} {answer.kode or 'without a kode'}")


@requirement("ELAN-AUTH-010")
@pytest.mark.parametrize("resembling", ["longer", "shorter", "other case", "joined by a comma"])
def test_a_scope_that_only_resembles_the_right_one_opens_nothing(elan, call, resembling):
    scope = elan.bench.api.scope
    names = {"longer": f"{scope}.lese", "shorter": scope[:-1], "other case": scope.upper()}

    token = elan.bench.minted(elan.token, scope=names.get(resembling, f"{scope},{scope}.lese"))

    call(token).expect_refusal(401, 403)


@requirement("ELAN-AUTH-010")
def test_one_right_scope_among_others_is_enough(elan, call):
    token = elan.bench.minted(elan.token, scope=f"skatteetaten:annet {elan.bench.api.scope}")

    expect_entry(lambda: call(token), lambda: call(elan.token))


@requirement("ELAN-AUTH-012")
def test_one_token_serves_many_calls(elan, call):
    token = elan.token

    for _ in range(3):
        expect_entry(lambda: call(token), lambda: call(elan.bench.unused_token(Subject(elan.bench.api.scope))))


@requirement("ELAN-AUTH-013")
def test_aud_may_be_unspecified(elan, call):
    token = elan.bench.minted(elan.token, aud="unspecified")

    expect_entry(lambda: call(token), lambda: call(elan.token))


@requirement("ELAN-AUTH-014")
def test_unknown_claims_do_not_matter(elan, call):
    token = elan.bench.minted(elan.token, nytt_felt={"a": [1]}, sub="x")

    expect_entry(lambda: call(token), lambda: call(elan.token))


@requirement("ELAN-AUTH-015")
def test_a_token_of_the_future(elan, call):
    later = int(time.time()) + 600

    answer = call(elan.bench.minted(elan.token, iat=later, exp=later + 120))

    elan.bench.notes.observe("ELAN-AUTH-015", str(answer.status))


OPEN_QUESTIONS: dict[str, dict[str, Any]] = {
    "ELAN-AUTH-016": {"aud": "https://annet.api.example/"},
    "ELAN-AUTH-017": {"consumer": {"authority": "iso6523-actorid-upis", "ID": "312345676"}},
    "ELAN-AUTH-018": {"token_type": "MAC"},
    "ELAN-AUTH-020": {"pid": "14838290095"},
    "ELAN-AUTH-021": {"authorization_details": [{"type": "urn:altinn:ukjent"}]},
}


@pytest.mark.parametrize("question", [pytest.param(q, id=q, marks=requirement(q)) for q in OPEN_QUESTIONS])
def test_a_claim_of_which_nothing_is_said(elan, call, question):
    answer = call(elan.bench.minted(elan.token, **OPEN_QUESTIONS[question]))

    elan.bench.notes.observe(question, f"{answer.status} {'let in' if let_in(answer) else 'refused'}")
    assert answer.status < 500


@requirement("ELAN-AUTH-019", "ELAN-SENDER-005")
@pytest.mark.parametrize("as_sender", ["consumer", "supplier"])
def test_a_delegated_token_speaks_for_the_consumer(elan, as_sender):
    """A token of the supplier for the consumer submits for the consumer, not for the supplier."""
    supplier, consumer = elan.sender, OTHER_ORGANISATION
    claims = {role: {"authority": "iso6523-actorid-upis", "ID": f"0192:{number}"} for role, number in
              (("supplier", supplier), ("consumer", consumer))}  # fmt: skip
    token = elan.bench.minted(elan.token, delegation_source="https://tt02.altinn.no/", **claims)
    sender = consumer if as_sender == "consumer" else supplier
    begjaering = elan.with_files(elan.simple(sender), token=token)

    answer = elan.validate(begjaering, token=token)

    elan.bench.notes.observe("ELAN-SENDER-005", f"the {as_sender} as innsender: {answer.status}")
    if as_sender == "supplier":
        elan.expect_conditions(answer, "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING")
    else:
        elan.ensure_nothing_but(answer, 204)


@requirement("ELAN-AUTH-022")
def test_a_system_user_without_the_right_is_refused(elan, call):
    details = [
        {
            "type": "urn:altinn:systemuser",
            "systemuser_org": {"authority": "iso6523-actorid-upis", "ID": f"0192:{elan.customer}"},
            "systemuser_id": ["00000000-0000-4000-8000-00000000ffff"],
            "system_id": f"{elan.sender}_ukjent",
        }
    ]

    call(elan.bench.minted(elan.token, authorization_details=details)).expect_refusal(403)
