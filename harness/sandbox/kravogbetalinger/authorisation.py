"""Whether a token opens a look-up: what a provider must check (auth dossier, section 6; docs.digdir.no, 2024-2025).

Each check is a rule of its own, a function that raises Refused; the door is the list of them.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from harness.sandbox.altinn.legacy import LegacyConsents
from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.maskinporten.issuer import Issuer

SCOPE = "skatteetaten:kravogbetalinger"
SYSTEM_USER_RESOURCE = "ske-krav-og-betalinger"
CONSENT_RESOURCE = "ske-samtykke-krav-og-betalinger"
LEGACY_CONSENT_CODE = "5928_202301"
SKEW = 10
CONSUMER = re.compile(r"0192:[0-9]{9}\Z")
NEEDS = {"finans": "consent", "regnskapssystem": "system-user"}

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Visit:
    """One call at the door: what its token says, and what it wants to look up by which rights package."""

    claims: Claims
    issuer: str
    now: datetime.datetime
    knobs: Knobs
    rettighetspakke: str = ""
    party: str = ""

    @property
    def consumer(self) -> str:
        """The organisation that the token is for, without its register; empty where the token has none."""
        consumer = self.claims.get("consumer")
        return str(consumer.get("ID", "")).removeprefix("0192:") if isinstance(consumer, dict) else ""

    @property
    def detail(self) -> Mapping[str, Any]:
        """The one entry of authorization_details; empty where there is none, or more than one."""
        details = self.claims.get("authorization_details")
        return details[0] if isinstance(details, list) and len(details) == 1 and isinstance(details[0], dict) else {}


Rule = Callable[[Visit], None]


def ensure_issuer(visit: Visit) -> None:
    if visit.claims.get("iss") != visit.issuer:
        raise Refused("KB-004", "Tokenet er utstedt av en annen.")


def ensure_not_expired(visit: Visit) -> None:
    expires = visit.claims.get("exp")
    if not isinstance(expires, int | float) or expires + SKEW <= visit.now.timestamp():
        raise Refused("KB-004", "Tokenet er utløpt.")


def ensure_begun(visit: Visit) -> None:
    for name in ("iat", "nbf"):
        begins = visit.claims.get(name, 0)
        if not isinstance(begins, int | float) or begins - SKEW > visit.now.timestamp():
            raise Refused("KB-004", "Tokenet gjelder ikke ennå.")


def ensure_audience(visit: Visit) -> None:
    """A token that was asked for without `resource` has no audience, or the word unspecified."""
    if visit.claims.get("aud", "unspecified") not in ("unspecified", ["unspecified"]):
        raise Refused("KB-004", "Tokenet er utstedt for et annet API.")


def ensure_token_type(visit: Visit) -> None:
    if visit.claims.get("token_type", "Bearer") != "Bearer":
        raise Refused("KB-004", "Tokenet er av en annen type.")


def ensure_consumer(visit: Visit) -> None:
    consumer = visit.claims.get("consumer")
    if not isinstance(consumer, dict) or not CONSUMER.match(str(consumer.get("ID", ""))):
        raise Refused("KB-004", "Tokenet sier ikke hvem som spør.")


def ensure_scope(visit: Visit) -> None:
    """Scopes are a set of whole words."""
    if SCOPE not in str(visit.claims.get("scope", "")).split(" "):
        raise Refused(visit.knobs["missing-scope"], "Tokenet gir ikke tilgang til dette API-et.")


TOKEN_RULES: tuple[Rule, ...] = (
    ensure_issuer,
    ensure_not_expired,
    ensure_begun,
    ensure_audience,
    ensure_token_type,
    ensure_consumer,
    ensure_scope,
)


def ensure_is_consent(visit: Visit) -> None:
    if visit.detail.get("type") != "urn:altinn:consent" or not visit.detail.get("id"):
        raise Refused("KB-005", "Kallet mangler samtykke.")


def ensure_consent_giver(visit: Visit) -> None:
    if visit.detail.get("from") != f"urn:altinn:organization:identifier-no:{visit.party}":
        raise Refused("KB-005", "Samtykket er gitt av en annen enn den det spørres om.")


def ensure_consent_recipient(visit: Visit) -> None:
    recipient = visit.detail.get("to")
    if not isinstance(recipient, dict) or recipient.get("ID") != f"0192:{visit.consumer}":
        raise Refused("KB-005", "Samtykket er gitt til en annen.")


def ensure_consent_runs(visit: Visit) -> None:
    try:
        runs = datetime.datetime.fromisoformat(str(visit.detail.get("validTo"))) > visit.now
    except (ValueError, TypeError):
        runs = False
    if not runs:
        raise Refused("KB-005", "Samtykket er utløpt.")


def ensure_consent_resource(visit: Visit) -> None:
    wanted = {"type": "urn:altinn:resource", "value": CONSENT_RESOURCE}
    if not any(wanted in _list(right.get("resource")) for right in _rights(visit)):
        raise Refused("KB-005", "Samtykket gjelder noe annet.")


def ensure_consent_action(visit: Visit) -> None:
    if not any("consent" in _list(right.get("action")) for right in _rights(visit)):
        raise Refused("KB-005", "Samtykket gjelder en annen handling.")


def _rights(visit: Visit) -> list[Mapping[str, Any]]:
    return [right for right in _list(visit.detail.get("consentRights")) if isinstance(right, dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


CONSENT_RULES: tuple[Rule, ...] = (
    ensure_is_consent,
    ensure_consent_giver,
    ensure_consent_recipient,
    ensure_consent_runs,
    ensure_consent_resource,
    ensure_consent_action,
)


def ensure_is_system_user(visit: Visit) -> None:
    if visit.detail.get("type") != "urn:altinn:systemuser":
        raise Refused("DAS-008", "Kallet mangler en systembruker.")


def ensure_system_user_owner(visit: Visit) -> None:
    owner = visit.detail.get("systemuser_org")
    if not isinstance(owner, dict) or owner.get("ID") != f"0192:{visit.party}":
        raise Refused("DAS-008", "Systembrukeren tilhører en annen enn den det spørres om.")


def ensure_system_user_right(system_users: SystemUsers) -> Rule:
    """The policy decision: one of the system users that the token names has a right to the resource."""

    def ensure(visit: Visit) -> None:
        owner = visit.detail.get("systemuser_org")
        customer = str(owner.get("ID", "")).removeprefix("0192:") if isinstance(owner, dict) else ""
        if not system_users.may(visit.detail.get("systemuser_id"), customer, SYSTEM_USER_RESOURCE):
            raise Refused("DAS-008", "Systembrukeren har ikke rettighet til tjenesten.")

    return ensure


def ensure_granted(grants: Mapping[str, frozenset[str]]) -> Rule:
    """The consumer was granted the rights package; what its supplier was granted does not count."""

    def ensure(visit: Visit) -> None:
        if visit.rettighetspakke not in grants.get(visit.consumer, frozenset()):
            raise Refused("DAS-008", "Virksomheten har ikke fått tilgang til rettighetspakken.")

    return ensure


def verified_by(issuer: Issuer) -> Callable[[str], Claims]:
    """Tells a token's claims when a key of the issuer's JWKS document has signed it with RS256; raises Refused."""
    cached: dict[tuple[str, ...], KeySet] = {}

    @lru_cache(maxsize=1_000)  # one token serves many calls; refusals are not kept
    def verify(token: str) -> Claims:
        try:
            names = tuple(str(key.kid) for key in issuer.keys)
            if names not in cached:
                cached[names] = KeySet.import_key_set({"keys": [dict(key) for key in issuer.jwks["keys"]]})
            return jwt.decode(token, cached[names], algorithms=["RS256"]).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Refused("KB-004", "Tokenets signatur kan ikke godtas.") from error

    return verify


def bearer_token(authorization: str | None) -> str:
    """The token of an Authorization header; raises Refused. The scheme's case does not matter (RFC 9110, 11.1)."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or token.count(".") != 2:
        raise Refused("KB-004", "Kallet mangler et gyldig bearer-token.")
    return token


