"""The rules for a begjæring, against every mutation of a valid one and against broken values."""

import datetime
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.contract.pinned import contract_of
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.mutations import MUTATIONS, by_kode
from scenarios.utleggsbegjaering.parties import parties_of
from scenarios.utleggsbegjaering.request_rules import (
    UNKNOWABLE,
    Circumstances,
    Finding,
    conditions,
    find_what_can_be_read,
    findings,
)

PARTIES = parties_of({}, datetime.date(2026, 3, 16))
SENDER = "312345676"
TODAY = datetime.date(2026, 3, 16)
NOW = Circumstances(TODAY, SENDER)
CONTRACT = contract_of("utleggsbegjaering")
NOT_TOLD = {kode for kodes in UNKNOWABLE.values() for kode in kodes.split()}


def form_errors(begjaering: builders.Json) -> list[str]:
    operation = CONTRACT.document.operation("opprettBegjaering")
    return [error.message for error in CONTRACT.document.request_errors(operation, "application/json", begjaering)]


@pytest.mark.parametrize("build", [builders.simple, builders.complex_])
def test_a_built_begjaering_breaks_nothing(build):
    begjaering = build(PARTIES, SENDER, TODAY)

    assert form_errors(begjaering) == []
    assert findings(begjaering, NOW) == []


@pytest.mark.parametrize("kind", builders.SAERLIGE)
def test_each_kind_of_basis_breaks_nothing(kind):
    begjaering = builders.simple(PARTIES, SENDER, TODAY)
    basis = builders.saerlig_tvangsgrunnlag(kind, ["H1"], PARTIES["saksoekt"], PARTIES["saksoeker"])
    begjaering["begjaeringensTvangsgrunnlag"] = [basis]

    assert form_errors(begjaering) == []
    assert findings(begjaering, NOW) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_mutation_breaks_its_condition_alone(mutation):
    valid = builders.complex_(PARTIES, SENDER, TODAY)

    begjaering = mutation(valid, PARTIES)

    found = conditions(begjaering, NOW)
    assert begjaering != valid
    assert form_errors(begjaering) == [] or mutation.kode == "MANGLER_KRAV"
    expected = set() if mutation.kode in NOT_TOLD else {mutation.kode}
    assert found - mutation.may_also == expected
    assert expected <= found


def test_a_plain_utlegg_that_leaves_out_the_conciliation_board_is_warned_of():
    """The page does not say whether the condition applies: not an error, but not silence either."""
    begjaering = by_kode()["KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET"][0](
        builders.complex_(PARTIES, SENDER, TODAY), PARTIES
    )

    found = findings(begjaering | {"tvangsfullbyrdelsestype": "utlegg"}, NOW)

    place = ("begjaeringensTvangsgrunnlag", 0, "saerligTvangsgrunnlag", "skriftligMeddelelse")
    text = (
        "open: kanBehandlesIForliksraadet is missing: "
        "a service may answer KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET, even for a plain utlegg"
    )
    assert found == [Finding("", place, text, is_open=True)]


def test_every_condition_but_those_of_a_setup_has_a_mutation():
    without = set(CONTRACT.conditions) - set(by_kode())

    assert without == {"DUPLIKAT_INNSENDING", "INNSENDER_IKKE_IDENTIFISERBAR", "UAVKLART_STATUS", "UGYLDIG_STATUS"}
    assert set(by_kode()) < set(CONTRACT.conditions)


def test_what_cannot_be_told_is_a_condition_and_told_by_no_rule():
    assert set(CONTRACT.conditions) > NOT_TOLD


JUNK = st.sampled_from([None, True, 17, -0.5, "", "x", [], {}, [None], {"a": 1}])


@given(st.data())
def test_a_value_of_wrong_form_anywhere_leads_to_no_error(data):
    """Whatever a begjæring contains, its rules end in findings."""
    begjaering = builders.complex_(PARTIES, SENDER, TODAY)
    node, names = begjaering, []
    for _ in range(data.draw(st.integers(1, 6))):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        names.append(data.draw(st.sampled_from(keys)))
        if not isinstance(node[names[-1]], dict | list):
            break
        node = node[names[-1]]
    broken = deepcopy(begjaering)
    target = broken
    for name in names[:-1]:
        target = target[name]
    target[names[-1]] = data.draw(JUNK)

    for finding in find_what_can_be_read(broken, TODAY, SENDER):
        assert finding.kode == "" or finding.kode in CONTRACT.conditions
