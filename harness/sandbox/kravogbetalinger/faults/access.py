"""Consents, system users, delegation and rights packages that are checked wrongly."""

from dataclasses import replace

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import in_answer, in_service
from harness.sandbox.kravogbetalinger.authorisation import (
    Rule,
    Visit,
    ensure_consent_action,
    ensure_consent_giver,
    ensure_consent_recipient,
    ensure_consent_resource,
    ensure_consent_runs,
    ensure_system_user_owner,
)
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.faults.reading import with_door
from harness.sandbox.kravogbetalinger.routes import PACKAGES, KravOgBetalinger

NO_CONSENT = "Kallet mangler samtykke."


def refuse_consent(visit: Visit) -> None:
    raise Refused("KB-005", NO_CONSENT)


def refuse_system_user(visit: Visit) -> None:
    raise Refused("DAS-008", "Kallet mangler en systembruker.")


def let_through(visit: Visit) -> None:
    """Finds nothing wrong."""


def with_consent_rules(service: KravOgBetalinger, skipped_for: str) -> KravOgBetalinger:
    """Skips the consent rules if authorization_details has this type; empty for a token without any."""

    def skipping(rule: Rule) -> Rule:
        return lambda visit: None if visit.detail.get("type", "") == skipped_for else rule(visit)

    return with_door(service, consent_rules=tuple(map(skipping, service.door.consent_rules)))


def with_system_user_rules(service: KravOgBetalinger, skipped_for: str) -> KravOgBetalinger:
    """Skips the system user rules if authorization_details has this type; empty for a token without any."""

    def skipping(rule: Rule) -> Rule:
        return lambda visit: None if visit.detail.get("type", "") == skipped_for else rule(visit)

    door = service.door
    return with_door(
        service,
        system_user_rules=tuple(map(skipping, door.system_user_rules)),
        system_user_right=skipping(door.system_user_right),
    )


@in_service(breaks="KOB-CONSENT-001")
def consent_not_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """`finans` is refused despite a valid consent."""
    return with_door(service, consent_rules=(refuse_consent,))


@in_service(breaks="KOB-CONSENT-002")
def consent_not_needed(service: KravOgBetalinger) -> KravOgBetalinger:
    """`finans` opens for a token without consent."""
    return with_consent_rules(service, skipped_for="")


@in_service(breaks="KOB-CONSENT-003")
def consent_of_another_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent opens every party, whoever gave it."""
    return replace(service, door=service.door.without(ensure_consent_giver))


@in_service(breaks="KOB-CONSENT-004")
def consent_to_another_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent can be used by others than its recipient."""
    return replace(service, door=service.door.without(ensure_consent_recipient))


@in_service(breaks="KOB-CONSENT-005")
def expired_consent_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """validTo is ignored."""
    return replace(service, door=service.door.without(ensure_consent_runs))


@in_service(breaks="KOB-CONSENT-006")
def consent_for_another_resource_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent to any resource is enough."""
    return replace(service, door=service.door.without(ensure_consent_resource))


@in_service(breaks="KOB-CONSENT-007")
def consent_to_another_action_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """The action in the consent's right is ignored."""
    return replace(service, door=service.door.without(ensure_consent_action))


@in_service(breaks="KOB-CONSENT-016")
def system_user_taken_for_a_consent(service: KravOgBetalinger) -> KravOgBetalinger:
    """A system user's token opens `finans`."""
    return with_consent_rules(service, skipped_for="urn:altinn:systemuser")


@in_service(breaks="KOB-CONSENT-017")
def consent_without_rights_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent that names no rights is taken as consent to everything."""

    def unless_empty(rule: Rule) -> Rule:
        return lambda visit: rule(visit) if visit.detail.get("consentRights") else None

    about_rights = (ensure_consent_resource, ensure_consent_action)
    rules = tuple(unless_empty(rule) if rule in about_rights else rule for rule in service.door.consent_rules)
    return with_door(service, consent_rules=rules)


@in_service(breaks="KOB-CONSENT-017")
def consent_without_giver_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent without a giver opens every party."""

    def ensure(visit: Visit) -> None:
        if "from" in visit.detail:
            ensure_consent_giver(visit)

    rules = tuple(ensure if rule is ensure_consent_giver else rule for rule in service.door.consent_rules)
    return with_door(service, consent_rules=rules)


@in_service(breaks="KOB-SYSTEMUSER-001")
def system_user_not_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """`regnskapssystem` is refused despite a valid system user."""
    return with_door(service, system_user_rules=(refuse_system_user,))


@in_service(breaks="KOB-SYSTEMUSER-002")
def system_user_not_needed(service: KravOgBetalinger) -> KravOgBetalinger:
    """`regnskapssystem` opens for a token without a system user."""
    return with_system_user_rules(service, skipped_for="")


