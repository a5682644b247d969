"""Reads what the sandbox recorded of the client under test."""

import base64
import contextlib
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.contract.client_calls import ClientCall
from harness.exchange import Headers, Request, Response, header

MOST_OCTETS = 32_000_000
"""Of an unpacked body, what is read."""


class RecordReader:
    """Reads a growing record. Not for several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def new(self) -> tuple[ClientCall, ...]:
        """The calls that were recorded since the last time, in the order of their arrival."""
        return tuple(sorted(self._lines(), key=lambda call: call.arrived))

    def _lines(self) -> Iterator[ClientCall]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # it is being written
                self._read += len(line)
                yield call_in(json.loads(line))


def call_in(line: Mapping[str, Any]) -> ClientCall:
    """The call in one line of a record."""
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
    )


def _decoded(answer: Mapping[str, Any]) -> bytes:
    """The body of an answer without its content coding; as it was sent where the coding is not gzip or deflate."""
    body = base64.b64decode(answer["body"])
    if header(_headers(answer), "content-encoding") not in {"gzip", "deflate"}:
        return body
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, MOST_OCTETS)
    return body


def _headers(message: Mapping[str, Any]) -> Headers:
    return tuple((name, value) for name, value in message["headers"])
