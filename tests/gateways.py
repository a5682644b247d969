"""Gateways like real products, each in front of a healthy sandbox.

Each refuses what such gateways refuse, in its own form, and passes on the rest. The forms are written from the
products' documentation and from known answers.
"""

import functools
import gzip
import json
import posixpath
import re
import threading
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from urllib.parse import unquote_to_bytes

from harness.contract.document import Document, Operation
from harness.contract.pinned import contract_of
from harness.exchange import Request
from tests.troubled import Asked, Plan, Trouble, TroubledProxy

Kind = Literal["no token", "bad token", "address", "method", "size", "attack"]
Refusal = tuple[int, Mapping[str, str], bytes]
Words = Callable[[Kind, Asked], Refusal]

MOST_URL, MOST_HEADER, MOST_BODY = 2_000, 8_000, 1_000_000
ATTACKS = re.compile(rb"""['"<>\x00\r\n\\]|\.\./|\$\{|;\s*cat\b|%[^0-9A-Fa-f]|[\x80-\xff]|/etc/|\.exe\b""")
ROUTES = {
    re.compile(r"/kravogbetalinger/v1/(finans|regnskapssystem|lovfestetrevisjon)/[^/]+/"
               r"(aapnekrav|krav|innbetalinger|utbetalinger)"): {"GET", "HEAD"},
    re.compile(r"/api/utleggsbegjaering/v2/?(valider)?"): {"POST"},
    re.compile(r"/api/utleggsbegjaering/v2/valider/[^/]+"): {"PUT"},
    re.compile(r"/api/utleggsbegjaering/v2/(vedlegg|innsyn/trekk|betjeningskartet|samordnettrekk/oppslag|beslutning)"):
        {"POST"},
    re.compile(r"/api/utleggsbegjaering/v2/krav/[^/]+/innbetaling"): {"POST"},
    re.compile(r"/api/utleggsbegjaering/v2/vedlegg/[^/]+"): {"GET", "DELETE"},
    re.compile(r"/api/utleggsbegjaering/v2/status(/[^/]+)?"): {"GET"},
    re.compile(r"/api/utleggsbegjaering/v2/[^/]+"): {"PUT"},
}  # fmt: skip
APIS = ("/kravogbetalinger/", "/api/utleggsbegjaering/v")


@dataclass(frozen=True)
class Gateway:
    """`words` is how it refuses; `adorned` are headers that it adds to every answer, including its own."""

    words: Words
    adorned: Mapping[str, str] = field(default_factory=dict)
    lower_case: bool = False
    compresses: bool = False
    answers_options: bool = False
    charset: str = ""
    merges_slashes: bool = False
    kinds: frozenset[Kind] = frozenset({"no token", "bad token", "address", "method", "size", "attack"})
    also: Callable[[Asked], Refusal | None] = lambda asked: None
    """Further refusals of its own, before any that has its usual form."""
    sends_on: Callable[[bytes], bytes] = lambda head: head
    """How it rewrites the headers of a request."""
    hands_back: Callable[[bytes, bytes], bytes] = lambda head, body: head + b"\r\n\r\n" + body
    """How it rewrites an answer, including its own: the bytes sent."""

    def plan(self) -> Plan:
        """What a proxy does with each request; everything outside the APIs is passed on."""

        def decide(asked: Asked) -> Trouble:
            return self._pass_on if asked.path.startswith(APIS) else _as_it_is

        return decide

    def _pass_on(self, proxy: TroubledProxy, connection, asked: Asked) -> None:
        if self.answers_options and asked.method == "OPTIONS":
            allowed = {"Access-Control-Allow-Origin": "*", "Allow": "GET, HEAD, OPTIONS"}
            connection.sendall(self._written(204, allowed, b"", asked))
            return
        other = self.also(asked)
        if other is not None:
            connection.sendall(self._written(*other, asked))
            return
        kind = refused_for(asked)
        if kind in self.kinds:
            connection.sendall(self._written(*self.words(kind, asked), asked))
            return
        octets = re.sub(rb"(?<!:)//+", b"/", asked.head, count=1) if self.merges_slashes else asked.head
        asked_for = Asked(asked.number, self.sends_on(octets), asked.body)
        head, _, body = proxy.fetched(asked_for.octets).partition(b"\r\n\r\n")
        if head.split(b" ")[1] == b"401" and "bad token" in self.kinds:
            connection.sendall(self._written(*self.words("bad token", asked), asked))
            return
        if self.compresses and body and "gzip" in asked.header("accept-encoding"):
            body = gzip.compress(body)
            head = re.sub(rb"(?i)content-length: *\d+", b"Content-Encoding: gzip\r\nVary: Accept-Encoding", head)
            head += f"\r\nContent-Length: {len(body)}".encode()
        connection.sendall(self.hands_back(self._adorned(head), body))

    def _written(self, status: int, headers: Mapping[str, str], body: bytes, asked: Asked) -> bytes:
        lines = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
        head = f"HTTP/1.1 {status} X\r\n" + "\r\n".join(f"{name}: {value}" for name, value in lines.items())
        return self.hands_back(self._adorned(head.encode()), b"" if asked.method == "HEAD" else body)

    def _adorned(self, head: bytes) -> bytes:
        if self.charset:
            head = re.sub(rb"(?i)(content-type: *application/[\w.+-]+)(?=\r|$)", rb"\1" + self.charset.encode(), head)
        for name, value in self.adorned.items():
            head = re.sub(rb"(?i)\r\n" + name.encode() + rb":[^\r]*", b"", head)
            head += f"\r\n{name}: {value}".encode()
        if self.lower_case:
            head = re.sub(rb"\r\n([\w-]+):", lambda found: b"\r\n" + found[1].lower() + b":", head)
        return head


