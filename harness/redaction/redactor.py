"""Takes secrets and personal data out of everything that is written down."""

import html
import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from string import ascii_letters, digits
from urllib.parse import parse_qsl, urlencode

from harness.exchange import Exchange, Headers, Request, Response
from harness.redaction.redacted import Redacted, RedactedExchange

REDACTED = "[redacted]"
SECRET_HEADERS = frozenset(
    {
        "authorization",
        "altinnsamtykke",
        "altinsamtykke",
        "cookie",
        "set-cookie",
        "apikey",
        "x-api-key",
        "proxy-authorization",
    }
)
SECRET_MEMBERS = frozenset(
    {
        "access_token",
        "assertion",
        "client_assertion",
        "id_token",
        "refresh_token",
        "token",
        "password",
        "d",
        "p",
        "q",
        "dp",
        "dq",
        "qi",
    }
)

# It begins where a run of its characters begins: without that a long run is searched from each of its places.
JWS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}")
PEM = re.compile(r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)", re.DOTALL)
BEARER = re.compile(r"\b(Bearer|Basic|DPoP)\s+[^\s\"',]+", re.IGNORECASE)
ELEVEN_DIGITS = re.compile(r"(?<!\d)\d{6}[ .]?\d{5}(?!\d)|(?<!\d)\d{4}[ .]\d{2}[ .]\d{5}(?!\d)")
UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
"""A korrelasjonsid can hold eleven digits in a row, and support finds no call by half of one."""
SHORTEST_MET = 5
"""Characters; a shorter value (a country, a post code) stands in too many texts that have nothing to do with it."""

SHORTEST_MET_NUMBER = 8
"""Digits; a shorter number may be an amount."""

FORM = "application/x-www-form-urlencoded"
MOST = 200_000
"""How many bytes of a body are written down; of a longer one its beginning and its length."""


