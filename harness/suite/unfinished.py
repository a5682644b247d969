"""Files written during a run, so that one that was cut off can be concluded or resumed.

`.parts/run.json` holds the options, `.parts/outcomes.jsonl` one line per scenario that has ended, and
`.parts/exchanges-*.jsonl` the traffic. All are written as the run progresses; a truncated line is ignored.
"""

import datetime
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

import pytest
from pydantic import TypeAdapter, ValidationError

from harness.files.text import read_text
from harness.files.tree import json_of, read_json
from harness.files.unreadable import UnreadableFileError
from harness.suite.options import PATIENCE
from harness.suite.settings import CLIENT_SUITE, wanted_coverage
from harness.verdict.coverage import Wanted
from harness.verdict.levels import FailOn
from harness.verdict.model import FILE, UnreadableVerdictError, read_verdict
from harness.verdict.outcome import Outcome

RECORD = "run.json"
OUTCOMES = "outcomes.jsonl"
FINISHED = "finished.json"


class NotResumableError(Exception):
    """The folder holds no run to resume; the text says why."""


@dataclass(frozen=True)
class RunRecord:
    """The options of a run. `selected` is the number of selected scenarios, 0 until they are counted."""

    target: str
    suite: str
    seed: int
    max_examples: int
    started: datetime.datetime
    apis: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    keyword: str = ""
    waivers: str | None = None
    fail_on: FailOn = "must"
    require_coverage: Wanted | None = None
    recorded: str | None = None
    in_flight: int | None = None
    drive: str | None = None
    patience: float = PATIENCE
    thorough: bool = False
    sandbox_options: list[str] = field(default_factory=list)
    specs: dict[str, str] = field(default_factory=dict)
    """Version by API."""
    selected: int = 0

    @classmethod
    def of(cls, config: pytest.Config, seed: int) -> Self:
        """Built from the options of a run, after checking."""
        option = config.option
        return cls(
            target=option.target,
            suite=option.suite,
            seed=seed,
            max_examples=option.max_examples,
            started=datetime.datetime.now(datetime.UTC),
            apis=list(option.api),
            requirements=list(option.requirement),
            keyword=option.keyword,
            waivers=getattr(option, "waivers", None),
            fail_on=option.fail_on,
            require_coverage=wanted_coverage(option.require_coverage),
            recorded=option.recorded,
            in_flight=option.in_flight,
            drive=option.drive,
            patience=option.patience,
            thorough=option.thorough,
            sandbox_options=list(option.sandbox_option),
        )

    @property
    def command(self) -> Literal["client", "run"]:
        """The command that started the run."""
        return "client" if self.suite == CLIENT_SUITE else "run"

    def arguments(self) -> list[str]:
        """The options that repeat the run."""
        given = [part for name in self.apis for part in ("--api", name)]
        given += [part for name in self.requirements for part in ("--requirement", name)]
        given += ["-k", self.keyword] if self.keyword else []
        given += ["--waivers", self.waivers] if self.waivers else []
        given += ["--fail-on", self.fail_on]
        given += ["--require-coverage", str(self.require_coverage)] if self.require_coverage is not None else []
        given += ["--recorded", self.recorded] if self.recorded else []
        given += ["--in-flight", str(self.in_flight)] if self.in_flight else []
        given += ["--drive", self.drive] if self.drive else []
        given += ["--patience", str(self.patience)]
        given += ["--thorough"] if self.thorough else []
        given += [f"--sandbox-option={option}" for option in self.sandbox_options]
        fixed = {"--target": self.target, "--suite": self.suite, "--seed": self.seed}
        given += [part for name, value in fixed.items() for part in (name, str(value))]
        return [*given, "--max-examples", str(self.max_examples)]

    def selecting(self, count: int, specs: dict[str, str]) -> Self:
        return replace(self, selected=count, specs=specs)


def write_record(record: RunRecord, parts: Path) -> None:
    """Writes the record atomically."""
    aside = parts / f"{RECORD}.new"
    aside.write_text(json.dumps(asdict(record), default=str, indent=1), encoding="utf-8")
    aside.replace(parts / RECORD)


def read_record(parts: Path) -> RunRecord:
    """The record of a run; raises NotResumableError."""
    path = parts / RECORD
    if not path.exists():
        raise NotResumableError(f"{path}: there is no run to complete. Name the folder of a run (`--out`).")
    try:
        return TypeAdapter(RunRecord).validate_json(read_text(path))
    except (UnreadableFileError, ValidationError) as error:
        raise NotResumableError(f"{path}: it is not readable. Run it again from the start.") from error


def read_outcomes(parts: Path) -> list[Outcome]:
    """The outcomes so far, the last one of each scenario; truncated lines are skipped."""
    found: dict[str, Outcome] = {}
    path = parts / OUTCOMES
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else ()
    for line in lines:
        try:
            outcome = Outcome.from_dict(json_of(line, path))
        except (UnreadableFileError, ValueError, ValidationError):
            continue
        found[outcome.scenario] = outcome
    return list(found.values())


def ensure_unfinished(out: Path) -> None:
    """Raises NotResumableError for a run that is complete with a verdict."""
    try:
        is_complete = (out / FILE).is_file() and read_verdict(out).verdict != "inconclusive"
    except UnreadableVerdictError:
        return
    if is_complete:
        raise NotResumableError(f"{out}: the run is complete. `provestand report` shows it.")


def keep_finished(parts: Path) -> list[Outcome]:
    """Keeps the conclusive outcomes, and returns them: a scenario that broke or had no answer runs again."""
    finished = [outcome for outcome in read_outcomes(parts) if outcome.result != "error"]
    aside = parts / f"{OUTCOMES}.new"
    aside.write_text("".join(as_line(outcome) for outcome in finished), encoding="utf-8")
    aside.replace(parts / OUTCOMES)
    (parts / FINISHED).write_text(json.dumps([outcome.scenario for outcome in finished]), encoding="utf-8")
    return finished


def finished_before(parts: Path) -> frozenset[str]:
    """The scenarios that a resumed run need not run again; every process must see the same ones."""
    path = parts / FINISHED
    if not path.is_file():
        return frozenset()
    try:
        return frozenset(map(str, read_json(path)))
    except (UnreadableFileError, TypeError) as error:
        raise pytest.UsageError(f"{path}: it is not readable. Run it again from the start.") from error


def missing_text(record: RunRecord, outcomes: Iterable[Outcome]) -> str:
    """How a run that was cut off describes itself."""
    ended = len(list(outcomes))
    counted = f"{ended} of {record.selected} scenarios had" if record.selected else f"{ended} scenarios had"
    completes = f"`provestand {record.command} --resume` completes it"
    return f"the run ended early: it was cut off when {counted} an outcome; {completes}"


def as_line(outcome: Outcome) -> str:
    return json.dumps(outcome.as_dict(), ensure_ascii=False) + "\n"
