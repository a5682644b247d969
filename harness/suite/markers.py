"""What a scenario says of itself: the requirements it cites and when it cannot tell anything."""

from typing import NoReturn

import pytest
from _pytest.outcomes import Skipped

from harness.verdict.outcome import Result


class NothingToJudgeError(Skipped):
    """A scenario ends without a judgement. `result` says in which way, `offered` whether the API has what it needs.

    `word` is what reports call it, where that is not the result.
    """

    def __init__(self, result: Result, reason: str, *, offered: bool = True, word: str | None = None) -> None:
        super().__init__(f"{word or result}: {reason}", _use_item_location=True)
        self.result = result
        self.reason = reason
        self.offered = offered


def requirement(*ids: str) -> pytest.MarkDecorator:
    """The requirements that a scenario judges, the one it exists for first."""
    return pytest.mark.requirement(*ids)


production = pytest.mark.production
"""May be run in production: it reads, about the own organisation, and what it asks is what a client asks every day."""


several_answers = pytest.mark.several_answers
"""It holds answers against each other: where they contradict, all are asked for anew before it accuses."""


recordable = pytest.mark.recordable
"""Needs no call of its own: it judges a recording as well."""

recorded = pytest.mark.suite("recorded")
"""Judges a recording alone."""


def not_testable(reason: str) -> NoReturn:
    """The target lacks what the scenario needs: a second client, a consent, an organisation."""
    raise NothingToJudgeError("not_testable", reason)


def not_offered(reason: str) -> NoReturn:
    """The scenario needs an operation at no published address, which the target does not open."""
    raise NothingToJudgeError("not_testable", reason, offered=False)


def not_run(reason: str) -> NoReturn:
    """There was nothing to judge this time: a relation over nothing is not a pass."""
    raise NothingToJudgeError("not_run", reason)
