"""The id of a call: made by the service, or by the client and sent along."""

import uuid

import pytest

from harness.contract.error_body import error_field
from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.caller import XML

REFUSED = {"Authorization": ""}


def korrelasjonsid_of(answer):
    return error_field(answer.exchange.response, "korrelasjonsid")


@requirement("KOB-ERROR-003")
def test_refusals_carry_different_korrelasjonsider(kob):
    found = [korrelasjonsid_of(kob.get("aapnekrav", headers=REFUSED)) for _ in range(3)]

    if None in found:
        not_run("a refusal without a korrelasjonsid")
    assert len(set(found)) == len(found), "two refusals carry the same"


@requirement("KOB-ERROR-002")
def test_every_kind_of_refusal_carries_a_korrelasjonsid(kob, operation):
    """By token, by consent, by URL, by input and by format: the check judges each."""
    kob.get(operation, headers=REFUSED)
    kob.get(operation, token=kob.plain_token())
    kob.get("ukjentoperasjon")
    kob.get("krav", query={"fraOgMed": "ingen dato"})
    kob.get(operation, headers={"Accept": "text/plain"})


@requirement("KOB-ERROR-004")
def test_a_korrelasjonsid_comes_back(kob, operation):
    sent = str(uuid.uuid4())

    answer = kob.get(operation, headers=REFUSED | {"Korrelasjonsid": sent})

    assert korrelasjonsid_of(answer) == sent, "another korrelasjonsid came back"


@requirement("KOB-CALLID-004")
@pytest.mark.parametrize("name", ["Korrelasjonsid", "korrelasjonsid", "KORRELASJONSID"])
def test_a_korrelasjonsid_comes_back_in_xml_and_by_any_name(kob, name):
    sent = str(uuid.uuid4())

    answer = kob.get("aapnekrav", headers=REFUSED | {name: sent, "Accept": XML})

    assert korrelasjonsid_of(answer) == sent, "another korrelasjonsid came back"


@requirement("KOB-CALLID-001")
@pytest.mark.parametrize("headers", [{}, REFUSED], ids=["with data", "refused"])
def test_whether_a_korrelasjonsid_comes_back_in_a_header(kob, headers):
    sent = str(uuid.uuid4())

    answer = kob.get("aapnekrav", headers={**headers, "Korrelasjonsid": sent})

    names = [name for name, value in answer.exchange.response.headers if value == sent]
    kind = "refused" if answer.status >= 400 else "with data"
    kob.bench.notes.observe("KOB-CALLID-001", f"{kind}: {', '.join(name.lower() for name in names) or 'no header'}")


@requirement("KOB-CALLID-002")
@pytest.mark.parametrize("malformed", ["7", "ikke-en-uuid", "0" * 300])
def test_a_korrelasjonsid_that_is_no_uuid(kob, malformed):
    answer = kob.get("aapnekrav", headers={"Korrelasjonsid": malformed})

    refused = kob.get("aapnekrav", headers=REFUSED | {"Korrelasjonsid": malformed})
    kept = "kept" if korrelasjonsid_of(refused) == malformed else "replaced"
    kob.observe("KOB-CALLID-002", answer, f"{kept} in errors, a right call is answered with ")


@requirement("KOB-CALLID-005")
def test_the_same_korrelasjonsid_twice(kob):
    sent = {"Korrelasjonsid": str(uuid.uuid4())}
    kob.get("aapnekrav", headers=sent)

    kob.observe("KOB-CALLID-005", kob.get("aapnekrav", headers=sent))
