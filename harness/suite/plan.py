"""Calculates what a run would send, without sending anything to the target.

The number of calls per scenario comes from a rehearsal against the built-in sandbox on this machine; the number of
scenarios from the target's own organisations and accesses.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.contract.contract import Contract
from harness.display import quantity
from harness.exchange import Request
from harness.http.guard import READING
from harness.suite.selection import api_of, suite_of
from harness.suite.settings import THOROUGH
from harness.targets.fair_use import IN_FLIGHT

ANSWER = 0.1
"""The seconds assumed for an answer; the service promises nothing."""

TOKENS = "token issuer"
"""The comment under which requests to the token issuer are recorded."""

NOT_TESTABLE = "not_testable"

Call = tuple[str, str]
"""Operation and method."""


@dataclass(frozen=True)
class Planned:
    """One scenario that a run would execute."""

    scenario: str
    api: str
    suite: str


@dataclass(frozen=True)
class Line:
    """The requests of one suite to one operation of an API. They are expected values, hence not whole numbers."""

    api: str
    suite: str
    operation: str
    requests: float
    writes: float


@dataclass(frozen=True)
class Plan:
    """Everything that a run would send."""

    lines: tuple[Line, ...]
    scenarios: int
    thorough: int
    """The number of scenarios that only a thorough run includes."""
    tokens: int
    workers: int
    per_second: float | None = None
    budget: int | None = None

    @property
    def requests(self) -> float:
        return sum(line.requests for line in self.lines)

    @property
    def writes(self) -> float:
        return sum(line.writes for line in self.lines)

    @property
    def seconds(self) -> float:
        """The expected duration at ANSWER seconds per answer: scenarios one by one, generated requests in fives."""
        written = {"scenarios", THOROUGH}
        alone = sum(line.requests for line in self.lines if line.suite in written) / min(self.workers, IN_FLIGHT)
        together = sum(line.requests for line in self.lines if line.suite not in written) / IN_FLIGHT
        paced = self.requests / self.per_second if self.per_second else 0.0
        return max((alone + together) * ANSWER, paced)


@dataclass
class Collector:
    """A pytest plugin that collects the scenarios that would run."""

    planned: list[Planned] = field(default_factory=list)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.planned = [
            Planned(item.nodeid, api_of(item), suite_of(item))
            for item in session.items
            if item.get_closest_marker("not_testable") is None
        ]


def make_plan(
    planned: Sequence[Planned],
    rehearsal: Path,
    contracts: Mapping[str, Contract],
    *,
    workers: int,
    per_second: float | None = None,
    budget: int | None = None,
) -> Plan:
    """Combines the scenarios that would run with what the rehearsal in a results folder sent."""
    calls, tokens, results = _rehearsed(rehearsal, contracts)
    testable = [each for each in planned if _is_testable(each.scenario, results)]
    counts: dict[tuple[str, str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each in planned:
        for (operation, method), number in _expected(each.scenario, calls, results).items():
            counts[each.api, each.suite, operation][method] += number
    lines = tuple(
        Line(*key, sum(methods.values()), sum(n for method, n in methods.items() if method not in READING))
        for key, methods in sorted(counts.items())
    )
    thorough = sum(each.suite == THOROUGH for each in testable)
    return Plan(lines, len(testable), thorough, tokens, workers, per_second, budget)


def _rehearsed(
    folder: Path, contracts: Mapping[str, Contract]
) -> tuple[Mapping[str, Counter[Call]], int, Mapping[str, str]]:
    """The calls of each scenario of a rehearsal, its token requests, and the result of every scenario that ran."""
    log = json.loads((folder / "exchanges.har").read_text(encoding="utf-8"))["log"]
    calls: dict[str, Counter[Call]] = defaultdict(Counter)
    tokens = 0
    for entry in log["entries"]:
        request = Request(entry["request"]["method"], entry["request"]["url"])
        if entry["comment"] == TOKENS:
            tokens += request.method == "POST"
        else:
            calls[entry["comment"]][_operation(request, contracts), request.method] += 1
    outcomes = (folder / ".parts" / "outcomes.jsonl").read_text(encoding="utf-8").splitlines()
    ended = [json.loads(line) for line in outcomes]
    return calls, tokens, {outcome["scenario"]: outcome["result"] for outcome in ended}


def _is_testable(scenario: str, results: Mapping[str, str]) -> bool:
    """Whether the target has what a scenario needs: it ran in the rehearsal, or one of its kind did."""
    if scenario in results:
        return results[scenario] != NOT_TESTABLE
    kind = scenario.partition("[")[0]
    return any(results[name] != NOT_TESTABLE for name in results if name.partition("[")[0] == kind)


def _operation(request: Request, contracts: Mapping[str, Contract]) -> str:
    found = (contract.operation_of(request) for contract in contracts.values())
    return next((operation.id for operation in found if operation is not None), "not in the document")


def _expected(scenario: str, calls: Mapping[str, Counter[Call]], ran: Iterable[str]) -> Mapping[Call, float]:
    """The calls that this scenario made in the rehearsal, or the average of its kind."""
    if scenario in ran:
        return calls.get(scenario, Counter())
    kind = scenario.partition("[")[0]
    alike = [name for name in ran if name.partition("[")[0] == kind]
    total: Counter[Call] = Counter()
    for name in alike:
        total.update(calls.get(name, Counter()))
    return {call: number / len(alike) for call, number in total.items()}


def plan_text(plan: Plan) -> str:
    """A plan as text."""
    rows = [("api", "suite", "operation", "requests", "writes")]
    rows += [(e.api, e.suite, e.operation, f"{e.requests:.0f}", f"{e.writes:.0f}") for e in plan.lines]
    rows.append(("in all", "", "", f"{plan.requests:.0f}", f"{plan.writes:.0f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join([*map(str.ljust, row[:3], widths[:3]), *map(str.rjust, row[3:], widths[3:])]).rstrip() for row in rows
    ]
    scenarios, tokens = quantity(plan.scenarios, "scenario"), quantity(plan.tokens, "token request")
    lines.append(f"\n{scenarios}; about {tokens}; nothing was sent to the target.")
    if plan.thorough:
        added = [line for line in plan.lines if line.suite == THOROUGH]
        requests, writes = sum(line.requests for line in added), sum(line.writes for line in added)
        lines.append(
            f"--thorough adds {plan.thorough} of these scenarios: {requests:.0f} requests, {writes:.0f} of them writes."
        )
    pace = f", at most {plan.per_second:g} requests a second" if plan.per_second else ""
    lines.append(f"Expected: {plan.seconds:.0f} s at {ANSWER * 1000:.0f} ms an answer{pace}.")
    if plan.budget is not None and plan.requests > plan.budget:
        lines.append(f"The budget of {plan.budget} requests would be spent before the end.")
    return "\n".join(lines)
