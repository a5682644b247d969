"""Valid input: identifiers with correct check digits, periods of at most a year (dossier, sections 3 and 10)."""

import datetime
import re
from collections.abc import Mapping, Sequence

from stdnum.no import fodselsnummer, orgnr

from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.errors import Refused
from harness.sandbox.kravogbetalinger.views import Period

FORM = re.compile(r"([0-9]{9}|[0-9]{11})\Z", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)


def ensure_identifier(identifikator: str, knobs: Knobs) -> None:
    """Raises Refused if it cannot be an organisation number, birth number or D-number."""
    if not FORM.match(identifikator):
        raise Refused("KB-006", "Identifikatoren har feil form.")
    if not _has_right_check_digits(identifikator):
        raise Refused(knobs["check-digit"], "Identifikatoren har feil kontrollsiffer.")


def _has_right_check_digits(identifikator: str) -> bool:
    if len(identifikator) == 9:
        return bool(orgnr.is_valid(identifikator))
    # Only the check digits count: a synthetic number has 80 added to its month, so it is not a date.
    first, second = fodselsnummer.calc_check_digit1(identifikator), fodselsnummer.calc_check_digit2(identifikator)
    return bool(identifikator[-2:] == f"{first}{second}")


def parse_period(query: Mapping[str, Sequence[str]], today: datetime.date, knobs: Knobs) -> Period:
    """The requested period; raises Refused. Without an end, it ends today or after a year, whichever is earlier."""
    first = _date(query, "fraOgMed")
    if first is None:
        raise Refused("KB-006", "fraOgMed mangler.")
    last = _date(query, "tilOgMed")
    if last is None and knobs["til-og-med"] == "required":
        raise Refused("KB-006", "tilOgMed mangler.")
    limit = _latest_end(first, knobs)
    period = Period(first, last if last is not None else max(first, min(today, limit)))
    if period.last < period.first:
        raise Refused("KB-006", "Perioden slutter før den begynner.")
    if period.last > limit:
        raise Refused("KB-006", "Perioden er lengre enn ett år.")
    return period


def _date(query: Mapping[str, Sequence[str]], name: str) -> datetime.date | None:
    values = query.get(name, ())
    if not values:
        return None
    if len(values) > 1 or not DATE.match(values[0]):
        raise Refused("KB-006", f"{name} er ikke en gyldig dato.")
    try:
        return datetime.date.fromisoformat(values[0])
    except ValueError as error:
        raise Refused("KB-006", f"{name} er ikke en gyldig dato.") from error


def _latest_end(first: datetime.date, knobs: Knobs) -> datetime.date:
    try:
        if knobs["year"] != "calendar":
            return first + datetime.timedelta(days=int(knobs["year"]) - 1)
        return first.replace(year=first.year + 1, day=28 if (first.month, first.day) == (2, 29) else first.day)
    except (ValueError, OverflowError):
        return datetime.date.max
