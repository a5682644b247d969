"""A run from start to verdict, and the part of each worker process."""

import contextlib
import datetime
import shlex
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from harness.clients.recorded import Recorded
from harness.contract.contract import Contract
from harness.contract.pinned import contract_of
from harness.http.recording import write_har
from harness.redaction.redacted import ours
from harness.reporting.folder import write_results
from harness.reporting.junit import add_earlier
from harness.reporting.room import no_room
from harness.suite.lanes import Baton
from harness.suite.options import EMBEDDED
from harness.suite.patience import INTERRUPTED
from harness.suite.recorded import RecordedStands, nobodys_target, recorded_target, redactor_for
from harness.suite.settings import Settings, read_contracts, read_target
from harness.suite.stand import Stands
from harness.suite.traffic import read_clients_traffic, read_traffic
from harness.suite.unfinished import (
    OUTCOMES,
    RunRecord,
    as_line,
    ensure_unfinished,
    keep_finished,
    missing_text,
    read_outcomes,
    read_record,
)
from harness.targets.embedded import RunningSandbox, running_sandbox
from harness.targets.model import Target
from harness.verdict.conclusion import EXIT_CODES, conclude_shards, shard_of
from harness.verdict.model import Environment, Surface, Verdict, write_verdict
from harness.verdict.outcome import Outcome
from harness.verdict.shard import ENDED_EARLY, Circumstances, Shard, write_shards
from harness.verdict.waivers import Waiver

Observe = Callable[[Verdict, Iterable[Contract], Path], list[dict[str, object]]]


@dataclass
class Worker:
    """Everything that one process needs to run scenarios."""

    settings: Settings
    target: Target
    contracts: Mapping[str, Contract]
    stands: Stands | RecordedStands
    waivers: tuple[Waiver, ...] = ()
    baton: Baton = field(default_factory=Baton)
    recorded: Recorded | None = None
    """The recorded traffic of a client, if one is judged by a recording."""

    @classmethod
    def open(
        cls, settings: Settings, target_name: str, start: Path, worker_id: str, waivers: tuple[Waiver, ...]
    ) -> Self:
        """Reads target and contracts, or a recording; raises pytest.UsageError and NothingRecordedError."""
        recording = settings.parts / f"exchanges-{worker_id}.jsonl"
        if settings.recorded is not None and settings.judges_a_client:
            found = read_clients_traffic(settings)
            target, redactor = nobodys_target(settings.apis), redactor_for(found.contracts.values())
            nobody = RecordedStands(target, {}, recording, redactor)
            return cls(settings, target, found.contracts, nobody, waivers, recorded=found)
        if settings.recorded is not None:
            traffic = read_traffic(settings, start)
            target = recorded_target(traffic)
            recorded = {api: each.contract for api, each in traffic.items()}
            answered = RecordedStands(target, traffic, recording, redactor_for(recorded.values()))
            return cls(settings, target, recorded, answered, waivers)
        target = read_target(target_name, start)
        contracts = read_contracts(settings, target)
        baton = Baton()
        stands = Stands(target, contracts, recording, settings.in_flight or target.in_flight, baton)
        return cls(settings, target, contracts, stands, waivers, baton)

    def close(self) -> None:
        self.stands.__exit__()


