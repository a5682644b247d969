"""Records exchanges as they happen, one JSON line each, and turns the lines into a HAR file."""

import base64
import contextlib
import datetime
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import harfile

import harness
from harness.exchange import Exchange, Headers, Request, Response
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.redaction.redacted import RedactedExchange, as_recorded

Redacting = Callable[[], RedactedExchange]
"""Redacts an exchange only when it is actually kept: redacting is most of the cost of recording."""


_STARTED = re.compile(rb'\{"started": "([0-9T:.+-]+)"')
"""The beginning of a line."""

ROOM = 64_000_000
"""Bytes of one process's recording, about eight times those of a run with usual answers. It is later read in full."""

SHORT = 2_000
"""Bytes kept of a body once the room is used up."""


class Recorder:
    """Appends each exchange to its own file: what is written survives a killed run."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._written = path.stat().st_size if path.is_file() else 0
        path.touch(mode=0o600)
        self._file = path.open("a", encoding="utf-8")

    def record(self, redacted: Redacting, comment: str = "") -> None:
        """Writes one exchange; `comment` says why it was sent."""
        most = None if self._written < ROOM else SHORT
        line = json.dumps(_as_json(redacted(), comment, most), ensure_ascii=False)
        with self._lock:
            self._written += self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()


class NoRecorder:
    """Records nothing, for exchanges that nobody will look at."""

    def record(self, redacted: Redacting, comment: str = "") -> None:
        """Discards an exchange."""


def read_recording(path: Path) -> Iterator[tuple[RedactedExchange, str]]:
    """The exchanges of one file with their comments; a line cut short by a killed run is skipped."""
    with path.open("rb") as file:
        for line in file:
            found = _read(line, path)
            if found is not None:
                yield found


def _read(line: bytes, path: Path) -> tuple[RedactedExchange, str] | None:
    try:
        entry = json_of(line.decode(), path)
    except (UnreadableFileError, UnicodeDecodeError):
        return None
    return _from_json(entry), entry["comment"]


def write_har(recordings: Iterable[Path], target: Path) -> int:
    """Joins recordings into one HAR 1.2 file, in chronological order, and returns the number of exchanges."""
    entries = sorted((place for path in recordings for place in _places(path)), key=lambda place: place[0])
    aside = target.with_suffix(".har.new")
    creator = harfile.Creator(name="provestand", version=harness.__version__)
    with contextlib.ExitStack() as stack:
        har = stack.enter_context(harfile.HarFile.open(str(aside), creator=creator))
        files = {path: stack.enter_context(path.open("rb")) for path in {path for _, path, _ in entries}}
        for _, path, offset in entries:
            files[path].seek(offset)
            found = _read(files[path].readline(), path)
            if found is None:
                continue
            exchange, comment = found
            har.add_entry(
                startedDateTime=exchange.started.isoformat(),
                time=round(exchange.elapsed * 1000, 3),
                request=_har_request(exchange.request),
                response=_har_response(exchange.response),
                timings=harfile.Timings(send=0, wait=round(exchange.elapsed * 1000, 3), receive=0),
                comment=comment,
            )
    aside.chmod(0o600)
    aside.replace(target)
    return len(entries)


def _places(path: Path) -> Iterator[tuple[datetime.datetime, Path, int]]:
    """When each exchange of a recording began, and its offset, so that they need not all be in memory."""
    offset = 0
    with path.open("rb") as file:
        for line in file:
            found = _STARTED.match(line)
            if found is not None:
                yield datetime.datetime.fromisoformat(found[1].decode()), path, offset
            offset += len(line)


def _har_request(request: Request) -> harfile.Request:
    query = parse_qsl(request.parts.query, keep_blank_values=True)
    body = request.body.decode(errors="replace")
    return harfile.Request(
        method=request.method,
        url=request.url,
        httpVersion="HTTP/1.1",
        headers=_records(request.headers),
        queryString=[harfile.Record(name=name, value=value) for name, value in query],
        postData=harfile.PostData(mimeType=request.header("content-type") or "", text=body) if body else None,
        bodySize=len(request.body),
    )


def _har_response(response: Response) -> harfile.Response:
    return harfile.Response(
        status=response.status,
        statusText="",
        httpVersion=response.http_version,
        headers=_records(response.headers),
        content=harfile.Content(
            size=len(response.body),
            mimeType=response.header("content-type") or "",
            text=response.body.decode(errors="replace"),
        ),
        redirectURL=response.header("location") or "",
        bodySize=len(response.body),
        comment=f"{response.completeness}: {response.shortfall}" if response.completeness != "whole" else None,
    )


def _records(headers: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in headers]


def _as_json(exchange: RedactedExchange, comment: str, most: int | None) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    return {
        "started": exchange.started.isoformat(),
        "elapsed": exchange.elapsed,
        "attempts": exchange.attempts,
        "comment": comment,
        "request": [request.method, request.url, request.headers, _packed(request.body, most)],
        "response": [
            response.status,
            response.headers,
            _packed(response.body, most),
            response.http_version,
            response.completeness,
            response.shortfall,
        ],
    }


def _packed(body: bytes, most: int | None) -> str:
    if most is not None and len(body) > most:
        body = body[:most] + f"… [{len(body)} bytes]".encode()
    return base64.b64encode(body).decode()


def _from_json(entry: dict[str, Any]) -> RedactedExchange:
    method, url, sent, body = entry["request"]
    status, received, answer, version, *arrival = entry["response"]
    exchange = Exchange(
        Request(method, url, tuple(tuple(pair) for pair in sent), base64.b64decode(body)),
        Response(status, tuple(tuple(pair) for pair in received), base64.b64decode(answer), version, *arrival),
        datetime.datetime.fromisoformat(entry["started"]),
        entry["elapsed"],
        entry["attempts"],
    )
    return as_recorded(exchange)
