"""What an exception means: a deviation accuses the service, network trouble nobody, anything else us."""

from decimal import Inexact

import httpx
import pytest
from _pytest.outcomes import Failed, Skipped

from harness.auth.maskinporten import NoAccessError
from harness.auth.trouble import trouble_of
from harness.clients.driver import DriverError
from harness.contract.deviation import Deviation, DeviationFoundError
from harness.http.client import TargetUnavailableError
from harness.http.guard import HeldBackError
from harness.suite.endings import (
    HarnessBrokeError,
    accusations_noted,
    as_shown,
    conclude,
    says_it_all,
    stumbles_explained,
)
from harness.suite.markers import NothingToJudgeError
from harness.targets.problem import ConfigurationError
from harness.verdict.outcome import Finding

FNR = "01815099999"
DEVIATION = Deviation("KODE-2", "no shelf", "a shelf", "none")
GONE = TargetUnavailableError("it is down.", trouble_of(httpx.ConnectError("refused")), 1)


def in_words(error):
    return Deviation("KODE-2", "assertion", "it holds", str(error))


def noted(notes, error, redactor):
    with accusations_noted(notes, in_words, redactor):
        raise error


@pytest.mark.parametrize(
    ("error", "result", "reason"),
    [
        (NothingToJudgeError("not_testable", "no second client"), "not_testable", "no second client"),
        (NothingToJudgeError("not_run", "no claim"), "not_run", "no claim"),
        (Skipped("needs Linux"), "not_run", "needs Linux"),
        (HeldBackError("a real number"), "not_testable", "a real number"),
        (GONE, "error", "it is down."),
        (ConfigurationError("no key"), "error", "no key"),
        (DriverError("the client ended"), "error", "the client ended"),
        (ValueError("odd"), "error", "the harness broke: ValueError (see junit.xml)"),
        (HarnessBrokeError("KeyError", "a trace"), "error", "the harness broke: KeyError (see junit.xml)"),
        (AssertionError("in a fixture"), "error", "the harness broke: AssertionError (see junit.xml)"),
        (Failed("by hand"), "error", "the harness broke: Failed (see junit.xml)"),
    ],
)
def test_what_becomes_of_a_scenario(outcome, redactor, error, result, reason):
    conclude(outcome, error, redactor)

    assert (outcome.result, outcome.reason) == (result, reason)


def test_a_scenario_with_findings_has_deviations(outcome, redactor):
    outcome.findings.append(Finding("KODE-2", "test_a_shelf", *map(redactor.text, ("no shelf", "a shelf", "none"))))

    conclude(outcome, Failed("no shelf"), redactor)

    assert (outcome.result, outcome.reason) == ("deviations", "")


def test_what_the_target_does_not_offer_says_so(outcome, redactor):
    conclude(outcome, NothingToJudgeError("not_testable", "at no address", offered=False), redactor)

    assert outcome.offered is False


def test_a_deviation_is_noted_and_goes_no_further(notes, outcome, redactor):
    noted(notes, DeviationFoundError(DEVIATION), redactor)

    assert [(found.requirement, found.aspect) for found in outcome.findings] == [("KODE-2", "no shelf")]


def test_an_assertion_waits_for_a_second_look(notes, outcome, redactor):
    noted(notes, AssertionError("1 is not 2"), redactor)

    assert outcome.findings == []
    assert [kept.deviation.actual for kept in notes.take_contradictions()] == ["1 is not 2"]


def test_with_nobody_to_note_it_an_accusation_goes_on(redactor):
    with pytest.raises(DeviationFoundError):
        noted(None, DeviationFoundError(DEVIATION), redactor)


@pytest.mark.parametrize(
    "error",
    [ValueError(FNR), KeyError(FNR), HeldBackError(FNR), NoAccessError(FNR), NothingToJudgeError("not_run", FNR)],
)
def test_no_person_is_in_what_goes_on(notes, redactor, error):
    with pytest.raises((Exception, Skipped)) as raised:
        noted(notes, error, redactor)

    assert FNR not in str(raised.value)
    assert FNR not in str(vars(raised.value))


@pytest.mark.parametrize("error", [TypeError("unhashable"), KeyError("a"), ValueError("no number"), Inexact()])
def test_a_scenario_that_stumbles_over_an_answer_out_of_form_judges_nothing(error):
    with pytest.raises(NothingToJudgeError, match="breaks its model"), stumbles_explained(out_of_form=lambda: True):
        raise error


@pytest.mark.parametrize("error", [TypeError("unhashable"), KeyError("a")])
def test_a_scenario_that_stumbles_over_sound_answers_is_broken(error):
    with pytest.raises(type(error)), stumbles_explained(out_of_form=lambda: False):
        raise error


@pytest.mark.parametrize("error", [DeviationFoundError(DEVIATION), AssertionError("1 is not 2"), GONE, OSError("full")])
def test_what_is_no_stumble_goes_on(error):
    with pytest.raises(type(error)), stumbles_explained(out_of_form=lambda: True):
        raise error


def test_what_broke_keeps_its_trace_and_its_kind(redactor):
    shown = as_shown(ZeroDivisionError("division by zero"), redactor)

    assert isinstance(shown, HarnessBrokeError)
    assert shown.kind == "ZeroDivisionError"
    assert "division by zero" in str(shown)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (GONE, True),
        (HeldBackError("x"), True),
        (HarnessBrokeError("KeyError", "x"), True),
        (Skipped("x"), False),
        (NothingToJudgeError("not_run", "x"), False),
        (Failed("x"), False),
    ],
)
def test_what_says_it_all_is_shown_without_a_place_in_the_code(error, expected):
    assert says_it_all(error) is expected
