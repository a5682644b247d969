"""Periods that contain too much or too little, and answers that contradict each other."""

import datetime
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Handler, Json, in_answer, in_body, in_call, in_service
from harness.sandbox.kravogbetalinger.faults.reading import CLAIMS, claims, due_dates, payments, payouts
from harness.sandbox.kravogbetalinger.ledger import Claim, Ledger
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger
from harness.sandbox.kravogbetalinger.views import Period, Views

OTHER = {"313367002": "314055403"}
"""Whose ledger is shown for whom; for everybody else it is the first one's."""


@dataclass(frozen=True)
class OtherDays(Views):
    """Views with another rule for which days belong to a period."""

    day_holds: Callable[[Period, datetime.date], bool] = lambda period, day: True

    def holds(self, period: Period, day: datetime.date) -> bool:
        return self.day_holds(period, day)


@dataclass(frozen=True)
class OtherClaims(Views):
    """Views with another rule for which claims belong to a period."""

    claim_holds: Callable[[Claim, Period], bool] = lambda claim, period: True

    def is_in(self, claim: Claim, period: Period) -> bool:
        return self.claim_holds(claim, period)


def with_days(service: KravOgBetalinger, holds: Callable[[Period, datetime.date], bool]) -> KravOgBetalinger:
    return replace(service, views=lambda ledger, today, knobs: OtherDays(ledger, today, knobs, holds))


def with_claims(service: KravOgBetalinger, holds: Callable[[Claim, Period], bool]) -> KravOgBetalinger:
    return replace(service, views=lambda ledger, today, knobs: OtherClaims(ledger, today, knobs, holds))


@in_service(breaks="KOB-MODEL-003")
def data_of_another_party(service: KravOgBetalinger) -> KravOgBetalinger:
    """Another party's data is returned, under that party's number."""

    def ledger(party: str) -> Ledger | None:
        return service.ledger(OTHER.get(party, "313367002")) if service.ledger(party) else None

    return replace(service, ledger=ledger)


@in_service(breaks="KOB-MODEL-008")
def payments_of_all_time(service: KravOgBetalinger) -> KravOgBetalinger:
    """The period is ignored: every payment and claim is returned."""
    return with_days(service, lambda period, day: True)


@in_service(breaks="KOB-MODEL-008")
def period_ends_a_month_late(service: KravOgBetalinger) -> KravOgBetalinger:
    """Entries of the month after the period are returned as well."""
    return with_days(service, lambda period, day: period.first <= day <= period.last + datetime.timedelta(days=31))


@in_service(breaks="KOB-MODEL-008")
def start_of_period_ignored(service: KravOgBetalinger) -> KravOgBetalinger:
    """Everything up to the end of the period is returned."""
    return with_days(service, lambda period, day: day <= period.last)


@in_service(breaks="KOB-PERIOD-001")
def claims_of_all_time(service: KravOgBetalinger) -> KravOgBetalinger:
    """krav returns every claim, whatever the period is."""
    return with_claims(service, lambda claim, period: True)


@in_service(breaks="KOB-PERIOD-001")
def claims_of_the_year_before(service: KravOgBetalinger) -> KravOgBetalinger:
    """krav also returns claims recorded up to a year before the period."""
    year = datetime.timedelta(days=365)
    return with_claims(service, lambda claim, period: period.first - year <= claim.created <= period.last)


@in_service(breaks="KOB-PERIOD-002")
def last_day_left_out(service: KravOgBetalinger) -> KravOgBetalinger:
    """The last day of a period does not belong to it."""
    return with_days(service, lambda period, day: period.first <= day < period.last)


@in_service(breaks="KOB-PERIOD-002")
def first_day_left_out(service: KravOgBetalinger) -> KravOgBetalinger:
    """The first day of a period does not belong to it."""
    return with_days(service, lambda period, day: period.first < day <= period.last)


@in_service(breaks="KOB-PERIOD-003")
def long_period_leaves_out(service: KravOgBetalinger) -> KravOgBetalinger:
    """For a period of more than nine months, only the last nine are returned."""

    def holds(period: Period, day: datetime.date) -> bool:
        return max(period.first, period.last - datetime.timedelta(days=270)) <= day <= period.last

    return with_days(service, holds)


