"""Reads one answer from an untrusted source: no more than the limits allow, and reports what is missing."""

import contextlib
import io
import re
import threading
from collections.abc import Iterator
from typing import cast

import httpx

from harness.auth.trouble import IncompleteAnswerError, Trouble, trouble_of
from harness.display import quantity
from harness.ending import ends_in_the_middle
from harness.exchange import Completeness, Headers, Response
from harness.http.coding import BrokenCodingError, unpacked
from harness.http.extent import beyond
from harness.http.holding import Holding
from harness.http.stream import TimedStream
from harness.targets.model import Limits

LARGE = 4 * 1024 * 1024
"""Bytes; larger answers are read one at a time, so that five in flight do not add up in memory."""

KEPT = 64 * 1024
"""Bytes kept of a body that is too large."""

RECEIVED = "provestand.received"
"""The extension of an httpx response that holds the answer as received."""

BODILESS = frozenset({204, 304})


class ShortfallError(Exception):
    """Why the answer being read is incomplete."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


class Reader:
    """Reads answers within a target's limits. Thread-safe."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._one_large = threading.Lock()
        self._holding = Holding()

    def read(self, request: httpx.Request, response: httpx.Response) -> Response:
        """The complete answer, whose head has already been read; raises IncompleteAnswerError with what was received.

        The connection is returned to the pool, or closed if its state is unknown.
        """
        headers, body = texts(response.headers), io.BytesIO()
        trouble: Trouble | None = None
        with contextlib.ExitStack() as turn:  # until it is counted or abandoned: one large answer at a time
            try:
                with contextlib.closing(response):
                    self._read_body(request, response, body, turn)
                self._ensure_readable(response, headers, body.getvalue())
            except ShortfallError as error:
                trouble = error.trouble
            if trouble is None:
                whole = Response(response.status_code, headers, body.getvalue(), response.http_version)
                self._holding.add(whole)
                return whole
            if trouble.kind == "too-large":
                body.truncate(KEPT)
                headers = headers[: self._limits.max_headers]
        raise IncompleteAnswerError(_incomplete(response, headers, body.getvalue(), trouble), trouble)

    def _read_body(
        self, request: httpx.Request, response: httpx.Response, body: io.BytesIO, turn: contextlib.ExitStack
    ) -> None:
        connection = response.extensions.get("network_stream")
        stream = connection if isinstance(connection, TimedStream) else None
        if stream is not None:
            stream.end_head()
        raw = _Counted(cast(httpx.SyncByteStream, response.stream))
        try:
            for piece in unpacked(iter(raw), response.headers.get("content-encoding", "")):
                body.write(piece)
                if body.tell() > self._limits.max_body:
                    raise ShortfallError(too_large(f"larger than {_size(self._limits.max_body)}"))
                if stream is not None:
                    stream.ensure_in_time()
                if body.tell() > LARGE and not raw.is_large:
                    raw.is_large = True
                    turn.enter_context(self._one_large)
        except BrokenCodingError as error:
            raise ShortfallError(cut(str(error))) from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise ShortfallError(_stopped(error)) from error
        if stream is not None:
            _ensure_nothing_behind(request, response, stream, raw.count)

    def _ensure_readable(self, response: httpx.Response, headers: Headers, body: bytes) -> None:
        if len(headers) > self._limits.max_headers:
            raise ShortfallError(too_large(f"more than {self._limits.max_headers:,} headers"))
        lack = self._holding.lack(body)
        if lack:
            raise ShortfallError(too_large(lack))
        media_type = response.headers.get("content-type", "")
        is_framed = "content-length" in response.headers or "transfer-encoding" in response.headers
        if not is_framed and ends_in_the_middle(body, media_type):  # only the body itself shows where it ends
            raise ShortfallError(cut("the connection ended in the middle of the body, which has no length"))
        found = beyond(body, media_type, self._limits)
        if found:
            raise ShortfallError(too_large(found))


class _Counted:
    """The pieces of a body as they arrive, with a count of their bytes."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream
        self.count = 0
        self.is_large = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self.count += len(piece)
            yield piece


def texts(headers: httpx.Headers) -> Headers:
    """Header fields as received, byte for byte in Latin-1."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)


def cut(text: str) -> Trouble:
    return Trouble("cut-short", text)


def too_large(what: str) -> Trouble:
    return Trouble("too-large", f"the answer is too large ({what}): not read further")


def _ensure_nothing_behind(request: httpx.Request, response: httpx.Response, stream: TimedStream, body: int) -> None:
    """Bytes after a body would be read as the next answer, so the connection is not reused.

    After a body with a stated length they make that length wrong; raises ShortfallError in that case.
    """
    if "transfer-encoding" in response.headers:
        if not stream.ends_in_blank_line:
            stream.spend()
        return
    behind = stream.received_of_body - body
    if behind <= 0 or "content-length" not in response.headers:
        return
    stream.spend()
    if request.method != "HEAD" and response.status_code not in BODILESS:
        raise ShortfallError(cut(f"the body is {quantity(behind, 'byte')} longer than Content-Length says"))


def _stopped(error: Exception) -> Trouble:
    """The trouble behind a network error while reading: FIN, RST and a broken chunk mean the same to the caller."""
    trouble, text = trouble_of(error), str(error)
    if trouble.kind not in {"cut-short", "no-http", "reset"}:
        return trouble
    counted = re.search(r"received (\d+) bytes, expected (\d+)", text)
    if counted:
        return cut(f"the connection ended after {counted[1]} of the {counted[2]} bytes that Content-Length says")
    if "incomplete chunked" in text:
        return cut("the connection ended before the last chunk of the body")
    if trouble.kind == "no-http":
        return cut("the body is not chunked, although Transfer-Encoding says so")
    return cut("the connection was reset in the middle of the answer")


def _incomplete(response: httpx.Response, headers: Headers, body: bytes, trouble: Trouble) -> Response:
    is_slow = trouble.kind in {"read-timeout", "total-timeout"}
    completeness: Completeness = "too_slow" if is_slow else "too_large" if trouble.kind == "too-large" else "cut"
    return Response(response.status_code, headers, body, response.http_version, completeness, trouble.text)


def _size(number: int) -> str:
    return f"{number / 1_000_000:g} MB"
