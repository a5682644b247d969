"""The sums of aapnekrav."""

from harness.suite.markers import not_run, production, recordable, requirement
from scenarios.kravogbetalinger.ledger import judge_all, judge_pairs
from scenarios.kravogbetalinger.relations import totals
from scenarios.kravogbetalinger.sums import days_of

pytestmark = [production, recordable]


@requirement("KOB-TOTAL-001")
def test_a_group_s_saldo_is_its_sums(ledger):
    judge_all(ledger.of("aapnekrav"), totals.saldo_of_groups)


@requirement("KOB-TOTAL-002")
def test_the_total_saldo_is_its_sums(ledger):
    judge_all(ledger.of("aapnekrav"), totals.saldo_of_total)


@requirement("KOB-TOTAL-003")
def test_the_total_is_the_sum_of_the_groups(ledger):
    judge_all(ledger.of("aapnekrav"), totals.total_is_sum_of_groups)


@requirement("KOB-TOTAL-004")
def test_unplaced_payments_count_once(ledger):
    judge_all(ledger.of("aapnekrav"), totals.unplaced_payments_count_once)


@requirement("KOB-TOTAL-005")
def test_the_groups_are_those_of_the_claims(ledger):
    judge_all(ledger.of("aapnekrav"), totals.groups_are_those_of_the_claims)


@requirement("KOB-TOTAL-006")
def test_a_group_consists_of_its_claims(ledger):
    judge_all(ledger.of("aapnekrav"), totals.groups_consist_of_their_claims)


@requirement("KOB-TOTAL-007")
def test_sums_are_split_by_due_date(ledger):
    judge_pairs(
        (answer, totals.split_by_due_date(answer.content(), days_of(answer)))
        for answer in ledger.of("aapnekrav")
        if answer.exchange.is_dated
    )


@requirement("KOB-TOTAL-008")
def test_sums_follow_one_rule_for_oere(ledger):
    judge_all(ledger.of("aapnekrav"), totals.one_rule_for_oere)


@requirement("KOB-TOTAL-009")
def test_unplaced_payments_add_up(ledger):
    judge_all(ledger.of("aapnekrav"), totals.unplaced_payments_add_up)


@requirement("KOB-TOTAL-012")
def test_the_total_consists_of_all_claims(ledger):
    judge_all(ledger.of("aapnekrav"), totals.total_consists_of_all_claims)


@requirement("KOB-TOTAL-010")
def test_whether_totals_are_sent(kob, ledger):
    body = ledger.of("aapnekrav")[-1].content()

    sent = [name for name in ("totalOversikt", "oversiktPerKravgruppe") if name in body]
    if len(sent) < 2 and "aapentKravMedGjenstaaendeBeloep" not in body:
        not_run("without open claims there is nothing to sum per group")
    kob.bench.notes.observe("KOB-TOTAL-010", " and ".join(sent) or "neither")


@requirement("KOB-TOTAL-011")
def test_whether_today_is_overdue(kob, ledger):
    answer = ledger.of("aapnekrav")[-1]

    day = totals.today_is(answer.content(), days_of(answer)) or not_run("nothing is due today, or no sum shows it")
    kob.bench.notes.observe("KOB-TOTAL-011", day)


@requirement("KOB-TOTAL-013")
def test_which_rule_for_oere(kob, ledger):
    rule = totals.rule_in_use(ledger.of("aapnekrav")[-1].content()) or not_run(
        "the claims have no øre, or no rule applies"
    )

    kob.bench.notes.observe("KOB-TOTAL-013", rule)
