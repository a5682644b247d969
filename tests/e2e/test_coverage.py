"""A target without a way into one API: what was not judged is never green, wherever the run is shown."""

import json
import re
import tomllib
import zipfile

import pytest
import tomli_w

from harness.contract.pinned import contract_of
from tests.conftest import provestand
from tests.e2e.conftest import run

KOB, ELAN = "kravogbetalinger", "utleggsbegjaering"


A_PART = (
    "--suite",
    "scenarios",
    "--",
    "-k",
    "test_access or test_same or test_validate",
)
PARTS = [pytest.param(A_PART, id="a part"), pytest.param((), id="the whole", marks=pytest.mark.nightly)]


@pytest.fixture(scope="module", params=PARTS)
def half_open(sandbox_file, tmp_path_factory, request):
    """A run against a target of two APIs, to one of which it has no way in, with all its reports."""
    folder = tmp_path_factory.mktemp("half")
    content = tomllib.loads(sandbox_file.read_text())
    apis = content["targets"]["sandbox"]["apis"]
    apis[ELAN] = {name: apis[ELAN][name] for name in ("base_url", "scope")}
    (folder / "half.toml").write_text(tomli_w.dumps(content))
    finished = run(folder / "out", "--target", "half.toml", *request.param)
    provestand("report", folder / "out", "--bundle", "--summary", "nb", "--sarif", "--gitlab", "--github", "--ctrf")
    return finished


@pytest.fixture(scope="module")
def coverage(half_open):
    return half_open.verdict["coverage"]


def test_it_is_conformant_and_not_complete(half_open, coverage):
    assert (half_open.code, half_open.verdict["verdict"], half_open.verdict["deviations"]) == (0, "conformant", [])
    kob, elan = (coverage["by_api"][api]["must"] for api in (KOB, ELAN))
    assert (kob["judged"] == kob["testable"]) == (half_open.verdict["scope"] == "whole")
    assert elan["judged"] < elan["testable"]
    assert coverage["judged"] < coverage["testable"] < coverage["total"] == len(half_open.verdict["requirements"])


def test_every_output_says_so(half_open, coverage):
    told = f"Conformant as far as judged: {coverage['judged']} of {coverage['total']}"

    shown = {name: (half_open.out / name).read_text() for name in ("report.html", "junit.xml", "deviations.sarif")}
    bundle = provestand("report", "--verify", half_open.out / "provestand-bundle.zip", "--unsigned").stdout

    assert told in half_open.stdout
    assert f'<h1 id="word">{told}</h1>' in shown["report.html"]
    assert 'class="hero waived"' in shown["report.html"]
    assert told in shown["junit.xml"]
    assert told in shown["deviations.sarif"]
    assert told in bundle
    assert "the target is not an environment of Skatteetaten" in bundle
    assert told in (half_open.out / "gl-code-quality.json").read_text()


