"""The drift report of two documents. Imports needed only for other reports are left out to keep it quick."""

import gc
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.contract.folders import own_folder, specs_folder
from harness.drift.comparison.budget import Budget
from harness.drift.comparison.pipeline import Progress, compare
from harness.drift.documents.loading import load
from harness.drift.flows.impact import may_concern
from harness.drift.policy import load_policy
from harness.drift.report import Report, gravity, report_of


@dataclass(frozen=True)
class Effort:
    """How to compare two documents: `budget` is in seconds, `root` the folder that references may lead to."""

    prove: bool = True
    budget: float | None = None
    root: Path | None = None
    progress: Progress | None = None


def compared(old: Path, new: Path, policy_name: str, effort: Effort = Effort()) -> Report:
    """The drift between two documents; the most severe findings are proved first.

    Raises UnreadableDocumentError and UnreadablePolicyError.
    """
    policy = load_policy(policy_name)
    gc.disable()  # documents are trees: nothing is garbage until the end, and looking for it takes a fifth of the time
    try:
        before = load(old, effort.root)
        after = before if _is_same_file(old, new) else load(new, effort.root)
        outcome = compare(
            before,
            after,
            prove=effort.prove,
            budget=None if effort.budget is None else Budget(effort.budget),
            gravity=partial(gravity, policy),
            progress=effort.progress,
        )
        return _with_impact(report_of(outcome, policy))
    finally:
        gc.freeze()  # nor afterwards: the process ends soon, and what is left need not be searched
        gc.enable()


def _with_impact(report: Report) -> Report:
    """The report with the affected requirements, if it is about a pinned API."""
    folders = [folder for folder in (specs_folder(), own_folder()) if folder is not None]
    documents = (path for folder in folders for path in sorted(folder.glob("*/v*/*.yaml")))
    if not report.findings or not any(may_concern(report, path.read_text("utf-8", "replace")) for path in documents):
        return report
    from harness.drift.flows.pins import Pins  # noqa: PLC0415 - contracts take as long to load as a comparison

    return Pins.read().with_requirements(report)


def _is_same_file(old: Path, new: Path) -> bool:
    try:
        return old.samefile(new)
    except OSError:
        return False


def is_recording(path: Path) -> bool:
    """Whether a path names recorded traffic rather than a document."""
    return path.suffix.lower() == ".har" or path.is_dir()
