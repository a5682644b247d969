"""Which identifiers and periods may be asked about."""

import datetime

import pytest
from stdnum.no import orgnr

from harness.suite.markers import not_run, not_testable, requirement
from scenarios.kravogbetalinger.client import last_year, period

A_DAY = datetime.date(2024, 3, 15)

BAD_IDENTIFIERS = {"too short": "31336700", "too long": "3133670020", "letters": "ABCDEFGHI", "a sign": "-31336700"}


@requirement("KOB-INPUT-001", "KOB-CODE-006")
@pytest.mark.parametrize("identifikator", [pytest.param(value, id=name) for name, value in BAD_IDENTIFIERS.items()])
def test_an_identifier_of_wrong_form_is_refused(kob, operation, identifikator):
    rettighetspakke = kob.rettighetspakke_open_to_any()
    token = kob.token(kob.organisation, rettighetspakke)

    answer = kob.get(operation, identifikator, rettighetspakke, token=token)

    if answer.status == 403 and kob.bench.api.access[rettighetspakke].kind != "token":
        not_run("access is refused before the identifier is looked at")
    answer.expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-002", "KOB-INPUT-009")
def test_an_identifier_with_a_wrong_check_digit_is_refused(kob):
    right = kob.organisation
    wrong = right[:8] + str((int(right[8]) + 1) % 10)
    assert not orgnr.is_valid(wrong)

    rettighetspakke = kob.rettighetspakke_open_to_any()
    answer = kob.get("aapnekrav", wrong, rettighetspakke, token=kob.token(right, rettighetspakke))

    answer.expect_refusal(400, 403, 404)
    kob.bench.observe("KOB-INPUT-009", f"{answer.status} {answer.kode or 'without a kode'}")


BAD_PERIODS = {
    "both missing": {},
    "fraOgMed missing": {"tilOgMed": "2024-03-31"},
    "fraOgMed empty": {"fraOgMed": "", "tilOgMed": "2024-03-31"},
    "fraOgMed in Norwegian form": {"fraOgMed": "01.03.2024", "tilOgMed": "2024-03-31"},
    "fraOgMed with a time": {"fraOgMed": "2024-03-01T00:00:00", "tilOgMed": "2024-03-31"},
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
    """Whether a year has 365 or 366 days, and whether its ends count, is not documented: the excess is a week."""
    too_long = period(A_DAY, A_DAY + datetime.timedelta(days=days))

    kob.get(period_operation, query=too_long).expect_refusal(400, kode="KB-006")


@requirement("KOB-INPUT-006")
def test_a_calendar_year_is_allowed(kob, period_operation):
    year = period(datetime.date(2023, 1, 1), datetime.date(2023, 12, 31))

    kob.get(period_operation, query=year).expect_status(200, 404)


@requirement("KOB-INPUT-007")
def test_a_period_without_an_end(kob, period_operation):
    answer = kob.get(period_operation, query={"fraOgMed": last_year()["fraOgMed"]})

    kob.bench.observe("KOB-INPUT-007", f"{answer.status} {answer.kode or 'without a kode'}")


@requirement("KOB-INPUT-008")
def test_an_unknown_query_parameter_is_ignored(kob, operation):
    """New optional input comes without a new version, so a service passes over what it does not know."""
    query = last_year() if operation != "aapnekrav" else {}
    without = kob.get(operation, query=query)

    with_unknown = kob.get(operation, query={**query, "ukjentParameter": "1"})

    with_unknown.expect_status(without.status)


@requirement("KOB-CODE-009")
def test_an_identifier_of_nobody_is_unknown(kob, operation):
    nobody = kob.bench.api.unknown_organisation or not_testable("the target names no organisation that is nobody's")

    kob.get(operation, nobody).expect_refusal(404, kode="KB-009")
