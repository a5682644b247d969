"""A date is written YYYY-MM-DD and exists in the calendar."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from harness.contract.checks import Breach, Call
from harness.contract.places import Place
from harness.exchange import beginning

FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def applies(call: Call) -> bool:
    return any(_dates(call))


def breaches(call: Call) -> Iterator[Breach]:
    wrong = {place.path: str(place.value) for place in _dates(call) if not _is_date(str(place.value))}
    for path, value in sorted(wrong.items()):
        yield Breach(f"{path}: no date", f"YYYY-MM-DD at {path}", f"{beginning(value, 40)!r}")


def _dates(call: Call) -> Iterator[Place]:
    """The values of date fields, including numbers; null is left to another check."""
    written = (place for place in call.places if place.schema.get("format") == "date")
    return (place for place in written if isinstance(place.value, (str, int, Decimal)))


def _is_date(text: str) -> bool:
    try:
        return FORM.fullmatch(text) is not None and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False
