"""What the doctor found, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harness.doctor.catalogue import Cause

State = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True)
class Step:
    """One link of the chain. `detail` says what was met; `cause` why it failed, where that is known."""

    name: str
    state: State
    detail: str
    cause: Cause | None = None

    def as_dict(self) -> Mapping[str, object]:
        known = {"cause": self.cause.id, "why": self.cause.cause, "fix": self.cause.fix} if self.cause else {}
        return {"step": self.name, "state": self.state, "detail": self.detail, **known}


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
        """Whether what failed first is a matter of this machine: configuration or key."""
        return bool(self.failed) and self.failed[0].name in {"configuration", "key"}

    def as_dict(self) -> Mapping[str, object]:
        """The shape of `--format json`."""
        return {
            "schema": 1,
            "target": self.target,
            "healthy": not self.failed,
            "steps": [step.as_dict() for step in self.steps],
        }
