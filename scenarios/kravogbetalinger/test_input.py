"""Which identifiers and periods may be asked about."""

import datetime

import pytest
from stdnum.no import orgnr

from harness.suite.markers import not_run, not_testable, requirement
from scenarios.kravogbetalinger.caller import period

A_DAY = datetime.date(2024, 3, 15)

BAD_IDENTIFIERS = {
    "too short": "{:.8}",
    "too long": "{}0",
    "letters": "ABCDEFGHI",
    "a sign": "-{:.8}",
    "twelve digits": "{}000",
    "a letter at the end": "{:.8}A",
    "blanks inside": "313 367 002",
    "one digit": "{:.1}",
}
"""Almost the organisation's number: a service that compares only a part of it finds somebody."""


@requirement("KOB-INPUT-001", "KOB-CODE-006")
@pytest.mark.parametrize("identifikator", [pytest.param(value, id=name) for name, value in BAD_IDENTIFIERS.items()])
def test_an_identifier_of_wrong_form_is_refused(kob, operation, identifikator):
    rettighetspakke = kob.rettighetspakke_open_to_any()
    token = kob.token(kob.organisation, rettighetspakke)

    answer = kob.get(operation, identifikator.format(kob.organisation), rettighetspakke, token=token)

    if answer.status == 403 and kob.bench.api.access[rettighetspakke].kind != "token":
        not_run("access is refused before the identifier is checked")
    answer.expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-002", "KOB-INPUT-009")
def test_an_identifier_with_a_wrong_check_digit_is_refused(kob):
    right = kob.organisation
    wrong = right[:8] + str((int(right[8]) + 1) % 10)
    assert not orgnr.is_valid(wrong)

    rettighetspakke = kob.rettighetspakke_open_to_any()
    answer = kob.get("aapnekrav", wrong, rettighetspakke, token=kob.token(right, rettighetspakke))

    answer.expect_refusal(400, 403, 404)
    kob.observe("KOB-INPUT-009", answer)


@requirement("KOB-INPUT-002")
def test_a_birth_number_with_a_wrong_check_digit_opens_no_more_than_the_right_one(kob):
    """Whether persons can be looked up is not documented. If the right number is refused for its form, so is this."""
    right = kob.bench.api.person or not_testable("the target names no person")
    wrong = right[:10] + str((int(right[10]) + 1) % 10)
    rettighetspakke = kob.rettighetspakke_open_to_any()
    token = kob.token(kob.organisation, rettighetspakke)

    of_right, of_wrong = (kob.get("aapnekrav", number, rettighetspakke, token=token) for number in (right, wrong))

    of_wrong.expect_refusal(*((400,) if of_right.status == 400 else (400, 403, 404)))


BAD_PERIODS = {
    "both missing": {},
    "fraOgMed missing": {"tilOgMed": "2024-03-31"},
    "fraOgMed empty": {"fraOgMed": "", "tilOgMed": "2024-03-31"},
    "tilOgMed empty": {"fraOgMed": "2024-03-01", "tilOgMed": ""},
    "fraOgMed a word": {"fraOgMed": "i dag", "tilOgMed": "2024-03-31"},
    "fraOgMed in year 0": {"fraOgMed": "0000-01-01", "tilOgMed": "2024-03-31"},
    "fraOgMed no date": {"fraOgMed": "2024-02-30", "tilOgMed": "2024-03-31"},
    "tilOgMed no date": {"fraOgMed": "2024-03-01", "tilOgMed": "2024-13-01"},
}


@requirement("KOB-INPUT-003", "KOB-CODE-006")
@pytest.mark.parametrize("query", [pytest.param(value, id=name) for name, value in BAD_PERIODS.items()])
def test_a_date_that_is_none_is_refused(kob, period_operation, query):
    kob.get(period_operation, query=query).expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-004", "KOB-CODE-006")
def test_a_period_that_ends_before_it_begins_is_refused(kob, period_operation):
    reversed_period = period(A_DAY, A_DAY - datetime.timedelta(days=1))

    kob.get(period_operation, query=reversed_period).expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-005", "KOB-CODE-006")
@pytest.mark.parametrize("days", [372, 731], ids=["a year and a week", "two years"])
def test_a_period_over_a_year_is_refused(kob, period_operation, days):
    """Whether a year is 365 or 366 days, and whether both ends count, is not documented: the excess is a week."""
    too_long = period(A_DAY, A_DAY + datetime.timedelta(days=days))

    kob.get(period_operation, query=too_long).expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-006")
def test_a_calendar_year_is_allowed(kob, period_operation):
    year = period(datetime.date(2023, 1, 1), datetime.date(2023, 12, 31))

    kob.get(period_operation, query=year).expect_status(200, 404)


