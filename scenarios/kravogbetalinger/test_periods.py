"""What belongs to a period."""

import datetime

import pytest

from harness.suite.answer import Answer
from harness.suite.markers import not_run, recordable, requirement, several_answers
from scenarios.kravogbetalinger.caller import is_sound, period, shown, sound_body
from scenarios.kravogbetalinger.ledger import YEARS, calendar_year, judge_all, judge_pairs
from scenarios.kravogbetalinger.relations import Body, periods, told
from scenarios.kravogbetalinger.relations.across import agree, key, unmatched
from scenarios.kravogbetalinger.relations.periods import dates_of, lies_in

DAYS = {"innbetalinger": "innbetalingsdato", "utbetalinger": "utbetaltdato"}
"""The field with the date of a payment."""


def asked(answer) -> periods.Period:
    """The period that an answer was requested for."""
    return periods.period_asked_for(answer.exchange.request) or ("", "")


def with_period(answers) -> list[tuple[Answer, periods.Period]]:
    """Each answer that was requested for a complete period, with that period."""
    found = ((answer, periods.period_asked_for(answer.exchange.request)) for answer in answers)
    return [(answer, period) for answer, period in found if period is not None]


def dated_item(ledger, payments) -> tuple[datetime.date, Body]:
    """A payment of these years, with its day."""
    field = DAYS[payments]
    found = [item for answer in ledger.of(payments) for item in ledger.items(payments, asked(answer)) if field in item]
    payment = found[-1] if found else not_run("no payment has a day")
    return datetime.date.fromisoformat(payment[field]), payment


@requirement("KOB-MODEL-004")
@recordable
def test_the_answer_repeats_the_period(ledger, period_operation):
    answers = with_period(ledger.of(period_operation))

    judge_pairs((answer, periods.period_is_the_one_asked_for(answer.content(), period)) for answer, period in answers)


@requirement("KOB-MODEL-008")
@recordable
def test_payments_lie_in_the_period(ledger):
    answers = with_period(ledger.everything())

    judge_pairs((answer, periods.payments_lie_in_the_period(answer.content(), period)) for answer, period in answers)


@requirement("KOB-PERIOD-001")
@recordable
def test_claims_touch_the_period(ledger):
    answers = with_period(ledger.of("krav"))

    judge_pairs((answer, periods.claims_touch_the_period(answer.content(), period)) for answer, period in answers)


@requirement("KOB-ACROSS-002")
@several_answers
@recordable
def test_an_open_claim_of_another_period_is_absent(ledger):
    judge_pairs(
        (answer, periods.claims_outside_are_absent(answer.content(), period, open_claims))
        for answer, period in with_period(ledger.of("krav"))
        if (open_claims := ledger.open_claims(near=answer))
    )


@requirement("KOB-PERIOD-002")
@several_answers
@pytest.mark.parametrize("payments", list(DAYS))
def test_both_ends_belong_to_the_period(ledger, payments):
    """A payment is listed when a period begins on its day, ends on it, or is that day alone."""
    day, payment = dated_item(ledger, payments)
    week = datetime.timedelta(days=7)

    for kind, ends in {"begins": (day, day + week), "ends": (day - week, day), "is": (day, day)}.items():
        asked_for = ends[0].isoformat(), ends[1].isoformat()
        held = any(agree(payment, other) for other in ledger.items(payments, asked_for))
        aspect = f"not listed where the period {kind} on the day"
        ledger.period(payments, asked_for).judge([told(held, aspect, "the payment of that day", "it is not listed")])


@requirement("KOB-PERIOD-003")
@several_answers
def test_a_part_lists_nothing_that_the_whole_does_not(ledger, period_operation):
    """A quarter lists nothing that the year does not."""
    answer = ledger.of(period_operation)[-1]
    year = asked(answer)[0][:4]
    quarters = [(f"{year}-{a}", f"{year}-{b}") for a, b in (("01-01", "03-31"), ("07-01", "09-30"))]

    parts = [item for part in quarters for item in ledger.items(period_operation, part)]
    whole = ledger.items(period_operation, asked(answer))
    beyond = [item for item in parts or not_run("the quarters list nothing") if not any(agree(item, i) for i in whole)]

    answer.judge(
        [told(not beyond, "a part has more than the whole", "everything in the year", f"{len(beyond)} beyond")]
    )


