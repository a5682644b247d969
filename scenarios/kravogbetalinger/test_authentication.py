"""Access by token: the provider's side of a Maskinporten token."""

import time
from functools import partial
from urllib.parse import urlencode

import pytest

from harness.auth import forgery
from harness.auth.forgery import claims_of
from harness.auth.grant import Subject
from harness.suite.answer import Answer, expect_entry
from harness.suite.markers import not_testable, requirement
from scenarios.kravogbetalinger.caller import KravOgBetalinger
from scenarios.kravogbetalinger.relations import told


@pytest.fixture
def token(kob: KravOgBetalinger) -> str:
    """A genuine token that gives access to the default call."""
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


@requirement("KOB-AUTH-002", "KOB-AUTH-027", "KOB-CODE-004")
@pytest.mark.parametrize("value", [pytest.param(value, id=name) for name, value in GARBAGE.items()])
def test_garbage_in_place_of_a_token_is_refused(kob, value):
    expect_no_way_in(kob.get("aapnekrav", headers={"Authorization": value}))


@requirement("KOB-AUTH-002", "KOB-AUTH-027", "KOB-CODE-004")
def test_a_token_under_another_scheme_is_refused(kob, token):
    expect_no_way_in(kob.get("aapnekrav", headers={"Authorization": f"Basic {token}"}))


def expect_no_way_in(answer):
    """RFC 6750, 3.1: a malformed header may also be a bad request (400).

    That it gives no access is another requirement.
    """
    answer.judge([told(not 200 <= answer.status < 300, "opened", "no 2xx", f"status {answer.status}")], "KOB-AUTH-027")
    answer.expect_refusal(400, 401, kode="KB-004" if answer.status == 401 else None)


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
@pytest.mark.parametrize("issuer", ["another", "without a slash", "longer", "in capitals"])
def test_a_token_from_another_issuer_is_refused(kob, token, issuer):
    """If the target mints test tokens, only the issuer is wrong; elsewhere nobody but the issuer can sign one."""
    right = kob.bench.maskinporten.issuer
    named = {
        "another": "https://ver2.maskinporten.no/",
        "without a slash": right.rstrip("/"),
        "longer": f"{right}andre/",
        "in capitals": right.upper(),
    }[issuer]

    kob.get("aapnekrav", token=kob.bench.minted(token, iss=named)).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-008", "KOB-CODE-004")
@pytest.mark.parametrize("ago", [60, 3600, 31_536_000], ids=["a minute ago", "an hour ago", "a year ago"])
def test_an_expired_token_is_refused(kob, token, ago):
    """A minute is more than the ten seconds that clocks may differ, and less than the leeway of some libraries."""
    end = int(time.time()) - ago

    expired = kob.bench.minted(token, iat=end - 120, exp=end)

    kob.get("aapnekrav", token=expired).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-009", "KOB-AUTH-011")
def test_a_token_for_another_scope_opens_nothing(kob, operation):
    other = kob.bench.api.other_scope or not_testable("the client holds no scope of another API")

    answer = kob.get(operation, token=kob.bench.token(Subject(other)))

    answer.expect_refusal(401, 403)
    kob.observe("KOB-AUTH-011", answer)


@requirement("KOB-AUTH-009")
def test_only_the_scope_is_wanting(kob, token):
    """The token still has everything else that gives access: consent or system user, and consumer."""
    other = kob.bench.api.other_scope or not_testable("the client holds no scope of another API")

    minted = kob.bench.minted(token, scope=other)

    kob.get("aapnekrav", token=minted).expect_refusal(401, 403)


NEARLY = {
    "longer": "{}.read",
    "shorter": "skatteetaten:krav",
    "in capitals": "SKATTEETATEN:KRAVOGBETALINGER",
    "joined by a comma": "{},skatteetaten:utleggsbegjaering",
    "after a comma": "skatteetaten:utleggsbegjaering,{}",
    "with a prefix": "x{}",
}


@requirement("KOB-AUTH-012")
@pytest.mark.parametrize("scope", [pytest.param(value, id=name) for name, value in NEARLY.items()])
def test_a_scope_that_is_nearly_the_right_one_opens_nothing(kob, token, scope):
    minted = kob.bench.minted(token, scope=scope.format(kob.bench.api.scope))

    kob.get("aapnekrav", token=minted).expect_refusal(401, 403)


@requirement("KOB-AUTH-020")
@pytest.mark.parametrize("scopes", ["{} skatteetaten:utleggsbegjaering", "skatteetaten:utleggsbegjaering {}"])
def test_the_scope_may_be_one_of_several(kob, token, scopes):
    minted = kob.bench.minted(token, scope=scopes.format(kob.bench.api.scope))

    expect_entry(lambda: kob.get("aapnekrav", token=minted), lambda: kob.get("aapnekrav", token=token), 200, 404)


@requirement("KOB-AUTH-013")
def test_a_token_from_the_future(kob, token):
    now = int(time.time())

    minted = kob.bench.minted(token, iat=now + 600, nbf=now + 600, exp=now + 720)

    kob.observe("KOB-AUTH-013", kob.get("aapnekrav", token=minted))


