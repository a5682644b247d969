"""The gate fails if something got worse, and for nothing else."""

import datetime

import pytest

from harness.verdict.conclusion import conclude
from harness.verdict.gate import compare
from harness.verdict.outcome import Finding, Outcome
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
IDS = ("KODE-1", "KODE-2")


@pytest.fixture
def run(contract):
    """A run that judged some requirements, found some of them broken, and knew some waivers."""

    def of(*broken: str, judged=IDS, waived=(), expires=datetime.date(2026, 12, 31)):
        findings = [Finding(key, "test_y", "status 200", "refused", "200", operation="boeker") for key in broken]
        waivers = tuple(
            Waiver(name=key, reason="known", owner="Ola", expires=expires, requirement=key, operation="*")
            for key in waived
        )
        outcome = Outcome("s", "boeker", tuple(judged), "deviations" if broken else "passed", findings=findings)
        return conclude([outcome], [contract], Circumstances("sandbox", 1, THEN, THEN, "run", waivers=waivers))

    return of


def names(entries):
    return [getattr(entry, "requirement", None) or entry.id for entry in entries]


def test_each_deviation_is_fixed_new_or_still_there(run):
    found = compare(run("KODE-1", "charset_utf8"), run("KODE-2", "charset_utf8"))

    assert (names(found.fixed), names(found.new), names(found.still_there)) == (
        ["KODE-1"],
        ["KODE-2"],
        ["charset_utf8"],
    )


def test_only_a_new_deviation_is_worse(run):
    assert compare(run("KODE-1"), run("KODE-1")).worse == ()
    assert compare(run("KODE-1"), run()).worse == ()
    assert [line.split(" (")[0] for line in compare(run(), run("KODE-1")).worse] == ["new deviation KODE-1 in boeker"]


def test_what_is_no_longer_judged_is_untested_and_not_fixed(run):
    found = compare(run("KODE-1"), run(judged=["KODE-2"]))

    assert (names(found.fixed), names(found.newly_untested), found.worse) == (
        [],
        ["KODE-1"],
        ("newly untested KODE-1",),
    )


def test_a_requirement_that_the_candidate_lacks_is_untested(run):
    candidate = run()
    without = candidate.model_copy(update={"requirements": [r for r in candidate.requirements if r.id != "KODE-1"]})

    assert names(compare(run(), without).newly_untested) == ["KODE-1"]


def test_a_new_deviation_under_a_waiver_is_not_worse(run):
    found = compare(run(), run("KODE-1", waived=["KODE-1"]))

    assert (names(found.new), found.worse) == (["KODE-1"], ())


def test_a_waiver_that_ran_out_makes_it_worse(run):
    found = compare(
        run("KODE-1", waived=["KODE-1"]), run("KODE-1", waived=["KODE-1"], expires=datetime.date(2025, 1, 1))
    )

    assert (names(found.unwaived), names(found.still_there)) == (["KODE-1"], [])
    assert [line.split(" (")[0] for line in found.worse] == ["no longer waived KODE-1 in boeker"]
