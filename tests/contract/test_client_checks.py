"""Every check of a client's calls: a sequence that keeps the promise, and one for each way to break it."""

import base64
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from harness.contract.client_calls import Calls, ClientCall, Surroundings
from harness.contract.client_checks import all_client_checks
from harness.contract.pinned import api_names, contract_of, issuer_names
from harness.exchange import Request, Response

ISSUER = "https://issuer.example/"
TOKEN_URL = "https://issuer.example/token"
KOB, ELAN = "kravogbetalinger", "utleggsbegjaering"
BASES = {KOB: "https://kob.example/v1", ELAN: "https://elan.example/v2"}
NOW = 1_800_000_000.0
ASKED = "310123455"
UUIDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]

CONTRACTS = {name: contract_of(name).served_at(BASES[name]) for name in api_names()} | {
    name: contract_of(name) for name in issuer_names()
}
AROUND = Surroundings(
    ISSUER,
    TOKEN_URL,
    CONTRACTS,
    {KOB: frozenset({"skatteetaten:kravogbetalinger"}), ELAN: frozenset({"skatteetaten:utleggsbegjaering"})},
)


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def jws(header, claims):
    return f"{encoded(header)}.{encoded(claims)}.c2lnbmF0dXJl"


def token(**claims):
    base = {"client_id": "c", "scope": "skatteetaten:kravogbetalinger", "iat": NOW - 5, "exp": NOW + 115}
    return jws({"alg": "RS256"}, base | claims)


def without(members, *names):
    return {name: value for name, value in members.items() if name not in names}


CLAIMS = {
    "aud": ISSUER,
    "iss": "c",
    "scope": "skatteetaten:kravogbetalinger",
    "iat": NOW,
    "exp": NOW + 100,
    "jti": UUIDS[1],
}


def grant(at=0.0, *, claims=None, header=None, form=None, status=200, issued=None, took=0.1, more=(), why=""):
    """A token request `at` seconds after now."""
    assertion = jws({"alg": "RS256", "kid": "k"} if header is None else header, CLAIMS if claims is None else claims)
    sent = (
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion} if form is None else form
    )
    body = json.dumps(
        {"access_token": issued or token(), "expires_in": 119}
        if status == 200
        else {"error": "invalid_grant", "error_description": why}
    )
    headers = (("content-type", "application/x-www-form-urlencoded"), *more)
    request = Request("POST", TOKEN_URL, headers, urlencode(sent).encode())
    answer = Response(status, (("content-type", "application/json"),), body.encode())
    return ClientCall(request, answer, "maskinporten", NOW + at, NOW + at + took)


def metadata(at=-1.0):
    request = Request("GET", ISSUER + ".well-known/oauth-authorization-server")
    return ClientCall(request, Response(200), "maskinporten", NOW + at, NOW + at + 0.1)


def call(
    at=0.0,
    path=f"/finans/{ASKED}/aapnekrav",
    *,
    api=KOB,
    method="GET",
    bearer=None,
    headers=None,
    body=b"",
    status=200,
    took=0.1,
    answer=(),
    lost="",
    number=2,
):
    """A call of an API `at` seconds after now."""
    base = {
        "Authorization": f"Bearer {bearer or token()}",
        "Korrelasjonsid": UUIDS[number],
        "Accept": "application/json",
    }
    sent = tuple((name, value) for name, value in (base | (headers or {})).items() if value)
    response = (
        None
        if lost in {"before", "after"}
        else Response(status, (("content-type", "application/json"), *answer), b"{}")
    )
    return ClientCall(
        Request(method, BASES[api] + path, sent, body), response, api, NOW + at, NOW + at + took, lost=lost
    )


def elan(at=0.0, path="", **how):
    sent = {"KlientId": "k", "Meldingsid": UUIDS[3], "Content-Type": "application/json"} | how.pop("headers", {})
    return call(at, path, api=ELAN, headers=sent, **how)


DETAILS = [{"type": "urn:altinn:consent", "id": UUIDS[4], "from": f"urn:altinn:organization:identifier-no:{ASKED}"}]
LATER = {"number": 5}
RULES = json.dumps({"skyldner": [{"taxIdentificationNumber": ASKED, "landkodeIdentifikator": "NO"}]}).encode()
PERIOD = f"/finans/{ASKED}/krav?fraOgMed={{}}&tilOgMed={{}}"

