"""Status på sak: what is said about a case, to whom, and when. Its address is reconstructed."""

import datetime
import re

import pytest

from harness.suite.markers import not_run, requirement, several_answers
from scenarios.utleggsbegjaering import comparison
from scenarios.utleggsbegjaering.answers import name_of, number_of
from scenarios.utleggsbegjaering.conftest import COMES_BACK
from scenarios.utleggsbegjaering.mutations import by_kode

TEST_REFERENCES = {
    "TEST_SAK_OPPRETTET": "sakOpprettet",
    "TEST_SAK_UNDER_BEHANDLING": "sakUnderBehandling",
    "TEST_SAK_NEKTET_FREMMET": "sakNektetFremmet",
    "TEST_SAK_FORELAGT": "sakForelagt",
    "TEST_SAK_BESLUTTET": "sakBesluttet",
    "TEST_SAK_AVSLUTTET": "sakAvsluttet",
    "TEST_SAK_HEVET": "sakHevet",
}


MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


@requirement("ELAN-CASE-001", "ELAN-CASE-009")
@pytest.mark.parametrize("reference", TEST_REFERENCES)
def test_a_test_reference_has_its_status(elan, reference):
    status = elan.status(reference).expect_status(200).json()

    assert (reference, TEST_REFERENCES[reference]) == (status["eksternSaksreferanse"], status["saksstatus"])
    assert MOMENT.match(status["meldingsdato"])


@requirement("ELAN-CASE-001")
@pytest.mark.parametrize("reference", TEST_REFERENCES)
def test_a_test_reference_names_parties_and_claims(elan, reference):
    status = elan.status(reference).expect_status(200).json()

    assert status["saksoeker"]
    assert status["saksoekt"]
    assert status["kravISak"]


@requirement("ELAN-CASE-008")
@pytest.mark.parametrize("reference", ["TEST_SAK_BESLUTTET", "TEST_SAK_AVSLUTTET"])
def test_a_decided_case_says_what_was_decided(elan, reference):
    """Which measures it lists depends on the case: no document promises all kinds of them."""
    decisions = elan.status(reference).expect_status(200).json().get("beslutningsinformasjon", [])

    assert [name for decision in decisions for name in decision if name.startswith("besluttet")] != []