def test_every_output_has_the_share_of_each_api_theme_and_point(half_open, coverage):
    """Judged and testable, as verdict.json counts them."""
    read = {name: (half_open.out / name).read_text() for name in ("report.html", "job-summary.md", "summary.nb.md")}
    themes = {name: share for api in coverage["by_api"].values() for name, share in api["themes"].items()}
    flow, whole = coverage["by_api"][KOB]["points"]["flow"], half_open.verdict["scope"] == "whole"
    norwegian = {**contract_of(KOB).checklist.bokmaal, **contract_of(ELAN).checklist.bokmaal}
    row = re.compile(r"^ *(\S.*?)  .* (\d+ of \d+) *$", re.MULTILINE)
    properties = dict(re.findall(r'name="provestand.coverage.([^"]+)" value="(\d+ of \d+) testable', junit(half_open)))
    sarif = json.loads((half_open.out / "deviations.sarif").read_text())["runs"][0]["properties"]
    ctrf = json.loads((half_open.out / "ctrf.json").read_text())["results"]["summary"]["extra"]

    assert [sarif["coverage"], ctrf["coverage"], manifest(half_open)["coverage"]] == [coverage] * 3
    listed = {name: shown(share) for name, share in themes.items() if whole or share["judged"]}
    assert listed.items() <= dict(row.findall(half_open.stdout)).items()
    assert f"full flow {shown(flow)}" in half_open.stdout
    assert properties[f"{KOB}.point.flow"] == shown(flow)
    assert [properties[api] for api in (KOB, ELAN)] == [shown(coverage["by_api"][api]) for api in (KOB, ELAN)]
    for name, share in themes.items():
        assert re.search(rf"\.theme\.{re.escape(name)}$", "\n".join(properties), re.MULTILINE)
        assert re.search(rf"^\| {re.escape(name)} \|.*\| {shown(share)} \|$", read["job-summary.md"], re.MULTILINE)
        numbers = rf"{share['judged']} \| {share['testable']}"
        assert re.search(
            rf"^\| {re.escape(norwegian.get(name, name))} \| {numbers} \|", read["summary.nb.md"], re.MULTILINE
        )
        assert f"judged {shown(share)} testable</caption>" in read["report.html"]
    assert f"| full flow | {shown(flow)} |" in read["job-summary.md"]
    assert f"Bedømt {flow['judged']} av {flow['testable']} krav som kan testes" in read["summary.nb.md"]


def shown(share) -> str:
    return f"{share['judged']} of {share['testable']}"


def junit(finished) -> str:
    return (finished.out / "junit.xml").read_text()


def manifest(finished) -> dict:
    with zipfile.ZipFile(finished.out / "provestand-bundle.zip") as archive:
        return json.loads(archive.read("manifest.json"))


def test_no_point_of_a_closed_api_is_answered_yes(half_open, coverage):
    summary = (half_open.out / "summary.nb.md").read_text()
    chapter = summary.partition("## 3.")[2].partition("## 4.")[0]
    rows = {row.split(" | ")[0].removeprefix("| "): row.split(" | ")[1] for row in chapter.splitlines() if " | " in row}
    flow = {name: answer for name, answer in rows.items() if name.startswith("Full flyt")}

    assert "Testmålet er ikke et av Skatteetatens miljøer" in summary.partition("## 1.")[0]
    assert f"samsvar i det som ble bedømt: {coverage['judged']} av {coverage['total']} krav" in summary
    assert [answer for name, answer in flow.items() if "Utleggsbegj" in name] == ["Ikke testet, se vedlegg D"]
    assert [answer for name, answer in flow.items() if "Krav og" in name] == ["Ja"]
    assert not [answer for name, answer in rows.items() if name.endswith(": Utleggsbegjæring") and answer == "Ja"]
    assert all(re.fullmatch(r"Ja|Delvis \(\d+ av \d+\)|Ikke testet, se vedlegg D", answer) for answer in flow.values())


def test_the_manifest_says_where_it_ran(half_open):
    told = manifest(half_open)

    assert told["environment"]["of_skatteetaten"] is False
    assert told["environment"]["note"] == "the target is not an environment of Skatteetaten"
    assert told["coverage"]["judged"] < told["coverage"]["testable"]


@pytest.mark.by_day(1)
@pytest.mark.parametrize(("wanted", "code"), [("must", 3), ("100", 3), ("1%", 0)])
def test_too_little_is_exit_code_3(sandbox_file, tmp_path, wanted, code):
    finished = run(
        tmp_path / "out", "--target", str(sandbox_file), "--requirement", "KOB-TOTAL-001", "--require-coverage", wanted
    )

    assert finished.code == code
    assert ("too little was judged" in finished.stdout) == (code == 3)


@pytest.mark.by_day(2)
@pytest.mark.parametrize("wanted", ["most", "101", "-1", "nan"])
def test_a_coverage_that_is_none_is_wrong_usage(tmp_path, wanted):
    finished = run(tmp_path / "out", f"--require-coverage={wanted}")

    assert finished.code == 2
    assert f"--require-coverage {wanted}: give a percentage from 0 to 100, or `must`." in finished.stderr