@dataclass(frozen=True)
class Authorisation:
    """The provider's door: whether a token is good at all, and whether it opens a party by a rights package.

    `legacy` are the consent tokens of Altinn 2, which count only where the knob says so.
    """

    issuer: str
    clock: Clock
    knobs: Knobs
    verify: Callable[[str], Claims]
    granted: Rule
    system_user_right: Rule
    legacy: LegacyConsents
    token: Callable[[str | None], str] = bearer_token
    token_rules: tuple[Rule, ...] = TOKEN_RULES
    consent_rules: tuple[Rule, ...] = CONSENT_RULES
    system_user_rules: tuple[Rule, ...] = (ensure_is_system_user, ensure_system_user_owner)
    needs: Mapping[str, str] = field(default_factory=lambda: NEEDS)

    def claims(self, authorization: str | None) -> Claims:
        """The claims of a token that the issuer signed for this API; raises Refused."""
        claims = self.verify(self.token(authorization))
        visit = Visit(claims, self.issuer, self.clock.now(), self.knobs)
        for ensure in self.token_rules:
            ensure(visit)
        return claims

    def ensure_access(self, claims: Claims, rettighetspakke: str, party: str, samtykke: str | None) -> None:
        """Raises Refused unless the token opens the party by the rights package. `samtykke` is of Altinn 2."""
        visit = Visit(claims, self.issuer, self.clock.now(), self.knobs, rettighetspakke, party)
        self.granted(visit)
        needed = self.needs.get(rettighetspakke, self.knobs["lovfestetrevisjon"])
        if needed == "consent" and samtykke is not None and self.knobs["altinn2-consent"] == "on":
            problem = self.legacy.problem(samtykke, visit.consumer, party, LEGACY_CONSENT_CODE, visit.now)
            if problem is not None:
                raise Refused("KB-005", problem)
        elif needed == "consent":
            for ensure in self.consent_rules:
                ensure(visit)
        elif needed == "system-user":
            for ensure in (*self.system_user_rules, self.system_user_right):
                ensure(visit)

    def without(self, *rules: Rule) -> Self:
        """A door that keeps all rules but these."""
        return replace(
            self,
            token_rules=tuple(rule for rule in self.token_rules if rule not in rules),
            consent_rules=tuple(rule for rule in self.consent_rules if rule not in rules),
            system_user_rules=tuple(rule for rule in self.system_user_rules if rule not in rules),
        )