@requirement("ELAN-CASE-002")
@pytest.mark.parametrize("reference", ["TEST_UGYLDIG", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_reference_is_not_found(elan, reference):
    elan.status(reference).expect_refusal(404)


@requirement("ELAN-CASE-004")
def test_a_case_number_has_its_form(elan):
    status = elan.status(elan.accept(elan.ready(elan.simple()))).expect_status(200).json()

    assert re.fullmatch(r"UTLBGJ/\d{4}/\w+", status["saksnummer"])


KINDS = ("simple", "complex", "telling")
"""The begjæringer whose status is read: the last one has distinctive values."""


@requirement("ELAN-CASE-003")
@pytest.mark.parametrize("kind", KINDS)
def test_a_submitted_begjaering_can_be_followed(elan, kind):
    begjaering = elan.ready(getattr(elan, kind)())
    reference = elan.accept(begjaering)

    status = elan.status(reference).expect_status(200).json()

    assert reference == status["eksternSaksreferanse"]
    assert begjaering["innsenderReferanse"] == status.get("innsenderReferanse", begjaering["innsenderReferanse"])


@pytest.mark.parametrize("sender", ["own", "customer's"])
@pytest.mark.parametrize("promised", [pytest.param(key, marks=requirement(key)) for key in COMES_BACK])
def test_the_status_says_what_was_sent(elan, promised, sender):
    """Submitted with the plain token and with a customer's system user."""
    how = {"token": elan.customers_token} if sender == "customer's" else {}
    begjaering = elan.ready(elan.telling(elan.customer if how else elan.sender), **how)
    answer = elan.status(elan.accept(begjaering, **how), **how)
    if answer.status == 404:
        not_run("the service shows no case that was submitted")

    answer.expect_status(200).judge(COMES_BACK[promised](begjaering, answer.json()))


@requirement("ELAN-CASE-020")
def test_a_case_and_its_claims_have_ids_of_their_own(elan):
    """For two cases whose claims have the same references, both read after both were submitted."""
    references = [elan.accept(elan.ready(elan.simple())) for _ in range(2)]

    statuses = [elan.shown(reference) for reference in references]

    assert statuses[0]["saksnummer"] != statuses[1]["saksnummer"]
    ids = [
        {name_of(krav.get("kravgrunnlagsidentifikator")) for krav in status["kravISak"]} - {None} for status in statuses
    ]
    assert ids[0] & ids[1] == set(), "a claim of one case has the id of a claim of the other"


@requirement("ELAN-CASE-016")
@pytest.mark.parametrize("reference", ["TEST_SAK_BESLUTTET", "TEST_SAK_AVSLUTTET"])
def test_a_decision_on_a_test_reference_is_about_the_case(elan, reference):
    ensure_decisions_are_about_the_case(elan.status(reference).expect_status(200).json())


@requirement("ELAN-CASE-016")
def test_a_decision_is_about_the_case(elan):
    reference = elan.accept(elan.ready(elan.simple()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": "sakBesluttet"})

    ensure_decisions_are_about_the_case(elan.status(reference).expect_status(200).json())


def ensure_decisions_are_about_the_case(status):
    """Each is about a debtor of the case, and its measures about claims of the case, if these have ids."""
    decisions = status.get("beslutningsinformasjon", []) or not_run("the case shows no decision")
    claims = [name_of(krav.get("kravgrunnlagsidentifikator")) for krav in status.get("kravISak", [])]

    for decision in decisions:
        debtor = decision["saksoekt"]
        namesakes = [party for party in status["saksoekt"] if comparison.kind_of(party) == comparison.kind_of(debtor)]
        assert namesakes, "the decision names no debtor of the case"
        nearest = min((comparison.contradictions(party, debtor) for party in namesakes), key=len)
        assert not nearest, ", ".join(nearest)
        if None not in claims:
            others = {name_of(key) for measure in measures(decision) for key in measure["kravgrunnlagsidentifikator"]}
            assert sorted(others - set(claims), key=str) == []


@requirement("ELAN-CASE-017")
def test_what_is_left_of_a_claim_is_an_amount(elan):
    reference = elan.accept(elan.ready(elan.simple()))

    ensure_amounts_are_amounts(elan.status(reference).expect_status(200).json())


def ensure_amounts_are_amounts(status):
    claims = status.get("kravISak", []) or not_run("no claims are shown")
    shown = [krav["gjenstaaendeBeloep"] for krav in claims if "gjenstaaendeBeloep" in krav]
    assert all(number_of(value) is not None for value in shown or not_run("no claim shows what is left"))


def measures(decision):
    """What was decided, of every kind: a charge may occur several times."""
    decided = [value for name, value in decision.items() if name.startswith("besluttet")]
    return [measure for value in decided for measure in (value if isinstance(value, list) else [value])]


@requirement("ELAN-CASE-008")
@pytest.mark.parametrize("saksstatus", ["sakBesluttet", "sakAvsluttet"])
def test_a_case_that_is_decided_says_what_was_decided(elan, saksstatus):
    reference = elan.accept(elan.ready(elan.simple()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})

    decisions = elan.status(reference).expect_status(200).json().get("beslutningsinformasjon")

    assert decisions


@requirement("ELAN-CASE-005")
def test_the_case_of_another_sender_is_not_shown(elan):
    reference = elan.accept(elan.ready(elan.simple()))

    elan.status(reference, token=elan.customers_token).expect_closed()


@requirement("ELAN-CASE-005")
def test_the_cases_of_another_sender_are_in_no_list(elan):
    elan.bench.ensure_open("finnEndredeSaker")
    reference = elan.accept(elan.ready(elan.simple()))

    assert reference not in elan.cases_changed_since(elan.today, token=elan.customers_token)


@requirement("ELAN-CASE-010")
@several_answers
def test_a_new_case_is_among_the_changed_ones(elan):
    elan.bench.ensure_open("finnEndredeSaker")
    reference = elan.accept(elan.ready(elan.simple()))

    assert reference in elan.cases_changed_since(elan.today - datetime.timedelta(days=2))
    assert reference not in elan.cases_changed_since(elan.today + datetime.timedelta(days=2))


@requirement("ELAN-CASE-011")
@several_answers
def test_the_same_question_twice_gives_the_same_status(elan):
    reference = elan.accept(elan.ready(elan.simple()))

    first, second = (elan.status(reference).expect_status(200).json() for _ in range(2))

    compared = ("eksternSaksreferanse", "saksnummer", "saksstatus", "meldingsdato")
    assert [first[name] for name in compared] == [second[name] for name in compared]


@requirement("ELAN-CASE-012")
@several_answers
def test_a_refused_begjaering_is_no_case(elan):
    sender, token = elan.alone()
    broken = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.simple(sender), elan.parties), token=token)

    elan.submit(broken, token=token).expect_status(422)

    assert elan.recent_cases(token=token) == set()


@requirement("ELAN-CASE-009")
@pytest.mark.parametrize("saksstatus", TEST_REFERENCES.values())
def test_the_status_is_the_one_that_the_case_has(elan, saksstatus):
    reference = elan.accept(elan.ready(elan.simple()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})

    assert saksstatus == elan.status(reference).expect_status(200).json()["saksstatus"]
