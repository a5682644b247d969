"""What counts as caught, as a false alarm, and as perfect."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from harness.selftest.page import write_page
from harness.selftest.rounds import is_enough
from harness.selftest.score import SelfTest, scored
from harness.selftest.terminal import line_of, print_matrix
from harness.selftest.trial import Enough, Reach, Result, Subject, Trial
from harness.verdict.outcome import Finding, Outcome

FAULT = Subject("fault", "settled-claims", "kob", "KOB-1")
BENIGN = Subject("benign", "new-field", "kob")
CLEAN = Subject("clean", "seed 1", seed=1)
MUTANT = Subject("mutant", "mutant:drop:krav:krav[].kravtype", "kob", text="In krav, krav[].kravtype is left out.")


def score_of(*results: Result) -> SelfTest:
    return scored(results, [FAULT, BENIGN, CLEAN], 1.0, 2)


def test_everything_right_is_perfect():
    selftest = score_of(Result(FAULT, ("KOB-1", "KOB-2"), 7), Result(BENIGN), Result(CLEAN), Result(MUTANT))

    assert selftest.is_perfect
    assert selftest.model_dump(by_alias=True)["schema"] == 1
    assert selftest.faults[0].model_dump(include={"name", "caught", "by", "by_right_requirement", "requests"}) == {
        "name": "settled-claims",
        "caught": True,
        "by": ["KOB-1", "KOB-2"],
        "by_right_requirement": True,
        "requests": 7,
    }
    assert (selftest.score.mutants, selftest.score.mutants_caught) == (1, 0)


def test_a_mutant_that_nothing_caught_is_told_in_words_everywhere(tmp_path: Path):
    other = Subject("mutant", "mutant:swap:krav:krav[].kravtype", "kob", text="In krav, krav[].kravtype is a list.")
    selftest = score_of(Result(FAULT, ("KOB-1",)), Result(MUTANT), Result(other, ("KOB-9",)))
    console = Console(record=True, width=200, file=StringIO())

    print_matrix(selftest, console)
    page = write_page(selftest, tmp_path).read_text()

    assert [(row["caught"], row["text"]) for row in selftest.model_dump()["mutants"]] == [
        (False, "In krav, krav[].kravtype is left out."),
        (True, "In krav, krav[].kravtype is a list."),
    ]
    told = [line.rstrip() for line in console.export_text().splitlines()]
    at = told.index("mutant not caught: kob/mutant:drop:krav:krav[].kravtype")
    assert told[at + 1] == "  In krav, krav[].kravtype is left out."
    assert [line for line in told if "swap" in line] == []
    assert page.index("krav[].kravtype is left out.") < page.index("not caught</span>") < page.index("is a list.")


def share(name: str) -> Subject:
    return Subject("share", f"settled-claims@{name}", "kob", "KOB-1")


def test_the_second_score_is_on_the_page_beside_the_first(tmp_path: Path):
    rare = [Result(share(f"share=0.{number}"), ("KOB-1",), 100) for number in range(1, 20)]
    healthy = Result(BENIGN), Result(CLEAN)
    selftest = score_of(Result(FAULT, ("KOB-1",)), *healthy, *rare, Result(share("format=xml"), requests=900))

    page = write_page(selftest, tmp_path).read_text()

    assert "<b>1 of 1</b><span>faults caught</span>" in page
    assert "<b>19 of 20</b><span>rare faults caught (95 %)</span>" in page
    assert "It took 2800 requests" in page
    assert "<td>in one call in five<td>1 of 1" in page
    assert "<td>in XML only<td>0 of 1" in page
    assert page.index("not caught</span>") < page.index("<td>in one call in five\n")
    assert selftest.is_perfect


def test_a_share_that_no_call_meets_counts_neither_way_and_is_told_apart(tmp_path: Path):
    why = "of 14 answers, none is for one organisation"
    left_out = Result(share("about=314055403"), unmet=why)
    rare = [Result(share(f"share=0.{number}"), ("KOB-1",), 100) for number in range(1, 20)]
    selftest = score_of(Result(FAULT, ("KOB-1",)), Result(BENIGN), Result(CLEAN), *rare, left_out)
    console = Console(record=True, width=200, file=StringIO())

    print_matrix(selftest, console)
    page = write_page(selftest, tmp_path).read_text()

    score = selftest.score
    assert (score.shares, score.shares_caught, score.percent_shares_caught, score.shares_unmet) == (19, 19, 100, 1)
    assert [row.model_dump() for row in selftest.unmet] == [
        {"name": "settled-claims@about=314055403", "api": "kob", "requirement": "KOB-1", "reason": why}
    ]
    assert selftest.is_perfect
    assert page.index("Rare faults that no call reaches") < page.index(why)
    told = [line.rstrip() for line in console.export_text().splitlines()]
    assert told[told.index("share left out: kob/settled-claims@about=314055403") + 1] == f"  {why}"
    assert told[-1].endswith("left out, because no call of a thorough run meets them: 1.")
    assert line_of(left_out).startswith(f"share kob/settled-claims@about=314055403: left out, {why}")


def test_rare_faults_alone_are_no_score_of_all_faults(tmp_path: Path):
    selftest = score_of(Result(share("share=0.2"), ("KOB-1",), 10))

    page = write_page(selftest, tmp_path).read_text()

    assert "<b>1 of 1</b><span>rare faults caught (100 %)</span>" in page
    assert "0 of 0" not in page


def test_without_rare_faults_there_is_no_second_score(tmp_path: Path):
    page = write_page(score_of(Result(FAULT, ("KOB-1",))), tmp_path).read_text()

    assert "<b>1 of 1</b><span>faults caught</span>" in page
    assert "rare" not in page.lower()


def test_too_few_rare_faults_caught_is_not_perfect():
    selftest = score_of(
        Result(FAULT, ("KOB-1",)),
        Result(BENIGN),
        Result(CLEAN),
        Result(share("share=0.2")),
        Result(share("format=xml"), ("KOB-1",)),
    )

    assert not selftest.is_perfect


def test_of_scenarios_that_judge_a_requirement_the_quickest_runs_first():
    """A variation runs everything that it reaches, in the suite's order, so that shared preparations are made once."""
    fault, benign = Subject("fault", "f", "kob", "KOB-1"), Subject("benign", "b", "kob")
    scenarios = ("long", "other", "short")
    judging = {"long": ("KOB-1",), "other": ("KOB-2",), "short": ("KOB-1",)}
    reached = dict.fromkeys(scenarios, frozenset({"kob/f", "kob/b"}))
    requests = {"long": 154, "other": 1, "short": 2}
    calls = {"kob/f": 3, "kob/b": 3}
    reach = Reach(reached, {}, frozenset(calls), (), judging, requests, calls=calls)

    assert reach.scenarios_of(fault) == ("short", "long", "other")
    assert reach.scenarios_of(benign) == scenarios


