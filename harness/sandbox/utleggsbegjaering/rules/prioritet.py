"""Priorities: on every claim or on none."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@rule("PRIORITET_MANGLER", "Prioritet mangler for noen av kravene.", "Oppgi prioritet for alle krav eller for ingen.")
def prioritet_mangler(submission: Submission) -> Iterator[str]:
    if submission.uses_priorities:
        yield from (f"{path}.prioritetISak" for path, krav in submission.each_claim if krav.prioritetISak is None)


@rule(
    "PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER",
    "Prioritet mangler for framtidige renter.",
    "Når kravene har prioritet, skal også framtidige rentekrav ha det.",
)
def prioritet_mangler_paa_renteopplysninger(submission: Submission) -> Iterator[str]:
    """Interest terms on an interest claim are reported by another condition and need no priority."""
    if not submission.uses_priorities:
        return
    for path, krav in submission.each_claim:
        terms = None if krav.is_interest else krav.rentebaerendeKrav
        if terms is not None and terms.prioritetISakFremtidigRentekrav is None:
            yield f"{path}.rentebaerendeKrav.prioritetISakFremtidigRentekrav"


@rule(
    "PRIORITET_MANGLER_PÅ_RETTSGEBYR",
    "Prioritet mangler for rettsgebyret.",
    "Når kravene har prioritet og rettsgebyret kreves erstattet, skal også gebyret ha prioritet.",
)
def prioritet_mangler_paa_rettsgebyr(submission: Submission) -> Iterator[str]:
    fee = submission.begjaering.kreverRettsgebyrErstattet
    is_claimed = fee is not None and fee.kreverRettsgebyrErstattet
    if submission.uses_priorities and is_claimed and fee is not None and fee.prioritetISakRettsgebyr is None:
        yield "$.kreverRettsgebyrErstattet.prioritetISakRettsgebyr"
