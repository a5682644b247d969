"""How a scenario declares the requirements it cites, and how it ends when there is nothing to judge."""

from typing import NoReturn

import pytest
from _pytest.outcomes import Skipped

from harness.verdict.outcome import Result


class NothingToJudgeError(Skipped):
    """A scenario ends without a judgement: `result` says in which way, `offered` whether the API has what it needs.

    `word` is the name used in reports, if it differs from the result.
    """

    def __init__(self, result: Result, reason: str, *, offered: bool = True, word: str | None = None) -> None:
        super().__init__(f"{word or result}: {reason}", _use_item_location=True)
        self.result = result
        self.reason = reason
        self.offered = offered


def requirement(*ids: str) -> pytest.MarkDecorator:
    """The requirements that a scenario judges, starting with its primary one."""
    return pytest.mark.requirement(*ids)


production = pytest.mark.production
"""May run in production: it only reads, about the client's own organisation, and makes everyday requests."""


several_answers = pytest.mark.several_answers
"""It compares answers: if they contradict each other, all are requested again before it accuses."""


recordable = pytest.mark.recordable
"""Needs no calls of its own: it can also judge a recording."""

recorded = pytest.mark.suite("recorded")
"""Judges recordings only."""


def not_testable(reason: str) -> NoReturn:
    """The target lacks what the scenario needs: a second client, a consent, an organisation."""
    raise NothingToJudgeError("not_testable", reason)


def not_offered(reason: str) -> NoReturn:
    """The scenario needs an operation without a published address that the target does not enable."""
    raise NothingToJudgeError("not_testable", reason, offered=False)


def not_run(reason: str) -> NoReturn:
    """There was nothing to judge this time: a relation that looked at nothing has not passed."""
    raise NothingToJudgeError("not_run", reason)
