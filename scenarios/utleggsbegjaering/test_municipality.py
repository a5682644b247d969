"""The municipality's look-up and decision. Their addresses are reconstructed."""

import datetime

from harness.suite.markers import not_testable, requirement
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.answers import texts_in
from scenarios.utleggsbegjaering.builders import partsidentifikator
from scenarios.utleggsbegjaering.identifiers import broken


def look_up(elan, number):
    elan.bench.ensure_open("slaaOppSamordnetTrekk")
    return opened(elan, elan.send("POST", "/samordnettrekk/oppslag", {"skyldner": partsidentifikator(number)}))


def opened(elan, answer):
    """The answer, if the scope of the begjæringer also gives access to the municipality's operations."""
    elan.bench.notes.observe("ELAN-MUNI-006", f"{answer.status} with the scope {elan.bench.api.scope}")
    if answer.status == 403:
        not_testable("the municipality's operations require their own scope")
    return answer


@requirement("ELAN-MUNI-001", "ELAN-MUNI-006")
def test_the_look_up_answers_for_the_debtor(elan):
    number = elan.parties["saksoekt"]

    answer = look_up(elan, number)

    debtor = answer.expect_status(200).json()["skyldner"]
    assert number in texts_in(debtor["partsreferanse"])
    assert isinstance(debtor["harEllerHarHattSamordnetTrekk"], bool)
    assert not debtor.get("ukjentSkyldner")


@requirement("ELAN-MUNI-002")
def test_a_debtor_in_no_register_is_told(elan):
    debtor = look_up(elan, elan.parties["ukjent_person"]).expect_status(200).json()["skyldner"]

    assert debtor.get("ukjentSkyldner")


@requirement("ELAN-MUNI-003")
def test_a_number_that_is_none_is_told(elan):
    answer = look_up(elan, broken(elan.parties["saksoekt"]))

    if answer.status != 400:
        assert answer.expect_status(200).json()["skyldner"].get("ugyldigSkyldner")


def decision(elan, debtor):
    """A decision of a municipality for one claim, with a file that is ready."""
    kommune = elan.parties["kommune"] if "kommune" in elan.parties else elan.parties["saksoeker"]
    reference = f"PROEVESTAND-{datetime.datetime.now(datetime.UTC).timestamp()}"
    identifier = elan.upload("beslutning.pdf", reference).expect_status(201).json()["uuid"]
    elan.settled(identifier)
    claimant = builders.virksomhet(kommune, "PRØVENDE KOMMUNE", "kommune")
    return {
        "beslutning": {"filnavn": "beslutning.pdf", "uuid": identifier},
        "beslutningsdato": f"{elan.today}T10:00:00Z",
        "underskrift": "Anna Norman",
        "innsenderReferanse": reference,
        "saksoeker": [{"saksoeker": claimant, "innsender": {"innsender": builders.virksomhet(elan.sender)}}],
        "saksoekt": {"saksoekt": debtor},
        "kravTilInnkreving": [builders.hovedkrav("H1")],
        "betalingsinformasjon": elan.simple()["betalingsinformasjon"],
    }


@requirement("ELAN-MUNI-004")
def test_a_decision_without_fault_is_accepted(elan):
    elan.bench.ensure_open("sendInnBeslutning")
    debtor = builders.person(elan.parties["saksoekt"], elan.parties.born("saksoekt"))

    answer = opened(elan, elan.send("POST", "/beslutning", decision(elan, debtor))).expect_status(201)

    assert answer.json()["eksternSaksreferanse"]


@requirement("ELAN-MUNI-005")
def test_a_decision_on_nobody_is_refused(elan):
    elan.bench.ensure_open("sendInnBeslutning")
    nobody = builders.person(elan.parties["ukjent_person"], elan.parties.born("ukjent_person"))

    opened(elan, elan.send("POST", "/beslutning", decision(elan, nobody))).expect_refusal(422)
