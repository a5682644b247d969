"""The verdict of a run, as stored in verdict.json (schema 1)."""

import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.contract.requirements import Actor, Level
from harness.files.text import MEBIBYTE, read_text
from harness.files.unreadable import UnreadableFileError
from harness.redaction.redacted import NOTHING, Redacted
from harness.verdict.coverage import Coverage, coverage_of
from harness.verdict.levels import FailOn
from harness.verdict.waivers import Waiver, WaiverState

FILE = "verdict.json"

Word = Literal["conformant", "deviations", "inconclusive"]

Status = Literal["passed", "failed", "waived", "observed", "not_run", "not_testable"]
Standing = Status | Literal["not_shown"]
"""A status as shown to readers."""
Scope = Literal["whole", "partial"]

JUDGED: frozenset[Status] = frozenset({"passed", "failed", "waived"})
LEFT_OUT = "left out of this run"
"""The reason for a requirement that no scenario covered in a partial run."""

UNTESTED: frozenset[Status] = frozenset({"not_run", "not_testable"})

ATTESTED = "attested by a person"
"""The reason for a requirement that passed only by a person's word."""

NOT_SHOWN = "not shown"
"""Shown for a client scenario or a client's promise that nothing provoked, whatever the reason."""


class Part(BaseModel):
    """A part of verdict.json; its shape is a contract."""

    model_config = ConfigDict(extra="forbid")


class Tool(Part):
    name: str
    version: str


class Specification(Part):
    api: str
    version: str
    sha256: str


class Evidence(Part):
    """A call that is evidence for a requirement, with what Skatteetaten needs to find it."""

    operation: str
    request: Redacted
    status: int
    kode: Redacted
    korrelasjonsid: Redacted
    at: str


def _could_be_judged(entry: dict[str, Any]) -> bool:
    """For a verdict.json without `testable`, of an older version: no scenario cites what no run can show."""
    is_beyond = entry.get("status") == "not_testable" and not entry.get("scenarios")
    return entry.get("level") != "observe" and not is_beyond


class RequirementStatus(Part):
    """What the run concluded about one requirement; `reason` if it was not judged or did not pass.

    `judged` counts the exchanges that a check judged it by. `testable` says whether some run could judge it against
    this service: false for an open question, for something that cannot be shown from outside, and for an operation that
    is not offered.
    """

    id: str
    api: str
    level: Level
    actor: Actor
    status: Status
    reason: Redacted = NOTHING
    scenarios: list[str] = Field(default_factory=list)
    judged: int = 0
    evidence: list[Evidence] = Field(default_factory=list)
    testable: bool = Field(default_factory=_could_be_judged)

    @property
    def is_judged(self) -> bool:
        """Whether the run decided if the requirement holds."""
        return self.status in JUDGED and self.level != "observe"

    @property
    def is_attested(self) -> bool:
        """Whether only a person's word shows that it holds."""
        return self.status == "passed" and self.reason == ATTESTED

    @property
    def standing(self) -> Standing:
        """The status as shown to readers: `not_shown` for a promise that a client was not seen to keep or break."""
        return "not_shown" if self.actor == "client" and self.status in UNTESTED else self.status


class Observation(Part):
    requirement: str
    question: str
    answer: Redacted


class DeviationEntry(Part):
    """One kind of deviation, with its first evidence and how often it was seen."""

    fingerprint: str
    requirement: str
    check: str
    operation: str
    organisation: Redacted
    expected: Redacted
    actual: Redacted
    reproduce: str
    korrelasjonsid: Redacted
    waived_by: str | None = None
    request: Redacted = NOTHING
    curl: Redacted = NOTHING
    seen: int = 1


class ErrorCodeCoverage(Part):
    api: str
    kode: Redacted
    status: int
    seen: Literal["expected", "unexpected", "not_seen", "not_triggerable"]
    count: int


class Traffic(Part):
    requests: int
    wall_s: float
    max_in_flight: int
    retries: int = 0


class Surface(Part):
    """Where one API was called, with the available ways of access and the parties it could be asked about."""

    api: str
    base_url: str
    access: dict[str, str] = Field(default_factory=dict)
    organisations: list[str] = Field(default_factory=list)


class Environment(Part):
    """Where the run took place. `consumer` is the organisation on whose behalf the client's tokens are issued."""

    profile: str
    issuer: str
    consumer: str | None = None
    apis: list[Surface] = Field(default_factory=list)


class OrganisationCoverage(Part):
    """What was asked about one organisation of one API."""

    api: str
    organisation: str
    requests: int
    scenarios: int
    requirements: list[str]
    deviations: int


class WaiverEntry(Waiver):
    """A waiver with its state: `not_judged` if the run could not have shown its deviation."""

    state: WaiverState


class ShardEntry(Part):
    """One of the runs that were joined into this verdict."""

    id: str
    seed: int
    started: datetime.datetime
    finished: datetime.datetime
    scenarios: int


class Verdict(Part):
    """What a run concluded. `problems` lists what kept something from being judged."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: Literal[1] = Field(default=1, alias="schema")
    target: str
    started: datetime.datetime
    finished: datetime.datetime
    seed: int
    tool: Tool
    specs: list[Specification]
    verdict: Word
    requirements: list[RequirementStatus]
    coverage: Coverage = Field(default_factory=lambda known: coverage_of(known.get("requirements", ())))
    scope: Scope = "whole"
    """`partial` if only some scenarios were selected: the verdict is then only about these."""
    fail_on: FailOn = "should"
    """The lowest level on which the run fails; a verdict.json without it is from a version that failed on should."""
    observations: list[Observation]
    deviations: list[DeviationEntry]
    error_codes: list[ErrorCodeCoverage]
    observed_drift: list[dict[str, object]] = Field(default_factory=list)
    counts: dict[str, int]
    http: Traffic
    problems: list[Redacted] = Field(default_factory=list)
    environment: Environment | None = None
    organisations: list[OrganisationCoverage] = Field(default_factory=list)
    waivers: list[WaiverEntry] = Field(default_factory=list)
    shards: list[ShardEntry] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _read_older_scope(cls, members: Any) -> Any:  # noqa: ANN401 - whatever is in the file
        """Earlier versions wrote `partial`, true or false."""
        if isinstance(members, dict) and "partial" in members:
            rest = {name: value for name, value in members.items() if name != "partial"}
            return {"scope": "partial" if members["partial"] else "whole", **rest}
        return members

    @property
    def partial(self) -> bool:
        return self.scope == "partial"

    @property
    def notable_drift(self) -> list[dict[str, object]]:
        """The drift that somebody should look at: compatible changes are only in verdict.json and on the page."""
        return [finding for finding in self.observed_drift if finding.get("severity") != "compatible"]


LARGEST = 256 * MEBIBYTE
"""Octets of a verdict.json, or of its outcomes.json."""


class UnreadableVerdictError(Exception):
    """A verdict.json that is missing, half-written or of another schema."""


def write_verdict(verdict: Verdict, folder: Path) -> Path:
    """Writes verdict.json atomically."""
    path = folder / FILE
    aside = folder / f"{FILE}.new"
    aside.touch(mode=0o600)
    aside.write_text(verdict.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path


def read_verdict(folder: Path) -> Verdict:
    """Reads the verdict of a results folder; raises UnreadableVerdictError."""
    path = folder / FILE
    try:
        return Verdict.model_validate_json(read_text(path, LARGEST))
    except UnreadableFileError as error:
        raise UnreadableVerdictError(str(error)) from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise UnreadableVerdictError(
            f"{path}: {place}: {problem['msg'].lower()}. Run the suite again with this version."
        ) from error
