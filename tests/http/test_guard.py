"""Only permitted requests leave for a target: synthetic identifiers in test, the own organisation in production."""

# ruff: noqa: E501 - a message is one line

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import httpx
import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.no import orgnr

from harness.auth.grant import consent_subject, grant_claims, system_user_subject
from harness.exchange import Request
from harness.http.connection import open_client
from harness.http.guard import Guard, HeldBackError
from harness.identifiers import has_person_check_digits
from harness.targets.model import Target

HOST = "https://api.example.test"
REAL, SYNTHETIC, PERSON, SYNTHETIC_PERSON = "987654325", "313367002", "15108695088", "14838290095"
SECRET = "a secret that is long enough for HS256"


def target(profile: str = "test", base: str = f"{HOST}/v1", issuer: str = "https://issuer.example.test/") -> Target:
    maskinporten = {"issuer": issuer, "client_id": "c", "key": "env:K", "kid": "k", "consumer": "974761076"}
    api = {"base_url": base, "scope": "s"}
    return Target.model_validate({"profile": profile, "maskinporten": maskinporten, "apis": {"x": api}})


def held_back(request: Request, profile: str = "test") -> str | None:
    try:
        Guard.of(target(profile)).ensure_allowed(request)
    except HeldBackError as error:
        return str(error)
    return None


def get(path: str) -> Request:
    return Request("GET", HOST + path)


def post(body: str | bytes, content_type: str = "application/json") -> Request:
    octets = body if isinstance(body, bytes) else body.encode()
    return Request("POST", f"{HOST}/v1", (("Content-Type", content_type),), octets)


def grant(subject) -> Request:
    claims = grant_claims(subject, issuer="https://issuer.example.test/", client_id="c", now=1_790_000_000)
    assertion = jwt.encode(claims, SECRET, algorithm="HS256")
    body = f"grant_type=x&assertion={assertion}".encode()
    return Request("POST", "https://issuer.example.test/token", (), body)


def _escaped(number: str) -> str:
    return "".join(f"\\u{ord(digit):04x}" for digit in number)


