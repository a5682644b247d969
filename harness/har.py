"""Reads recorded traffic: our own exchanges.har, or a HAR file of a browser, a proxy or another tool.

Tools follow HAR 1.2 loosely: they omit bodies, headers and times, label plain text as base64, keep bodies compressed,
or write invalid addresses. An entry is read as far as possible; one without an exchange is counted. The only exception
that a file's content can cause is UnreadableRecordingError.
"""

import base64
import binascii
import datetime
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlencode, urlsplit

from harness.ending import ends_in_the_middle, is_json
from harness.exchange import EARLIEST, NO_TIME, Completeness, Exchange, Headers, Request, Response, header
from harness.files.tree import read_json
from harness.files.unreadable import UnreadableFileError

RECORDING = "exchanges.har"
LARGEST = 512 * 1024 * 1024  # bytes
LARGEST_BODY = 64 * 1024 * 1024
"""The most bytes that a compressed body is unpacked to."""

NOWHERE = "about:invalid"
"""Replaces an invalid address; it belongs to no API."""

NO_BODY = "the recording has no body"
UNPACKABLE = "the body in the recording is still compressed"
HELD_IN_PART = "the recording has only the beginning of the body"
UNPACKED_IN_PART = "the compressed body in the recording is cut off or too large"

WORDS_FOR_A_GAP = (
    "redacted|removed|masked|filtered|hidden|saniti[sz]ed|anonymi[sz]ed|scrubbed|stripped|omitted|secret|"
    "fjernet|skjult|sladdet|anonymisert"
)
"""What people and tools write into a recording instead of a value, in any letter case."""

_NOT_WHOLE = re.compile(r"(cut|too_large|too_slow): (.*)", re.DOTALL)
"""The comment in our own recordings on an incomplete answer."""

_FROM_URL = str.maketrans("-_", "+/")
"""Translates URL-safe base64."""

_ENCODED = re.compile(r"(?:[A-Za-z0-9._~*+-]|%[0-9A-Fa-f]{2})*")
"""A form value that can be sent unencoded."""

_NOTE = re.compile(rb"(?:\xe2\x80\xa6|\.\.\.)[^\"{}<]{0,80}\Z")
"""What tools, including ours, append to a truncated body: `… [90000 bytes]`."""

A_CLOCK_S_ERROR = datetime.timedelta(minutes=30)
"""A larger difference means local time without a zone, or a wrong clock."""
NOT_MODIFIED = 304
UNANSWERED: Literal["unanswered"] = "unanswered"
MALFORMED: Literal["malformed"] = "malformed"


_BROKEN_OFF = re.compile(r"(?i)reset|time[d_ -]*out|closed|empty.response|aborted|hang up|disconnect")
"""What tools report for a call that was sent, unlike one that was blocked or could not connect."""


@dataclass(frozen=True)
class Lost:
    """A call whose connection broke before the answer, or that was abandoned; `elapsed` in seconds."""

    request: Request
    started: datetime.datetime
    elapsed: float


@dataclass(frozen=True)
class Recording:
    """The exchanges of a HAR file in order, and the number of entries without one.

    `unanswered` entries have no answer from the network: the call was aborted or blocked, or a cache answered; `lost`
    are those known to have been sent. `malformed` entries have no readable request and response.
    """

    exchanges: tuple[Exchange, ...]
    unanswered: int = 0
    malformed: int = 0
    lost: tuple[Lost, ...] = ()


class UnreadableRecordingError(Exception):
    """A recording that is missing, incomplete or not a HAR file."""


def read_recording(path: Path) -> Recording:
    """Reads a HAR file, or a run's results folder; raises UnreadableRecordingError.

    An answer without a recorded body is not `whole`; a call without a recorded time began at `NO_TIME`.
    """
    file = path / RECORDING if path.is_dir() else path
    try:
        entries = read_json(file, LARGEST)["log"]["entries"]
    except UnreadableFileError as error:
        raise UnreadableRecordingError(str(error)) from error
    except (KeyError, TypeError) as error:
        problem = f"{file} is not a HAR file: it has no log with entries. Export the recording again."
        raise UnreadableRecordingError(problem) from error
    read = [_read(entry) for entry in entries] if isinstance(entries, list) else []
    counts = Counter(each for each in read if isinstance(each, str))
    if not isinstance(entries, list) or (read and counts[MALFORMED] == len(read)):
        problem = f"{file} is not a HAR file: no entry has a request and a response. Export the recording again."
        raise UnreadableRecordingError(problem)
    exchanges = tuple(each for each in read if isinstance(each, Exchange))
    lost = tuple(each for each in read if isinstance(each, Lost))
    return Recording(exchanges, counts[UNANSWERED] + len(lost), counts[MALFORMED], lost)


