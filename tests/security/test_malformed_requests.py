# ruff: noqa: E501 - the tables of what is wrong read best as they are
"""Three thousand requests that no client sends, the same ones every time: none causes a failure of the sandbox."""

import base64
import contextlib
import json
import random
import re
import selectors
import socket
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

REQUESTS = 3000
SEED = 20261129
CONNECTIONS = 60
MEBIBYTE = 1024 * 1024

PATHS = [
    "/", "/sandbox/status", "/sandbox/faults", "/sandbox/survey", "/sandbox/mutants?number=1&seed=1", "/sandbox/clock",
    "/sandbox/knobs", "/sandbox/interventions", "/sandbox/reset", "/sandbox/utleggsbegjaering/klokke",
    "/sandbox/utleggsbegjaering/tall", "/sandbox/utleggsbegjaering/saker/x", "/sandbox/utleggsbegjaering/vedlegg/x",
    "/maskinporten/.well-known/oauth-authorization-server", "/maskinporten/jwk", "/maskinporten/token",
    "/maskinporten/clients", "/maskinporten/clients/x/jwks", "/maskinporten/mint", "/maskinporten/rotate",
    "/maskinporten/issuer", "/maskinporten/consents/x", "/altinn/api/GetConsentToken?serviceCodes=a&offeredBy=1&coveredBy=2&ttl=9",
    "/altinn/accessmanagement/api/v1/enterprise/consentrequests", "/altinn/consentrequests/x/accept",
    "/altinn/accessmanagement/api/v1/enterprise/consentrequests/events?continuationToken=9",
    "/altinn/authentication/api/v1/systemregister/vendor", "/altinn/authentication/api/v1/systemuser/request/vendor",
    "/altinn/systemuser/requests/x/accept", "/altinn/accessmanagement/ui/consent/request?id=x",
    "{kob}/lovfestetrevisjon/313367002/aapnekrav", "{kob}/finans/313367002/krav?fraOgMed=2025-01-01&tilOgMed=2025-12-31",
    "{elan}", "{elan}/valider", "{elan}/valider/x", "{elan}/vedlegg", "{elan}/status/x", "{elan}/x", "{elan}/innsyn/trekk",
]  # fmt: skip
METHODS = [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "G\0T",
    "ÅPNE",
    "",
    "A" * 300,
]
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 ", "http/1.1", "", "HTTP/1.1\0"]
KINDS = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
         "text/plain", "application/xml", "application/json; charset=utf-16", "", "a/b;c=\"", "*/*"]  # fmt: skip


