"""The order in which the trials of a self-test are run."""

from dataclasses import replace

from harness.selftest.schedule import haste
from harness.selftest.trial import Companion, Reach, Subject, Trial

NAMES = ("a", "b", "c", "d")
PLAIN, OTHER, TAKER, UNTOLD = (Subject("benign", name, "kob") for name in NAMES)
REACH = Reach(
    {},
    {},
    frozenset({"kob/a", "kob/b", "kob/c"}),
    (),
    {},
    requests={"short": 1, "long": 90, "expiry": 1},
    companions={"kob/a": Companion(frozenset()), "kob/c": Companion(frozenset(), takes=True)},
    seconds={"expiry": 15.0, "long": 0.9, "short": 0.1},
)
SURVEY = Trial(Subject("clean", "seed 1", "kob"), survey=())


def test_what_may_wait_is_run_before_what_only_computes():
    fault = Trial(Subject("fault", "f", "kob", "KOB-1"), ("short",), "right requirement")
    in_order = [
        SURVEY,
        Trial(UNTOLD, ("short",)),
        Trial(TAKER, ("short",)),
        Trial(Subject("clean", "seed 2", seed=2)),
        Trial(PLAIN, ("expiry",)),
        fault,
        Trial(PLAIN, ("short",), beside=(OTHER,)),
        Trial(PLAIN, ("short",)),
        Trial(PLAIN, ("long",)),
    ]

    places = [haste(trial, REACH) for trial in in_order]
    assert places == sorted(set(places))


def test_without_a_survey_whatever_needs_its_own_sandbox_is_run_before_faults():
    own = replace(PLAIN, arguments=("--knob", "token-lifetime=20"))
    fault = Trial(Subject("fault", "f", "kob", "KOB-1"), None, "right requirement")

    assert haste(Trial(own), None) < haste(fault, None)
