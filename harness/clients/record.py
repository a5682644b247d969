"""Reads what the sandbox recorded of the client under test."""

import base64
import contextlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.contract.client_calls import ISSUER, ClientCall
from harness.exchange import Headers, Request, Response, header

MOST_OCTETS = 32_000_000
"""Bytes read of an uncompressed body."""


class RecordReader:
    """Reads one client's calls from a growing record.

    Not thread-safe. Calls of another client with a token from the issuer are left out and counted in `others`. A call
    that names no client, or one unknown to the issuer, counts as this client's. `settled` returns when every answered
    call is in the record: the sandbox answers before it writes.
    """

    def __init__(self, path: Path, client_id: str, settled: Callable[[], object] = lambda: None) -> None:
        self._path = path
        self._client_id = client_id
        self._settled = settled
        self._read = 0
        self.others: Counter[str] = Counter()

    def new(self) -> tuple[ClientCall, ...]:
        """The calls recorded since the last time, in the order of arrival."""
        self._settled()
        return tuple(sorted(self._lines(), key=lambda call: call.arrived))

    def _lines(self) -> Iterator[ClientCall]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # still being written
                self._read += len(line)
                found = json.loads(line)
                if not self._is_of_another(found):
                    yield call_in(found)

    def _is_of_another(self, line: Mapping[str, Any]) -> bool:
        named, answer = line["client"], line["response"]
        if not named or named == self._client_id:
            return False
        has_token = line["service"] == ISSUER and answer is not None and answer["status"] == 200
        if has_token or named in self.others:
            self.others[named] += 1
            return True
        return False


def call_in(line: Mapping[str, Any]) -> ClientCall:
    """Parses one line of a record."""
    asked, answer = line["request"], line["response"]
    return ClientCall(
        Request(asked["method"], asked["url"], _headers(asked), base64.b64decode(asked["body"])),
        answer and Response(answer["status"], _headers(answer), _decoded(answer)),
        line["service"],
        line["arrived"],
        line["ended"],
        line["connection"],
        line["tls"],
        line["lost"],
        line["sandbox_time"] - line["arrived"],
        seq=line["seq"],
        in_flight=line["in_flight"],
    )


def _decoded(answer: Mapping[str, Any]) -> bytes:
    """The decoded body of an answer; as it was sent if its content coding is not gzip or deflate."""
    body = base64.b64decode(answer["body"])
    if header(_headers(answer), "content-encoding") not in {"gzip", "deflate"}:
        return body
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, MOST_OCTETS)
    return body


def _headers(message: Mapping[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])
