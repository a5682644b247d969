"""Takes secrets and personal data out of everything that is written down: the only maker of `Redacted`."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from string import ascii_letters, digits

from harness.exchange import Exchange, Headers, Request
from harness.redaction.folding import folded, undressed
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
"""How many bytes of a body are written down; of a longer one its beginning and its length."""

SHORTEST = 4
"""Characters; no secret is shorter."""

SHORT, MOST_SHORT = 200, 20_000
"""Characters of a text that is remembered as plain, and how many of them are."""

_HALF = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"(?<=[:,\[\s])(?P<number>\d{10,11})(?=\s*[,}\]])")
_CREDENTIAL = re.compile(rb"(?:%s)[\"']?\s*[=:]\s*[\"']?([A-Za-z0-9+/_=.-]{16,})" % "|".join(CREDENTIALS).encode())

Cut = tuple[int, int, str]
"""A part of a text, and what is written in its place."""


class Redactor:
    """Redacts by place (headers; members of JSON, XML and forms), by form (tokens, keys, identity numbers) and by value
    (secrets that the tool knows, and what was in a personal member before).

    A value is taken where it stands: the same word elsewhere stays, unless nobody would write it by chance. Whatever
    hides a value (percent-encoding, escapes, base64, another script) is taken off to find it, in time that is linear in
    the length of the text. `marked` are the member names that can hold personal data, as the pinned specifications say.
    Safe to use from several threads.
    """

    def __init__(self, marked: Iterable[str] = (), secrets: Iterable[str | bytes] = ()) -> None:
        self.known = KnownSecrets()
        for secret in secrets:
            self.known.add(secret)
        self._members = Members(marked)
        self._tokens = Tokens(self.known)
        self._people = People()
        self._is_plain = lru_cache(MOST_SHORT)(self._is_plain_text)

    def text(self, text: str) -> Redacted:
        """Free text: messages, bodies of unknown form, curl lines."""
        return Redacted(_writable(self._written(text)))

    def message(self, text: str) -> Redacted:
        """Text about exchanges: as `text`, and without what was in a personal member of one of them."""
        return Redacted(_writable(self._written(text, self._met)))

    def exchange(self, exchange: Exchange) -> RedactedExchange:
        """The same exchange with nothing secret in it; its credentials are known again from now on."""
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
        """As `exchange`, for several who may keep it: done when the first asks, and once."""
        return cache(partial(self.exchange, exchange))

    def made_up(self, exchange: Exchange) -> RedactedExchange:
        """As `exchange`, for a request that a generator made: what its members hold is nobody's, and stays.

        So it can be sent again as it was. Secrets, tokens and identity numbers are taken from it as from any other.
        """
        redacted, request = self.exchange(exchange), exchange.request
        body = request.body.decode("latin-1")  # a character per byte: what is not taken comes back as it was
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
        """A URL: identity numbers and tokens wherever they stand, and the values of sensitive fields."""
        return self.text(url)

    def value(self, value: object) -> object:
        """A JSON value, whole members by name and texts by form."""
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
        """The credentials of an exchange are secrets wherever they turn up from now on."""
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
        """A body without its secrets; one that has none stays as it is, to the byte."""
        if not body:
            return body
        encoding = _encoding_of(body)
        text = body[:MOST].decode(encoding, errors="replace")
        rest = ""
        if len(body) > MOST:
            # A number or token that the cut goes through is known no more: it is left out.
            text = text.rstrip(ascii_letters + digits + "_.-\ufffd")
            rest = f"… [{len(body)} bytes]"
        written = self._written(text, self._met)
        return body if not rest and written == text else f"{written}{rest}".encode(encoding)

    def _written(self, text: str, *more: Callable[[str], Iterable[tuple[int, int]]]) -> str:
        """A text with everything cut out of it that must not be shown."""
        if not text.isascii() and _HALF.search(text):
            text = text.encode(errors="backslashreplace").decode()  # half a surrogate pair has no UTF-8
        if len(text) < SHORTEST:
            return text
        if len(text) <= SHORT and self._is_plain(text):
            known = (self.known.spans, self.known.broken, *more)
            cuts = [(start, end, REDACTED) for find in known for start, end in find(text)]
            return _without(text, cuts) if cuts else text
        cuts = [*self._by_place(text)]
        whole = folded(text)
        if whole.plain != text:
            cuts += ((*whole.span(start, end), REDACTED) for start, end, _ in self._by_place(whole.plain))
        for find in (self._by_form, *more):
            cuts += ((*whole.span(start, end), REDACTED) for start, end in find(whole.plain))
        return _without(text, cuts) if cuts else text

    def _is_plain_text(self, text: str) -> bool:
        """Whether nothing can be hidden in a text but what is known by value: most headers are, and come often."""
        return (
            folded(text).plain == text
            and undressed(text) == text
            and not any(True for _ in self._by_place(text))
            and not any(True for _ in identities(text))
            and not self._tokens.may_be_in(text)
        )

    def _by_form(self, plain: str) -> Iterator[tuple[int, int]]:
        """Where tokens and identity numbers are. A raised digit may be one of a number, or stand behind it as the mark
        of a note."""
        for view in dict.fromkeys((plain, undressed(plain))):
            yield from self._tokens.spans(view)
            yield from identities(view)

    def _by_place(self, text: str) -> Iterator[Cut]:
        for held in self._members.held(text):
            if held.value != REDACTED:
                self._people.meet(held.value)
                yield held.start, held.end, REDACTED if held.is_quoted else f'"{REDACTED}"'
        for number in _INTEGER.finditer(text) if text.lstrip()[:1] in {"{", "["} else ():
            if is_number_of_person(number["number"]):
                yield *number.span("number"), f'"{REDACTED}"'

    def _met(self, plain: str) -> Iterator[tuple[int, int]]:
        return self._people.spans(plain)


def _writable(text: str) -> str:
    """Half of a surrogate pair, which JSON may hold, has no UTF-8: no report could be written with it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def without_identities(text: str) -> str:
    """A text that we put together ourselves, without any number that may name a person."""
    return _without(text, [(start, end, REDACTED) for start, end in identities(text)])


def _encoding_of(body: bytes) -> str:
    """UTF-16 by its mark, or by the NULs that it has between ASCII; else UTF-8."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    head = body[:64]
    if len(head) >= 8 and not any(head[1::2]):
        return "utf-16-le"
    return "utf-16-be" if len(head) >= 8 and not any(head[::2]) else "utf-8"


def _without(text: str, cuts: Sequence[Cut]) -> str:
    """A text with cuts that may overlap; of those that do, the first says what is written in their place."""
    parts: list[str] = []
    end = 0
    for start, stop, instead in sorted(cuts, key=lambda cut: (cut[0], -cut[1])):
        if start >= end and start < stop:
            parts += (text[end:start], instead)
        end = max(end, stop)
    return "".join([*parts, text[end:]])
