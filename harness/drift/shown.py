"""The shape of `drift --format json`, for whoever describes it; a comparison does not load it."""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from harness.drift.rules import Direction, Severity


class FindingShown(TypedDict):
    """A finding as `--format json` has it. `unproved` is there where no witness is, `seen` where traffic showed it."""

    id: str
    severity: Severity
    rule: str
    direction: Direction
    operation: str
    location: str
    message: str
    witness: Mapping[str, Any] | None
    requirements: list[str]
    reason: str
    operations: list[str]
    scenarios: list[str]
    unproved: NotRequired[str]
    seen: NotRequired[int]


class Drift(TypedDict):
    """The shape of `drift --format json` (schema 1). `summary` counts the findings and says what they rest on."""

    schema: Literal[1]
    old: str
    new: str
    findings: list[FindingShown]
    summary: dict[str, Any]
