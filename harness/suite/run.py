"""A run from start to verdict, and each worker's part in it."""

import contextlib
import datetime
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from harness.contract.contract import Contract
from harness.contract.pinned import contract_of
from harness.http.recording import write_har
from harness.reporting.allure_results import write_environment
from harness.suite.settings import EMBEDDED, Settings, read_contracts, read_target
from harness.suite.stand import Stands
from harness.suite.unfinished import (
    OUTCOMES,
    as_line,
    ensure_unfinished,
    keep_finished,
    missing_text,
    read_outcomes,
    read_record,
)
from harness.targets.embedded import RunningSandbox, running_sandbox
from harness.targets.model import Target
from harness.verdict.conclusion import Circumstances, conclude
from harness.verdict.model import Verdict, write_verdict
from harness.verdict.outcome import Outcome


@dataclass
class Worker:
    """What one process needs to run scenarios."""

    settings: Settings
    target: Target
    contracts: Mapping[str, Contract]
    stands: Stands

    @classmethod
    def open(cls, settings: Settings, target_name: str, start: Path, worker_id: str) -> Self:
        """Reads target and contracts; raises pytest.UsageError."""
        target = read_target(target_name, start)
        contracts = read_contracts(settings, target)
        recording = settings.parts / f"exchanges-{worker_id}.jsonl"
        return cls(settings, target, contracts, Stands(target, contracts, recording))

    def close(self) -> None:
        self.stands.__exit__()


@dataclass
class Run:
    """What the process in charge collects."""

    settings: Settings
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sandbox: RunningSandbox | None = None
    verdict: Verdict | None = None
    _started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    def resumed(cls, settings: Settings) -> Self:
        """A run that goes on where an earlier one was cut off; raises NotResumableError."""
        ensure_unfinished(settings.out)
        started = read_record(settings.parts).started
        return cls(settings, outcomes=keep_finished(settings.parts), _started=started)

    def start(self) -> None:
        """Starts the built-in sandbox where it is the target; raises SandboxEndedError."""
        if self.settings.target == EMBEDDED:
            arguments = ("--seed", str(self.settings.seed))
            self.sandbox = self._stack.enter_context(running_sandbox(*arguments))

    @property
    def target_name(self) -> str:
        """What a worker finds the target by."""
        return str(self.sandbox.target_file) if self.sandbox else self.settings.target

    def add(self, outcome: Outcome) -> None:
        """Takes in what a scenario found, and puts it on disk at once."""
        self.outcomes.append(outcome)
        with (self.settings.parts / OUTCOMES).open("a", encoding="utf-8") as file:
            file.write(as_line(outcome))

    def finish(self) -> Verdict:
        """Concludes and writes verdict.json, exchanges.har and Allure's environment."""
        circumstances = Circumstances(
            target=self.settings.target,
            seed=self.settings.seed,
            started=self._started,
            finished=datetime.datetime.now(datetime.UTC),
            reproduce=self.settings.reproduce,
            problems=tuple(self.problems),
        )
        self.verdict = conclude(self.outcomes, self.contracts.values(), circumstances, partial=self.settings.is_partial)
        recordings = sorted(self.settings.parts.glob("exchanges-*.jsonl"))
        write_har(recordings, self.settings.out / "exchanges.har")
        write_environment(self.verdict, self.settings.out / "allure-results")
        write_verdict(self.verdict, self.settings.out)
        if self.verdict.verdict != "inconclusive":  # else somebody may complete the run
            for recording in recordings:
                recording.unlink()
        return self.verdict

    def close(self) -> None:
        """Stops what was started."""
        self._stack.close()


def conclude_unfinished(out: Path) -> Verdict:
    """The verdict over what a run that was cut off had found, written into its folder as a whole run's is.

    Raises NotResumableError.
    """
    parts = out / ".parts"
    record, outcomes = read_record(parts), read_outcomes(parts)
    contracts = [contract_of(api, version) for api, version in record.specs.items()]
    circumstances = Circumstances(
        target=record.target,
        seed=record.seed,
        started=record.started,
        finished=datetime.datetime.fromtimestamp((parts / OUTCOMES).stat().st_mtime, datetime.UTC),
        reproduce=shlex.join(["provestand", "run", "--target", record.target, "--seed", str(record.seed)]),
        problems=(missing_text(record, outcomes),),
    )
    verdict = conclude(outcomes, contracts, circumstances, partial=bool(record.requirements))
    write_har(sorted(parts.glob("exchanges-*.jsonl")), out / "exchanges.har")
    write_verdict(verdict, out)
    return verdict
