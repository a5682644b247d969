"""The doctor's findings, step by step."""

from dataclasses import dataclass, field
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from harness.doctor.catalogue import Cause

State = Literal["ok", "failed", "skipped"]


class StepWalked(TypedDict):
    """A step in `--format json`; the last three members are there if the cause is known."""

    step: str
    state: State
    detail: str
    cause: NotRequired[str]
    why: NotRequired[str]
    fix: NotRequired[str]


class Walked(TypedDict):
    """The shape of `--format json` (schema 1)."""

    schema: Literal[1]
    target: str
    healthy: bool
    steps: list[StepWalked]


@dataclass(frozen=True)
class Step:
    """One link of the chain. `detail` says what was found, `cause` why it failed, if known."""

    name: str
    state: State
    detail: str
    cause: Cause | None = None

    def as_dict(self) -> StepWalked:
        told: StepWalked = {"step": self.name, "state": self.state, "detail": self.detail}
        if self.cause is not None:
            told |= {"cause": self.cause.id, "why": self.cause.cause, "fix": self.cause.fix}
        return told


@dataclass
class Report:
    """The whole chain of one target."""

    target: str
    steps: list[Step] = field(default_factory=list)

    @property
    def failed(self) -> list[Step]:
        return [step for step in self.steps if step.state == "failed"]

    @property
    def is_configuration(self) -> bool:
        """Whether the first failure is on this machine: configuration or key."""
        return bool(self.failed) and self.failed[0].name in {"configuration", "key"}

    def as_dict(self) -> Walked:
        return {
            "schema": 1,
            "target": self.target,
            "healthy": not self.failed,
            "steps": [step.as_dict() for step in self.steps],
        }
