"""HAR files as browsers, proxies and other tools write them: what each omits, adds or gets wrong."""

import base64
import bz2
import datetime
import gzip
import io
import json
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from harness.exchange import NO_TIME, Exchange
from harness.har import UnreadableRecordingError, read_recording

SHARED = Path(__file__).parents[2] / "shared" / "data" / "field" / "har"
URL = "https://api.example.test/v1/finans/212201782/krav"
BODY = {"krav": ["æ", 1.0]}
TEXT = json.dumps(BODY, ensure_ascii=False)


def entry(request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-03-01T12:00:00.000Z",
        "time": 12.5,
        "request": {"method": "GET", "url": URL, "headers": [], **(request or {})},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": TEXT},
            **(response or {}),
        },
        **more,
    }


@pytest.fixture
def read(tmp_path):
    def of(*entries: Any) -> list[Exchange]:
        path = tmp_path / "traffic.har"
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}), encoding="utf-8")
        return list(read_recording(path).exchanges)

    return of


def body(**content: Any) -> dict[str, Any]:
    return {"content": {"mimeType": "application/json", **content}}


def encoded(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def compressed(octets: bytes, coding: str) -> dict[str, Any]:
    headers = [{"name": "content-type", "value": "application/json"}, {"name": "content-encoding", "value": coding}]
    return {"headers": headers, "content": {"text": encoded(octets), "encoding": "base64"}}


RAW_DEFLATE = zlib.compressobj(wbits=-15)
PACKED_RAW = RAW_DEFLATE.compress(TEXT.encode()) + RAW_DEFLATE.flush()


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(body(text=TEXT), id="plain"),
        pytest.param(body(text=encoded(TEXT.encode()), encoding="base64"), id="base64"),
        pytest.param(body(text=encoded(TEXT.encode()).rstrip("="), encoding="Base64"), id="base64 without padding"),
        pytest.param(body(text="\n".join(encoded(TEXT.encode())), encoding="base64"), id="base64 in lines"),
        pytest.param(body(text=TEXT, encoding="base64"), id="plain, said to be base64"),
        pytest.param(compressed(gzip.compress(TEXT.encode()), "gzip"), id="still gzip"),
        pytest.param(compressed(zlib.compress(TEXT.encode()), "deflate"), id="still deflate"),
        pytest.param(compressed(PACKED_RAW, "deflate"), id="still deflate, without its header"),
        pytest.param(compressed(TEXT.encode(), "gzip"), id="unpacked, with the header of before"),
        pytest.param(compressed(TEXT.encode(), "br"), id="unpacked brotli"),
        pytest.param(
            body(text=base64.urlsafe_b64encode(TEXT.encode()).decode().rstrip("="), encoding="base64"),
            id="base64 as in URLs",
        ),
        pytest.param(body(text=json.loads(TEXT)), id="the value itself"),
        pytest.param(body(text=TEXT, size=90_000), id="a size of something else"),
    ],
)
def test_a_body_is_read_however_it_was_kept(read, response):
    (exchange,) = read(entry(response=response))

    assert json.loads(exchange.response.body) == BODY
    assert exchange.response.completeness == "whole"


@pytest.mark.parametrize("text", ["1234", "true", '"abcd"'])
def test_json_that_could_be_base64_is_json(read, text):
    (exchange,) = read(entry(response=body(text=text, encoding="base64")))

    assert exchange.response.body.decode() == text


