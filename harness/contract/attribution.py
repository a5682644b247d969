"""Who answered: the service, something in front of it (gateway, firewall, proxy, portal), or nobody in case of an
incomplete answer.

Decided once per answer, from evidence that the report quotes. What only the service can have written decides first: a
code of the API's families, or its own member names in the error. An error without such a mark is attributed to
something in front of the service only if it can have been refused there: by its status (access, limits, no route, a
gateway's own trouble), by what the request was like (`grounds`), by headers that the service's own answers do not
carry, or because it is worded like the refusals of calls without access. The form of the body alone is never a reason,
because a requirement on the form judges exactly that.

An answer to something that only the service can know (a period that is too long, a party without data, a broken
condition: a requirement's `only_the_service`) is the service's, so that the exemption hides nothing. What the published
document also forbids, anybody who has read it can know.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from harness.contract.contract import Contract
from harness.contract.data import holds_data
from harness.contract.grounds import grounds, keeps_to_the_document, threats, without_access
from harness.contract.places import XML
from harness.contract.wording import Wording
from harness.exchange import Exchange, Response

By = Literal["service", "before", "nobody"]

ACCESS = frozenset({401, 403})
NO_ROUTE = 404
"""A gateway without a route and a service without the resource give the same status."""
LIMITS = frozenset({407, 408, 413, 414, 421, 425, 426, 429, 431, 451})
"""Statuses that by definition mean that the call went no further (RFC 9110, 6585, 7725, 8470)."""
NOT_ALLOWED = 405
ENTRANCE = ACCESS | {NO_ROUTE}
"""Statuses with which an entry point refuses calls: their wording shows who it is."""
GATEWAYS = frozenset({501, 502, 503, 504, 505, 507, 508, 510, 511})
SERVER_ERROR = 500
REGISTERED = frozenset({*range(400, 419), *range(421, 427), 428, 429, 431, 451})
"""The registered 4xx statuses (IANA's registry, 2025-09). Load balancers have more of their own: 440, 460, 464, 494 to
499."""
OF_CDNS = 520
"""Content delivery networks use the statuses from here on."""

ORDINARY = frozenset(
    {"date", "connection", "keep-alive", "content-type", "content-length", "content-encoding", "content-language"}
    | {"transfer-encoding", "allow", "www-authenticate", "retry-after", "cache-control", "pragma", "expires", "vary"}
    | {"set-cookie", "location", "etag", "last-modified", "accept", "server", "via", "strict-transport-security"}
    | {"x-content-type-options", "x-frame-options", "content-security-policy", "referrer-policy", "x-xss-protection"}
)
"""Headers whose mere presence identifies nobody."""
PAGE = "text/html"
"""What reveals a page when there is no body."""
NAMED = 2
"""How many grounds or headers are quoted as evidence; more would add nothing."""


@dataclass(frozen=True)
class Attribution:
    """Who answered, and the evidence for it, which quotes nothing of the body.

    `has_own_form`: whether the service is responsible for the form of an error. It is not if only a header or the
    status 500 points to the service: then the refusal and its status are judged, but not the form. `is_presumed`:
    nothing in the answer shows it, only that nobody else can know what was asked for. A gateway that failed just then
    would answer the same, so the call is repeated. `is_by_default`: there is no evidence at all. `is_unprovoked`:
    something in front of the service refused a call that gives no ground for refusal.
    """

    by: By
    evidence: tuple[str, ...] = ()
    has_own_form: bool = True
    is_presumed: bool = False
    is_by_default: bool = False
    is_unprovoked: bool = False

    @property
    def is_of_service(self) -> bool:
        return self.by == "service"

    def __str__(self) -> str:
        return "; ".join(self.evidence)


SERVICE = Attribution("service")


@dataclass
class Ways:
    """What earlier answers looked like: the headers of the service's own (its data, and errors that bear its marks),
    and the wording of refusals from in front of it.
    """

    values: dict[str, set[str]] = field(default_factory=lambda: {"server": set(), "via": set()})
    names: set[str] = field(default_factory=set)
    wordings: set[Wording] = field(default_factory=set)
    passing: set[tuple[int, Wording | None]] = field(default_factory=set)
    """The statuses and wordings with which a call was refused that at other times is let in."""
    shows_tokens: bool = True
    """Whether a request without a token really had none: the tokens may have been removed from a recording."""

    def learn(self, response: Response) -> None:
        """Notes the headers of an answer from the service."""
        self.names.update(name.lower() for name, _ in response.headers)
        for name, seen in self.values.items():
            seen.add(response.header(name) or "")

    def learn_refusal(self, response: Response) -> None:
        """Notes the wording of a refusal from in front of the service."""
        wording = Wording.of(response)
        if wording is not None:
            self.wordings.add(wording)

    def learn_passing(self, response: Response) -> None:
        """Notes how a call was refused that at other times is let in."""
        self.passing.add((response.status, Wording.of(response)))

    def comes_and_goes(self, response: Response) -> bool:
        """Whether an answer resembles one that occasionally came in place of the service's."""
        wording = Wording.of(response) if self.passing else None
        return any(
            status == response.status and (wording == known or (wording and known and wording.resembles(known)))
            for status, known in self.passing
        )

    def is_refused_alike(self, response: Response) -> bool:
        """Whether an error is worded like refusals from in front of the service."""
        wording = Wording.of(response) if self.wordings else None
        return wording is not None and any(wording.resembles(known) for known in self.wordings)

    def strange_in(self, response: Response) -> list[str]:
        """The headers that point to another author, by value or by name; none if nothing is known of the service."""
        if not self.names:
            return []
        values = [
            f"{name.capitalize()}: {_shown(found)}"
            for name, seen in self.values.items()
            if (found := response.header(name)) is not None and found not in seen
        ]
        names = {name.lower() for name, _ in response.headers} - self.names - ORDINARY
        return [*values, *sorted(names)][:NAMED]


@dataclass(frozen=True)
class Asked:
    """What the caller knows of a call that its bytes do not show.

    `only_the_service`: only the service can know what was asked for. `has_token`: the request carried a token from the
    issuer; a token forged by a test may be refused by anybody. `is_home`: it went to the API's address; elsewhere a
    gateway need not have a route.
    """

    only_the_service: bool = False
    has_token: bool = True
    is_home: bool = True


ORDINARILY = Asked()


def attribute(exchange: Exchange, contract: Contract, ways: Ways, asked: Asked = ORDINARILY) -> Attribution:
    """Who gave the answer of an exchange; `ways` learns from it."""
    response = exchange.response
    if response.completeness != "whole":
        return Attribution("nobody", (response.shortfall or "the answer is incomplete",))
    marks = _marks(response, contract) if response.status >= 400 else ()
    if marks:
        ways.learn(response)
        return Attribution("service", marks)
    is_page = response.is_page or (exchange.request.method == "HEAD" and response.media_type == PAGE)
    if is_page and response.status < 400:
        return Attribution("before", (f"status {response.status} with an HTML page", *_author(response)))
    if response.status < 300:
        threat = next(threats(exchange.request), None)
        if threat is not None and not holds_data(exchange, contract):
            said = f"status {response.status} without anything of the API's data"
            return Attribution("before", (said, *_for([threat]), *_author(response)))
        is_data = response.is_json or response.media_type in XML or _call_id(response, contract)
        if exchange.request.method == "HEAD" and not is_data:
            said = f"status {response.status} to HEAD, without the headers of the API's data"
            return Attribution("before", (said, *_author(response)))
        ways.learn(response)
        return SERVICE
    found = _unmarked(exchange, contract, ways, asked)
    if found.by == "before" and response.status in ENTRANCE:
        ways.learn_refusal(response)
    return found


def is_refusable(exchange: Exchange, contract: Contract, asked: Asked) -> bool:
    """Whether something in front of the service may refuse a request, with whatever status."""
    return bool(_grounds(exchange, contract, asked, Ways()))


def _keeps_to_the_document(exchange: Exchange, contract: Contract) -> bool:
    operation = contract.operation_of(exchange.request)
    return keeps_to_the_document(exchange.request, operation, contract.document)


def _grounds(exchange: Exchange, contract: Contract, asked: Asked, ways: Ways) -> list[str]:
    """The grounds on which something in front of the service may refuse a request."""
    unwelcome = without_access(exchange.request) if ways.shows_tokens else ()
    made_up = [] if asked.has_token else ["a token that the issuer did not give"]
    elsewhere = [] if asked.is_home else ["an address other than the API's own"]
    found = grounds(exchange.request, contract.operation_of(exchange.request), contract.document)
    return [*unwelcome, *made_up, *elsewhere, *found]


def is_signed(response: Response, contract: Contract) -> bool:
    """Whether an error bears a mark of the API."""
    return bool(_marks(response, contract))


def _marks(response: Response, contract: Contract) -> tuple[str, ...]:
    kode = contract.marks.code_in(response.body)
    if kode is not None:
        return (f"a code of the API's family {kode.rpartition('-')[0]}",)
    members = contract.marks.members_in(response.body)
    return (f"the API's own names in the error: {', '.join(members)}",) if members else ()


def _unmarked(exchange: Exchange, contract: Contract, ways: Ways, asked: Asked) -> Attribution:
    """The attribution of a redirection or of an error that bears no mark."""
    response = exchange.response
    strange, others = ways.strange_in(response), _by_status(response.status)
    is_refusal = response.status in range(400, 500)
    is_refused_alike = is_refusal and response.status not in ENTRANCE and ways.is_refused_alike(response)
    if response.status != SERVER_ERROR and ways.comes_and_goes(response):
        shown = ("a call that is let in at other times also got this answer", *_author(response))
        return Attribution("before", shown, is_unprovoked=True)
    only_the_service = asked.only_the_service and _keeps_to_the_document(exchange, contract)
    if only_the_service and is_refusal and response.status not in LIMITS and not strange:
        return Attribution("service", ("only the service can know what was asked for",), is_presumed=True)
    refused = [] if only_the_service else _grounds(exchange, contract, asked, ways)
    call_id = _call_id(response, contract)
    if call_id is not None and is_refusal and not is_refused_alike and (not others or response.status == NOT_ALLOWED):
        why = f"the API's call id header {call_id}"
        return Attribution("service", (why,), has_own_form=not others and not refused)
    if response.status == SERVER_ERROR:
        return Attribution("service", ("status 500, a server error in whatever form",), has_own_form=False)
    if not others and not refused and not strange and not is_refused_alike:
        return Attribution("service", ("nothing in the request that anything else would refuse",), is_by_default=True)
    bare = "no code or member of the API's own errors"
    alike = ("worded like refusals of calls without access",) if is_refused_alike else ()
    reasons = others or _for(refused[:NAMED]) or alike or _unlike(strange)
    return Attribution("before", (bare, *reasons, *_author(response)), is_unprovoked=not refused)


def _call_id(response: Response, contract: Contract) -> str | None:
    """The name of the API's call id header, if the answer has it."""
    return next((name for name, _ in response.headers if name.lower() in contract.marks.call_ids), None)


def _by_status(status: int) -> tuple[str, ...]:
    if status in range(300, 400):
        return (f"status {status}, a redirection, which the API does not have",)
    if status in range(400, 500) and status not in REGISTERED:
        return (f"status {status}, which is not a registered status",)
    if status in ACCESS | LIMITS | GATEWAYS | {NO_ROUTE, NOT_ALLOWED} or status >= OF_CDNS:
        return (f"status {status}, which gateways give",)
    return ()


def _for(refused: Iterable[str]) -> tuple[str, ...]:
    listed = ", ".join(refused)
    return (f"the request had {listed}",) if listed else ()


def _unlike(strange: Iterable[str]) -> tuple[str, ...]:
    return (f"headers that the service's answers do not carry: {', '.join(strange)}",)


def _author(response: Response) -> list[str]:
    """What an answer says about its author."""
    named = [f"{name}: {_shown(found)}" for name in ("Server", "Via") if (found := response.header(name))]
    return [*named, response.media_type[:60] or ("no body" if not response.body else "no Content-Type")]


def _shown(value: str) -> str:
    """A header's value as shown in a report, without version numbers, which change over time."""
    return re.sub(r"[^\w ./:()+-]", "?", value.partition("/")[0])[:40]
