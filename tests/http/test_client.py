"""Network and gateway are distinguished from the service: a safe request is retried, a verdict never is."""

# ruff: noqa: E501 - a table is read line by line

import contextlib
import datetime
import gzip
import socket
import ssl
import threading

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from harness.auth.trouble import Trouble
from harness.contract.error_body import error_field
from harness.exchange import Exchange
from harness.http.allowance import Allowance
from harness.http.client import ApiClient, TargetUnavailableError
from harness.http.connection import open_client
from harness.http.fair_use import FairUseGate
from harness.http.retrying import pause_before_next, trouble_in
from harness.targets.model import Target
from tests.conftest import exchange
from tests.troubled import (
    PAGE,
    TroubledProxy,
    answer,
    babble,
    closed_port,
    cut_short,
    deaf,
    drip,
    hang_up,
    on,
    page,
    raw,
    reset,
    reset_after,
    stall,
)

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
OWN_503 = b'{"kode": "BOK-003", "melding": "x", "korrelasjonsid": "5f0c9e"}'


def target(base_url: str, **fields: object) -> Target:
    maskinporten = {"issuer": base_url, "client_id": "c", "key": "env:K", "kid": "k"}
    members = {"profile": "sandbox", "maskinporten": maskinporten, "apis": {"x": {"base_url": base_url, "scope": "s"}}}
    return Target.model_validate(members | fields)


UNKNOWN = "/unknown"
"""An address that the API does not have."""


class Calling:
    """A client for one address, with what was reported to it on the way."""

    def __init__(self, folder, base_url, renewal=lambda authorization: None, **fields):
        self.tries: list[Exchange] = []
        self.pauses: list[float] = []
        self.http = open_client(target(base_url, **fields))
        gate = FairUseGate(base_url, folder)
        self.client = ApiClient(
            base_url,
            self.http,
            gate,
            allowance=Allowance(gate.folder, gate.folder),
            listener=self.tries.append,
            is_final=lambda exchange: error_field(exchange.response, "kode") is not None,
            kind_of=lambda request: "" if request.parts.path == UNKNOWN else request.parts.path,
            renewal=renewal,
            pause=self.pauses.append,
        )

    def get(self, path: str = "/x", **headers: str) -> Exchange:
        return self.client.send("GET", path, headers)

    def trouble(self, method: str = "GET", path: str = "/x") -> tuple[str, int]:
        with pytest.raises(TargetUnavailableError) as caught:
            self.client.send(method, path, {})
        return caught.value.trouble.kind, caught.value.tries


@pytest.fixture
def calling(tmp_path):
    opened = []

    def of(base_url: str, **more) -> Calling:
        opened.append(Calling(tmp_path, base_url, **more))
        return opened[-1]

    yield of
    for each in opened:
        each.http.close()


@pytest.fixture
def proxy():
    proxy = TroubledProxy()
    proxy.plan = lambda asked: answer(200, b"{}")
    yield proxy
    proxy.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