KEEPS = {
    "grant_audience": [grant()],
    "grant_key_named": [grant()],
    "grant_lifetime": [grant()],
    "grant_issued_now": [grant()],
    "grant_used_once": [grant(), grant(200, claims=CLAIMS | {"jti": UUIDS[6]})],
    "grant_has_jti": [grant()],
    "grant_claims_known": [grant()],
    "grant_algorithm": [grant()],
    "grant_form": [grant()],
    "grant_without_resource": [grant()],
    "grant_one_scope": [grant()],
    "grant_details_form": [grant(claims=CLAIMS | {"authorization_details": DETAILS})],
    "issuer_metadata_read": [metadata(), grant()],
    "token_reused": [grant(), call(1), call(2), grant(56), grant(118)],
    "token_not_expired": [call(1)],
    "token_requests_not_crowded": [grant(), grant(0.2)],
    "token_in_header_only": [call()],
    "token_scheme": [call()],
    "token_scope_fits": [call()],
    "token_of_the_party": [call(bearer=token(authorization_details=DETAILS))],
    "refused_grant_not_repeated": [grant(status=400), grant(90, status=400)],
    "no_redirect_followed": [call(status=307, answer=(("location", "https://other.example/x"),)), call(1)],
    "korrelasjonsid_fresh": [call(), call(1, **LATER)],
    "korrelasjonsid_well_formed": [call()],
    "korrelasjonsid_sent": [call()],
    "in_flight": [call(0.01 * number, took=1) for number in range(5)],
    "retry_after_honoured": [call(status=503, answer=(("retry-after", "2"),)), call(2.2)],
    "failing_call_not_hammered": [call(status=503), call(0.4, status=503), call(1.2, status=503)],
    "refused_call_not_repeated": [call(status=404), call(30)],
    "write_not_repeated": [
        elan(method="POST", lost="after"),
        elan(1, "/status/X", number=5),
        elan(2, method="POST", number=6),
    ],
    "accept_known": [call()],
    "parameters_well_formed": [call(path=PERIOD.format("2026-01-01", "2026-01-31"))],
    "period_within_a_year": [call(path=PERIOD.format("2025-12-01", "2026-11-30"))],
    "path_encoded": [call()],
    "identifiers_synthetic": [call()],
    "request_body_well_formed": [elan(path="/betjeningskartet", method="POST", body=RULES)],
    "tracing_headers_sent": [elan(path="/status/X")],
    "meldingsid_fresh": [elan(path="/status/X"), elan(1, "/status/Y", headers={"Meldingsid": UUIDS[7]})],
    "polled_with_pauses": [elan(0.7 * number, "/vedlegg/1", number=number) for number in range(4)],
}
BREAKS = [
    ("grant_audience", [grant(claims=CLAIMS | {"aud": TOKEN_URL})], ["aud is the token endpoint"]),
    ("grant_audience", [grant(claims=CLAIMS | {"aud": [ISSUER]})], ["aud is a list"]),
    ("grant_audience", [grant(claims=CLAIMS | {"aud": "https://issuer.example"})], ["aud is another"]),
    ("grant_key_named", [grant(header={"alg": "RS256"})], ["no key named"]),
    ("grant_key_named", [grant(header={"alg": "RS256", "x5c": "abc"})], ["x5c is not a list"]),
    ("grant_key_named", [grant(status=400, why="Unknown key identifier (kid) for client")], ["key not registered"]),
    ("grant_key_named", [grant(status=400, why="Invalid assertion. Invalid JWT signature.")], ["another key"]),
    ("grant_lifetime", [grant(claims=CLAIMS | {"exp": NOW + 121})], ["lifetime"]),
    ("grant_lifetime", [grant(claims=without(CLAIMS, "exp"))], ["no iat or exp"]),
    ("grant_issued_now", [grant(claims=CLAIMS | {"iat": NOW - 11})], ["iat is not now"]),
    ("grant_used_once", [grant(), grant(200)], ["jti used twice"]),
    ("grant_has_jti", [grant(claims=without(CLAIMS, "jti"))], ["no jti"]),
    ("grant_claims_known", [grant(claims=CLAIMS | {"sub": "c"})], ["unknown claim: sub"]),
    ("grant_algorithm", [grant(header={"alg": "PS256", "kid": "k"})], ["algorithm"]),
    ("grant_form", [grant(form={"grant_type": "client_credentials", "assertion": "x"})], ["grant_type"]),
    ("grant_form", [grant(more=(("Authorization", "Basic eA=="),))], ["client authentication"]),
    ("grant_without_resource", [grant(claims=CLAIMS | {"resource": ["https://kob.example"]})], ["resource asked for"]),
    ("grant_one_scope", [grant(claims=CLAIMS | {"scope": "a b"})], ["several scopes"]),
    ("grant_one_scope", [grant(claims=without(CLAIMS, "scope"))], ["no scope"]),
    ("grant_details_form", [grant(claims=CLAIMS | {"authorization_details": {}})], ["not a list of one object"]),
    (
        "grant_details_form",
        [grant(claims=CLAIMS | {"authorization_details": [without(DETAILS[0], "from")]})],
        ["the consent's `from` is not a URN of a party"],
    ),
    ("issuer_metadata_read", [grant()], ["metadata not read"]),
    ("token_reused", [grant(), call(1), grant(2)], ["a token too many"]),
    ("token_not_expired", [call(130)], ["expired token used"]),
    ("token_requests_not_crowded", [grant(took=1), grant(0.2)], ["several token requests in flight"]),
    (
        "token_in_header_only",
        [call(path=f"/finans/{ASKED}/aapnekrav?access_token={token()}")],
        ["token in the address"],
    ),
    ("token_in_header_only", [call(headers={"Cookie": f"s={token()}"})], ["token in a cookie"]),
    ("token_scheme", [call(headers={"Authorization": f"Token {token()}"})], ["not a bearer token"]),
    ("token_scope_fits", [call(bearer=token(scope="skatteetaten:trekkpaalegg"))], ["scope of another API"]),
    (
        "token_of_the_party",
        [call(path="/finans/312987651/krav", bearer=token(authorization_details=DETAILS))],
        ["token of another organisation"],
    ),
    ("refused_grant_not_repeated", [grant(status=400), grant(5, status=400)], ["a refused grant repeated"]),
    (
        "no_redirect_followed",
        [
            call(status=307, answer=(("location", "https://other.example/x"),)),
            replace(call(0.2), request=Request("GET", "https://other.example/x", (("Authorization", "Bearer x"),))),
        ],
        ["redirect followed with a token"],
    ),
    ("korrelasjonsid_fresh", [call(), call(1)], ["Korrelasjonsid used twice"]),
    ("korrelasjonsid_well_formed", [call(headers={"Korrelasjonsid": "17"})], ["Korrelasjonsid is not a UUID"]),
    ("korrelasjonsid_sent", [call(headers={"Korrelasjonsid": ""})], ["no Korrelasjonsid"]),
    ("in_flight", [call(0.01 * number, took=1) for number in range(6)], ["more than five calls in flight"]),
    ("retry_after_honoured", [call(status=503, answer=(("retry-after", "2"),)), call(1)], ["sent again too early"]),
    ("failing_call_not_hammered", [call(status=503), call(0.11, status=503)], ["no pause"]),
    (
        "failing_call_not_hammered",
        [call(status=503), call(1.1, status=503), call(1.4, status=503)],
        ["pauses do not grow"],
    ),
    ("refused_call_not_repeated", [call(status=404), call(1)], ["repeated after 404"]),
    (
        "write_not_repeated",
        [elan(method="POST", lost="after"), elan(2, method="POST", number=6)],
        ["a write repeated blindly"],
    ),
    ("accept_known", [call(headers={"Accept": "text/csv"})], ["Accept"]),
    ("parameters_well_formed", [call(path=PERIOD.format("01.01.2026", "2026-01-31"))], ["fraOgMed is not a day"]),
    ("parameters_well_formed", [call(path="/finans/310123456/aapnekrav")], ["identifikator has a wrong check digit"]),
    ("period_within_a_year", [call(path=PERIOD.format("2024-01-01", "2025-12-31"))], ["a period of more than a year"]),
    (
        "period_within_a_year",
        [call(path=PERIOD.format("2026-02-01", "2026-01-01"))],
        ["a period that ends before it begins"],
    ),
    ("path_encoded", [call(path=f"//finans/{ASKED}/aapnekrav")], ["an empty segment"]),
    ("path_encoded", [call(path="/finans/31 01/aapnekrav")], ["not percent-encoded"]),
    ("path_encoded", [call(path="/nowhere", status=404)], ["no operation"]),
    ("request_body_well_formed", [elan(path="/betjeningskartet", method="POST", body=b"{")], ["body is not JSON"]),
    (
        "request_body_well_formed",
        [elan(path="/betjeningskartet", method="POST", body=RULES.decode().encode("utf-16"))],
        ["body is not JSON"],
    ),
    (
        "request_body_well_formed",
        [elan(path="/betjeningskartet", method="POST", body=b'{"skyldner": []}')],
        ["skyldner: minItems"],
    ),
    ("tracing_headers_sent", [elan(path="/status/X", headers={"KlientId": ""})], ["no KlientId"]),
    ("meldingsid_fresh", [elan(path="/status/X"), elan(1, "/status/Y")], ["Meldingsid used twice"]),
    ("meldingsid_fresh", [elan(path="/status/X", headers={"Meldingsid": "1"})], ["Meldingsid is not a UUID"]),
    (
        "polled_with_pauses",
        [elan(0.15 * number, "/vedlegg/1", number=number) for number in range(4)],
        ["polled without pauses"],
    ),
]


