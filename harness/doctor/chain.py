"""The access chain, in the order in which its links depend on each other.

Issuer, clock, key, grant, token, claims, lifetime; then for each way into each API its own token, what Altinn put in
it, and one call that changes nothing. A link that depends on a failed one is skipped, and says so.
"""

import datetime
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import httpx

from harness.auth.grant import CONSENT, SYSTEM_USER, Subject
from harness.auth.keys import load_key
from harness.auth.maskinporten import AccessToken, IssuerError, MaskinportenClient, NoAccessError, TokenRefusedError
from harness.auth.secrets import secrets_of
from harness.auth.token import claims_of
from harness.auth.trouble import trouble_of
from harness.display import quantity
from harness.doctor.catalogue import Cause, Symptom, cause_of
from harness.doctor.diagnosis import another_api, second_look, what_the_issuer_is
from harness.doctor.harmless import Entrance, access_shown, headers_of, let_in
from harness.doctor.links import Broken, Unneeded, met
from harness.doctor.report import Report, Step
from harness.doctor.surroundings import no_way_in, unused_proxy
from harness.exchange import Exchange, Response
from harness.http.client import as_exchange, recorded_client
from harness.http.connection import open_client
from harness.http.guard import HeldBackError
from harness.redaction.redactor import Redactor
from harness.targets.model import Access, Api, Target
from harness.targets.problem import ConfigurationError, FieldProblem
from harness.targets.profiles import HarmlessCall

CLOCK_TOLERANCE = 10
"""Seconds (docs.digdir.no, maskinporten_protocol_jwtgrant, 2025-08)."""

SHORTEST_LIFETIME = 30
SOON = datetime.timedelta(days=7)


def examine(target: Target, now: Callable[[], float] = time.time) -> Report:
    """Checks the chain of one target. Sends a handful of requests that change nothing."""
    examination = _Examination(target, now)
    with examination.issuer_http, examination.api_http:
        steps = [examination.walked(link) for link in _links(examination)]
    return Report(target.name, [*_surroundings(target), *steps])


def _surroundings(target: Target) -> Iterator[Step]:
    proxy = unused_proxy(target)
    if proxy is not None:
        yield Step("proxy", "skipped", proxy)


@dataclass(frozen=True)
class Link:
    """One link: `look` returns what it found, or raises Broken, Unneeded or an error of the layers below."""

    name: str
    look: Callable[[], str]
    needs: tuple[str, ...] = ()


