"""Runs the client suite against clients that misbehave in a named way, each in its own process."""

import concurrent.futures
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from harness.selftest.trial import Result, Subject
from harness.verdict.model import UnreadableVerdictError, Verdict, read_verdict

LONGEST = 600
"""Seconds for one client; a full client run takes one to two minutes on a busy machine."""


def run_client_trials(
    subjects: Sequence[Subject],
    command_of: Callable[[Subject], str],
    workers: int,
    report: Callable[[Result], None],
    *,
    whole: bool,
) -> None:
    """Runs the client scenarios against every client: those of the requirement that it breaks, or all of them.

    `command_of` returns the driver that misbehaves this way. Anything else found broken is a false alarm, and is
    reported as a separate result.
    """
    runs = ClientRuns()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(_tried, runs, subject, command_of(subject), whole=whole) for subject in subjects]
        try:
            for done in concurrent.futures.as_completed(waiting):
                for result in done.result():
                    report(result)
        except KeyboardInterrupt:
            for each in waiting:
                each.cancel()
            runs.end()
            raise


class ClientRuns:
    """The client runs in progress. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: set[subprocess.Popen[bytes]] = set()
        self._is_over = False

    def done(self, command: Sequence[str]) -> bytes:
        """The standard error of a run, once it has ended; raises subprocess.TimeoutExpired."""
        with self._lock:
            if self._is_over:
                return b""
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - our own
            self._under_way.add(process)
        try:
            return process.communicate(timeout=LONGEST)[1]
        finally:
            self._under_way.discard(process)
            process.kill()

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    def end(self) -> None:
        """Ends every run cleanly, with its client and its sandbox, and prevents new ones."""
        with self._lock:
            self._is_over = True
            for process in self._under_way.copy():
                process.terminate()


def _tried(runs: ClientRuns, subject: Subject, drive: str, *, whole: bool) -> Iterable[Result]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="provestand-selftest-") as folder:
        command = [sys.executable, "-m", "harness", "client", "--drive", drive, "--out", f"{folder}/out"]
        command += ["--seed", str(subject.seed)]
        if subject.kind == "fault" and not whole:
            command += ["--requirement", subject.requirement]
        try:
            said = runs.done(command)
            verdict = read_verdict(Path(folder) / "out")
        except subprocess.TimeoutExpired:
            return [Result(subject, problems=(f"it did not end within {LONGEST} s",))]
        except UnreadableVerdictError:
            last = said.decode(errors="replace").strip().splitlines() or ["no message"]
            return [Result(subject, problems=(last[-1][:300],))]
    return _results(subject, verdict, time.monotonic() - started)


def _results(subject: Subject, verdict: Verdict, seconds: float) -> Iterable[Result]:
    broken = tuple(dict.fromkeys(entry.requirement for entry in verdict.deviations))
    shown = {entry.requirement: f"{entry.expected}: {entry.actual}" for entry in reversed(verdict.deviations)}
    expected = {subject.requirement, *subject.breaks_with}
    alarms = tuple(key for key in broken if key not in expected)
    by = tuple(key for key in broken if key in expected) if subject.kind == "fault" else broken
    yield Result(
        subject,
        by=by,
        requests=verdict.http.requests,
        scenarios=verdict.counts.get("scenarios", 0),
        problems=tuple(str(problem) for problem in verdict.problems),
        evidence=tuple(f"{key}: {shown[key]}" for key in by),
        seconds=round(seconds, 1),
    )
    if subject.kind == "fault" and alarms:
        beside = Subject("benign", f"{subject.name}, besides what it breaks", subject.api, text=subject.text)
        yield Result(beside, by=alarms, evidence=tuple(f"{key}: {shown[key]}" for key in alarms))