def judged(check, calls):
    contract = next(contract for contract in CONTRACTS.values() if check in contract.by_check)
    if check.startswith(("korrelasjonsid", "in_flight", "retry", "failing", "refused_call", "path")):
        contract = CONTRACTS[calls[0].service]
    sequence = Calls(tuple(calls), (), AROUND, contract)
    module = all_client_checks()[check]
    assert module.applies(sequence)
    return list(dict.fromkeys(breach.aspect for breach in module.breaches(sequence)))


@pytest.mark.parametrize("check", [*KEEPS])
def test_what_keeps_the_promise_is_not_accused(check):
    assert judged(check, KEEPS[check]) == []


@pytest.mark.parametrize(("check", "calls", "aspects"), BREAKS, ids=[f"{row[0]}-{row[2][0]}" for row in BREAKS])
def test_what_breaks_the_promise_is_found(check, calls, aspects):
    assert judged(check, calls) == aspects


def test_a_token_that_lives_no_longer_than_a_clients_margin_may_be_replaced_at_any_time():
    issued = token(exp=NOW + 6)
    calls = [grant(issued=issued), call(1, bearer=issued), grant(2)]

    assert judged("token_reused", calls) == []


def test_a_real_partys_number_is_found():
    """Made here from its check digits, so that no number is written in the file."""
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    digits = "99999991"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11

    found = judged("identifiers_synthetic", [call(path=f"/finans/{digits}{rest % 11}/aapnekrav")])

    assert found == ["a real organisation's number"] or rest == 10


@pytest.mark.parametrize(
    ("path", "found"), [("/betjeningskartet", []), ("/valider", []), ("", ["a write repeated blindly"])]
)
def test_a_look_up_that_is_posted_may_be_sent_again(path, found):
    lost = elan(-9, method="POST", body=b'{"another": 1}', lost="after")
    tries = [elan(at, path=path, method="POST", body=b"{}", status=502, number=at + 5) for at in (0, 2)]

    assert judged("write_not_repeated", [lost, *tries]) == found


def test_every_check_has_a_sequence_that_keeps_and_one_that_breaks():
    assert set(KEEPS) == set(all_client_checks())
    assert {row[0] for row in BREAKS} | {"identifiers_synthetic"} == set(all_client_checks())


def test_no_check_of_clients_has_the_name_of_one_of_answers():
    from harness.contract.checks import all_checks

    assert set(all_checks()) & set(all_client_checks()) == set()