@in_service(breaks="KOB-SYSTEMUSER-003")
def system_user_of_another_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A system user opens every party."""
    return replace(service, door=service.door.without(ensure_system_user_owner))


@in_service(breaks="KOB-SYSTEMUSER-004")
def system_user_without_right_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A known system user's right to the resource is not checked."""

    def ensure(visit: Visit) -> None:
        named = visit.detail.get("systemuser_id")
        if not any(user.id in named for user in service.world.system_users.all if isinstance(named, list)):
            raise Refused("DAS-008", "Systembrukeren er ukjent.")

    return with_door(service, system_user_right=ensure)


@in_service(breaks="KOB-SYSTEMUSER-005")
def external_reference_not_understood(service: KravOgBetalinger) -> KravOgBetalinger:
    """A system user created with an external reference is refused."""
    named = {user.id for user in service.world.system_users.all if user.external_ref is not None}

    def ensure(visit: Visit) -> None:
        service.door.system_user_right(visit)
        if named & set(visit.detail.get("systemuser_id", ())):
            refuse_system_user(visit)

    return with_door(service, system_user_right=ensure)


@in_service(breaks="KOB-SYSTEMUSER-006")
def consent_taken_for_a_system_user(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent token opens `regnskapssystem`."""
    return with_system_user_rules(service, skipped_for="urn:altinn:consent")


@in_service(breaks="KOB-SYSTEMUSER-007")
def unknown_system_user_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A system user that is not in the register is trusted."""
    known = {user.id for user in service.world.system_users.all}

    def ensure(visit: Visit) -> None:
        if known & set(visit.detail.get("systemuser_id", ())):
            service.door.system_user_right(visit)

    return with_door(service, system_user_right=ensure)


@in_service(breaks="KOB-SYSTEMUSER-008")
def system_user_without_owner_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A system user without an owner opens every party."""

    def unless_nobody(rule: Rule) -> Rule:
        return lambda visit: rule(visit) if "systemuser_org" in visit.detail else None

    door = service.door
    return with_door(
        service,
        system_user_rules=tuple(unless_nobody(rule) for rule in door.system_user_rules),
        system_user_right=unless_nobody(door.system_user_right),
    )


@in_service(breaks="KOB-DELEGATION-001")
def delegated_token_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A token with a supplier is refused."""

    def ensure(visit: Visit) -> None:
        service.door.granted(visit)
        if "supplier" in visit.claims:
            raise Refused("DAS-008", "Leverandører har ikke tilgang.")

    return with_door(service, granted=ensure)


def _as_supplier(visit: Visit) -> Visit:
    return replace(visit, claims={**visit.claims, "consumer": visit.claims.get("supplier", visit.claims["consumer"])})


@in_service(breaks="KOB-DELEGATION-001")
def consent_compared_with_the_supplier(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent must be given to the supplier of a delegated token, not to its consumer."""
    rules = tuple(
        (lambda visit: ensure_consent_recipient(_as_supplier(visit))) if rule is ensure_consent_recipient else rule
        for rule in service.door.consent_rules
    )
    return with_door(service, consent_rules=rules)


@in_service(breaks="KOB-DELEGATION-002")
def rights_of_the_supplier_count(service: KravOgBetalinger) -> KravOgBetalinger:
    """The consumer of a delegated token gets access to what its supplier was granted."""
    return with_door(service, granted=lambda visit: service.door.granted(_as_supplier(visit)))


@in_answer(breaks="KOB-PACKAGE-001", operation="utbetalinger", status=(200, 404))
def operation_missing_in_a_package(answer: Answer, call: Call) -> Answer:
    """`regnskapssystem` does not return utbetalinger."""
    if "/regnskapssystem/" not in call.path:
        return answer
    body = {"kode": "DAS-008", "melding": "Ikke tilgjengelig.", "korrelasjonsid": answer.header("Korrelasjonsid")}
    return answer.with_status(403).with_header("Content-Type", "application/json").with_json(body)


@in_service(breaks="KOB-PACKAGE-002")
def unknown_package_served(service: KravOgBetalinger) -> KravOgBetalinger:
    """An unknown rights package is served like `lovfestetrevisjon`."""

    def ensure(visit: Visit) -> None:
        if visit.rettighetspakke in PACKAGES:
            service.door.granted(visit)

    return replace(with_door(service, granted=ensure), packages=_Everything())


class _Everything:
    """Contains everything."""

    def __contains__(self, item: object) -> bool:
        return True


@in_service(breaks="KOB-PACKAGE-005")
def packages_open_to_everybody(service: KravOgBetalinger) -> KravOgBetalinger:
    """Whether a consumer was granted the rights package is not checked."""
    return with_door(service, granted=let_through)