@in_answer(breaks="KOB-PERIOD-004", operation="innbetalinger", status=200)
def half_a_year_shows_doubles(answer: Answer, call: Call) -> Answer:
    """A period that begins after the first day of a year lists each payment twice."""
    if not answer.is_json or "01-01" in call.query.partition("&")[0]:
        return answer
    body = answer.json()
    return answer.with_json(body | {"innbetaling": body.get("innbetaling", []) * 2})


@in_body(breaks="KOB-MODEL-009", operation="aapnekrav")
def open_claim_renamed(body: Json) -> Json:
    """A claim has another description in aapnekrav than in krav."""
    for claim in claims(body):
        claim["kravbeskrivelse"]["spraakTekst"][0]["tekst"] += " (åpent)"
    return body


@in_body(breaks="KOB-MODEL-009", operation="krav")
def interest_in_aapnekrav_alone(body: Json) -> Json:
    """krav leaves out the interest of open claims, which aapnekrav shows."""
    for claim in claims(body):
        if claim["gjenstaaendeBeloep"]:
            claim.pop("stipulerteRenter", None)
    return body


@in_body(breaks="KOB-MODEL-009", operation="aapnekrav")
def open_claim_created_today(body: Json) -> Json:
    """opprettelsesdatoForKrav in aapnekrav is a day later than in krav."""
    for claim in claims(body):
        day = datetime.date.fromisoformat(claim["opprettelsesdatoForKrav"]) + datetime.timedelta(days=1)
        claim["opprettelsesdatoForKrav"] = day.isoformat()
    return body


@dataclass(frozen=True)
class FewerOpenClaims(Views):
    """Leaves the first open claim out of aapnekrav and its totals."""

    def aapnekrav(self) -> Json:
        open_claims = self.ledger.open_claims
        if not open_claims:
            return super().aapnekrav()
        rest = [claim for claim in self.ledger.claims if claim is not open_claims[0]]
        ledger = replace(self.ledger, claims=rest)
        return Views(ledger, self.today, self.knobs).aapnekrav()


@in_service(breaks="KOB-ACROSS-001")
def open_claim_missing(service: KravOgBetalinger) -> KravOgBetalinger:
    """The oldest open claim is missing from aapnekrav and its totals."""
    return replace(service, views=FewerOpenClaims)


@in_service(breaks="KOB-ACROSS-002")
def open_claims_in_every_period(service: KravOgBetalinger) -> KravOgBetalinger:
    """krav lists open claims in every period."""

    def holds(claim: Claim, period: Period) -> bool:
        return claim.remaining != 0 or period.first <= claim.created <= period.last

    return with_claims(service, holds)


@in_body(breaks="KOB-ACROSS-003", operation="innbetalinger")
def placed_amount_differs(body: Json) -> Json:
    """The part of a due date that a payment covers differs by one krone from the claim's figure."""
    for payment in payments(body):
        for placed in payment.get("plassertKrav", []):
            placed["plassertBeloep"] = round(placed["plassertBeloep"] - 1, 2)
    return body


@in_body(breaks="KOB-ACROSS-003", operation=CLAIMS)
def payer_differs(body: Json) -> Json:
    """A claim names another payer for its payments than innbetalinger does."""
    for due in due_dates(body):
        for placed in due.get("plassertInnbetaling", []):
            placed["innbetaltFra"]["konto"]["kontoeiersNavn"] = "STILLE BEKK ENK"
            placed["innbetalingstype"] = "Trekk"
    return body


@in_service(breaks="KOB-ACROSS-004")
def open_claims_not_in_krav(service: KravOgBetalinger) -> KravOgBetalinger:
    """krav returns settled claims only."""
    return with_claims(
        service, lambda claim, period: not claim.remaining and period.first <= claim.created <= period.last
    )


@in_service(breaks="KOB-ACROSS-005")
def credit_claims_not_in_krav(service: KravOgBetalinger) -> KravOgBetalinger:
    """krav leaves out credit claims that were paid out."""

    def holds(claim: Claim, period: Period) -> bool:
        is_paid_credit = claim.original < 0 and not claim.remaining
        return not is_paid_credit and period.first <= claim.created <= period.last

    return with_claims(service, holds)


@in_body(breaks="KOB-ACROSS-006", operation="aapnekrav")
def unplaced_payment_unknown(body: Json) -> Json:
    """Payments in aapnekrav have other identifiers than in innbetalinger."""
    for payment in body.get("innbetalingMedUplassertBeloep", []):
        payment["innbetalingsidentifikator"] += "-U"
    return body


