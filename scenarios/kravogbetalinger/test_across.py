"""What two operations say of the same thing."""

from collections import defaultdict

from harness.suite.markers import not_run, requirement, several_answers
from scenarios.kravogbetalinger.ledger import calendar_year, judge_pairs, year_of
from scenarios.kravogbetalinger.relations import across
from scenarios.kravogbetalinger.relations.claims import COUNTERCLAIMS, PAYMENTS_IN, PAYMENTS_OUT, claims_of, dues_of
from scenarios.kravogbetalinger.relations.payments import payments_in
from scenarios.kravogbetalinger.relations.periods import dates_of

pytestmark = several_answers

COVERED, DUE = "kravforfallIdentifikator", "kravforfallsIdentifikator"
"""How a part of a payment, and a due date or a counter-claim, spell the id of a due date."""

LOOK_BACK = 3
"""How many years before a payment out its credit claim is looked for."""


@requirement("KOB-MODEL-009")
def test_an_open_claim_is_the_same_in_krav(ledger):
    open_claims = ledger.open_claims()

    judge_pairs(
        (answer, across.claims_in_both_are_the_same(open_claims, answer.json().get("krav", [])))
        for answer in ledger.of("krav")
    )


@requirement("KOB-ACROSS-001")
def test_a_claim_with_something_left_is_open(ledger):
    open_claims = ledger.open().json().get("aapentKravMedGjenstaaendeBeloep", [])

    judge_pairs(
        (answer, across.claims_with_something_left_are_open(answer.json().get("krav", []), open_claims))
        for answer in ledger.of("krav")
    )


@requirement("KOB-ACROSS-003")
def test_a_placed_payment_names_the_claim(ledger):
    """The payment is looked for in innbetalinger of the year that it came."""
    placed = placements(ledger, PAYMENTS_IN, "innbetalingsdato")

    judge_pairs(
        (answer, across.placed_payment_names_the_claim(due, item, in_year(ledger, "innbetalinger", day)))
        for answer, due, item, day in placed
    )


@requirement("KOB-ACROSS-009")
def test_a_covered_due_date_is_the_one_that_claims_show(ledger):
    dues = by_id(ledger)

    judge_pairs(
        (answer, across.covered_due_date_is_the_same(entry, [due for due, _ in dues[entry[COVERED]]]))
        for answer in ledger.everything()
        for payment in payments_in(answer.json())
        for entry in payment.get("plassertKrav", [])
    )


@requirement("KOB-ACROSS-010")
def test_a_counter_claim_is_the_one_that_claims_show(ledger):
    dues = by_id(ledger)

    judge_pairs(
        (answer, across.counter_claim_is_the_same(placed, dues[placed[DUE]]))
        for answer in ledger.everything()
        for due in dues_of(answer.json())
        for placed in due.get(COUNTERCLAIMS, [])
    )


@requirement("KOB-ACROSS-004")
def test_every_open_claim_is_in_krav(ledger):
    """It is looked for in the years of its dates, for which of them places it is unknown.

    One that does not tell the day when it was recorded, which is optional, may be in any year.
    """

    def of_its_years(claim):
        years = sorted({year_of(day) for day in dates_of(claim)})
        return [other for year in years for other in ledger.items("krav", calendar_year(year))]

    answer = ledger.open()
    dated = [claim for claim in ledger.open_claims() if "opprettelsesdatoForKrav" in claim]
    judge_pairs((answer, across.open_claim_is_listed(claim, of_its_years(claim))) for claim in dated)


@requirement("KOB-ACROSS-005")
def test_a_payment_out_has_its_credit_claim(ledger):
    def claims_before(payment):
        year = year_of(payment["utbetaltdato"])
        return [claim for back in range(LOOK_BACK + 1) for claim in ledger.items("krav", calendar_year(year - back))]

    judge_pairs(
        (answer, across.credit_is_a_claim(credit, claims_before(payment)))
        for answer in ledger.of("utbetalinger")
        for payment in answer.json().get("utbetaling", [])
        for credit in payment["grunnlagForUtbetaling"].get("kreditKrav", [])
    )


@requirement("KOB-ACROSS-006")
def test_an_unplaced_payment_is_listed(ledger):
    answer = ledger.open()
    payments = [p for p in answer.json().get("innbetalingMedUplassertBeloep", []) if "innbetalingsdato" in p]

    judge_pairs(
        (answer, across.payment_is_listed(payment, in_year(ledger, "innbetalinger", payment["innbetalingsdato"])))
        for payment in payments
    )


@requirement("KOB-ACROSS-007")
def test_a_claim_that_was_paid_out_is_listed(ledger):
    placed = placements(ledger, PAYMENTS_OUT, "utbetaltDato")

    judge_pairs(
        (answer, across.paid_out_claim_is_listed(item, in_year(ledger, "utbetalinger", day)))
        for answer, _, item, day in placed
    )


@requirement("KOB-ACROSS-008")
def test_whether_a_person_s_payment_covers_a_claim_of_the_organisation(kob, ledger):
    covering = {
        placed["kravforfallIdentifikator"]
        for answer in ledger.of("innbetalinger")
        for payment in answer.json().get("innbetaling", [])
        if payment.get("partIdentifikator", ledger.organisation) != ledger.organisation
        for placed in payment.get("plassertKrav", [])
    } or not_run("no payment is recorded under a person")
    own = {
        due["kravforfallsIdentifikator"]
        for _, claim in ledger.claims()
        if claim["partIdentifikator"] == ledger.organisation
        for due in claim["kravforfall"]
    }

    kob.bench.observe("KOB-ACROSS-008", "yes" if covering & own else "none met")


def placements(ledger, kind, day):
    """Each payment placed on a due date, with the answer and the due date that show it, and its day."""
    return [
        (answer, due, item, item[day])
        for answer in ledger.everything()
        for due in dues_of(answer.json())
        for item in due.get(kind, [])
        if day in item
    ]


def by_id(ledger):
    """The due dates that any answer shows, each with its claim, by their id."""
    found = defaultdict(list)
    for answer in ledger.everything():
        for claim in claims_of(answer.json()):
            for due in claim["kravforfall"]:
                found[due[DUE]].append((due, claim))
    return found


def in_year(ledger, operation, day):
    return ledger.items(operation, calendar_year(year_of(day)))