@dataclass
class _Examination:
    """What is known so far."""

    target: Target
    now: Callable[[], float]
    broken: set[str] = field(default_factory=set)
    seen: list[Exchange] = field(default_factory=list)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    causes: dict[str, Cause] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.redactor = Redactor(secrets=secrets_of(self.target))
        self.issuer_http = recorded_client(self.target, self._see)
        self.api_http = open_client(self.target)
        self.maskinporten = MaskinportenClient(self.target.maskinporten, self.issuer_http, self.now)

    def _see(self, exchange: Exchange) -> None:
        self.redactor.learn(exchange)
        self.seen.append(exchange)

    def walked(self, link: Link) -> Step:
        """Checks a link and returns the step; never raises an error that a target can cause."""
        missing = next((name for name in link.needs if name in self.broken), None)
        if missing is not None:
            self.broken.add(link.name)
            return Step(link.name, "skipped", f"it depends on: {missing}")
        try:
            return Step(link.name, "ok", self.redactor.text(link.look()))
        except Unneeded as reason:
            self.broken.add(link.name)
            return Step(link.name, "skipped", str(reason))
        except (Broken, NoAccessError, ConfigurationError, HeldBackError) as error:
            self.broken.add(link.name)
            return self._failed(link.name, error)

    def _failed(self, name: str, error: Exception) -> Step:
        """A cause is reported once: a way in that fails with the token's cause is not broken itself."""
        cause = _cause(error)
        if cause is not None and cause == self.causes.get("token"):
            return Step(name, "skipped", "same cause as: token")
        if cause is not None:
            self.causes[name] = cause
        return Step(name, "failed", self.redactor.text(_said(error)), cause)

    def metadata(self) -> str:
        """Checks that the metadata exist, are the configured issuer's, and name no other host."""
        metadata = self._metadata()
        wanted = self.target.maskinporten.issuer
        issuer = self.maskinporten.issuer
        if issuer != wanted:
            raise met(f"the metadata name the issuer {issuer}, but `issuer` is {wanted}")
        for name in ("token_endpoint", "jwks_uri"):
            if urlsplit(str(metadata[name])).hostname != urlsplit(issuer).hostname:
                raise met(f"the metadata name a host other than the issuer's as {name}")
        return f"{issuer}"

    def _metadata(self) -> Mapping[str, object]:
        try:
            return self.maskinporten.metadata()
        except IssuerError as error:
            known = what_the_issuer_is(self.target, self.issuer_http.get, error)
            if known is None:
                raise
            raise known from None
        except NoAccessError as error:
            if error.trouble is None:
                raise
            raise second_look(self.target, self.target.maskinporten.issuer, error.trouble) from error

    def clock(self) -> str:
        """Compares the issuer's clock with ours, by its Date header."""
        date = self.seen[-1].response.header("date") if self.seen else None
        try:
            theirs = parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            raise Unneeded("the issuer sends no Date header") from None
        ahead = round(self.now() - theirs)
        if abs(ahead) > CLOCK_TOLERANCE:
            raise met(f"the clock is {abs(ahead)} s {'ahead' if ahead > 0 else 'behind'}")
        return f"{abs(ahead)} s from the issuer's; {CLOCK_TOLERANCE} s are allowed"

    def key(self) -> str:
        configured = self.target.maskinporten
        if configured.key == "generated":
            return f"RSA, generated for this run and registered, kid {self.maskinporten.signing_key().kid}"
        key = load_key(configured)
        named = f"kid {key.kid}" if key.kid else f"certificate of {key.chain[0].subject.rfc4514_string()}"
        return f"RSA, {key.private.key_size} bits, {named}"

    def grant(self) -> str:
        claims = self.maskinporten.grant(Subject(self.scope))
        named = [name for name in ("aud", "iss", "scope", "consumer_org") if name in claims]
        return ", ".join(f"{name} {claims[name]}" for name in named)

    def token(self) -> str:
        self.tokens["token"] = token = self.maskinporten.fetch(Subject(self.scope))
        return f"Maskinporten issued one for {token.lifetime:.0f} s"

    def claims(self) -> str:
        return self.judged(self.tokens["token"], self.scope)

    def lifetime(self) -> str:
        seconds = self.tokens["token"].lifetime
        if seconds < SHORTEST_LIFETIME:
            raise met(f"the token's lifetime is only {seconds:.0f} s")
        return f"{seconds:.0f} s; it is renewed shortly before it expires"

    @property
    def scope(self) -> str:
        return next(iter(self.target.apis.values())).scope

    def judged(self, token: AccessToken, scope: str) -> str:
        """Checks that the token is what was asked for."""
        claims = claims_of(token.value)
        if not claims:
            raise met("the token is not a JWT")
        if claims.get("iss") != self.maskinporten.issuer:
            raise met(f"the token was issued by {claims.get('iss')}, not by {self.maskinporten.issuer}")
        if scope not in str(claims.get("scope", "")).split():
            raise met(f"the token lacks the scope {scope}: it has {claims.get('scope') or 'none'}")
        configured = self.target.maskinporten
        wanted, consumer = configured.consumer_org or configured.consumer, organisation_in(claims.get("consumer"))
        if wanted is not None and consumer != wanted:
            raise met(f"the token is for the consumer {consumer or 'nobody'}, but {wanted} is configured")
        supplier = organisation_in(claims.get("supplier"))
        return f"scope {scope}, consumer {consumer}" + (f", supplier {supplier}" if supplier else "")


def _links(examination: _Examination) -> Iterator[Link]:
    yield Link("metadata", examination.metadata)
    yield Link("clock", examination.clock, ("metadata",))
    yield Link("key", examination.key, ("metadata",) if examination.target.maskinporten.key == "generated" else ())
    yield Link("grant", examination.grant, ("metadata", "key"))
    yield Link("token", examination.token, ("grant",))
    yield Link("claims", examination.claims, ("token",))
    yield Link("lifetime", examination.lifetime, ("token",))
    for name, api in examination.target.apis.items():
        if not api.access:
            yield Link(f"{name}: ways in", partial(_no_way_in, examination.target, name))
        for way, access in api.access.items():
            yield from _ways_in(examination, name, api, way, access)


def _no_way_in(target: Target, name: str) -> str:
    raise met(no_way_in(target, name))


def _ways_in(examination: _Examination, name: str, api: Api, way: str, access: Access) -> Iterator[Link]:
    """A token for one way in, its contents, and one call with it."""
    entrance = _Way(examination, Entrance(name, api, way, access))
    needed = () if access.consent_command else ("grant",)
    yield Link(f"{name} {way}: token", entrance.token, needed)
    if access.kind == "consent":
        yield Link(f"{name} {way}: consent", entrance.consent, (f"{name} {way}: token",))
    if access.kind == "system_user":
        yield Link(f"{name} {way}: system user", entrance.system_user, (f"{name} {way}: token",))
    yield Link(f"{name} {way}: call", entrance.call, (f"{name} {way}: token",))