def _read(entry: Any) -> Exchange | Lost | Literal["unanswered", "malformed"]:  # noqa: ANN401 - any JSON value
    """A malformed entry does not affect the others."""
    try:
        return _exchange(entry) or UNANSWERED
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return MALFORMED


def _exchange(entry: Mapping[str, Any]) -> Exchange | Lost | None:
    sent, received = entry["request"], entry["response"]
    status = int(received.get("status") or 0)
    from_cache = entry.get("_fromCache") or entry.get("fromCache")
    is_broken_off = status == 0 and _BROKEN_OFF.search(_trouble(entry)) is not None
    if not is_broken_off and (not 100 <= status <= 599 or status == NOT_MODIFIED or from_cache):
        return None
    headers = _headers(sent)
    request = Request(str(sent["method"]).upper(), _address(sent, headers), headers, _sent(sent))
    if is_broken_off:
        return Lost(request, _started(entry), _elapsed(entry))
    return Exchange(request, _response(received, status, request.method), _time(entry), _elapsed(entry))


def _trouble(entry: Mapping[str, Any]) -> str:
    """What a tool says about a call without an answer."""
    told = (place.get(name) for place in (entry, entry["response"]) for name in ("_error", "comment", "statusText"))
    return " ".join(_text(each) for each in told if each)


def _address(request: Mapping[str, Any], headers: Headers) -> str:
    url = _text(request.get("url"))
    if url.startswith("/"):
        url = f"https://{header(headers, 'host') or _authority(request)}{url}"
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for an invalid port
    except ValueError:
        return NOWHERE
    return url if parts.scheme in {"http", "https"} and parts.hostname else NOWHERE


def _authority(request: Mapping[str, Any]) -> str:
    """The host of an HTTP/2 call, which some tools list among the headers."""
    return next((value for name, value in _pairs(request.get("headers")) if name.lower() == ":authority"), "")


def _headers(message: Mapping[str, Any]) -> Headers:
    """Without the pseudo-headers of HTTP/2 (`:path`, `:status`)."""
    return tuple(pair for pair in _pairs(message.get("headers")) if pair[0] and not pair[0].startswith(":"))


def _pairs(listed: object) -> Iterator[tuple[str, str]]:
    """Names with values: HAR lists objects; some tools write a single object or a list of pairs instead."""
    if isinstance(listed, dict):
        listed = [{"name": name, "value": value} for name, value in listed.items()]
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict):
            yield _text(each.get("name")).strip(), _text(each.get("value"))
        elif isinstance(each, list) and len(each) == 2:
            yield _text(each[0]).strip(), _text(each[1])


def _text(value: object) -> str:
    """A text that can be encoded: a lone surrogate has no UTF-8."""
    return "" if value is None else str(value).encode("utf-8", "replace").decode()


def _kept(body: object) -> str:
    """A body as text; if a tool stored it as a parsed JSON value, that JSON."""
    return json.dumps(body, ensure_ascii=False) if isinstance(body, dict | list) else _text(body)


def _sent(request: Mapping[str, Any]) -> bytes:
    posted = request.get("postData") or {}
    text = _kept(posted.get("text"))
    if _text(posted.get("encoding")).lower() == "base64":
        return _decoded(text, _text(posted.get("mimeType")))
    if not text and posted.get("params"):
        return _form([*_pairs(posted["params"])]).encode()
    return text.encode()


def _form(fields: list[tuple[str, str]]) -> str:
    """The fields of a form as sent; Chrome keeps them encoded."""
    texts = [text for field in fields for text in field]
    is_encoded = all(_ENCODED.fullmatch(text) for text in texts) and any("%" in text for text in texts)
    return "&".join(f"{name}={value}" for name, value in fields) if is_encoded else urlencode(fields)


def _response(message: Mapping[str, Any], status: int, method: str) -> Response:
    headers, content = _headers(message), message.get("content") or {}
    version = _text(message.get("httpVersion")) or "HTTP/1.1"
    body, shortfall = _received(message, headers, content, bodiless=method == "HEAD" or status == 204)
    if header(headers, "content-type") is None:
        media_type = _media_type(content, body, headers)
        headers += (("Content-Type", media_type),) if media_type else ()
    marked = _NOT_WHOLE.fullmatch(_text(message.get("comment")))
    if marked is not None:
        return Response(status, headers, body, version, cast(Completeness, marked[1]), marked[2])
    return Response(status, headers, body, version, "cut" if shortfall else "whole", shortfall)