@in_body(breaks="KOB-ACROSS-006", operation="aapnekrav")
def unplaced_payment_placed_another_day(body: Json) -> Json:
    """A payment was placed a day later in aapnekrav than in innbetalinger."""
    for payment in payments(body):
        for placed in payment.get("plassertKrav", []):
            placed["plassertDato"] = _day_after(placed["plassertDato"])
    return body


@in_body(breaks="KOB-ACROSS-009", operation=("aapnekrav", "innbetalinger"))
def covered_due_date_a_day_later(body: Json) -> Json:
    """The due date that a payment covers is a day later in the payment than in the claim."""
    for payment in payments(body):
        for placed in payment.get("plassertKrav", []):
            placed["kravforfallsdato"] = _day_after(placed["kravforfallsdato"])
    return body


@in_body(breaks="KOB-ACROSS-009", operation=("aapnekrav", "innbetalinger"))
def covered_due_date_without_its_sign(body: Json) -> Json:
    """According to the payment, the due date that it covers was a credit."""
    for payment in payments(body):
        for placed in payment.get("plassertKrav", []):
            for name in ("opprinneligKravforfallsbeloep", "gjenstaaendeKravforfallsbeloep"):
                placed[name] = -placed[name] or 0.0
    return body


def _counter_claims(body: Json) -> list[Json]:
    return [placed for due in due_dates(body) for placed in due.get("plassertMotkrav", [])]


@in_body(breaks="KOB-ACROSS-010", operation=CLAIMS)
def counter_claim_due_a_day_later(body: Json) -> Json:
    """A counter-claim's due date is a day later where it is placed than where it is listed."""
    for placed in _counter_claims(body):
        placed["forfallsdato"] = _day_after(placed["forfallsdato"])
    return body


@in_body(breaks="KOB-ACROSS-010", operation=CLAIMS)
def counter_claim_of_a_longer_period(body: Json) -> Json:
    """The tax period of a counter-claim ends a day later where it is placed than where it is listed."""
    for placed in _counter_claims(body):
        if "tilDato" in placed["kravperiode"]:
            placed["kravperiode"]["tilDato"] = _day_after(placed["kravperiode"]["tilDato"])
    return body


def _day_after(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


@in_body(breaks="KOB-ACROSS-007", operation="utbetalinger")
def payout_differs_from_the_claim(body: Json) -> Json:
    """A payout has another identifier than on its credit claim."""
    for payout in payouts(body):
        payout["utbetalingsidentifikator"] += "0"
    return body


@in_call(breaks="KOB-MODEL-005", remembers=True)
def not_repeatable(healthy: Handler) -> Handler:
    """Every second answer lacks the last element of its lists."""
    count = itertools.count()

    async def answer(request: Request) -> Response:
        response = await healthy(request)
        return _shortened(response) if next(count) % 2 else response

    return answer


@in_call(breaks="KOB-SAME-002", remembers=True)
def answer_depends_on_the_call_before(healthy: Handler) -> Handler:
    """A call that follows one about another party gets a list without its last element."""
    earlier = ["", ""]

    async def answer(request: Request) -> Response:
        response = await healthy(request)
        party = request.url.path.split("/")[-2]
        earlier[:] = [earlier[1], party]
        return _shortened(response) if earlier[0] and earlier[0] != party else response

    return answer


@in_call(breaks="KOB-SAME-003", remembers=True)
def answer_depends_on_the_token(healthy: Handler) -> Handler:
    """Every second token gets lists without their last element."""
    numbers: dict[str, int] = {}
    count = itertools.count()

    async def answer(request: Request) -> Response:
        response = await healthy(request)
        token = request.headers.get("authorization", "")
        if response.status_code == 200 and token not in numbers:
            numbers[token] = next(count)
        return _shortened(response) if numbers.get(token, 0) % 2 else response

    return answer


def _shortened(response: Response) -> Response:
    if response.status_code != 200 or response.media_type != "application/json":
        return response
    body: dict[str, Any] = json.loads(bytes(response.body))
    for value in body.values():
        if isinstance(value, list) and len(value) > 1:
            value.pop()
    return Response(json.dumps(body), headers=dict(_kept(response)), media_type="application/json")


def _kept(response: Response) -> list[tuple[str, str]]:
    return [pair for pair in response.headers.items() if pair[0] not in {"content-length", "content-type"}]
