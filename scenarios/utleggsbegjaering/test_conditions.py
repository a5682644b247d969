"""Every condition, provoked one by one: in validation, submission and change."""

import pytest

from harness.contract.deviation import Deviation
from harness.suite.markers import not_testable, requirement
from scenarios.utleggsbegjaering.builders import partsidentifikator
from scenarios.utleggsbegjaering.mutations import MUTATIONS, by_kode, spread

NEEDS_FILES = "VEDLEGG_SKAL_"
FOR_ITS_FORM = frozenset({"MANGLER_KRAV", "VEDLEGG_SKAL_HA_UUID"})
"""What a service may refuse for its form (400) before it checks conditions."""


@requirement("ELAN-HTTP-010", "ELAN-VALIDATE-002", "ELAN-ERROR-002", "ELAN-ERROR-006", "ELAN-ERROR-016")
def test_a_broken_condition_is_found(elan, mutation):
    """Validation and submission list the condition that is broken, and both list the same ones."""
    if mutation.kode.startswith(NEEDS_FILES) and not elan.bench.api.reconstructed:
        not_testable("no file can be uploaded: the upload is reconstructed, and the target does not open it")
    begjaering = elan.with_files(mutation(elan.complex(), elan.parties))

    validated = elan.validate(begjaering)
    submitted = elan.submit(begjaering)

    if mutation.kode in FOR_ITS_FORM and validated.status == 400:
        submitted.expect_status(400)
        return
    for answer in (validated, submitted):
        elan.expect_conditions(answer, mutation.kode, mutation.may_also)
    if validated.conditions != submitted.conditions:
        differ = ", ".join(sorted(validated.conditions ^ submitted.conditions))
        submitted.note(Deviation("ELAN-VALIDATE-002", "conditions differ", "the same conditions from both", differ))


ONE_OF_EACH_GROUP = [
    "leave_out_the_sender",
    "repeat_the_debtor",
    "make_the_debtor_a_person_under_the_old_rules",
    "leave_out_the_licence_holder_of_the_agency",
    "spoil_the_payment_reference",
    "add_a_claim_under_no_basis",
    "give_an_amount_three_decimals",
    "relate_a_cost_to_itself",
    "leave_out_the_priority_of_one_claim",
    "leave_out_the_statement_of_claim",
    "mistype_the_notice",
    "cite_a_file_that_is_not_there",
]


@requirement("ELAN-SUBMIT-008")
@pytest.mark.parametrize("name", ONE_OF_EACH_GROUP)
def test_a_refused_begjaering_stores_nothing(elan, name):
    """Once corrected, a begjæring that was refused is accepted, not as a duplicate of itself."""
    mutation = next(each for each in MUTATIONS if each.name == name)
    fixed = elan.ready(elan.complex())
    elan.submit(elan.with_files(mutation(fixed, elan.parties))).expect_status(400, 422)

    answer = elan.submit(elan.with_files(fixed))

    elan.ensure_nothing_but(answer, 200, 201)


@requirement("ELAN-COND-001", "ELAN-HTTP-014")
def test_a_begjaering_sent_twice_is_a_duplicate(elan):
    begjaering = elan.ready(elan.complex())
    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)

    again = elan.submit(begjaering)

    elan.bench.notes.observe(
        "ELAN-HTTP-014", f"{again.status} with {', '.join(sorted(again.conditions)) or 'no condition'}"
    )
    again.expect_status(409, 422)
    if again.status == 422:
        elan.expect_conditions(again, "DUPLIKAT_INNSENDING")


@requirement("ELAN-COND-002")
def test_a_sender_in_no_register_cannot_be_identified(elan):
    """The token is for the same number, otherwise it would be a mismatch."""
    nobody = elan.bench.api.unknown_organisation or elan.parties["ukjent_virksomhet"]
    consumer = {"authority": "iso6523-actorid-upis", "ID": f"0192:{nobody}"}
    token = elan.bench.minted(elan.token, consumer=consumer)
    begjaering = elan.with_files(elan.complex(nobody), token=token)

    answer = elan.validate(begjaering, token=token)

    elan.expect_conditions(answer, "INNSENDER_IKKE_IDENTIFISERBAR")