class Maker:
    """Makes requests, each from a bad choice of some of its parts."""

    def __init__(self, bases: dict[str, str]) -> None:
        self.random, self.bases = random.Random(SEED), bases

    def noise(self, most: int) -> bytes:
        return self.random.randbytes(self.random.randrange(most))

    def path(self) -> bytes:
        path = self.random.choice(PATHS).format(**self.bases).encode()
        at = self.random.randrange(len(path) + 1)
        match self.random.randrange(24):
            case 0:
                return path[:at] + self.noise(20) + path[at:]
            case 1:
                return path[:at] + b"%" + self.noise(2).hex().encode() + b"%ff%00%2e%2e%2f" + path[at:]
            case 2:
                return b"http://127.0.0.1" + path
            case 3:
                return self.random.choice(
                    [b"*", b"", b"x:1", b"//", b"/\\", b"?", b"#", b"/..//../", b"/%", b"/%0a%0d"]
                )
            case 4:
                return path + b"?" + b"&".join(b"a=%d" % number for number in range(self.random.randrange(3000)))
            case 5:
                return path + b"/" * self.random.randrange(5000)
            case 6:
                return path + b"?" + self.noise(60).replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b"")
            case _:
                return path

    def token(self) -> bytes:
        header = self.random.choice(
            [{"alg": "none"}, {"alg": "RS256"}, {"alg": "HS256", "kid": None}, [], "x", 1, {"crit": ["b64"]}]
        )
        claims = self.random.choice(
            [{}, [], 1, {"exp": "x"}, {"exp": 1e308}, {"scope": [1]}, {"consumer": 1}, {"iss": {}}]
        )
        parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
        return b".".join([*parts, base64.urlsafe_b64encode(self.noise(40))])

    def headers(self) -> list[bytes]:
        found = (
            [b"Host: 127.0.0.1", b"Connection: close"]
            if self.random.random() < 0.9
            else [b"Host: \xff", b"Host:", b"Host: a\0b"]
        )
        if self.random.random() < 0.6:
            found.append(b"Authorization: Bearer " + self.random.choice([self.token, lambda: self.noise(30)])())
        if self.random.random() < 0.7:
            found.append(b"Content-Type: " + self.random.choice(KINDS).encode())
        odd = [
            b"Accept: " + self.noise(20), b"Accept: application/json;q=x", b"Accept:", b"Accept: */*;q=0", b"X" * 70_000,
            b" folded", b"No colon", b": no name", b"A\0: x", b"A: \0", b"\xc3\xa6: x", b"Expect: 100-continue", b"Upgrade: websocket",
            b"Connection: upgrade, close", b"Connection: " + self.noise(10), b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip",
            b"Transfer-Encoding: chunked, chunked", b"Content-Length: -1", b"Content-Length: x", b"Content-Length: 99999999999999999999",
            b"Content-Length: 5, 6", b"Content-Encoding: gzip", b"Provestand-Fault: " + self.noise(20), b"Provestand-Fault: x@first=9",
            b"Provestand-Fault: kravogbetalinger/expired-token-accepted@share=7", b"Korrelasjonsid: " + self.noise(20), b"Range: bytes=9-1",
            b"If-None-Match: \"", b"Cookie: " + self.noise(20), b"Forwarded: for=\"", b"X-Forwarded-Proto: \xff", b"Origin: \xff", b"TE: x",
        ]  # fmt: skip
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 3])):
            found.append(self.random.choice(odd))
        if self.random.random() < 0.02:
            found += [b"X-%d: x" % number for number in range(5000)]
        return found

    def body(self) -> bytes:
        return self.random.choice(
            [
                lambda: b"",
                lambda: self.noise(200),
                lambda: b"[" * 20_000,
                lambda: b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
                lambda: self.random.choice([b"null", b"1", b'"x"', b"[]", b"{}", b"[1]", b'["x"]', b"NaN", b"1e999", b"9" * 5000]),
                lambda: b'{"a": 1, "a": 2, "\\ud800": "\\u0000"}',
                lambda: json.dumps({name: self.random.choice([None, 1, -1, [], {}, "x", 1e300, True, [{}], "\ud800"]) for name in MEMBERS}).encode(),
                lambda: b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + self.token(),
                lambda: b"&".join(b"a=%ff" for _ in range(2000)),
                lambda: b"--x\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"\xff\"\r\n\r\n" + self.noise(50) + b"\r\n--x--\r\n",
                lambda: b"--x\r\n" + self.noise(100),
                lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            ]
        )()  # fmt: skip

    def request(self) -> bytes:
        if self.random.random() < 0.05:
            return self.random.choice(
                [
                    self.noise(300),
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    b"\x16\x03\x01\x02\x00\x01\x00",
                    b"\r\n" * 50,
                    b"\0" * 100,
                ]
            )
        method = self.random.choice(METHODS[:5] * 12 + METHODS).encode()
        version = self.random.choice(VERSIONS[:1] * 60 + VERSIONS).encode()
        body, headers = self.body(), self.headers()
        match self.random.randrange(24):
            case 0:
                framing, body = [b"Transfer-Encoding: chunked"], b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n"
            case 1:
                framing, body = (
                    [b"Transfer-Encoding: chunked"],
                    self.random.choice(
                        [b"zz\r\n", b"-1\r\nx", b"fffffffffffffffff\r\nx", b"5\r\nab\r\n0\r\n\r\n", self.noise(30)]
                    ),
                )
            case 2:
                framing = [b"Content-Length: %d" % (len(body) + self.random.choice([-1, 1, 50]))] if body else []
            case 3:
                framing = [b"Content-Length: 3", b"Transfer-Encoding: chunked"]
            case _:
                framing = [b"Content-Length: %d" % len(body)]
        line = b" ".join([method, self.path(), version]).strip(b" ") if self.random.random() < 0.97 else self.noise(50)
        end = self.random.choice([b"\r\n"] * 60 + [b"\n", b"\r", b"\r\r\n"])
        return end.join([line, *headers, *framing, b"", b""]) + body


