"""What an answer lists within its period. Dates are compared as text, which YYYY-MM-DD allows."""

import datetime
from collections.abc import Iterator
from urllib.parse import parse_qsl

from harness.exchange import Request
from scenarios.kravogbetalinger.relations import Body, Verdicts, told

Period = tuple[str, str]
"""First and last day, both included."""


def period_asked_for(request: Request) -> Period | None:
    """Both ends of the period in a call; None if it gave none, gave one twice, or gave no dates."""
    query = parse_qsl(request.parts.query)
    ends = [[value for name, value in query if name == end] for end in ("fraOgMed", "tilOgMed")]
    if any(len(values) != 1 for values in ends):
        return None
    first, last = (values[0] for values in ends)
    return (first, last) if _is_date(first) and _is_date(last) else None


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def dates_of(claim: Body) -> Iterator[str]:
    """The day a claim was recorded and its due dates."""
    if "opprettelsesdatoForKrav" in claim:
        yield claim["opprettelsesdatoForKrav"]
    yield from (due["forfallsdato"] for due in claim["kravforfall"])


def lies_in(day: str, period: Period) -> bool:
    return period[0] <= day <= period[1]


def period_is_the_one_asked_for(body: Body, period: Period) -> Verdicts:
    found = body["periode"]
    for name, asked in zip(("fraOgMed", "tilOgMed"), period, strict=True):
        yield told(found.get(name) == asked, f"periode.{name}", asked, str(found.get(name)))


def payments_lie_in_the_period(body: Body, period: Period) -> Verdicts:
    for operation, name in (("innbetaling", "innbetalingsdato"), ("utbetaling", "utbetaltdato")):
        for payment in body.get(operation, []):
            if name in payment:
                expected = f"a day from {period[0]} to {period[1]}"
                yield told(lies_in(payment[name], period), f"{name} outside the period", expected, payment[name])


def claims_touch_the_period(body: Body, period: Period) -> Verdicts:
    """It is unknown which date determines a claim's period, so one of them must lie in it.

    The day it was recorded is optional: a claim without it is judged only if one of its due dates lies in the period.
    """
    for claim in body.get("krav", []):
        days = [*dates_of(claim)]
        held = any(lies_in(day, period) for day in days)
        if not held and "opprettelsesdatoForKrav" not in claim:
            continue
        expected = f"recorded or due from {period[0]} to {period[1]}"
        yield told(held, "claim outside the period", expected, ", ".join(days[:5]))


def claims_outside_are_absent(body: Body, period: Period, open_claims: list[Body]) -> Verdicts:
    """No open claim is listed whose dates all lie outside the period."""
    listed = {(claim["kravidentifikator"], claim["partIdentifikator"]) for claim in body.get("krav", [])}
    for claim in open_claims:
        days = [*dates_of(claim)]
        if "opprettelsesdatoForKrav" in claim and not any(lies_in(day, period) for day in days):
            absent = (claim["kravidentifikator"], claim["partIdentifikator"]) not in listed
            expected = f"no claim recorded and due outside {period[0]} to {period[1]}"
            yield told(absent, "open claim of another period", expected, ", ".join(days[:5]))