@requirement("KOB-AUTH-014")
def test_a_token_for_another_audience(kob, token):
    minted = kob.bench.minted(token, aud="https://example.test/another-api")

    kob.observe("KOB-AUTH-014", kob.get("aapnekrav", token=minted))


@requirement("KOB-AUTH-015")
@pytest.mark.parametrize("audience", [None, "unspecified"])
def test_a_token_without_an_audience_opens_the_service(kob, token, audience):
    """As issued by Maskinporten, with `aud` removed, and with `aud` spelt out."""
    minted = kob.bench.minted(token, aud=audience)

    expect_entry(lambda: kob.get("aapnekrav", token=minted), lambda: kob.get("aapnekrav", token=token), 200, 404)


@requirement("KOB-AUTH-026")
def test_the_audience_of_a_token(kob, token):
    kob.bench.notes.observe("KOB-AUTH-026", str(claims_of(token).get("aud", "none")))


CONSUMERS = {
    "none": None,
    "no 0192": {"authority": "iso6523-actorid-upis", "ID": "312345676"},
    "a text": "0192:312345676",
}


@requirement("KOB-AUTH-016")
@pytest.mark.parametrize("consumer", [pytest.param(value, id=name) for name, value in CONSUMERS.items()])
def test_a_token_without_a_usable_consumer(kob, token, consumer, request):
    minted = kob.bench.minted(token, consumer=consumer)
    kind = request.node.callspec.id
    kob.observe("KOB-AUTH-016", kob.get("aapnekrav", token=minted), f"{kind}: ")


@requirement("KOB-AUTH-017")
def test_a_token_of_another_type(kob, token):
    minted = kob.bench.minted(token, token_type="Ticket")  # noqa: S106 - a claim, no password

    kob.observe("KOB-AUTH-017", kob.get("aapnekrav", token=minted))


@requirement("KOB-AUTH-018")
def test_an_unknown_claim_does_no_harm(kob, token):
    minted = kob.bench.minted(token, nytt_felt={"versjon": 1})

    expect_entry(lambda: kob.get("aapnekrav", token=minted), lambda: kob.get("aapnekrav", token=token), 200, 404)


@requirement("KOB-AUTH-019")
def test_a_token_that_is_bound_to_a_person(kob, token):
    minted = kob.bench.minted(token, pid="14838290095")

    kob.observe("KOB-AUTH-019", kob.get("aapnekrav", token=minted))


@requirement("KOB-AUTH-021", "KOB-CODE-004")
@pytest.mark.parametrize("name", ["access_token", "token", "Authorization"])
def test_a_token_in_the_url_opens_nothing(kob, token, name):
    answer = kob.get("aapnekrav", query={name: token}, headers={"Authorization": ""})

    answer.expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-021")
def test_a_token_in_the_body_opens_nothing(kob, token):
    """As in RFC 6750's rule for forms. A GET with a body may also be refused because of the body."""
    headers = {"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"}
    path = f"/{kob.rettighetspakke}/{kob.organisation}/aapnekrav"

    answer = kob.send("GET", path, kob.organisation, headers=headers, body=urlencode({"access_token": token}).encode())

    answer.expect_refusal(400, 401)


@requirement("KOB-AUTH-022")
def test_a_scheme_in_lower_case(kob, token):
    kob.observe("KOB-AUTH-022", kob.get("aapnekrav", headers={"Authorization": f"bearer {token}"}))


@requirement("KOB-AUTH-023")
def test_head_without_a_token_is_refused(kob, operation):
    """Or not served at all: it is never answered with success by the service."""
    answer = kob.get(operation, headers={"Authorization": ""}, method="HEAD")

    if answer.status < 300:
        answer.ensure_of_service()
    answer.expect_refusal(401, 405)


@requirement("KOB-AUTH-025")
def test_whether_a_401_names_the_scheme(kob):
    answer = kob.get("aapnekrav", headers={"Authorization": ""}).expect_status(401)

    kob.bench.notes.observe("KOB-AUTH-025", answer.exchange.response.header("www-authenticate") or "no")


@requirement("KOB-AUTH-024", "KOB-CODE-004")
@pytest.mark.last
def test_a_token_that_opened_the_service_is_refused_once_it_has_expired(kob, ageing):
    """It was used when the run began, and has aged while other scenarios ran."""
    token = ageing["token"] or not_testable("the target has no token that can age")

    kob.get("aapnekrav", token=token.expired()).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-010")
def test_one_token_serves_many_calls(kob, token):
    subject = kob.bench.subject(kob.rettighetspakke, kob.organisation)
    for operation in ("aapnekrav", "aapnekrav", "krav", "innbetalinger", "utbetalinger"):

        def ask(token: str, operation: str = operation) -> Answer:
            return kob.get(operation, token=token)

        expect_entry(partial(ask, token), lambda: ask(kob.bench.unused_token(subject)), 200, 404)