@requirement("ELAN-COND-073")
def test_whether_a_plain_utlegg_must_name_the_conciliation_board(elan):
    """A combined begjæring must under both readings; this one differs from it only in its type."""
    kode = "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET"
    begjaering = elan.with_files(by_kode()[kode][0](elan.complex(), elan.parties))

    answer = elan.validate(begjaering | {"tvangsfullbyrdelsestype": "utlegg"})

    if kode in answer.conditions:
        reading = "every begjæring"
    elif answer.status == 204 or answer.conditions:
        reading = "combined ones only"
    else:
        reading = "cannot be determined"
    shown = " ".join([str(answer.status), *sorted(answer.conditions)])
    elan.bench.notes.observe("ELAN-COND-073", f"{reading} (a plain utlegg: {shown})")


OF_DIFFERENT_GROUPS = (
    "spoil_the_payment_reference",
    "spoil_the_account_number",
    "give_an_amount_three_decimals",
    "leave_out_the_notice_of_section_4_19",
    "mistype_the_assignment",
    "leave_out_the_due_date_of_a_cost",
)


def broken_in_many_ways(elan):
    """A begjæring that breaks conditions of different groups together, and their codes."""
    chosen = [mutation for mutation in MUTATIONS if mutation.name in OF_DIFFERENT_GROUPS]
    begjaering = elan.with_files(spread(elan.complex(), *chosen, parties=elan.parties))
    return begjaering, {mutation.kode for mutation in chosen}


@requirement("ELAN-HTTP-010")
def test_a_begjaering_that_breaks_conditions_is_refused_with_422(elan):
    """Those of them that the service knows."""
    begjaering, _ = broken_in_many_ways(elan)

    elan.submit(begjaering).expect_status(422)


@requirement("ELAN-VALIDATE-002")
def test_validation_and_submission_find_the_same(elan):
    begjaering, _ = broken_in_many_ways(elan)

    validated, submitted = elan.validate(begjaering), elan.submit(begjaering)

    assert validated.conditions == submitted.conditions


@requirement("ELAN-ERROR-004")
def test_every_broken_condition_is_listed(elan):
    begjaering, expected = broken_in_many_ways(elan)

    answer = elan.validate(begjaering).expect_status(422)

    assert expected <= answer.conditions
    if elan.bench.api.closed_world:
        assert expected == elan.known(answer.conditions)


@requirement("ELAN-ERROR-014")
def test_the_order_of_members_does_not_matter(elan):
    broken = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.complex(), elan.parties))
    turned = turned_around(broken)

    first, second = elan.validate(broken), elan.validate(turned)

    assert (first.status, first.conditions) == (second.status, second.conditions)


def turned_around(node):
    """The same JSON value with the members of every object reversed."""
    if isinstance(node, dict):
        return {name: turned_around(child) for name, child in reversed(node.items())}
    return [turned_around(child) for child in node] if isinstance(node, list) else node


@requirement("ELAN-CHANGE-004", "ELAN-VALIDATE-005", "ELAN-VALIDATE-004")
def test_a_forbidden_change_is_refused(elan, change_mutation):
    """A change that alters frozen members is refused, by its validation too, and the case stays as it was."""
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    changed = elan.with_files(change_mutation(begjaering, elan.parties))

    validated = elan.validate_change(reference, changed)
    refused = elan.change(reference, changed)

    elan.ensure_changeable(validated, refused)
    for answer in (validated, refused):
        elan.expect_conditions(answer, change_mutation.kode, change_mutation.may_also)
    if validated.conditions != refused.conditions:
        differ = ", ".join(sorted(validated.conditions ^ refused.conditions))
        refused.note(Deviation("ELAN-VALIDATE-005", "conditions differ", "the same conditions from both", differ))
    after = elan.change(reference, begjaering)
    if after.status not in {200, 201, 204}:
        shown = f"status {after.status}"
        after.note(Deviation("ELAN-CHANGE-004", "case altered by a refused change", "the case as it was", shown))


ON_A_CHANGE = [
    "spoil_the_account_number",
    "add_a_claim_under_no_basis",
    "leave_out_the_due_date_of_a_cost",
    "give_an_amount_three_decimals",
    "relate_interest_to_two_claims",
    "begin_an_interest_period_after_its_end",
    "leave_out_the_priority_of_one_claim",
    "leave_out_the_notice_of_section_4_18",
    "mistype_the_payment_demand",
    "cite_a_file_of_another_begjaering",
    "cite_a_file_that_is_not_there",
    "repeat_the_debtor",
    "leave_out_the_sender",
]