@requirement("KOB-INPUT-006")
def test_a_leap_year_is_allowed_where_366_days_are(kob, period_operation):
    """Whether a year is 365 days is not documented; but a leap year is no longer than other periods of 366 days."""
    other = kob.get(period_operation, query=period(datetime.date(2023, 3, 1), datetime.date(2024, 2, 29)))
    if other.status == 400:
        not_run("the service allows no period of 366 days")

    year = period(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))

    kob.get(period_operation, query=year).expect_status(200, 404)


@requirement("KOB-INPUT-007")
def test_a_period_without_an_end(kob, period_operation):
    answer = kob.get(period_operation, query={"fraOgMed": kob.last_year()["fraOgMed"]})

    kob.observe("KOB-INPUT-007", answer)


@requirement("KOB-INPUT-010")
def test_a_birth_number(kob):
    person = kob.bench.api.person or not_testable("the target names no person")
    package = kob.rettighetspakke_open_to_any()

    kob.observe("KOB-INPUT-010", kob.get("aapnekrav", person, package, token=kob.token(kob.organisation, package)))


@requirement("KOB-INPUT-012")
def test_a_period_of_one_day_is_allowed(kob, period_operation):
    kob.get(period_operation, query=period(A_DAY, A_DAY)).expect_status(200, 404)


LEAP_DAYS = {"2024-02-29": True, "2023-02-29": False}


@requirement("KOB-INPUT-013", "KOB-CODE-006")
@pytest.mark.parametrize("parameter", ["fraOgMed", "tilOgMed"])
@pytest.mark.parametrize(("day", "exists"), LEAP_DAYS.items())
def test_the_leap_day_is_a_date_in_a_leap_year(kob, period_operation, parameter, day, exists):
    year = day[:4]
    query = {"fraOgMed": f"{year}-02-01", "tilOgMed": f"{year}-03-31", parameter: day}

    answer = kob.get(period_operation, query=query)

    if exists:
        answer.expect_status(200, 404)
    else:
        answer.expect_refusal(400, kode="KB-006")


OTHER_FORMS = {
    "Norwegian": "01.03.2024",
    "with a time": "2024-03-01T00:00:00",
    "basic": "20240301",
    "a week": "2024-W09-5",
    "a day of the year": "2024-061",
    "one digit": "2024-3-1",
    "slashes": "2024/03/01",
    "two digits of the year": "24-03-01",
    "with a zone": "2024-03-01Z",
    "a month": "2024-03",
    "a number": "1709251200",
    "other digits": "٢٠٢٤-03-01",
}


@requirement("KOB-INPUT-014", "KOB-CODE-006")
@pytest.mark.parametrize("parameter", ["fraOgMed", "tilOgMed"])
@pytest.mark.parametrize("written", [pytest.param(value, id=name) for name, value in OTHER_FORMS.items()])
def test_a_date_in_another_form_is_refused(kob, parameter, written):
    query = {"fraOgMed": "2024-02-20", "tilOgMed": "2024-03-31", parameter: written}

    kob.get("krav", query=query).expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-015")
def test_a_period_in_the_future(kob, period_operation):
    begin = kob.today + datetime.timedelta(days=730)

    kob.observe("KOB-INPUT-015", kob.get(period_operation, query=period(begin, begin + datetime.timedelta(days=30))))


TOO_LONG = {
    "in the past": (datetime.date(2010, 5, 1), 380),
    "over a leap day": (datetime.date(2023, 6, 1), 374),
    "ten years": (datetime.date(2015, 1, 1), 3653),
    "from a leap day": (datetime.date(2024, 2, 29), 375),
}


@requirement("KOB-INPUT-019", "KOB-CODE-006")
@pytest.mark.parametrize("excess", [pytest.param(value, id=name) for name, value in TOO_LONG.items()])
def test_a_period_over_a_year_is_refused_wherever_it_lies(kob, period_operation, excess):
    first, days = excess

    answer = kob.get(period_operation, query=period(first, first + datetime.timedelta(days=days)))

    answer.expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-019", "KOB-CODE-006")
@pytest.mark.parametrize("begins", [-200, 300], ids=["over today", "in the future"])
def test_a_period_over_a_year_is_refused_today_and_later(kob, period_operation, begins):
    first = kob.today + datetime.timedelta(days=begins)

    answer = kob.get(period_operation, query=period(first, first + datetime.timedelta(days=380)))

    answer.expect_refusal(400, kode="KB-006")


@requirement("KOB-CODE-009")
def test_an_identifier_of_nobody_is_unknown(kob, operation):
    nobody = kob.bench.api.unknown_organisation or not_testable(
        "the target names no organisation number that nobody has"
    )

    kob.get(operation, nobody).expect_refusal(404, kode="KB-009")
