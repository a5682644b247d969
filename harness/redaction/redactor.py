"""Removes secrets and personal data from everything that is written: the only maker of `Redacted`."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from string import ascii_letters, digits

from harness.exchange import Exchange, Headers, Request
from harness.redaction.folding import Folded, folded, undressed
from harness.redaction.identities import identities, is_number_of_person
from harness.redaction.known import KnownSecrets
from harness.redaction.members import Members
from harness.redaction.people import People
from harness.redaction.redacted import Redacted, RedactedExchange
from harness.redaction.tokens import Tokens

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
        "authentication-info",
        "proxy-authentication-info",
    }
)
CREDENTIALS = frozenset({"assertion", "client_assertion", "access_token", "refresh_token", "id_token"})
"""Fields of a token request or its answer that hold a token."""

MOST = 200_000
"""Bytes of a body that are written; of a longer one, its beginning and its length."""

SHORTEST = 4
"""Characters; no secret is shorter."""

SHORT, MOST_SHORT = 200, 20_000
"""Characters of a text that is remembered as plain, and the number of such texts."""

LONG, MOST_LONG = 20_000, 300
"""Characters of a longer text whose cuts are remembered, and the number of such texts: many bodies are sent again."""

_HALF = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"\d(?<=[:,\[\s]\d)\d{9,10}(?=\s*[,}\]])")
_CREDENTIAL = re.compile(rb"(?:%s)[\"']?\s*[=:]\s*[\"']?([A-Za-z0-9+/_=.-]{16,})" % "|".join(CREDENTIALS).encode())

Cut = tuple[int, int, str]
"""A part of a text, and its replacement."""


class Redactor:
    """Redacts by place (headers; members of JSON, XML and forms), by form (tokens, keys, identity numbers) and by value
    (secrets that the tool knows, and earlier values of personal members).

    A value is redacted in its place: the same word elsewhere stays, unless it cannot be there by chance. Whatever hides
    a value (percent-encoding, escapes, base64, another script) is removed to find it, in time linear in the length of
    the text. `marked` are the names of members that the pinned specifications mark as personal. Thread-safe.
    """

    def __init__(self, marked: Iterable[str] = (), secrets: Iterable[str | bytes] = ()) -> None:
        self.known = KnownSecrets()
        for secret in secrets:
            self.known.add(secret)
        self._members = Members(marked)
        self._tokens = Tokens(self.known)
        self._people = People()
        self._is_plain = lru_cache(MOST_SHORT)(self._is_plain_text)
        self._known_in_short = lru_cache(MOST_SHORT)(self._known_in)
        self._cuts_in_long = lru_cache(MOST_LONG)(self._cuts_in)

    def text(self, text: str) -> Redacted:
        """Free text: messages, bodies of unknown format, curl lines."""
        return Redacted(_writable(self._written(text)))

    def message(self, text: str) -> Redacted:
        """Text about exchanges: like `text`, and without the values of their personal members."""
        return Redacted(_writable(self._written(text, self._met)))

    def exchange(self, exchange: Exchange) -> RedactedExchange:
        """The same exchange without secrets; its credentials are recognised from now on."""
        self.learn(exchange)
        request, response = exchange.request, exchange.response
        redacted = replace(
            exchange,
            request=Request(
                self._written(request.method),
                self.url(request.url),
                self._headers(request.headers),
                self._body(request.body),
            ),
            response=replace(
                response,
                headers=self._headers(response.headers),
                body=self._body(response.body),
                http_version=self._written(response.http_version),
                shortfall=self._written(response.shortfall),
            ),
        )
        return RedactedExchange(redacted)

    def lazily(self, exchange: Exchange) -> Callable[[], RedactedExchange]:
        """Like `exchange`, but done only once and on first use, for several possible users."""
        return cache(partial(self.exchange, exchange))

    def made_up(self, exchange: Exchange) -> RedactedExchange:
        """Like `exchange`, for a generated request: the values of its members belong to nobody, and stay.

        So it can be sent again unchanged. Secrets, tokens and identity numbers are removed as in any other.
        """
        redacted, request = self.exchange(exchange), exchange.request
        body = request.body.decode("latin-1")  # one character per byte: what is not removed stays unchanged
        made = replace(
            redacted.request,
            url=self._without_secrets(request.url),
            body=self._without_secrets(body).encode("latin-1") if len(body) <= MOST else redacted.request.body,
        )
        return RedactedExchange(replace(redacted, request=made))

    def _without_secrets(self, text: str) -> str:
        whole = folded(text)
        cuts = [*(whole.span(*span) for span in self._by_form(whole.plain)), *self.known.spans(text)]
        return _without(text, [(start, end, REDACTED) for start, end in cuts])

    def url(self, url: str) -> Redacted:
        """A URL without identity numbers, tokens, and the values of sensitive fields."""
        return self.text(url)

    def value(self, value: object) -> object:
        """A JSON value: whole members are redacted by name, texts by form."""
        if isinstance(value, dict):
            return {
                self._written(str(key)): REDACTED
                if self._members.is_sensitive(str(key)) and child not in (None, {}, [])
                else self.value(child)
                for key, child in value.items()
            }
        if isinstance(value, list):
            return [self.value(child) for child in value]
        if isinstance(value, str):
            return self._written(value)
        if isinstance(value, int) and not isinstance(value, bool) and is_number_of_person(str(value)):
            return REDACTED
        return value

    def learn(self, exchange: Exchange) -> None:
        """Remembers the credentials of an exchange as secrets wherever they occur from now on."""
        for name, value in exchange.request.headers:
            if name.lower() in SECRET_HEADERS:
                for part in value.split():
                    self.known.add_token(part)
        for body in (exchange.request.body, exchange.response.body):
            if b"assertion" in body or b"_token" in body:
                for found in _CREDENTIAL.finditer(body[:MOST]):
                    self.known.add_token(found[1].decode())

    def _headers(self, headers: Headers) -> Headers:
        return tuple((self._written(name), self._header(name, value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name.lower() in SECRET_HEADERS or self._members.is_sensitive(name):
            return REDACTED
        return self._written(value)

    def _body(self, body: bytes) -> bytes:
        """A body without its secrets; one without any stays the same to the byte."""
        if not body:
            return body
        encoding = _encoding_of(body)
        text = body[:MOST].decode(encoding, errors="replace")
        rest = ""
        if len(body) > MOST:
            # A number or token split by the cut can no longer be recognised, so it is dropped.
            text = text.rstrip(ascii_letters + digits + "_.-\ufffd")
            rest = f"… [{len(body)} bytes]"
        written = self._written(text, self._met)
        return body if not rest and written == text else f"{written}{rest}".encode(encoding)

    def _written(self, text: str, *more: Callable[[str], Iterable[tuple[int, int]]]) -> str:
        """A text without anything that must not be shown."""
        if not text.isascii() and _HALF.search(text):
            text = text.encode(errors="backslashreplace").decode()  # UTF-8 cannot encode half a surrogate pair
        if len(text) < SHORTEST:
            return text
        if len(text) <= SHORT and self._is_plain(text):
            spans = [*self._known_in_short(text, self.known.count), *(span for find in more for span in find(text))]
            return _without(text, [(start, end, REDACTED) for start, end in spans]) if spans else text
        find_cuts = self._cuts_in_long if len(text) <= LONG else self._cuts_in
        whole, found = find_cuts(text, self.known.count)
        cuts = [*found, *((*whole.span(*span), REDACTED) for find in more for span in find(whole.plain))]
        return _without(text, cuts) if cuts else text

    def _known_in(self, text: str, known: int) -> tuple[tuple[int, int], ...]:  # noqa: ARG002 - part of the cache's key
        """The spans of secrets known by value; `known` is how many there are."""
        return (*self.known.spans(text), *self.known.broken(text))

    def _cuts_in(self, text: str, known: int) -> tuple[Folded, tuple[Cut, ...]]:  # noqa: ARG002 - as above
        """A text as it is meant, and the cuts by place and by form; `known` is how many secrets are known."""
        whole = folded(text)
        cuts = [*self._by_place(text)]
        if whole.plain != text:
            cuts += ((*whole.span(start, end), REDACTED) for start, end, _ in self._by_place(whole.plain))
        cuts += ((*whole.span(start, end), REDACTED) for start, end in self._by_form(whole.plain))
        return whole, tuple(cuts)

    def _is_plain_text(self, text: str) -> bool:
        """Whether a text can only contain secrets known by value: this holds for most headers, which recur often."""
        return (
            folded(text).plain == text
            and undressed(text) == text
            and not any(True for _ in self._by_place(text))
            and not any(True for _ in identities(text))
            and not self._tokens.may_be_in(text)
        )

    def _by_form(self, plain: str) -> Iterator[tuple[int, int]]:
        """The spans of tokens and identity numbers. A superscript digit may be part of a number, or a footnote mark
        after it."""
        for view in dict.fromkeys((plain, undressed(plain))):
            yield from self._tokens.spans(view)
            yield from identities(view)

    def _by_place(self, text: str) -> Iterator[Cut]:
        for held in self._members.held(text):
            if held.value != REDACTED:
                self._people.meet(held.value)
                yield held.start, held.end, REDACTED if held.is_quoted else f'"{REDACTED}"'
        for number in _INTEGER.finditer(text) if text.lstrip()[:1] in {"{", "["} else ():
            if is_number_of_person(number[0]):
                yield *number.span(), f'"{REDACTED}"'

    def _met(self, plain: str) -> Iterator[tuple[int, int]]:
        return self._people.spans(plain)


def _writable(text: str) -> str:
    """Escapes half of a surrogate pair, which JSON may hold but UTF-8 cannot encode: no report could be written with
    it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def without_identities(text: str) -> str:
    """A text that we composed ourselves, without any number that may identify a person."""
    return _without(text, [(start, end, REDACTED) for start, end in identities(text)])


def _encoding_of(body: bytes) -> str:
    """UTF-16 if it has a byte order mark or NULs between ASCII characters; else UTF-8."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    head = body[:64]
    if len(head) >= 8 and not any(head[1::2]):
        return "utf-16-le"
    return "utf-16-be" if len(head) >= 8 and not any(head[::2]) else "utf-8"


def _without(text: str, cuts: Sequence[Cut]) -> str:
    """A text with its cuts applied; where cuts overlap, the first one's replacement is written."""
    parts: list[str] = []
    end = 0
    for start, stop, instead in sorted(cuts, key=lambda cut: (cut[0], -cut[1])):
        if start >= end and start < stop:
            parts += (text[end:start], instead)
        end = max(end, stop)
    return "".join([*parts, text[end:]])
