"""The score of a self-test, as stored in selftest.json (schema 1)."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.selftest.shares import ENOUGH, where
from harness.selftest.trial import Result, Subject

FILE = "selftest.json"


class Part(BaseModel):
    """A part of selftest.json; its shape is a contract."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class FaultRow(Part):
    """A fault and what found it. `requests` is the number of calls needed, with the scenarios of its requirement first.

    `by` may be incomplete: a trial ends as soon as the requirement that the fault breaks is found broken.
    """

    name: str
    api: str
    requirement: str
    caught: bool
    by: list[str]
    by_right_requirement: bool
    requests: int
    text: str = ""
    evidence: list[str] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)


class BenignRow(Part):
    """A variation that a conformant server may show; every deviation is a false alarm.

    `together` names the variations that were on beside it. What was found, was found with it alone.
    """

    name: str
    api: str
    deviations: int
    by: list[str]
    together: list[str] = Field(default_factory=list)
    text: str = ""
    evidence: list[str] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)


class CleanRow(Part):
    """A healthy sandbox; every deviation is a false alarm."""

    seed: int
    deviations: int
    by: list[str]
    evidence: list[str] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)


class MutantRow(Part):
    """A mechanical mutant, scored separately: nobody has said which requirement it breaks, or whether it breaks any.

    `text` describes what it changes, and where.
    """

    name: str
    api: str
    caught: bool
    by: list[str]
    requests: int
    text: str = ""
    evidence: list[str] = Field(default_factory=list)
    problems: list[str] = Field(default_factory=list)


class ShareRow(Part):
    """A fault in only a share of the calls: one in five, one organisation, XML, or amounts above a million."""

    name: str
    api: str
    requirement: str
    caught: bool
    by: list[str]
    requests: int
    problems: list[str] = Field(default_factory=list)


class UnmetRow(Part):
    """A share that no call of a thorough run would meet: it counts as neither caught nor missed."""

    name: str
    api: str
    requirement: str
    reason: str


class Score(Part):
    """Percentages are rounded down, so that 100 means all."""

    faults: int
    caught: int
    by_right_requirement: int
    percent_caught: int
    percent_by_right_requirement: int
    false_alarms: int
    mutants: int
    mutants_caught: int
    shares: int = 0
    shares_caught: int = 0
    percent_shares_caught: int = 100
    requests_for_shares: int = 0
    """Calls needed to judge all shares."""
    shares_unmet: int = 0
    """Further shares that no call of a thorough run would meet; not counted in `shares`."""
    not_judged: int
    """Subjects that the suite could not fully judge, except those that it caught by the right requirement."""


class SelfTest(Part):
    """What a self-test found."""

    format: Literal[1] = Field(default=1, alias="schema")
    faults: list[FaultRow]
    benign: list[BenignRow]
    clean: list[CleanRow]
    mutants: list[MutantRow]
    shares: list[ShareRow] = Field(default_factory=list)
    unmet: list[UnmetRow] = Field(default_factory=list)
    score: Score
    missing: list[str]
    """Subjects without a result, because the self-test was ended early."""
    seconds: float
    workers: int
    shard: str = "1/1"
    """The part of the subjects that it covers."""

    @property
    def uncaught(self) -> list[MutantRow]:
        """The mechanical mutants that were not caught."""
        return [row for row in self.mutants if not row.caught]

    @property
    def by_share(self) -> dict[str, tuple[int, int]]:
        """The number of rare faults caught, and of all rare faults, by where they show."""
        found: dict[str, tuple[int, int]] = {}
        for row in self.shares:
            caught, all_ = found.get(where(row.name), (0, 0))
            found[where(row.name)] = caught + row.caught, all_ + 1
        return found

    @property
    def is_perfect(self) -> bool:
        """Whether every fault was caught by the requirement that it breaks, enough rare ones were caught, and there
        were no false alarms."""
        score = self.score
        complete = not self.missing and not score.not_judged and score.percent_shares_caught >= ENOUGH
        return complete and score.by_right_requirement == score.faults and not score.false_alarms


