"""The sums of every aapnekrav of a run, in JSON or XML, whatever it was requested for.

What can be judged from one answer needs no scenario of its own, and a sum that is only occasionally wrong is found by
the call in which it was wrong.
"""

import datetime
from collections.abc import Callable, Mapping

from harness.suite.answer import Answer
from harness.suite.stand import NORWAY
from scenarios.kravogbetalinger.relations import Verdicts, totals

DOUBT = datetime.timedelta(minutes=10)
"""How far the service's clock may be from ours: around midnight, today may be either of two days."""

SUMS: Mapping[str, Callable[..., Verdicts]] = {
    "KOB-TOTAL-001": totals.saldo_of_groups,
    "KOB-TOTAL-002": totals.saldo_of_total,
    "KOB-TOTAL-003": totals.total_is_sum_of_groups,
    "KOB-TOTAL-004": totals.unplaced_payments_count_once,
    "KOB-TOTAL-005": totals.groups_are_those_of_the_claims,
    "KOB-TOTAL-006": totals.groups_consist_of_their_claims,
    "KOB-TOTAL-008": totals.one_rule_for_oere,
    "KOB-TOTAL-009": totals.unplaced_payments_add_up,
    "KOB-TOTAL-012": totals.total_consists_of_all_claims,
}
"""What a sum is compared with, by requirement; sums split by due date also need the day."""


def sums_of(answer: Answer) -> Mapping[str, Verdicts]:
    """Every relation between the sums of a sound aapnekrav, by requirement."""
    body = answer.known()
    found = {promised: relation(body) for promised, relation in SUMS.items()}
    if answer.exchange.is_dated:
        found["KOB-TOTAL-007"] = totals.split_by_due_date(body, days_of(answer))
    return found


def days_of(answer: Answer) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that may have been today in Norway when the answer was given."""
    moment = answer.exchange.started.astimezone(NORWAY)
    return (moment - DOUBT).date(), (moment + DOUBT).date()