@dataclass
class Run:
    """The state collected by the main process.

    `observe` reports where the recorded traffic in the results folder differs from the contracts; the caller may
    provide it.
    """

    settings: Settings
    waivers: tuple[Waiver, ...] = ()
    target: Target | None = None
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sandbox: RunningSandbox | None = None
    record: Path | None = None
    """The file to which the sandbox writes the calls of a client under test."""
    client_name: str = ""
    """The name that the client under test gives itself."""
    verdict: Verdict | None = None
    was_cut_off: bool = False
    """Whether the run was interrupted, or something broke that says nothing about the target."""
    nothing_was_selected: bool = False
    observe: Observe | None = None
    is_grounded: bool = False
    """Whether the run ended before its first scenario because nothing could be judged."""
    earlier: tuple[Outcome, ...] = ()
    """The outcomes from before the interruption, if this run was resumed."""
    _may_break_off: bool = False
    """Whether the step in progress at the end may be skipped."""
    _started: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    def resumed(cls, settings: Settings, waivers: tuple[Waiver, ...]) -> Self:
        """A run that continues one that was cut off; raises NotResumableError."""
        ensure_unfinished(settings.out)
        started = read_record(settings.parts).started
        finished = keep_finished(settings.parts)
        return cls(settings, waivers, outcomes=finished, earlier=tuple(finished), _started=started)

    def start(self) -> None:
        """Starts the built-in sandbox if it is the target; raises SandboxEndedError."""
        if self.settings.target == EMBEDDED and self.settings.recorded is None:
            arguments = ["--seed", str(self.settings.seed), *self.settings.sandbox_options]
            if self.settings.judges_a_client:
                # It contains tokens: it is kept apart from the results, and is deleted when the run ends.
                folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="provestand-record-"))
                self.record = Path(folder) / "record.jsonl"
                # Answers vary only in scenarios about variation: otherwise no client could be seen to handle the plain
                # case.
                arguments += ["--record", str(self.record), "--knob", "leeway=unused"]
            self.sandbox = self._stack.enter_context(running_sandbox(*arguments))

    @property
    def target_name(self) -> str:
        """The name or file by which a worker finds the target."""
        return str(self.sandbox.target_file) if self.sandbox else self.settings.target

    def add(self, outcome: Outcome) -> None:
        """Adds a scenario's outcome, and writes it to disk immediately."""
        self.outcomes.append(outcome)
        with (self.settings.parts / OUTCOMES).open("a", encoding="utf-8") as file:
            file.write(as_line(outcome))

    @property
    def exit_code(self) -> int | None:
        """The exit code; None without a verdict. A run that was cut off counts as not judged, whatever it found."""
        if self.verdict is None:
            return None
        if self.nothing_was_selected:
            return 2
        return 3 if self.was_cut_off else EXIT_CODES[self.verdict.verdict]

    def cut_off(self, why: str) -> None:
        """Notes that the run ends early."""
        self.problems.append(f"{ENDED_EARLY}{why}")
        self.was_cut_off = True

    def interrupt(self) -> None:
        """Interrupts the writing of results, from a signal handler: what can be made later is skipped."""
        if not self.was_cut_off:
            self.cut_off(INTERRUPTED)
        if self._may_break_off:
            raise KeyboardInterrupt

    def finish(self) -> Verdict:
        """Concludes and writes verdict.json, then all that is made from it; one failing step leaves the others."""
        if self.was_cut_off and self.sandbox is not None:
            self.sandbox.kill()
        self._conclude()
        recordings = sorted(self.settings.parts.glob("exchanges-*.jsonl"))
        self._take(
            {
                "exchanges.har": lambda: write_har(recordings, self.settings.out / "exchanges.har"),
                "junit.xml": self._complete_junit,
                "observed drift": self._observe_drift,
            }
        )
        self._take({"reports": self._write_reports})
        if not self.was_cut_off and self._concluded().verdict != "inconclusive":  # else it may be resumed
            for recording in recordings:
                recording.unlink()
        return self._concluded()

    def _take(self, steps: Mapping[str, Callable[[], object]]) -> None:
        """Takes each step; if one broke, or the run was interrupted meanwhile, the verdict says so."""
        known = len(self.problems)
        broken = [f"{name}: it could not be made ({kind})" for name, step in steps.items() if (kind := _breaking(step))]
        if broken:
            self.problems += broken
            self.was_cut_off = True
        if len(self.problems) > known:
            write_shards([self._conclude()], self.settings.out)

    def _write_reports(self) -> None:
        known, contracts = len(self.problems), list(self.contracts.values())
        write_results([self._conclude()], self._concluded(), contracts, self.settings.out)
        if len(self.problems) > known:  # interrupted meanwhile: the pages must say so as well
            write_results([self._conclude()], self._concluded(), contracts, self.settings.out)

    def _shard(self) -> Shard:
        recorded = self.settings.recorded
        circumstances = Circumstances(
            target=f"recording {recorded.name}" if recorded else self.client_name or self.settings.target,
            seed=self.settings.seed,
            started=self._started,
            finished=datetime.datetime.now(datetime.UTC),
            reproduce=self.settings.reproduce,
            problems=tuple(map(ours, self.problems)),
            waivers=self.waivers,
            environment=environment_of(self.target, self.contracts) if self.target and recorded is None else None,
            silence="" if recorded is None else "the recording does not show it",
            fail_on=self.settings.fail_on,
            require_coverage=self.settings.require_coverage,
            actor="client" if self.settings.judges_a_client else "server",
        )
        return shard_of(self.outcomes, self.contracts.values(), circumstances, partial=self.settings.is_partial)

    def verdict_so_far(self) -> Verdict:
        """The verdict on the scenarios that have ended."""
        return conclude_shards([self._shard()], self.contracts.values())

    def _conclude(self) -> Shard:
        drift = self.verdict.observed_drift if self.verdict else []
        shard = self._shard()
        self.verdict = conclude_shards([shard], self.contracts.values())
        self.verdict.observed_drift += drift
        write_verdict(self.verdict, self.settings.out)
        return shard

    def _concluded(self) -> Verdict:
        if self.verdict is None:
            raise RuntimeError("the run has no verdict yet")
        return self.verdict

    def _complete_junit(self) -> None:
        if self.earlier and self.settings.junit.is_file():
            contracts = list(self.contracts.values())
            add_earlier(self.settings.junit, self.earlier, contracts, self.waivers, self.settings.fail_on)

    def _observe_drift(self) -> None:
        """The slowest step at the end of a run: one that was cut off leaves it to `drift --observed`."""
        if self.observe is None or self.settings.judges_a_client or self.was_cut_off:
            return
        verdict = self._concluded()
        try:
            self._may_break_off = True
            verdict.observed_drift += self.observe(verdict, list(self.contracts.values()), self.settings.out)
            self._may_break_off = False
        except KeyboardInterrupt:
            if not self.was_cut_off:
                raise
        finally:
            self._may_break_off = False

    def close(self) -> None:
        """Stops everything that was started."""
        self._stack.close()


