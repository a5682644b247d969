"""Labels scenarios for Allure and adds the information that Allure needs about the run."""

import hashlib
import json
import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import allure
import allure_commons
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import TestResultContainer
from allure_pytest.listener import AllureListener

from harness.contract.contract import Contract
from harness.reporting.templates import reports_folder
from harness.verdict.headline import headline
from harness.verdict.model import Verdict

SEVERITY = {
    "must": allure.severity_level.CRITICAL,
    "should": allure.severity_level.NORMAL,
    "may": allure.severity_level.MINOR,
    "observe": allure.severity_level.TRIVIAL,
}


WORDS = {"conformant": "samsvar", "deviations": "avvik", "inconclusive": "ikke avgjort"}

MOST_SHOWN = 80
"""How many bytes of a value are shown."""

NAMESPACE = uuid.UUID("5b0f1d0e-6c1a-4d43-9d1b-2f6f2c0f6a11")
"""Our namespace, so that the same drift gets the same name in every run."""


def name_scenario(title: str) -> None:
    """Sets a scenario's display name. Allure sets its own during setup, so this comes after."""
    allure.dynamic.title(title)


class _ItemsOfThreads(threading.local):
    """What has been reported to Allure and not written yet: each thread's scenario, and the shared fixtures.

    Allure's own class gives a thread the main thread's scenario and no other thread's fixtures.
    """

    _shared: ClassVar[dict[str, object]] = {}

    def __init__(self) -> None:
        self._own: dict[str, object] = {}

    def _holding(self, key: str) -> dict[str, object]:
        return self._own if key in self._own else self._shared

    def __setitem__(self, key: str, value: object) -> None:
        (self._shared if isinstance(value, TestResultContainer) else self._own)[key] = value

    def __getitem__(self, key: str) -> object:
        return self._holding(key)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._own)

    def get(self, key: str) -> object:
        return self._holding(key).get(key)

    def pop(self, key: str) -> object:
        return self._holding(key).pop(key)

    def cleanup(self) -> None:
        """A thread's own items end with the thread."""


def tell_threads_apart() -> None:
    """Lets several threads each run a scenario; called between two scenarios."""
    for listener in allure_commons.plugin_manager.get_plugins():
        if isinstance(listener, AllureListener):
            items = _ItemsOfThreads()
            for key in listener.allure_logger._items:
                items[key] = listener.allure_logger._items[key]
            vars(listener.allure_logger)["_items"] = items


def identify_scenario(spread: Mapping[str, object], case: str) -> None:
    """Lets Allure identify a scenario's cases, in this run and the next, by their names in pytest.

    Allure itself uses the parameters' texts. Two cases with equal texts would count as retries of one, of which only
    the last is shown: the text of bytes is `<class 'bytes'>`, and that of an object may be the same for many or contain
    a memory address. Names in pytest are unique.
    """
    for name, value in spread.items():
        allure.dynamic.parameter(name, _shown(value), excluded=True)
    if spread:
        allure.dynamic.parameter("case", case)


def _shown(value: object) -> object:
    """A parameter's value for people; it does not identify a case."""
    if isinstance(value, bytes | bytearray):
        return bytes(value[:MOST_SHOWN]).decode(errors="backslashreplace")
    return getattr(value, "__name__", value) if callable(value) else value


def leave_out_fixtures() -> None:
    """Keeps Allure from writing a file per fixture: four per scenario, which contain only setup times.

    The writer stays registered, since allure-pytest itself removes it at the end.
    """
    for writer in allure_commons.plugin_manager.get_plugins():
        if isinstance(writer, AllureFileLogger):
            write = writer._report_item
            vars(writer)["_report_item"] = lambda item, write=write: (
                None if isinstance(item, TestResultContainer) else write(item)
            )


def label_scenario(contract: Contract, requirements: tuple[str, ...]) -> None:
    """Epic = API, feature = theme, story = requirement, severity from its level, links to its sources.

    Theme and requirement are the ones that the scenario is about: with several, Allure would show it once for each
    pair. Other cited requirements are tags.
    """
    allure.dynamic.epic(contract.document.content["info"]["title"])
    cited = [contract.requirements[key] for key in requirements if key in contract.requirements]
    if not cited:
        return
    own = cited[0]
    allure.dynamic.severity(SEVERITY[own.level])
    allure.dynamic.feature(own.theme)
    allure.dynamic.story(f"{own.id} {own.text}")
    allure.dynamic.tag(*(requirement.id for requirement in cited))
    for source in dict.fromkeys(requirement.source for requirement in cited):
        if source.url is not None:
            allure.dynamic.link(source.url, name=str(source))


def write_run(verdict: Verdict, results: Path) -> None:
    """Writes environment.properties, categories.json and the observed drift beside the scenarios' results."""
    results.mkdir(parents=True, exist_ok=True)
    lines = {
        "testmål": verdict.target,
        "konklusjon": WORDS[verdict.verdict],
        "overskrift": headline(verdict),
        "dekning": f"{verdict.coverage.judged} av {verdict.coverage.testable} krav som kan testes",
        "seed": str(verdict.seed),
        "verktøy": f"{verdict.tool.name} {verdict.tool.version}",
        **{spec.api: f"{spec.version} sha256 {spec.sha256[:16]}" for spec in verdict.specs},
    }
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    (results / "environment.properties").write_text(text, encoding="utf-8")
    shutil.copyfile(reports_folder() / "allure" / "categories.json", results / "categories.json")
    for finding in verdict.notable_drift:
        result = _drift_result(finding, verdict)
        (results / f"{result['uuid']}-result.json").write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def _drift_result(finding: Mapping[str, object], verdict: Verdict) -> dict[str, object]:
    """A drift finding as a separate result; only a breaking one fails."""
    where = f"{finding.get('operation', '')} {finding.get('location', '')}".strip()
    name = f"{finding.get('rule', 'drift')}: {where}"
    identity = f"{name} {finding.get('id', '')}"
    moment = int(verdict.finished.timestamp() * 1000)
    labels = {"epic": "Drift", "feature": str(finding.get("severity", "")), "story": str(finding.get("rule", ""))}
    return {
        "uuid": str(uuid.uuid5(NAMESPACE, identity)),
        "historyId": hashlib.sha256(identity.encode()).hexdigest(),
        "testCaseId": hashlib.sha256(identity.encode()).hexdigest(),
        "name": name,
        "fullName": identity,
        "status": "failed" if finding.get("severity") == "breaking" else "passed",
        "statusDetails": {"message": f"drift {finding.get('severity', '')}: {finding.get('message', '')}"},
        "stage": "finished",
        "start": moment,
        "stop": moment,
        "labels": [{"name": key, "value": value} for key, value in labels.items()],
        "description": f"Vitne: {json.dumps(finding.get('witness'), ensure_ascii=False, default=str)}",
    }
