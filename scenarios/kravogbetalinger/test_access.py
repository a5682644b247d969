"""Rights packages, scope delegation, and the system user that `regnskapssystem` requires besides the token."""

from harness.auth.forgery import claims_of
from harness.auth.grant import Subject, consent_subject, system_user_subject
from harness.suite.markers import not_testable, production, requirement
from scenarios.kravogbetalinger.caller import shown


@requirement("KOB-SYSTEMUSER-001")
@production
def test_regnskapssystem_answers_with_a_system_user(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")

    kob.get(operation, rettighetspakke=regnskapssystem).expect_status(200, 404)


@requirement("KOB-SYSTEMUSER-001")
def test_regnskapssystem_answers_for_every_customer(kob, organisation):
    kob.get("aapnekrav", organisation, kob.rettighetspakke_of_kind("system_user")).expect_status(200, 404)


@requirement("KOB-SYSTEMUSER-002")
def test_regnskapssystem_is_closed_without_a_system_user(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    plain = kob.plain_token()

    kob.get(operation, rettighetspakke=regnskapssystem, token=plain).expect_refusal(403)


@requirement("KOB-SYSTEMUSER-003")
def test_regnskapssystem_is_closed_with_the_system_user_of_another(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    asked, other = kob.two_organisations(kob.bench.api.access[regnskapssystem].customers)

    answer = kob.get(operation, asked, regnskapssystem, token=kob.token(other, regnskapssystem))

    answer.expect_closed()


@requirement("KOB-SYSTEMUSER-004")
def test_regnskapssystem_is_closed_to_a_system_user_without_the_right(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    customers = kob.bench.api.access[regnskapssystem].customers_without_rights
    customer = kob.one_of(customers) or not_testable("the target has no system user without the right")

    token = kob.bench.token(system_user_subject(kob.bench.api.scope, customer))

    kob.get(operation, customer, regnskapssystem, token=token).expect_closed()


@requirement("KOB-SYSTEMUSER-005")
def test_a_system_user_with_an_external_reference_opens_regnskapssystem(kob, operation):
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    references = kob.bench.api.access[regnskapssystem].external_refs
    customer = kob.one_of(references) or not_testable("the target has no system user with a reference")

    token = kob.bench.token(system_user_subject(kob.bench.api.scope, customer, references[customer]))

    kob.get(operation, customer, regnskapssystem, token=token).expect_status(200, 404)


@requirement("KOB-SYSTEMUSER-006")
def test_a_consent_does_not_open_regnskapssystem(kob, operation):
    finans, regnskapssystem = (kob.rettighetspakke_of_kind(kind) for kind in ("consent", "system_user"))
    consent = kob.token(kob.organisation, finans)

    kob.get(operation, rettighetspakke=regnskapssystem, token=consent).expect_refusal(403)


UNUSABLE = {"systemuser_id": ["0f7b8c9d-1e2f-4a3b-8c4d-5e6f7a8b9c0d"], "systemuser_org": None}
"""A system user that is in no register, and one without an owner."""


@requirement("KOB-SYSTEMUSER-007")
def test_an_unknown_system_user_does_not_open_regnskapssystem(kob, operation):
    changed_system_user(kob, operation, "systemuser_id").expect_refusal(403)


@requirement("KOB-SYSTEMUSER-008")
def test_a_system_user_of_nobody_does_not_open_regnskapssystem(kob, operation):
    changed_system_user(kob, operation, "systemuser_org").expect_closed()


def changed_system_user(kob, operation, member):
    """The answer to a token whose system user has one member replaced or removed."""
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    token = kob.token(kob.organisation, regnskapssystem)
    [details] = claims_of(token)["authorization_details"]
    changed = {name: value for name, value in (details | {member: UNUSABLE[member]}).items() if value is not None}

    return kob.get(
        operation, rettighetspakke=regnskapssystem, token=kob.bench.minted(token, authorization_details=[changed])
    )


def delegation_of(kob):
    return kob.bench.api.delegation or not_testable("the target names no consumer that delegates the scope")


@requirement("KOB-DELEGATION-001")
def test_a_delegated_token_opens_what_its_consumer_may_see(kob, operation):
    """With a package that needs only the token, or with a consent that the consumer was given."""
    delegation = delegation_of(kob)
    scope = kob.bench.api.scope
    organisation = kob.one_of(delegation.consents)
    if organisation is not None:
        package = kob.rettighetspakke_of_kind("consent")
        subject = consent_subject(scope, delegation.consents[organisation], organisation)
    else:
        organisation, package, subject = kob.organisation, kob.rettighetspakke_of_kind("token"), Subject(scope)

    token = kob.bench.token(subject.delegated_by(delegation.consumer_org))

    kob.get(operation, organisation, package, token=token).expect_status(200, 404)


@requirement("KOB-DELEGATION-001")
def test_a_supplier_in_the_token_makes_no_difference(kob, rettighetspakke):
    kob.ensure_access_is_known(rettighetspakke)
    supplier = {"authority": "iso6523-actorid-upis", "ID": "0192:312987651"}
    token = kob.token(kob.organisation, rettighetspakke)

    delegated = kob.bench.minted(token, supplier=supplier, delegation_source="https://tt02.altinn.no/")

    kob.get("aapnekrav", rettighetspakke=rettighetspakke, token=delegated).expect_status(200, 404)


@requirement("KOB-DELEGATION-002")
def test_the_supplier_s_own_rights_do_not_count(kob, operation):
    """A stranger's token whose supplier is the organisation that the consent was given to."""
    finans = kob.rettighetspakke_of_kind("consent")
    token = kob.token(kob.organisation, finans)
    claims = claims_of(token)
    stranger = {"authority": "iso6523-actorid-upis", "ID": f"0192:{kob.stranger}"}

    delegated = kob.bench.minted(
        token, consumer=stranger, supplier=claims["consumer"], delegation_source="https://tt02.altinn.no/"
    )

    kob.get(operation, rettighetspakke=finans, token=delegated).expect_refusal(403, kode="KB-005")


@requirement("KOB-DELEGATION-002")
def test_what_the_supplier_was_granted_is_closed_to_its_consumer(kob, operation):
    """A consumer that was granted no rights package, with a supplier that was."""
    package = kob.rettighetspakke_of_kind("token")
    token = kob.token(kob.organisation, package)
    other = kob.bench.api.ungranted_consumer or kob.stranger
    consumer = {"authority": "iso6523-actorid-upis", "ID": f"0192:{other}"}

    delegated = kob.bench.minted(
        token,
        consumer=consumer,
        supplier=claims_of(token)["consumer"],
        delegation_source="https://tt02.altinn.no/",
    )

    kob.get(operation, rettighetspakke=package, token=delegated).expect_refusal(403)


@requirement("KOB-DELEGATION-003")
def test_a_delegated_system_user(kob):
    delegation = delegation_of(kob)
    regnskapssystem = kob.rettighetspakke_of_kind("system_user")
    subject = kob.bench.subject(regnskapssystem, kob.organisation).delegated_by(delegation.consumer_org)

    token, refusal = kob.bench.token_or_refusal(subject)

    if token is None:
        kob.bench.notes.observe("KOB-DELEGATION-003", f"no token is issued: {refusal}")
    else:
        kob.observe("KOB-DELEGATION-003", kob.get("aapnekrav", rettighetspakke=regnskapssystem, token=token))


@requirement("KOB-PACKAGE-001")
@production
def test_each_rights_package_gives_each_operation(kob, rettighetspakke, operation):
    kob.ensure_access_is_known(rettighetspakke)

    kob.get(operation, rettighetspakke=rettighetspakke).expect_status(200, 404)


@requirement("KOB-PACKAGE-002", "KOB-PACKAGE-003")
def test_an_unknown_rights_package_is_refused(kob):
    token = kob.token(kob.organisation, kob.rettighetspakke)

    answer = kob.get("aapnekrav", rettighetspakke="ukjentpakke", token=token)

    answer.expect_refusal(400, 403, 404)
    kob.observe("KOB-PACKAGE-003", answer)


@requirement("KOB-PACKAGE-005")
def test_a_package_that_was_not_granted_is_closed(kob, operation):
    """For the client itself if it lacks a package, else for a consumer that lacks all of them."""
    token = kob.plain_token()
    if kob.bench.api.ungranted:
        package = kob.bench.api.ungranted[0]
    else:
        other = kob.bench.api.ungranted_consumer or kob.stranger
        package = kob.rettighetspakke_of_kind("token")
        token = kob.bench.minted(token, consumer={"authority": "iso6523-actorid-upis", "ID": f"0192:{other}"})

    kob.get(operation, rettighetspakke=package, token=token).expect_refusal(403)


@requirement("KOB-PACKAGE-006")
def test_what_lovfestetrevisjon_asks_for(kob):
    answer = kob.get("aapnekrav", rettighetspakke="lovfestetrevisjon", token=kob.plain_token())

    kob.bench.notes.observe("KOB-PACKAGE-006", f"with {shown(answer)}")
