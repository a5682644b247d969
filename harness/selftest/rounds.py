"""A pytest plugin that runs the collected scenarios in rounds, each against another condition of the sandbox.

Interpreter, collection, contracts, keys and tokens are shared; anything learnt from answers is not.
"""

import itertools
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import FrameType
from urllib.parse import urlsplit

import httpx
import pytest

from harness.exchange import Exchange
from harness.selftest.trial import Companion, Due, Reach, Result, Subject, Trial, distance
from harness.suite.run import Worker
from harness.suite.selection import api_of, cited_by
from harness.suite.stand import Stands
from harness.verdict.outcome import Outcome

REACHED = "Provestand-Reached"
LEADER = "provestand-leader"

Names = Mapping[str, Sequence[tuple[str, bool]]]
"""Subjects by API and number, each with whether the answers show all of its effect."""


class Rounds:
    """Runs trials as they arrive and reports the result of each. `end` is the SIGTERM handler."""

    def __init__(
        self,
        trials: Iterable[Trial],
        report: Callable[[Result], None],
        end: Callable[[int, FrameType | None], None],
    ) -> None:
        self._trials = trials
        self._report = report
        self._end = end
        self._outcomes: list[Outcome] = []
        self._seconds: dict[str, float] = {}
        """How long each scenario of the round took."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # Imported here because pytest warns about a plugin imported before its assertions could be rewritten.
        from harness.suite.plugin import WORKER  # noqa: PLC0415

        session.config.pluginmanager.unregister(name=LEADER)  # it would draw one conclusion over all rounds
        worker = session.config.stash[WORKER]
        issuer = urlsplit(worker.target.maskinporten.issuer)
        # A normal run ends after the scenario that a signal interrupts; the parent ends this one immediately.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._end)
        if session.shouldstop:
            return True
        items = {item.nodeid: item for item in session.items}
        with httpx.Client(base_url=f"{issuer.scheme}://{issuer.netloc}/sandbox", trust_env=False) as control:
            for trial in self._trials:
                self._report(self._round(items, worker, trial, control))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        members = getattr(report, "provestand", None)
        if members is not None:
            self._outcomes.append(Outcome.from_dict(members))

    def _round(self, items: Mapping[str, pytest.Item], worker: Worker, trial: Trial, control: httpx.Client) -> Result:
        started = time.monotonic()
        witness = Witness()
        told = _switch(control, trial)
        assert isinstance(worker.stands, Stands)  # noqa: S101 - trials never judge a recording
        worker.stands.begin(witness)
        self._outcomes, self._seconds = [], {}
        self._run(_wanted(items, trial), trial)
        reach = None
        if trial.survey is not None:
            reach = witness.reach(told, _mutants(control, trial), _companions(control), self._outcomes)
            reach = replace(reach, seconds=self._seconds)
        result = concluded(trial, self._outcomes, time.monotonic() - started, reach)
        return replace(result, again=unclear(trial, self._outcomes, witness.met(told))) if trial.beside else result

    def _run(self, items: Sequence[pytest.Item], trial: Trial) -> None:
        for item, following in itertools.pairwise([*items, None]):
            if item is None:
                return
            started = time.monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._seconds[item.nodeid] = time.monotonic() - started
            if is_enough(trial, self._outcomes):
                # Session fixtures live for one round: the next one sets them up again.
                item.config.hook.pytest_runtest_teardown(item=item, nextitem=None)
                return


def _wanted(items: Mapping[str, pytest.Item], trial: Trial) -> Sequence[pytest.Item]:
    named = items if trial.scenarios is None else trial.scenarios
    wanted = [items[name] for name in named if trial.subject.api in {"", api_of(items[name])}]
    if trial.scenarios is not None or trial.enough == "everything":
        return wanted
    return sorted(wanted, key=lambda item: distance(trial.subject, cited_by(item)))


def is_enough(trial: Trial, outcomes: Iterable[Outcome]) -> bool:
    """Whether the scenarios' findings decide the trial."""
    found = (finding.requirement for outcome in outcomes for finding in outcome.findings)
    match trial.enough:
        case "everything":
            return False
        case "right requirement":
            return trial.subject.requirement in found
        case "any requirement":
            return any(True for _ in found)


def _switch(control: httpx.Client, trial: Trial) -> Names:
    """Puts the sandbox into the trial's condition; returns the subjects that answers name, by API and number."""
    if trial.survey is None:
        names = [] if trial.subject.kind == "clean" else [subject.full_name for subject in trial.members]
        control.put("/faults", params={"tells": ""} if trial.beside else {}, json=names).raise_for_status()
        return {trial.subject.api: [(name, True) for name in names]} if trial.beside else {}
    told = control.put("/survey", json=list(trial.survey)).raise_for_status().json()
    return {api: [(f"{api}/{row['name']}", row["told"]) for row in rows] for api, rows in told.items()}


