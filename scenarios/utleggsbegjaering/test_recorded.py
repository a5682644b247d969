"""Relations between recorded calls that a run would make itself: submission, validation, status."""

import re

import pytest

from harness.contract.deviation import Deviation
from harness.suite.markers import not_run, recorded, requirement
from scenarios.utleggsbegjaering import comparison, recorded_calls
from scenarios.utleggsbegjaering.recorded_calls import (
    SUBMISSION,
    VALIDATION,
    accepted,
    answered,
    calls,
    is_whole,
    reference_of,
    sent,
    statuses_with_begjaering,
)
from scenarios.utleggsbegjaering.test_insight import ensure_in_order
from scenarios.utleggsbegjaering.test_status_paa_sak import (
    ensure_amounts_are_amounts,
    ensure_decisions_are_about_the_case,
)

pytestmark = recorded

DECIDED = ("sakBesluttet", "sakAvsluttet")
FILED = frozenset({200, 201, 204, 422})
"""The statuses that depend on a begjæring's content: all others are about access, form or the network."""


@requirement("ELAN-SUBMIT-002")
def test_each_submission_had_a_reference_of_its_own(bench):
    references = [reference_of(answer) for answer in accepted(bench)]

    if len(references) < 2:
        not_run("the recording shows fewer than two accepted submissions")
    assert len(set(references)) == len(references)


def judged_twice(bench, first, second):
    """Pairs of calls with the same begjæring that was not submitted between them or before."""
    found = [answer for answer in calls(bench, VALIDATION, SUBMISSION) if answer.status in FILED]
    for place, one in enumerate(found):
        body = sent(one)
        if recorded_calls.operation_of(one) != first or body is None or not is_whole(body):
            continue
        if any(sent(other) == body for other in found[:place] if recorded_calls.operation_of(other) == SUBMISSION):
            continue
        following = next((other for other in found[place + 1 :] if sent(other) == body), None)
        if following is not None and recorded_calls.operation_of(following) == second:
            yield one, following


@requirement("ELAN-VALIDATE-002")
def test_validation_and_submission_found_the_same(bench):
    pairs = list(judged_twice(bench, VALIDATION, SUBMISSION))

    for validated, submitted in pairs or not_run("the recording shows no begjæring validated, then submitted"):
        if validated.conditions != submitted.conditions:
            differ = ", ".join(sorted(validated.conditions ^ submitted.conditions))
            submitted.note(Deviation("ELAN-VALIDATE-002", "conditions differ", "the same from both", differ))


@requirement("ELAN-VALIDATE-003")
def test_validation_twice_gave_the_same_answer(bench):
    pairs = list(judged_twice(bench, VALIDATION, VALIDATION))

    for first, second in pairs or not_run("the recording shows no begjæring that was validated twice"):
        assert (first.status, first.conditions) == (second.status, second.conditions)


@requirement("ELAN-CASE-003")
def test_a_submitted_begjaering_could_be_followed(bench):
    found = list(statuses_with_begjaering(bench)) or not_run("the recording shows no status of a submitted begjæring")

    for begjaering, answer in found:
        status = answer.json()
        asked_for = answer.exchange.request.parts.path.rstrip("/").rpartition("/")[2]
        assert asked_for == status["eksternSaksreferanse"]
        own = begjaering.get("innsenderReferanse")
        assert own == status.get("innsenderReferanse", own)


SAID_OF_WHAT_WAS_SENT = {
    "ELAN-CASE-006": comparison.parties_are_all_named,
    "ELAN-CASE-015": comparison.parties_are_not_contradicted,
    "ELAN-CASE-018": comparison.claims_are_those_sent,
}


@pytest.mark.parametrize("promised", [pytest.param(key, marks=requirement(key)) for key in SAID_OF_WHAT_WAS_SENT])
def test_the_status_said_what_was_sent(bench, promised):
    found = list(statuses_with_begjaering(bench)) or not_run("the recording shows no status of a submitted begjæring")

    for begjaering, answer in found:
        answer.judge(SAID_OF_WHAT_WAS_SENT[promised](begjaering, answer.json()))


@requirement("ELAN-CASE-004")
def test_a_case_number_had_its_form(bench):
    numbers = [answer.json().get("saksnummer") for answer in answered(bench, "hentStatusPaaSak")]

    for number in [number for number in numbers if number] or not_run("no status shows a case number"):
        assert re.fullmatch(r"UTLBGJ/\d{4}/\w+", number)


@requirement("ELAN-CASE-008")
def test_a_decided_case_said_what_was_decided(bench):
    statuses = [answer.json() for answer in answered(bench, "hentStatusPaaSak")]

    for status in [status for status in statuses if status["saksstatus"] in DECIDED] or not_run("no case is decided"):
        assert status.get("beslutningsinformasjon"), "no beslutningsinformasjon"


@requirement("ELAN-CASE-016")
def test_a_decision_was_about_the_case(bench):
    statuses = [answer.json() for answer in answered(bench, "hentStatusPaaSak")]
    decided = [status for status in statuses if status.get("beslutningsinformasjon")]

    for status in decided or not_run("no case shows a decision"):
        ensure_decisions_are_about_the_case(status)


@requirement("ELAN-CASE-017")
def test_what_was_left_of_a_claim_was_an_amount(bench):
    statuses = [answer.json() for answer in answered(bench, "hentStatusPaaSak")]
    shown = [status for status in statuses if any("gjenstaaendeBeloep" in krav for krav in status.get("kravISak", []))]

    for status in shown or not_run("no claim shows what is left"):
        ensure_amounts_are_amounts(status)


@requirement("ELAN-INSIGHT-004")
def test_a_deduction_was_about_the_parties_asked_about(bench):
    for answer in answered(bench, "hentInnsynIEttTrekk"):
        asked, body = sent(answer), answer.json()
        for side in ("saksoeker", "saksoekt"):
            assert asked[side]["taxIdentificationNumber"] == body[side]["taxIdentificationNumber"], f"another {side}"


@requirement("ELAN-INSIGHT-005")
def test_a_deduction_was_in_order(bench):
    for answer in answered(bench, "hentInnsynIEttTrekk"):
        ensure_in_order(answer.json())


@requirement("ELAN-RULES-005")
def test_every_debtor_was_answered_for(bench):
    for answer in answered(bench, "slaaOppRegelverk"):
        asked = (sent(answer) or {}).get("skyldner", [])
        assert len(asked) == len(answer.json()["skyldner"])


@requirement("ELAN-ATTACH-013")
def test_what_was_ready_stayed_ready(bench):
    states: dict[str, list[str]] = {}
    for answer in answered(bench, "hentVedleggstilstand"):
        body = answer.json()
        states.setdefault(body["uuid"], []).append(body["tilstand"])

    ready = [seen[seen.index("klar") :] for seen in states.values() if "klar" in seen]
    for seen in [seen for seen in ready if len(seen) > 1] or not_run(
        "no state of a file was requested after it was ready"
    ):
        assert set(seen) == {"klar"}
