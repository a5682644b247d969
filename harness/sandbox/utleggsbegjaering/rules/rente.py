"""Interest."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.krav import is_faulty_number
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@rule("UGYLDIG_RENTE", "En rentesats er ugyldig.", "En sats kan ikke være negativ eller ha flere enn to desimaler.")
def ugyldig_rente(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        agreed = krav.rentekrav.beregnetMedAvtaltRentesats if krav.rentekrav else None
        if agreed is not None and is_faulty_number(agreed):
            yield f"{path}.rentekrav.beregnetMedAvtaltRentesats"
        running = krav.rentebaerendeKrav.avtaltRentesats if krav.rentebaerendeKrav else None
        if running is not None and is_faulty_number(running):
            yield f"{path}.rentebaerendeKrav.avtaltRentesats"


@rule(
    "RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER",
    "Et rentekrav har renteopplysninger.",
    "Utelat rentebaerendeKrav for rentekrav.",
)
def rentekrav_kan_ikke_ha_renteopplysninger(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.is_interest and krav.rentebaerendeKrav is not None:
            yield f"{path}.rentebaerendeKrav"


@rule(
    "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",
    "En renteperiode er ugyldig.",
    "Perioden må begynne før den slutter, og før begjæringsdatoen.",
)
def rentekrav_periode_maa_ha_gyldig_periode(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        period = krav.rentekrav.rentePeriode if krav.rentekrav else None
        if period is None:
            continue
        ends_too_soon = period.sluttdato is not None and period.startdato >= period.sluttdato
        if ends_too_soon or period.startdato >= submission.begjaering.begjaeringsdato:
            yield f"{path}.rentekrav.rentePeriode"


@rule(
    "RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV",
    "Et krav som ikke er et rentekrav, har opplysninger om rentekrav.",
    "Oppgi rentekrav bare for kravtypen Rentekrav.",
)
def rentekrav_tilknyttet_ikke_rentekrav(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.rentekrav is not None and not krav.is_interest:
            yield f"{path}.rentekrav"