TURNED_AWAY = [(answer(425), "busy"), (answer(429), "busy")]
TROUBLES = [
    *TURNED_AWAY,
    (hang_up, "reset"),
    (answer(200, b"{}", Content_Length="9"), "cut-short"),
    (stall, "read-timeout"),
    (drip, "total-timeout"),
    (answer(502), "busy"),
    (page(503), "busy"),
    (answer(504, b"upstream timed out", "text/plain"), "busy"),
    (page(200), "gateway-page"),
    (answer(200, PAGE, "text/plain"), "gateway-page"),
    (answer(200, b"\xef\xbb\xbf" + PAGE, "application/json"), "gateway-page"),
    (answer(200, b"\xff\xfe" + PAGE.decode().encode("utf-16-le")), "gateway-page"),
    (answer(200, b"Please log in first. " + PAGE, "text/plain"), "gateway-page"),
    (answer(302, Location="https://login.example.test/"), "redirect"),
    (answer(307, Location="/x"), "redirect"),
    (answer(408), "busy"),
    (page(511), "busy"),
    (page(520), "busy"),
    (page(526), "busy"),
    (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "cut-short"),
    (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n"), "cut-short"),
    (raw(HEAD + b'\r\n{"a": [1, '), "cut-short"),
    (raw(HEAD + b"Content-Length: 1\r\n\r\n{}"), "cut-short"),
    (answer(200, gzip.compress(b"{}" * 500)[:20], Content_Encoding="gzip"), "cut-short"),
    (answer(200, b"{}", Content_Encoding="gzip"), "cut-short"),
    (answer(200, b"\x8b\x01\x80{}\x03", Content_Encoding="br"), "cut-short"),
    (answer(200, b"(\xb5/\xfd\x04", Content_Encoding="gzip, zstd"), "cut-short"),
    (babble, "no-http"),
    (raw(bytes(range(200, 256)) * 5 + b"\r\n\r\n"), "no-http"),
    (raw(HEAD + b"X: a\0b\r\nContent-Length: 2\r\n\r\n{}"), "no-http"),
]


def test_a_cookie_that_one_answer_sets_is_in_no_later_call(calling, proxy):
    proxy.plan = lambda asked: answer(200, b"{}", Set_Cookie="lb=a; Path=/")
    client = calling(proxy.url)

    client.get()
    client.get()

    assert [asked.header("Cookie") for asked in proxy.asked] == ["", ""]


IMPATIENT: dict[str, dict[str, dict[str, float]]] = {
    "read-timeout": {"timeouts": {"read": 0.5}},
    "total-timeout": {"timeouts": {"total": 1}},
}
"""Only what times out has a short timeout: a slow machine takes its time for everything else."""


@pytest.mark.parametrize(("trouble", "kind"), TROUBLES)
def test_trouble_that_passes_is_tried_again_and_the_answer_counts(calling, proxy, trouble, kind):
    proxy.plan = lambda asked: trouble if asked.number < 3 else answer(200, b"{}")

    found = calling(proxy.url, **IMPATIENT.get(kind, {})).get()

    assert (found.response.status, found.response.body, found.attempts) == (200, b"{}", 3)
    assert len(proxy.asked) == 3


@pytest.mark.parametrize(("trouble", "kind"), TROUBLES)
def test_trouble_that_stays_is_no_answer(calling, proxy, trouble, kind):
    """More retries for incomplete answers and calls that were turned away: they could accuse the service."""
    proxy.plan = lambda asked: trouble
    is_patient = kind == "cut-short" or (trouble, kind) in TURNED_AWAY

    assert calling(proxy.url, **IMPATIENT.get(kind, {})).trouble() == (kind, 5 if is_patient else 3)


@pytest.mark.parametrize("status", [425, 429])
def test_a_write_that_was_turned_away_untouched_is_sent_again(calling, proxy, status):
    proxy.plan = lambda asked: answer(status) if asked.number < 3 else answer(200, b"{}")

    assert calling(proxy.url).client.send("POST", "/x", {}).response.status == 200
    assert len(proxy.asked) == 3


OF_A_WRITE = [each for each in TROUBLES if each not in TURNED_AWAY]


@pytest.mark.parametrize(("trouble", "kind"), OF_A_WRITE)
def test_a_write_is_never_sent_twice(calling, proxy, trouble, kind):
    proxy.plan = lambda asked: trouble

    assert calling(proxy.url, **IMPATIENT.get(kind, {})).trouble("POST") == (kind, 1)
    assert len(proxy.asked) == 1


def test_a_reset_in_the_middle_is_trouble(calling, behind):
    behind.proxy.plan = lambda asked: reset

    kind, tries = calling(behind.proxy.url).trouble()

    assert (kind, tries) in {("reset", 3), ("cut-short", 5)}


@pytest.mark.parametrize("name", ["utf-8", "none", "identity", "application/json"])
def test_a_name_that_is_of_no_coding_changes_nothing(calling, proxy, name):
    proxy.plan = lambda asked: answer(200, b"{}", Content_Encoding=name)

    assert calling(proxy.url).get().response.body == b"{}"


CUTS = [
    (b"Content-Length: 20\r\n\r\n{}", "the connection ended after 2 of the 20 bytes that Content-Length says"),
    (b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "the connection ended before the last chunk of the body"),
    (b"Content-Length: 1\r\n\r\n{}", "the body is 1 byte longer than Content-Length says"),
    (b"\r\n[{}, ", "the connection ended in the middle of the body, which has no length"),
]


@pytest.mark.parametrize(("octets", "shortfall"), CUTS)
def test_one_operation_that_is_never_whole_while_all_others_are_is_an_answer(calling, proxy, octets, shortfall):
    """A service that breaks its own declaration every time, in one place, is judged by it."""
    proxy.plan = lambda asked: raw(HEAD + octets) if asked.path == "/broken" else answer(200, b"{}")
    call = calling(proxy.url)
    for _ in range(3):
        call.get("/whole")

    found = call.get("/broken")

    assert (found.response.status, found.response.completeness, found.attempts) == (200, "cut", 3)
    assert found.response.shortfall == shortfall


def test_an_operation_that_was_whole_once_is_not_accused_of_what_the_network_cuts(calling, proxy):
    proxy.plan = lambda asked: raw(HEAD + b"Content-Length: 20\r\n\r\n{}") if asked.number > 4 else answer(200, b"{}")
    call = calling(proxy.url)
    for path in ("/x", "/a", "/b", "/c"):
        call.get(path)

    assert call.trouble() == ("cut-short", 5)


def test_where_everything_is_cut_nobody_is_accused(calling, proxy):
    proxy.plan = lambda asked: raw(HEAD + b"Content-Length: 20\r\n\r\n{}")
    call = calling(proxy.url)

    assert [call.trouble(), call.trouble()] == [("cut-short", 5), ("cut-short", 5)]


def test_a_reset_in_the_body_is_told_from_nothing(calling, proxy):
    """FIN and RST look the same to the caller: whatever arrived before is kept as evidence."""
    proxy.plan = lambda asked: reset_after(HEAD + b"Content-Length: 20\r\n\r\n{}")
    call = calling(proxy.url)

    assert call.trouble() == ("cut-short", 5)
    assert {(each.response.body, each.response.completeness) for each in call.tries} <= {(b"{}", "cut"), (b"", "cut")}


def test_what_stands_behind_an_answer_is_not_the_next_answer(calling):
    """A kept-alive connection is not reused after more arrived than was announced."""
    served = []

    def serve(connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                served.append(connection)
                connection.sendall(
                    HEAD + b"Content-Length: 1\r\n\r\n1" + (b"HTTP/1.1 500 X\r\n\r\n" if len(served) == 1 else b"")
                )

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept_each, args=(listening, serve), daemon=True).start()
        found = calling(f"http://127.0.0.1:{listening.getsockname()[1]}").get()

    assert (found.response.status, found.response.body, found.attempts, served[0] is served[1]) == (200, b"1", 2, False)


def _accept_each(listening: socket.socket, serve) -> None:
    with contextlib.suppress(OSError):
        while True:
            serve(listening.accept()[0])


def test_an_answer_cut_short_is_trouble(calling, behind):
    behind.proxy.plan = on("/sandbox/status", cut_short, first=1)

    found = calling(behind.proxy.url).get("/sandbox/status")

    assert (found.response.status, found.attempts) == (200, 2)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 405, 406, 500])
