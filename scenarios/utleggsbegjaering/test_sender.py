"""Whom a token can submit for: the sender in the body must match the token's organisation."""

from harness.suite.markers import not_testable, requirement


@requirement("ELAN-SENDER-001")
def test_an_organisation_files_for_itself(elan):
    elan.ensure_nothing_but(elan.validate(elan.ready_to_validate(elan.simple())), 200, 204)


@requirement("ELAN-SENDER-002")
def test_a_vendor_files_for_its_customer(elan):
    token = elan.customers_token
    begjaering = elan.ready(elan.simple(elan.customer), token=token)

    elan.ensure_nothing_but(elan.submit(begjaering, token=token), 200, 201)


@requirement("ELAN-SENDER-003", "ELAN-COND-005")
def test_a_plain_token_files_for_nobody_else(elan):
    begjaering = elan.with_files(elan.simple(elan.customer))

    for answer in (elan.validate(begjaering), elan.submit(begjaering)):
        elan.expect_conditions(answer, "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", requirement="ELAN-SENDER-003")


@requirement("ELAN-SENDER-004")
def test_a_system_user_does_not_file_for_the_vendor(elan):
    token = elan.customers_token
    if elan.sender == elan.customer:
        not_testable("the target names no organisation besides its customers")
    begjaering = elan.with_files(elan.simple(elan.sender), token=token)

    answer = elan.validate(begjaering, token=token)

    elan.expect_conditions(answer, "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", requirement="ELAN-SENDER-004")
