"""The resources that consents and system users are for (docs.altinn.studio, resource registry, 2026)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentResource:
    """A resource that consent can be asked for. Every metadata key must be given; one consent has one template."""

    metadata: frozenset[str] = frozenset()
    template: str = "sblanesoknad"


# Of the resource of Krav og betalinger no metadata is documented. That of the other is our own choice, so that the
# rules about metadata can be met with.
CONSENT_RESOURCES: Mapping[str, ConsentResource] = {
    "ske-samtykke-krav-og-betalinger": ConsentResource(template="poa"),
    "ske-samtykke-sbl-inntekt": ConsentResource(frozenset({"inntektsaar"})),
    "ske-samtykke-sbl-summert-skattegrunnlag": ConsentResource(frozenset({"inntektsaar"})),
}
OTHER_CONSENT_RESOURCE = "ske-samtykke-sbl-inntekt"

ACCESS_PACKAGE = "urn:altinn:accesspackage:kravogutlegg"
"""The package `Krav, betalinger og utlegg`, with the resources of every API that is emulated."""
