"""What a client under test sent, in order, for the client checks to judge."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from harness.contract.contract import Contract
from harness.contract.document import LEFT_OUT, Operation
from harness.exchange import Request, Response

ISSUER = "maskinporten"
MOST_OCTETS_OF_A_TOKEN = 100_000
JWS = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")
"""Matches a token or grant in a text."""

LATEST = 253_402_300_799.0
"""The last second of the year 9999; times beyond it, or as far before 1970, are cut off there."""


@dataclass(frozen=True)
class Token:
    """The header and the claims of a JWS, unverified; `raw` is the whole token."""

    raw: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def scopes(self) -> frozenset[str]:
        scope = self.claims.get("scope")
        return frozenset(scope.split()) if isinstance(scope, str) else frozenset()

    def moment(self, name: str) -> float | None:
        """A NumericDate claim (RFC 7519, 2) in seconds since 1970; None if it is not a number.

        A token may hold a number of any size: it is cut off at the end of the year 9999.
        """
        told = self.claims.get(name)
        if not isinstance(told, int | float) or isinstance(told, bool) or told != told:
            return None
        return float(max(-LATEST, min(told, LATEST)))

    @property
    def details(self) -> Mapping[str, Any]:
        """The first of the `authorization_details`; empty if there are none."""
        listed = self.claims.get("authorization_details")
        first = listed[0] if isinstance(listed, list) and listed else None
        return first if isinstance(first, dict) else {}

    @property
    def subject(self) -> str:
        """The cache key of a token: client, scopes, consumer and what the token was bound to.

        Domain: docs.digdir.no, maskinporten_guide_apikonsument (2024-10): consent and plain tokens are kept apart.
        """
        consumer = self.claims.get("consumer_org") or self.claims.get("consumer")
        bound = [self.claims.get("pid"), self.claims.get("resource"), self.claims.get("authorization_details")]
        client = self.claims.get("client_id") or self.claims.get("iss")
        return json.dumps([client, sorted(self.scopes), consumer, *bound], sort_keys=True, default=str)


def token_of(raw: str) -> Token | None:
    """Parses a token; None if it is not a JWS that holds JSON."""
    parts = raw.split(".")
    if len(parts) != 3 or len(raw) > MOST_OCTETS_OF_A_TOKEN:
        return None
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
    except (ValueError, RecursionError):
        return None
    return Token(raw, header, claims) if isinstance(header, dict) and isinstance(claims, dict) else None


@dataclass(frozen=True)
class ClientCall:
    """One call of the client.

    `service` is the API's name, `maskinporten`, `altinn` or `elsewhere`. `arrived` and `ended` are seconds since 1970;
    `ahead` is how far the clock of the service is ahead of that. `response` is None where the connection was broken off
    on purpose (`lost`: before or after the service had handled the call; `cut`: in the middle of the answer). `epoch`
    counts how often the client was set up again: it keeps no token from one epoch to the next. `task` numbers the tasks
    it was given: a call for another task is never a repetition. `seq` is its number in the record, 0 if none;
    `in_flight` counts the calls to the service in progress on its arrival, itself included. None means not recorded.
    """

    request: Request
    response: Response | None
    service: str
    arrived: float
    ended: float
    connection: int | None = None
    tls: bool | None = None
    lost: str = ""
    ahead: float = 0.0
    epoch: int = 0
    task: int = 0
    seq: int = 0
    in_flight: int = 0

    @property
    def status(self) -> int:
        """The status of the answer; 0 if none arrived in full, whatever the service meant to send."""
        return self.response.status if self.response and not self.lost else 0

    @property
    def line(self) -> str:
        return f"{self.request.method} {self.request.url}"

    @property
    def is_token_request(self) -> bool:
        return self.service == ISSUER and self.request.method == "POST" and self.request.parts.path.endswith("/token")

    @property
    def is_api_call(self) -> bool:
        return self.service not in {ISSUER, "altinn", "elsewhere", ""}

    @property
    def has_headers(self) -> bool:
        """Whether the headers were recorded: every HTTP call has some (RFC 9112, 3.2)."""
        return bool(self.request.headers)

    def tells(self, name: str) -> bool:
        """Whether it is known how, or whether, a header was sent."""
        return self.has_headers and LEFT_OUT not in (self.request.header(name) or "")

    @cached_property
    def body_is_hidden(self) -> bool:
        """Whether values were removed from the body before recording: its form then shows nothing."""
        return LEFT_OUT.encode() in self.request.body

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The fields of a posted form; empty where the body is not one."""
        try:
            return dict(parse_qsl(self.request.body.decode(), keep_blank_values=True, max_num_fields=50))
        except ValueError:
            return {}

    @cached_property
    def grant(self) -> Token | None:
        """The grant in a token request."""
        return token_of(self.form.get("assertion", "")) if self.is_token_request else None

    @cached_property
    def issued(self) -> Token | None:
        """The token in the answer to a token request."""
        if not self.is_token_request or self.response is None or self.status != 200:
            return None
        try:
            body = self.response.json()
        except (ValueError, RecursionError):
            return None
        return token_of(str(body.get("access_token", ""))) if isinstance(body, dict) else None

    @cached_property
    def bearer(self) -> Token | None:
        """The token in the Authorization header."""
        scheme, _, value = (self.request.header("authorization") or "").partition(" ")
        return token_of(value.strip()) if scheme.lower() == "bearer" else None

    def is_repeated_by(self, other: "ClientCall") -> bool:
        """Whether another call for the same task has the same method, address and body."""
        mine, theirs = self.request, other.request
        is_same = (mine.method, mine.url, mine.body) == (theirs.method, theirs.url, theirs.body)
        return is_same and self.task == other.task

    def overlaps(self, other: "ClientCall") -> bool:
        """Whether both were in progress at the same time, as the service saw it."""
        return self.arrived < other.ended and other.arrived < self.ended