def test_a_fault_found_by_others_only_is_caught_and_not_right():
    selftest = score_of(Result(FAULT, ("KOB-2",)), Result(BENIGN), Result(CLEAN))

    assert (selftest.score.caught, selftest.score.by_right_requirement) == (1, 0)
    assert not selftest.is_perfect


def test_an_accused_variation_is_a_false_alarm():
    selftest = score_of(Result(FAULT, ("KOB-1",)), Result(BENIGN, ("KOB-3", "KOB-4")), Result(CLEAN))

    assert selftest.score.false_alarms == 2
    assert [(row.name, row.deviations) for row in selftest.benign] == [("new-field", 2)]
    assert not selftest.is_perfect


def test_a_subject_without_a_result_is_missing():
    selftest = score_of(Result(FAULT, ("KOB-1",)), Result(CLEAN))

    assert selftest.missing == ["kob/new-field"]
    assert not selftest.is_perfect


def test_what_could_not_be_judged_is_told_unless_the_fault_was_found():
    """A broken answer may prevent some scenarios from judging; a healthy one must not."""
    found = score_of(Result(FAULT, ("KOB-1",), problems=("cut off",)), Result(BENIGN), Result(CLEAN))
    silent = score_of(Result(FAULT, ("KOB-1",)), Result(BENIGN, problems=("cut off",)), Result(CLEAN))

    assert (found.score.not_judged, silent.score.not_judged) == (0, 1)
    assert found.is_perfect
    assert not silent.is_perfect