@pytest.mark.parametrize(
    ("response", "shortfall"),
    [
        (body(size=7936), "the recording has no body"),
        (body(size=0) | {"bodySize": 810}, "the recording has no body"),
        ({"headers": [{"name": "Content-Length", "value": "12"}], "content": {}}, "the recording has no body"),
        (compressed(b"\x0b\x02\x80\xff\xfe", "br"), "the body in the recording is still compressed"),
        (
            compressed(gzip.compress(TEXT.encode())[:-12], "gzip"),
            "the compressed body in the recording is cut off or too large",
        ),
        (
            compressed(gzip.compress(b"\0" * 70_000_000), "gzip"),
            "the compressed body in the recording is cut off or too large",
        ),
    ],
    ids=["size alone", "size on the wire", "Content-Length", "brotli", "gzip cut off", "bomb"],
)
def test_an_answer_without_its_body_is_not_whole(read, response, shortfall):
    (exchange,) = read(entry(response=response))

    assert (exchange.response.completeness, exchange.response.shortfall) == ("cut", shortfall)


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(body(text=TEXT[:-3]), id="cut in a number"),
        pytest.param(body(text=TEXT[:12], size=len(TEXT)), id="cut in a text"),
        pytest.param(body(text=f"{TEXT[:-4]} [truncated]", size=90_000), id="with a note of the tool's"),
        pytest.param(body(text=f"{TEXT[:-4]}... (truncated)"), id="with another note"),
        pytest.param(body(text='{"a": 1, … [90000 bytes]', size=24), id="shortened by us"),
        pytest.param(
            {"headers": [{"name": "Content-Type", "value": "application/xml"}], "content": {"text": "<a><b>1</b>"}},
            id="XML",
        ),
    ],
)
def test_of_a_body_that_a_tool_shortened_the_rest_is_nobody_s_fault(read, response):
    (exchange,) = read(entry(response=response))

    assert exchange.response.completeness == "cut"
    assert exchange.response.shortfall == "the recording has only the beginning of the body"


def test_what_the_service_ended_in_the_middle_is_whole_by_its_length(read):
    cut = TEXT[:-3]
    length = [{"name": "Content-Type", "value": "application/json"}, {"name": "Content-Length", "value": "18"}]
    (exchange,) = read(entry(response={"headers": length, "content": {"text": cut}}))

    assert exchange.response.completeness == "whole"


@pytest.mark.parametrize("text", ['{"a": 1,}', '{"a" 1}', "nothing", '{"a": 1}}'])
def test_a_body_that_breaks_json_before_its_end_is_whole(read, text):
    (exchange,) = read(entry(response=body(text=text)))

    assert exchange.response.completeness == "whole"


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        ({}, {"status": 401, "content": {"size": 0, "mimeType": ""}, "bodySize": 0}),
        ({}, {"status": 204, "content": {"size": 12}}),
        ({"method": "HEAD"}, {"headers": [{"name": "Content-Length", "value": "7548"}], "content": {}}),
        ({}, {"status": 500, "content": None, "bodySize": -1}),
    ],
    ids=["size 0", "204", "HEAD", "no content"],
)
def test_an_empty_body_is_whole(read, request_, response):
    (exchange,) = read(entry(request_, response))

    assert (exchange.response.body, exchange.response.completeness) == (b"", "whole")


def test_pseudo_headers_of_http_2_are_no_headers(read):
    sent = [{"name": ":authority", "value": "api.example.test"}, {"name": ":path", "value": "/"}]
    (exchange,) = read(
        entry(
            {"headers": [*sent, {"name": "accept", "value": "application/json"}], "url": "/v1/x", "method": "get"},
            {"headers": [{"name": ":status", "value": "200"}, {"name": "content-type", "value": "application/json"}]},
        )
    )

    assert exchange.request.headers == (("accept", "application/json"),)
    assert exchange.response.headers == (("content-type", "application/json"),)
    assert (exchange.request.method, exchange.request.url) == ("GET", "https://api.example.test/v1/x")


@pytest.mark.parametrize(
    ("response", "media_type"),
    [
        ({"headers": []}, "application/json"),
        ({"headers": None, "content": {"text": TEXT}}, "application/json"),
        ({"headers": [], "content": {"text": "<?xml version='1.0'?><krav/>"}}, "application/xml"),
        ({"headers": [{"name": "Server", "value": "x"}], "content": {"text": TEXT, "mimeType": "x-unknown"}}, ""),
        ({"headers": {"Content-Type": "application/xml"}, "content": {"text": "<krav/>"}}, "application/xml"),
        ({"headers": [["Content-Type", "application/xml"]], "content": {"text": "<krav/>"}}, "application/xml"),
    ],
    ids=[
        "mimeType",
        "JSON by its form",
        "XML by its form",
        "headers without it",
        "headers as an object",
        "headers as pairs",
    ],
)
def test_a_media_type_that_the_headers_lack(read, response, media_type):
    (exchange,) = read(entry(response=response))

    assert exchange.response.media_type == media_type


