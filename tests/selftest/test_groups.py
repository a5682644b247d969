"""Variations that are tried together: which, and what a trial of several says of each."""

from collections import Counter, defaultdict
from dataclasses import replace

from harness.selftest.groups import grouped, left_of, merged, pieces_of, said_of_each
from harness.selftest.rounds import unclear
from harness.selftest.trial import Companion, Due, Reach, Result, Subject, Trial
from harness.verdict.outcome import Finding, Outcome

FIELD, ORDER, STATUS = (Subject("benign", name, "kob") for name in ("new-field", "other-order", "other-status"))
HEADER = Subject("benign", "new-header", "kob")
ELSEWHERE = Subject("benign", "new-field", "elan")
FOUND = Finding("KOB-1", "check", "aspect", "expected", "actual")


TAKING = {"kob/no-field"}


def reach(companions: dict[str, frozenset[str]], **changed: dict[str, int]) -> Reach:
    """Of scenarios with as many answers as each variation changes there; each makes 300 requests."""
    return Reach(
        faults={scenario: frozenset(names) for scenario, names in changed.items()},
        operations={},
        told=frozenset(name for names in changed.values() for name in names),
        mutants=(),
        judging=dict.fromkeys(changed, ("KOB-1",)),
        requests=dict.fromkeys(changed, 300),
        calls={name: 1 for names in changed.values() for name in names},
        due={scenario: Due("passed", {"KOB-1": 3}, names) for scenario, names in changed.items()},
        companions={name: Companion(apart, name in TAKING) for name, apart in companions.items()},
    )


APART = {"kob/new-field": frozenset({"kob/other-order"}), "kob/other-order": frozenset({"kob/new-field"})}
REACH = reach(
    {**APART, "kob/new-header": frozenset(), "elan/new-field": frozenset()},
    a={"kob/new-field": 2, "kob/other-order": 1, "kob/new-header": 2, "kob/other-status": 1, "elan/new-field": 1},
    b={"kob/new-field": 1},
    c={"kob/new-header": 1},
)
DUE = {scenario: due for piece in pieces_of((FIELD, HEADER), REACH) for scenario, due in piece.due.items()}
TOGETHER = Trial(FIELD, ("a", "b", "c"), beside=(HEADER,), due=DUE)


def test_variations_that_meet_or_are_not_seen_whole_are_apart():
    groups = grouped([FIELD, ORDER, STATUS, HEADER, ELSEWHERE], REACH)

    assert {frozenset(group) for group in groups} == {
        frozenset({FIELD, HEADER}),
        frozenset({ORDER}),
        frozenset({STATUS}),
        frozenset({ELSEWHERE}),
    }


def test_a_long_trial_is_cut_into_pieces_of_the_scenarios_that_any_variation_reaches():
    pieces = pieces_of((FIELD, HEADER), REACH)

    assert [piece.scenarios for piece in pieces] == [("a",), ("b",), ("c",)]
    assert {piece.members for piece in pieces} == {(FIELD, HEADER)}
    assert pieces[0].due["a"].changed == {"kob/new-field": 2, "kob/new-header": 2}


def doubts(*outcomes: Outcome, **met: dict[str, int]) -> dict[str, tuple[str, ...]]:
    seen = defaultdict(Counter, {scenario: Counter(times) for scenario, times in met.items()})
    ran = {each.scenario: DUE[each.scenario] for each in outcomes}
    return unclear(replace(TOGETHER, due=ran), outcomes, seen)


def outcome(scenario: str, *findings: Finding, judged: int = 3, result: str = "passed") -> Outcome:
    return Outcome(scenario, "kob", ("KOB-1",), result, findings=[*findings], judged={"KOB-1": judged})


BOTH = {"kob/new-field": 2, "kob/new-header": 2}


def test_a_silent_scenario_that_met_each_and_judged_all_clears_each():
    assert doubts(outcome("a"), a=BOTH) == {}


def test_a_scenario_that_finds_something_accuses_nobody_before_each_was_tried_alone():
    found = outcome("a", FOUND, result="deviations")

    assert doubts(found, a=BOTH) == {"kob/new-field": ("a",), "kob/new-header": ("a",)}
    assert doubts(outcome("b", FOUND), b={"kob/new-field": 1}) == {"kob/new-field": ("b",)}


def test_a_scenario_that_met_a_variation_less_often_than_alone_does_not_clear_it():
    assert doubts(outcome("a"), a=BOTH | {"kob/new-header": 1}) == {"kob/new-header": ("a",)}
    assert doubts(outcome("a"), a={}) == {"kob/new-field": ("a",), "kob/new-header": ("a",)}


def test_a_scenario_that_judged_less_or_ended_otherwise_clears_nobody_that_was_not_alone_in_it():
    both = {"kob/new-field": ("a",), "kob/new-header": ("a",)}

    assert doubts(outcome("a", judged=2), a=BOTH) == both
    assert doubts(outcome("a", result="not_testable"), a=BOTH) == both
    assert doubts(outcome("b", judged=2), b={"kob/new-field": 1}) == {}


def test_a_scenario_that_could_not_judge_or_did_not_run_clears_nobody():
    assert doubts(outcome("b", result="error"), b={"kob/new-field": 1}) == {"kob/new-field": ("b",)}
    assert unclear(TOGETHER, [], defaultdict(Counter)) == {"kob/new-field": ("a", "b"), "kob/new-header": ("a", "c")}


def test_what_is_left_is_tried_alone_and_the_rest_is_silent():
    result = Result(FIELD, ("KOB-1",), 9, 3, evidence=("why",), seconds=1.0, again={"kob/new-header": ("a",)})

    assert left_of(TOGETHER, result, REACH.companions) == [Trial(HEADER, ("a",))]
    said = {each.subject: each for each in said_of_each(TOGETHER, result)}
    assert [said[FIELD].by, said[HEADER].by] == [(), ()]
    assert [said[FIELD].scenarios, said[HEADER].scenarios] == [2, 1]
    assert said[FIELD].together == ("new-header",)

    alone = Result(HEADER, ("KOB-1",), 3, 1, evidence=("why",), seconds=0.5)
    whole = merged([said[HEADER], alone])
    assert (whole.subject, whole.by, whole.scenarios, whole.evidence) == (HEADER, ("KOB-1",), 2, ("why",))


def test_what_takes_something_away_is_tried_alone_and_the_others_once_more_together():
    taker = Subject("benign", "no-field", "kob")
    members = (taker, FIELD, HEADER)
    names = {subject.full_name: 1 for subject in members}
    found = reach(dict.fromkeys(names, frozenset()), a=names, b=names)
    (trial,) = pieces_of(members, replace(found, requests={}))

    left = left_of(trial, Result(taker, again=dict.fromkeys(names, ("a",))), found.companions)
    (again,) = (each for each in left if each.beside)

    assert left == [Trial(taker, ("a",)), again]
    assert (again.members, again.scenarios) == ((FIELD, HEADER), ("a",))
    assert again.due["a"].changed == {"kob/new-field": 1, "kob/new-header": 1}
    assert left_of(again, Result(FIELD, again=dict.fromkeys(again.due["a"].changed, ("a",))), found.companions) == [
        Trial(FIELD, ("a",)),
        Trial(HEADER, ("a",)),
    ]


def test_where_the_process_died_everything_is_left():
    died = Result(FIELD, problems=("the process that ran it ended by itself",))

    assert left_of(TOGETHER, died, REACH.companions) == [Trial(FIELD, ("a", "b")), Trial(HEADER, ("a", "c"))]
