"""Submitting and validating: what is stored, what is not, and who may submit for whom."""

import copy
import threading
from collections.abc import Callable
from typing import Any

CUSTOMER, UNKNOWN, OTHER = "212201782", "219001002", "310288837"


def codes(answer: Any) -> list[str]:
    return [each["kode"] for each in answer.json()["kontrollutslag"]]


def test_a_submission_gives_a_reference_that_status_knows(sender: Any):
    begjaering = sender.begjaering()

    answer = sender.submit(begjaering)

    assert answer.status_code == 201
    status = sender.status(answer.json()["eksternSaksreferanse"])
    assert (status["saksstatus"], status["innsenderReferanse"]) == ("sakOpprettet", begjaering["innsenderReferanse"])


def test_the_same_request_again_is_a_duplicate_to_submit_and_to_validate(sender: Any, conditions_of: Any):
    begjaering = sender.begjaering()
    sender.filed(begjaering)

    assert conditions_of(sender.submit(begjaering)) == ["DUPLIKAT_INNSENDING"]
    assert conditions_of(sender.validate(begjaering)) == ["DUPLIKAT_INNSENDING"]


def test_another_date_or_another_sender_is_no_duplicate(sandbox: Any, make_sender: Callable[..., Any], sender: Any):
    begjaering = sender.begjaering()
    sender.filed(begjaering)
    begjaering["begjaeringsdato"] = "2026-05-19"
    another_date = sender.submit(begjaering)
    stranger = make_sender(sandbox, OTHER)
    theirs = stranger.begjaering()
    theirs["innsenderReferanse"] = begjaering["innsenderReferanse"]
    another_sender = stranger.submit(theirs)

    assert "DUPLIKAT_INNSENDING" not in codes(another_date)
    assert "DUPLIKAT_INNSENDING" not in codes(another_sender)


def test_without_a_reference_there_is_no_duplicate(sender: Any):
    first, second = sender.begjaering(), sender.begjaering()
    del first["innsenderReferanse"], second["innsenderReferanse"]

    assert [sender.submit(first).status_code, sender.submit(second).status_code] == [201, 201]


def test_two_submissions_at_once_give_one_case(sender: Any):
    begjaering = sender.begjaering()
    before = sender.counts()["saker"]
    answers: list[Any] = []

    def submit() -> None:
        answers.append(sender.submit(begjaering))

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    assert sender.counts()["saker"] == before + 1


def test_two_changes_at_once_both_hold(sender: Any):
    begjaering = sender.begjaering()
    referanse = sender.filed(begjaering)
    versions = sender.counts()["versjoner"]
    others = [copy.deepcopy(begjaering) for _ in range(3)]
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda each=each: answers.append(sender.change(referanse, each))) for each in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert sender.counts()["versjoner"] == versions + 3


def test_validation_and_refusal_keep_nothing(sender: Any):
    begjaering = sender.begjaering()
    before = sender.counts()

    sender.validate(begjaering)
    begjaering["betalingsinformasjon"]["kidnummer"] = "1234567"
    sender.submit(begjaering)
    begjaering["underskrift"] = 7
    sender.submit(begjaering)

    assert sender.counts() == before


def test_a_sender_that_no_register_knows_is_not_identifiable(
    sandbox: Any, make_sender: Callable[..., Any], conditions_of: Any
):
    sender = make_sender(sandbox, UNKNOWN)
    begjaering = sender.begjaering()
    begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"]["taxIdentificationNumber"] = UNKNOWN

    assert conditions_of(sender.submit(begjaering)) == ["INNSENDER_IKKE_IDENTIFISERBAR"]


def test_a_system_user_sends_for_its_customer_only(sandbox: Any, make_sender: Callable[..., Any], conditions_of: Any):
    sender = make_sender(sandbox)
    sender.bearer = _system_user_token(sandbox, CUSTOMER)
    begjaering = sender.begjaering()
    organisation = begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"]

    as_the_vendor = sender.submit(begjaering)
    organisation["taxIdentificationNumber"] = CUSTOMER
    as_the_customer = sender.submit(begjaering)

    assert conditions_of(as_the_vendor) == ["INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING"]
    assert as_the_customer.status_code == 201


def test_a_delegated_token_speaks_for_the_consumer(sandbox: Any, make_sender: Callable[..., Any]):
    sender = make_sender(sandbox)
    sender.bearer = sandbox.token(scope="skatteetaten:utleggsbegjaering", consumer_org="312987651")
    begjaering = sender.begjaering()
    begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"]["taxIdentificationNumber"] = "312987651"

    assert sender.submit(begjaering).status_code == 201


def _system_user_token(sandbox: Any, customer: str) -> str:
    owner = {"authority": "iso6523-actorid-upis", "ID": f"0192:{customer}"}
    details = [{"type": "urn:altinn:systemuser", "systemuser_org": owner}]
    return sandbox.token(scope="skatteetaten:utleggsbegjaering", authorization_details=details)