@dataclass(frozen=True)
class _Way:
    """One way into one API, as the doctor checks it."""

    examination: _Examination
    entrance: Entrance

    @property
    def _key(self) -> str:
        return f"{self.entrance.name} {self.entrance.way}"

    def token(self) -> str:
        token = self.examination.maskinporten.fetch(self.entrance.subject)
        self.examination.tokens[self._key] = token
        printed = bool(self.entrance.access.consent_command)
        return "printed" if printed else self.examination.judged(token, self.entrance.api.scope)

    def _claims(self) -> Mapping[str, object]:
        return claims_of(self.examination.tokens[self._key].value)

    def consent(self) -> str:
        """Checks that the consent is from the party asked about, to us, and still valid."""
        claims, organisation = self._claims(), self.entrance.organisation
        detail = detail_of(claims, CONSENT)
        if detail is None or str(detail.get("from", "")).rpartition(":")[2] != organisation:
            raise met(f"the token contains no consent of {organisation}")
        to, consumer = organisation_in(detail.get("to")), organisation_in(claims.get("consumer"))
        if to != consumer:
            raise met(f"the consent is given to {to}, but {consumer} is asking")
        return f"of {organisation}, until {_ending(detail.get('validTo'), self.examination.now())}"

    def system_user(self) -> str:
        detail = detail_of(self._claims(), SYSTEM_USER)
        if detail is None or organisation_in(detail.get("systemuser_org")) != self.entrance.organisation:
            raise met(f"the token contains no system user of {self.entrance.organisation}")
        return f"of {self.entrance.organisation}, on the system {detail.get('system_id')}"

    def call(self) -> str:
        """One call that changes nothing."""
        token, exchange = self.examination.tokens[self._key].value, None
        try:
            exchange = self._sent(token, self.entrance, self.entrance.call)
            return access_shown(self.entrance, exchange, partial(self._sent, token))
        except Broken as broken:
            received = None if exchange is None else exchange.response
            exchanged = another_api(self.examination.target, self.entrance.name, received, self._asked_here)
            raise exchanged or broken from None

    def _asked_here(self, other: str) -> Response | None:
        """The answer to another API's harmless call at this API's address, if it is accepted."""
        api = self.examination.target.apis[other]
        return let_in(
            other,
            api.model_copy(update={"base_url": self.entrance.api.base_url}),
            self._sent_with_its_token,
        )

    def _sent_with_its_token(self, entrance: Entrance, call: HarmlessCall) -> Exchange:
        return self._sent(self.examination.maskinporten.fetch(entrance.subject).value, entrance, call)

    def _sent(self, token: str, entrance: Entrance, call: HarmlessCall) -> Exchange:
        url = entrance.api.base_url.rstrip("/") + entrance.path(call)
        try:
            response = self.examination.api_http.request(
                call.method, url, headers=headers_of(call, token), content=call.body or None
            )
        except httpx.HTTPError as error:
            raise second_look(self.examination.target, url, trouble_of(error)) from error
        return as_exchange(response, datetime.datetime.now(datetime.UTC), 0.0)


def _said(error: Exception) -> str:
    if isinstance(error, Broken):
        return error.detail
    if isinstance(error, FieldProblem):
        return f"{'.'.join(error.field)}: {error.what}"
    return str(error)


def _cause(error: Exception) -> Cause | None:
    if isinstance(error, Broken):
        return error.cause
    if isinstance(error, TokenRefusedError):
        text = f"{error.error}: {error.description}"
        return cause_of(Symptom(text=text, code=error.code))
    if isinstance(error, NoAccessError) and not isinstance(error, IssuerError) and error.trouble is not None:
        return cause_of(Symptom(text=str(error), trouble=error.trouble.kind))
    found = cause_of(Symptom(text=_said(error)))
    if isinstance(error, FieldProblem) and found is not None:
        return Cause(id=found.id, cause=found.cause, fix=error.fix)
    return found


def organisation_in(party: object) -> str | None:
    """The nine digits of a party in a token; None for anything else."""
    named = party.get("ID") if isinstance(party, Mapping) else None
    return named.removeprefix("0192:") if isinstance(named, str) else None


def detail_of(claims: Mapping[str, object], kind: str) -> Mapping[str, object] | None:
    """The first of the token's authorization details with this type."""
    details = claims.get("authorization_details")
    found = details if isinstance(details, list) else []
    return next((each for each in found if isinstance(each, Mapping) and each.get("type") == kind), None)


def _ending(valid_to: object, now: float) -> str:
    try:
        ends = datetime.datetime.fromisoformat(str(valid_to))
    except ValueError:
        return "an unknown day"
    ends = ends if ends.tzinfo else ends.replace(tzinfo=datetime.UTC)
    left = ends - datetime.datetime.fromtimestamp(now, datetime.UTC)
    return f"{ends:%Y-%m-%d}" + (
        f": {quantity(max(left.days, 0), 'day')} left, ask for a new one" if left < SOON else ""
    )
