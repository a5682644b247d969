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


def test_what_may_wait_or_leave_something_is_run_early_and_what_starts_a_sandbox_at_the_end():
    fault = Trial(Subject("fault", "f", "kob", "KOB-1"), ("short",), "right requirement")
    in_order = [
        SURVEY,
        Trial(UNTOLD, ("short",)),
        Trial(TAKER, ("short",)),
        fault,
        Trial(PLAIN, ("short",), beside=(OTHER,)),
        Trial(PLAIN, ("short",)),
        Trial(PLAIN, ("long",)),
        Trial(PLAIN, ("expiry",)),
        Trial(Subject("clean", "seed 2", seed=2)),
    ]

    places = [haste(trial, REACH) for trial in in_order]
    assert places == sorted(set(places))


def test_without_a_survey_variations_are_run_before_faults_and_their_own_sandboxes_last():
    own = Trial(replace(PLAIN, arguments=("--knob", "token-lifetime=20")))
    fault = Trial(Subject("fault", "f", "kob", "KOB-1"), None, "right requirement")

    assert haste(Trial(PLAIN), None) < haste(fault, None) < haste(own, None)