class Redactor:
    """Redacts by place (headers, members of JSON and XML bodies, form fields) and by form (JWS, PEM, 11 digits).

    `sensitive` are the member names that can hold personal data, as the pinned specifications mark them.
    """

    def __init__(self, sensitive: Iterable[str] = ()) -> None:
        self._met: set[str] = set()
        self._longest_first: list[str] = []
        self._meeting = threading.Lock()
        self._members = SECRET_MEMBERS | {name.lower() for name in sensitive}
        names = "|".join(sorted(map(re.escape, self._members), key=len, reverse=True))
        self._element = re.compile(rf"(<(?:\w+:)?(?P<name>{names})\b[^>]*>)(?P<content>[^<]*)(</)", re.IGNORECASE)
        self._member = re.compile(
            rf"""(["']?\b(?:{names})\b["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[\w+/=.-]+)""",
            re.IGNORECASE,
        )

    def text(self, text: str) -> Redacted:
        """Free text: messages, bodies of unknown form, curl lines."""
        # Most texts are short words, in which nothing can stand: what a form cannot be without is looked for first.
        if "-----BEGIN" in text:
            text = PEM.sub(REDACTED, text)
        text = BEARER.sub(rf"\1 {REDACTED}", text)
        if "." in text:
            text = JWS.sub(_redacted_jws, text)
        if "<" in text:
            text = self._element.sub(self._met_element, text)
        if ":" in text or "=" in text:
            text = self._member.sub(rf'\1"{REDACTED}"', text)
        return Redacted(_without_identifiers(text))

    def message(self, text: str) -> Redacted:
        """Text about exchanges: as `text`, and without any value that stood in a sensitive member of one of them.

        A name has no form by which it is known; it is known from where it was met.
        """
        return self.text(self._without_met(text))

    def _without_met(self, text: str) -> str:
        with self._meeting:
            if len(self._longest_first) != len(self._met):
                self._longest_first = sorted(self._met, key=len, reverse=True)
            met = self._longest_first
        for value in met:
            if value in text:
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", REDACTED, text)
        return text

    def _meet(self, value: object) -> None:
        """Remembers what stood in a sensitive member."""
        if isinstance(value, dict | list):
            for child in value.values() if isinstance(value, dict) else value:
                self._meet(child)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            found = str(value).strip()
            if len(found) >= (SHORTEST_MET_NUMBER if found.isdecimal() else SHORTEST_MET):
                with self._meeting:
                    self._met.add(found)

    def _met_element(self, match: re.Match[str]) -> str:
        self._meet(html.unescape(match["content"]))
        return f"{match[1]}{REDACTED}{match[4]}"

    def value(self, value: object) -> object:
        """A JSON value, whole members by name and texts by form."""
        if isinstance(value, dict):
            for key, child in value.items():
                if str(key).lower() in self._members:
                    self._meet(child)
            return {
                key: REDACTED
                if str(key).lower() in self._members and child not in (None, {}, [])
                else self.value(child)
                for key, child in value.items()
            }
        if isinstance(value, list):
            return [self.value(child) for child in value]
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int) and not isinstance(value, bool) and ELEVEN_DIGITS.search(str(value)):
            return REDACTED
        return value

    def exchange(self, exchange: Exchange) -> RedactedExchange:
        """The same exchange with nothing secret in it."""
        request, response = exchange.request, exchange.response
        redacted = replace(
            exchange,
            request=Request(
                request.method,
                self.url(request.url),
                self._headers(request.headers),
                self._body(request.body, request.header("content-type") or ""),
            ),
            response=Response(
                response.status,
                self._headers(response.headers),
                self._body(response.body, response.header("content-type") or ""),
                response.http_version,
            ),
        )
        return RedactedExchange(redacted)

    def lazily(self, exchange: Exchange) -> Callable[[], RedactedExchange]:
        """As `exchange`, for several who may keep it: done when the first asks, and once."""
        return cache(partial(self.exchange, exchange))

    def url(self, url: str) -> Redacted:
        """A URL: 11-digit identifiers in the path, secrets in the query."""
        return Redacted(_without_identifiers(JWS.sub(_redacted_jws, url)))

    def _headers(self, headers: Headers) -> Headers:
        return tuple(
            (name, REDACTED if name.lower() in SECRET_HEADERS else self.text(value)) for name, value in headers
        )

    def _body(self, body: bytes, content_type: str) -> bytes:
        return self._without_met(self._redacted_body(body, content_type).decode(errors="replace")).encode()

    def _redacted_body(self, body: bytes, content_type: str) -> bytes:
        if len(body) > MOST:
            # A number or token that the cut goes through is known no more: it is left out.
            whole = body[:MOST].decode(errors="replace").rstrip(ascii_letters + digits + "_.-")
            return f"{self.text(whole)}… [{len(body)} bytes]".encode()
        text = body.decode(errors="replace")
        if "json" in content_type:
            try:
                return json.dumps(self.value(json.loads(text)), ensure_ascii=False).encode()
            except (ValueError, RecursionError):
                return self.text(text).encode()
        if content_type.startswith(FORM):
            pairs = parse_qsl(text, keep_blank_values=True)
            return urlencode([(k, REDACTED if k in self._members else self.text(v)) for k, v in pairs]).encode()
        return self.text(text).encode()


def _without_identifiers(text: str) -> str:
    """Eleven digits are taken out wherever they stand but inside a UUID."""
    if len(text) < 11:
        return text
    kept, parts, end = UUID.finditer(text), [], 0
    for uuid in kept:
        parts += [ELEVEN_DIGITS.sub(REDACTED, text[end : uuid.start()]), uuid[0]]
        end = uuid.end()
    return "".join([*parts, ELEVEN_DIGITS.sub(REDACTED, text[end:])])


def _redacted_jws(match: re.Match[str]) -> str:
    """Only what begins like a JOSE header (`{"` in base64url) is a token: host names have dots as well."""
    return REDACTED if match[0].startswith("eyJ") else match[0]
