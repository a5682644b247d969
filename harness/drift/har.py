"""Reads recorded traffic: our own exchanges.har, or a HAR file of a browser, a proxy or another tool."""

import base64
import binascii
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.exchange import Exchange, Headers, Request, Response
from harness.files.tree import read_json
from harness.files.unreadable import UnreadableFileError

RECORDING = "exchanges.har"
LARGEST = 512 * 1024 * 1024  # bytes


class UnreadableRecordingError(Exception):
    """A recording that is missing, half-written or no HAR file."""


def read_recording(path: Path) -> list[Exchange]:
    """The exchanges of a HAR file, or of a run's results folder; raises UnreadableRecordingError.

    Entries without an answer (aborted, from a cache) are left out.
    """
    file = path / RECORDING if path.is_dir() else path
    try:
        content = read_json(file, LARGEST)
        entries = content["log"]["entries"]
        return list(_exchanges(entries))
    except UnreadableFileError as error:
        raise UnreadableRecordingError(str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"{file}: it is no HAR file ({type(error).__name__}: {error}). Record the traffic again."
        raise UnreadableRecordingError(" ".join(problem.split())) from error


def _exchanges(entries: list[dict[str, Any]]) -> Iterator[Exchange]:
    for entry in entries:
        response = entry["response"]
        if not response.get("status"):
            continue
        request = entry["request"]
        yield Exchange(
            Request(request["method"].upper(), request["url"], _headers(request), _sent(request)),
            Response(int(response["status"]), _headers(response), _received(response)),
            _time(entry.get("startedDateTime")),
            float(entry.get("time") or 0) / 1000,
        )


def _headers(message: dict[str, Any]) -> Headers:
    return tuple((str(header["name"]), str(header.get("value", ""))) for header in message.get("headers") or ())


def _sent(request: dict[str, Any]) -> bytes:
    return str((request.get("postData") or {}).get("text") or "").encode()


def _received(response: dict[str, Any]) -> bytes:
    content = response.get("content") or {}
    text = str(content.get("text") or "")
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error:
            return b""
    return text.encode()


def _time(text: object) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.datetime.fromtimestamp(0, datetime.UTC)
