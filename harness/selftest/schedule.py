"""Spreads the trials of a self-test over worker processes.

A clean run with a survey of each API comes first: it shows which scenarios each fault can affect, and which
requirements each scenario judges. A scenario that sees the same answers takes the same course, so under a fault only
the scenarios that it reaches are run, beginning with those that judge the requirement it breaks, until one finds it
broken. Variations that change no part of an answer in common are tried together.
"""

import itertools
import queue
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.contract.pinned import api_names
from harness.selftest.groups import grouped, left_of, merged, pieces_of, said_of_each
from harness.selftest.matrix import Shard
from harness.selftest.shares import asked_about, why_unmet
from harness.selftest.trial import Enough, Reach, Result, Subject, Trial
from harness.selftest.workers import Worker, end_now

FEW = 8
"""Up to this many subjects are tried faster without a survey, which costs as much as a run of the whole suite."""

Haste = tuple[int, int]
LAST: Haste = (8, 0)

WAITING = 5
"""Seconds that no scenario takes in a survey unless it waits."""

PER_SURVEY = 3
"""The workers that a survey takes the place of: a core has as many, and everything else waits for the surveys."""

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
    """Threads that take trials from one queue, the most urgent first, each with a worker process.

    Each API is surveyed by itself; the thread that runs the last survey queues the trials that depend on them. Healthy
    sandboxes, and variations with a sandbox of their own, need not wait for it.
    """

    def __init__(self, order: Order, report: Callable[[Result], None], folder: Path) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._report = report
        self._trials: queue.PriorityQueue[tuple[Haste, int, Trial | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._open = 0
        """The number of trials that have been queued and have not ended."""
        self._pieces: Counter[Subject] = Counter()
        """The number of trials that each subject is in."""
        self._said: defaultdict[Subject, list[Result]] = defaultdict(list)
        self._surveys = _surveys_of(order)
        self._surveyed: list[Result] = []
        self._independent = _independent_of(order)
        self._spare = max(0, order.workers - PER_SURVEY * len(self._surveys))
        """How many trials may run beside the surveys."""
        self._reach: Reach | None = None
        self._is_ended = False
        self._workers = [Worker(order.scenarios, folder, order.options) for _ in range(order.workers)]

    def run(self) -> None:
        self._put(self._surveys)
        self._put(self._independent[: self._spare])
        if not self._surveys:
            self._put_what_follows()
        if not self._open:
            return
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

    def _put(self, trials: Iterable[Trial]) -> None:
        with self._lock:
            for trial in trials:
                self._pieces.update(trial.members)
                self._open += 1
                self._trials.put((haste(trial, self._reach), next(self._numbers), trial))

    def _end_one(self) -> None:
        """Counts a trial that has ended; the last one ends the threads."""
        with self._lock:
            self._open -= 1
            if not self._open:
                for _ in self._workers:
                    self._trials.put((LAST, next(self._numbers), None))

    def _work(self, worker: Worker) -> None:
        while (trial := self._trials.get()[-1]) is not None:
            if self._is_ended:
                return
            try:
                self._run(worker, trial)
            finally:  # otherwise the others would wait for ever
                self._end_one()
        worker.close()

    def _run(self, worker: Worker, trial: Trial) -> None:
        result = worker.run(trial)
        if trial.survey is not None:
            self._survey_ended(result)
        elif trial.beside and self._reach is not None:
            self._put(left_of(trial, result, self._reach.companions))
            self._say(said_of_each(trial, result))
        else:
            self._say([result])

    def _say(self, results: Iterable[Result]) -> None:
        """Reports each subject whose trials have all ended."""
        for result in results:
            with self._lock:
                said = self._said[result.subject]
                said.append(result)
                is_all = len(said) >= self._pieces[result.subject]
            if is_all:
                self._tell(merged(said))

    def _survey_ended(self, result: Result) -> None:
        with self._lock:
            self._surveyed.append(result)
            if len(self._surveyed) < len(self._surveys):
                return
        self._tell(replace(merged(self._surveyed), subject=self._order.surveyed))
        reaches = [each.reach for each in self._surveyed if each.reach is not None]
        self._reach = Reach.of_all(reaches) if len(reaches) == len(self._surveyed) else None
        self._put_what_follows()

    def _put_what_follows(self) -> None:
        following = self._independent[self._spare :]
        for trial in trials_of(self._order, self._reach):
            subject, reach = trial.subject, self._reach
            why = why_unmet(subject, reach) if reach is not None and subject.kind == "share" else ""
            if why:
                self._tell(Result(subject, unmet=why))
            else:
                following.append(trial)
        self._put(following)

    def _tell(self, result: Result) -> None:
        with self._lock:
            if not self._is_ended:  # after that, a result only shows that its process was ended
                self._report(replace(result, reach=None))


def _needs_survey(order: Order) -> bool:
    """Whether to survey: mutants are drawn from a survey, and it shows which shares no call meets."""
    if order.mutants or any(subject.kind == "share" for subject in order.subjects):
        return True
    return not order.whole and len(order.subjects) > FEW


def _surveys_of(order: Order) -> list[Trial]:
    """A survey of each API that the healthy sandbox is about; none if no survey is needed."""
    if not _needs_survey(order):
        return []
    asked: dict[str, list[Subject]] = {api: [] for api in ([order.surveyed.api] if order.surveyed.api else api_names())}
    for subject in order.subjects:
        asked.setdefault(subject.api, []).append(subject)
    return [
        Trial(replace(order.surveyed, api=api), survey=asked_about(subjects), mutants=order.mutants)
        for api, subjects in asked.items()
    ]


def _independent_of(order: Order) -> list[Trial]:
    """The trials that need no survey, because they have sandboxes of their own."""
    surveyed = {order.surveyed} if _needs_survey(order) else set()
    healthy = [Trial(subject) for subject in order.healthy if subject not in surveyed]
    return [*healthy, *(_trial(subject, None, order) for subject in order.subjects if subject.arguments)]


def trials_of(order: Order, reach: Reach | None) -> Sequence[Trial]:
    """The trials of the requested subjects and of the drawn mutants, except those that need a sandbox of their own."""
    mutants = order.shard.of_all(reach.mutants) if reach is not None else []
    subjects = [*(subject for subject in order.subjects if not subject.arguments), *mutants]
    trials = []
    if reach is not None and order.together and not order.whole:
        variations = [subject for subject in subjects if subject.kind == "benign"]
        subjects = [subject for subject in subjects if subject.kind != "benign"]
        trials = [piece for group in grouped(variations, reach) for piece in pieces_of(group, reach)]
    return [*trials, *(_trial(subject, reach, order) for subject in subjects)]


def _trial(subject: Subject, reach: Reach | None, order: Order) -> Trial:
    if order.whole:
        return Trial(subject)
    scenarios = reach.scenarios_of(subject) if reach is not None else None
    return Trial(subject, scenarios, ENOUGH.get(subject.kind, "everything"))


def haste(trial: Trial, reach: Reach | None) -> Haste:
    """The place of a trial in the queue: whatever may wait comes early, so that others compute meanwhile.

    After the surveys come variations that the survey cannot judge, and those that take away something that may be
    awaited. Then faults, of which some make a client wait; groups, which may leave something to be run; the trials that
    only compute, the shortest first; and scenarios that wait whatever the service does. Last is whatever needs a
    sandbox of its own, so that no process has to be started again afterwards: it computes for as long as a whole run.
    """
    if trial.survey is not None:
        return 0, 0
    if trial.subject.arguments or trial.subject.kind == "clean":
        return 7, 0
    if trial.enough != "everything":
        return 3, -len(trial.scenarios or ())
    if reach is None or trial.subject.full_name not in reach.told:
        return 1, 0
    scenarios = trial.scenarios or ()
    requests = sum(reach.requests.get(name, 0) for name in scenarios)
    if any(reach.takes(each) for each in trial.members):
        return 2, -requests
    if any(reach.seconds.get(name, 0) > WAITING for name in scenarios):
        return 6, -requests
    return (4, -requests) if trial.beside else (5, requests)
