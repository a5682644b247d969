"""What two operations say about the same thing."""

from collections import defaultdict

from harness.suite.markers import not_run, recordable, requirement, several_answers
from scenarios.kravogbetalinger.ledger import items_of, judge_pairs, open_claims_of, year_of
from scenarios.kravogbetalinger.relations import across
from scenarios.kravogbetalinger.relations.claims import COUNTERCLAIMS, PAYMENTS_IN, PAYMENTS_OUT, claims_of, dues_of
from scenarios.kravogbetalinger.relations.payments import payments_in
from scenarios.kravogbetalinger.relations.periods import dates_of

pytestmark = [several_answers, recordable]

COVERED, DUE = "kravforfallIdentifikator", "kravforfallsIdentifikator"
"""The field names for the id of a due date, in a part of a payment and in a due date or counter-claim."""

LOOK_BACK = 3
"""The number of years before a payment out in which its credit claim is searched for."""


@requirement("KOB-MODEL-009")
def test_an_open_claim_is_the_same_in_krav(ledger):
    judge_pairs(
        (answer, across.claims_in_both_are_the_same(open_claims, items_of("krav", answer)))
        for answer in ledger.of("krav")
        if (open_claims := ledger.open_claims(near=answer))
    )


@requirement("KOB-ACROSS-001")
def test_a_claim_with_something_left_is_open(ledger):
    judge_pairs(
        (answer, across.claims_with_something_left_are_open(items_of("krav", answer), open_claims))
        for answer in ledger.of("krav")
        if (open_claims := ledger.open_claims(near=answer)) is not None
    )


@requirement("KOB-ACROSS-003")
def test_a_placed_payment_names_the_claim(ledger):
    """The payment is searched for in innbetalinger for the year in which it arrived."""
    placed = placements(ledger, PAYMENTS_IN, "innbetalingsdato")

    judge_pairs(
        (answer, across.placed_payment_names_the_claim(due, item, listed))
        for answer, due, item, day in placed
        if (listed := ledger.on("innbetalinger", [day], near=answer)) is not None
    )


@requirement("KOB-ACROSS-009")
def test_a_covered_due_date_is_the_one_that_claims_show(ledger):
    judge_pairs(
        (answer, across.covered_due_date_is_the_same(entry, [due for due, _ in dues[entry[COVERED]]]))
        for answer, dues in with_dues(ledger)
        for payment in payments_in(answer.content())
        for entry in payment.get("plassertKrav", [])
    )


@requirement("KOB-ACROSS-010")
def test_a_counter_claim_is_the_one_that_claims_show(ledger):
    judge_pairs(
        (answer, across.counter_claim_is_the_same(placed, dues[placed[DUE]]))
        for answer, dues in with_dues(ledger)
        for due in dues_of(answer.content())
        for placed in due.get(COUNTERCLAIMS, [])
    )


@requirement("KOB-ACROSS-004")
def test_every_open_claim_is_in_krav(ledger):
    """It is searched for in the years of its dates, because it is unknown which of them counts.

    One without the day it was recorded, which is optional, may be in any year.
    """
    judge_pairs(
        (answer, across.open_claim_is_listed(claim, listed))
        for answer in ledger.of("aapnekrav")
        for claim in open_claims_of(answer)
        if "opprettelsesdatoForKrav" in claim
        if (listed := ledger.on("krav", dates_of(claim), near=answer)) is not None
    )


@requirement("KOB-ACROSS-005")
def test_a_payment_out_has_its_credit_claim(ledger):
    def claims_before(answer, payment):
        year = year_of(payment["utbetaltdato"])
        return ledger.during("krav", (f"{year - LOOK_BACK}-01-01", f"{year}-12-31"), near=answer)

    judge_pairs(
        (answer, across.credit_is_a_claim(credit, listed))
        for answer in ledger.of("utbetalinger")
        for payment in items_of("utbetalinger", answer)
        for credit in payment["grunnlagForUtbetaling"].get("kreditKrav", [])
        if (listed := claims_before(answer, payment)) is not None
    )


@requirement("KOB-ACROSS-006")
def test_an_unplaced_payment_is_listed(ledger):
    judge_pairs(
        (answer, across.payment_is_listed(payment, listed))
        for answer in ledger.of("aapnekrav")
        for payment in answer.content().get("innbetalingMedUplassertBeloep", [])
        if "innbetalingsdato" in payment
        if (listed := ledger.on("innbetalinger", [payment["innbetalingsdato"]], near=answer)) is not None
    )


@requirement("KOB-ACROSS-007")
def test_a_claim_that_was_paid_out_is_listed(ledger):
    placed = placements(ledger, PAYMENTS_OUT, "utbetaltDato")

    judge_pairs(
        (answer, across.paid_out_claim_is_listed(item, listed))
        for answer, _, item, day in placed
        if (listed := ledger.on("utbetalinger", [day], near=answer)) is not None
    )


@requirement("KOB-ACROSS-008")
def test_whether_a_person_s_payment_covers_a_claim_of_the_organisation(kob, ledger):
    covering = {
        placed["kravforfallIdentifikator"]
        for answer in ledger.of("innbetalinger")
        for payment in items_of("innbetalinger", answer)
        if payment.get("partIdentifikator", ledger.organisation) != ledger.organisation
        for placed in payment.get("plassertKrav", [])
    } or not_run("no payment is recorded under a person")
    own = {
        due["kravforfallsIdentifikator"]
        for _, claim in ledger.claims()
        if claim["partIdentifikator"] == ledger.organisation
        for due in claim["kravforfall"]
    }

    kob.bench.notes.observe("KOB-ACROSS-008", "yes" if covering & own else "none met")


def placements(ledger, kind, day):
    """Each payment placed on a due date, with the answer and the due date that show it, and its day."""
    return [
        (answer, due, item, item[day])
        for answer in ledger.everything()
        for due in dues_of(answer.content())
        for item in due.get(kind, [])
        if day in item
    ]


def with_dues(ledger):
    """Each answer with the due dates that may be compared with it, each with its claim, by id."""
    known: dict[tuple[int, ...], dict] = {}
    for answer in ledger.everything():
        near = ledger.near(answer)
        look = tuple(id(other.exchange) for other in near)
        known[look] = known.get(look) or by_id(near)
        yield answer, known[look]


def by_id(answers):
    """The due dates that answers show, each with its claim, by id."""
    found = defaultdict(list)
    for answer in answers:
        for claim in claims_of(answer.content()):
            for due in claim["kravforfall"]:
                found[due[DUE]].append((due, claim))
    return found