@pytest.mark.parametrize(
    "url", [None, "", 7, "http://[::1/v1", "https://[redacted]/v1", "https://x:port/", "data:text/plain,x", "\ud800"]
)
def test_an_address_that_is_none_is_nobody_s(read, url):
    first, second = read(entry({"url": url}), entry())

    assert first.request.url == "about:invalid"
    assert second.request.url == URL


@pytest.mark.parametrize(
    "told",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00",
        "2026-03-01T13:00:00.000+01:00",
        "2026-03-01T12:00:00.0000000Z",
        1772366400,
        1772366400000.0,
    ],
)
def test_a_time_is_read_in_any_form(read, told):
    (exchange,) = read(entry(startedDateTime=told))

    assert exchange.started == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    assert exchange.is_dated


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Sun, 01 Mar 2026 12:00:07 GMT", "2026-03-01T12:00:00"),
        ("Sun, 01 Mar 2026 12:29:00 GMT", "2026-03-01T12:00:00"),
        ("Sun, 01 Mar 2026 11:00:05 GMT", "2026-03-01T11:00:05"),  # local time without its zone
        ("Tue, 03 Mar 2026 09:00:00 GMT", "2026-03-03T09:00:00"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "2026-03-01T12:00:00"),
        ("in the morning", "2026-03-01T12:00:00"),
    ],
)
def test_the_clock_of_a_recorder_may_be_wrong_and_the_answer_tells_its_time(read, date, hour):
    headers = [{"name": "Content-Type", "value": "application/json"}, {"name": "Date", "value": date}]

    (exchange,) = read(entry(response={"headers": headers}))

    assert exchange.started == datetime.datetime.fromisoformat(f"{hour}+00:00")


@pytest.mark.parametrize("told", [None, "", "0.125", 0.125, 42, "yesterday", "0001-01-01T00:00:00+14:00", 1e300])
def test_a_time_that_is_none_or_relative_names_no_day(read, told):
    (exchange,) = read(entry(startedDateTime=told))

    assert not exchange.is_dated
    assert exchange.started - NO_TIME < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({"time": 250}, 0.25),
        ({"time": -1}, 0.0),
        ({"time": "NaN"}, 0.0),
        ({"time": None}, 0.0),
        ({"time": 60_000, "timings": {"blocked": 59_000, "send": 1, "wait": 900, "receive": 99, "ssl": -1}}, 1.0),
        ({"time": 30, "timings": None}, 0.03),
    ],
)
def test_queues_and_handshakes_are_not_the_service_s_time(read, told, seconds):
    (exchange,) = read(entry(**told))

    assert exchange.elapsed == seconds


@pytest.mark.parametrize(
    "other",
    [
        None,
        7,
        [],
        {},
        {"request": None, "response": {"status": 200}},
        {"request": {}, "response": {"status": 200}},
        entry(response={"status": "ok"}),
        entry(response={"status": 0}),
        entry(response={"status": 99999999999999}),
        entry(response={"content": []}),
        entry(response={"content": "text"}),
        entry(response={"status": 304}),
        entry(_fromCache="disk"),
        entry({"postData": "text"}),
    ],
)
def test_an_entry_that_is_none_leaves_the_others(read, other):
    assert [exchange.request.url for exchange in read(other, entry())][-1:] == [URL]


