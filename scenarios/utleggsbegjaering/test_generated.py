"""Generated begjæringer: valid ones pass, and for the others it is known which conditions they break."""

from functools import partial

import pytest

from harness.contract.deviation import Deviation
from harness.suite.markers import requirement
from scenarios.utleggsbegjaering import strategies
from scenarios.utleggsbegjaering.exploring import send_each


@pytest.fixture
def generated(pytestconfig):
    """The same begjæringer in every run with the same seed."""
    return partial(send_each, number=pytestconfig.option.seed)


@requirement("ELAN-VALIDATE-008", "ELAN-HTTP-002")
@pytest.mark.long
def test_a_begjaering_of_any_make_without_fault_is_valid(elan, generated):
    first = elan.ready_to_validate(elan.simple())
    identifier, reference = (
        first["begjaeringensTvangsgrunnlag"][0]["tvangsgrunnlag"]["uuid"],
        first["innsenderReferanse"],
    )

    def send(begjaering):
        cited = strategies.builders.cite(begjaering | {"innsenderReferanse": reference}, lambda _: identifier)
        elan.ensure_nothing_but(elan.validate(cited), 204)

    generated(strategies.valid(elan.parties, elan.sender, elan.today), send)


@requirement("ELAN-VALIDATE-008", "ELAN-ERROR-004", "ELAN-VALIDATE-002")
@pytest.mark.long
def test_a_near_miss_meets_the_conditions_that_it_misses(elan, generated):
    """Everything that was broken is listed, and in a closed world nothing else; submission agrees with validation."""
    first = elan.with_files(elan.simple())
    identifier, reference = (
        first["begjaeringensTvangsgrunnlag"][0]["tvangsgrunnlag"]["uuid"],
        first["innsenderReferanse"],
    )

    def send(miss):
        cited = strategies.builders.cite(miss.begjaering | {"innsenderReferanse": reference}, lambda _: identifier)
        validated, submitted = elan.validate(cited), elan.submit(cited)
        missing = sorted(miss.koder - validated.conditions)
        beside = sorted(elan.known(validated.conditions) - miss.koder) if elan.bench.api.closed_world else []
        if missing or beside:
            shown = f"{', '.join(sorted(validated.conditions)) or 'none'} (status {validated.status})"
            aspect = f"missing {', '.join(missing)}" if missing else f"beside {', '.join(beside)}"
            validated.note(Deviation("ELAN-VALIDATE-008", aspect, ", ".join(sorted(miss.koder)), shown))
        if validated.conditions != submitted.conditions:
            differ = ", ".join(sorted(validated.conditions ^ submitted.conditions))
            submitted.note(Deviation("ELAN-VALIDATE-002", "conditions differ", "the same from both", differ))

    generated(strategies.near_miss(elan.parties, elan.sender, elan.today), send)
