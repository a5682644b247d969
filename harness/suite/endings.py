"""The meaning of the exception that ended a scenario: whom it accuses, the scenario's result, and what is shown.

`MEANINGS` is the complete table. The plugin uses it in three places: where a scenario is called, where its fixtures are
set up, and where its report is made.
"""

import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, Protocol

from _pytest.outcomes import Failed, Skipped

from harness.auth.maskinporten import NoAccessError
from harness.clients.driver import DriverError
from harness.contract.deviation import Deviation, DeviationFoundError
from harness.display import one_line
from harness.http.allowance import BudgetSpentError
from harness.http.client import TargetUnavailableError
from harness.http.guard import HeldBackError
from harness.redaction.redactor import Redactor
from harness.suite.markers import NothingToJudgeError, not_run
from harness.targets.problem import ConfigurationError
from harness.verdict.outcome import Outcome, Result


class HarnessBrokeError(Exception):
    """The scenario or the harness broke: neither the target nor the network is accused. The text is redacted."""

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(trace)
        self.kind = kind


@dataclass(frozen=True)
class Meaning:
    """The result of a scenario that ends with one of these exceptions.

    `shown` is what the reader sees: a `deviation` with its evidence, the exception's `reason` in one line, or a
    `trace`.
    """

    raised: tuple[type[BaseException], ...]
    result: Result
    shown: Literal["deviation", "reason", "trace"]


MEANINGS = (
    # The service broke a promise: only these accuse it, and only if the scenario itself raises them.
    Meaning((DeviationFoundError, AssertionError), "deviations", "deviation"),
    # The plugin ends a scenario with this when deviations were noted.
    Meaning((Failed,), "deviations", "deviation"),
    # Nothing was judged: the scenario gives the reason, and whether it was impossible or there was nothing this time.
    Meaning((NothingToJudgeError,), "not_run", "reason"),
    # Our own guard held back a call that must not be sent.
    Meaning((HeldBackError,), "not_testable", "reason"),
    # Skipped from outside the scenario: by another plugin or a pytest condition.
    Meaning((Skipped,), "not_run", "reason"),
    # The target could not be judged: no access, no answer, no budget left, or no client to drive.
    Meaning(
        (NoAccessError, TargetUnavailableError, ConfigurationError, BudgetSpentError, DriverError), "error", "reason"
    ),
)

BROKEN = Meaning((BaseException,), "error", "trace")
"""Anything else is our own fault."""


def meaning_of(error: BaseException) -> Meaning:
    """The meaning of an exception: the first entry of the table that it is an instance of."""
    return next((meaning for meaning in MEANINGS if isinstance(error, meaning.raised)), BROKEN)


class NotesDeviations(Protocol):
    """Receives a scenario's findings about the answers, or about a client's calls."""

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation."""

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Notes a failed assertion, or ends the scenario if it accuses nobody."""


@contextmanager
def accusations_noted(
    notes: NotesDeviations | None, said: Callable[[AssertionError], Deviation], redactor: Redactor
) -> Generator[None]:
    """Passes accusations to the notes, if there are any; re-raises any other exception with its values removed.

    `said` gives the deviation for a failed assertion in our own words: pytest's message contains whole values.
    """
    try:
        yield
    except DeviationFoundError as error:
        if notes is None:
            raise
        notes.note(error.deviation)
    except AssertionError as error:
        if notes is None:
            raise
        notes.note_failed_assertion(said(error))
    except (Exception, Skipped) as error:
        raise as_shown(error, redactor) from None


STUMBLES = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)
"""The exceptions raised by working with a value of a different kind than the model's."""


@contextmanager
def stumbles_explained(*, out_of_form: Callable[[], bool]) -> Generator[None]:
    """Turns a stumble over an answer that breaks its model into "not run": a check already accuses that answer."""
    try:
        yield
    except STUMBLES as error:
        if meaning_of(error) is not BROKEN or not out_of_form():
            raise
        not_run("an answer breaks its model, so that what the scenario needs cannot be read from it")


def as_shown(error: BaseException, redactor: Redactor) -> BaseException:
    """An exception as reports may show it: its reason in one line, or its trace, without any value of an exchange."""
    if isinstance(error, Skipped):
        error.msg = one_line(redactor.message(str(error.msg)))
        if isinstance(error, NothingToJudgeError):
            error.reason = redactor.message(error.reason)
        return error
    if meaning_of(error).shown == "reason":
        error.args = (redactor.message(str(error)),)
        return error
    return HarnessBrokeError(type(error).__name__, redactor.message("".join(traceback.format_exception(error))))


def says_it_all(error: BaseException) -> bool:
    """Whether a report shows an exception's text alone, without the place in the code where it was raised."""
    by_itself = meaning_of(error).shown == "reason" and not isinstance(error, Skipped)
    return by_itself or isinstance(error, HarnessBrokeError)


def conclude(outcome: Outcome, error: BaseException, redactor: Redactor) -> None:
    """Records the scenario's result and its reason in the outcome."""
    meaning = meaning_of(error)
    if isinstance(error, NothingToJudgeError):
        outcome.result, outcome.offered = error.result, error.offered
        outcome.reason = redactor.message(error.reason)
    elif meaning.shown == "reason":
        outcome.result = meaning.result
        outcome.reason = redactor.message(str(error.msg if isinstance(error, Skipped) else error))
    elif isinstance(error, Failed) and outcome.findings:
        outcome.result = meaning.result
    else:
        kind = error.kind if isinstance(error, HarnessBrokeError) else type(error).__name__
        outcome.result = BROKEN.result
        outcome.reason = redactor.text(f"the harness broke: {kind} (see junit.xml)")