def test_an_answer_of_the_service_stands(calling, proxy, status):
    """The refusal that a negative test expects, and a deviation, are requested once."""
    proxy.plan = lambda asked: answer(status, b"{}")
    call = calling(proxy.url)

    assert (call.get().response.status, len(proxy.asked), call.tries) == (status, 1, [])


def test_what_the_service_itself_signs_is_judged_however_busy_it_looks(calling, proxy):
    proxy.plan = lambda asked: answer(503, OWN_503)

    found = calling(proxy.url).get()

    assert (found.response.status, found.attempts) == (503, 1)


@pytest.mark.parametrize("trouble", [answer(429, Retry_After="1"), page(503)])
def test_who_asks_once_is_given_the_first_answer(calling, proxy, trouble):
    proxy.plan = lambda asked: trouble

    found = calling(proxy.url).client.send_once("GET", "/x", {})

    assert (found.response.status in {429, 503}, found.attempts, len(proxy.asked)) == (True, 1, 1)


def test_who_asks_once_is_given_the_first_whole_answer(calling, proxy):
    cut = raw(HEAD + b"Content-Length: 20\r\n\r\n{}")
    proxy.plan = lambda asked: cut if asked.number < 3 else answer(429)

    found = calling(proxy.url).client.send_once("GET", "/x", {})

    assert (found.response.status, found.attempts, len(proxy.asked)) == (429, 3, 3)


