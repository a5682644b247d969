"""What in a request may be refused in front of the service, without asking the service.

Gateways look at access, addresses and methods, sizes, anything that resembles an attack, and whether a body can be
read. They know neither parties nor ledgers nor conditions: only the service refuses a request with no ground of the
first kind. The limits are ours, below the lowest of common gateways.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import parse_qsl, unquote

from harness.contract.document import Document, Operation
from harness.contract.error_body import xml_root
from harness.exchange import Request, Response

JSON = "application/json"
LONG_URL = 1_000
LONG_HEADER = 1_000
LARGE_BODY = 100_000
DEEP = 50

TOKEN = re.compile(r"Bearer [\w-]+\.[\w-]+\.[\w-]+\Z")
"""What a token looks like; the answer's status shows whether it is valid."""

ORDINARY_PATH = re.compile(r"[\w.:@+,=~/-]*\Z", re.ASCII)
ORDINARY_QUERY = re.compile(r"[\w.:@+,~/ -]*\Z", re.ASCII)
RANGE = re.compile(r"\s*(\*|[\w.+-]+)/(\*|[\w.+-]+)\s*(;\s*[\w-]+\s*=\s*\"?[\w.-]+\"?\s*)*\Z")

BOUNDARY = re.compile(r'boundary="?([^";\s]+)', re.IGNORECASE)
OF_HTTP = frozenset({"authorization", "accept", "accept-encoding", "user-agent", "content-type", "host", "cookie"})
ATTACK = re.compile(rb"""<\s*script|\.\./|\$\{|'\s*(or|and)\b|;\s*cat\b|/etc/|\bunion\s+select\b|\x00""", re.IGNORECASE)


def grounds(request: Request, operation: Operation | None, document: Document) -> Iterator[str]:
    """The grounds, each in a few words that do not depend on the values sent."""
    yield from _of_address(request, operation, document)
    yield from threats(request)
    yield from _of_format(request, operation, document)


def threats(request: Request) -> Iterator[str]:
    """What a firewall looks at, whatever the call: sizes, characters and bodies."""
    yield from _of_size(request)
    yield from _of_characters(request)
    yield from _of_body(request)


def without_access(request: Request) -> Iterator[str]:
    """Grounds, in its token, to refuse a request in front of the service."""
    sent = request.header("authorization")
    if not sent:
        yield "no token"
    elif not TOKEN.match(sent):
        yield "no token in the usual form"


def keeps_to_the_document(request: Request, operation: Operation | None, document: Document) -> bool:
    """Whether a request gives no ground for refusal to anybody who knows only the published document."""
    if operation is None or document.broken_parameters(operation, request):
        return False
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if not request.body or media_type != JSON:
        return True
    try:
        body = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return False
    return next(document.request_errors(operation, media_type, body), None) is None


def _of_address(request: Request, operation: Operation | None, document: Document) -> Iterator[str]:
    if operation is None:
        yield "an address or method that the API does not have"
        return
    in_path = {parameter["name"] for parameter in operation.parameters if parameter["in"] == "path"}
    if in_path & set(document.broken_parameters(operation, request)):
        yield "an address with a value that the specification does not allow"
    path = request.parts.path
    if "%" in path or "//" in path or (path.endswith("/") and operation.path != "/"):
        yield "an address written differently from the specification"


def _of_size(request: Request) -> Iterator[str]:
    if len(request.url) > LONG_URL:
        yield "a long URL"
    if any(len(value) > LONG_HEADER for name, value in request.headers if name.lower() != "authorization"):
        yield "a long header"
    if len(request.body) > LARGE_BODY:
        yield "a large body"


def _of_characters(request: Request) -> Iterator[str]:
    path = unquote(request.parts.path)
    pairs = parse_qsl(request.parts.query, keep_blank_values=True)
    queries = [part for pair in pairs for part in pair]
    ordinary = ORDINARY_PATH.match(path) and all(ORDINARY_QUERY.match(part) for part in queries)
    if not ordinary or any(".." in part for part in (path, *queries)):
        yield "characters in the URL that an ordinary client does not send"
    if len({name for name, _ in pairs}) < len(pairs):
        yield "a repeated parameter"
    own = (value for name, value in request.headers if name.lower() not in OF_HTTP)
    if any(not value.isascii() or not value.isprintable() or ATTACK.search(value.encode()) for value in own):
        yield "characters in a header that an ordinary client does not send"


def _of_format(request: Request, operation: Operation | None, document: Document) -> Iterator[str]:
    accept = request.header("accept")
    ranges = [part for part in (accept or "").split(",") if part.strip()]
    if not ranges or not all(map(RANGE.match, ranges)):
        yield "no Accept, or a malformed one"
    elif operation is not None:
        named = {part.partition(";")[0].strip().lower() for part in ranges}
        offered = {media for status in operation.responses for media in _media_types(operation, status)}
        wide = {"*/*"} | {f"{media.partition('/')[0]}/*" for media in offered}
        if not named & (offered | wide):
            yield "an Accept without any of the API's formats"
    taken = document.resolve(operation.definition.get("requestBody", {})) if operation is not None else {}
    sent = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if sent and taken and sent not in taken.get("content", {}):
        yield "a Content-Type that the API does not accept"
    if request.header("content-encoding"):
        yield "a Content-Encoding"


def _media_types(operation: Operation, status: str) -> Iterator[str]:
    yield from operation.responses[status].get("content", {})


def _of_body(request: Request) -> Iterator[str]:
    body = request.body
    if not body:
        return
    if request.method in {"GET", "HEAD", "DELETE"}:
        yield "a body on a method without one"
    as_answer = Response(200, request.headers, body)
    if as_answer.is_json:
        try:
            as_answer.json()
        except (ValueError, RecursionError):
            yield "a body that is not JSON"
        if max(body.count(b"["), body.count(b"{")) > DEEP and _is_deep(body):
            yield "JSON that is deeply nested"
    elif as_answer.media_type in {"application/xml", "text/xml"} and xml_root(as_answer) is None:
        yield "a body that is not XML"
    elif as_answer.media_type.startswith("multipart/") and not _is_whole_form(request):
        yield "a malformed form"
    if ATTACK.search(body[:LARGE_BODY]):
        yield "text in the body that resembles an attack"


def _is_whole_form(request: Request) -> bool:
    found = BOUNDARY.search(request.header("content-type") or "")
    return found is not None and request.body.rstrip().endswith(f"--{found[1]}--".encode())


def _is_deep(body: bytes) -> bool:
    """Whether brackets nest deeper than any API message needs; strings are not parsed."""
    depth = 0
    for octet in body[:LARGE_BODY]:
        if octet in b"[{":
            depth += 1
            if depth > DEEP:
                return True
        elif octet in b"]}":
            depth -= 1
    return False
