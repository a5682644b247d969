"""What can be judged from an answer alone, on every answer of a run, in JSON or XML, whatever it was requested for.

It needs no scenario of its own, and a value that is only occasionally wrong is found by the call in which it was wrong.
"""

import contextlib
from collections.abc import Callable, Mapping

from harness.suite.answer import Answer
from scenarios.kravogbetalinger.relations import Verdicts, claims, payments, periods
from scenarios.kravogbetalinger.sums import sums_of

ALWAYS: Mapping[str, Callable[..., Verdicts]] = {
    "KOB-MODEL-006": claims.open_claim_has_something_left,
    "KOB-MODEL-007": claims.claim_is_sum_of_due_dates,
    "KOB-CLAIM-001": claims.remaining_is_within_original,
    "KOB-CLAIM-002": claims.remaining_is_original_less_placed,
    "KOB-CLAIM-003": claims.interest_needs_something_left,
    "KOB-CLAIM-004": claims.placed_no_earlier_than_paid,
    "KOB-CLAIM-005": claims.period_of_claim_is_a_term,
    "KOB-CLAIM-007": claims.texts_have_one_entry_per_language,
    "KOB-CLAIM-008": claims.items_belong_to_the_party,
    "KOB-CLAIM-009": claims.kid_has_a_valid_digit,
    "KOB-CLAIM-010": claims.iban_belongs_to_its_account,
    "KOB-MASK-004": claims.account_to_pay_to_is_in_clear,
    "KOB-PAYMENT-001": payments.unplaced_is_within_payment,
    "KOB-PAYMENT-002": payments.payment_is_placed_or_unplaced,
    "KOB-PAYMENT-003": payments.placed_part_is_what_the_claim_lost,
    "KOB-PAYMENT-005": payments.payment_out_is_sum_of_its_parts,
    "KOB-PAYMENT-006": payments.credit_covers_its_payment,
    "KOB-PAYMENT-007": payments.credit_is_paid_out_and_remains_a_credit,
    "KOB-PAYMENT-008": payments.payment_out_has_a_basis,
}
"""What holds for every answer, by requirement."""

OF_A_PERIOD: Mapping[str, Callable[..., Verdicts]] = {
    "KOB-MODEL-004": periods.period_is_the_one_asked_for,
    "KOB-MODEL-008": periods.payments_lie_in_the_period,
    "KOB-PERIOD-001": periods.claims_touch_the_period,
}
"""What also holds for an answer to a call with a period."""


def judge_by_itself(answer: Answer, operation: str) -> None:
    """Checks everything that can be judged from a sound answer of an operation alone.

    The scenario of a relation reports a field that is missing or not a number.
    """
    body = answer.known()
    period = periods.period_asked_for(answer.exchange.request)
    verdicts = {promised: relation(body) for promised, relation in ALWAYS.items()}
    if period is not None and operation != "aapnekrav":
        verdicts |= {promised: relation(body, period) for promised, relation in OF_A_PERIOD.items()}
    if operation == "aapnekrav":
        verdicts |= sums_of(answer)
    for promised, found in verdicts.items():
        with contextlib.suppress(KeyError):
            answer.judge_by_itself(found, promised)
