"""What a rights package asks for beyond the token: consent, or a system user."""

from harness.auth.grant import Subject
from harness.suite.markers import not_run, not_testable, requirement


def two_organisations(kob, known) -> tuple[str, str]:
    """Two organisations that the target has the means for."""
    found = [organisation for organisation in kob.bench.api.organisations if organisation in known]
    if len(found) < 2:
        not_testable("the target has fewer than two organisations to mix up")
    return found[0], found[1]


@requirement("KOB-CONSENT-001")
def test_finans_answers_with_a_consent(kob, operation):
    finans = kob.rettighetspakke_of_kind("consent")

    kob.get(operation, rettighetspakke=finans).expect_status(200, 404)


@requirement("KOB-CONSENT-002", "KOB-CODE-005")
def test_finans_is_closed_without_a_consent(kob, operation):
    finans = kob.rettighetspakke_of_kind("consent")
    plain = kob.bench.token(Subject(kob.bench.api.scope))

    kob.get(operation, rettighetspakke=finans, token=plain).expect_refusal(403, kode="KB-005")


@requirement("KOB-CONSENT-003", "KOB-CODE-005")
def test_finans_is_closed_with_the_consent_of_another(kob, operation):
    finans = kob.rettighetspakke_of_kind("consent")
    asked, other = two_organisations(kob, kob.bench.api.access[finans].consents)

    answer = kob.get(operation, asked, finans, token=kob.token(other, finans))

    answer.expect_refusal(403, kode="KB-005")


@requirement("KOB-SYSTEMUSER-001")
def test_regnskapssystem_answers_with_a_system_user(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")

    kob.get(operation, rettighetspakke=regnskapssystem).expect_status(200, 404)


@requirement("KOB-SYSTEMUSER-002")
def test_regnskapssystem_is_closed_without_a_system_user(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    plain = kob.bench.token(Subject(kob.bench.api.scope))

    kob.get(operation, rettighetspakke=regnskapssystem, token=plain).expect_refusal(403)


@requirement("KOB-SYSTEMUSER-003")
def test_regnskapssystem_is_closed_with_the_system_user_of_another(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    asked, other = two_organisations(kob, kob.bench.api.access[regnskapssystem].customers)

    answer = kob.get(operation, asked, regnskapssystem, token=kob.token(other, regnskapssystem))

    answer.expect_refusal(403)


@requirement("KOB-PACKAGE-001")
def test_each_rights_package_gives_each_operation(kob, rettighetspakke, operation):
    kob.get(operation, rettighetspakke=rettighetspakke).expect_status(200, 404)


@requirement("KOB-PACKAGE-002", "KOB-PACKAGE-003")
def test_an_unknown_rights_package_is_refused(kob):
    token = kob.token(kob.organisation, kob.rettighetspakke)

    answer = kob.get("aapnekrav", rettighetspakke="ukjentpakke", token=token)

    answer.expect_refusal(400, 403, 404)
    kob.bench.observe("KOB-PACKAGE-003", f"{answer.status} {answer.kode or 'without a kode'}")


@requirement("KOB-PACKAGE-004")
def test_two_rights_packages_give_the_same_claims(kob, organisation):
    """Claims are the same whoever looks at them."""
    if len(kob.bench.api.access) < 2:
        not_testable("the target opens fewer than two rights packages")
    answers = [kob.get("krav", organisation, package) for package in list(kob.bench.api.access)[:2]]
    if any(answer.status != 200 for answer in answers):
        not_run("one of the rights packages has no claims of this organisation to show")

    first, second = ({krav["kravidentifikator"] for krav in answer.json().get("krav", [])} for answer in answers)

    assert first == second
