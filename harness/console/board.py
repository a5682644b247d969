"""What a client run reports to the pages (the run judges, the pages show), and a person's answers until the run fetches
them.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.console.call_log import Breach
from harness.redaction.redacted import Redacted

MOST_ANSWERS = 20


class ToldScenario(BaseModel):
    """One client scenario and its state."""

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str
    requirements: list[str]
    state: Literal["waiting", "running", "passed", "failed", "not_shown"]
    reason: str = ""


class ToldTask(BaseModel):
    """The client's current task. `question` says what the person is asked."""

    model_config = ConfigDict(extra="forbid")

    question: Literal["ready", "outcome"]
    scenario: str
    api: str
    operation: str
    values: list[tuple[str, str]]


class ToldRequirement(BaseModel):
    """One requirement's result so far."""

    model_config = ConfigDict(extra="forbid")

    id: str
    level: str
    text: str
    status: str
    reason: str = ""


class Told(BaseModel):
    """A complete report of the run's state. `folder` contains the report when the run has ended."""

    model_config = ConfigDict(extra="forbid")

    driven_by: Literal["person", "program"]
    scenarios: list[ToldScenario] = Field(max_length=2_000)
    task: ToldTask | None = None
    requirements: list[ToldRequirement] = Field(max_length=5_000)
    headline: str = ""
    folder: str = ""
    card: dict[str, str] = {}
    """The address card with the client's key, as text by form."""


class ToldReport(BaseModel):
    """The report as a self-contained page."""

    model_config = ConfigDict(extra="forbid")

    html: str = Field(max_length=40_000_000)


class ToldBreach(BaseModel):
    """What was wrong with the call of that number in the record."""

    model_config = ConfigDict(extra="forbid")

    seq: int
    requirement: str
    level: str
    text: str
    source: str
    url: str
    check: str
    aspect: str
    expected: str
    actual: str

    def shown(self, redact: Callable[[str], Redacted]) -> Breach:
        """As the pages show it."""
        redacted = (redact(self.aspect), redact(self.expected), redact(self.actual))
        return Breach(self.requirement, self.level, self.text, self.source, self.url, self.check, *redacted)


class Judgements(BaseModel):
    """Which calls were judged, and the breaches found in them."""

    model_config = ConfigDict(extra="forbid")

    judged: list[int]
    breaches: list[ToldBreach]


@dataclass
class Board:
    """The board of one sandbox's pages; `told` is None without a client run."""

    told: Told | None = None
    report: str = ""
    """The report of a finished run, as a page."""
    task_began: int = 0
    """The number of the last call before the current task."""
    _answers: deque[Mapping[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_ANSWERS))

    def put(self, told: Told, calls: int) -> None:
        """Stores a run's report; `calls` had arrived by then."""
        before = self.told.task if self.told is not None else None
        if told.task != before:
            self.task_began = calls
            self._answers.clear()
        self.told = told

    @property
    def may_be_answered(self) -> bool:
        """Whether a question to a person is open."""
        told = self.told
        return told is not None and told.driven_by == "person" and (told.task is not None or bool(told.folder))

    def answer(self, said: str, message: str) -> bool:
        """Stores a person's answer; returns whether a question was open."""
        if not self.may_be_answered or said not in {"ready", "done", "refused", "failed", "cannot", "close"}:
            return False
        self._answers.append({"said": said, "message": message[:20_000]})
        return True

    def take_answer(self) -> Mapping[str, Any] | None:
        """Takes the oldest answer not yet fetched."""
        return self._answers.popleft() if self._answers else None