def _as_it_is(proxy: TroubledProxy, connection, asked: Asked) -> None:
    connection.sendall(proxy.fetched(asked.octets))


def refused_for(asked: Asked) -> Kind | None:
    """Why a gateway refuses a request before it asks anybody, judging as such products do."""
    path, _, query = asked.path.partition("?")
    lines = asked.head.split(b"\r\n")[1:]
    own = [line for line in lines if not re.match(rb"(?i)authorization|accept|content-type|user-agent|host", line)]
    if len(asked.path) > MOST_URL or len(asked.head) > MOST_HEADER or len(asked.body) > MOST_BODY:
        return "size"
    if any(len(line) > MOST_URL for line in own):
        return "size"
    looked_at = [unquote_to_bytes(path), unquote_to_bytes(query.replace("+", " ")), *own]
    if any(ATTACKS.search(text) for text in looked_at):
        return "attack"
    route = next((methods for pattern, methods in ROUTES.items() if pattern.fullmatch(path)), None)
    if route is None:
        return "address"
    methods = {m for pattern, allowed in ROUTES.items() if pattern.fullmatch(path) for m in allowed}
    if asked.method not in methods:
        return "method"
    if not re.fullmatch(r"Bearer [\w-]+\.[\w-]+\.[\w-]+", asked.header("authorization")):
        return "no token"
    return None


def json_of(status_of: Mapping[str, int], make: Callable[[int], object], **headers: str) -> Words:
    """One JSON form for everything."""

    def words(kind: Kind, asked: Asked) -> Refusal:
        status = status_of[kind]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return status, {"Content-Type": "application/json", **named}, json.dumps(make(status)).encode()

    return words


def page_of(status_of: Mapping[str, int], make: Callable[[int], str], **headers: str) -> Words:
    """One page for everything."""

    def words(kind: Kind, asked: Asked) -> Refusal:
        status = status_of[kind]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return status, {"Content-Type": "text/html", **named}, make(status).encode()

    return words


def statuses(**other: int) -> dict[str, int]:
    usual = {"no token": 401, "bad token": 401, "address": 404, "method": 405, "size": 414, "attack": 403}
    return usual | {name.replace("_", " "): status for name, status in other.items()}


def bare(kind: Kind, asked: Asked) -> Refusal:
    """No body at all."""
    status = statuses()[kind]
    return status, {"WWW-Authenticate": 'Bearer realm="x", error="invalid_token"'} if status == 401 else {}, b""


def apache(status: int) -> str:
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>'
        f"{status} Error</title>\n</head><body>\n<h1>Error</h1>\n<address>Apache/2.4.57 Server</address></body></html>"
    )


def f5(kind: Kind, asked: Asked) -> Refusal:
    """The usual page for suspected attacks comes with status 200."""
    if kind != "attack":
        return bare(kind, asked)
    page = (
        "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with "
        "your administrator.<br><br>Your support ID is: 1234567890123456789</body></html>"
    )
    return 200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"}, page.encode()


def login(kind: Kind, asked: Asked) -> Refusal:
    """Callers without a session are sent to the login page."""
    if kind in {"no token", "bad token"}:
        return 302, {"Location": "https://login.example.test/?return=%2F"}, b""
    return page_of(statuses(), apache)(kind, asked)


def soap(kind: Kind, asked: Asked) -> Refusal:
    """A fault in XML, whatever format was requested."""
    status = statuses(attack=400)[kind]
    body = (
        '<ams:fault xmlns:ams="http://wso2.org/apimanager/security"><ams:code>900902</ams:code>'
        "<ams:message>Missing Credentials</ams:message><ams:description>Invalid</ams:description></ams:fault>"
    )
    return status, {"Content-Type": "application/xml; charset=UTF-8", "WWW-Authenticate": "OAuth2"}, body.encode()


