"""`provestand gate` in a pipeline: what it prints and how it ends."""

import json

import pytest


def test_three_broken_things_fail_the_gate(run_command, healthy_run, failed_run):
    ended = run_command("gate", healthy_run, failed_run)

    assert (ended.returncode, ended.stderr) == (1, "")
    requirements = {line.split()[2] for line in ended.stdout.splitlines() if line.startswith("new ")}
    assert {"KOB-CODE-004", "KOB-ERROR-002", "KOB-MODEL-002"} <= requirements
    assert ended.stdout.splitlines()[-1].startswith("worse: 0 fixed, ")


def test_mending_them_passes_it(run_command, healthy_run, failed_run):
    ended = run_command("gate", failed_run, healthy_run)

    assert ended.returncode == 0
    assert ended.stdout.splitlines()[-1].startswith("not worse: ")


def test_what_was_there_before_passes_it(run_command, failed_run):
    ended = run_command("gate", failed_run / "verdict.json", failed_run, "--format", "json")

    found = json.loads(ended.stdout)
    assert (ended.returncode, found["new"], found["fixed"], found["worse"]) == (0, [], [], [])
    assert found["still_there"]


def test_the_job_summary_is_a_table(run_command, healthy_run, failed_run):
    ended = run_command("gate", healthy_run, failed_run, "--format", "markdown")

    lines = ended.stdout.splitlines()
    assert lines[0].startswith("### Prøvestand gate: worse: ")
    assert {line.count(" | ") for line in lines[4:]} == {3}


def test_a_run_of_another_part_is_named_in_one_line(run_command, healthy_run, tmp_path):
    """Nothing got worse, but nothing is known to be as good either: the two cannot be compared."""
    part = ("--api", "kravogbetalinger", "--suite", "scenarios", "--requirement", "KOB-MODEL-003")
    run_command("run", *part, "--out", tmp_path / "part")

    ended = run_command("gate", healthy_run, tmp_path / "part")

    assert ended.returncode == 2
    told = [line for line in ended.stdout.splitlines() if "a different part" in line]
    assert len(told) == 1
    assert told[0].startswith("The candidate covers a different part: it leaves out ")
    assert told[0].endswith("Compare runs with the same --api, --suite and --requirement.")
    assert not [line for line in ended.stdout.splitlines() if line.startswith("newly untested")]


@pytest.mark.parametrize(
    ("judged_by", "named"),
    [
        ({"version": "v9"}, "kravogbetalinger v1 and v9"),
        ({"sha256": "0" * 64}, "kravogbetalinger v1 with different contents"),
    ],
)
def test_two_specifications_are_named_in_one_line(run_command, healthy_run, tmp_path, judged_by, named):
    verdict = json.loads((healthy_run / "verdict.json").read_text())
    (pinned,) = verdict["specs"]
    verdict["specs"] = [pinned | judged_by]
    (tmp_path / "verdict.json").write_text(json.dumps(verdict))

    ended = run_command("gate", healthy_run, tmp_path)

    assert ended.returncode == 0
    assert ended.stdout.splitlines()[0] == (
        f"The two runs were judged by different specifications or versions of this tool ({named}): what is new, fixed "
        "or newly untested may be due to that rather than to the service."
    )


def test_another_version_of_the_tool_is_named_in_all_forms(run_command, healthy_run, tmp_path):
    verdict = json.loads((healthy_run / "verdict.json").read_text())
    verdict["tool"]["version"] = "0.0.1"
    (tmp_path / "verdict.json").write_text(json.dumps(verdict))

    document = json.loads(run_command("gate", tmp_path, healthy_run, "--format", "json").stdout)
    table = run_command("gate", tmp_path, healthy_run, "--format", "markdown").stdout

    (named,) = document["other_measures"]
    assert named.startswith("provestand 0.0.1 and provestand ")
    assert document["baseline"]["tool"]["version"] == "0.0.1"
    assert "different specifications or versions of this tool" in table


def test_the_same_measures_are_not_spoken_of(run_command, healthy_run):
    assert "different specifications" not in run_command("gate", healthy_run, healthy_run).stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "it does not exist. Name the folder of a run (`--out`)."),
        ({}, "the folder is empty. Run `provestand run --out` on it first."),
        ({"letters.txt": "x"}, "it has no verdict.json, so it is not a results folder of provestand."),
        ({".parts/outcomes.jsonl": "{}"}, "it has no verdict.json: the run was cut off before its end. Run it again."),
        ({"verdict.json": '{"schema": 1, "target'}, "the file: invalid json: "),
        ({"verdict.json": '{"schema": 2}'}, "schema: input should be 1. Run the suite again with this version."),
        ({"verdict.json": "[]"}, "the file: input should be an object."),
        ({"verdict.json": b"\xff"}, "verdict.json:1: byte 1 is not UTF-8. Save the file as UTF-8."),
    ],
    ids=["nothing", "empty", "not ours", "cut off", "half-written", "another schema", "no verdict", "no text"],
)
def test_what_is_no_result_is_refused_in_one_line(run_command, healthy_run, tmp_path, content, told):
    folder = tmp_path / "results"
    for name, text in ({} if content is None else {".": b"", **content}).items():
        folder.mkdir(exist_ok=True)
        if name != ".":
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    ended = run_command("gate", healthy_run, folder)

    last = ended.stderr.splitlines()[-1]
    assert (ended.returncode, ended.stdout) == (2, "")
    assert last.startswith(f"Error: {folder}")
    assert told in last
    assert "Traceback" not in ended.stderr
