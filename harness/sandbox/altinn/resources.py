"""The resource registry: what consents and system users can be for (docs.altinn.studio, resource registry, 2026)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentResource:
    """A resource that consent can be requested for. Every metadata key must be given; a consent has one template."""

    metadata: frozenset[str] = frozenset()
    template: str = "sblanesoknad"


# Resources of Skatteetaten besides those of the emulated APIs. Their metadata is our own choice, made so that the rules
# about metadata have something to apply to.
OTHER_CONSENT_RESOURCE = "ske-samtykke-sbl-inntekt"
OTHERS: Mapping[str, ConsentResource] = {
    OTHER_CONSENT_RESOURCE: ConsentResource(frozenset({"inntektsaar"})),
    "ske-samtykke-sbl-summert-skattegrunnlag": ConsentResource(frozenset({"inntektsaar"})),
}


@dataclass(frozen=True)
class Resources:
    """What one sandbox's Altinn knows; each access package holds system users' resources."""

    consent: Mapping[str, ConsentResource]
    system_user: frozenset[str]
    packages: Mapping[str, frozenset[str]]
