"""Spreads the trials of a self-test over worker processes.

A clean run with a survey comes first: it shows which scenarios each fault can affect, and which requirements each
scenario judges. A scenario that sees the same answers takes the same course, so under a fault only the scenarios that
it reaches are run, beginning with those that judge the requirement it breaks, until one finds it broken. Variations
that change no part of an answer in common are tried together.
"""

import queue
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.selftest.groups import grouped, left_of, merged, pieces_of, said_of_each
from harness.selftest.matrix import Shard
from harness.selftest.shares import asked_about, why_unmet
from harness.selftest.trial import Enough, Reach, Result, Subject, Trial
from harness.selftest.workers import Worker, end_now

FEW = 8
"""Up to this many subjects are tried faster without a survey, which costs as much as a run of the whole suite."""

ENOUGH: dict[str, Enough] = {"fault": "right requirement", "mutant": "any requirement", "share": "any requirement"}


@dataclass(frozen=True)
class Order:
    """The specification of a self-test. `whole` runs every scenario against every subject.

    `surveyed` is healthy and has the seed of the broken ones; the others in `healthy` each get their own sandbox.
    """

    scenarios: Path
    subjects: Sequence[Subject]
    workers: int
    surveyed: Subject
    healthy: Sequence[Subject] = ()
    mutants: int = 0
    whole: bool = False
    together: bool = True
    """Whether variations that change no part of an answer in common may be tried together."""
    options: tuple[str, ...] = ()
    """Further options of the suite."""
    shard: Shard = field(default_factory=Shard)
    """Selects this self-test's share of the drawn mutants; `subjects` are already its share."""


def run_trials(order: Order, report: Callable[[Result], None]) -> None:
    """Runs the whole order; results are reported as they arrive, from several threads, one at a time."""
    with tempfile.TemporaryDirectory(prefix="provestand-selftest-", ignore_cleanup_errors=True) as folder:
        _Schedule(order, report, Path(folder)).run()


class _Schedule:
    """Threads that take trials from one queue, each with a worker process.

    The thread that runs the survey queues the trials that depend on it; healthy sandboxes need not wait for it.
    """

    def __init__(self, order: Order, report: Callable[[Result], None], folder: Path) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._report = report
        self._trials: queue.SimpleQueue[Trial | None] = queue.SimpleQueue()
        self._pieces: Counter[Subject] = Counter()
        """The number of trials that each subject is in."""
        self._said: defaultdict[Subject, list[Result]] = defaultdict(list)
        self._is_ended = False
        self._workers = [Worker(order.scenarios, folder, order.options) for _ in range(order.workers)]

    def run(self) -> None:
        order = self._order
        surveyed = [order.surveyed] if _needs_survey(order) else []
        for subject in surveyed:
            self._trials.put(Trial(subject, survey=asked_about(order.subjects), mutants=order.mutants))
        for subject in order.healthy:
            if subject not in surveyed:
                self._trials.put(Trial(subject))
        if not surveyed:
            self._put_what_follows(None)
        threads = [threading.Thread(target=self._work, args=(worker,), daemon=True) for worker in self._workers]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException:
            with self._lock:
                self._is_ended = True
            end_now(self._workers)
            raise

    def _work(self, worker: Worker) -> None:
        for trial in iter(self._trials.get, None):
            if self._is_ended:
                return
            if trial.survey is not None:
                self._survey(worker, trial)
            elif trial.beside:
                self._try_together(worker, trial)
            else:
                self._say([worker.run(trial)])
        worker.close()

    def _try_together(self, worker: Worker, trial: Trial) -> None:
        """Tries several variations, then each alone in the scenarios that did not clear it."""
        result = worker.run(trial)
        said = defaultdict(list, {each.subject: [each] for each in said_of_each(trial, result)})
        for left in left_of(trial, result):
            if self._is_ended:
                return
            said[left.subject].append(worker.run(left))
        self._say([merged(results) for results in said.values()])

    def _say(self, results: Iterable[Result]) -> None:
        """Reports each subject whose trials have all ended."""
        for result in results:
            with self._lock:
                said = self._said[result.subject]
                said.append(result)
                is_all = len(said) >= self._pieces[result.subject]
            if is_all:
                self._tell(merged(said))

    def _survey(self, worker: Worker, trial: Trial) -> None:
        reach = None
        try:
            result = worker.run(trial)
            reach = result.reach
            self._tell(result)
        finally:  # otherwise the others would wait for ever
            self._put_what_follows(reach)

    def _put_what_follows(self, reach: Reach | None) -> None:
        trials = ordered(self._order, reach)
        self._pieces.update(subject for trial in trials for subject in trial.members)
        for trial in trials:
            why = why_unmet(trial.subject, reach) if reach is not None and trial.subject.kind == "share" else ""
            if why:
                self._tell(Result(trial.subject, unmet=why))
            else:
                self._trials.put(trial)
        for _ in range(self._order.workers):
            self._trials.put(None)

    def _tell(self, result: Result) -> None:
        with self._lock:
            if not self._is_ended:  # after that, a result only shows that its process was ended
                self._report(replace(result, reach=None))


def _needs_survey(order: Order) -> bool:
    """Whether to survey: mutants are drawn from a survey, and it shows which shares no call meets."""
    if order.mutants or any(subject.kind == "share" for subject in order.subjects):
        return True
    return not order.whole and len(order.subjects) > FEW


def ordered(order: Order, reach: Reach | None) -> Sequence[Trial]:
    """The trials of the requested subjects and of the drawn mutants.

    First those that need their own sandbox, then those that run to the end; of these, variations that the survey
    cannot judge come first, because they may take any amount of time.
    """
    mutants = order.shard.of_all(reach.mutants) if reach is not None else []
    subjects = [*order.subjects, *mutants]
    trials = []
    if reach is not None and order.together and not order.whole:
        variations = [subject for subject in subjects if subject.kind == "benign"]
        subjects = [subject for subject in subjects if subject.kind != "benign"]
        trials = [piece for group in grouped(variations, reach) for piece in pieces_of(group, reach)]
    trials += [_trial(subject, reach, order) for subject in subjects]
    told = reach.told if reach is not None else frozenset()
    return sorted(trials, key=lambda trial: _haste(trial, told))


def _trial(subject: Subject, reach: Reach | None, order: Order) -> Trial:
    if order.whole:
        return Trial(subject)
    scenarios = reach.scenarios_of(subject) if reach is not None else None
    return Trial(subject, scenarios, ENOUGH.get(subject.kind, "everything"))


def _haste(trial: Trial, told: frozenset[str]) -> tuple[bool, bool, bool, int]:
    is_everything = trial.enough == "everything"
    is_told = trial.subject.full_name in told
    return not trial.subject.arguments, not is_everything, is_everything and is_told, -len(trial.scenarios or ())
