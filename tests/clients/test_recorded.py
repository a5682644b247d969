"""A client's recorded traffic: what tools omit, replace or get wrong accuses nobody; a breach is found."""

import base64
import copy
import datetime
import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from harness.clients.notes import ClientNotes
from harness.clients.recorded import RecordedClient, read_client_traffic
from harness.contract.client_checks import all_client_checks
from harness.contract.pinned import api_names, contract_of, issuer_names
from harness.redaction.redactor import Redactor
from harness.verdict.outcome import Outcome

Entry = dict[str, Any]

ISSUER = "https://test.maskinporten.no/"
KOB = "https://kravogbetalinger.api.skatteetaten-test.no/v1"
ELAN = "https://api-test.sits.no/api/utleggsbegjaering/v2"
ORGANISATION = "310123455"
BEGUN = datetime.datetime(2026, 11, 27, 9, 0, 0, 123000, datetime.UTC)
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DEBTOR = {"skyldner": [{"taxIdentificationNumber": "10828697949", "landkodeIdentifikator": "NO"}]}


def seconds(at: float) -> int:
    return int((BEGUN + datetime.timedelta(seconds=at)).timestamp())


def jws(claims: dict[str, Any], **header: Any) -> str:
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "RS256", **header}, claims)
    )
    return ".".join([*parts, "c2lnbmF0dXJl" * 5])


def call(at: float, method: str, url: str, headers: dict[str, str], body: str = "", status: int = 200, **more) -> Entry:
    """An entry that begins `at` seconds after the first; `more` has `took`, `answer` and `answered` (headers)."""
    began = BEGUN + datetime.timedelta(seconds=at)
    took, answer = more.get("took", 0.1), more.get("answer", "{}")
    date = (began + datetime.timedelta(seconds=took)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    told = {"Content-Type": "application/json", "Date": date, **more.get("answered", {})}
    request: Entry = {"method": method, "url": url, "headers": listed(headers)}
    if body:
        request["postData"] = {"mimeType": headers.get("Content-Type", ""), "text": body}
    content = {"size": len(answer), "mimeType": "application/json", "text": answer}
    return {
        "startedDateTime": began.isoformat(timespec="milliseconds"),
        "time": took * 1000,
        "request": request,
        "response": {"status": status, "headers": listed(told), "content": content},
        "timings": {"send": 0, "wait": took * 1000, "receive": 0},
    }


def listed(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def claims(at: float, scope: str, **changes: Any) -> dict[str, Any]:
    issued = seconds(at)
    base = {"aud": ISSUER, "iss": "client", "scope": scope, "iat": issued, "exp": issued + 100}
    return {**base, "jti": str(uuid.uuid4()), **changes}


def token_of(at: float, scope: str) -> str:
    return jws({"iss": ISSUER, "client_id": "client", "scope": scope, "iat": seconds(at), "exp": seconds(at) + 119})


KOB_TOKEN, ELAN_TOKEN = token_of(0, "skatteetaten:kravogbetalinger"), token_of(8, "skatteetaten:utleggsbegjaering")


def asked(at: float, scope: str, token: str, status: int = 200, **changes: Any) -> Entry:
    """A token request, and the token."""
    form = urlencode({"grant_type": GRANT_TYPE, "assertion": jws(claims(at, scope, **changes), kid="k")})
    answer = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 119})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return call(at, "POST", f"{ISSUER}token", kind, form, status, answer=answer if status == 200 else "{}")


def looked_up(at: float, what: str, status: int = 200, **more: Any) -> Entry:
    headers = {"Authorization": f"Bearer {KOB_TOKEN}", "Accept": "application/json"}
    headers |= {"Korrelasjonsid": str(uuid.uuid4())} | more.pop("headers", {})
    headers = {name: value for name, value in headers.items() if value is not None}
    return call(at, "GET", f"{KOB}/finans/{ORGANISATION}/{what}", headers, "", status, **more)


def of_elan(at: float, method: str, path: str, body: str = "", status: int = 200) -> Entry:
    headers = {"Authorization": f"Bearer {ELAN_TOKEN}", "KlientId": "Acme"}
    headers |= {"Korrelasjonsid": str(uuid.uuid4()), "Meldingsid": str(uuid.uuid4())}
    headers |= {"Content-Type": "application/json"} if body else {}
    return call(at, method, ELAN + path, headers, body, status)