def problem(kind: Kind, asked: Asked) -> Refusal:
    """RFC 9457, as newer gateways use it."""
    status = statuses()[kind]
    body = {"type": f"https://httpstatuses.io/{status}", "title": "Refused", "status": status, "traceId": "00-4b-01"}
    return status, {"Content-Type": "application/problem+json"}, json.dumps(body).encode()


def spring(status: int) -> object:
    return {"timestamp": "2026-01-01T00:00:00.000+00:00", "status": status, "error": "Refused", "path": "/"}


def plain(kind: Kind, asked: Asked) -> Refusal:
    texts = {"no token": "Jwt is missing", "bad token": "Jwt verification fails", "address": "no such route"}
    return statuses()[kind], {"Content-Type": "text/plain"}, texts.get(kind, "RBAC: access denied").encode()


def istio(kind: Kind, asked: Asked) -> Refusal:
    """A text for callers without access, nothing at all for an unknown route."""
    if kind == "address":
        return 404, {}, b""
    return plain(kind, asked)


def traefik(kind: Kind, asked: Asked) -> Refusal:
    texts = {"address": "404 page not found\n", "method": "404 page not found\n"}
    status = statuses(method=404, size=431, attack=400)[kind]
    body = texts.get(kind, "Unauthorized\n" if status == 401 else "Bad Request\n")
    return status, {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}, body.encode()


def imperva(kind: Kind, asked: Asked) -> Refusal:
    """Suspected attacks get a page that loads another, with 403 or 200."""
    page = b'<html style="height:100%"><head><META NAME="ROBOTS"></head><body><iframe src="/_Incapsula">x</iframe>'
    status = {"attack": 200, "size": 403, "address": 404, "method": 403}.get(kind, 401)
    return status, {"Content-Type": "text/html"}, page + b"</body></html>"


def norwegian_xml(kind: Kind, asked: Asked) -> Refusal:
    body = f"<feil><kode>{statuses()[kind]}</kode><melding>Kallet slipper ikke gjennom</melding></feil>"
    return statuses()[kind], {"Content-Type": "application/xml"}, body.encode()


def _apim(status: int) -> object:
    return {"statusCode": status, "message": "The request was not accepted"}


def _in_json(status: int, body: object) -> Refusal:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def validates(
    words: Callable[[int], object], media_type: str = "application/json"
) -> Callable[[Asked], Refusal | None]:
    """A gateway that knows the published document and refuses what does not conform, as many can be configured to."""

    def look(asked: Asked) -> Refusal | None:
        headers = [tuple(line.split(": ", 1)) for line in asked.head.decode("latin-1").split("\r\n")[1:]]
        request = Request(asked.method, f"http://gateway{asked.path}", tuple(headers), asked.body)  # type: ignore[arg-type]
        for base, api in BASES.items():
            document = _document(api)
            found = document.operation_at(asked.method, asked.path.partition("?")[0], base)
            if asked.path.startswith(base) and found is not None and not _keeps_to(document, found, request):
                return 400, {"Content-Type": media_type}, json.dumps(words(400)).encode()
        return None

    return look


BASES = {"/kravogbetalinger/v1": "kravogbetalinger", "/api/utleggsbegjaering/v2": "utleggsbegjaering"}


@functools.cache
def _document(api: str) -> Document:
    return contract_of(api).document


def _keeps_to(document: Document, operation: Operation, request: Request) -> bool:
    if document.broken_parameters(operation, request):
        return False
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if not request.body or media_type != "application/json":
        return True
    try:
        body = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return False
    return next(document.request_errors(operation, media_type, body), None) is None


def echoing(kind: Kind, asked: Asked) -> Refusal:
    """Its own JSON, with the caller's id for the call."""
    status = statuses(attack=400, size=413)[kind]
    call = asked.header("korrelasjonsid") or str(uuid.uuid4())
    return status, {"Content-Type": "application/json", "Korrelasjonsid": call}, json.dumps(_apim(status)).encode()


def particular(asked: Asked) -> Refusal | None:
    """Refuses formats, lengths and expectations itself, with the statuses that HTTP defines for them."""
    accept, sent = asked.header("accept"), asked.header("content-type").partition(";")[0].strip().lower()
    if sent and sent not in {"application/json", "application/xml", "multipart/form-data"}:
        return _in_json(415, _apim(415))
    if accept and not re.search(r"(?i)json|xml|\*/\*|application/\*", accept):
        return _in_json(406, _apim(406))
    if asked.method in {"POST", "PUT"} and not asked.header("content-length"):
        return _in_json(411, _apim(411))
    return None