MEMBERS = ["id", "from", "to", "owner", "scopes", "keys", "certify", "claims", "token", "status", "valid_to", "sekunder", "tilstand", "at",
           "saksstatus", "behandlet", "innsender", "saksoeker", "saksoekt", "krav", "consentRights", "validTo", "do", "retire", "integration_type",
           "token_lifetime", "rights", "redirectUrl", "systemId", "kty", "n", "e", "x"]  # fmt: skip


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int, dict[str, str]]]:
    """A sandbox in a separate process: the process, its port, the addresses of its APIs.

    It must have printed nothing at its end.
    """
    target, log = tmp_path / "target.toml", tmp_path / "stderr"
    command = [
        sys.executable,
        "-m",
        "harness",
        "sandbox",
        "--port",
        "0",
        "--write-target",
        str(target),
        "--until-stdin-closes",
    ]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors)
    deadline = time.monotonic() + 60
    while not target.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)  # until a condition holds, with a deadline
    described = tomllib.loads(target.read_text())["targets"]["sandbox"]
    addresses = {name: urlsplit(api["base_url"]) for name, api in described["apis"].items()}
    port = addresses["kravogbetalinger"].port
    assert port is not None
    yield process, port, {"kob": addresses["kravogbetalinger"].path, "elan": addresses["utleggsbegjaering"].path}
    process.terminate()
    process.wait(timeout=300)
    assert process.stdin is not None
    process.stdin.close()
    assert "Traceback" not in log.read_text(errors="replace")


def exchanged(port: int, requests: list[bytes]) -> list[bytes]:
    """The answers to requests that are sent concurrently, each on its own connection.

    A request that waits for more input is ended once nothing more is sent.
    """
    answers = [bytearray() for _ in requests]
    with selectors.DefaultSelector() as open_ones:
        for request, answer in zip(requests, answers, strict=True):
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            with contextlib.suppress(ConnectionError):  # it is refused before it has sent everything
                connection.sendall(request)
            open_ones.register(connection, selectors.EVENT_READ, answer)
        while open_ones.get_map():
            ready = open_ones.select(timeout=0.25)
            for key, _ in ready:
                try:
                    chunk = key.fileobj.recv(65536)
                except ConnectionError:
                    chunk = b""
                key.data.extend(chunk)
                if not chunk:
                    open_ones.unregister(key.fileobj)
                    key.fileobj.close()
            if not ready:
                for key in [*open_ones.get_map().values()]:
                    with contextlib.suppress(OSError):
                        key.fileobj.shutdown(socket.SHUT_WR)
    return [bytes(answer) for answer in answers]


def resident(process: "subprocess.Popen[bytes]") -> int:
    """The memory of a process in bytes."""
    return int(re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())[0]) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a system that does not say what a process holds")
def test_no_malformed_request_is_a_failure_of_the_sandbox(served):
    process, port, bases = served
    maker, statuses, failures = Maker(bases), Counter[bytes](), []
    warm = 0
    for sent in range(0, REQUESTS, CONNECTIONS):
        requests = [maker.request() for _ in range(CONNECTIONS)]
        for request, answer in zip(requests, exchanged(port, requests), strict=True):
            statuses[answer[9:12]] += 1
            if answer[9:10] == b"5":
                failures.append((request[:300], answer[:300]))
        if sent == REQUESTS // 3 // CONNECTIONS * CONNECTIONS:
            warm = resident(process)

    assert failures == []
    assert process.poll() is None
    assert statuses[b"200"] > 50, "some of it must come through"
    assert statuses[b"400"] > 500
    assert resident(process) - warm < 32 * MEBIBYTE