def healthy() -> list[Entry]:
    """A client that gets in, looks up, handles a busy service and asks for its debtors' rules."""
    metadata = json.dumps({"issuer": ISSUER, "token_endpoint": f"{ISSUER}token"})
    months = (f"krav?fraOgMed=2026-0{month}-01&tilOgMed=2026-0{month}-28" for month in range(1, 9))
    return [
        call(-1, "GET", f"{ISSUER}.well-known/oauth-authorization-server", {"Accept": "*/*"}, answer=metadata),
        asked(0, "skatteetaten:kravogbetalinger", KOB_TOKEN),
        *(looked_up(0.3 + number * 0.12, month) for number, month in enumerate(months)),
        *(looked_up(at, "aapnekrav", status) for at, status in ((2, 503), (2.6, 503), (4.2, 200))),
        looked_up(6, "utbetalinger?fraOgMed=2026-01-01&tilOgMed=2026-06-30", 404),
        asked(8, "skatteetaten:utleggsbegjaering", ELAN_TOKEN),
        of_elan(9, "POST", "/betjeningskartet", json.dumps(DEBTOR)),
        *(of_elan(at, "GET", "/status/4711") for at in (10, 13, 16)),
    ]


@pytest.fixture(scope="module")
def contracts():
    return {name: contract_of(name) for name in api_names()}


@pytest.fixture
def judged(tmp_path, contracts) -> Callable[[list[Entry]], dict[str, str]]:
    """What a recording shows: the requirements that were judged, each with what is wrong, or nothing."""

    def of(entries: list[Entry]) -> dict[str, str]:
        path = tmp_path / "traffic.har"
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        recorded = read_client_traffic(path, contracts)
        found = {**recorded.contracts, **{name: contract_of(name) for name in issuer_names()}}
        outcome = Outcome("recorded", "", ())
        client = RecordedClient(recorded, ClientNotes(outcome, found, "recorded", Redactor(set())))
        for api, contract in found.items():
            for check in set(contract.by_check) & set(all_client_checks()):
                client.judged_by(check, api)
        return dict.fromkeys(outcome.judged, "") | {each.requirement: each.aspect for each in outcome.findings}

    return of


def broken(found: dict[str, str]) -> set[str]:
    return {requirement for requirement, aspect in found.items() if aspect}


def changed(change: Callable[[Entry], object]) -> list[Entry]:
    entries = healthy()
    for entry in entries:
        change(entry)
    return entries


def header(name: str, value: str) -> Callable[[Entry], None]:
    """A modification: every request that has the header has it with that value."""

    def change(entry: Entry) -> None:
        for each in entry["request"]["headers"]:
            if each["name"] == name:
                each["value"] = value

    return change


def form(field: str, value: str) -> Callable[[Entry], None]:
    """A modification: the field of every token request has that value."""

    def change(entry: Entry) -> None:
        posted = entry["request"].get("postData")
        if posted and "assertion=" in posted["text"]:
            fields = dict(part.split("=", 1) for part in posted["text"].split("&"))
            posted["text"] = "&".join(f"{name}={text}" for name, text in {**fields, field: quote(value)}.items())

    return change


def begun(entry: Entry) -> datetime.datetime:
    return datetime.datetime.fromisoformat(entry["startedDateTime"])


def without(entry: Entry, side: str, name: str) -> None:
    entry[side]["headers"] = [each for each in entry[side]["headers"] if each["name"] != name]


def at_a_proxy(entry: Entry) -> None:
    url = entry["request"]["url"].replace(ISSUER, "http://localhost:8888/issuer/")
    entry["request"]["url"] = url.replace(KOB, "http://localhost:8889/kob").replace(ELAN, "http://localhost:8890/elan")


def test_a_healthy_client_is_judged_by_much_and_accused_of_nothing(judged):
    found = judged(healthy())

    assert broken(found) == set()
    assert len(found) >= 35


GAPS = ["[REDACTED]", "", "...", "…", "***", "<token>", "{{token}}", "xxx", "null", "SLADDET", "0123abcd", "eyJhbGci…"]


@pytest.mark.parametrize("gap", [*GAPS, "redacted:sha256:8d969eef", "eyJhbGciOiJSUzI1NiJ9.[REDACTED].[REDACTED]"])
@pytest.mark.parametrize("scheme", ["Bearer ", ""])
def test_what_stands_in_place_of_a_token_is_not_judged(judged, scheme, gap):
    found = judged(changed(header("Authorization", scheme + gap)))

    assert broken(found) == set()
    assert "MASK-TOKEN-010" not in found
    assert "KOB-CLIENT-002" in found


