"""Status på sak: what is said of a case, to whom, and when. Its address is reconstructed."""

import datetime
import re

import pytest

from harness.suite.markers import not_run, requirement, several_answers
from scenarios.utleggsbegjaering.answers import number_of
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


DATES = frozenset({"foedselsdato", "fraDato", "tilDato"})
"""What is said of a party that a register and the begjæring must have alike."""

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
    """Which measures it tells of is up to the case: no document promises all kinds of them."""
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


@requirement("ELAN-CASE-003")
@several_answers
def test_a_submitted_begjaering_can_be_followed(elan):
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)

    status = elan.status(reference).expect_status(200).json()

    assert reference == status["eksternSaksreferanse"]
    assert begjaering["innsenderReferanse"] == status.get("innsenderReferanse", begjaering["innsenderReferanse"])


@requirement("ELAN-CASE-006")
@several_answers
def test_the_status_names_what_was_submitted(elan):
    begjaering = elan.ready(elan.complex())
    submitted = {krav["innsendersKravreferanse"] for krav in begjaering["kravTilInnkreving"]}

    status = elan.shown(elan.accept(begjaering))

    for side, role in (("saksoeker", "saksoeker"), ("saksoekt", "saksoekt")):
        assert kinds([part[side] for part in begjaering[side]]) == kinds(status[side])
        assert numbers(status[side]) <= {elan.parties[role]}
    named = {krav.get("innsendersKravreferanse") for krav in status.get("kravISak", [])}
    assert submitted == named - {None}


def kinds(actors):
    """What the parties of one side are."""
    return [
        next((kind for kind in ("virksomhet", "person", "sammenslutning") if kind in actor), "") for actor in actors
    ]


def numbers(actors):
    """The tax numbers of the parties of one side, where they are shown."""
    shown = (actor[kind].get("identifikator", {}) for actor, kind in zip(actors, kinds(actors), strict=True) if kind)
    return {
        str(identifier["taxIdentificationNumber"]) for identifier in shown if "taxIdentificationNumber" in identifier
    }


@requirement("ELAN-CASE-015")
@several_answers
def test_the_status_says_nothing_else_of_the_parties(elan):
    begjaering = elan.ready(elan.complex())

    status = elan.shown(elan.accept(begjaering))

    ensure_parties_are_those_sent(begjaering, status)


def ensure_parties_are_those_sent(begjaering, status):
    """What the status says of each party does not contradict what was sent of one of them."""
    for side, representative in (
        ("saksoeker", "saksoekersProsessfullmektig"),
        ("saksoekt", "saksoektesProsessfullmektig"),
    ):
        sent = [part[side] | {name: part[name] for name in part if name == representative} for part in begjaering[side]]
        for shown in status[side]:
            assert any(not contradictions(party, shown) for party in sent), f"{side}: {differences(sent, shown)}"


def differences(sent, shown):
    """The names of what is said otherwise, without a word of what it is."""
    return ", ".join(min((contradictions(party, shown) for party in sent), key=len))


def contradictions(sent, shown):
    """What is shown of a party and cannot be what was sent: an identifier in part or another, another date, another
    type. What else is said may come from a register, and anything may be left out."""
    if isinstance(sent, list) and isinstance(shown, list):
        return [] if all(any(not contradictions(one, each) for one in sent) for each in shown) else ["an element"]
    if not isinstance(sent, dict) or not isinstance(shown, dict):
        return [] if type(sent) is type(shown) else ["another type"]
    found = []
    for name in sent.keys() & shown.keys():
        if name == "identifikator" and isinstance(shown[name], dict):
            found += [f"{name}.{part}" for part, value in sent[name].items() if shown[name].get(part) != value]
        elif name in DATES:
            found += [name] if sent[name] != shown[name] else []
        else:
            found += [f"{name}.{inner}" for inner in contradictions(sent[name], shown[name])]
    return found


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
    """Each is about a debtor of the case, and its measures about claims of the case, where these tell their ids."""
    decisions = status.get("beslutningsinformasjon", []) or not_run("the case shows no decision")
    claims = [krav.get("kravgrunnlagsidentifikator") for krav in status.get("kravISak", [])]

    for decision in decisions:
        debtor = decision["saksoekt"]
        namesakes = [party for party in status["saksoekt"] if kinds([party]) == kinds([debtor])]
        assert namesakes, "the decision names no debtor of the case"
        assert any(not contradictions(party, debtor) for party in namesakes), differences(namesakes, debtor)
        if None not in claims:
            others = {key for measure in measures(decision) for key in measure["kravgrunnlagsidentifikator"]}
            assert sorted(others - set(claims)) == []


@requirement("ELAN-CASE-017")
def test_what_is_left_of_a_claim_is_an_amount(elan):
    reference = elan.accept(elan.ready(elan.simple()))

    ensure_amounts_are_amounts(elan.status(reference).expect_status(200).json())


def ensure_amounts_are_amounts(status):
    claims = status.get("kravISak", []) or not_run("no claims are shown")
    shown = [krav["gjenstaaendeBeloep"] for krav in claims if "gjenstaaendeBeloep" in krav]
    assert all(number_of(value) is not None for value in shown or not_run("no claim shows what is left"))


def measures(decision):
    """What was decided, of every kind: a charge may stand several times."""
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