@pytest.mark.parametrize(
    ("other", "unanswered", "malformed"),
    [
        (entry(response={"status": 0, "content": {"size": 0, "mimeType": "x-unknown"}}), 1, 0),
        (entry(response={"status": 304}), 1, 0),
        (entry(_fromCache="memory"), 1, 0),
        ({"request": entry()["request"]}, 0, 1),
        ({"response": entry()["response"]}, 0, 1),
        (entry(response={"status": "ok"}), 0, 1),
        (None, 0, 1),
    ],
    ids=["aborted", "not modified", "from a cache", "no response", "no request", "no status", "null"],
)
def test_an_entry_without_an_exchange_is_counted(tmp_path, other, unanswered, malformed):
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps({"log": {"entries": [other, entry()]}}), encoding="utf-8")

    recording = read_recording(path)

    assert (len(recording.exchanges), recording.unanswered, recording.malformed) == (1, unanswered, malformed)


def test_what_a_client_sent_is_kept(read):
    form = {"method": "POST", "postData": {"mimeType": "x", "params": [{"name": "a", "value": "æ b"}]}}
    binary = {"method": "POST", "postData": {"mimeType": "x", "text": encoded(b"\x00\xff"), "encoding": "base64"}}

    bodies = [e.request.body for e in read(entry({"postData": {"text": "{}"}}), entry(form), entry(binary))]

    assert bodies == [b"{}", b"a=%C3%A6+b", b"\x00\xff"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ":1: it is not valid JSON (Expecting value, column 1). Fix the syntax there."),
        (b'{"log": {"ent', ":1: it is not valid JSON (Unterminated string starting at, column 10)."),
        (b"{}", " is not a HAR file: it has no log with entries. Export the recording again."),
        (b"[1]", " is not a HAR file: it has no log with entries. Export the recording again."),
        (b'{"log": {"entries": {}}}', " is not a HAR file: no entry has a request and a response."),
        (b'{"log": {"entries": [1]}}', " is not a HAR file: no entry has a request and a response."),
        (b"\xff\xff\xff\xff\xff", ":1: byte 1 is not UTF-8. Save the file as UTF-8."),
        (b"[" * 200_000, ": it is nested more than 150 levels deep. Flatten it."),
    ],
)
def test_a_recording_that_cannot_be_read_is_refused(tmp_path, content, problem):
    path = tmp_path / "x.har"
    path.write_bytes(content)

    with pytest.raises(UnreadableRecordingError) as caught:
        read_recording(path)

    assert str(caught.value).startswith(f"{path}{problem}")


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "x.har"
    path.write_text(json.dumps({"log": {"entries": [entry()]}}), encoding="utf-8-sig")

    assert len(read_recording(path).exchanges) == 1


def test_a_body_that_is_nested_without_end_is_refused_as_json(read):
    (exchange,) = read(entry(response=body(text="[" * 5_000 + "]" * 5_000)))

    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        exchange.response.json()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the recordings of the field are not here")
@pytest.mark.parametrize("name", ["base", "firefox_fake_b64", "u_ipv6", "u_null"])
def test_a_recording_of_the_field_is_read(name):
    exchanges = read_recording(SHARED / f"{name}.har").exchanges
    good = [exchange for exchange in exchanges if exchange.request.url != "about:invalid"]

    assert len(good) == 6
    assert all(exchange.response.json() for exchange in good if exchange.response.is_json)


def test_a_form_that_a_tool_kept_encoded_is_read_as_it_was_sent(read):
    """Chrome keeps form fields as they were sent, other tools as they were meant."""
    for value in ("urn%3Aietf%3Aparams", "urn:ietf:params"):
        posted = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "grant_type", "value": value}]}
        (exchange,) = read(entry(request={"method": "POST", "postData": posted}))

        assert exchange.request.body == b"grant_type=urn%3Aietf%3Aparams"


def zipped(octets: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("traffic.har", octets)
    return file.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zipped])
def test_a_packed_recording_is_named_as_one(tmp_path, pack):
    (tmp_path / "traffic.har").write_bytes(pack(b'{"log": {"entries": []}}'))

    with pytest.raises(UnreadableRecordingError, match="it is compressed"):
        read_recording(tmp_path / "traffic.har")
