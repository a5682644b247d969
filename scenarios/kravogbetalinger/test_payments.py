"""What a payment in or out says about itself."""

from harness.suite.markers import not_run, production, recordable, requirement
from scenarios.kravogbetalinger.ledger import judge_all
from scenarios.kravogbetalinger.relations import payments

pytestmark = [production, recordable]


@requirement("KOB-PAYMENT-001")
def test_what_is_unplaced_is_within_the_payment(ledger):
    judge_all(ledger.everything(), payments.unplaced_is_within_payment)


@requirement("KOB-PAYMENT-002")
def test_a_payment_is_placed_or_unplaced(ledger):
    judge_all(ledger.everything(), payments.payment_is_placed_or_unplaced)


@requirement("KOB-PAYMENT-003")
def test_a_placed_part_is_what_the_claim_lost(ledger):
    judge_all(ledger.everything(), payments.placed_part_is_what_the_claim_lost)


@requirement("KOB-PAYMENT-004")
def test_whether_payments_are_listed_of_which_nothing_is_unplaced(kob, ledger):
    found = list(payments.unplaced_payment_has_something_left(ledger.of("aapnekrav")[-1].content()))

    met = any(found) if found else not_run("no payment is listed as unplaced")
    kob.bench.notes.observe("KOB-PAYMENT-004", "yes" if met else "no")


@requirement("KOB-PAYMENT-005")
def test_a_payment_out_is_the_sum_of_its_parts(ledger):
    judge_all(ledger.of("utbetalinger"), payments.payment_out_is_sum_of_its_parts)


@requirement("KOB-PAYMENT-006")
def test_a_credit_covers_its_payment(ledger):
    judge_all(ledger.of("utbetalinger"), payments.credit_covers_its_payment)


@requirement("KOB-PAYMENT-008")
def test_a_payment_out_has_a_basis(ledger):
    judge_all(ledger.of("utbetalinger"), payments.payment_out_has_a_basis)


@requirement("KOB-PAYMENT-007")
def test_a_credit_is_paid_out_and_remains_a_credit(ledger):
    judge_all(ledger.of("utbetalinger"), payments.credit_is_paid_out_and_remains_a_credit)
