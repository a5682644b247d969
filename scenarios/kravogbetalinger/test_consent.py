"""What `finans` requires besides the token: the consent of the organisation looked up.

Maskinporten issues no token for a consent that is not valid, so most broken consents are in tokens that a sandbox
minted; elsewhere those scenarios are not testable.
"""

import pytest

from harness.auth import forgery
from harness.auth.forgery import claims_of
from harness.auth.grant import consent_subject
from harness.suite.markers import not_offered, not_testable, requirement

LONG_PAST = "2024-01-01T00:00:00+00:00"
RESOURCE = {"type": "urn:altinn:resource", "value": "ske-samtykke-sbl-inntekt"}
"""The service code of another of Skatteetaten's consents."""


@pytest.fixture
def finans(kob):
    return kob.rettighetspakke_of_kind("consent")


@pytest.fixture
def changed(kob, finans):
    """A genuine token with its consent changed by a function, re-signed."""

    def make(change):
        token = kob.token(kob.organisation, finans)
        return kob.bench.minted(token, authorization_details=change(claims_of(token)["authorization_details"]))

    return make


@requirement("KOB-CONSENT-001")
def test_finans_answers_with_a_consent(kob, finans, operation):
    kob.get(operation, rettighetspakke=finans).expect_status(200, 404)


@requirement("KOB-CONSENT-001")
def test_finans_answers_for_every_organisation_with_a_consent(kob, finans, organisation):
    kob.get("aapnekrav", organisation, finans).expect_status(200, 404)


@requirement("KOB-CONSENT-002", "KOB-CODE-005")
def test_finans_is_closed_without_a_consent(kob, finans, operation):
    kob.get(operation, rettighetspakke=finans, token=kob.plain_token()).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-003", "KOB-CODE-005")
def test_finans_is_closed_with_the_consent_of_another(kob, finans, operation):
    asked, other = kob.two_organisations(kob.bench.api.access[finans].consents)

    answer = kob.get(operation, asked, finans, token=kob.token(other, finans))

    answer.expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-004", "KOB-CODE-005")
def test_a_consent_to_another_does_not_open_finans(kob, finans, changed, operation):
    to = {"authority": "iso6523-actorid-upis", "ID": f"0192:{kob.stranger}"}

    token = changed(lambda consents: [consents[0] | {"to": to}])

    kob.get(operation, rettighetspakke=finans, token=token).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-005", "KOB-CODE-005")
def test_a_consent_that_has_run_out_does_not_open_finans(kob, finans, changed, operation):
    token = changed(lambda consents: [consents[0] | {"validTo": LONG_PAST}])

    kob.get(operation, rettighetspakke=finans, token=token).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-006", "KOB-CODE-005")
def test_a_consent_for_another_resource_does_not_open_finans(kob, finans, operation):
    """A real consent for another resource if the target has one, else a minted one."""
    consents = kob.bench.api.access[finans].other_consents
    organisation = kob.one_of(consents) or kob.organisation
    if organisation in consents:
        token = kob.bench.token(consent_subject(kob.bench.api.scope, consents[organisation], organisation))
    else:
        genuine = kob.token(organisation, finans)
        [details] = claims_of(genuine)["authorization_details"]
        details["consentRights"] = [right | {"resource": [RESOURCE]} for right in details["consentRights"]]
        token = kob.bench.minted(genuine, authorization_details=[details])

    kob.get(operation, organisation, finans, token=token).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-007", "KOB-CODE-005")
def test_a_consent_to_another_action_does_not_open_finans(kob, finans, changed, operation):
    def of_another_action(consents):
        rights = [right | {"action": ["requestconsent"]} for right in consents[0]["consentRights"]]
        return [consents[0] | {"consentRights": rights}]

    token = changed(of_another_action)

    kob.get(operation, rettighetspakke=finans, token=token).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-008")
def test_a_token_with_two_consents(kob, finans, changed):
    token = changed(lambda consents: [consents[0], consents[0] | {"id": "5d0c7b7e-6a0f-4b0e-9f63-2f6b7c1d9a10"}])

    kob.observe("KOB-CONSENT-008", kob.get("aapnekrav", rettighetspakke=finans, token=token))


@requirement("KOB-CONSENT-009")
def test_details_of_an_unknown_type(kob, finans, changed):
    token = changed(lambda consents: [consents[0] | {"type": "urn:altinn:unknown"}])

    kob.observe("KOB-CONSENT-009", kob.get("aapnekrav", rettighetspakke=finans, token=token))


@requirement("KOB-CONSENT-016", "KOB-CODE-005")
def test_a_system_user_does_not_open_finans(kob, finans, operation):
    system_user = kob.token(kob.organisation, kob.rettighetspakke_of_kind("system_user"))

    kob.get(operation, rettighetspakke=finans, token=system_user).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-017", "KOB-CODE-005")
@pytest.mark.parametrize("member", ["from", "consentRights"])
def test_a_consent_without_its_members_does_not_open_finans(kob, finans, changed, member):
    token = changed(lambda consents: [{name: value for name, value in consents[0].items() if name != member}])

    kob.get("aapnekrav", rettighetspakke=finans, token=token).expect_closed("KB-005")


@requirement("KOB-CONSENT-010")
def test_whether_a_consent_of_altinn_2_is_read(kob):
    answer = kob.with_consent_of_altinn_2(kob.consent_of_altinn_2())

    read = {200: "it opens", 404: "it opens"}.get(answer.status, "it is not read")
    kob.observe("KOB-CONSENT-010", answer, f"{read}: ")


def expect_closed(kob, consent):
    """An invalid Altinn 2 consent gives no access. If a valid one does not either, its refusal proves nothing."""
    answer = kob.with_consent_of_altinn_2(consent)

    if answer.status in {401, 403} and kob.with_consent_of_altinn_2(kob.consent_of_altinn_2()).status not in {200, 404}:
        not_offered("the service does not read Altinn 2 consents")
    answer.expect_closed("KB-005")


WRONG = {
    "KOB-CONSENT-012": {"coveredBy": "stranger"},
    "KOB-CONSENT-013": {"offeredBy": "stranger"},
    "KOB-CONSENT-014": {"serviceCodes": "4628_1"},
}


@pytest.mark.parametrize(
    "wrong", [pytest.param(wrong, id=key, marks=requirement(key, "KOB-CODE-005")) for key, wrong in WRONG.items()]
)
def test_a_wrong_consent_of_altinn_2_does_not_open_finans(kob, wrong):
    claims = {name: kob.stranger if value == "stranger" else value for name, value in wrong.items()}

    expect_closed(kob, kob.consent_of_altinn_2(**claims))


@requirement("KOB-CONSENT-015", "KOB-CODE-005")
def test_a_badly_signed_consent_of_altinn_2_does_not_open_finans(kob):
    expect_closed(kob, forgery.with_altered_signature(kob.consent_of_altinn_2()))


@requirement("KOB-CONSENT-011", "KOB-CODE-005")
@pytest.mark.last
def test_an_expired_consent_of_altinn_2_does_not_open_finans(kob, ageing):
    consent = ageing["consent"] or not_testable("the target has no Altinn 2 consent tokens")

    expect_closed(kob, consent.expired())