@requirement("KOB-PERIOD-004")
@several_answers
def test_a_period_is_the_union_of_its_halves(ledger, period_operation):
    """A year lists what its two halves list: payments equally often, claims at least once.

    A claim with several due dates may belong to both halves: which date determines its period is unknown.
    """
    answer = ledger.of(period_operation)[-1]
    year = asked(answer)[0][:4]
    halves = [(f"{year}-01-01", f"{year}-06-30"), (f"{year}-07-01", f"{year}-12-31")]

    together = [item for half in halves for item in ledger.items(period_operation, half)]
    whole = ledger.items(period_operation, asked(answer))
    lost, gained = unmatched(whole, together)
    if period_operation == "krav":
        gained = [item for item in gained if not any(agree(item, other) for other in whole)]

    answer.judge(
        [
            told(
                not lost, "the year has more than its halves", "everything in a half", f"{len(lost)} only in the year"
            ),
            told(not gained, "the halves have more than the year", "everything in the year", f"{len(gained)} beyond"),
        ]
    )


@requirement("KOB-PERIOD-005")
def test_which_date_places_a_claim_in_a_period(kob, ledger):
    """Determined from claims whose dates lie in different years."""
    known = {key(claim): claim for claim in [*(claim for _, claim in ledger.claims()), *ledger.open_claims()]}
    members = {year: {key(claim) for claim in ledger.items("krav", calendar_year(year))} for year in ledger.years}
    guesses = {
        "the day it was recorded": lambda claim, year: lies_in(claim["opprettelsesdatoForKrav"], calendar_year(year)),
        "a due date": lambda claim, year: any(
            lies_in(due["forfallsdato"], calendar_year(year)) for due in claim["kravforfall"]
        ),
        "either": lambda claim, year: any(lies_in(day, calendar_year(year)) for day in dates_of(claim)),
    }
    dated = {name: claim for name, claim in known.items() if "opprettelsesdatoForKrav" in claim}

    right = [
        guess
        for guess, holds in guesses.items()
        if all(holds(claim, year) == (name in members[year]) for name, claim in dated.items() for year in members)
    ]
    if len(right) > 1:
        not_run("no claim has its dates in different years")
    kob.bench.notes.observe("KOB-PERIOD-005", right[0] if right else "none of its dates alone")


@requirement("KOB-PERIOD-006")
def test_the_end_of_a_period_without_one(kob, period_operation):
    organisation, query = kob.example(period_operation)
    first = query["fraOgMed"]

    answer = kob.get(period_operation, organisation, query={"fraOgMed": first})

    if answer.status != 200:
        kob.observe("KOB-PERIOD-006", answer)
        return
    last = sound_body(answer)["periode"].get("tilOgMed")
    year_later = f"{int(first[:4]) + 1}{first[4:]}"
    named = {None: "none is given", kob.today.isoformat(): "today", year_later: "a year after its beginning"}
    kob.bench.notes.observe("KOB-PERIOD-006", named.get(last, "another day"))


@requirement("KOB-PERIOD-007")
def test_how_long_a_year_is(kob, period_operation):
    """The day before the same day a year later, that day, and the day after; with and without a leap day."""
    for first in (datetime.date(2023, 3, 1), datetime.date(2022, 3, 1)):
        kind = "leap year" if first.year == 2023 else "ordinary year"
        same_day = first.replace(year=first.year + 1)
        ends = {"less a day": -1, "exactly": 0, "and a day": 1}
        answers = {
            name: kob.get(period_operation, query=period(first, same_day + datetime.timedelta(days=more)))
            for name, more in ends.items()
        }
        said = ", ".join(
            f"{name}: {'allowed' if answer.status in {200, 404} else shown(answer)}" for name, answer in answers.items()
        )
        kob.bench.notes.observe("KOB-PERIOD-007", f"{kind} {said}")


@requirement("KOB-MODEL-004")
def test_the_answer_repeats_any_period(kob, period_operation):
    """Not only calendar years: the last twelve months, too."""
    answers = [kob.plain(period_operation, organisation) for organisation in kob.bench.api.organisations]
    found = [answer for answer in answers if is_sound(answer)] or not_run(f"no data in {YEARS} years")

    judge_all(found, periods.period_is_the_one_asked_for, tuple(kob.last_year().values()))
