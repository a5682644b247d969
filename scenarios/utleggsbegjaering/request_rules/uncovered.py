"""Rules on the page that no condition enforces: warnings."""

from collections.abc import Iterator
from decimal import Decimal

from scenarios.utleggsbegjaering.identifiers import is_organisation, is_person, is_synthetic
from scenarios.utleggsbegjaering.request_rules.reading import bases_of, claims_of, day, leaves_of, listed
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json, Rule, left_open


def what_no_condition_covers(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Rules that no condition enforces, and identifiers that must not reach a test environment: warnings."""
    if "innsenderReferanse" not in begjaering:
        text = "whether the second of two equal begjæringer without innsenderReferanse is a duplicate is not published"
        yield left_open((), text)
    for at, claim in claims_of(begjaering):
        priority = claim.get("prioritetISak", 1)
        if isinstance(priority, int) and not 1 <= priority <= 99:
            yield Finding("", (*at, "prioritetISak"), "a priority must be from 1 to 99")
        for here, demand in listed(claim, "betalingsoppfordring", at):
            if (circumstances.today - day(demand["brevdato"])).days > 183:
                yield Finding("", (*here, "brevdato"), "a payment demand must be at most six months old")
        paid = [payment["beloep"]["beloep"] for _, payment in listed(claim, "innbetaling", at)]
        paid += [change["nedjusteringAvInnsender"]["beloep"] for _, change in listed(claim, "kravEndring", at)]
        left = Decimal(str(claim["opprinneligBeloep"]["beloep"])) - sum(Decimal(str(amount)) for amount in paid)
        if left != Decimal(str(claim["gjenstaaendeBeloep"]["beloep"])):
            text = f"the original amount less payments and reductions is {left}"
            yield Finding("", (*at, "gjenstaaendeBeloep", "beloep"), text)
    for at, basis in bases_of(begjaering):
        if "skriftligMeddelelse" in basis.get("saerligTvangsgrunnlag", {}) and "begrunnelseUnnlatVarsel" in basis:
            yield Finding("", (*at, "begrunnelseUnnlatVarsel"), "the page does not allow this with skriftligMeddelelse")
    for at, value in leaves_of(begjaering, ()):
        number = str(value)
        if at[-1] == "taxIdentificationNumber" and (is_organisation(number) or is_person(number)):
            if not is_synthetic(number):
                yield Finding("", at, "not synthetic: the test environment accepts only synthetic parties")
        elif at[-1] == "taxIdentificationNumber" and len(number) in {9, 11}:
            yield Finding("", at, "a wrong check digit: nobody has this number")


RULES: tuple[Rule, ...] = (what_no_condition_covers,)