@pytest.mark.parametrize("gap", GAPS)
def test_what_stands_in_place_of_a_grant_is_not_judged(judged, gap):
    found = judged(changed(form("assertion", gap)))

    assert broken(found) == set()
    assert not {"MASK-GRANT-001", "MASK-GRANT-008"} & set(found)


@pytest.mark.parametrize("gap", ["[REDACTED]", "", "***", "<id>", "skjult", "00000000-0000-0000-0000-000000000000"])
@pytest.mark.parametrize("name", ["Korrelasjonsid", "Meldingsid", "KlientId"])
def test_what_stands_in_place_of_an_id_is_not_judged(judged, name, gap):
    assert broken(judged(changed(header(name, gap)))) == set()


@pytest.mark.parametrize(
    "gap", ["***", "[REDACTED]", "%5BREDACTED%5D", "{orgnr}", "310******", "999999999", "NNNNNNNNN"]
)
def test_what_stands_in_an_address_in_place_of_a_value_is_not_judged(judged, gap):
    def change(entry: Entry) -> None:
        entry["request"]["url"] = entry["request"]["url"].replace(ORGANISATION, gap).replace("2026-01-01", gap)

    assert broken(judged(changed(change))) == set()


LEFT_OUT: dict[str, Callable[[Entry], object]] = {
    "no Authorization": lambda entry: without(entry, "request", "Authorization"),
    "no Authorization here and there": lambda entry: (
        begun(entry).second % 2 or without(entry, "request", "Authorization")
    ),
    "no headers of requests": lambda entry: entry["request"].pop("headers"),
    "no headers at all": lambda entry: [entry[side].pop("headers") for side in ("request", "response")],
    "no bodies": lambda entry: (entry["request"].pop("postData", None), entry["response"].pop("content")),
    "bodies of requests cut": lambda entry: entry["request"].get("postData", {}).update(text='{"skyldner": [{"tax'),
    "no Date": lambda entry: without(entry, "response", "Date"),
    "no times": lambda entry: entry.pop("startedDateTime"),
    "no durations": lambda entry: entry.update(time=0, timings={"send": -1, "wait": -1, "receive": -1}),
}


@pytest.mark.parametrize("what", [*LEFT_OUT])
def test_what_was_left_out_is_not_judged(judged, what):
    found = judged(changed(LEFT_OUT[what]))

    assert broken(found) == set()
    assert "KOB-CLIENT-025" in found


CLOCKS: dict[str, Callable[[datetime.datetime], str]] = {
    "whole seconds": lambda began: began.isoformat(timespec="seconds"),
    "an offset, seven digits": lambda began: (
        began.astimezone(datetime.timezone(datetime.timedelta(hours=1)))
        .isoformat(timespec="microseconds")
        .replace("000+", "0000+")
    ),
    "local time in winter": lambda began: (began + datetime.timedelta(hours=1)).isoformat().removesuffix("+00:00"),
    "local time in summer": lambda began: (began + datetime.timedelta(hours=2)).isoformat().removesuffix("+00:00"),
    "five minutes ahead": lambda began: (began + datetime.timedelta(minutes=5)).isoformat(),
    "a quarter of a minute behind": lambda began: (began - datetime.timedelta(seconds=15)).isoformat(),
}


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("clock", [*CLOCKS])
def test_the_clock_of_whoever_recorded_accuses_nobody(judged, clock, dated):
    def change(entry: Entry) -> None:
        entry["startedDateTime"] = CLOCKS[clock](begun(entry))
        if not dated:
            without(entry, "response", "Date")

    assert broken(judged(changed(change))) == set()


ODD_TIMES = (10**400, -(10**400), 1e308, float("inf"), float("nan"), True, "soon", [1], None)
"""Invalid points in time: beyond any clock, or not a number."""


@pytest.mark.parametrize("odd", ODD_TIMES, ids=lambda odd: f"{odd}"[:8])
def test_a_token_of_an_odd_time_breaks_no_judgement(judged, odd):
    times = {"iat": odd, "exp": odd}
    of_an_odd_time = jws({"iss": ISSUER, "client_id": "client", "scope": "skatteetaten:kravogbetalinger", **times})
    odd_ones = [asked(20, "skatteetaten:kravogbetalinger", of_an_odd_time), looked_up(21, "aapnekrav")]
    for entry in odd_ones[1]["request"]["headers"]:
        if entry["name"] == "Authorization":
            entry["value"] = f"Bearer {of_an_odd_time}"

    found = judged([*odd_ones, *healthy()])

    assert "KOB-CLIENT-003" in found
    assert broken(found) <= {"MASK-TOKEN-001", "MASK-TOKEN-002", "MASK-TOKEN-006"}


