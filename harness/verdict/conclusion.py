"""Turns the outcomes of scenarios into a verdict."""

import datetime
import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import harness
from harness.contract.contract import Contract
from harness.contract.requirements import Requirement
from harness.redaction.redacted import NOTHING, Redacted, ours, split_last
from harness.verdict.coverage import coverage_of, shortfall, strictest_wish
from harness.verdict.levels import WORDS, FailOn, failing, strictest
from harness.verdict.model import (
    ATTESTED,
    LEFT_OUT,
    DeviationEntry,
    Environment,
    ErrorCodeCoverage,
    Evidence,
    Observation,
    OrganisationCoverage,
    RequirementStatus,
    ShardEntry,
    Specification,
    Status,
    Tool,
    Traffic,
    Verdict,
    WaiverEntry,
    Word,
)
from harness.verdict.outcome import Finding, Outcome, Sample
from harness.verdict.shard import ENDED_EARLY, Circumstances, Shard, in_order
from harness.verdict.waivers import Waiver, WaiverState

EVIDENCE = 3
"""How many sample calls are kept per requirement."""

EXIT_CODES: Mapping[Word, int] = {"conformant": 0, "deviations": 1, "inconclusive": 3}


def conclude(
    outcomes: Sequence[Outcome], contracts: Iterable[Contract], circumstances: Circumstances, *, partial: bool = False
) -> Verdict:
    """The verdict over the outcomes of one run. `partial` says that only some scenarios were selected."""
    contracts = list(contracts)
    return conclude_shards([shard_of(outcomes, contracts, circumstances, partial=partial)], contracts)


def shard_of(
    outcomes: Sequence[Outcome], contracts: Iterable[Contract], circumstances: Circumstances, *, partial: bool = False
) -> Shard:
    """One run, stored so that it can be joined with others."""
    specs = tuple(Specification(api=c.api, version=c.version, sha256=c.sha256) for c in contracts)
    return Shard(circumstances, specs, tuple(outcomes), partial)


def conclude_shards(shards: Sequence[Shard], contracts: Iterable[Contract]) -> Verdict:
    """One verdict over all outcomes of runs against the same target that covered different selections.

    Runs that judged a client can be combined with runs that judged a service: the verdict then has both sets of
    promises.

    A waiver of any run applies to all, if it is valid on the day the last one finished. The strictest of the runs'
    failure levels and coverage requirements counts.
    """
    contracts = list(contracts)
    shards = in_order(shards)
    outcomes = [outcome for shard in shards for outcome in shard.outcomes]
    around = [shard.circumstances for shard in shards]
    started, finished = min(c.started for c in around), max(c.finished for c in around)
    partial = all(shard.partial for shard in shards)
    actors = {circumstances.actor for circumstances in around}
    waivers = _distinct(waiver for circumstances in around for waiver in circumstances.waivers)
    deviations = _deviations(shards, [waiver for waiver in waivers if waiver.holds_on(finished.date())])
    failed = {entry.requirement for entry in deviations if entry.waived_by is None}
    waived = {entry.requirement: entry.waived_by for entry in deviations if entry.requirement not in failed}
    silences = {actor: _silence([s for s in shards if s.circumstances.actor == actor]) for actor in actors}
    found = _Found.of(outcomes)
    requirements = [
        _status(requirement, contract, found, failed, waived, silences[requirement.actor])
        for contract in contracts
        for requirement in contract.active.values()
        if requirement.actor in actors
    ]
    coverage = coverage_of(requirements, contracts)
    fail_on = strictest([c.fail_on for c in around])
    known = dict.fromkeys(problem for c in around for problem in c.problems)
    problems = [*known, *_errors(outcomes, known)]
    wishes = strictest_wish(c.require_coverage for c in around if c.require_coverage is not None)
    problems += [ours(text) for wanted in wishes if (text := shortfall(coverage, wanted)) is not None]
    return Verdict(
        target=" + ".join(dict.fromkeys(c.target for c in sorted(around, key=lambda c: c.actor == "client"))),
        started=started,
        finished=finished,
        seed=around[0].seed,
        tool=Tool(name="provestand", version=harness.__version__),
        specs=[Specification(api=c.api, version=c.version, sha256=c.sha256) for c in contracts],
        verdict=_word(requirements, problems, failing(fail_on)),
        requirements=requirements,
        coverage=coverage,
        scope="partial" if partial else "whole",
        fail_on=fail_on,
        observations=_observations(outcomes),
        deviations=deviations,
        error_codes=[coverage for contract in contracts for coverage in _error_codes(contract, outcomes)],
        counts=_counts(requirements, outcomes),
        http=Traffic(
            requests=sum(outcome.requests for outcome in outcomes),
            wall_s=round((finished - started).total_seconds(), 3),
            retries=sum(outcome.retries for outcome in outcomes),
            # Each shard counted separately, on its own machine.
            max_in_flight=sum(max((o.max_in_flight for o in shard.outcomes), default=0) for shard in shards),
        ),
        problems=problems,
        environment=_environment([c.environment for c in around if c.environment is not None]),
        organisations=_organisations(outcomes),
        waivers=[
            WaiverEntry(
                **waiver.model_dump(),
                state=_waiver_state(waiver, finished.date(), deviations, requirements, partial=partial),
            )
            for waiver in waivers
        ],
        shards=[_shard_entry(shard) for shard in shards],
    )


