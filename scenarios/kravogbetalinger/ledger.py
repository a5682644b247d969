"""One organisation's claims and payments as the API shows them; each call is made once per worker."""

import datetime
from collections.abc import Callable, Iterable, Mapping

from harness.suite.answer import Answer
from harness.suite.markers import not_run
from scenarios.kravogbetalinger.caller import WITH_PERIOD, KravOgBetalinger, is_sound
from scenarios.kravogbetalinger.relations import Body, Verdicts
from scenarios.kravogbetalinger.relations.periods import Period

YEARS = 4
"""The number of calendar years, including the current one, that are looked at."""

LISTS: Mapping[str, tuple[str, ...]] = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "innbetalingMedUplassertBeloep"),
    "krav": ("krav",),
    "innbetalinger": ("innbetaling",),
    "utbetalinger": ("utbetaling",),
}


def calendar_year(year: int) -> Period:
    return f"{year}-01-01", f"{year}-12-31"


class Ledger:
    """What scenarios about data work with. Without a sound answer, a scenario ends as `not_run`."""

    def __init__(self, kob: KravOgBetalinger, organisation: str) -> None:
        self._kob = kob
        self.organisation = organisation

    @property
    def years(self) -> range:
        return range(self._kob.today.year - YEARS + 1, self._kob.today.year + 1)

    def of(self, operation: str) -> list[Answer]:
        """What an operation shows: for aapnekrav its one answer, otherwise one for each year that has data."""
        if operation not in WITH_PERIOD:
            answer = self._kob.plain(operation, self.organisation)
            return [self._sound(answer) or not_run(f"{operation} has no data for this organisation")]
        found = [self._sound(self.year(operation, year)) for year in self.years]
        return [answer for answer in found if answer is not None] or not_run(
            f"{operation} shows no data in {YEARS} years"
        )

    def everything(self) -> list[Answer]:
        """Every sound answer about the organisation."""
        found = [self._kob.plain("aapnekrav", self.organisation)]
        found += [self.year(operation, year) for operation in WITH_PERIOD for year in self.years]
        return [answer for answer in found if self._sound(answer)] or not_run("no data for this organisation is shown")

    def year(self, operation: str, year: int) -> Answer:
        """The answer for a calendar year, whatever it is."""
        return self.period(operation, calendar_year(year))

    def period(self, operation: str, period: Period) -> Answer:
        query = dict(zip(("fraOgMed", "tilOgMed"), period, strict=True))
        return self._kob.plain(operation, self.organisation, query)

    def items(self, operation: str, period: Period) -> list[Body]:
        """What is listed in a period; empty if nothing is found."""
        answer = self.period(operation, period)
        if answer.ensure_of_service().status == 404:
            return []
        sound = self._sound(answer) or not_run(f"{operation} gives no sound answer for {period[0]} to {period[1]}")
        return items_of(operation, sound)

    def near(self, _answer: Answer) -> list[Answer]:
        """The sound answers that may be compared with an answer: all, because contradictions are checked again."""
        return self.everything()

    def on(self, operation: str, days: Iterable[str], near: Answer) -> list[Body] | None:  # noqa: ARG002 - a live ledger asks again instead
        """What an operation lists in the calendar years of the days. Only a recording may not know: None."""
        years = sorted({year_of(day) for day in days})
        return [item for year in years for item in self.items(operation, calendar_year(year))]

    def during(self, operation: str, period: Period, near: Answer) -> list[Body] | None:  # noqa: ARG002 - a live ledger asks again instead
        """What an operation lists in the calendar years of a period. Only a recording may not know: None."""
        years = range(year_of(period[0]), year_of(period[1]) + 1)
        return [item for year in years for item in self.items(operation, calendar_year(year))]

    def open_claims(self, near: Answer | None = None) -> list[Body] | None:  # noqa: ARG002 - as above
        """The claims of aapnekrav. Only a recording may not know: None."""
        return open_claims_of(self.of("aapnekrav")[0])

    def claims(self) -> list[tuple[Answer, Body]]:
        """Every claim of the years, with the answer that lists it."""
        return [(answer, claim) for answer in self.of("krav") for claim in items_of("krav", answer)]

    def _sound(self, answer: Answer) -> Answer | None:
        return answer if is_sound(answer) else None


def items_of(operation: str, answer: Answer) -> list[Body]:
    """What an answer lists; empty for a 404."""
    body = {} if answer.ensure_of_service().status == 404 else answer.content()
    return [item for name in LISTS[operation] for item in body.get(name, [])]


def open_claims_of(answer: Answer) -> list[Body]:
    """The claims of an aapnekrav answer."""
    return list(answer.content().get("aapentKravMedGjenstaaendeBeloep", []))


def judge_all(answers: Iterable[Answer], relation: Callable[..., Verdicts], *more: object) -> None:
    """Checks a relation in each answer; ends the scenario if no answer had anything to judge."""
    places = sum(answer.judge(relation(answer.content(), *more)) for answer in answers)
    if places == 0:
        not_run("the answers contain nothing that the relation is about")


def judge_pairs(verdicts: Iterable[tuple[Answer, Verdicts]]) -> None:
    """The same for relations between answers: each comes with the answer that is evidence for a breach."""
    places = sum(answer.judge(relation) for answer, relation in verdicts)
    if places == 0:
        not_run("the answers contain nothing that the relation is about")


def year_of(day: str) -> int:
    return datetime.date.fromisoformat(day).year