@dataclass(frozen=True)
class Surroundings:
    """The context of the calls: the issuer's identifier and token endpoint, and each API with its scopes.

    `from_the_start` says whether these are all the calls since the client started.
    """

    issuer: str
    token_endpoint: str
    contracts: Mapping[str, Contract]
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    from_the_start: bool = True


@dataclass(frozen=True)
class Calls:
    """The calls to judge by one contract's promises, in the order of their arrival.

    `earlier` ones were judged when they arrived and only serve as context.
    """

    new: tuple[ClientCall, ...]
    earlier: tuple[ClientCall, ...]
    around: Surroundings
    contract: Contract

    @cached_property
    def all(self) -> tuple[ClientCall, ...]:
        return (*self.earlier, *self.new)

    @cached_property
    def own(self) -> tuple[ClientCall, ...]:
        """The new calls to the contract's own service."""
        return tuple(call for call in self.new if call.service == self.contract.api)

    @cached_property
    def own_ever(self) -> tuple[ClientCall, ...]:
        """Like `own`, with the earlier ones."""
        return tuple(call for call in self.all if call.service == self.contract.api)

    @cached_property
    def grants(self) -> tuple[tuple[ClientCall, Token], ...]:
        """The new token requests with a readable grant."""
        return tuple((call, call.grant) for call in self.new if call.grant is not None)

    @cached_property
    def to_apis(self) -> tuple[ClientCall, ...]:
        """The new calls to any API."""
        return tuple(call for call in self.new if call.is_api_call)

    def operation_of(self, call: ClientCall) -> Operation | None:
        """The operation that a call is for; a HEAD counts as the GET (RFC 9110, 9.3.2)."""
        contract = self.around.contracts.get(call.service)
        request = replace(call.request, method="GET") if call.request.method == "HEAD" else call.request
        return contract.operation_of(request) if contract else None

    def before(self, call: ClientCall) -> Iterator[ClientCall]:
        """Every call that arrived before this one, newest first."""
        return (other for other in reversed(self.all) if other.arrived < call.arrived)

    def known_before(self, call: ClientCall) -> Iterator[ClientCall]:
        """Like `before`, but only calls that had ended when the client made this one."""
        return (other for other in self.before(call) if other.ended <= call.arrived)