@pytest.mark.parametrize("odd", ODD_TIMES, ids=lambda odd: f"{odd}"[:8])
def test_a_grant_of_an_odd_time_is_a_breach(judged, odd):
    entries = healthy()
    entries[1] = asked(0, "skatteetaten:kravogbetalinger", KOB_TOKEN, iat=odd, exp=odd)

    assert {"MASK-GRANT-003"} <= broken(judged(entries)) <= {"MASK-GRANT-003", "MASK-GRANT-009"}


def test_what_was_recorded_twice_was_sent_once(judged):
    assert broken(judged(healthy() + copy.deepcopy(healthy()[:0]))) == set()
    entries = healthy()
    assert broken(judged(entries + copy.deepcopy(entries))) == set()


def test_the_order_of_entries_does_not_matter(judged):
    assert broken(judged(healthy()[::-1])) == set()


@pytest.mark.parametrize("first", [1, 2])
def test_a_recording_may_begin_in_the_middle(judged, first):
    found = judged(healthy()[first:])

    assert broken(found) == set()
    assert "MASK-GRANT-014" not in found


def test_a_proxy_in_front_of_the_services_has_addresses_of_its_own(judged):
    entries = changed(at_a_proxy)
    with_metadata, without_it = judged(entries), judged(entries[1:])

    assert broken(with_metadata) == broken(without_it) == set()
    assert {"MASK-GRANT-001", "KOB-CLIENT-002", "ELAN-CLIENT-009"} <= set(with_metadata)


def test_an_audience_that_the_service_did_not_take_shows_behind_a_proxy(judged):
    entries = [*healthy(), asked(200, "skatteetaten:kravogbetalinger", "", 400, aud=f"{ISSUER}token")]
    for entry in entries:
        at_a_proxy(entry)

    assert broken(judged(entries)) == {"MASK-GRANT-001"}


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OTHERS = {
    "a preflight": call(
        0.2, "OPTIONS", f"{KOB}/finans/{ORGANISATION}/krav", {"Origin": "https://x.example"}, status=204
    ),
    "a login by another issuer": call(
        0.2, "POST", "https://login.example/oauth2/token", FORM, "grant_type=client_credentials&client_assertion=e.e.e"
    ),
    "a grant to another issuer": call(
        *(0.2, "POST", "https://oauth2.example/token", FORM),
        urlencode(
            {"grant_type": GRANT_TYPE, "assertion": jws({"aud": "https://oauth2.example/token", "scope": "mail"})}
        ),
    ),
    "the vendor's own backend": call(
        0.2, "GET", f"https://app.example/api/finans/{ORGANISATION}/aapnekrav", {"Cookie": "session=1"}
    ),
}


@pytest.mark.parametrize("other", [*OTHERS])
def test_calls_to_others_are_no_business_of_ours(judged, other):
    assert broken(judged([OTHERS[other], *healthy()])) == set()