def threat_protection(asked: Asked) -> Refusal | None:
    """Limits of a JSON body, as Apigee, Kong and DataPower have them."""
    if "json" not in asked.header("content-type"):
        return None
    text = asked.body.decode("utf-8", "replace")
    refused = _in_json(400, {"fault": {"faultstring": "JSONThreatProtection: Execution failed"}})
    try:
        json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return refused
    if "\ufffd" in text or re.search(r'"[^"]{5000,}"', text) or re.search(r"\d{40,}", text):
        return refused
    return refused if max(text.count("["), text.count("{")) > 400 else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError
    return dict(pairs)


def small_headers(asked: Asked) -> Refusal | None:
    page = b"<html><head><title>400 Request Header Or Cookie Too Large</title></head></html>"
    return (400, {"Content-Type": "text/html"}, page) if len(asked.head) > 4_000 else None


def for_attacks(status: int, media_type: str, body: bytes) -> Callable[[Asked], Refusal | None]:
    return lambda asked: (status, {"Content-Type": media_type}, body) if refused_for(asked) == "attack" else None


def quota(one_in: int) -> Callable[[Asked], Refusal | None]:
    count, lock = [0], threading.Lock()

    def look(asked: Asked) -> Refusal | None:
        with lock:
            count[0] += 1
            is_full = count[0] % one_in == 0
        body = json.dumps({"message": "API rate limit exceeded"}).encode()
        return (429, {"Content-Type": "application/json", "X-RateLimit-Remaining": "0"}, body) if is_full else None

    return look


def by_itself(method: str, status: int, body: bytes = b"") -> Callable[[Asked], Refusal | None]:
    return lambda asked: (
        (status, {"Content-Type": "message/http"}, body or asked.head) if asked.method == method else None
    )


def of_http_1_0(head: bytes, body: bytes) -> bytes:
    """No length; the end of the connection ends the body."""
    head = re.sub(rb"(?i)\r\n(content-length|transfer-encoding|connection):[^\r]*", b"", head)
    return head.replace(b"HTTP/1.1", b"HTTP/1.0", 1) + b"\r\nVia: 1.0 squid\r\n\r\n" + body


def in_chunks(head: bytes, body: bytes) -> bytes:
    """With extensions and trailers, as RFC 9112 allows."""
    if b" 204 " in head[:16] or not re.search(rb"(?i)\r\ncontent-length: *[1-9]", head) or not body:
        return head + b"\r\n\r\n" + body
    head = re.sub(rb"(?i)\r\ncontent-length:[^\r]*", b"\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum", head)
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    chunks = b"".join(b'%x;note="a"\r\n%s\r\n' % (len(piece), piece) for piece in pieces)
    return head + b"\r\n\r\n" + chunks + b"0;last\r\nX-Sum: 1\r\n\r\n"


def without_reason(head: bytes, body: bytes) -> bytes:
    return re.sub(rb"^(HTTP/1\.1 \d{3})[^\r]*", rb"\1 ", head) + b"\r\n\r\n" + body