def scored(
    results: Iterable[Result], subjects: Sequence[Subject], seconds: float, workers: int, shard: str = "1/1"
) -> SelfTest:
    """The score over the available results, in the order of the subjects."""
    place = {subject.full_name: number for number, subject in enumerate(subjects)}
    found = sorted(results, key=lambda result: (place.get(result.subject.full_name, -1), result.subject.full_name))
    kinds = ("fault", "benign", "clean", "mutant", "share")
    of = {kind: [r for r in found if r.subject.kind == kind] for kind in kinds}
    faults = [_fault_row(result) for result in of["fault"]]
    benign = [_benign_row(result) for result in of["benign"]]
    clean = sorted((_clean_row(result) for result in of["clean"]), key=lambda row: row.seed)
    mutants = [_mutant_row(result) for result in of["mutant"]]
    shares = [_share_row(result) for result in of["share"] if not result.unmet]
    unmet = [_unmet_row(result) for result in of["share"] if result.unmet]
    done = {result.subject.full_name for result in found}
    return SelfTest(
        faults=faults,
        benign=benign,
        clean=clean,
        mutants=mutants,
        shares=shares,
        unmet=unmet,
        score=score_of(faults, benign, clean, mutants, shares, unmet),
        missing=[subject.full_name for subject in subjects if subject.full_name not in done],
        seconds=round(seconds, 1),
        workers=workers,
        shard=shard,
    )


def score_of(
    faults: Sequence[FaultRow],
    benign: Sequence[BenignRow],
    clean: Sequence[CleanRow],
    mutants: Sequence[MutantRow],
    shares: Sequence[ShareRow],
    unmet: Sequence[UnmetRow],
) -> Score:
    """The score over the rows of a self-test."""
    caught, right = sum(row.caught for row in faults), sum(row.by_right_requirement for row in faults)
    shares_caught = sum(row.caught for row in shares)
    problems = [row.problems for row in faults if not row.by_right_requirement]
    problems += [row.problems for row in benign] + [row.problems for row in clean]
    problems += [row.problems for row in mutants] + [row.problems for row in shares]
    return Score(
        faults=len(faults),
        caught=caught,
        by_right_requirement=right,
        percent_caught=_percent(caught, len(faults)),
        percent_by_right_requirement=_percent(right, len(faults)),
        false_alarms=sum(row.deviations for row in benign) + sum(row.deviations for row in clean),
        mutants=len(mutants),
        mutants_caught=sum(row.caught for row in mutants),
        shares=len(shares),
        shares_caught=shares_caught,
        percent_shares_caught=_percent(shares_caught, len(shares)),
        requests_for_shares=sum(row.requests for row in shares),
        shares_unmet=len(unmet),
        not_judged=sum(map(bool, problems)),
    )


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 100


def _fault_row(result: Result) -> FaultRow:
    subject = result.subject
    return FaultRow(
        name=subject.name,
        api=subject.api,
        requirement=subject.requirement,
        caught=result.caught,
        by=list(result.by),
        by_right_requirement=result.by_right_requirement,
        requests=result.requests,
        text=subject.text,
        evidence=list(result.evidence),
        problems=list(result.problems),
    )


def _benign_row(result: Result) -> BenignRow:
    subject = result.subject
    return BenignRow(
        name=subject.name,
        api=subject.api,
        deviations=len(result.by),
        by=list(result.by),
        together=list(result.together),
        text=subject.text,
        evidence=list(result.evidence),
        problems=list(result.problems),
    )


def _clean_row(result: Result) -> CleanRow:
    return CleanRow(
        seed=result.subject.seed,
        deviations=len(result.by),
        by=list(result.by),
        evidence=list(result.evidence),
        problems=list(result.problems),
    )


def _share_row(result: Result) -> ShareRow:
    subject = result.subject
    return ShareRow(
        name=subject.name,
        api=subject.api,
        requirement=subject.requirement,
        caught=result.caught,
        by=list(result.by),
        requests=result.requests,
        problems=list(result.problems),
    )


def _unmet_row(result: Result) -> UnmetRow:
    subject = result.subject
    return UnmetRow(name=subject.name, api=subject.api, requirement=subject.requirement, reason=result.unmet)


def _mutant_row(result: Result) -> MutantRow:
    subject = result.subject
    return MutantRow(
        name=subject.name,
        api=subject.api,
        caught=result.caught,
        by=list(result.by),
        requests=result.requests,
        text=subject.text,
        evidence=list(result.evidence),
        problems=list(result.problems),
    )


def write_selftest(selftest: SelfTest, folder: Path) -> Path:
    """Writes selftest.json atomically."""
    path = folder / FILE
    aside = folder / f"{FILE}.new"
    aside.write_text(selftest.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)
    return path
