"""One organisation's claims and payments as a recording shows them."""

import datetime
from collections.abc import Iterable
from functools import cached_property

from harness.contract.document import is_left_out
from harness.suite.answer import Answer
from harness.suite.markers import not_run
from scenarios.kravogbetalinger.caller import OPERATIONS, KravOgBetalinger, is_sound
from scenarios.kravogbetalinger.ledger import items_of, open_claims_of
from scenarios.kravogbetalinger.relations import Body
from scenarios.kravogbetalinger.relations.periods import Period, lies_in, period_asked_for

OF_A_PARTY = "partIdentifikator"
"""We redact it from recordings ourselves: it is an identity number."""
ONE_LOOK = datetime.timedelta(minutes=10)
"""Answers at most this far apart are compared: data changes, and a recording cannot be asked again."""


class RecordedLedger:
    """The same as `Ledger`, for recorded answers: there may be any number of each operation, or none."""

    def __init__(self, kob: KravOgBetalinger, organisation: str) -> None:
        self._kob = kob
        self.organisation = organisation
        own = [answer for answer in kob.bench.traffic() if answer.organisation == organisation]
        self._asked = [answer for answer in own if answer.exchange.request.method == "GET"]

    def of(self, operation: str) -> list[Answer]:
        """Every sound answer of an operation."""
        found = [answer for answer in self.everything() if operation_of(answer) == operation]
        return found or not_run(f"the recording shows no {operation} for the organisation")

    def everything(self) -> list[Answer]:
        """Every sound answer about the organisation."""
        return self._sound or not_run("the recording shows no data for this organisation")

    @cached_property
    def _sound(self) -> list[Answer]:
        return [answer for answer in self._asked if is_usable(answer)]

    @cached_property
    def _telling(self) -> list[Answer]:
        """Every answer that tells everything an operation has for a period: a 404 says that there is nothing."""
        return [each for each in self._asked if is_usable(each) or (each.status == 404 and each.kode == "KB-007")]

    def near(self, answer: Answer) -> list[Answer]:
        """The sound answers that belong together in time."""
        return [other for other in self.everything() if is_near(other, answer)]

    def open_claims(self, near: Answer) -> list[Body] | None:
        """The claims of the aapnekrav that was recorded closest in time to an answer; None if none is close enough."""
        found = [other for other in self.near(near) if operation_of(other) == "aapnekrav"]
        closest = min(found, key=lambda other: abs(other.exchange.started - near.exchange.started), default=None)
        return None if closest is None else open_claims_of(closest)

    def claims(self) -> list[tuple[Answer, Body]]:
        """Every claim of krav, with the answer that lists it."""
        return [(answer, claim) for answer in self.of("krav") for claim in items_of("krav", answer)]

    def on(self, operation: str, days: Iterable[str], near: Answer) -> list[Body] | None:
        """What an operation lists in periods that include the days; None if no answer close in time shows them."""
        found: list[Body] = []
        for day in days:
            listed = self.during(operation, (day, day), near)
            if listed is None:
                return None
            found += listed
        return found

    def during(self, operation: str, period: Period, near: Answer) -> list[Body] | None:
        """What an operation lists in periods that together cover another; None if answers close in time do not."""
        of_it = (other for other in self._telling if operation_of(other) == operation and is_near(other, near))
        shown = [(other, each) for other in of_it if (each := period_asked_for(other.exchange.request))]
        found: list[Body] = []
        day, last = period
        while day <= last:
            reaching = [(each[1], other) for other, each in shown if lies_in(day, each)]
            if not reaching:
                return None
            found += [item for _, other in reaching for item in items_of(operation, other)]
            furthest = max(end for end, _ in reaching)
            day = (datetime.date.fromisoformat(furthest) + datetime.timedelta(days=1)).isoformat()
        return found


def is_usable(answer: Answer) -> bool:
    """Whether an answer is sound, and can be compared with others."""
    return is_sound(answer) and tells_apart(answer.content())


def tells_apart(told: object) -> bool:
    """Whether claims and payments still have the ids that identify them across answers."""
    if isinstance(told, list):
        return all(map(tells_apart, told))
    if not isinstance(told, dict):
        return True
    ids = [value for name, value in told.items() if name.lower().endswith("identifikator") and name != OF_A_PARTY]
    return not any(map(is_left_out, ids)) and all(map(tells_apart, told.values()))


def operation_of(answer: Answer) -> str:
    """The name of the operation that an answer belongs to."""
    name = answer.exchange.request.parts.path.rstrip("/").rpartition("/")[2]
    return name if name in OPERATIONS else ""


def is_near(one: Answer, other: Answer, apart: datetime.timedelta = ONE_LOOK) -> bool:
    return abs(one.exchange.started - other.exchange.started) <= apart
