"""What a pipeline shows: deviations and observed drift, each with its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.contract.contract import Contract
from harness.display import one_line
from harness.verdict.model import DeviationEntry, Verdict

Weight = Literal["error", "warning", "note"]

WEIGHT_OF_LEVEL: Mapping[str, Weight] = {"must": "error", "should": "warning", "may": "note", "observe": "note"}
WEIGHT_OF_SEVERITY: Mapping[str, Weight] = {"breaking": "error", "warning": "warning", "compatible": "note"}


@dataclass(frozen=True)
class Finding:
    """One finding to show beside the code. `path` (from the root) and `line` point into the pinned specification."""

    rule: str
    title: str
    message: str
    weight: Weight
    fingerprint: str
    operation: str
    path: str
    line: int
    help: str | None = None
    waived_by: str | None = None


def findings_of(verdict: Verdict, contracts: Sequence[Contract]) -> list[Finding]:
    """Every deviation, including waived ones, and all observed drift."""
    by_id = {key: contract for contract in contracts for key in contract.requirements}
    deviations = [
        _of_deviation(entry, by_id[entry.requirement]) for entry in verdict.deviations if entry.requirement in by_id
    ]
    return [*deviations, *_of_drift(verdict, contracts)]


def _of_deviation(entry: DeviationEntry, contract: Contract) -> Finding:
    requirement = contract.requirements[entry.requirement]
    where = f" in {entry.operation}" if entry.operation else ""
    said = f"expected {one_line(entry.expected)}{where}, actual {one_line(entry.actual)}."
    lines = [said, f"Reproduce: {entry.reproduce}"]
    if entry.korrelasjonsid:
        lines.append(f"korrelasjonsid {one_line(entry.korrelasjonsid)}")
    return Finding(
        rule=entry.requirement,
        title=requirement.text,
        message="\n".join(lines),
        weight=WEIGHT_OF_LEVEL[requirement.level],
        fingerprint=entry.fingerprint,
        operation=entry.operation,
        path=_path(contract),
        line=_line(contract, entry.operation),
        help=requirement.source.url,
        waived_by=entry.waived_by,
    )


def _of_drift(verdict: Verdict, contracts: Sequence[Contract]) -> Iterator[Finding]:
    for found in verdict.notable_drift:
        operation = str(found.get("operation", ""))
        contract = _contract_with(operation, contracts)
        if contract is not None:
            yield Finding(
                rule=str(found.get("rule", "drift")),
                title="Drift: an answer differs from the specification",
                message=one_line(f"{found.get('location', '')}: {found.get('message', '')}"),
                weight=WEIGHT_OF_SEVERITY.get(str(found.get("severity")), "warning"),
                fingerprint=str(found.get("id", f"{found.get('rule')} {operation} {found.get('location')}")),
                operation=operation,
                path=_path(contract),
                line=_line(contract, operation),
            )


def _contract_with(operation: str, contracts: Iterable[Contract]) -> Contract | None:
    contracts = list(contracts)
    having = (c for c in contracts if any(operation and known.id in operation for known in c.document.operations))
    return next(having, contracts[0] if contracts else None)


def _path(contract: Contract) -> str:
    return f"specs/{contract.api}/{contract.version}/{contract.document.path.name}"


def _line(contract: Contract, operation: str) -> int:
    """The line of an operation in the specification; the first line if none is named."""
    text = contract.document.path.read_text(encoding="utf-8")
    wanted = f"operationId: {operation}"
    numbers = (number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == wanted)
    return next(numbers, 1) if operation else 1
