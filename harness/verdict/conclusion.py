"""Turns the outcomes of scenarios into a verdict."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import harness
from harness.contract.contract import Contract
from harness.contract.requirements import Requirement
from harness.verdict.model import (
    DeviationEntry,
    ErrorCodeCoverage,
    Observation,
    RequirementStatus,
    Specification,
    Status,
    Tool,
    Traffic,
    Verdict,
    Word,
)
from harness.verdict.outcome import Finding, Outcome

# An inferred promise (`may`) is reported when it does not hold and fails nobody.
FAILING = frozenset({"must", "should"})

EXIT_CODES: Mapping[Word, int] = {"conformant": 0, "deviations": 1, "inconclusive": 3}


@dataclass(frozen=True)
class Circumstances:
    """What surrounds the outcomes of a run."""

    target: str
    seed: int
    started: datetime.datetime
    finished: datetime.datetime
    reproduce: str
    """The command of this run without a choice of requirements."""
    problems: tuple[str, ...] = ()
    """What kept the run from ending as it should."""


def conclude(
    outcomes: Sequence[Outcome], contracts: Iterable[Contract], circumstances: Circumstances, *, partial: bool = False
) -> Verdict:
    """The verdict over every outcome. `partial` says that only some scenarios were asked for."""
    contracts = list(contracts)
    deviations = _deviations(outcomes, circumstances)
    failed = {entry.requirement for entry in deviations if entry.waived_by is None}
    waived = {entry.requirement for entry in deviations} - failed
    silence = _silence(circumstances, partial=partial)
    requirements = [
        _status(requirement, contract, outcomes, failed, waived, silence)
        for contract in contracts
        for requirement in contract.active.values()
    ]
    problems = [*circumstances.problems, *_errors(outcomes)]
    return Verdict(
        target=circumstances.target,
        started=circumstances.started,
        finished=circumstances.finished,
        seed=circumstances.seed,
        tool=Tool(name="provestand", version=harness.__version__),
        specs=[Specification(api=c.api, version=c.version, sha256=c.sha256) for c in contracts],
        verdict=_word(requirements, problems),
        requirements=requirements,
        observations=_observations(outcomes),
        deviations=deviations,
        error_codes=[coverage for contract in contracts for coverage in _error_codes(contract, outcomes)],
        counts=_counts(requirements, outcomes),
        http=Traffic(
            requests=sum(outcome.requests for outcome in outcomes),
            wall_s=round((circumstances.finished - circumstances.started).total_seconds(), 3),
            max_in_flight=max((outcome.max_in_flight for outcome in outcomes), default=0),
        ),
        problems=problems,
        partial=partial,
    )


def fingerprint(finding: Finding) -> str:
    """Names a kind of deviation: the same in every run, for every seed and organisation."""
    parts = (finding.requirement, finding.check, finding.operation, finding.aspect)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _word(requirements: Sequence[RequirementStatus], problems: Sequence[str]) -> Word:
    if any(entry.status == "failed" and entry.level in FAILING for entry in requirements):
        return "deviations"
    judged = any(entry.status in {"passed", "waived", "failed"} for entry in requirements)
    return "inconclusive" if problems or not judged else "conformant"


def _deviations(outcomes: Iterable[Outcome], circumstances: Circumstances) -> list[DeviationEntry]:
    entries: dict[str, DeviationEntry] = {}
    for finding in (finding for outcome in outcomes for finding in outcome.findings):
        key = fingerprint(finding)
        if key in entries:
            entries[key].seen += 1
            continue
        entries[key] = DeviationEntry(
            fingerprint=key,
            requirement=finding.requirement,
            check=finding.check,
            operation=finding.operation,
            organisation=finding.organisation,
            expected=finding.expected,
            actual=finding.actual,
            reproduce=f"{circumstances.reproduce} --requirement {finding.requirement}",
            korrelasjonsid=finding.korrelasjonsid,
            request=finding.request,
        )
    return sorted(
        entries.values(), key=lambda entry: (entry.requirement, entry.check, entry.operation, entry.fingerprint)
    )


def _status(
    requirement: Requirement,
    contract: Contract,
    outcomes: Sequence[Outcome],
    failed: set[str],
    waived: set[str],
    silence: str,
) -> RequirementStatus:
    citing = [outcome for outcome in outcomes if requirement.id in outcome.requirements]
    status, reason = _status_and_reason(requirement, citing, outcomes, failed, waived, silence)
    return RequirementStatus(
        id=requirement.id,
        api=contract.api,
        level=requirement.level,
        actor=requirement.actor,
        status=status,
        reason=reason,
        scenarios=sorted({outcome.scenario for outcome in citing}),
    )


def _status_and_reason(
    requirement: Requirement,
    citing: Sequence[Outcome],
    outcomes: Sequence[Outcome],
    failed: set[str],
    waived: set[str],
    silence: str,
) -> tuple[Status, str]:
    if requirement.id in failed:
        return "failed", ""
    if requirement.id in waived:
        return "waived", ""
    if any(observation.requirement == requirement.id for outcome in outcomes for observation in outcome.observations):
        return "observed", ""
    if any(outcome.judged.get(requirement.id) for outcome in outcomes):
        return "passed", ""
    by = {outcome.result: outcome.reason for outcome in reversed(citing)}
    if by.keys() & {"passed", "deviations"}:
        return "passed", ""
    if "error" in by:
        return "not_run", by["error"]
    if "not_run" in by:
        return "not_run", by["not_run"]
    if "not_testable" in by:
        return "not_testable", by["not_testable"]
    if requirement.not_tested:
        return "not_testable", requirement.not_tested
    return "not_run", silence


def _silence(circumstances: Circumstances, *, partial: bool) -> str:
    """Why a requirement that no scenario spoke of was not judged."""
    if circumstances.problems:
        return "the run ended before it came to it"
    return "left out of this run" if partial else "nothing in this run could show it"


def _error_codes(contract: Contract, outcomes: Iterable[Outcome]) -> list[ErrorCodeCoverage]:
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.api == contract.api:
            counts.update(outcome.kodes)
    rows = []
    for code in contract.errors.values():
        count = counts.pop(f"{code.kode} {code.status}", 0)
        silent = "not_seen" if code.triggerable else "not_triggerable"
        rows.append(
            ErrorCodeCoverage(
                api=contract.api,
                kode=code.kode,
                status=code.status,
                seen="expected" if count else silent,  # type: ignore[arg-type]
                count=count,
            )
        )
    for key, count in sorted(counts.items()):
        kode, _, status = key.rpartition(" ")
        rows.append(ErrorCodeCoverage(api=contract.api, kode=kode, status=int(status), seen="unexpected", count=count))
    return rows


def _observations(outcomes: Iterable[Outcome]) -> list[Observation]:
    seen: dict[tuple[str, str, str], Observation] = {}
    for observed in (observed for outcome in outcomes for observed in outcome.observations):
        key = (observed.requirement, observed.question, observed.answer)
        seen.setdefault(key, Observation(requirement=key[0], question=key[1], answer=key[2]))
    return [seen[key] for key in sorted(seen)]


def _errors(outcomes: Iterable[Outcome]) -> list[str]:
    return [f"{outcome.scenario}: {outcome.reason}" for outcome in outcomes if outcome.result == "error"]


def _counts(requirements: Iterable[RequirementStatus], outcomes: Sequence[Outcome]) -> dict[str, int]:
    statuses = Counter(entry.status for entry in requirements)
    return {
        "scenarios": len(outcomes),
        **{name: statuses[name] for name in ("passed", "failed", "waived", "observed", "not_run", "not_testable")},
    }
