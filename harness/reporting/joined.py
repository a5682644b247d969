"""Joins the files of several results folders: recorded exchanges, JUnit, Allure's results."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from harness.files.text import MEBIBYTE, read_octets
from harness.files.tree import read_json
from harness.files.unreadable import UnreadableFileError
from harness.reporting.whole import write_bytes, write_text
from harness.verdict.model import LARGEST
from harness.verdict.results import UnusableResultsError

LARGEST_RECORDING = 512 * MEBIBYTE

RUN_FILES = frozenset({"environment.properties", "categories.json", "executor.json"})
"""Files about the whole run in Allure's results; a joined folder gets its own."""


def join_files(folders: Sequence[Path], target: Path) -> None:
    """exchanges.har, junit.xml and allure-results of the folders that have them; each entry once.

    Raises UnusableResultsError for a file that cannot be read.
    """
    _join_har([path for path in (folder / "exchanges.har" for folder in folders) if path.is_file()], target)
    _join_junit([path for path in (folder / "junit.xml" for folder in folders) if path.is_file()], target)
    (target / "allure-results").mkdir()
    for folder in folders:
        for path in (folder / "allure-results").glob("*"):
            if path.name not in RUN_FILES:  # other names start with a UUID
                shutil.copyfile(path, target / "allure-results" / path.name)


def _join_har(paths: Sequence[Path], target: Path) -> None:
    if not paths:
        return
    logs = [_har_log(path) for path in paths]
    distinct = {json.dumps(entry, sort_keys=True): entry for log in logs for entry in log["entries"]}
    entries = sorted(distinct.values(), key=lambda entry: str(entry["startedDateTime"]))
    write_text(target / "exchanges.har", json.dumps({"log": {**logs[0], "entries": entries}}, ensure_ascii=False))


def _har_log(path: Path) -> dict[str, Any]:
    try:
        log = read_json(path, LARGEST_RECORDING)["log"]
        if isinstance(log, dict) and all("startedDateTime" in entry for entry in log["entries"]):
            return log
    except (UnreadableFileError, KeyError, TypeError):
        pass
    raise UnusableResultsError(f"{path}: the HAR file is incomplete. Run the suite again.")


def _join_junit(paths: Sequence[Path], target: Path) -> None:
    root = etree.Element("testsuites")
    seen = set()
    for path in paths:
        for suite in _suites(path):
            text = etree.tostring(suite)
            if text not in seen:
                seen.add(text)
                root.append(suite)
    if paths:
        write_bytes(target / "junit.xml", etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _suites(path: Path) -> "list[etree._Element]":
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(read_octets(path, LARGEST), parser)
    except (UnreadableFileError, etree.XMLSyntaxError):
        raise UnusableResultsError(f"{path}: the JUnit file is incomplete. Run the suite again.") from None
    return [root] if root.tag == "testsuite" else list(root.findall("testsuite"))