def _mutants(control: httpx.Client, trial: Trial) -> tuple[Subject, ...]:
    if not trial.mutants:
        return ()
    seed = trial.subject.seed
    chosen = control.get("/mutants", params={"number": trial.mutants, "seed": seed}).raise_for_status()
    return tuple(
        Subject("mutant", row["name"], api, text=row["text"], seed=seed)
        for api, rows in chosen.json().items()
        for row in rows
    )


def _companions(control: httpx.Client) -> dict[str, Companion]:
    told = control.get("/survey").raise_for_status().json()
    return {name: Companion(frozenset(row["apart"]), row["takes"]) for name, row in told.items()}


def unclear(trial: Trial, outcomes: Iterable[Outcome], met: Mapping[str, Counter[str]]) -> dict[str, tuple[str, ...]]:
    """For each variation of a group, by full name, the scenarios that did not clear it.

    A scenario that found something clears none of them, because any of them may be the cause. It also clears none if
    several of them changed answers and it ended differently than in a healthy sandbox, or judged fewer answers by a
    requirement: one may have hidden the other. It does not clear a variation that changed fewer answers than it does
    alone. `met` counts the answers that each variation changed, by scenario.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    by_name = {outcome.scenario: outcome for outcome in outcomes}
    for scenario, due in trial.due.items():
        is_clear = scenario in by_name and _clears(by_name[scenario], due, len(+met[scenario]))
        for name, changed in due.changed.items():
            if not is_clear or met[scenario][name] < changed:
                found[name].append(scenario)
    return {name: tuple(scenarios) for name, scenarios in found.items()}


def _clears(outcome: Outcome, due: Due, changing: int) -> bool:
    """Whether a scenario in which `changing` variations changed answers clears them."""
    if outcome.findings or outcome.result == "error":
        return False
    judged_all = all(judged <= outcome.judged.get(key, 0) for key, judged in due.judged.items())
    return changing <= 1 or (outcome.result == due.result and judged_all)


def concluded(trial: Trial, outcomes: Iterable[Outcome], seconds: float, reach: Reach | None = None) -> Result:
    """The result of a trial, from its scenarios' outcomes."""
    by: dict[str, str] = {}
    problems = []
    requests = count = 0
    needed: int | None = None
    for outcome in outcomes:
        count += 1
        requests += outcome.requests
        for finding in outcome.findings:
            where = f"{finding.operation} " if finding.operation else ""
            by.setdefault(
                finding.requirement, f"{where}{finding.aspect}: expected {finding.expected}, got {finding.actual}"
            )
        if needed is None and trial.subject.requirement in by:
            needed = requests
        if outcome.result == "error":
            problems.append(f"{outcome.scenario}: {outcome.reason}")
    return Result(
        trial.subject,
        tuple(by),
        requests if needed is None else needed,
        count,
        tuple(problems),
        tuple(by.values()),
        round(seconds, 2),
        reach=reach,
    )


class Witness:
    """Notes which faults and operations were behind the answers that each scenario saw."""

    def __init__(self) -> None:
        self._numbers: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._operations: defaultdict[str, set[str]] = defaultdict(set)

    def __call__(self, scenario: str, exchange: Exchange) -> None:
        told = exchange.response.header(REACHED)
        if told is None:
            return
        api, operation, numbers = told.split(";")
        if operation:
            self._operations[scenario].add(operation)
        self._numbers[scenario, api].update(int(number) for number in numbers.split(",") if number)

    def met(self, names: Names) -> defaultdict[str, Counter[str]]:
        """For each scenario, the number of answers that each subject changed or would have changed."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (scenario, api), numbers in self._numbers.items():
            found[scenario].update({names[api][number][0]: times for number, times in numbers.items()})
        return found

    def reach(
        self,
        names: Names,
        mutants: tuple[Subject, ...],
        companions: Mapping[str, Companion],
        outcomes: Sequence[Outcome],
    ) -> Reach:
        met = self.met(names)
        calls = Counter({name: 0 for rows in names.values() for name, _ in rows})
        for times in met.values():
            calls.update(times)
        return Reach(
            {scenario: frozenset(times) for scenario, times in met.items()},
            {scenario: frozenset(found) for scenario, found in self._operations.items()},
            frozenset(name for rows in names.values() for name, told in rows if told),
            mutants,
            {outcome.scenario: tuple(dict.fromkeys([*outcome.requirements, *outcome.judged])) for outcome in outcomes},
            {outcome.scenario: outcome.requests for outcome in outcomes},
            calls,
            {
                outcome.scenario: Due(
                    outcome.result,
                    outcome.judged,
                    {name: times for name, times in met[outcome.scenario].items() if name in companions},
                )
                for outcome in outcomes
            },
            companions,
        )
