"""Fills a results folder: the steps that finished runs and joined runs share."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.contract.contract import Contract
from harness.reporting.allure_results import write_run
from harness.reporting.formats import all_formats
from harness.reporting.joined import join_files
from harness.reporting.junit import add_verdict
from harness.reporting.page import write_page
from harness.reporting.whole import whole_folder
from harness.verdict.merge import join, merged_verdict, specs_of
from harness.verdict.model import Verdict, write_verdict
from harness.verdict.results import UnusableResultsError, contracts_of, shards_in, verdict_in
from harness.verdict.shard import Shard, write_shards

JUNIT = "junit.xml"

MADE = (
    "allure-results", ".parts", "verdict.json", "outcomes.json", "junit.xml", "exchanges.har", "report.html", "*.new",
    "summary.*", "provestand-bundle.zip", "allure-report.html",
)  # fmt: skip
"""The files made in a results folder, in addition to the formats' files."""


def clear_results(folder: Path) -> None:
    """Removes an earlier run's files: its report beside a new verdict would mislead."""
    for pattern in (*MADE, *(each.FILE for each in all_formats().values())):
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def write_results(shards: Sequence[Shard], verdict: Verdict, contracts: Sequence[Contract], folder: Path) -> None:
    """Writes the files that shards are joined from, and everything made from the verdict."""
    write_shards(shards, folder)
    write_run(verdict, folder / "allure-results")
    if (folder / JUNIT).is_file():
        add_verdict(folder / JUNIT, verdict)
    write_verdict(verdict, folder)
    write_page(verdict, contracts, folder)


def write_merged(folders: Sequence[Path], out: Path) -> tuple[Verdict, Sequence[Contract]]:
    """Joins results folders into a new one, which appears completely or not at all; raises UnusableResultsError."""
    shards = join(*(shards_in(folder) for folder in folders))
    contracts = contracts_of(specs_of(shards))
    verdict = merged_verdict(shards, contracts, [verdict_in(folder) for folder in folders])
    with whole_folder(out) as aside:
        join_files(folders, aside)
        write_results(shards, verdict, contracts, aside)
    return verdict, contracts


def ensure_ours_or_new(folder: Path) -> None:
    """Raises UnusableResultsError if writing would remove somebody's files."""
    if folder.exists() and not folder.is_dir():
        raise UnusableResultsError(f"--out {folder}: it is a file. Name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "verdict.json").is_file():
        raise UnusableResultsError(f"--out {folder}: the folder holds other files. Name a new or empty one.")
