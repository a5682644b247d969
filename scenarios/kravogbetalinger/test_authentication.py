"""Who may come in: the provider's side of a Maskinporten token."""

import pytest

from harness.auth import forgery
from harness.auth.grant import Subject
from harness.suite.markers import not_testable, requirement
from scenarios.kravogbetalinger.client import KravOgBetalinger


@pytest.fixture
def token(kob: KravOgBetalinger) -> str:
    """A genuine token that opens the default call."""
    return kob.token(kob.organisation, kob.rettighetspakke)


@requirement("KOB-AUTH-001", "KOB-CODE-004")
def test_a_call_without_a_token_is_refused(kob, operation):
    kob.get(operation, headers={"Authorization": ""}).expect_refusal(401, kode="KB-004")


GARBAGE = {
    "no JWT": "Bearer abc",
    "no token": "Bearer",
    "three parts of nothing": "Bearer a.b.c",
    "another scheme": "Basic cHJvdmVzdGFuZDpwcm92ZXN0YW5k",
    "no scheme": "prøvestand".encode().decode("latin-1"),
}


@requirement("KOB-AUTH-002", "KOB-CODE-004")
@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in GARBAGE.items()])
def test_garbage_in_place_of_a_token_is_refused(kob, value):
    kob.get("aapnekrav", headers={"Authorization": value}).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-002", "KOB-CODE-004")
def test_a_token_under_another_scheme_is_refused(kob, token):
    kob.get("aapnekrav", headers={"Authorization": f"Basic {token}"}).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-003", "KOB-CODE-004")
@pytest.mark.parametrize("forge", [forgery.with_altered_payload, forgery.with_altered_signature])
def test_an_altered_token_is_refused(kob, token, forge):
    kob.get("aapnekrav", token=forge(token)).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-004", "KOB-CODE-004")
@pytest.mark.parametrize("forge", [forgery.signed_by_stranger, forgery.signed_by_stranger_under_known_kid])
def test_a_token_signed_with_a_key_of_a_stranger_is_refused(kob, token, forge):
    kob.get("aapnekrav", token=forge(token)).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-005", "KOB-CODE-004")
def test_an_unsigned_token_is_refused(kob, token):
    kob.get("aapnekrav", token=forgery.unsigned(token)).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-006", "KOB-CODE-004")
def test_a_token_keyed_with_the_public_key_is_refused(kob, token):
    forged = forgery.signed_with_public_key(token, kob.bench.maskinporten.public_keys())

    kob.get("aapnekrav", token=forged).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-007", "KOB-CODE-004")
@pytest.mark.parametrize("issuer", ["https://ver2.maskinporten.no/", "without a slash"])
def test_a_token_from_another_issuer_is_refused(kob, token, issuer):
    """Where the target mints test tokens the issuer alone is wrong; elsewhere nobody can sign one but the issuer."""
    named = kob.bench.maskinporten.issuer.rstrip("/") if issuer == "without a slash" else issuer

    kob.get("aapnekrav", token=kob.bench.minted(token, iss=named)).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-008", "KOB-CODE-004")
def test_an_expired_token_is_refused(kob, token):
    expired = kob.bench.minted(token, iat=1_700_000_000, exp=1_700_000_120)

    kob.get("aapnekrav", token=expired).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-009", "KOB-AUTH-011")
def test_a_token_for_another_scope_opens_nothing(kob, operation):
    other = kob.bench.api.other_scope or not_testable("the client holds no scope of another API")

    answer = kob.get(operation, token=kob.bench.token(Subject(other)))

    answer.expect_refusal(401, 403)
    kob.bench.observe("KOB-AUTH-011", f"{answer.status} {answer.kode or 'without a kode'}")


@requirement("KOB-AUTH-010")
def test_one_token_serves_many_calls(kob, token):
    for operation in ("aapnekrav", "aapnekrav", "krav"):
        kob.get(operation, token=token).expect_status(200, 404)
