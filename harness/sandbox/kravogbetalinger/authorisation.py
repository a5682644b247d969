"""Whether a token permits a look-up, beyond what every provider checks (auth dossier, section 6, 2024-2025).

Each check is a rule, a function that raises Refused; the door is the list of rules.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from harness.sandbox.altinn.legacy import LegacyConsents
from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.maskinporten import tokens
from harness.sandbox.maskinporten.tokens import BadTokenError, Claims, Presented, bearer_token

SCOPE = "skatteetaten:kravogbetalinger"
SYSTEM_USER_RESOURCE = "ske-krav-og-betalinger"
CONSENT_RESOURCE = "ske-samtykke-krav-og-betalinger"
LEGACY_CONSENT_CODE = "5928_202301"
NEEDS = {"finans": "consent", "regnskapssystem": "system-user"}


@dataclass(frozen=True)
class Visit(Presented):
    """One call at the door: its token's claims, the rights package, and the party to look up."""

    knobs: Knobs
    rettighetspakke: str = ""
    party: str = ""

    @property
    def detail(self) -> Mapping[str, Any]:
        """The only entry of authorization_details; empty if there is none, or more than one."""
        details = self.claims.get("authorization_details")
        return details[0] if isinstance(details, list) and len(details) == 1 and isinstance(details[0], dict) else {}


Rule = Callable[[Visit], None]


def ensure_scope(visit: Visit) -> None:
    """Scopes are compared as whole words."""
    if SCOPE not in str(visit.claims.get("scope", "")).split(" "):
        raise Refused(visit.knobs["missing-scope"], "Tokenet gir ikke tilgang til dette API-et.")


TOKEN_RULES: tuple[Rule, ...] = (*tokens.RULES, ensure_scope)


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
    """The policy decision: one of the token's system users has a right to the resource."""

    def ensure(visit: Visit) -> None:
        owner = visit.detail.get("systemuser_org")
        customer = str(owner.get("ID", "")).removeprefix("0192:") if isinstance(owner, dict) else ""
        if not system_users.may(visit.detail.get("systemuser_id"), customer, SYSTEM_USER_RESOURCE):
            raise Refused("DAS-008", "Systembrukeren har ikke rettighet til tjenesten.")

    return ensure


def ensure_granted(grants: Mapping[str, frozenset[str]]) -> Rule:
    """The consumer was granted the rights package; its supplier's grants do not count."""

    def ensure(visit: Visit) -> None:
        if visit.rettighetspakke not in grants.get(visit.consumer, frozenset()):
            raise Refused("DAS-008", "Virksomheten har ikke fått tilgang til rettighetspakken.")

    return ensure


@dataclass(frozen=True)
class Authorisation:
    """The provider's door: whether a token is valid, and whether it gives access to a party with a rights package.

    `legacy` are the consent tokens of Altinn 2, which count only if the knob says so.
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
        try:
            claims = self.verify(self.token(authorization))
            visit = Visit(claims, self.issuer, self.clock.now(), self.knobs)
            for ensure in self.token_rules:
                ensure(visit)
        except BadTokenError as error:
            raise Refused("KB-004", str(error)) from error
        return claims

    def ensure_access(self, claims: Claims, rettighetspakke: str, party: str, samtykke: str | None) -> None:
        """Raises Refused unless the token opens the party with the rights package. `samtykke` is of Altinn 2."""
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
        """The same door without these rules."""
        return replace(
            self,
            token_rules=tuple(rule for rule in self.token_rules if rule not in rules),
            consent_rules=tuple(rule for rule in self.consent_rules if rule not in rules),
            system_user_rules=tuple(rule for rule in self.system_user_rules if rule not in rules),
        )
