"""Checks whether a folder holds results that a report can be made from."""

from collections.abc import Iterable
from pathlib import Path

from harness.contract.contract import Contract
from harness.contract.faulty import FaultySpecificationError
from harness.contract.pinned import contract_of
from harness.verdict.model import FILE, Specification, UnreadableVerdictError, Verdict, read_verdict
from harness.verdict.shard import Shard, UnreadableOutcomesError, read_shards


class UnusableResultsError(Exception):
    """A folder that no report can be made from; the text says why in one line."""


def verdict_in(place: Path) -> Verdict:
    """The verdict of a results folder, or of a verdict.json named directly; raises UnusableResultsError."""
    folder = place.parent if place.name == FILE else place
    if not folder.exists():
        raise UnusableResultsError(f"{place}: it does not exist. Name the folder of a run (`--out`).")
    if not folder.is_dir():
        raise UnusableResultsError(f"{place}: it is not a folder. Name the folder of a run (`--out`).")
    if not (folder / FILE).is_file():
        raise UnusableResultsError(f"{place}: {_without_verdict(folder)}")
    try:
        return read_verdict(folder)
    except UnreadableVerdictError as error:
        raise UnusableResultsError(str(error)) from error


def shards_in(folder: Path) -> tuple[Shard, ...]:
    """The runs in a results folder; raises UnusableResultsError."""
    verdict_in(folder)
    try:
        return read_shards(folder)
    except UnreadableOutcomesError as error:
        raise UnusableResultsError(str(error)) from error


def contracts_of(specs: Iterable[Specification]) -> list[Contract]:
    """The pinned contracts that a run was judged by; raises UnusableResultsError if others are pinned now."""
    return [_contract_of(spec) for spec in specs]


def _contract_of(spec: Specification) -> Contract:
    try:
        contract = contract_of(spec.api, spec.version)
    except FaultySpecificationError as error:
        raise UnusableResultsError(f"{error}. Use the version of provestand that ran.") from error
    if contract.sha256 != spec.sha256:
        raise UnusableResultsError(
            f"the run judged {spec.api} {spec.version} by sha256 {spec.sha256[:16]}…, but {contract.sha256[:16]}… "
            "is pinned here. Use the version of provestand that ran, and pin the document that it used."
        )
    return contract


def _without_verdict(folder: Path) -> str:
    if not any(folder.iterdir()):
        return "the folder is empty. Run `provestand run --out` on it first."
    if (folder / ".parts").is_dir():
        return f"it has no {FILE}: the run was cut off before its end. Run it again."
    return f"it has no {FILE}, so it is not a results folder of provestand. Name the folder of a run (`--out`)."
