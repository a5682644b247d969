"""The drift report: findings with severity and reason, as all formats show them."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from harness.display import quantity
from harness.drift.compare import registry
from harness.drift.compare.malformed import MALFORMED
from harness.drift.documents.grammar import known_parts
from harness.drift.documents.specification import Specification
from harness.drift.findings import Found, Outcome
from harness.drift.policy import Policy
from harness.drift.rules import Direction, Severity

if TYPE_CHECKING:
    from harness.drift.traffic.observed import Observation
    from harness.har import Recording

SEVERITIES: tuple[Severity, ...] = ("breaking", "warning", "compatible")
NOT_COMPARED = frozenset({"document-field-changed", "field-changed", "unknown-keyword-changed"})
"""Rules that report a difference without comparing what it means."""
STRANGER = "None of the recorded calls is in this document. Make sure that the right recording is compared."
SILENT = "The recording has no API responses. Record again, including the network traffic."
MOST_LINES = 24  # of a document, beside a finding
Threshold = Literal["breaking", "warning", "any", "none"]


def _nowhere() -> tuple[str, str]:
    return "", ""


@dataclass(frozen=True)
class FindingShown:
    """A finding in the form of `--format json`.

    `unproved` says why there is no witness, `seen` how often traffic showed it; both are omitted when empty.
    `operations` lists all operations that it affects.
    """

    id: str
    severity: Severity
    rule: str
    direction: Direction
    operation: str
    location: str
    message: str
    witness: Mapping[str, Any] | None
    requirements: tuple[str, ...] = ()
    reason: str = ""
    operations: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    unproved: str = ""
    seen: int = 0

    def as_json(self) -> dict[str, Any]:
        members = {member.name: getattr(self, member.name) for member in fields(FindingShown)}
        return {name: value for name, value in members.items() if value or name not in {"unproved", "seen"}}


@dataclass(frozen=True)
class Finding(FindingShown):
    """A finding with the data that other formats need. `places` returns that place in both documents, as JSON."""

    places: Callable[[], tuple[str, str]] = _nowhere
    old: Any = None
    new: Any = None
    path: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, str]:
        """The place in the old and in the new document, as JSON; empty if there is nothing."""
        return self.places()


@dataclass(frozen=True)
class Report:
    """The two sides, the differences between them, and the basis of the comparison."""

    old: str
    new: str
    policy: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    basis: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return {word: sum(f.severity == word for f in self.findings) for word in SEVERITIES}

    @property
    def worst(self) -> str:
        return next((word for word in SEVERITIES if self.counts[word]), "none")

    def fails(self, threshold: Threshold) -> bool:
        """Whether any finding is at or above a threshold."""
        bars: dict[str, tuple[str, ...]] = {"none": (), "breaking": ("breaking",), "warning": ("breaking", "warning")}
        return self.worst in bars.get(threshold, SEVERITIES)


def report_of(outcome: Outcome, policy: Policy) -> Report:
    """Grades the findings of a comparison by a policy, and sorts the most severe first."""
    findings = [_graded(found, policy, outcome) for found in outcome.found]
    for place in outcome.open:
        findings.append(_open(place))
    findings.sort(key=lambda f: (SEVERITIES.index(f.severity), f.operation, f.location, f.rule))
    notes = []
    if not outcome.same_api:
        notes.append(
            f"These look like different APIs: “{outcome.old.title}” and “{outcome.new.title}” share no operation."
            " Make sure that the right files are compared."
        )
    if outcome.malformed:
        first = outcome.malformed[0]
        more = f" and {len(outcome.malformed) - 1} more" if len(outcome.malformed) > 1 else ""
        notes.append(f"Malformed, and read as absent: {first.location} ({first.problem}){more}.")
    return Report(
        outcome.old.path,
        outcome.new.path,
        policy.name,
        tuple(findings),
        tuple(notes),
        _basis(outcome, findings),
        {"same_api": outcome.same_api, "refuted": outcome.refuted},
        (outcome.old.title, outcome.new.title),
        tuple(path for side in (outcome.old, outcome.new) for path in side.root.children("paths")),
    )


def gravity(policy: Policy, found: Found) -> int:
    """The severity of a finding before it is proved; 0 is the most severe."""
    return SEVERITIES.index(policy.severity(registry().rules[found.rule], found.direction)[0])


def observed_report(observation: "Observation", policy: Policy, recording: str) -> Report:
    """Grades what recorded traffic showed about a document."""
    document = observation.specification
    outcome = Outcome(document, document, observation.found, same_api=True, malformed=document.malformed)
    report = report_of(outcome, policy)
    findings = tuple(
        replace(finding, seen=observation.counts[finding.id], places=_nowhere) for finding in report.findings
    )
    notes = (*report.notes, *_strangers(observation.elsewhere), *_unread(observation.unread))
    if not observation.judged and not observation.unread:
        notes = (_nothing(observation.elsewhere), *notes)
    facts = {"judged": observation.judged, "elsewhere": observation.elsewhere, "unread": observation.unread}
    return replace(
        report,
        old=observation.specification.path,
        new=recording,
        findings=findings,
        notes=notes,
        basis=_judged(observation.judged),
        facts=facts,
    )


def joined(reports: list[Report]) -> Report:
    """One report of traffic compared with several documents. Calls judged by one of them do not count as unknown."""
    first = reports[0]
    judged, unread = (sum(report.facts[word] for report in reports) for word in ("judged", "unread"))
    elsewhere = sum(first.facts.values()) - judged - unread
    findings = sorted((f for r in reports for f in r.findings), key=lambda f: SEVERITIES.index(f.severity))
    nothing = () if judged or unread else (_nothing(elsewhere),)
    return replace(
        first,
        old=", ".join(report.old for report in reports),
        findings=tuple(findings),
        notes=(*nothing, *_strangers(elsewhere), *_unread(unread)),
        basis=_judged(judged),
        facts={"judged": judged, "elsewhere": elsewhere, "unread": unread},
    )


def with_left_out(report: Report, recording: "Recording") -> Report:
    """The report with notes on the entries of the recording that were not judged."""
    facts = {**report.facts, "unanswered": recording.unanswered, "malformed": recording.malformed}
    return replace(report, notes=(*report.notes, *without_answer(recording)), facts=facts)


def without_answer(recording: "Recording") -> Iterator[str]:
    """How many entries of a recording contain no exchange, and why; yields nothing if all do."""
    for count, why in (
        (recording.unanswered, "without an answer (aborted, blocked or from a cache)"),
        (recording.malformed, "without a request and response that can be read"),
    ):
        if count:
            yield f"{'1 entry was' if count == 1 else f'{count} entries were'} not judged: {why}."


def not_compared(unread: int) -> Iterator[str]:
    """How many answers could not be compared."""
    if unread:
        answers = "1 answer was" if unread == 1 else f"{unread} answers were"
        yield f"{answers} not compared: not JSON, or its body was not recorded, is cut or nested too deep."


def _judged(count: int) -> str:
    if not count:
        return "nothing was judged"
    return f"{quantity(count, 'answer')} judged"


def _nothing(elsewhere: int) -> str:
    return STRANGER if elsewhere else SILENT


def _unread(count: int) -> tuple[str, ...]:
    answers = "1 answer was" if count == 1 else f"{count} answers were"
    why = "the body was not recorded, or is cut, nested too deep or not JSON"
    return (f"{answers} not judged: {why}.",) if count else ()


def _strangers(count: int) -> tuple[str, ...]:
    calls = "1 call was" if count == 1 else f"{count} calls were"
    return (f"{calls} not to this API and not judged.",) if count else ()


def plain_report(found: list[Found], policy: Policy, old: str, new: str, basis: str) -> Report:
    """Grades findings that were made without two documents: in recordings, or on a page."""
    nothing = Specification(old, {"": {"openapi": "3.1.0"}})
    report = report_of(Outcome(nothing, nothing, found, same_api=True), policy)
    findings = tuple(replace(finding, places=_nowhere) for finding in report.findings)
    return replace(report, old=old, new=new, findings=findings, basis=basis, facts={}, paths=())


def _sides(found: Found, outcome: Outcome) -> tuple[str, str]:
    """The place of a finding in both documents; empty if there is nothing."""
    uri, _, pointer = found.location.partition("#")
    texts = []
    for node, document in zip(found.sides, (outcome.old, outcome.new), strict=True):
        value = node.value if node is not None else _at(document, uri, pointer)
        text = "" if value is None else json.dumps(known_parts(value), indent=2, ensure_ascii=False, default=str)
        lines = text.splitlines()
        texts.append("\n".join([*lines[:MOST_LINES], "…"]) if len(lines) > MOST_LINES else text)
    return texts[0], texts[1]


def _at(document: Specification, uri: str, pointer: str) -> Any:  # noqa: ANN401 - any JSON value
    for place in (pointer.rpartition("/")[0], pointer):
        try:
            return document.at((uri, place)).value
        except KeyError:
            continue
    return None


def _graded(found: Found, policy: Policy, outcome: Outcome) -> Finding:
    rule = registry().rules[found.rule]
    severity, reason = policy.severity(rule, found.direction)
    if found.proof == "not settled":
        severity, reason = "warning", f"{reason} Not settled: {found.unproved}."
    elif severity == "breaking" and rule.visible and found.proof == "not built":
        severity = "warning"
        reason = f"{reason} Not rated breaking, because no payload was found that shows it."
    elif severity == "breaking" and found.lenient:
        severity = "warning"
        reason = f"{reason} Not rated breaking, because only a lenient reader sees it."
    return Finding(
        found.id,
        severity,
        found.rule,
        found.direction,
        found.operation,
        found.location,
        found.message,
        found.witness,
        reason=reason,
        operations=tuple(dict.fromkeys(found.operations)),
        unproved=found.unproved,
        old=found.old,
        new=found.new,
        path=found.path,
        places=partial(_sides, found, outcome),
    )


def _open(place: str) -> Finding:
    return Finding(
        "not-compared",
        "warning",
        "not-compared",
        "other",
        place.partition(":")[0],
        "#",
        place,
        None,
        reason="Parts that cannot be compared are never reported as unchanged.",
        unproved="it was not compared",
    )


def _basis(outcome: Outcome, findings: list[Finding]) -> str:
    if outcome.open or any(one.proof == "not settled" or one.rule in NOT_COMPARED for one in outcome.found):
        return "not everything could be compared"
    if outcome.malformed or any(found.rule == MALFORMED for found in outcome.found):
        return "compared except for malformed places"
    if not findings:
        return "proved equal" if not outcome.refuted else "no witness within the bound"
    return "compared in full"
