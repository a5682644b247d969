"""Behaviours of networks and foreign servers, by name, with the outcomes that a run may have.

A behaviour is a trouble of `tests.troubled`: it answers one call, using the healthy service behind it or in its place.
"""

import gzip
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from tests.troubled import (
    PAGE,
    Asked,
    Trouble,
    TroubledProxy,
    answer,
    drip_head,
    hang_up,
    page,
    raw,
    reset,
    reset_after,
    stall,
)

Right = Literal["network", "told", "refusal", "finding", "body", "conformant"]
"""What a run may make of a behaviour.

network: never a deviation; retried if safe, else inconclusive. told: too large, reported as such, with an end. refusal:
from something else, its form is not judged. finding: may be a deviation, its form is not judged. body: judged as the
body that it is. conformant: the run goes on.
"""


@dataclass(frozen=True)
class Behaviour:
    right: Right
    trouble: Trouble


JSON = b"Content-Type: application/json\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


def parts(octets: bytes) -> tuple[bytes, bytes]:
    head, _, body = octets.partition(b"\r\n\r\n")
    return head, body


def with_length(head: bytes, length: int | None) -> bytes:
    """The headers with another Content-Length, or without one."""
    head = re.sub(rb"(?i)\r\ncontent-length:[^\r\n]*", b"", head)
    return head if length is None else head + f"\r\nContent-Length: {length}".encode()


def made(change: Callable[[bytes, bytes], bytes]) -> Trouble:
    """The service's answer, turned into other bytes from its headers and its body."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(change(*parts(proxy.fetched(asked.octets))))

    return give


def then_reset(change: Callable[[bytes, bytes], bytes]) -> Trouble:
    """The same, ended with a reset."""
    return lambda proxy, connection, asked: reset_after(change(*parts(proxy.fetched(asked.octets))))(
        proxy, connection, asked
    )


def said_more(head: bytes, body: bytes) -> bytes:
    return with_length(head, len(body) + 3) + b"\r\n\r\n" + body


def said_less(head: bytes, body: bytes) -> bytes:
    return with_length(head, max(0, len(body) - 5)) + b"\r\n\r\n" + body


def half_without_length(head: bytes, body: bytes) -> bytes:
    return with_length(head, None) + b"\r\nConnection: close\r\n\r\n" + body[: len(body) // 2]


def chunked(ending: bytes) -> Callable[[bytes, bytes], bytes]:
    def change(head: bytes, body: bytes) -> bytes:
        chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n" if body else b""
        return with_length(head, None) + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + ending

    return change


def coded(code: Callable[[bytes], bytes]) -> Callable[[bytes, bytes], bytes]:
    def change(head: bytes, body: bytes) -> bytes:
        sent = code(body)
        return with_length(head, len(sent)) + b"\r\nContent-Encoding: gzip\r\n\r\n" + sent

    return change


def half_of_gzip(body: bytes) -> bytes:
    packed = gzip.compress(body)
    return packed[: len(packed) // 2]


def with_headers(*lines: bytes) -> Callable[[bytes, bytes], bytes]:
    def change(head: bytes, body: bytes) -> bytes:
        return b"\r\n".join([head, *lines]) + b"\r\n\r\n" + body

    return change


def as_if_kept_open(head: bytes, body: bytes) -> bytes:
    return re.sub(rb"(?i)\r\nconnection:[^\r\n]*", b"", head) + b"\r\n\r\n" + body


def json_body(body: bytes) -> Trouble:
    return answer(200, body)


def made_late(make: Callable[[], bytes], content_type: str = "application/json") -> Trouble:
    """A body that is generated on request."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        answer(200, make(), content_type)(proxy, connection, asked)

    return give


