"""What is accepted: each kind of begjæring, and its effects."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from decimal import Decimal

import pytest

from harness.contract.deviation import Deviation
from harness.exchange import kind_of
from harness.suite.markers import requirement
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.builders import ALMINNELIGE, SAERLIGE
from scenarios.utleggsbegjaering.conftest import reference_of
from scenarios.utleggsbegjaering.identifiers import kid_mod11


def valid(elan, begjaering):
    """A begjæring that validation takes as it is."""
    elan.ensure_nothing_but(elan.validate(elan.ready_to_validate(begjaering)), 200, 204)


@requirement("ELAN-SUBMIT-001")
def test_an_accepted_begjaering_is_answered_with_its_reference(elan):
    answer = elan.submit(elan.ready(elan.complex()))

    elan.ensure_nothing_but(answer, 200, 201)
    reference_of(answer)


@requirement("ELAN-SUBMIT-002", "ELAN-SUBMIT-001", "ELAN-SUBMIT-009")
def test_each_submission_has_a_reference_of_its_own(elan):
    answers = [elan.submit(elan.ready(elan.simple())) for _ in range(3)]

    for answer in answers:
        elan.ensure_nothing_but(answer, 200, 201)
    references = [reference_of(answer) for answer in answers]
    assert len(set(references)) == len(references)
    body = answers[0].json()
    shown = f"an object with {', '.join(sorted(body))}" if isinstance(body, dict) else kind_of(body)
    elan.bench.notes.observe("ELAN-SUBMIT-009", f"{answers[0].status} with {shown}")


@requirement("ELAN-SUBMIT-003")
@pytest.mark.parametrize("type_", ALMINNELIGE)
def test_each_alminnelig_tvangsgrunnlag_is_accepted(elan, type_):
    begjaering = elan.simple()
    basis = builders.alminnelig_tvangsgrunnlag(type_, ["H1"], elan.parties["saksoekt"], elan.parties["saksoeker"])
    begjaering["begjaeringensTvangsgrunnlag"] = [basis]

    elan.ensure_nothing_but(elan.submit(elan.ready(begjaering)), 200, 201)


@requirement("ELAN-SUBMIT-004")
@pytest.mark.parametrize("kind", SAERLIGE)
def test_each_saerlig_tvangsgrunnlag_is_accepted(elan, kind):
    begjaering = elan.simple()
    basis = builders.saerlig_tvangsgrunnlag(kind, ["H1"], elan.parties["saksoekt"], elan.parties["saksoeker"])
    begjaering["begjaeringensTvangsgrunnlag"] = [basis]

    elan.ensure_nothing_but(elan.submit(elan.ready(begjaering)), 200, 201)


@requirement("ELAN-SUBMIT-005")
def test_several_parties_and_bases_are_accepted(elan):
    begjaering = builders.with_several_parties(elan.complex(), elan.parties)

    elan.ensure_nothing_but(elan.submit(elan.ready(begjaering)), 200, 201)


@requirement("ELAN-SUBMIT-005")
def test_an_enterprise_as_debtor_is_accepted(elan):
    begjaering = elan.simple()
    begjaering["saksoekt"] = [{"saksoekt": builders.virksomhet(elan.parties["saksoekt_virksomhet"])}]

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-006")
def test_a_combined_begjaering_is_accepted(elan):
    begjaering = elan.complex()
    assert begjaering["tvangsfullbyrdelsestype"] == "utleggOgForliksklageKombinert"

    elan.ensure_nothing_but(elan.submit(elan.ready(begjaering)), 200, 201)


@requirement("ELAN-SUBMIT-007", "ELAN-SUBMIT-010")
def test_the_reference_may_be_left_out(elan):
    """Whether the second of two equal begjæringer without a reference is a duplicate is not published."""
    begjaering = without_reference(elan)

    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)
    again = elan.submit(begjaering)

    elan.bench.notes.observe("ELAN-SUBMIT-010", f"{again.status} {', '.join(sorted(again.conditions))}".strip())


def without_reference(elan):
    """Files still have a reference, because the upload requires one."""
    ready = elan.ready(elan.simple())
    del ready["innsenderReferanse"]
    return ready


@requirement("ELAN-SUBMIT-011")
@pytest.mark.alone
def test_the_same_begjaering_twice_at_once_becomes_one_case(elan):
    begjaering = elan.ready(elan.simple())
    token = elan.token

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: elan.submit(begjaering, token=token), range(4)))

    accepted = [answer for answer in answers if answer.status in {200, 201}]
    if not accepted:
        elan.ensure_nothing_but(answers[0], 200, 201)
    references = {reference_of(answer) for answer in accepted}
    assert len(references) == 1
    for answer in answers:
        if answer not in accepted and answer.status not in {409, 422}:
            shown = f"status {answer.status}"
            answer.note(Deviation("ELAN-SUBMIT-011", f"{shown} for a duplicate", "409 or 422", shown))


@requirement("ELAN-SUBMIT-012")
def test_paalydende_beloep_is_ignored(elan):
    begjaering = elan.simple()
    begjaering["begjaeringensTvangsgrunnlag"][0]["saerligTvangsgrunnlag"]["paalydendeBeloep"] = {"beloep": 1.0}

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-013")
def test_the_same_reference_on_another_date_is_no_duplicate(elan):
    begjaering = elan.ready(elan.simple())
    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)
    day_before = elan.today - datetime.timedelta(days=1)
    other = elan.with_new_files(begjaering | {"begjaeringsdato": day_before.isoformat()})

    answer = elan.submit(other)

    elan.ensure_nothing_but(answer, 200, 201)


@requirement("ELAN-SUBMIT-014")
def test_the_same_reference_from_another_sender_is_no_duplicate(elan):
    begjaering = elan.ready(elan.simple())
    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)
    token = elan.customers_token
    others = elan.ready(
        elan.simple(elan.customer) | {"innsenderReferanse": begjaering["innsenderReferanse"]}, token=token
    )

    elan.ensure_nothing_but(elan.submit(others, token=token), 200, 201)


@requirement("ELAN-SUBMIT-015")
def test_a_payment_reference_may_end_in_a_hyphen(elan):
    hyphened = next(kid for kid in (kid_mod11(str(n)) for n in range(1_000_000, 1_000_100)) if kid.endswith("-"))
    begjaering = elan.simple()
    begjaering["betalingsinformasjon"]["kidnummer"] = hyphened

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-016")
@pytest.mark.parametrize("amount", [0, "0.01", "1234567.89", 5])
def test_an_amount_of_up_to_two_decimals_is_accepted(elan, amount):
    begjaering = elan.simple()
    begjaering["kravTilInnkreving"] = [builders.hovedkrav("H1", amount)]

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-017")
@pytest.mark.parametrize("rate", [None, Decimal("9.5"), Decimal(0)], ids=["statutory", "agreed", "agreed to be none"])
def test_interest_claims_are_accepted(elan, rate):
    begjaering = elan.simple()
    begjaering["kravTilInnkreving"].append(
        builders.rentekrav("R1", "H1", "2025-02-14", "2025-08-01", Decimal(10_000), rate)
    )
    begjaering["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"].append("R1")

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-018")
def test_priorities_may_be_left_out(elan):
    begjaering = elan.complex()
    for krav in begjaering["kravTilInnkreving"]:
        del krav["prioritetISak"]
    del begjaering["kravTilInnkreving"][0]["rentebaerendeKrav"]["prioritetISakFremtidigRentekrav"]
    begjaering["kreverRettsgebyrErstattet"] = {"kreverRettsgebyrErstattet": True}

    valid(elan, begjaering)


@requirement("ELAN-SUBMIT-019")
@pytest.mark.parametrize("reason", ["AndrePunktum", "TredjePunktum"])
def test_exemption_from_the_court_fee_is_accepted(elan, reason):
    fee = {"kreverFritattRettsgebyr": True, "aarsakTilFritak": f"rettsgebyrloven§14FørsteLedd{reason}"}

    valid(elan, elan.simple() | {"kreverFritattRettsgebyr": fee})


@requirement("ELAN-SUBMIT-020")
@pytest.mark.long
def test_each_namsmannsdistrikt_is_accepted(elan):
    begjaering = elan.ready_to_validate(elan.simple())
    schema = elan.bench.contract.document.content["components"]["schemas"]["Namsmannsdistrikt"]

    for name in schema["enum"]:
        chosen = deepcopy(begjaering) | {"valgtNamsmannsdistrikt": {"namsmannsdistrikt": name}}
        elan.ensure_nothing_but(elan.validate(chosen), 200, 204)


@requirement("ELAN-ATTACH-012")
def test_one_attachment_may_be_cited_several_times(elan):
    begjaering = elan.ready(elan.complex())
    identifiers = {reference["uuid"] for reference in builders.attachments(begjaering)}
    assert len(identifiers) == 1

    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)