def fingerprint(finding: Finding) -> str:
    """Identifies a kind of deviation: the same in every run, for every seed and organisation."""
    parts = (finding.requirement, finding.check, finding.operation, finding.aspect)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def excuse(
    findings: Sequence[Finding],
    contracts: Iterable[Contract],
    waivers: Iterable[Waiver],
    fail_on: FailOn,
    day: datetime.date,
) -> str | None:
    """Why no finding of a scenario fails the run, such as `waived by w1 and warning`; None if one does."""
    levels = {key: requirement.level for contract in contracts for key, requirement in contract.requirements.items()}
    live = [waiver for waiver in waivers if waiver.holds_on(day)]
    names, words = [], set()
    for found in findings:
        key = fingerprint(found)
        level = levels.get(found.requirement, "must")
        covering = next((w.name for w in live if w.covers(key, found.requirement, found.operation)), None)
        if covering is not None:
            names.append(covering)
        elif level == "observe" or level not in failing(fail_on):
            words.add("observation" if level == "observe" else WORDS[level])
        else:
            return None
    waived = f"waived by {', '.join(dict.fromkeys(names))}" if names else ""
    return " and ".join(filter(None, [waived, *sorted(words, reverse=True)])) or None


def _word(requirements: Sequence[RequirementStatus], problems: Sequence[str], grave: frozenset[str]) -> Word:
    if any(entry.status == "failed" and entry.level in grave for entry in requirements):
        return "deviations"
    judged = any(entry.is_judged for entry in requirements)
    return "inconclusive" if problems or not judged else "conformant"


def _deviations(shards: Iterable[Shard], waivers: Sequence[Waiver]) -> list[DeviationEntry]:
    entries: dict[str, DeviationEntry] = {}
    for shard in shards:
        for finding in (finding for outcome in shard.outcomes for finding in outcome.findings):
            key = fingerprint(finding)
            if key in entries:
                entries[key].seen += 1
            else:
                entries[key] = _entry(key, finding, shard.circumstances.reproduce, waivers)
    return sorted(
        entries.values(), key=lambda entry: (entry.requirement, entry.check, entry.operation, entry.fingerprint)
    )


def _entry(key: str, finding: Finding, reproduce: str, waivers: Sequence[Waiver]) -> DeviationEntry:
    covering = (waiver.name for waiver in waivers if waiver.covers(key, finding.requirement, finding.operation))
    return DeviationEntry(
        fingerprint=key,
        requirement=finding.requirement,
        check=finding.check,
        operation=finding.operation,
        organisation=finding.organisation,
        expected=finding.expected,
        actual=finding.actual,
        reproduce=f"{reproduce} --requirement {finding.requirement}",
        korrelasjonsid=finding.korrelasjonsid,
        waived_by=next(covering, None),
        request=finding.request,
        curl=finding.curl,
    )


def _distinct(waivers: Iterable[Waiver]) -> list[Waiver]:
    """Each waiver once, in an order independent of the runs' order."""
    found = {waiver.model_dump_json(): waiver for waiver in waivers}
    return [found[key] for key in sorted(found)]


def _shard_entry(shard: Shard) -> ShardEntry:
    around = shard.circumstances
    return ShardEntry(
        id=shard.id,
        seed=around.seed,
        started=around.started,
        finished=around.finished,
        scenarios=len(shard.outcomes),
    )