PLACES = {
    "path": lambda number: get(f"/v1/finans/{number}/krav"),
    "path, percent-encoded": lambda number: get("/v1/" + "".join(f"%{ord(digit):02x}" for digit in number)),
    "path, encoded twice": lambda number: get("/v1/" + quote("".join(f"%{ord(digit):02x}" for digit in number))),
    "query": lambda number: get(f"/v1?part={number}&x=1"),
    "query, with spaces": lambda number: get(f"/v1?part={number[:3]}+{number[3:6]}+{number[6:]}"),
    "header": lambda number: Request("GET", f"{HOST}/v1", (("X-Part", number),)),
    "JSON text": lambda number: post(json.dumps({"a": [{"partIdentifikator": number}]})),
    "JSON number": lambda number: post(json.dumps({"a": int(number)})),
    "VAT number": lambda number: post(f'{{"a": "NO{number}"}}'),
    "XML": lambda number: post(f"<a><b>{number}</b></a>", "application/xml"),
    "JSON escapes": lambda number: post(json.dumps({"a": number}).replace(number, _escaped(number))),
    "XML references": lambda number: post("".join(f"&#{ord(digit)};" for digit in number), "application/xml"),
    "UTF-16": lambda number: post(f"<a>{number}</a>".encode("utf-16"), "application/xml"),
    "form": lambda number: post(f"a={number}", "application/x-www-form-urlencoded"),
    "other digits": lambda number: post(number.translate({ord("0") + i: 0xFF10 + i for i in range(10)})),
    "consent": lambda number: grant(consent_subject("s", "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10", number)),
    "system user": lambda number: grant(system_user_subject("s", number)),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_number_that_may_be_real_stays_here(place):
    assert held_back(PLACES[place](REAL)) is not None
    assert held_back(PLACES[place](SYNTHETIC)) is None


@pytest.mark.parametrize("place", [place for place in PLACES if "spaces" not in place])
def test_a_person_who_may_be_real_stays_here(place):
    assert held_back(PLACES[place](PERSON)) is not None
    assert held_back(PLACES[place](SYNTHETIC_PERSON)) is None


@pytest.mark.parametrize("written", ["151086 95088", "1510.86.95088", "987 654 325", "987.654.325"])
def test_a_number_written_for_people_is_one(written):
    assert held_back(post(json.dumps({"a": written}))) is not None


def test_the_text_says_where_and_not_which():
    assert held_back(PLACES["query"](REAL)) == (
        "held back GET to api.example.test: it holds a number that may be a real organisation's."
    )


def test_the_own_organisation_may_be_named_although_it_is_real():
    assert orgnr.is_valid("974761076")
    assert held_back(grant(consent_subject("s", "id", "974761076"))) is None


@given(st.integers(100_000_000, 999_999_999).map(str), st.text(max_size=5), st.text(max_size=5))
@example("999999999", "0\x0b", "")  # ends the preceding digits
@example("999999999", "\x19", "")  # JSON writes it as an escape that ends in digits
@example("114923141", "", "\u00b9")  # a footnote mark
@example("114923141", "", "\u2460")
def test_any_real_organisation_is_seen_whatever_surrounds_it(number, before, after):
    is_real = orgnr.is_valid(number) and number[0] not in "23" and number != "974761076"
    surrounded = any(text[-1:].isdecimal() for text in (before, after[:1])) or before.endswith(".")

    found = held_back(post(json.dumps({"a": f"{before}{number}{after}"}, ensure_ascii=False)))

    if is_real and not surrounded:
        assert found is not None


@given(st.integers(0, 9_999_999_999).map(lambda n: f"{n:011}"))
def test_digits_with_wrong_check_digits_are_nobody(number):
    if not has_person_check_digits(number):
        assert held_back(post(number)) is None


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("GET", "https://elsewhere.test/"), "elsewhere.test is not one of the target's hosts"),
        (Request("GET", "http://api.example.test/v1"), "it would be sent unencrypted"),
    ],
)
def test_only_the_hosts_of_the_configuration_are_spoken_to(request_, reason):
    assert (held_back(request_) or "").endswith(f"{reason}.")


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (get("/v1/finans/974761076/krav"), None),
        (Request("POST", "https://issuer.example.test/token"), None),
        (get("/v1/finans/313367002/krav"), "it holds another organisation's number, and production may only be asked about your own"),
        (get("/v1/finans/123456789/krav"), "it holds another organisation's number, and production may only be asked about your own"),
        (get(f"/v1/finans/{SYNTHETIC_PERSON}/krav"), "it holds a person's number, and production may only be asked about your own organisation"),
        (post("{}"), "production is read only"),
        (Request("DELETE", f"{HOST}/v1/x"), "production is read only"),
    ],
)  # fmt: skip
def test_production_is_read_about_oneself(request_, reason):
    assert held_back(request_, "prod") == (reason and f"held back {request_.method} to api.example.test: {reason}.")


@pytest.mark.parametrize("url", ["https://api.example.test/", "http://10.0.0.1/", "http://127.0.0.1.example/"])
def test_in_sandbox_mode_nothing_leaves_the_machine(url):
    assert "is not this machine" in (held_back(Request("GET", url), "sandbox") or "")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/", "http://127.9.9.9/"])
def test_loopback_is_this_machine(url):
    assert held_back(Request("GET", url), "sandbox") is None


class Redirecting(BaseHTTPRequestHandler):
    """Redirects every request elsewhere, and remembers who came."""

    seen: list[str] = []  # noqa: RUF012 - one server per test

    def do_GET(self):
        self.seen.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/elsewhere" if self.path == "/same" else "http://localhost:9/elsewhere")
        self.end_headers()

    def log_message(self, *_): ...


@pytest.fixture
def redirecting():
    Redirecting.seen = []
    with HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/same", "/other"])
def test_a_redirect_is_an_answer_and_nobody_follows_it(redirecting, path):
    with open_client(target("sandbox", redirecting, redirecting)) as client:
        response = client.get(redirecting + path, headers={"Authorization": "Bearer x"})

    assert (response.status_code, Redirecting.seen) == (302, [path])


def test_what_is_held_back_never_reaches_a_socket(redirecting):
    with open_client(target("test", redirecting, redirecting)) as client, pytest.raises(HeldBackError):
        client.get(f"{redirecting}/{REAL}")

    assert Redirecting.seen == []


def test_a_client_reads_no_proxy_from_the_environment(redirecting, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with open_client(target("sandbox", redirecting, redirecting)) as client:
        assert isinstance(client.get(f"{redirecting}/same"), httpx.Response)