def with_early_hints(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + head + b"\r\n\r\n" + body


def deflated(head: bytes, body: bytes) -> bytes:
    if not body:
        return head + b"\r\n\r\n"
    packed = zlib.compress(body)
    length = b"Content-Encoding: deflate\r\nContent-Length: %d" % len(packed)
    return re.sub(rb"(?i)content-length: *\d+", length, head) + b"\r\n\r\n" + packed


def without_own_headers(head: bytes, body: bytes) -> bytes:
    """Only the headers that HTTP itself needs are passed on."""
    kept = rb"(?i)\r\n(?!content-|connection|date|transfer-|allow|www-authenticate|vary|retry-after|location)[^\r]*"
    return re.sub(kept, b"", head) + b"\r\n\r\n" + body


def normalised(head: bytes) -> bytes:
    """The path as normalised by RFC 3986 (6.2), without a trailing slash or matrix parameters."""
    line, _, rest = head.partition(b"\r\n")
    method, target, version = line.split(b" ", 2)
    path, mark, query = target.partition(b"?")
    path = posixpath.normpath(re.sub(rb";[^/]*", b"", re.sub(rb"//+", b"/", path)).decode("latin-1")).encode("latin-1")
    path = re.sub(rb"%([46-7][1-9A-Fa-f]|5[0-9Aa]|3[0-9])", lambda found: bytes.fromhex(found[1].decode()), path)
    return method + b" " + path + mark + query + b" " + version + b"\r\n" + rest


def known_parameters(head: bytes) -> bytes:
    """Unknown or repeated parameters are not passed on."""
    line, _, rest = head.partition(b"\r\n")
    method, target, version = line.split(b" ", 2)
    path, _, query = target.partition(b"?")
    kept: dict[bytes, bytes] = {}
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name in {b"fraOgMed", b"tilOgMed", b"endretEtter"}:
            kept.setdefault(name, value)
    query = b"&".join(name + b"=" + value for name, value in kept.items())
    return method + b" " + path + (b"?" + query if query else b"") + b" " + version + b"\r\n" + rest


def by_accept(kind: Kind, asked: Asked) -> Refusal:
    """In the requested format, as Spring, WSO2 and MuleSoft choose it."""
    status, accept = statuses(attack=400)[kind], asked.header("accept").lower()
    if "xml" in accept:
        return status, {"Content-Type": "application/xml;charset=utf-8"}, b"<error><message>no</message></error>"
    if "html" in accept:
        return status, {"Content-Type": "text/html"}, b"<html><body>no</body></html>"
    return _in_json(status, {"error": {"message": "no", "code": status}})


def in_series(kind: Kind, asked: Asked) -> Refusal:
    """A CDN in front of a firewall in front of a gateway, each with its own form."""
    if kind in {"size", "attack"}:
        return 403, {"Server": "AkamaiGHost", "Content-Type": "text/html"}, b"<HTML>Access Denied. Reference #18</HTML>"
    if kind in {"address", "method"}:
        return _in_json(404, {"statusCode": 404, "message": "Resource not found"})
    if kind == "no token":
        return 401, {"Content-Type": "text/plain", "server": "envoy"}, b"Jwt is missing"
    return 401, {"WWW-Authenticate": 'Bearer resource_metadata="https://x.example.test/"'}, b'{"error":"invalid_token"}'


def written_anew(head: bytes, body: bytes) -> bytes:
    """JSON with sorted members and non-ASCII characters escaped, as if it had been parsed and serialised again."""
    if b"application/json" in head and body:
        body = json.dumps(json.loads(body), sort_keys=True, indent=1).replace("/", "\\/").encode()
        head = re.sub(rb"(?i)content-length: *\d+", b"Content-Length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


def with_odd_headers(head: bytes, body: bytes) -> bytes:
    """Folded, empty, in Latin-1, the length twice, a reason in Norwegian: RFC 9112 lets a client accept all of it."""
    head = re.sub(rb"(?i)\r\n(content-length: *\d+)", rb"\r\n\1\r\n\1", head)
    head = re.sub(rb"^(HTTP/1\.1 \d{3})[^\r]*", b"\\1 Ugyldig foresp\xf8rsel", head)
    return head + b'\r\nX-Note: a\r\n\tb\r\nX-Empty:\r\nWarning: 199 - "S\xf8knad"\r\nVary: *\r\n\r\n' + body


def in_tiny_chunks(head: bytes, body: bytes) -> bytes:
    """Compressed in pieces of seven bytes, under the old name of gzip."""
    if not body:
        return head + b"\r\n\r\n"
    packed = gzip.compress(body)
    coded = b"\r\nTransfer-Encoding: Chunked\r\nContent-Encoding: x-gzip"
    head = re.sub(rb"(?i)\r\ncontent-length:[^\r]*", coded, head)
    pieces = (packed[at : at + 7] for at in range(0, len(packed), 7))
    return head + b"\r\n\r\n" + b"".join(b"%04X\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0000\r\n\r\n"


GATEWAYS: dict[str, Gateway] = {
    "words by Accept": Gateway(by_accept),
    "three in series": Gateway(in_series),
    "JSON written anew": Gateway(bare, hands_back=written_anew),
    "odd headers": Gateway(page_of(statuses(), apache), hands_back=with_odd_headers),
    "tiny chunks in x-gzip": Gateway(json_of(statuses(), _apim), hands_back=in_tiny_chunks),
    "feilkode of another family": Gateway(
        json_of(statuses(attack=400), lambda s: {"feilkode": f"PORT-{s}", "feilmelding": "Kallet slipper ikke gjennom"})
    ),
    "bare, header names in lower case": Gateway(bare, {"Server": "nginx"}, lower_case=True),
    "nginx": Gateway(
        page_of(
            statuses(size=400), lambda s: f"<html>\r\n<head><title>{s}</title></head><body>nginx</body></html>\r\n"
        ),
        {"Server": "nginx/1.25.3"},
    ),
    "Apache with ModSecurity": Gateway(
        page_of(statuses(attack=406, size=400), apache), {"Server": "Apache/2.4.57", "X-Request-ID": "a1"}
    ),
    "IIS": Gateway(
        page_of(statuses(size=404, attack=400), lambda s: f"<!DOCTYPE html><html><title>{s}.15</title></html>"),
        {"Server": "Microsoft-IIS/10.0", "X-Powered-By": "ASP.NET"},
    ),
    "F5": Gateway(f5, {"Set-Cookie": "TS01=ab; Path=/", "Strict-Transport-Security": "max-age=31536000"}),
    "Azure APIM": Gateway(
        json_of(statuses(method=404), lambda s: {"statusCode": s, "message": "Access denied due to missing token."}),
        {"Via": "1.1 example.azure-api.net"},
        charset="; charset=UTF-8",
    ),
    "AWS API Gateway": Gateway(
        json_of(
            statuses(no_token=403, address=403, method=403, size=413, attack=400),
            lambda s: {"message": "Missing Authentication Token" if s == 403 else "Unauthorized"},
            x_amzn_ErrorType="MissingAuthenticationTokenException",
        ),
        {"x-amzn-RequestId": "c6af9ac6", "Via": "1.1 2f.cloudfront.net (CloudFront)"},
    ),
    "Kong": Gateway(
        json_of(statuses(method=404, size=413), lambda s: {"message": "no Route matched", "request_id": "6b0"}),
        {"Server": "kong/3.6.1", "Via": "1.1 kong/3.6.1"},
    ),
    "Envoy": Gateway(plain, {"server": "envoy", "x-envoy-upstream-service-time": "4"}, lower_case=True),
    "Cloudflare": Gateway(
        page_of(statuses(attack=403, size=413), lambda s: f"<!DOCTYPE html><title>Attention! | {s}</title>error 1020"),
        {"Server": "cloudflare", "CF-RAY": "7d1", "Set-Cookie": "__cf_bm=x; path=/"},
    ),
    "Akamai": Gateway(
        page_of(
            statuses(no_token=403, bad_token=403, method=501, attack=403, size=431),
            lambda s: "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>Reference #18.2d</BODY></HTML>",
            Server="AkamaiGHost",
        )
    ),
    "Apigee": Gateway(
        json_of(
            statuses(attack=400, size=431),
            lambda s: {"fault": {"faultstring": "Invalid token", "detail": {"errorcode": "oauth.v2.InvalidToken"}}},
        ),
        {"X-Request-ID": "x"},
    ),
    "Spring Security": Gateway(json_of(statuses(attack=400), spring, WWW_Authenticate="Bearer")),
    "WSO2": Gateway(soap, {"Server": "WSO2 Carbon Server"}),
    "OAuth's own errors": Gateway(
        json_of(
            statuses(no_token=400, attack=400),
            lambda s: {"error": "invalid_token", "error_description": "The access token expired"},
            WWW_Authenticate='Bearer error="invalid_token"',
        ),
        charset=";charset=utf-8",
    ),
    "problems": Gateway(problem),
    "one that writes Norwegian, compresses and answers OPTIONS": Gateway(
        json_of(statuses(bad_token=400, attack=501), lambda s: {"kode": s, "melding": "Kallet slipper ikke gjennom"}),
        {"Server": "portvakt"},
        compresses=True,
        answers_options=True,
    ),
    "a login": Gateway(login, {"Set-Cookie": "JSESSIONID=1; Path=/"}),
    "HAProxy": Gateway(
        page_of(
            statuses(no_token=403, size=400, method=403),
            lambda s: f"<html><body><h1>{s} Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>",
            Cache_Control="no-cache",
        ),
        lower_case=True,
    ),
    "Istio": Gateway(istio, {"server": "istio-envoy", "x-envoy-decorator-operation": "api.svc:80/*"}, lower_case=True),
    "Spring Cloud Gateway": Gateway(
        json_of(
            statuses(attack=400, size=431),
            lambda s: {
                "timestamp": "2026-01-01T00:00:00.000+00:00",
                "path": "/v1",
                "status": s,
                "error": "Not Found",
                "message": None,
                "requestId": "5c7f0c9e-12",
            },
        )
    ),
    "Traefik": Gateway(traefik, merges_slashes=True),
    "Imperva": Gateway(imperva, {"X-CDN": "Imperva", "X-Iinfo": "1-2-3", "Set-Cookie": "visid_incap_1=x; path=/"}),
    "AWS load balancer": Gateway(
        page_of(
            statuses(size=464, attack=403, method=460),
            lambda s: (
                f"<html>\r\n<head><title>{s}</title></head>\r\n<body>\r\n<center><h1>{s}</h1></center></body></html>"
            ),
            Server="awselb/2.0",
        )
    ),
    "Azure Application Gateway": Gateway(
        page_of(
            statuses(no_token=403, bad_token=403, address=502),
            lambda s: (
                f"<html>\r\n<head><title>{s}</title></head><hr><center>Microsoft-Azure-Application-Gateway/v2</center>"
            ),
        ),
        {"X-Azure-Ref": "0abc", "X-Cache": "CONFIG_NOCACHE"},
    ),
    "HAProxy without a backend for the rest": Gateway(
        page_of(
            statuses(no_token=401, bad_token=401, address=503, attack=400, size=400),
            lambda s: f"<html><body><h1>{s}</h1>\nNo server is available to handle this request.\n</body></html>\n",
        )
    ),
    "Google's endpoints": Gateway(
        json_of(
            statuses(attack=400),
            lambda s: {"error": {"code": s, "message": "Jwt is missing", "status": "UNAUTHENTICATED", "details": []}},
        ),
        {"Server": "Google Frontend", "X-Cloud-Trace-Context": "1;o=1", "Alt-Svc": "h3"},
        compresses=True,
    ),
    "IBM DataPower": Gateway(
        json_of(
            statuses(attack=500, size=500),
            lambda s: {"httpCode": str(s), "httpMessage": "Unauthorized", "moreInformation": "Cannot pass the checks"},
        ),
        {"X-Global-Transaction-ID": "42", "X-Backside-Transport": "OK OK"},
        kinds=frozenset({"no token", "bad token", "address", "method"}),
    ),
    "Tyk": Gateway(
        json_of(statuses(no_token=400, bad_token=403, attack=400), lambda s: {"error": "Authorization field missing"}),
        {"X-Ratelimit-Limit": "0", "X-Generator": "tyk.io"},
    ),
    "Gravitee": Gateway(json_of(statuses(), lambda s: {"message": "Unauthorized", "http_status_code": s})),
    "Oathkeeper": Gateway(
        json_of(
            statuses(attack=404, size=500),
            lambda s: {"error": {"code": s, "status": "Unauthorized", "request": "1", "message": "Access is denied"}},
        ),
        kinds=frozenset({"no token", "bad token", "address", "method", "attack"}),
    ),
    "one that writes feil in XML": Gateway(norwegian_xml, {"Server": "portvakt"}),
    "one that answers with a word": Gateway(json_of(statuses(attack=418), lambda s: "Unauthorized")),
    "one that answers null": Gateway(json_of(statuses(attack=400, size=400), lambda s: None)),
    "one that answers lists": Gateway(
        json_of(statuses(attack=422), lambda s: [{"errorCode": "APIGW-1", "description": "no"}]),
        charset=";charset=UTF-8",
    ),
    "a portal with status 200": Gateway(
        page_of(statuses(no_token=200, bad_token=200, address=200, method=200, size=200, attack=200), apache),
        {"Set-Cookie": "portal=1; Path=/"},
    ),
    "one that asks for a payment": Gateway(
        json_of(statuses(no_token=402, bad_token=402, method=405), lambda s: {"title": "Subscription required"})
    ),
    "one that names calls as the API does": Gateway(
        json_of(statuses(), lambda s: {"message": "Forbidden"}),
        {"Korrelasjonsid": "0f8fad5b-d9cb-469f-a165-70867728950e", "Allow": "GET, HEAD, POST, PUT"},
    ),
    "one that wants DPoP": Gateway(bare, {"DPoP-Nonce": "x", "WWW-Authenticate": 'DPoP algs="ES256"'}),
    "one that validates requests by the document": Gateway(
        json_of(statuses(), _apim), {"Via": "1.1 gateway"}, also=validates(_apim)
    ),
    "one that validates requests and answers problems": Gateway(
        problem,
        also=validates(
            lambda s: {"type": "about:blank", "title": "Bad Request", "status": s}, "application/problem+json"
        ),
    ),
    "one that validates requests, and adds nothing": Gateway(
        json_of(statuses(attack=400), lambda s: {"message": "Invalid request" if s == 400 else "Forbidden"}),
        also=validates(lambda s: {"message": "Invalid request body"}),
    ),
    "one that echoes the id of the call": Gateway(echoing, also=particular),
    "one that protects from JSON": Gateway(
        json_of(statuses(attack=400), lambda s: {"fault": {"faultstring": "Invalid"}}), also=threat_protection
    ),
    "one with small headers": Gateway(page_of(statuses(), apache), also=small_headers),
    "one that answers attacks with JSON and 200": Gateway(
        bare, also=for_attacks(200, "application/json", b'{"supportID": "1234567890", "message": "Request rejected"}')
    ),
    "one that answers attacks with a SOAP fault and 200": Gateway(
        bare,
        also=for_attacks(
            200,
            "text/xml",
            b"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Body><soap:Fault><faultcode>"
            b"soap:Server</faultcode><faultstring>The requested operation was rejected</faultstring></soap:Fault>"
            b"</soap:Body></soap:Envelope>",
        ),
    ),
    "one that answers attacks with nothing and 200": Gateway(bare, also=for_attacks(200, "text/plain", b"")),
    "one that is busy for attacks": Gateway(bare, also=for_attacks(503, "text/html", b"<html>Try later</html>")),
    "one with a full quota": Gateway(bare, also=quota(11)),
    "one that answers HEAD": Gateway(bare, also=by_itself("HEAD", 405)),
    "one that answers HEAD with 200": Gateway(bare, also=by_itself("HEAD", 200)),
    "one that answers TRACE": Gateway(bare, also=by_itself("TRACE", 200)),
    "one that answers OPTIONS with 200": Gateway(bare, also=by_itself("OPTIONS", 200, b"{}")),
    "HTTP/1.0 without lengths": Gateway(page_of(statuses(), apache), hands_back=of_http_1_0),
    "chunks with extensions and trailers": Gateway(bare, hands_back=in_chunks),
    "no reason in the status line": Gateway(json_of(statuses(), _apim), hands_back=without_reason),
    "early hints before each answer": Gateway(json_of(statuses(), _apim), hands_back=with_early_hints),
    "deflate": Gateway(json_of(statuses(), _apim), hands_back=deflated),
    "only headers of HTTP": Gateway(json_of(statuses(), _apim), hands_back=without_own_headers),
    "one that normalises paths": Gateway(
        json_of(statuses(), _apim), sends_on=normalised, kinds=frozenset({"no token"})
    ),
    "one that drops parameters": Gateway(json_of(statuses(), _apim), sends_on=known_parameters, kinds=frozenset()),
    "pages under JSON's media type": Gateway(page_of(statuses(), apache, Content_Type="application/json")),
    "errors without a media type": Gateway(
        lambda kind, asked: (statuses()[kind], {}, json.dumps(_apim(statuses()[kind])).encode())
    ),
    "errors in Latin-1 with a mark at the beginning": Gateway(
        lambda kind, asked: (
            statuses()[kind],
            {"Content-Type": "application/json; charset=iso-8859-1"},
            '{"melding": "Ugyldig forespørsel"}'.encode("latin-1"),
        )
    ),
    "OCI": Gateway(
        json_of(statuses(attack=400), lambda s: {"code": "NotAuthenticated", "message": "No"}),
        {"opc-request-id": "A/B"},
    ),
    "YARP": Gateway(bare, {"Server": "Kestrel"}, kinds=frozenset({"no token", "bad token", "address", "method"})),
}


NOW_AND_THEN: dict[str, Refusal] = {
    "a firewall's page": (
        403,
        {"Content-Type": "text/html"},
        b"<html><body>Access Denied. Reference #18.2d</body></html>",
    ),
    "a route that is being deployed": (404, {"Content-Type": "text/plain; charset=utf-8"}, b"404 page not found\n"),
    "a route in Spring": (404, {"Content-Type": "application/json"}, json.dumps(spring(404)).encode()),
    "a route in APIM": (
        404,
        {"Content-Type": "application/json"},
        b'{ "statusCode": 404, "message": "Resource not found" }',
    ),
    "a balancer with old keys": (401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}, b""),
    "maintenance": (503, {"Content-Type": "text/html", "Retry-After": "0"}, b"<html><h1>Maintenance</h1></html>"),
    "a portal": (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><title>Wi-Fi</title></html>"),
    "a full quota": (429, {"Content-Type": "application/json", "Retry-After": "0"}, b'{"message": "Limit Exceeded"}'),
    "a misdirected call": (421, {}, b""),
    "a protocol that does not fit": (464, {"Server": "awselb/2.0"}, b""),
    "a closed session": (440, {"Content-Type": "text/html"}, b"<html>Login Time-out</html>"),
    "a certificate that is missing": (496, {"Content-Type": "text/html"}, b"<html>SSL Certificate Required</html>"),
    "for legal reasons": (451, {}, b""),
    "a proxy's login": (407, {"Proxy-Authenticate": "Basic"}, b""),
    "a redirect to the login": (302, {"Location": "https://login.example.test/"}, b""),
}
"""What something in front of the service answers to every nth call, whatever it asks."""


def now_and_then(refusal: Refusal, one_in: int) -> Plan:
    """A plan for a healthy service with something in front of it that refuses every nth call."""
    count, lock = [0], threading.Lock()
    status, headers, body = refusal

    def refuse(proxy: TroubledProxy, connection, asked: Asked) -> None:
        lines = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
        head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        connection.sendall(head.encode() + b"\r\n" + (b"" if asked.method == "HEAD" else body))

    def decide(asked: Asked) -> Trouble:
        if not asked.path.startswith(APIS):
            return _as_it_is
        with lock:
            count[0] += 1
            return refuse if count[0] % one_in == 0 else _as_it_is

    return decide
