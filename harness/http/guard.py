"""What may leave for a target, decided in one place: nothing else in Prøvestand sends anything to one.

* `sandbox`: loopback addresses only.
* `test`: every identifier is synthetic (API documentation, Testmiljø, 2023-03). The organisations behind the clients
  are real ones even in test, and may be named.
* `prod`: the API is read only, about the own organisation only.
* all: only the hosts of the configuration, encrypted unless they are this machine.
"""

import html
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from harness.exchange import Request
from harness.identifiers import ascii_digits, is_real_organisation, is_real_person
from harness.targets.model import Target
from harness.targets.rules import addresses_of, is_loopback

READING = frozenset({"GET", "HEAD"})
IDENTIFYING_CLAIMS = ("authorization_details", "consumer_org", "pid")
"""What a grant or token says of parties that were chosen by us."""

NOT_SCANNED = frozenset({"host", "user-agent", "accept", "accept-encoding", "connection", "content-length"})
JWS = re.compile(r"eyJ[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
SPACE = r"[ .\u00a0-]"
NUMBERS = re.compile(
    rf"(?<!\d)(?<!\d\.)(?:\d{{11}}|\d{{9}}|\d{{3}}{SPACE}\d{{3}}{SPACE}\d{{3}}"
    rf"|\d{{6}}{SPACE}\d{{5}}|\d{{4}}{SPACE}\d{{2}}{SPACE}\d{{5}})(?!\d)"
)
MOST_UNQUOTING = 3

Rule = Callable[[Request], str | None]


class HeldBackError(Exception):
    """A request was not sent, for safety; the text says why, without the number it is about."""


@dataclass(frozen=True)
class Guard:
    """The rules of one target."""

    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, target: Target) -> "Guard":
        hosts = _ConfiguredHosts.of(target)
        own = target.own_organisations
        if target.profile == "sandbox":
            return cls((_loopback_only,))
        if target.profile == "prod":
            return cls((hosts, _ReadOnly.of(target), _OwnOnly(own)))
        return cls((hosts, _SyntheticOnly(own)))

    def ensure_allowed(self, request: Request) -> None:
        """Raises HeldBackError for a request that must not leave."""
        for rule in self.rules:
            reason = rule(request)
            if reason is not None:
                raise HeldBackError(f"held back {request.method} to {urlsplit(request.url).hostname}: {reason}.")


def _loopback_only(request: Request) -> str | None:
    host = request.parts.hostname or ""
    return None if is_loopback(host) else f"{host} is not this machine, and the profile is `sandbox`"


@dataclass(frozen=True)
class _ConfiguredHosts:
    hosts: frozenset[str]

    @classmethod
    def of(cls, target: Target) -> "_ConfiguredHosts":
        return cls(frozenset(urlsplit(url).hostname or "" for _, url in addresses_of(target)))

    def __call__(self, request: Request) -> str | None:
        host = request.parts.hostname or ""
        if host not in self.hosts:
            return f"{host} is none of the target's hosts"
        if request.parts.scheme != "https" and not is_loopback(host):
            return "it would go unencrypted"
        return None


@dataclass(frozen=True)
class _ReadOnly:
    """Tokens are asked for with POST; whatever else changes nothing."""

    issuer: str

    @classmethod
    def of(cls, target: Target) -> "_ReadOnly":
        return cls(urlsplit(target.maskinporten.issuer).netloc)

    def __call__(self, request: Request) -> str | None:
        if request.method in READING or request.parts.netloc == self.issuer:
            return None
        return "production is read only"


@dataclass(frozen=True)
class _SyntheticOnly:
    own: frozenset[str]

    def __call__(self, request: Request) -> str | None:
        for number in numbers_in(request):
            if is_real_person(number):
                return "it holds a number that may be a real person's"
            if is_real_organisation(number) and number not in self.own:
                return "it holds a number that may be a real organisation's"
        return None


@dataclass(frozen=True)
class _OwnOnly:
    own: frozenset[str]

    def __call__(self, request: Request) -> str | None:
        for number in numbers_in(request):
            if len(number) == 11:
                return "it holds the number of a person, and production is asked about the own organisation only"
            if number not in self.own:
                return "it holds another organisation's number, and this is production"
        return None


def numbers_in(request: Request) -> Iterator[str]:
    """Every run of nine or eleven digits that a request sends, whatever hides it: encoding, script, spaces, a JWS."""
    for text in _texts(request):
        claims = [_claims_text(match[1]) for match in JWS.finditer(text)]
        for part in (UUID.sub(" ", JWS.sub(" ", text)), *claims):
            for match in NUMBERS.finditer(ascii_digits(part)):
                yield re.sub(r"\D", "", match[0])


def _texts(request: Request) -> Iterator[str]:
    parts = request.parts
    for text in (parts.path, parts.query.replace("+", " ")):
        yield from _unquoted(text)
    for name, value in request.headers:
        if name.lower() not in NOT_SCANNED:
            yield value
    if request.body:
        encoding = "utf-16" if request.body[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
        text = request.body.decode(encoding, errors="replace")
        yield from _unquoted(text)
        yield html.unescape(text)
        yield _without_escapes(text)


def _unquoted(text: str) -> Iterator[str]:
    """The text with its percent-encoding taken off, layer by layer."""
    for _ in range(MOST_UNQUOTING + 1):
        yield text
        plain = unquote(text, errors="replace")
        if plain == text:
            return
        text = plain


def _without_escapes(text: str) -> str:
    """JSON as it is meant: digits, and what stands before them, may be written as escapes."""
    try:
        return "\n".join(_leaves(json.loads(text)))
    except (ValueError, RecursionError):
        return ""


def _leaves(value: object) -> Iterator[str]:
    """Every name and every value of JSON as a text of its own."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield str(name)
            yield from _leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from _leaves(child)
    else:
        yield str(value)


def _claims_text(payload: str) -> str:
    try:
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return ""
    if not isinstance(claims, Mapping):
        return ""
    return "\n".join(_leaves({name: claims[name] for name in IDENTIFYING_CLAIMS if name in claims}))