def _received(
    message: Mapping[str, Any], headers: Headers, content: Mapping[str, Any], *, bodiless: bool
) -> tuple[bytes, str]:
    """The body, and what is missing from it: a tool may keep only its size."""
    text = _kept(content.get("text"))
    if not text:
        sizes = (content.get("size"), message.get("bodySize"), header(headers, "content-length"))
        return b"", NO_BODY if not bodiless and any(_is_more(size) for size in sizes) else ""
    media_type = header(headers, "content-type") or _text(content.get("mimeType"))
    is_base64 = _text(content.get("encoding")).lower() == "base64"
    body = _decoded(text, media_type) if is_base64 else text.encode()
    coding = (header(headers, "content-encoding") or "identity").strip().lower()
    body, shortfall = _unpacked(body, coding)
    if shortfall or header(headers, "content-length") == str(len(body)):
        return body, shortfall
    is_longer = _is_more(content.get("size"), than=len(body)) and is_json(media_type) and not is_json_text(body)
    is_begun = ends_in_the_middle(_NOTE.sub(b"", body), media_type)
    return body, HELD_IN_PART if is_longer or is_begun else ""


def _is_more(size: object, than: int = 0) -> bool:
    try:
        return float(str(size)) > than
    except ValueError:
        return False


def _decoded(text: str, media_type: str) -> bytes:
    """Decodes base64, or returns the text if it is only labelled base64, as Firefox does with plain text."""
    compact = "".join(text.split()).translate(_FROM_URL)
    try:
        body = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return text.encode()
    plain = text.encode()
    return plain if "json" in media_type and is_json_text(plain) and not is_json_text(body) else body


def is_json_text(body: bytes) -> bool:
    """Whether bytes are JSON, whatever their media type."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _unpacked(body: bytes, coding: str) -> tuple[bytes, str]:
    """The body with any remaining content coding removed; by HAR's rules it should be decoded already."""
    if body[:2] == b"\x1f\x8b":
        return _inflated(body, zlib.MAX_WBITS | 16)
    if coding == "deflate" and not _is_text(body):
        return _inflated(body, zlib.MAX_WBITS if body[:1] == b"\x78" else -zlib.MAX_WBITS)
    if coding not in {"identity", "gzip", "x-gzip", "deflate"} and not _is_text(body):
        return b"", UNPACKABLE
    return body, ""


def _inflated(body: bytes, window: int) -> tuple[bytes, str]:
    inflater = zlib.decompressobj(window)
    try:
        unpacked = inflater.decompress(body, LARGEST_BODY)
    except zlib.error:
        return b"", UNPACKED_IN_PART
    return unpacked, "" if inflater.eof else UNPACKED_IN_PART


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _media_type(content: Mapping[str, Any], body: bytes, headers: Headers) -> str:
    """The media type in the recording besides the headers; if it has no headers at all, guessed from the body."""
    said = _text(content.get("mimeType"))
    if said and said != "x-unknown":
        return said
    if headers or not body:
        return ""
    if is_json_text(body):
        return "application/json"
    return "application/xml" if body.lstrip().startswith(b"<?xml") else ""


def _time(entry: Mapping[str, Any]) -> datetime.datetime:
    """When a call began, to the second or better; a time without a zone is taken as UTC.

    The recorder's clock may be wrong: if it is off by more than half an hour, the answer's Date is used.
    """
    told, answered = _started(entry), _answered(entry)
    if answered is None or min(told, answered) < EARLIEST or abs(told - answered) <= A_CLOCK_S_ERROR:
        return told
    return answered


def _answered(entry: Mapping[str, Any]) -> datetime.datetime | None:
    """The Date of the answer (RFC 9110, 6.6.1)."""
    try:
        moment = parsedate_to_datetime(header(_headers(entry["response"]), "date") or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _started(entry: Mapping[str, Any]) -> datetime.datetime:
    told = entry.get("startedDateTime")
    try:
        if isinstance(
            told, int | float
        ):  # seconds or milliseconds since 1970; smaller numbers count from the recording's start
            return datetime.datetime.fromtimestamp(told / 1000 if told > 1e11 else told, datetime.UTC)
        moment = datetime.datetime.fromisoformat(str(told))
    except (ValueError, OverflowError, OSError):
        return NO_TIME
    try:
        return moment.astimezone(datetime.UTC) if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    except OverflowError:
        return NO_TIME


def _elapsed(entry: Mapping[str, Any]) -> float:
    """Seconds until the answer arrived, excluding what preceded the request: queues, look-ups, handshakes."""
    timings = entry.get("timings")
    parts = [timings.get(name) for name in ("send", "wait", "receive")] if isinstance(timings, dict) else []
    told: list[object] = [part for part in parts if isinstance(part, int | float) and part >= 0]
    try:
        elapsed = sum(float(str(part or 0)) for part in told or [entry.get("time")]) / 1000
    except ValueError:
        return 0.0
    return elapsed if math.isfinite(elapsed) and elapsed > 0 else 0.0