def test_each_try_is_told(calling, proxy):
    proxy.plan = lambda asked: answer(429, Retry_After="2") if asked.number < 3 else answer(200, b"{}")
    call = calling(proxy.url)

    call.get()

    assert [(each.response.status, each.attempts) for each in call.tries] == [(429, 1), (429, 2)]
    assert call.pauses == [2.0, 2.0]


def test_an_expired_token_is_renewed_once_and_the_call_sent_again(calling, proxy):
    renewed = {"Bearer old": "Bearer new"}
    proxy.plan = lambda asked: answer(200 if asked.header("Authorization") == "Bearer new" else 401, b"{}")
    call = calling(proxy.url, renewal=renewed.get)

    found = call.get(Authorization="Bearer old")

    assert (found.response.status, found.attempts, [each.response.status for each in call.tries]) == (200, 2, [401])


def test_a_token_that_is_not_ours_is_refused_once(calling, proxy):
    proxy.plan = lambda asked: answer(401, b"{}")

    found = calling(proxy.url, renewal={"Bearer old": "Bearer new"}.get).get(Authorization="Bearer forged")

    assert (found.response.status, found.attempts, len(proxy.asked)) == (401, 1, 1)


def test_a_refusal_of_the_new_token_too_stands(calling, proxy):
    proxy.plan = lambda asked: answer(401, b"{}")

    found = calling(proxy.url, renewal=lambda _: "Bearer new").get(Authorization="Bearer old")

    assert (found.response.status, found.attempts, len(proxy.asked)) == (401, 2, 2)


def test_nobody_listening_is_refused(calling):
    assert calling(f"http://127.0.0.1:{closed_port()}").trouble() == ("refused", 3)


def test_a_host_that_does_not_answer_is_given_up(calling):
    with deaf() as port:
        kind = calling(f"http://127.0.0.1:{port}", timeouts={"connect": 0.3}).trouble()

    assert kind == ("connect-timeout", 3)


def test_another_protocol_is_no_http(calling, proxy):
    proxy.plan = lambda asked: babble

    assert calling(proxy.url).trouble() == ("no-http", 3)


def test_an_unknown_host_name_is_told(calling):
    call = calling("http://127.0.0.1:1")
    call.http.close()
    call = calling("http://localhost:1", proxy="http://nowhere.invalid:1")

    assert call.trouble() == ("dns", 3)


@pytest.mark.parametrize(("status", "kind", "tries"), [(407, "proxy-login", 1), (502, "proxy", 3)])
def test_a_proxy_that_refuses_is_told_from_the_service(calling, proxy, status, kind, tries):
    proxy.plan = lambda asked: answer(status)

    assert calling("https://localhost:1", proxy=proxy.url).trouble() == (kind, tries)


def test_a_healthy_proxy_passes_calls_on(calling, proxy):
    found = calling("http://localhost:1/v1", proxy=proxy.url).get()

    assert (found.response.status, proxy.asked[0].path) == (200, "http://localhost:1/v1/x")


def tls(certificate: trustme.LeafCert) -> TroubledProxy:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    proxy = TroubledProxy(tls=context)
    proxy.plan = lambda asked: answer(200, b"{}")
    return proxy


AUTHORITY = trustme.CA()
YESTERDAY = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
CERTIFICATES = [
    (AUTHORITY.issue_cert("127.0.0.1"), None),
    (AUTHORITY.issue_cert("127.0.0.1", not_after=YESTERDAY), "tls-expired"),
    (AUTHORITY.issue_cert("127.0.0.1", not_before=YESTERDAY + datetime.timedelta(days=9)), "tls-not-yet-valid"),
    (AUTHORITY.issue_cert("127.0.0.2"), "tls-wrong-host"),
    (AUTHORITY.issue_cert("other.example.test"), "tls-wrong-host"),
    (trustme.CA().issue_cert("127.0.0.1"), "tls-unknown-ca"),
]


@pytest.mark.parametrize(("certificate", "kind"), CERTIFICATES, ids=[str(kind) for _, kind in CERTIFICATES])
def test_a_certificate_that_is_wrong_is_told_and_not_tried_again(calling, tmp_path, certificate, kind):
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    proxy = tls(certificate)
    call = calling(proxy.url, ca_bundle=str(tmp_path / "ca.pem"))

    if kind is None:
        assert call.get().response.status == 200
    else:
        assert call.trouble() == (kind, 1)
    proxy.close()


