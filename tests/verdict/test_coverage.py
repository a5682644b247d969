"""Only what was judged is green: coverage, headline, tone, and what an older verdict.json lacks."""

import datetime
import json

import pytest

from harness.contract.pinned import contract_of
from harness.redaction.redacted import ours
from harness.verdict.conclusion import EXIT_CODES, conclude, conclude_shards, shard_of
from harness.verdict.headline import headline, tone
from harness.verdict.model import read_verdict, write_verdict
from harness.verdict.outcome import Finding, Observed, Outcome
from harness.verdict.shard import Circumstances
from harness.verdict.waivers import Waiver

THEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def around(**how):
    return Circumstances("prøve", 1, THEN, THEN, "run", **how)


@pytest.fixture(scope="module")
def kob():
    return contract_of("kravogbetalinger")


def of_level(contract, level):
    return [key for key, r in contract.active.items() if r.level == level and r.actor == "server" and not r.not_tested]


def verdict_of(contract, *ids, broken=(), result="passed", partial=False, **how):
    findings = [Finding(key, "c", ours("a"), ours("x"), ours("y")) for key in broken]
    outcome = Outcome("s", contract.api, tuple(ids), "deviations" if broken else result, findings=findings)
    return conclude([outcome], [contract], around(**how), partial=partial)


def test_all_that_must_hold_was_judged_and_holds(kob):
    verdict = verdict_of(kob, *of_level(kob, "must"))

    assert (headline(verdict), tone(verdict)) == ("Conformant", "green")
    assert verdict.coverage.must.judged == verdict.coverage.must.testable == len(of_level(kob, "must"))


def test_one_must_that_was_not_judged_takes_the_green_away(kob):
    verdict = verdict_of(kob, *of_level(kob, "must")[1:])

    share = verdict.coverage
    assert verdict.verdict == "conformant"
    assert headline(verdict) == f"Conformant as far as judged: {share.judged} of {share.total}"
    assert tone(verdict) == "amber"


@pytest.mark.parametrize("result", ["not_testable", "not_run"])
def test_what_the_target_lacks_is_testable_all_the_same(kob, result):
    """Otherwise a target without a way in would look complete."""
    musts = of_level(kob, "must")
    passed = Outcome("s", kob.api, tuple(musts[:1]))
    closed = Outcome("t", kob.api, tuple(musts[1:]), result, ours("the target has no access finans"))

    share = conclude([passed, closed], [kob], around()).coverage

    assert (share.must.judged, share.must.testable) == (1, len(musts))


def test_an_operation_that_is_not_offered_is_not_testable(kob):
    musts = of_level(kob, "must")
    passed = Outcome("s", kob.api, tuple(musts[1:]))
    closed = Outcome("t", kob.api, tuple(musts[:1]), "not_testable", ours("it is reconstructed"), offered=False)

    verdict = conclude([passed, closed], [kob], around())

    assert (verdict.coverage.must.testable, headline(verdict)) == (len(musts) - 1, "Conformant")


def test_observations_are_no_judgements(kob):
    key = of_level(kob, "observe")[0]
    outcome = Outcome("s", kob.api, (key,), observations=[Observed(key, "How?", ours("so"))])

    verdict = conclude([outcome], [kob], around())

    assert (verdict.coverage.judged, verdict.verdict) == (0, "inconclusive")


def test_coverage_is_given_for_each_api_theme_and_point(kob):
    elan = contract_of("utleggsbegjaering")
    musts = of_level(kob, "must")

    coverage = verdict_of_two = conclude([Outcome("s", kob.api, tuple(musts))], [kob, elan], around()).coverage

    assert {api: share.must.judged for api, share in coverage.by_api.items()} == {kob.api: len(musts), elan.api: 0}
    share = coverage.by_api[kob.api]
    for parts in (share.themes, share.points):
        assert sum(part.judged for part in parts.values()) == share.judged
        assert sum(part.testable for part in parts.values()) == share.testable
    assert set(share.points) == {"access", "flow", "errors", "validation", "responses", "further"}
    assert coverage.total == verdict_of_two.by_api[kob.api].total + verdict_of_two.by_api[elan.api].total