def _waiver_state(
    waiver: Waiver,
    day: datetime.date,
    deviations: Sequence[DeviationEntry],
    requirements: Sequence[RequirementStatus],
    *,
    partial: bool,
) -> WaiverState:
    if not waiver.holds_on(day):
        return "expired"
    if any(waiver.covers(entry.fingerprint, entry.requirement, entry.operation) for entry in deviations):
        return "used"
    judged = {entry.id for entry in requirements if entry.status not in {"not_run", "not_testable"}}
    could_show = not partial if waiver.requirement is None else waiver.requirement in judged
    return "unused" if could_show else "not_judged"


@dataclass(frozen=True)
class _Found:
    """The outcomes by requirement."""

    citing: Mapping[str, Sequence[Outcome]]
    judging: Mapping[str, Sequence[Outcome]]
    observed: frozenset[str]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "_Found":
        citing, judging = defaultdict[str, list[Outcome]](list), defaultdict[str, list[Outcome]](list)
        observed = set()
        for outcome in outcomes:
            for requirement in dict.fromkeys(outcome.requirements):
                citing[requirement].append(outcome)
            for requirement, times in outcome.judged.items():
                if times:
                    judging[requirement].append(outcome)
            observed |= {observation.requirement for observation in outcome.observations}
        return cls(citing, judging, frozenset(observed))


def _status(
    requirement: Requirement,
    contract: Contract,
    found: _Found,
    failed: set[str],
    waived: Mapping[str, str | None],
    silence: str,
) -> RequirementStatus:
    citing, judging = found.citing.get(requirement.id, ()), found.judging.get(requirement.id, ())
    status, reason = _status_and_reason(requirement, found, failed, waived, silence)
    return RequirementStatus(
        id=requirement.id,
        api=contract.api,
        level=requirement.level,
        actor=requirement.actor,
        status=status,
        reason=reason,
        scenarios=sorted({outcome.scenario for outcome in citing}),
        judged=sum(outcome.judged[requirement.id] for outcome in judging),
        testable=_is_testable(requirement, citing, judging),
        evidence=_evidence(requirement, contract.api, citing, judging),
    )


def _is_testable(requirement: Requirement, citing: Sequence[Outcome], judging: Sequence[Outcome]) -> bool:
    """Whether a run against this service, given everything it needs, could judge the requirement."""
    if requirement.level == "observe":
        return False
    if judging:
        return True
    if citing:
        return any(outcome.offered for outcome in citing)
    return requirement.not_tested is None


def _evidence(
    requirement: Requirement, api: str, citing: Sequence[Outcome], judging: Sequence[Outcome]
) -> list[Evidence]:
    """Sample calls of the scenarios dedicated to a requirement; else of those that cite it, or judged it in passing.

    A call that shows the breach comes first, whatever its scenario, then calls of the requirement's API, of these first
    one that shows the promised error code.
    """
    met = [sample for outcome in (*citing, *judging) for sample in outcome.samples]
    showing = [sample for sample in met if sample.shows == requirement.id]
    own = [outcome for outcome in citing if outcome.requirements[0] == requirement.id]
    samples = [*showing, *(sample for outcome in own or citing or judging for sample in outcome.samples)]
    distinct = {(sample.operation, sample.status, sample.kode): sample for sample in reversed(samples)}

    def order(sample: Sample) -> tuple[bool, bool, bool, str]:
        return sample not in showing, sample.api not in {"", api}, sample.kode != requirement.kode, sample.at

    told = [asdict(sample) for sample in sorted(distinct.values(), key=order)[:EVIDENCE]]
    return [Evidence(**{name: sample[name] for name in Evidence.model_fields}) for sample in told]


def _environment(found: Sequence[Environment]) -> Environment | None:
    """Where the runs took place; a shard may have called only some of the APIs."""
    if not found:
        return None
    surfaces = {surface.api: surface for environment in reversed(found) for surface in environment.apis}
    return found[0].model_copy(update={"apis": [surfaces[api] for api in sorted(surfaces)]})


def _organisations(outcomes: Sequence[Outcome]) -> list[OrganisationCoverage]:
    rows = []
    for api, organisation in sorted({(o.api, organisation) for o in outcomes for organisation in o.calls}):
        asked = [outcome for outcome in outcomes if outcome.api == api and organisation in outcome.calls]
        findings = (f for outcome in asked for f in outcome.findings if f.organisation == organisation)
        rows.append(
            OrganisationCoverage(
                api=api,
                organisation=organisation,
                requests=sum(outcome.calls[organisation] for outcome in asked),
                scenarios=len(asked),
                requirements=sorted({key for outcome in asked for key in outcome.requirements}),
                deviations=len({fingerprint(finding) for finding in findings}),
            )
        )
    return rows


