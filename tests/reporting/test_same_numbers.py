"""Requirements, kinds of deviation and coverage are the same numbers wherever a run is shown."""

import json
import re
import shutil

import pytest
from lxml import etree, html

from tests.conftest import provestand


@pytest.fixture(scope="module")
def shown(failed_run, tmp_path_factory):
    """Every output of a run with breaches, beside its verdict.json."""
    folder = tmp_path_factory.mktemp("numbers") / "out"
    shutil.copytree(failed_run, folder)
    made = provestand("report", folder, "--html", "--sarif", "--github", "--ctrf", "--summary", "en")
    assert made.returncode == 0, made.stderr
    names = ("report.html", "job-summary.md", "summary.en.md", "deviations.sarif", "ctrf.json", "verdict.json")
    return {name: (folder / name).read_text() for name in names} | {"junit.xml": folder / "junit.xml"}


def test_the_numbers_agree(shown, failed_run, healthy_run):
    verdict = json.loads(shown["verdict.json"])
    share, kinds = verdict["coverage"], len(verdict["deviations"])
    broken = [entry["id"] for entry in verdict["requirements"] if entry["status"] == "failed"]
    gravely = [
        entry["id"] for entry in verdict["requirements"] if entry["status"] == "failed" and entry["level"] == "must"
    ]
    judged = f"{share['judged']} of {share['testable']}"
    page = html.document_fromstring(shown["report.html"])
    text = " ".join(page.text_content().split())
    headline = page.xpath("string(//h1)")
    sarif = json.loads(shown["deviations.sarif"])["runs"][0]
    properties = etree.parse(shown["junit.xml"]).xpath("//property[@name='provestand.headline']/@value")
    gate = provestand("gate", healthy_run, failed_run).stdout.splitlines()[-1]

    assert len(broken) == verdict["counts"]["failed"] > 1
    assert re.match(rf"Not conformant: {len(gravely)} deviations", headline)
    assert [sarif["properties"]["headline"], *properties] == [headline, headline]
    assert json.loads(shown["ctrf.json"])["results"]["summary"]["extra"]["headline"] == headline
    assert headline in shown["job-summary.md"].splitlines()[0]
    assert f"{len(broken)} requirements broken, in {kinds} kinds." in text
    assert {article.xpath("string(.//a)") for article in page.xpath("//article")} == set(broken)
    assert len([each for each in sarif["results"] if each["ruleId"] in broken]) == kinds
    assert len(re.findall(r"^\| \*\*.+?\*\* ", shown["job-summary.md"], re.MULTILINE)) == len(broken)
    assert f"{judged} testable requirements were judged" in text
    assert f"Judged {judged} testable requirements" in shown["job-summary.md"]
    assert f"{judged} testable requirements were judged" in shown["summary.en.md"]
    assert gate.startswith(f"worse: 0 fixed, {kinds} new from {len(broken)} requirements, 0 still there")


def test_what_is_wrong_stands_first(shown):
    """Failures directly below the banner; then obstacles, and the grids."""
    order = re.findall(
        r'<(?:h1 id="word"|h2 id="(deviations|problems|map-\w+|coverage|requirements)"|ul class="figures")',
        shown["report.html"],
    )

    assert [name for name in order if name][:2] == ["deviations", "map-kravogbetalinger"]
