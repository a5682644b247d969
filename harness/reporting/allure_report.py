"""Builds Allure's HTML report, one self-contained file, with the npm package `allure`."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.files.text import read_text
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.reporting.allure_page import handed_on
from harness.reporting.templates import reports_folder
from harness.reporting.whole import write_bytes
from harness.verdict.model import Verdict
from harness.verdict.results import UnusableResultsError

FILE = "allure-report.html"

RUNS = 50
"""How many runs the history keeps."""

DEADLINE = 600
"""The time limit for Allure, including npm if it has to fetch it, in seconds."""


class NoAllureError(Exception):
    """Allure is not available on this machine; the text says how to get it."""


def write_allure_report(verdict: Verdict, folder: Path, history: Path | None) -> Path:
    """Writes allure-report.html and adds the run to a history file, each completely or not at all.

    A run already in the history is not added again. Raises NoAllureError if Node or Allure is missing,
    UnusableResultsError for unusable results or an unusable history.
    """
    results = folder / "allure-results"
    if not any(results.glob("*-result.json")):
        raise UnusableResultsError(f"{results}: it has no Allure results. Name the folder of a run (`--out`).")
    command = allure_command(Path.cwd())
    with tempfile.TemporaryDirectory(prefix="provestand-allure-") as name:
        scratch = Path(name)
        kept = scratch / "history.jsonl"
        known = _take_history(history, kept)
        configuration = scratch / "allurerc.json"
        configuration.write_text(json.dumps(_configuration(verdict, scratch, known), ensure_ascii=False))
        said = _run([*command, "generate", "--config", str(configuration), str(results.resolve())], scratch)
        page = scratch / "report" / "index.html"
        if not page.is_file():
            raise UnusableResultsError(
                f"{results}: Allure could not make a report from it ({said}). Run the suite again."
            )
        write_bytes(folder / FILE, handed_on(page.read_text(encoding="utf-8")).encode())
        if history is not None and kept.is_file():
            history.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(history, kept.read_bytes())
    return folder / FILE


def allure_command(start: Path) -> list[str]:
    """The command for the pinned version of Allure: a local install, else npx. Raises NoAllureError."""
    version = pinned_version()
    if shutil.which("node") is None:
        raise NoAllureError(
            "no Allure report: Node is not installed. Get Node 20 or later (https://nodejs.org), "
            "or read report.html, which has the same content."
        )
    for folder in (start, *start.parents, reports_folder() / "allure"):
        package = folder / "node_modules" / "allure" / "package.json"
        if package.is_file() and json.loads(package.read_text(encoding="utf-8")).get("version") == version:
            return ["node", str(package.parent / "cli.js")]
    npx = shutil.which("npx")
    if npx is None:
        raise NoAllureError(f"no Allure report: npx is not installed. Get npm, or `npm install allure@{version}` here.")
    return [npx, "--yes", f"allure@{version}"]


def pinned_version() -> str:
    """The version of the npm package that the report is built with."""
    package = json.loads((reports_folder() / "allure" / "package.json").read_text(encoding="utf-8"))
    return str(package["dependencies"]["allure"])


def _configuration(verdict: Verdict, scratch: Path, known: Sequence[str]) -> dict[str, Any]:
    name = f"Prøvestand: {verdict.target}, {verdict.finished.isoformat(timespec='seconds')}"
    categories = json.loads((reports_folder() / "allure" / "categories.json").read_text(encoding="utf-8"))
    return {
        "name": name,
        "output": str(scratch / "report"),
        "historyPath": str(scratch / "history.jsonl"),
        "historyLimit": RUNS,
        "appendHistory": name not in known,
        "categories": categories,
        "plugins": {
            "awesome": {
                "options": {
                    "reportName": name,
                    "singleFile": True,
                    # Allure 3.18 has no Norwegian; only our own names are Norwegian.
                    "reportLanguage": "en",
                    "groupBy": ["epic", "feature", "story"],
                    "sections": ["charts", "timeline"],
                }
            }
        },
    }


def _take_history(history: Path | None, kept: Path) -> list[str]:
    """Copies the history to where Allure may write, and returns the names of its runs."""
    if history is None or not history.exists():
        return []
    names = []
    try:
        lines = read_text(history).splitlines()
    except UnreadableFileError as error:
        raise UnusableResultsError(f"--history {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            names.append(str(json_of(line, history)["name"]))
        except (UnreadableFileError, KeyError, TypeError):
            told = (
                f"{history}:{number}: not a run in Allure's history format. Remove the line, or name another --history."
            )
            raise UnusableResultsError(told) from None
    kept.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return names


def _run(command: Sequence[str], folder: Path) -> str:
    """Runs Allure and returns the most informative line of its output; raises NoAllureError if it cannot be started."""
    environment = {**os.environ, "NO_COLOR": "1", "npm_config_update_notifier": "false", "npm_config_fund": "false"}
    try:
        ended = subprocess.run(  # noqa: S603 - the pinned package
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=DEADLINE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAllureError(f"no Allure report: {command[0]} failed ({error}). Try again.") from error
    said = (ended.stderr.strip() or ended.stdout.strip() or "it printed nothing").splitlines()
    words = next((line for line in said if "error" in line.lower()), said[-1]).strip()
    if ended.returncode != 0:
        raise NoAllureError(
            f"no Allure report: {words}. Run `npm install allure@{pinned_version()}` where the registry can "
            "be reached, then try again."
        )
    return words
