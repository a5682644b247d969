"""What an exception means that a scenario ends with: whom it accuses, what becomes of the scenario, what is shown.

`MEANINGS` is the whole of it. The plugin asks it in three places: where a scenario is called, where its fixtures are
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
    """A scenario or the harness broke: neither the target nor the network is accused. The text is redacted."""

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(trace)
        self.kind = kind


@dataclass(frozen=True)
class Meaning:
    """What becomes of a scenario that ends with one of these exceptions.

    `shown` is what a reader is given of it: a `deviation` with its evidence, its own `reason` in one line, a `trace`.
    """

    raised: tuple[type[BaseException], ...]
    result: Result
    shown: Literal["deviation", "reason", "trace"]


MEANINGS = (
    # The service broke a promise: only these accuse it, and only where the scenario itself raises them.
    Meaning((DeviationFoundError, AssertionError), "deviations", "deviation"),
    # What the plugin ends a scenario with when deviations were noted.
    Meaning((Failed,), "deviations", "deviation"),
    # Nothing was judged: the scenario says why, and whether it could not be or there was nothing this time.
    Meaning((NothingToJudgeError,), "not_run", "reason"),
    # Our own guard kept a call back that must not leave.
    Meaning((HeldBackError,), "not_testable", "reason"),
    # Somebody else skipped it: another plugin, a condition of pytest.
    Meaning((Skipped,), "not_run", "reason"),
    # The target could not be judged: no access, no answer, no budget left, or no client to drive.
    Meaning(
        (NoAccessError, TargetUnavailableError, ConfigurationError, BudgetSpentError, DriverError), "error", "reason"
    ),
)

BROKEN = Meaning((BaseException,), "error", "trace")
"""Anything else accuses us."""


def meaning_of(error: BaseException) -> Meaning:
    """What an exception means: the first in the table that it is one of."""
    return next((meaning for meaning in MEANINGS if isinstance(error, meaning.raised)), BROKEN)


class NotesDeviations(Protocol):
    """Who is told what a scenario says of the answers, or of a client's calls."""

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation."""

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Notes what an assertion says, or ends the scenario where it accuses nobody."""


@contextmanager
def accusations_noted(
    notes: NotesDeviations | None, said: Callable[[AssertionError], Deviation], redactor: Redactor
) -> Generator[None]:
    """What accuses goes to the notes, where there are any; what else is raised goes on, without a value in it.

    `said` gives the deviation that a failed assertion tells of, in words of ours: pytest's own hold whole values.
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
"""What working with a value of another kind than the model's raises."""


@contextmanager
def stumbles_explained(*, out_of_form: Callable[[], bool]) -> Generator[None]:
    """A scenario that stumbles has nothing to judge where an answer of its breaks the model: a check accuses that."""
    try:
        yield
    except STUMBLES as error:
        if meaning_of(error) is not BROKEN or not out_of_form():
            raise
        not_run("an answer breaks its model, and what the scenario is about cannot be read from it")


def as_shown(error: BaseException, redactor: Redactor) -> BaseException:
    """An exception as reports may show it: its reason in one line, or its trace, with no value of an exchange in it."""
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
    """Whether a report shows the text of an exception alone, without the place in the code where it was raised."""
    by_itself = meaning_of(error).shown == "reason" and not isinstance(error, Skipped)
    return by_itself or isinstance(error, HarnessBrokeError)


def conclude(outcome: Outcome, error: BaseException, redactor: Redactor) -> None:
    """Puts into an outcome what becomes of its scenario, and why."""
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