SCOPE = "skatteetaten:kravogbetalinger"
TWICE = str(uuid.uuid4())
SUBMISSION = json.dumps({"innsenderReferanse": "x"})
BREACHES: dict[str, tuple[list[Entry], str]] = {
    "aud": ([asked(30, SCOPE, "", 400, aud=f"{ISSUER}token")], "MASK-GRANT-001"),
    "exp": ([asked(30, SCOPE, "", 400, exp=seconds(30) + 3600)], "MASK-GRANT-003"),
    "iat": ([asked(30, SCOPE, "", 400, iat=seconds(-30), exp=seconds(60))], "MASK-GRANT-009"),
    "jti": ([asked(at, SCOPE, "", 400, jti=TWICE) for at in (30, 300)], "MASK-GRANT-004"),
    "another grant type": (
        [call(30, "POST", f"{ISSUER}token", FORM, "grant_type=client_credentials&client_id=x", 400)],
        "MASK-GRANT-008",
    ),
    "a grant in JSON": (
        [call(30, "POST", f"{ISSUER}token", {"Content-Type": "application/json"}, '{"assertion": "e.e.e"}', 400)],
        "MASK-GRANT-008",
    ),
    "a token that had expired": ([looked_up(200, "aapnekrav", 401)], "MASK-TOKEN-002"),
    "another scheme": ([looked_up(30, "aapnekrav", 401, headers={"Authorization": KOB_TOKEN})], "MASK-TOKEN-010"),
    "no token": ([looked_up(30, "aapnekrav", 401, headers={"Authorization": None})], "MASK-TOKEN-010"),
    "undefined": ([looked_up(30, "aapnekrav", 401, headers={"Authorization": "Bearer undefined"})], "MASK-TOKEN-010"),
    "no id": ([looked_up(30, "aapnekrav", headers={"Korrelasjonsid": None})], "KOB-CLIENT-003"),
    "another id": ([looked_up(30, "aapnekrav", headers={"Korrelasjonsid": "kall-17"})], "KOB-CLIENT-002"),
    "an id twice": (
        [looked_up(at, "aapnekrav", headers={"Korrelasjonsid": TWICE}) for at in (30, 50)],
        "KOB-CALLID-006",
    ),
    "a token in the address": ([looked_up(30, f"aapnekrav?token={KOB_TOKEN}")], "MASK-TOKEN-007"),
    "too many in flight": (
        [looked_up(30 + number / 100, f"krav?fraOgMed=2026-01-0{number}", took=0.5) for number in range(1, 8)],
        "KOB-CLIENT-001",
    ),
    "hammered": ([looked_up(30 + number * 0.15, "aapnekrav", 503) for number in range(8)], "KOB-CLIENT-006"),
    "Retry-After": (
        [looked_up(at, "aapnekrav", 429, answered={"Retry-After": "30"}) for at in (30, 35)],
        "KOB-CLIENT-005",
    ),
    "a write repeated": ([of_elan(at, "POST", "", SUBMISSION, 502) for at in (20, 22)], "ELAN-CLIENT-013"),
    "a wrong body": ([of_elan(20, "POST", "", SUBMISSION, 400)], "ELAN-CLIENT-006"),
    "a long period": ([looked_up(30, "krav?fraOgMed=2024-01-01&tilOgMed=2025-12-31", 400)], "KOB-CLIENT-025"),
}


def unanswered(entry: Entry, said: str) -> Entry:
    entry["response"] |= {"status": 0, "headers": [], "content": {}, "_error": said}
    return entry


@pytest.mark.parametrize(
    ("said", "shows"),
    [
        ("net::ERR_CONNECTION_RESET", True),
        ("socket hang up", True),
        ("ETIMEDOUT: timed out", True),
        ("net::ERR_BLOCKED_BY_CLIENT", False),
        ("net::ERR_NAME_NOT_RESOLVED", False),
        ("", False),
    ],
)
def test_a_submission_that_broke_off_and_was_sent_again_shows(judged, said, shows):
    first, second = (of_elan(at, "POST", "", SUBMISSION, 201) for at in (20, 22))

    found = judged([*healthy(), unanswered(first, said), second])
    assert ("ELAN-CLIENT-013" in broken(found)) is shows


def test_a_read_that_broke_off_may_be_sent_again(judged):
    entries = [unanswered(looked_up(20, "aapnekrav"), "net::ERR_CONNECTION_RESET"), looked_up(20.6, "aapnekrav")]

    assert broken(judged([*healthy(), *entries])) == set()


@pytest.mark.parametrize("gap", ["", "Bearer …", "[REDACTED]"])
@pytest.mark.parametrize("breach", ["a wrong body", "another grant type", "no id", "a long period", "hammered"])
def test_a_breach_is_found_in_a_recording_without_tokens(judged, breach, gap):
    entries, requirement = BREACHES[breach]
    recorded = copy.deepcopy([*healthy(), *entries])
    for entry in recorded:
        header("Authorization", gap)(entry)

    assert requirement in broken(judged(recorded))


def test_calls_whose_headers_were_kept_and_calls_without_any_are_told_apart(judged):
    entries = healthy()
    for entry in entries[::2]:
        entry["request"].pop("headers")
    for entry in entries[1::2]:
        without(entry, "request", "Authorization")

    assert broken(judged(entries)) == set()


@pytest.mark.parametrize("breach", [*BREACHES])
def test_a_breach_is_found_beside_much_that_is_right(judged, breach):
    entries, requirement = BREACHES[breach]

    assert requirement in broken(judged([*healthy(), *entries]))