@requirement("ELAN-VALIDATE-005", "ELAN-CHANGE-004")
@pytest.mark.parametrize("name", ON_A_CHANGE)
def test_a_change_meets_the_conditions_of_a_begjaering(elan, name):
    """A change is a whole begjæring: it breaks the same conditions."""
    mutation = next(each for each in MUTATIONS if each.name == name)
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    changed = elan.with_files(mutation(begjaering, elan.parties))

    validated = elan.validate_change(reference, changed)
    refused = elan.change(reference, changed)

    elan.ensure_changeable(validated, refused)
    frozen = {"ULOVLIG_ENDRING_INNSENDER"} if mutation.kode.startswith("INNSENDER") else set()
    for answer in (validated, refused):
        elan.expect_conditions(answer, mutation.kode, mutation.may_also | frozen)
    if validated.conditions != refused.conditions:
        differ = ", ".join(sorted(validated.conditions ^ refused.conditions))
        refused.note(Deviation("ELAN-VALIDATE-005", "conditions differ", "the same conditions from both", differ))


@requirement("ELAN-CHANGE-005")
def test_a_change_by_another_sender(elan):
    """The sender's organisation and the token change together: the sender is frozen, or the case is not theirs."""
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    other = elan.customer
    changed = elan.with_files(begjaering, token=elan.customers_token)
    changed["innsender"]["innsender"]["virksomhet"]["identifikator"] = partsidentifikator(other)

    answer = elan.change(reference, changed, token=elan.customers_token)

    answer.expect_closed()


@requirement("ELAN-COND-066")
def test_an_unprocessed_case_cannot_be_changed(elan):
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    elan.set_unprocessed(reference)

    for answer in (elan.change(reference, begjaering), elan.validate_change(reference, begjaering)):
        elan.expect_conditions(answer, "UAVKLART_STATUS")
    elan.set_processed(reference)
    elan.change(reference, begjaering).expect_status(200, 201, 204)


GONE_TOO_FAR = ("sakNektetFremmet", "sakForelagt", "sakBesluttet", "sakAvsluttet", "sakHevet")


@requirement("ELAN-COND-067")
@pytest.mark.parametrize("saksstatus", GONE_TOO_FAR)
def test_a_case_that_has_gone_too_far_cannot_be_changed(elan, saksstatus):
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})

    for answer in (elan.change(reference, begjaering), elan.validate_change(reference, begjaering)):
        elan.expect_conditions(answer, "UGYLDIG_STATUS")


@requirement("ELAN-CHANGE-008")
@pytest.mark.parametrize(
    ("saksstatus", "kode"),
    [
        (None, "UAVKLART_STATUS"),
        ("sakBesluttet", "UGYLDIG_STATUS"),
        ("sakAvsluttet", "UGYLDIG_STATUS"),
    ],
    ids=["unprocessed", "decided", "closed"],
)
def test_of_a_case_that_cannot_be_changed_nothing_else_is_said(elan, saksstatus, kode):
    begjaering = elan.ready(elan.complex())
    reference = elan.accept(begjaering)
    if saksstatus is None:
        elan.set_unprocessed(reference)
    else:
        elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})
    spoiled = by_kode()["UGYLDIG_KID"][0](begjaering, elan.parties)
    spoiled["underskrift"] = "En Annen"

    answer = elan.change(reference, spoiled).expect_status(422)

    assert {kode} == elan.known(answer.conditions)


DISCARDED = ("slettet", "kassert", "inneholderVirus")


@requirement("ELAN-COND-064")
@pytest.mark.parametrize("tilstand", DISCARDED)
def test_a_file_that_is_gone_is_not_available(elan, tilstand):
    begjaering = elan.ready(elan.complex())
    elan.bench.control("PUT", f"/vedlegg/{begjaering['vedlegg'][0]['uuid']}", {"tilstand": tilstand})

    elan.expect_conditions(elan.validate(begjaering), "VEDLEGG_SKAL_VAERE_TILGJENGELIG")


@requirement("ELAN-COND-063")
@pytest.mark.parametrize("tilstand", ["valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"])
def test_a_file_that_failed_must_be_sent_again(elan, tilstand):
    begjaering = elan.ready(elan.complex())
    elan.bench.control("PUT", f"/vedlegg/{begjaering['vedlegg'][0]['uuid']}", {"tilstand": tilstand})

    elan.expect_conditions(elan.validate(begjaering), "VEDLEGG_SKAL_IKKE_HA_FEILET")


@requirement("ELAN-COND-065")
@pytest.mark.parametrize("tilstand", ["mottatt", "virussjekket", "validert"])
def test_a_file_that_is_not_done_cannot_be_cited(elan, tilstand):
    begjaering = elan.ready(elan.complex())
    elan.bench.control("PUT", f"/vedlegg/{begjaering['vedlegg'][0]['uuid']}", {"tilstand": tilstand})

    elan.expect_conditions(elan.validate(begjaering), "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT")