def _status_and_reason(
    requirement: Requirement,
    found: _Found,
    failed: set[str],
    waived: Mapping[str, str | None],
    silence: str,
) -> tuple[Status, Redacted]:
    citing = found.citing.get(requirement.id, ())
    if requirement.id in failed:
        return "failed", NOTHING
    if requirement.id in waived:
        return "waived", ours(waived[requirement.id] or "")
    if requirement.level == "observe" and requirement.id in found.observed:
        return "observed", NOTHING
    unjudged = [outcome.unjudged[requirement.id] for outcome in citing if requirement.id in outcome.unjudged]
    by = {outcome.result: outcome.reason for outcome in reversed(citing) if requirement.id not in outcome.unjudged}
    if requirement.id in found.judging or by.keys() & {"passed", "deviations"}:
        is_open = requirement.level == "observe"
        return (
            ("not_run", ours("nothing of the kind came up in this run"))
            if is_open
            else ("passed", _attestation(citing))
        )
    if "error" in by:
        return "not_run", by["error"]
    if "not_run" in by:
        return "not_run", by["not_run"]
    if unjudged:
        return "not_run", unjudged[0]
    if "not_testable" in by:
        return "not_testable", by["not_testable"]
    if requirement.not_tested:
        return "not_testable", ours(requirement.not_tested)
    return "not_run", ours(silence)


def _attestation(citing: Sequence[Outcome]) -> Redacted:
    """The reason given for a requirement that only a person's word supports."""
    showing = [outcome for outcome in citing if outcome.result in {"passed", "deviations"}]
    return ours(ATTESTED) if showing and all(outcome.attested for outcome in showing) else NOTHING


def _silence(shards: Sequence[Shard]) -> str:
    """Why a requirement was not judged if no scenario of these runs covered it."""
    around = [shard.circumstances for shard in shards]
    if any(circumstances.problems for circumstances in around):
        return "the run ended before reaching it"
    told = next((circumstances.silence for circumstances in around if circumstances.silence), None)
    if told is not None:
        return told
    return LEFT_OUT if all(shard.partial for shard in shards) else "nothing in this run could show it"


def _error_codes(contract: Contract, outcomes: Iterable[Outcome]) -> list[ErrorCodeCoverage]:
    counts: Counter[Redacted] = Counter()
    for outcome in outcomes:
        if outcome.api == contract.api:
            counts.update(outcome.kodes)
    rows = []
    for code in contract.errors.values():
        count = counts.pop(ours(f"{code.kode} {code.status}"), 0)
        silent = "not_seen" if code.triggerable else "not_triggerable"
        rows.append(
            ErrorCodeCoverage(
                api=contract.api,
                kode=ours(code.kode),
                status=code.status,
                seen="expected" if count else silent,  # type: ignore[arg-type]
                count=count,
            )
        )
    for key, count in sorted(counts.items()):
        kode, status = split_last(key, " ")
        rows.append(ErrorCodeCoverage(api=contract.api, kode=kode, status=int(status), seen="unexpected", count=count))
    return rows


def _observations(outcomes: Iterable[Outcome]) -> list[Observation]:
    seen: dict[tuple[str, str, Redacted], Observation] = {}
    for observed in (observed for outcome in outcomes for observed in outcome.observations):
        key = (observed.requirement, observed.question, observed.answer)
        seen.setdefault(key, Observation(requirement=key[0], question=key[1], answer=key[2]))
    return [seen[key] for key in sorted(seen)]


def _errors(outcomes: Iterable[Outcome], known: Container[str]) -> list[Redacted]:
    """The errors in scenarios, except the one that ended the run, which is already known."""
    return [
        ours(f"{outcome.scenario}: {outcome.reason}")
        for outcome in outcomes
        if outcome.result == "error" and f"{ENDED_EARLY}{outcome.reason}" not in known
    ]


def _counts(requirements: Iterable[RequirementStatus], outcomes: Sequence[Outcome]) -> dict[str, int]:
    statuses = Counter(entry.status for entry in requirements)
    return {
        "scenarios": len(outcomes),
        **{name: statuses[name] for name in ("passed", "failed", "waived", "observed", "not_run", "not_testable")},
    }
