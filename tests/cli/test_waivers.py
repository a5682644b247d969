"""`provestand run --waivers`: accepted deviations do not fail the run, and are shown wherever the run is reported."""

import json
import shutil

import pytest
from lxml import etree

ONE = ("--", "-k", "test_a_call_without_a_token_is_refused")
WAIVERS = """
[kb-999]
requirement = "KOB-CODE-004"
operation = "*"
reason = "fixed in the next release"
owner = "Kari Nordmann"
expires = 2099-12-31

[long-gone]
fingerprint = "0000000000000000"
reason = "it was fixed"
owner = "Ola Nordmann"
expires = 2020-12-31
"""


@pytest.fixture(scope="module")
def waived(run_command, tmp_path_factory, lying_target):
    """A run of one scenario with a waived deviation, by two workers, from a folder with a waivers file."""
    folder = tmp_path_factory.mktemp("waived")
    (folder / "waivers.toml").write_text(WAIVERS)
    chosen = ["--suite", "scenarios", "--requirement", "KOB-AUTH-001", "--workers", "2"]
    ended = run_command(
        "run", "--target", lying_target, *chosen, "--waivers", "waivers.toml", "--out", "out", *ONE, cwd=folder
    )
    return ended, folder / "out"


def test_a_waived_deviation_does_not_fail_the_run(waived):
    ended, out = waived
    verdict = json.loads((out / "verdict.json").read_text())

    assert ended.returncode == 0
    assert {d["requirement"]: d["waived_by"] for d in verdict["deviations"]} == {
        "KOB-CODE-004": "kb-999",
    }
    assert {w["name"]: w["state"] for w in verdict["waivers"]} == {
        "kb-999": "used",
        "long-gone": "expired",
    }


def test_the_terminal_tells_what_is_waived_and_what_has_expired(waived):
    ended, _ = waived

    assert "waived KOB-CODE-004 * until 2099-12-31: fixed in the next release (Kari Nordmann)" in ended.stdout
    assert "expired waiver long-gone" in ended.stdout
    assert "deviation KOB-" not in ended.stdout


def test_neither_junit_nor_allure_calls_it_a_failure(waived):
    _, out = waived
    root = etree.parse(out / "junit.xml").getroot()
    results = [json.loads(path.read_text()) for path in (out / "allure-results").glob("*-result.json")]

    assert root.findall(".//failure") == []
    assert any("waived by" in (skipped.get("message") or "") for skipped in root.iter("skipped"))
    assert {"failed", "broken"} & {result["status"] for result in results} == set()


def test_a_faulty_file_is_told_before_anything_is_sent(run_command, tmp_path):
    (tmp_path / "waivers.toml").write_text(WAIVERS.replace('reason = "it was fixed"\n', ""))

    ended = run_command("run", "--waivers", "waivers.toml", "--out", "out", cwd=tmp_path)

    assert ended.returncode == 2
    told = [line for line in ended.stderr.splitlines() if "waivers.toml" in line]
    assert told[-1].endswith("waivers.toml:9: [long-gone] has no `reason`. Say why it is accepted.")
    assert not (tmp_path / "out").exists()


def test_a_report_of_an_earlier_run_goes_when_a_new_one_comes(run_command, waived, lying_target, tmp_path):
    folder = shutil.copytree(waived[1], tmp_path / "out")
    run_command("report", folder, "--summary", "nb", "--bundle")

    run_command(
        "run", "--target", lying_target, "--requirement", "KOB-AUTH-001", "--suite", "scenarios", "--out", folder
    )

    assert not list(folder.glob("summary.*")) + list(folder.glob("*.zip"))
