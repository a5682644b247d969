"""`provestand merge` joins the jobs of a matrix, whatever order they end in."""

import json
import shutil
import stat

import pytest

from harness.verdict.model import read_verdict
from tests.once import made_once


@pytest.fixture(scope="module")
def shards(run_command, tmp_path_factory, worker_id, request):
    """Two runs against the same target, each covering different requirements."""

    def make(folder):
        target = request.getfixturevalue("lying_target")
        for name, requirement in (("a", "KOB-CODE-004"), ("b", "KOB-MEDIA-002")):
            chosen = ["--suite", "scenarios", "--requirement", requirement]
            run_command("run", "--target", target, *chosen, "--out", folder / name)

    return made_once(tmp_path_factory, worker_id, "shards", make)


def test_shards_become_one_verdict_and_one_report(run_command, shards, tmp_path):
    a, b = read_verdict(shards / "a"), read_verdict(shards / "b")

    ended = run_command("merge", shards / "a", shards / "b", "--out", tmp_path / "all")

    merged = read_verdict(tmp_path / "all")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert merged.http.requests == a.http.requests + b.http.requests
    assert {d.fingerprint for d in merged.deviations} == {d.fingerprint for d in (*a.deviations, *b.deviations)}
    assert {r.id: r.status for r in merged.requirements}["KOB-MEDIA-002"] == "passed"
    har = json.loads((tmp_path / "all" / "exchanges.har").read_text())
    parts = [json.loads((shards / name / "exchanges.har").read_text())["log"]["entries"] for name in "ab"]
    assert len(har["log"]["entries"]) == sum(map(len, parts))
    results = [path.name for name in "ab" for path in (shards / name / "allure-results").glob("*-result.json")]
    assert sorted(results) == sorted(path.name for path in (tmp_path / "all" / "allure-results").glob("*-result.json"))
    assert "joined from" in (tmp_path / "all" / "report.html").read_text()
    assert [path for path in (tmp_path / "all").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o77] == []


def test_the_order_changes_nothing_and_twice_counts_once(run_command, shards, tmp_path):
    run_command("merge", shards / "a", shards / "b", "--out", tmp_path / "ab")
    run_command("merge", shards / "b", tmp_path / "ab", shards / "a", "--out", tmp_path / "ba")

    assert read_verdict(tmp_path / "ab") == read_verdict(tmp_path / "ba")
    names = ("exchanges.har", "outcomes.json", "report.html")
    assert [(tmp_path / "ab" / n).read_text() for n in names] == [(tmp_path / "ba" / n).read_text() for n in names]


def test_what_is_no_result_is_refused_in_one_line(run_command, shards, tmp_path):
    (tmp_path / "empty").mkdir()

    ended = run_command("merge", shards / "a", tmp_path / "empty", "--out", tmp_path / "all")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1] == (
        f"Error: {tmp_path / 'empty'}: the folder is empty. Run `provestand run --out` on it first."
    )
    assert not (tmp_path / "all").exists()


def test_nothing_is_left_behind_when_a_file_is_cut_short(run_command, shards, tmp_path):
    shutil.copytree(shards / "a", tmp_path / "cut")
    har = tmp_path / "cut" / "exchanges.har"
    har.write_text(har.read_text()[:500])

    ended = run_command("merge", shards / "b", tmp_path / "cut", "--out", tmp_path / "all")

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == f"Error: {har}: the HAR file is incomplete. Run the suite again."
    assert [path.name for path in tmp_path.iterdir()] == ["cut"]


def test_somebody_elses_folder_is_left_alone(run_command, shards, tmp_path):
    (tmp_path / "letters.txt").write_text("dear")

    ended = run_command("merge", shards / "a", "--out", tmp_path)

    assert (ended.returncode, (tmp_path / "letters.txt").read_text()) == (2, "dear")
