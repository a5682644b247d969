"""Input that is checked wrongly."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import in_answer, in_service
from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger, Query
from harness.sandbox.kravogbetalinger.views import Period

Parse = Callable[[Query, datetime.date, Knobs], Period]
FIRST, LAST = "fraOgMed", "tilOgMed"


def with_period(service: KravOgBetalinger, parse: Parse) -> KravOgBetalinger:
    return replace(service, period=parse)


def with_dates(service: KravOgBetalinger, change: Callable[[str], str]) -> KravOgBetalinger:
    """Reads dates after changing how they are written."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        changed = {
            name: [change(text) for text in texts] if name in (FIRST, LAST) else texts for name, texts in query.items()
        }
        return service.period(changed, today, knobs)

    return with_period(service, parse)


def _date(query: Query, name: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(query[name][0])
    except (KeyError, IndexError, ValueError):
        return None


def refused(text: str) -> Refused:
    return Refused("KB-006", text)


@in_service(breaks="KOB-INPUT-001")
def any_identifier_looked_up(service: KravOgBetalinger) -> KravOgBetalinger:
    """A malformed identifier is looked up, and not found."""

    def ensure(identifikator: str, knobs: Knobs) -> None:
        """Accepts anything."""

    return replace(service, identifier=ensure)


@in_service(breaks="KOB-INPUT-001")
def any_number_looked_up(service: KravOgBetalinger) -> KravOgBetalinger:
    """A number of any length is looked up, and not found."""

    def ensure(identifikator: str, knobs: Knobs) -> None:
        if not identifikator.isdecimal():
            service.identifier(identifikator, knobs)

    return replace(service, identifier=ensure)


@in_service(breaks="KOB-INPUT-002")
def check_digit_not_checked(service: KravOgBetalinger) -> KravOgBetalinger:
    """An identifier with a wrong check digit is served as if the digit were right."""

    def ensure(identifikator: str, knobs: Knobs) -> None:
        if len(identifikator) != 9 or not identifikator.isdecimal():
            service.identifier(identifikator, knobs)

    def ledger(party: str) -> Any:  # noqa: ANN401 - a ledger or None
        found = (service.ledger(f"{party[:8]}{digit}") for digit in range(10))
        return service.ledger(party) or next((each for each in found if each is not None), None)

    return replace(service, identifier=ensure, ledger=ledger)


@in_service(breaks="KOB-INPUT-003")
def missing_start_ignored(service: KravOgBetalinger) -> KravOgBetalinger:
    """Without fraOgMed, the last year is returned."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        start = (today - datetime.timedelta(days=364)).isoformat()
        return service.period({FIRST: [start], **query}, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-003")
def malformed_date_ignored(service: KravOgBetalinger) -> KravOgBetalinger:
    """For an invalid date, the last year is returned."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        if any(name in query and _date(query, name) is None for name in (FIRST, LAST)):
            return Period(datetime.date(today.year - 1, 1, 1), datetime.date(today.year - 1, 12, 31))
        return service.period(query, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-004")
def reversed_period_turned(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that ends before it begins is read in reverse."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        first, last = _date(query, FIRST), _date(query, LAST)
        if first and last and last < first:
            query = {**query, FIRST: query[LAST], LAST: query[FIRST]}
        return service.period(query, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-004")
def reversed_period_empty(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that ends before it begins is treated as empty: 404."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        first, last = _date(query, FIRST), _date(query, LAST)
        if first and last and last < first:
            raise Refused("KB-007", "Det finnes ingenting å vise.")
        return service.period(query, today, knobs)

    return with_period(service, parse)


def _unlimited(service: KravOgBetalinger, holds: Callable[[Period, datetime.date], bool]) -> KravOgBetalinger:
    """Periods for which this holds may have any length."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        first, last = _date(query, FIRST), _date(query, LAST)
        if first and last and first <= last and holds(Period(first, last), today):
            return Period(first, last)
        return service.period(query, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-005")
def period_of_any_length(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period may be longer than a year."""
    return _unlimited(service, lambda period, today: True)


@in_service(breaks="KOB-INPUT-005")
def period_of_two_years(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period may be up to two years long."""
    return _unlimited(service, lambda period, today: (period.last - period.first).days <= 731)


@in_service(breaks="KOB-INPUT-005")
def period_cut_to_a_year(service: KravOgBetalinger) -> KravOgBetalinger:
    """For a period that is too long, its first year is returned."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        first, last = _date(query, FIRST), _date(query, LAST)
        if first and last and (last - first).days > 366:
            return Period(first, first + datetime.timedelta(days=364))
        return service.period(query, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-019")
def long_period_in_the_past(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that ended before this year may be longer than a year."""
    return _unlimited(service, lambda period, today: period.last.year < today.year)


@in_service(breaks="KOB-INPUT-019")
def long_period_in_the_future(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that begins after today may be longer than a year."""
    return _unlimited(service, lambda period, today: period.first > today)


@in_service(breaks="KOB-INPUT-019")
def long_period_over_a_leap_day(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that includes 29 February may be longer than a year."""

    def over_leap_day(period: Period, today: datetime.date) -> bool:
        years = range(period.first.year, period.last.year + 1)
        leap_days = (datetime.date(year, 2, 29) for year in years if year % 4 == 0 and year % 100)
        return any(period.first <= day <= period.last for day in leap_days)

    return _unlimited(service, over_leap_day)


@in_service(breaks="KOB-INPUT-006")
def whole_year_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period of more than 360 days is refused."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        period = service.period(query, today, knobs)
        if (period.last - period.first).days >= 360:
            raise refused("Perioden er for lang.")
        return period

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-012")
def single_day_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period of one day is refused."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        period = service.period(query, today, knobs)
        if period.first == period.last:
            raise refused("Perioden er tom.")
        return period

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-013")
def leap_day_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """29 February is treated as an invalid date in every year."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        if any(text.endswith("-02-29") for name in (FIRST, LAST) for text in query.get(name, ())):
            raise refused("Datoen finnes ikke.")
        return service.period(query, today, knobs)

    return with_period(service, parse)


@in_service(breaks="KOB-INPUT-013")
def leap_day_in_every_year(service: KravOgBetalinger) -> KravOgBetalinger:
    """29 February in a common year is read as 1 March."""

    def roll(text: str) -> str:
        return f"{text[:4]}-03-01" if text.endswith("-02-29") and _date({FIRST: [text]}, FIRST) is None else text

    return with_dates(service, roll)


@in_service(breaks="KOB-INPUT-014")
def basic_format_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A date may be written without hyphens."""
    return with_dates(service, lambda text: f"{text[:4]}-{text[4:6]}-{text[6:]}" if _is_eight_digits(text) else text)


def _is_eight_digits(text: str) -> bool:
    return len(text) == 8 and text.isdecimal()


@in_service(breaks="KOB-INPUT-014")
def date_with_time_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A time after a date is ignored."""
    return with_dates(service, lambda text: text[:10] if text[10:11] in {"T", " "} else text)


@in_service(breaks="KOB-INPUT-014")
def norwegian_date_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """A date may be written as DD.MM.YYYY."""

    def turn(text: str) -> str:
        pieces = text.split(".")
        return "-".join(reversed(pieces)) if [len(piece) for piece in pieces] == [2, 2, 4] else text

    return with_dates(service, turn)


@in_service(breaks="KOB-INPUT-014")
def short_date_accepted(service: KravOgBetalinger) -> KravOgBetalinger:
    """Month and day may have one digit."""

    def fill(text: str) -> str:
        pieces = text.split("-")
        is_short = len(pieces) == 3 and len(pieces[0]) == 4 and all(piece.isdecimal() for piece in pieces)
        return "-".join(piece.zfill(2) for piece in pieces) if is_short else text

    return with_dates(service, fill)


@in_service(breaks="KOB-ROBUST-002")
def input_not_validated(service: KravOgBetalinger) -> KravOgBetalinger:
    """The last year is returned, whatever the dates are."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        try:
            return service.period(query, today, knobs)
        except Refused:
            return Period(datetime.date(today.year - 1, 1, 1), datetime.date(today.year - 1, 12, 31))

    return with_period(service, parse)


@in_service(breaks="KOB-ROBUST-003")
def last_day_of_a_year_refused(service: KravOgBetalinger) -> KravOgBetalinger:
    """A period that ends on the last day of a year is refused as invalid."""

    def parse(query: Query, today: datetime.date, knobs: Knobs) -> Period:
        period = service.period(query, today, knobs)
        if (period.last.month, period.last.day) == (12, 31):
            raise refused("Perioden slutter på en helligdag.")
        return period

    return with_period(service, parse)


@in_answer(breaks="KOB-INPUT-008", status=200)
def unknown_parameter_refused(answer: Answer, call: Call) -> Answer:
    """An unknown query parameter is refused."""
    names = {pair.partition("=")[0] for pair in call.query.split("&") if pair}
    return _refusal(answer, "Ukjent parameter.") if names - {FIRST, LAST} else answer


@in_answer(breaks="KOB-INPUT-011", operation="aapnekrav", status=200)
def period_refused_by_aapnekrav(answer: Answer, call: Call) -> Answer:
    """aapnekrav with a period is refused."""
    return _refusal(answer, "aapnekrav har ingen periode.") if FIRST in call.query else answer


@in_answer(breaks="KOB-INPUT-017", status=200)
def order_of_parameters_matters(answer: Answer, call: Call) -> Answer:
    """tilOgMed must not come before fraOgMed in the query."""
    return _refusal(answer, "fraOgMed må komme først.") if call.query.startswith(LAST) else answer


def _refusal(answer: Answer, text: str) -> Answer:
    body = {"kode": "KB-006", "melding": text, "korrelasjonsid": answer.header("Korrelasjonsid")}
    return answer.with_status(400).with_header("Content-Type", "application/json").with_json(body)
