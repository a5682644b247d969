"""Decides what may be sent to a target; nothing else in Prøvestand sends anything to one.

* `sandbox`: loopback addresses only.
* `test`: every identifier is synthetic (API documentation, Testmiljø, 2023-03). The organisations behind the clients
  are real ones even in test, and may be named.
* `prod`: the API is read only, about the own organisation only.
* all: only the hosts of the configuration, encrypted unless they are this machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.exchange import Request
from harness.http.numbers import numbers_in
from harness.identifiers import is_real_organisation, is_real_person
from harness.targets.model import Target
from harness.targets.rules import addresses_of, is_loopback

READING = frozenset({"GET", "HEAD"})

Rule = Callable[[Request], str | None]


class HeldBackError(Exception):
    """A request was not sent, for safety; the text says why, without the number in question."""


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
        """Raises HeldBackError for a request that must not be sent."""
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
            return f"{host} is not one of the target's hosts"
        if request.parts.scheme != "https" and not is_loopback(host):
            return "it would be sent unencrypted"
        return None


@dataclass(frozen=True)
class _ReadOnly:
    """Only token requests may use POST; everything else only reads."""

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
                return "it holds a person's number, and production may only be asked about your own organisation"
            if number not in self.own:
                return "it holds another organisation's number, and production may only be asked about your own"
        return None
