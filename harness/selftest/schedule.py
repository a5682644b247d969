"""Spreads the trials of a self-test over worker processes.

A clean run comes first, with a survey: it tells which scenarios each fault can make a difference to. A scenario that
sees the same answers goes the same way, so that under a fault only the scenarios are run that the fault reaches; the
others' part of the result is that of the clean run. Faults that the survey cannot tell of meet every scenario.
"""

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.selftest.trial import Reach, Result, Subject, Trial
from harness.selftest.workers import Worker


@dataclass(frozen=True)
class Order:
    """What a self-test was asked for. `whole` runs every scenario against every subject.

    `surveyed` is healthy and of the seed of the broken ones; the others of `healthy` get a sandbox of their own.
    """

    scenarios: Path
    subjects: Sequence[Subject]
    workers: int
    surveyed: Subject
    healthy: Sequence[Subject] = ()
    mutants: int = 0
    whole: bool = False


def run_trials(order: Order, report: Callable[[Result], None]) -> None:
    """Runs everything that was ordered; results are reported as they come, from several threads, one at a time."""
    _Schedule(order, report).run()


class _Schedule:
    """The first worker asks the survey; meanwhile the others run what needs a sandbox of its own."""

    def __init__(self, order: Order, report: Callable[[Result], None]) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._report = report
        self._trials: queue.SimpleQueue[Trial | None] = queue.SimpleQueue()
        self._alone: queue.SimpleQueue[Trial | None] = queue.SimpleQueue()

    def run(self) -> None:
        alone = [subject for subject in self._order.subjects if subject.arguments]
        for subject in (*self._order.healthy, *alone):
            if subject != self._order.surveyed:
                self._alone.put(Trial(subject))
        self._alone.put(None)
        threads = [threading.Thread(target=self._first, daemon=True)]
        threads += [threading.Thread(target=self._further, daemon=True) for _ in range(self._order.workers - 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _first(self) -> None:
        worker = self._worker()
        survey = Trial(self._order.surveyed, survey=True, mutants=self._order.mutants)
        try:
            surveyed = worker.run(survey)
            self._tell(surveyed)
            for trial in ordered(self._order, surveyed.reach):
                self._trials.put(trial)
        finally:
            for _ in range(self._order.workers):
                self._trials.put(None)
        self._work(worker)

    def _further(self) -> None:
        self._run_alone()
        self._work(self._worker())

    def _worker(self) -> Worker:
        return Worker(self._order.scenarios, self._order.surveyed.seed)

    def _work(self, worker: Worker) -> None:
        for trial in iter(self._trials.get, None):
            self._tell(worker.run(trial))
        worker.close()
        self._run_alone()

    def _run_alone(self) -> None:
        for trial in iter(self._alone.get, None):
            worker = Worker(self._order.scenarios, trial.subject.seed, trial.subject.arguments)
            self._tell(worker.run(trial))
            worker.close()
        self._alone.put(None)

    def _tell(self, result: Result) -> None:
        with self._lock:
            self._report(replace(result, reach=None))


def ordered(order: Order, reach: Reach | None) -> Iterable[Trial]:
    """The trials of the subjects that were asked for, longest first, and of the mutants that were drawn."""
    drawn = reach.mutants if reach is not None else ()
    mutants = [Subject("mutant", name.partition("/")[2], name.partition("/")[0]) for name in drawn]
    trials = [
        Trial(subject, None if order.whole or reach is None else reach.scenarios_of(subject))
        for subject in (*order.subjects, *mutants)
        if not subject.arguments
    ]
    return sorted(trials, key=lambda trial: -len(trial.scenarios) if trial.scenarios is not None else -1_000_000)
