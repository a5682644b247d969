"""Altinn 2 consent tokens that are checked wrongly, by a service that still reads them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from joserfc.jwk import RSAKey

from harness.sandbox.altinn.legacy import (
    LegacyConsents,
    from_the_party,
    not_expired,
    of_the_service,
    to_the_consumer,
)
from harness.sandbox.faults.fault import in_service
from harness.sandbox.kravogbetalinger.faults.reading import with_door, with_knob
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger


def reading(service: KravOgBetalinger, consents: LegacyConsents) -> KravOgBetalinger:
    """The same service, reading AltinnSamtykke and checking it in this way."""
    return with_door(with_knob(service, "altinn2-consent", "on"), legacy=consents)


@in_service(breaks="KOB-CONSENT-011")
def expired_altinn_2_consent_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent token of Altinn 2 never expires."""
    return reading(service, service.door.legacy.without(not_expired))


@in_service(breaks="KOB-CONSENT-012")
def altinn_2_consent_to_another_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """CoveredBy of a consent token of Altinn 2 is not compared with the token's consumer."""
    return reading(service, service.door.legacy.without(to_the_consumer))


@in_service(breaks="KOB-CONSENT-013")
def altinn_2_consent_of_another_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """OfferedBy of a consent token of Altinn 2 is not compared with the requested party."""
    return reading(service, service.door.legacy.without(from_the_party))


@in_service(breaks="KOB-CONSENT-014")
def altinn_2_consent_to_another_service_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A consent token of Altinn 2 opens `finans`, whatever service it is for."""
    return reading(service, service.door.legacy.without(of_the_service))


def unverified(token: str, key: RSAKey) -> Mapping[str, Any] | None:
    """A token's claims, whoever signed it."""
    try:
        _, payload, _ = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


@in_service(breaks="KOB-CONSENT-015")
def altinn_2_signature_not_verified(service: KravOgBetalinger) -> KravOgBetalinger:
    """The signature of a consent token of Altinn 2 is not verified."""
    return reading(service, replace(service.door.legacy, read=unverified))
