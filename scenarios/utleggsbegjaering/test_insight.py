"""Innsyn i ett trekk: what a creditor may see of a deduction. Its address is reconstructed."""

import datetime

from harness.suite.markers import not_run, requirement
from harness.suite.stand import NORWAY
from scenarios.utleggsbegjaering.answers import is_owed, name_of
from scenarios.utleggsbegjaering.builders import partsidentifikator, person
from scenarios.utleggsbegjaering.identifiers import synthetic_person

DETAILS = {
    "kravMedSammePrioritet": "detaljerAndreKravMedSammePrioritet",
    "kravMedHoeyerePrioritet": "detaljerAndreKravMedHoeyerePrioritet",
}
"""The lists of a deduction's claims by priority, and the member that names a claim; there may be other members."""


def ask(elan, saksoeker, saksoekt, **how):
    elan.bench.ensure_open("hentInnsynIEttTrekk")
    body = {"saksoeker": partsidentifikator(saksoeker), "saksoekt": partsidentifikator(saksoekt)}
    return elan.send("POST", "/innsyn/trekk", body, **how)


def seen(elan):
    """The deduction of the scenarios' claimant and debtor, after a submission for them."""
    elan.accept(elan.ready(elan.simple()))
    return ask(elan, elan.parties["saksoeker"], elan.parties["saksoekt"]).expect_status(200).json()


@requirement("ELAN-INSIGHT-001")
def test_after_a_submission_the_deduction_can_be_seen(elan):
    assert seen(elan)["saksoekersKravIEttTrekk"]


@requirement("ELAN-INSIGHT-004")
def test_a_deduction_is_about_the_parties_asked_about(elan):
    body = seen(elan)

    asked = (elan.parties["saksoeker"], elan.parties["saksoekt"])
    answered = tuple(body[side]["taxIdentificationNumber"] for side in ("saksoeker", "saksoekt"))
    assert asked == answered


@requirement("ELAN-INSIGHT-005")
def test_a_deduction_is_in_order(elan):
    ensure_in_order(seen(elan))


def ensure_in_order(body):
    """Its periods, shares and amounts, wherever the answer has them."""
    for order in body.get("besluttetTrekkPerTrekkpliktig", []):
        for size in order["besluttetTrekkstoerrelseForPeriode"]:
            assert size["startdato"] <= size.get("sluttdato", size["startdato"])
            assert 0 <= size.get("besluttetTrekkprosent", {"trekkprosent": 0})["trekkprosent"] <= 100
            assert is_owed(size.get("besluttetTrekkbeloep", {"trekkbeloep": 0})["trekkbeloep"])
    for claim in body["saksoekersKravIEttTrekk"]:
        for others, name in DETAILS.items():
            details = claim.get(others, {}).get(name)
            if details is not None:
                assert 0 <= details["kravetsAndel"] <= 100
                assert is_owed(details["sumGjenstaaendeBeloep"])
    last = body.get("mottattTrekkbeloepSistePeriode")
    if last is not None:
        assert last["startdato"] <= last["sluttdato"]
        for part in last.get("mottattTrekkbeloepDato", []):
            assert last["startdato"] <= part["dato"] <= last["sluttdato"]
            assert is_owed(part["mottattTrekkbeloep"]["trekkbeloep"])


@requirement("ELAN-INSIGHT-006")
def test_what_was_received_is_told_up_to_the_day_of_the_question(elan):
    body = seen(elan)

    last = body.get("mottattTrekkbeloepSistePeriode") or not_run("nothing is reported about the latest period")
    asked = datetime.datetime.fromisoformat(body["tidspunktForInnsynsforespoersel"])
    days = {asked.date(), asked.astimezone(datetime.UTC).date(), asked.astimezone(NORWAY).date()}
    assert last["sluttdato"] in {day.isoformat() for day in days}


@requirement("ELAN-INSIGHT-007")
def test_a_claim_in_a_deduction_is_the_one_of_its_case(elan):
    """The claims of this case; the deduction may contain those of other cases."""
    begjaering = elan.ready(elan.telling())
    reference = elan.accept(begjaering)
    claims = [krav for krav in elan.shown(reference)["kravISak"] if krav.get("innsendersKravreferanse")]

    answer = ask(elan, elan.parties["saksoeker"], elan.parties["saksoekt"])

    listed = answer.expect_status(200).json()["saksoekersKravIEttTrekk"]
    by_id = {name_of(claim["kravgrunnlagsidentifikator"]): claim for claim in listed}
    for krav in [krav for krav in claims if "kravgrunnlagsidentifikator" in krav] or not_run("no claim shows its id"):
        found = by_id.get(name_of(krav["kravgrunnlagsidentifikator"]))
        assert found is not None, "a claim of the case is not in the deduction, or under another id"
        assert found.get("kravreferanse", krav["innsendersKravreferanse"]) == krav["innsendersKravreferanse"]
        assert found["prioritetDekningsloven"] == krav["prioritetDekningsloven"]


@requirement("ELAN-CHANGE-006")
def test_a_debtor_that_a_change_leaves_out_pays_no_longer(elan):
    """The claims of the case are in no deduction of the party that owed them before."""
    creditor, before, after = (elan.parties[role] for role in ("saksoeker", "saksoekt_annen", "saksoekt"))
    debtors = {number: person(number, elan.parties.born(role)) for number, role in
               ((before, "saksoekt_annen"), (after, "saksoekt"))}  # fmt: skip
    begjaering = elan.ready(elan.simple() | {"saksoekt": [{"saksoekt": debtors[before]}]})
    reference = elan.accept(begjaering)
    ids = {name_of(krav.get("kravgrunnlagsidentifikator")) for krav in elan.shown(reference)["kravISak"]} - {None}
    if not ids & deducted(ask(elan, creditor, before)):
        not_run("the deduction does not name the claims of the case")

    elan.change_accepted(reference, begjaering | {"saksoekt": [{"saksoekt": debtors[after]}]})

    assert not ids & deducted(ask(elan, creditor, before))


def deducted(answer):
    """The ids of the claims in a deduction; empty if there is none."""
    if answer.status in {403, 404}:
        return set()
    listed = answer.expect_status(200).json()["saksoekersKravIEttTrekk"]
    return {name_of(claim["kravgrunnlagsidentifikator"]) for claim in listed}


@requirement("ELAN-INSIGHT-002")
def test_without_a_deduction_there_is_nothing_to_see(elan):
    nobody = synthetic_person(datetime.date(1971, 5, 17), 123)

    ask(elan, elan.parties["saksoeker"], nobody).expect_refusal(404, 403)


@requirement("ELAN-INSIGHT-003")
def test_who_represents_another_sees_nothing(elan):
    elan.accept(elan.ready(elan.simple()))

    answer = ask(elan, elan.parties["saksoeker"], elan.parties["saksoekt"], token=elan.alone()[1])

    answer.expect_closed()
