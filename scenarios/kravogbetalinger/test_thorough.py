"""What a default run asks once, for all that the target has: organisations, rights packages, formats, rare periods.

A fault that affects one organisation, one format or one day of the year matters just as much to those whom it affects.
"""

import calendar
import datetime
import time

import pytest

from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.caller import JSON, WITH_PERIOD, XML, is_sound, period
from scenarios.kravogbetalinger.ledger import LISTS, items_of
from scenarios.kravogbetalinger.relations.across import answers_agree
from scenarios.kravogbetalinger.test_doors import neighbour

pytestmark = pytest.mark.suite("thorough")

FORMATS = (JSON, XML)
DATED = {"innbetalinger": "innbetalingsdato", "utbetalinger": "utbetaltdato"}
YEARS = 4


def of_last_sunday(year, month):
    last = datetime.date(year, month, calendar.monthrange(year, month)[1])
    return last - datetime.timedelta(days=(last.weekday() + 1) % 7)


def rare_days(today):
    """Leap days, first and last days of years, and the days on which summer time begins and ends, up to today."""
    for year in range(today.year - YEARS + 1, today.year + 1):
        days = [
            datetime.date(year, 1, 1),
            of_last_sunday(year, 3),
            of_last_sunday(year, 10),
            datetime.date(year, 12, 31),
        ]
        if calendar.isleap(year):
            days.append(datetime.date(year, 2, 29))
        yield from (day for day in days if day <= today)


def queries(kob, operation):
    """The periods in which a value may be wrong: none for aapnekrav; years, and one across the end of a year."""
    if operation not in WITH_PERIOD:
        return [{}]
    years = [kob.today.year - back for back in range(YEARS)]
    found = [period(datetime.date(year, 1, 1), datetime.date(year, 12, 31)) for year in years]
    return [*found, period(datetime.date(years[1], 7, 1), datetime.date(years[0], 6, 30))]


@requirement("KOB-SAME-001", "KOB-TOTAL-002")
def test_every_answer_is_the_same_in_xml(kob, organisation, rettighetspakke, operation):
    """What can be judged from each answer alone is also judged, in both formats."""
    kob.ensure_access_is_known(rettighetspakke)
    compared = 0
    for query in queries(kob, operation):
        json, xml = (
            kob.get(operation, organisation, rettighetspakke, query=query, headers={"Accept": accept})
            for accept in FORMATS
        )
        if is_sound(json) and is_sound(xml):
            compared += xml.judge(answers_agree(json.known(), xml.known()))
    if not compared:
        not_run("the organisation has no data here")


@requirement("KOB-PERIOD-002")
@pytest.mark.parametrize("dated", DATED)
def test_a_rare_day_lists_what_its_year_lists_of_it(kob, organisation, dated):
    """As a period of one day, as the first day of a period, and as the last."""
    seen = 0
    for day in rare_days(kob.today):
        whole = kob.plain(dated, organisation, period(day.replace(month=1, day=1), day.replace(month=12, day=31)))
        wanted = on_the_day(dated, whole, day)
        seen += len(wanted)
        week = datetime.timedelta(days=7)
        for first, last in ((day, day), (day, day + week), (day - week, day)):
            answer = kob.get(dated, organisation, query=period(first, last))
            listed = on_the_day(dated, answer, day)
            assert sorted(map(str, wanted)) == sorted(map(str, listed)), "another list on a rare day"
    if not seen:
        not_run("nothing was paid on such a day")


def on_the_day(operation, answer, day):
    """The ids and amounts of what an answer lists for a day."""
    if answer.status != 404 and not is_sound(answer):
        not_run("the answer does not have the documented form")
    name = next(iter(LISTS[operation]))
    ids = {"innbetaling": "innbetalingsidentifikator", "utbetaling": "utbetalingsidentifikator"}[name]
    found = [item for item in items_of(operation, answer) if item.get(DATED[operation]) == day.isoformat()]
    return [(item.get(ids), item.get("innbetaltBeloep", item.get("utbetaltBeloep"))) for item in found]


def expect_every_format_closed(kob, operation, organisation, package, token, *statuses):
    for accept in FORMATS:
        headers = {"Accept": accept} | ({"Authorization": ""} if token is None else {})
        answer = kob.get(operation, organisation, package, token=token, headers=headers)
        answer.expect_refusal(*statuses)


@requirement("KOB-AUTH-001")
def test_every_door_is_closed_without_a_token(kob, organisation, rettighetspakke, operation):
    expect_every_format_closed(kob, operation, organisation, rettighetspakke, None, 401)


@requirement("KOB-AUTH-008")
def test_every_door_is_closed_to_an_expired_token(kob, organisation, rettighetspakke, operation):
    end = int(time.time()) - 3_600
    expired = kob.bench.minted(kob.token(organisation, rettighetspakke), iat=end - 120, exp=end)

    expect_every_format_closed(kob, operation, organisation, rettighetspakke, expired, 401)


@requirement("KOB-CONSENT-002")
def test_finans_is_closed_everywhere_without_a_consent(kob, organisation, operation):
    finans = kob.rettighetspakke_of_kind("consent")

    expect_every_format_closed(kob, operation, organisation, finans, kob.plain_token(), 403)


@requirement("KOB-CONSENT-003")
def test_finans_is_closed_everywhere_with_the_consent_of_another(kob, organisation, operation):
    finans = kob.rettighetspakke_of_kind("consent")
    other = neighbour(kob, kob.bench.api.access[finans].consents, organisation)

    expect_every_format_closed(kob, operation, organisation, finans, kob.token(other, finans), 403)


@requirement("KOB-SYSTEMUSER-002")
def test_regnskapssystem_is_closed_everywhere_without_a_system_user(kob, organisation, operation):
    package = kob.rettighetspakke_of_kind("system_user")

    expect_every_format_closed(kob, operation, organisation, package, kob.plain_token(), 403)


@requirement("KOB-SYSTEMUSER-003")
def test_regnskapssystem_is_closed_everywhere_with_the_system_user_of_another(kob, organisation, operation):
    package = kob.rettighetspakke_of_kind("system_user")
    other = neighbour(kob, kob.bench.api.access[package].customers, organisation)

    expect_every_format_closed(kob, operation, organisation, package, kob.token(other, package), 403)