def _breaking(step: Callable[[], object]) -> str:
    """Takes a step and returns the name of the exception it raised, or ""; a full disk is re-raised."""
    try:
        step()
    except (Exception, KeyboardInterrupt) as error:
        if no_room(error) is not None:
            raise
        return type(error).__name__
    return ""


def conclude_unfinished(out: Path) -> Verdict:
    """The verdict on the outcomes of a run that was cut off, written to its folder like that of a complete run.

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
        reproduce=_again(record),
        actor="client" if record.command == "client" else "server",
        problems=(ours(missing_text(record, outcomes)),),
        fail_on=record.fail_on,
        require_coverage=record.require_coverage,
    )
    shard = shard_of(outcomes, contracts, circumstances, partial=bool(record.requirements))
    verdict = conclude_shards([shard], contracts)
    write_har(sorted(parts.glob("exchanges-*.jsonl")), out / "exchanges.har")
    write_results([shard], verdict, contracts, out)
    return verdict


def _again(record: RunRecord) -> str:
    """The command that repeats a run, without any choice of requirements."""
    what = ["--drive", record.drive or ""] if record.command == "client" else ["--target", record.target]
    return shlex.join(["provestand", record.command, *what, "--seed", str(record.seed)])


def environment_of(target: Target, apis: Iterable[str]) -> Environment:
    """The environment of a target as shown in the verdict; a target contains no secrets."""
    return Environment(
        profile=target.profile,
        issuer=target.maskinporten.issuer,
        consumer=target.maskinporten.consumer,
        apis=[
            Surface(
                api=api,
                base_url=target.apis[api].base_url,
                access={name: way.kind for name, way in target.apis[api].access.items()},
                organisations=list(target.apis[api].organisations),
            )
            for api in apis
            if api in target.apis
        ],
    )
