"""Labels scenarios for Allure and adds what Allure wants to know of the run."""

import shutil
from pathlib import Path

import allure

from harness.contract.contract import Contract
from harness.reporting.templates import reports_folder
from harness.verdict.model import Verdict

SEVERITY = {
    "must": allure.severity_level.CRITICAL,
    "should": allure.severity_level.NORMAL,
    "may": allure.severity_level.MINOR,
    "observe": allure.severity_level.TRIVIAL,
}


def label_scenario(contract: Contract, requirements: tuple[str, ...]) -> None:
    """Epic = API, feature = theme, story = requirement, severity from its level, links to its sources."""
    allure.dynamic.epic(contract.document.content["info"]["title"])
    cited = [contract.requirements[key] for key in requirements if key in contract.requirements]
    if not cited:
        return
    allure.dynamic.severity(SEVERITY[cited[0].level])
    allure.dynamic.feature(*dict.fromkeys(requirement.theme for requirement in cited))
    allure.dynamic.story(*(f"{requirement.id} {requirement.text}" for requirement in cited))
    allure.dynamic.tag(*(requirement.id for requirement in cited))
    for source in dict.fromkeys(requirement.source for requirement in cited):
        if source.url is not None:
            allure.dynamic.link(source.url, name=str(source))


def write_environment(verdict: Verdict, results: Path) -> None:
    """environment.properties and categories.json beside the results."""
    results.mkdir(parents=True, exist_ok=True)
    lines = {
        "target": verdict.target,
        "verdict": verdict.verdict,
        "seed": str(verdict.seed),
        "tool": f"{verdict.tool.name} {verdict.tool.version}",
        **{f"spec.{spec.api}": f"{spec.version} sha256 {spec.sha256[:16]}" for spec in verdict.specs},
    }
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    (results / "environment.properties").write_text(text, encoding="latin-1", errors="backslashreplace")
    shutil.copyfile(reports_folder() / "allure" / "categories.json", results / "categories.json")