def test_the_headline_counts_every_level(kob):
    musts, shoulds, mays = (of_level(kob, level) for level in ("must", "should", "may"))

    light = verdict_of(kob, *musts, broken=[*shoulds[:3], *mays[:2]])
    grave = verdict_of(kob, *musts, broken=[musts[0], shoulds[0]])

    assert (headline(light), tone(light), light.verdict) == ("Conformant, 3 warnings, 2 doubts", "amber", "conformant")
    assert (headline(grave), tone(grave)) == ("Not conformant: 1 deviation, 1 warning", "red")


def test_a_waived_deviation_is_not_plain_green(kob):
    musts = of_level(kob, "must")
    waiver = Waiver(name="w", reason="r", owner="o", expires=THEN.date(), requirement=musts[0], operation="*")

    verdict = verdict_of(kob, *musts, broken=musts[:1], waivers=(waiver,))

    assert (verdict.verdict, headline(verdict), tone(verdict)) == ("conformant", "Conformant, 1 waived", "amber")


@pytest.mark.parametrize(
    ("wanted", "skipped", "code"),
    [("must", 0, 0), ("must", 1, 3), (100.0, 1, 3), (20.0, 1, 0), (0.0, 10, 0)],
)
def test_too_little_is_exit_code_3(kob, wanted, skipped, code):
    verdict = verdict_of(kob, *of_level(kob, "must")[skipped:], require_coverage=wanted)

    assert EXIT_CODES[verdict.verdict] == code
    assert [problem.split(":")[0] for problem in verdict.problems] == ["too little was judged"] * (code == 3)


def test_a_deviation_outweighs_too_little(kob):
    key = of_level(kob, "must")[0]

    assert verdict_of(kob, key, broken=[key], require_coverage="must").verdict == "deviations"


def test_shards_are_measured_together(kob):
    """Each judged half: together they judged everything, and what each was missing is forgotten."""
    musts = of_level(kob, "must")
    halves = (musts[: len(musts) // 2], musts[len(musts) // 2 :])
    shards = [
        shard_of([Outcome(f"s{n}", kob.api, tuple(half))], [kob], around(require_coverage="must"))
        for n, half in enumerate(halves)
    ]

    assert conclude_shards(shards[:1], [kob]).verdict == "inconclusive"
    assert conclude_shards(shards, [kob]).verdict == "conformant"


def test_of_shards_the_strictest_wish_counts(kob):
    musts, shoulds = of_level(kob, "must"), of_level(kob, "should")
    broken = Outcome(
        "s", kob.api, tuple(musts), "deviations", findings=[Finding(shoulds[0], "c", ours("a"), ours("x"), ours("y"))]
    )
    lax = shard_of([broken], [kob], around())
    strict = shard_of([], [kob], around(fail_on="should"))

    assert conclude_shards([lax], [kob]).verdict == "conformant"
    assert conclude_shards([lax, strict], [kob]).verdict == "deviations"


def test_a_verdict_of_an_earlier_version_is_read(kob, tmp_path):
    """Schema 1 without coverage, scope, fail_on and testable; with `partial`."""
    written = write_verdict(verdict_of(kob, *of_level(kob, "must"), partial=True), tmp_path)
    members = json.loads(written.read_text())
    for name in ("coverage", "scope", "fail_on"):
        del members[name]
    for entry in members["requirements"]:
        del entry["testable"]
    written.write_text(json.dumps(members | {"partial": True}))

    verdict = read_verdict(tmp_path)

    assert (verdict.scope, verdict.fail_on) == ("partial", "should")
    assert verdict.coverage.judged == len(of_level(kob, "must"))
    assert verdict.coverage.testable == sum(len(of_level(kob, level)) for level in ("must", "should", "may"))


def test_verdict_json_has_the_shape_of_the_contract(kob, tmp_path):
    members = json.loads(write_verdict(verdict_of(kob, *of_level(kob, "must")), tmp_path).read_text())

    assert {"judged", "testable", "total", "by_api"} <= set(members["coverage"])
    assert members["scope"] == "whole"
    assert members["verdict"] == "conformant"
