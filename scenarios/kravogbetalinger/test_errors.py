"""Error codes that a client can provoke, and the body that carries them."""

import uuid

import pytest

from harness.contract.error_body import error_field
from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.client import last_year


@requirement("KOB-CODE-003")
@pytest.mark.parametrize("unknown", ["ukjentoperasjon", "oversikt"])
def test_an_unknown_operation_is_an_unknown_url(kob, unknown):
    token = kob.token(kob.organisation, kob.rettighetspakke)

    kob.get(unknown, token=token).expect_refusal(404, kode="KB-003")


@requirement("KOB-CODE-007", "KOB-CODE-012")
def test_nothing_in_the_period(kob, organisation, period_operation):
    """Long before there was a ledger nobody owed anything."""
    answer = kob.get(period_operation, organisation, query={"fraOgMed": "1990-01-01", "tilOgMed": "1990-12-31"})

    if answer.status == 200:
        lists = {name: value for name, value in answer.json().items() if isinstance(value, list)}
        if any(lists.values()):
            not_run("the organisation has data of 1990")
        kob.bench.observe("KOB-CODE-012", "200 with an empty list" if lists else "200 without a list")
    else:
        answer.expect_refusal(404, kode="KB-007")
        kob.bench.observe("KOB-CODE-012", f"{answer.status} {answer.kode or 'without a kode'}")


@requirement("KOB-CODE-008")
@pytest.mark.parametrize("accept", ["text/plain", "application/pdf", "image/png"])
def test_a_format_that_is_neither_json_nor_xml_is_refused(kob, operation, accept):
    kob.get(operation, headers={"Accept": accept}).expect_refusal(406, kode="KB-008")


@requirement("KOB-ERROR-003")
def test_two_refusals_carry_different_korrelasjonsider(kob):
    refusals = [kob.get("aapnekrav", headers={"Authorization": ""}) for _ in range(3)]

    found = [error_field(refusal.exchange.response, "korrelasjonsid") for refusal in refusals]
    if None in found:
        not_run("a refusal without a korrelasjonsid")
    assert len(set(found)) == len(found)


@requirement("KOB-ERROR-004")
def test_a_korrelasjonsid_comes_back(kob):
    sent = str(uuid.uuid4())

    answer = kob.get("aapnekrav", headers={"Authorization": "", "Korrelasjonsid": sent})

    assert error_field(answer.exchange.response, "korrelasjonsid") == sent


@requirement("KOB-ERROR-005", "KOB-ERROR-001")
def test_an_error_body_is_xml_for_a_client_that_asks_for_xml(kob):
    answer = kob.get("krav", query={}, headers={"Accept": "application/xml"})

    answer.expect_status(400)
    assert answer.exchange.response.media_type == "application/xml"
    assert answer.kode == "KB-006"


@requirement("KOB-MEDIA-002")
@pytest.mark.parametrize("accept", ["", "*/*", "application/*"], ids=["no Accept", "anything", "any application"])
def test_json_is_the_default(kob, operation, accept):
    query = last_year() if operation != "aapnekrav" else {}

    answer = kob.get(operation, query=query, headers={"Accept": accept})

    answer.expect_status(200, 404)
    assert answer.exchange.response.media_type == "application/json"