def test_plain_http_where_tls_is_wanted_is_told(calling, behind):
    port = behind.proxy.upstream[1]

    assert calling(f"https://127.0.0.1:{port}").trouble()[0] == "tls-handshake"


def test_an_address_of_ipv6_alone_will_do(calling):
    proxy = TroubledProxy(host="::1")
    proxy.plan = lambda asked: answer(200, b"{}")

    assert calling(f"http://[::1]:{proxy.port}").get().response.status == 200
    proxy.close()


statuses = st.integers(100, 599)


BUSY = {408, 425, 429, 502, 503, 504, 511, *range(520, 531)}


@given(st.booleans(), statuses, st.integers(1, 9))
def test_only_what_nobody_answered_is_asked_again(changes_nothing, status, tries):
    answered = exchange(status, b"{}")
    trouble = trouble_in(answered)

    assert (trouble is not None) == (status in BUSY)
    if trouble is not None:
        found = pause_before_next(tries, trouble, answered, NOW, changes_nothing=changes_nothing)
        assert (found is not None) == (tries < 5 if status in {425, 429} else changes_nothing and tries < 3)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("0", 0.0), ("7", 7.0), ("60", 60.0), ("61", None), ("9" * 20, None), ("-1", "ours"), ("-5", "ours"), ("1e3", "ours"),
        ("Thu, 01 Jan 2026 00:00:09 GMT", 9.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("Thu, 01 Jan 2026 00:00:09 -0000", 9.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None), ("Fri, 31 Dec 99999 23:59:59 GMT", "ours"), ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("soon", "ours"), ("", "ours"), ("٣", "ours"), ("0x10", "ours"), ("1, 2", "ours"), (" \t3 ", 3.0), ("Thu, 99 Foo", "ours"),
    ],
)  # fmt: skip
def test_retry_after_is_kept_to(value, pause):
    answered = exchange(429, headers={"Retry-After": value})

    found = pause_before_next(1, Trouble("busy", "status 429"), answered, NOW, changes_nothing=True)

    assert found == pause if pause != "ours" else 0.25 <= found <= 0.5


@pytest.mark.parametrize(("path", "tries"), [("/x", 1), (UNKNOWN, 3)])
def test_a_write_is_sent_again_where_the_api_has_nothing_to_change(calling, proxy, path, tries):
    proxy.plan = lambda asked: answer(502)

    assert calling(f"http://127.0.0.1:{proxy.port}").trouble("POST", path) == ("busy", tries)


def test_what_another_try_does_not_mend_is_not_tried():
    assert pause_before_next(1, Trouble("tls-expired", "x"), None, NOW, changes_nothing=True) is None
    assert pause_before_next(1, Trouble("reset", "x"), None, NOW, changes_nothing=True) is not None


def test_a_gateway_page_that_is_json_is_judged():
    assert trouble_in(exchange(200, b'{"a": "<html><body>"}', "text/html")) is None


def test_a_service_that_answers_is_alive_whatever_becomes_of_calls_beside_it(calling, proxy):
    """A firewall breaks off some calls. One of them ends while the service answers the question whether it lives."""
    client = calling(proxy.url)
    seen: list[str] = []

    def plan(asked):
        if asked.path == "/wrong":
            return hang_up
        seen.append(asked.path)
        if seen.count("/right") == 2:  # the question
            client.get("/right")
            client.trouble(path="/wrong")
        return answer(200, b"{}")

    proxy.plan = plan
    client.get("/right")
    for _ in range(4):
        client.trouble(path="/wrong")

    assert client.client.pulse().state == "alive"
    assert seen == ["/right"] * 3


def test_a_service_that_answers_nobody_is_dead_and_what_it_died_of_is_named(calling, proxy):
    client = calling(proxy.url)
    client.get("/right")
    proxy.plan = lambda asked: hang_up
    for _ in range(4):
        client.trouble(path="/wrong")

    pulse = client.client.pulse()

    assert (pulse.state, [request.parts.path for request in pulse.died_of]) == ("dead", ["/wrong"])
