"""Keeps exchanges as they come, one JSON line each, and turns the lines into a HAR file."""

import base64
import datetime
import json
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
"""Gives an exchange as it may be kept, to whoever keeps it: redacting is most of what a recording costs."""


class Recorder:
    """Appends each exchange to a file of its own: what is written survives a killed run."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        path.touch(mode=0o600)
        self._file = path.open("a", encoding="utf-8")

    def record(self, redacted: Redacting, comment: str = "") -> None:
        """Writes one exchange; `comment` says what it was sent for."""
        line = json.dumps(_as_json(redacted(), comment), ensure_ascii=False)
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()


class NoRecorder:
    """Keeps nothing, for exchanges that nobody will look at."""

    def record(self, redacted: Redacting, comment: str = "") -> None:
        """Passes over an exchange."""


def read_recording(path: Path) -> Iterator[tuple[RedactedExchange, str]]:
    """The exchanges of one file with their comments; a line cut short by a killed run is left out."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json_of(line, path)
        except UnreadableFileError:
            continue
        yield _from_json(entry), entry["comment"]


def write_har(recordings: Iterable[Path], target: Path) -> int:
    """Joins recordings into one HAR 1.2 file, in order of time, and returns how many exchanges it holds."""
    entries = sorted((entry for path in recordings for entry in read_recording(path)), key=lambda e: e[0].started)
    aside = target.with_suffix(".har.new")
    creator = harfile.Creator(name="provestand", version=harness.__version__)
    with harfile.HarFile.open(str(aside), creator=creator) as har:
        for exchange, comment in entries:
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
    )


def _records(headers: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in headers]


def _as_json(exchange: RedactedExchange, comment: str) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    return {
        "started": exchange.started.isoformat(),
        "elapsed": exchange.elapsed,
        "attempts": exchange.attempts,
        "comment": comment,
        "request": [request.method, request.url, request.headers, base64.b64encode(request.body).decode()],
        "response": [
            response.status,
            response.headers,
            base64.b64encode(response.body).decode(),
            response.http_version,
        ],
    }


def _from_json(entry: dict[str, Any]) -> RedactedExchange:
    method, url, sent, body = entry["request"]
    status, received, answer, version = entry["response"]
    exchange = Exchange(
        Request(method, url, tuple(tuple(pair) for pair in sent), base64.b64decode(body)),
        Response(status, tuple(tuple(pair) for pair in received), base64.b64decode(answer), version),
        datetime.datetime.fromisoformat(entry["started"]),
        entry["elapsed"],
        entry["attempts"],
    )
    return as_recorded(exchange)