REACH = Reach(
    faults={
        "a": frozenset({"kob/settled-claims"}),
        "b": frozenset({"kob/other"}),
        "d": frozenset({"kob/settled-claims"}),
    },
    operations={"a": frozenset({"krav"}), "c": frozenset({"krav"})},
    told=frozenset({"kob/settled-claims"}),
    mutants=(),
    judging={"a": ("KOB-2", "KOB-3"), "b": ("KOB-2", "KOB-1"), "c": ("KOB-1",), "d": ("KOB-9", "KOB-1")},
    calls={"kob/settled-claims": 2},
)


def test_only_scenarios_that_a_fault_reaches_are_run():
    assert set(REACH.scenarios_of(FAULT)) == {"a", "d"}
    assert REACH.scenarios_of(MUTANT) == ("a", "c")
    assert REACH.scenarios_of(BENIGN) == ("a", "b", "c", "d")


def test_a_fault_that_the_survey_cannot_decide_is_tried_where_it_could_touch_a_call():
    remembering = Subject("fault", "forgets-the-case", "kob", "KOB-1")
    reach = replace(REACH, faults={"c": frozenset({"kob/forgets-the-case"})}, calls={"kob/forgets-the-case": 1})

    assert reach.scenarios_of(remembering) == ("c",)


def test_the_surveys_of_two_apis_are_joined():
    other = Reach({"e": frozenset({"elan/x"})}, {}, frozenset({"elan/x"}), (), {"e": ("ELAN-1",)}, calls={"elan/x": 1})

    reach = Reach.of_all([REACH, other])

    assert reach.scenarios_of(FAULT) == REACH.scenarios_of(FAULT)
    assert reach.scenarios_of(Subject("benign", "x", "elan")) == ("e",)


def test_the_survey_says_nothing_of_a_sandbox_that_is_started_another_way():
    elsewhere = Subject("fault", "settled-claims", "kob", "KOB-1", arguments=("--knob", "year=365"))

    assert set(REACH.scenarios_of(elsewhere)) == {"a", "b", "c", "d"}


def test_a_share_is_tried_where_it_meets_a_call_and_not_where_its_fault_does():
    name = "kob/settled-claims"
    rare = f"{name}@share=0.2"
    faults = REACH.faults | {"a": frozenset({name, rare})}
    reach = replace(REACH, faults=faults, told=frozenset({rare}), calls={name: 2, rare: 1})

    assert reach.scenarios_of(share("share=0.2")) == ("a",)


def test_the_scenarios_that_exist_for_what_a_fault_breaks_come_first():
    unknown = Subject("fault", "of-no-survey", "kob", "KOB-1")

    assert REACH.scenarios_of(unknown) == ("c", "b", "d", "a")


def is_decided(subject: Subject, enough: Enough, *found: str) -> bool:
    findings = [Finding(key, "check", "aspect", "expected", "actual") for key in found]
    return is_enough(Trial(subject, enough=enough), [Outcome("s", "kob", (), findings=findings)])


def test_a_trial_ends_when_it_is_decided():
    assert is_decided(FAULT, "right requirement", "KOB-2", "KOB-1")
    assert is_decided(MUTANT, "any requirement", "KOB-2")

    assert not is_decided(FAULT, "right requirement", "KOB-2")
    assert not is_decided(MUTANT, "any requirement")
    assert not is_decided(BENIGN, "everything", "KOB-1")
