"""Every refusal once more: what is closed is closed for each operation, each organisation and each format.

A check that is missing in one place leaves the data open. The combinations are spread so that every value of each
dimension is used; `--thorough` tries all combinations.
"""

import time

import pytest

from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.caller import JSON, OPERATIONS, XML, is_sound

FORMATS = (JSON, XML)


def neighbour(kob, known, organisation):
    """Another organisation that the target has access to."""
    others = [each for each in kob.bench.api.organisations if each in known and each != organisation]
    return others[0] if others else not_run("there is no other organisation to mix up")


def spread(kob, organisation):
    """An operation and a format for each organisation, so that all of them are used."""
    place = kob.bench.api.organisations.index(organisation)
    return OPERATIONS[place % len(OPERATIONS)], FORMATS[place // 2 % 2], FORMATS[1 - place // 2 % 2]


@requirement("KOB-CONSENT-003", "KOB-CODE-005")
def test_each_organisation_is_closed_to_the_consent_of_another(kob, organisation):
    finans = kob.rettighetspakke_of_kind("consent")
    operation, *formats = spread(kob, organisation)
    token = kob.token(neighbour(kob, kob.bench.api.access[finans].consents, organisation), finans)

    for accept in formats:
        answer = kob.get(operation, organisation, finans, token=token, headers={"Accept": accept})
        answer.expect_refusal(403, kode="KB-005")


@requirement("KOB-SYSTEMUSER-003")
def test_each_organisation_is_closed_to_the_system_user_of_another(kob, organisation):
    package = kob.rettighetspakke_of_kind("system_user")
    operation, *formats = spread(kob, organisation)
    token = kob.token(neighbour(kob, kob.bench.api.access[package].customers, organisation), package)

    for accept in formats:
        kob.get(operation, organisation, package, token=token, headers={"Accept": accept}).expect_closed()


@requirement("KOB-AUTH-008")
@pytest.mark.parametrize("accept", FORMATS)
def test_no_operation_opens_to_an_expired_token(kob, operation, accept):
    end = int(time.time()) - 3_600
    expired = kob.bench.minted(kob.token(kob.organisation, kob.rettighetspakke), iat=end - 120, exp=end)

    kob.get(operation, token=expired, headers={"Accept": accept}).expect_refusal(401, kode="KB-004")


@requirement("KOB-AUTH-001")
def test_no_operation_opens_without_a_token_to_what_was_just_shown(kob, operation):
    """Right after the same call with a valid token: nothing may be cached in front of the access check."""
    organisation, query = kob.example(operation)
    kob.get(operation, organisation, query=query)

    answer = kob.get(operation, organisation, query=query, headers={"Authorization": ""})

    answer.expect_refusal(401, kode="KB-004")


@requirement("KOB-MEDIA-005")
def test_each_package_gives_xml(kob, rettighetspakke, operation):
    kob.ensure_access_is_known(rettighetspakke)

    answer = kob.get(operation, rettighetspakke=rettighetspakke, headers={"Accept": XML})

    if answer.expect_status(200, 404).status == 200 and not is_sound(answer):
        not_run("the XML answer cannot be read")
