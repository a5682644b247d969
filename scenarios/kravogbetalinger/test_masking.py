"""Whose account numbers may be seen. Checks judge the masking in every answer."""

import re

import pytest

from harness.contract.places import places
from harness.suite.markers import not_run, not_testable, recordable, requirement
from scenarios.kravogbetalinger.caller import WITH_PERIOD
from scenarios.kravogbetalinger.ledger import judge_all
from scenarios.kravogbetalinger.relations import claims


@requirement("KOB-MASK-001")
@recordable
def test_private_accounts_are_masked(ledger):
    """The check judges each answer as it arrives; this scenario needs answers of every operation that has accounts."""
    answers = ledger.everything()

    if not any(private_accounts(answer) for answer in answers):
        not_run("no answer contains the account of a private party")


@requirement("KOB-MASK-002")
@recordable
def test_the_account_of_a_credit_that_was_paid_out(kob, ledger):
    found = [
        placed["betaltTil"].get("konto", {}).get("kontonummer")
        for answer in ledger.everything()
        for due in claims.dues_of(answer.content())
        for placed in due.get(claims.PAYMENTS_OUT, [])
    ] or not_run("no claim has a payment out")

    for kind in sorted({mask_of(account) for account in found}):
        kob.bench.notes.observe("KOB-MASK-002", kind)


@requirement("KOB-MASK-003")
@recordable
def test_the_form_of_masks(kob, ledger):
    found = {mask_of(account) for answer in ledger.everything() for account in private_accounts(answer)}

    for kind in sorted(found) or not_run("no answer contains the account of a private party"):
        kob.bench.notes.observe("KOB-MASK-003", kind)


@requirement("KOB-MASK-004")
@recordable
def test_the_account_to_pay_to_is_in_clear(ledger):
    judge_all(ledger.everything(), claims.account_to_pay_to_is_in_clear)


@requirement("KOB-SHIELD-001")
@pytest.mark.parametrize("shielded_operation", ["aapnekrav", *WITH_PERIOD])
def test_a_shielded_party_is_shown_without_data(kob, shielded_operation):
    """All that remains is the call's own parameters, and that the party is shielded."""
    party = kob.bench.api.shielded_organisation or not_testable("the target names no shielded organisation")

    answer = kob.get(shielded_operation, party).expect_status(200, 404)
    if answer.status == 404:
        not_run("no data is found for the shielded organisation")
    body = answer.known()
    assert body.get("skjermet") is True, "skjermet is not true"
    assert sorted(body.keys() - {"partIdentifikator", "periode", "skjermet"}) == []


def private_accounts(answer) -> list[str]:
    contract = answer.notes.contract
    operation = contract.operation_of(answer.exchange.request)
    return [
        str(place.value)
        for place in places(contract.document, operation, answer.exchange.response)
        if place.schema.get("x-provestand-account") and any(s.get("x-provestand-private") for s in place.around)
    ]


def mask_of(account: str | None) -> str:
    """The form of an account number without revealing a digit of it."""
    if account is None:
        return "no account"
    if account.replace(" ", "").replace(".", "").isdecimal():
        return "in clear"
    return re.sub(r"[0-9]", "d", account)