def silent(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Takes the request and never answers."""
    proxy.ended.wait()


def drip_body(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """Sends a byte of the answer every fifth of a second."""
    connection.sendall(OK + JSON + b"Content-Length: 100000\r\n\r\n")
    while not proxy.ended.wait(0.2):
        connection.sendall(b" ")


def handled_then_reset(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
    """The service handled the request, but the answer is lost."""
    proxy.fetched(asked.octets)
    reset_after(b"")(proxy, connection, asked)


def many_times(head: bytes, piece: bytes, times: int) -> Trouble:
    """A body of one chunk, repeated."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        connection.sendall(head)
        for _ in range(times):
            connection.sendall(piece)

    return give


def bomb(megabytes: int) -> Trouble:
    """That much JSON whitespace, compressed a thousandfold."""

    def give(proxy: TroubledProxy, connection: socket.socket, asked: Asked) -> None:
        packed = _packed(megabytes)
        head = OK + JSON + b"Content-Encoding: gzip\r\nContent-Length: " + str(len(packed)).encode()
        connection.sendall(head + b"\r\n\r\n" + packed)

    return give


@cache
def _packed(megabytes: int) -> bytes:
    """The same block repeated; nobody reads as far as its checksum."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * megabytes + packer.flush() + bytes(8)


def _lines(name: str, count: int) -> bytes:
    return b"".join(f"{name}-{number}: x\r\n".encode() for number in range(count))


BUSY_BODIES = {
    "page": (PAGE, "text/html"),
    "JSON": (b'{"message": "upstream"}', "application/json"),
    "empty": (b"", "text/plain"),
}
RETRY_AFTER = {
    "0": b"0",
    "-5": b"-5",
    "1e3": b"1e3",
    "a digit of another script": "٣".encode(),
    "20 digits": b"9" * 20,
    "1970": b"Thu, 01 Jan 1970 00:00:00 GMT",
    "9999": b"Fri, 31 Dec 9999 23:59:59 GMT",
    "99999": b"Fri, 31 Dec 99999 23:59:59 GMT",
    "nonsense": b"when the cows come home",
}
MEGABYTE = 1_000_000


def _laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{entities}]>'


BILLION_LAUGHS = f"{_laughs()}<a>&l10;</a>".encode()
LAUGHS_IN_ATTRIBUTES = f'{_laughs()}<a b="&l10;"/>'.encode()


def _behaviours() -> Iterator[tuple[str, Right, Trouble]]:
    yield "reset before any byte", "network", reset_after(b"")
    yield "closed before any byte", "network", hang_up
    yield "reset in the middle", "network", reset
    yield "reset after the request was handled", "network", handled_then_reset
    yield "never answers", "network", silent
    yield "stalls in the body", "network", stall
    yield "drips the head", "network", drip_head
    yield "drips the body", "network", drip_body
    yield "Content-Length 3 more, then FIN", "network", made(said_more)
    yield "Content-Length 3 more, then RST", "network", then_reset(said_more)
    yield "Content-Length 5 less", "network", made(said_less)
    yield "no length, closed half-way", "network", made(half_without_length)
    yield "chunks without the last", "network", made(chunked(b""))
    yield "chunk size ZZ", "network", made(chunked(b"ZZ\r\n"))
    yield "gzip cut in half", "network", made(coded(half_of_gzip))
    yield "gzip over plain bytes", "network", made(coded(lambda body: body + b" "))
    yield "300 random bytes", "network", raw(bytes(number * 7 % 251 for number in range(300)))
    yield "status 000", "network", raw(b"HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n")
    yield "NUL in a header", "network", raw(OK + b"X: a\0b\r\nContent-Length: 2\r\n\r\n{}")
    for status in (502, 503, 504):
        for form, (body, media_type) in BUSY_BODIES.items():
            yield f"{status}, {form}", "network", answer(status, body, media_type)
    for form, value in RETRY_AFTER.items():
        head = b"HTTP/1.1 429 X\r\nContent-Length: 0\r\nRetry-After: " + value
        yield f"429, Retry-After {form}", "network", raw(head + b"\r\n\r\n")
    for status in (403, 404, 407, 413, 431):
        yield f"{status} of a gateway", "refusal", page(status)
    for status in (408, 425, 511, *range(520, 527)):
        yield f"{status} of a gateway", "network", page(status)
    yield "500 as a page", "finding", page(500)
    yield "200 page", "network", page(200)
    yield "200 page as text/plain", "network", answer(200, PAGE, "text/plain")
    yield "200 page with a BOM", "network", answer(200, b"\xef\xbb\xbf" + PAGE)
    yield "200 page among words", "network", answer(200, b"Welcome. Please log in: <html>x</html> thanks", "text/plain")
    yield "200, empty, as JSON", "body", json_body(b"")
    yield "302 to another host", "network", answer(302, Location="https://login.example.test/")
    yield "307 to itself", "network", raw(b"HTTP/1.1 307 X\r\nLocation: ?\r\nContent-Length: 0\r\n\r\n")
    yield (
        "HTTP/1.0",
        "conformant",
        made(lambda head, body: head.replace(b"HTTP/1.1", b"HTTP/1.0", 1) + b"\r\n\r\n" + body),
    )
    yield "closed silently after each answer", "conformant", made(as_if_kept_open)
    yield "a header in Latin-1", "conformant", made(with_headers(b"X-Kontor: S\xf8r-\xd8st"))
    yield "500 extra headers", "conformant", made(with_headers(*_lines("X-Extra", 500).split(b"\r\n")[:-1]))
    yield "a header of 1 MB", "told", raw(OK + b"X: " + b"x" * MEGABYTE + b"\r\nContent-Length: 0\r\n\r\n")
    yield "10,000 headers", "told", raw(OK + JSON + _lines("X", 10_000) + b"Content-Length: 2\r\n\r\n{}")
    yield "1,500 headers", "told", raw(OK + JSON + _lines("X", 1_500) + b"Content-Length: 2\r\n\r\n{}")
    large = OK + JSON + b"Content-Length: 200000000\r\n\r\n"
    yield "200 MB", "told", many_times(large, b" " * MEGABYTE, 200)
    yield "gzip of 200 MB", "told", bomb(200)
    yield "gzip of 1 GB", "told", bomb(1_000)
    yield "100,000 times 100 Continue", "told", many_times(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 1_000)
    yield "invalid UTF-8", "body", json_body(b'{"a": "\xff\xfe\x80"}')
    yield (
        "BOM before JSON",
        "body",
        made(lambda head, body: with_length(head, len(body) + 3) + b"\r\n\r\n\xef\xbb\xbf" + body),
    )
    yield "NaN", "body", json_body(b'{"a": NaN}')
    yield "a name twice", "body", json_body(b'{"a": 1, "a": 2}')
    yield "a million digits", "body", json_body(b'{"a": ' + b"9" * MEGABYTE + b"}")
    yield "lists 100,000 deep", "body", json_body(b"[" * 100_000 + b"]" * 100_000)
    yield "objects 100,000 deep", "body", json_body(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield "lists 90 deep", "body", json_body(b"[" * 90 + b"]" * 90)
    yield "1e999999999", "body", json_body(b'{"a": 1e999999999, "b": [1e-999999999]}')
    yield "a million values", "told", json_body(b"[" + b"1.5," * MEGABYTE + b"1]")
    yield "200,000 values", "body", json_body(b"[" + b"1.5," * 200_000 + b"1]")
    yield "200,000 names", "body", made_late(lambda: b"{" + b",".join(b'"k%d":1' % at for at in range(200_000)) + b"}")
    yield "a name of 40 MB", "body", made_late(lambda: b'{"' + b"k" * 40 * MEGABYTE + b'": 1}')
    yield "a text of 40 MB", "body", made_late(lambda: b'{"a": "' + b"x" * 40 * MEGABYTE + b'"}')
    yield (
        "a text of 40 MB and a wide sign",
        "told",
        made_late(lambda: b'{"a": "\xf0\x9f\x98\x80' + b"x" * 40 * MEGABYTE + b'"}'),
    )
    yield "a text of escapes", "body", made_late(lambda: b'{"a": "' + rb"\u00e5" * 3 * MEGABYTE + b'"}')
    yield (
        "XML with a text of 40 MB",
        "body",
        made_late(lambda: b"<a>" + b"x" * 40 * MEGABYTE + b"</a>", "application/xml"),
    )
    yield "XML 100,000 deep", "body", answer(200, b"<a>" * 100_000 + b"</a>" * 100_000, "application/xml")
    yield "XML of a million elements", "told", answer(200, b"<a>" + b"<b/>" * MEGABYTE + b"</a>", "application/xml")
    yield "XML with entities that grow", "body", answer(200, BILLION_LAUGHS, "application/xml")
    yield "XML with entities in attributes", "body", answer(200, LAUGHS_IN_ATTRIBUTES, "application/xml")
    yield "status 999", "finding", answer(999, b"{}")


BEHAVIOURS = {name: Behaviour(right, trouble) for name, right, trouble in _behaviours()}
