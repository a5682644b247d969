"""A self-test in parts is the same self-test."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.selftest.matrix import Shard, UnusablePartsError, joined
from harness.selftest.score import scored
from harness.selftest.trial import Result, Subject

FAULTS = [Subject("fault", name, "kob", "KOB-1") for name in ("one", "two", "three")]
BENIGN = Subject("benign", "new-field", "kob")
CLEAN = [Subject("clean", f"seed {seed}", seed=seed) for seed in (1, 2)]
SUBJECTS = [*FAULTS, BENIGN, *CLEAN]
RESULTS = {
    "one": Result(FAULTS[0], ("KOB-1",), 3),
    "two": Result(FAULTS[1], ("KOB-2",), 4, problems=("a scenario broke",)),
    "three": Result(FAULTS[2]),
    "new-field": Result(BENIGN, ("KOB-3",)),
    "seed 1": Result(CLEAN[0]),
    "seed 2": Result(CLEAN[1]),
}


def part(shard: Shard):
    mine = shard.of_all(SUBJECTS)
    return scored([RESULTS[subject.name] for subject in mine], mine, 1.0, 2, str(shard))


def test_the_parts_joined_are_the_whole():
    parts = [part(Shard(number, 4)) for number in (3, 1, 2, 4, 3)]
    whole = scored(RESULTS.values(), SUBJECTS, 1.0, 2)

    together = joined(parts)

    assert together.score == whole.score
    assert (whole.score.faults, whole.score.by_right_requirement, whole.score.false_alarms) == (3, 1, 1)
    assert whole.score.not_judged == 1
    assert {row.name for row in together.faults} == {"one", "two", "three"}
    assert together.missing == []


def test_a_part_that_is_not_named_is_missing():
    assert joined([part(Shard(1, 3)), part(Shard(3, 3))]).missing == ["shard 2/3"]


def test_the_second_score_joins_the_first():
    """Two self-tests, one with `--shares` and one without, make one page with both scores."""
    rare = Subject("share", "settled-claims@share=0.2", "kob", "KOB-1")
    fault = Subject("fault", "settled-claims", "kob", "KOB-1")
    first = scored([Result(fault, ("KOB-1",))], [fault], 1.0, 2)
    unmet = replace(rare, name="settled-claims@format=xml")
    second = scored([Result(rare, ("KOB-1",), 40), Result(unmet, unmet="why")], [rare, unmet], 1.0, 2)

    both = joined([first, second])
    score = both.score

    assert (score.faults, score.by_right_requirement) == (1, 1)
    assert (score.shares, score.shares_caught, score.requests_for_shares) == (1, 1, 40)
    assert ([row.reason for row in both.unmet], score.shares_unmet) == (["why"], 1)


def test_parts_of_different_wholes_are_not_joined():
    with pytest.raises(UnusablePartsError, match="same N"):
        joined([part(Shard(1, 3)), part(Shard(2, 4))])


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/5", ""])
def test_what_is_not_a_part_is_refused(text):
    with pytest.raises(ValueError, match="is not a part such as 2/4"):
        Shard.parse(text)


@pytest.mark.nightly
def test_two_jobs_and_a_merge(tmp_path: Path):
    command = [sys.executable, "-m", "harness"]
    chosen = ["--fault", "period-turned", "--fault", "scopes-parted-by-commas"]
    for number in (1, 2):
        part_of = ["--shard", f"{number}/2", "--workers", "1", "--out", str(tmp_path / str(number))]
        subprocess.run([*command, "selftest", *chosen, *part_of], check=True, capture_output=True)

    merge = [*command, "merge", str(tmp_path / "2"), str(tmp_path / "1"), "--out", str(tmp_path / "whole")]
    done = subprocess.run(merge, check=False, capture_output=True, text=True)
    half = subprocess.run([*merge[:5], "--out", str(tmp_path / "half")], check=False, capture_output=True, text=True)

    found = json.loads((tmp_path / "whole" / "selftest.json").read_text())
    assert done.returncode == 0, done.stderr
    assert {row["name"] for row in found["faults"]} == {"period-turned", "scopes-parted-by-commas"}
    assert (tmp_path / "whole" / "selftest.html").is_file()
    assert half.returncode == 3
