"""Validation is submission without its effect."""

from harness.suite.markers import not_testable, requirement, several_answers
from scenarios.utleggsbegjaering.mutations import by_kode


@requirement("ELAN-VALIDATE-001")
def test_validation_stores_nothing(elan):
    """A begjæring that was validated can still be submitted, not as a duplicate of itself."""
    begjaering = elan.ready(elan.complex())
    for _ in range(2):
        elan.ensure_nothing_but(elan.validate(begjaering), 200, 204)

    answer = elan.submit(begjaering)

    elan.ensure_nothing_but(answer, 200, 201)


@requirement("ELAN-VALIDATE-001")
@several_answers
def test_validation_makes_no_case(elan):
    sender, token = elan.alone()
    begjaering = elan.ready(elan.complex(sender), token=token)

    validated = elan.validate(begjaering, token=token)
    if "INNSENDER_IKKE_IDENTIFISERBAR" in validated.conditions:
        not_testable("no registered sender is reserved for this scenario")

    elan.ensure_nothing_but(validated, 200, 204)
    assert elan.recent_cases(token=token) == set()
    reference = elan.accept(begjaering, token=token)
    assert elan.recent_cases(token=token) == {reference}


@requirement("ELAN-SUBMIT-008")
@several_answers
def test_a_refused_submission_makes_no_case(elan):
    sender, token = elan.alone()
    broken = elan.with_files(by_kode()["UGYLDIG_KID"][0](elan.complex(sender), elan.parties), token=token)

    elan.submit(broken, token=token).expect_status(422)

    assert elan.recent_cases(token=token) == set()


@requirement("ELAN-VALIDATE-003")  # the answer has no changing data; a second look would make the first call the third
def test_validation_twice_gives_the_same_answer(elan):
    broken = elan.with_files(by_kode()["KRAV_IKKE_BENYTTET"][0](elan.complex(), elan.parties))

    first, second = elan.validate(broken), elan.validate(broken)

    assert (first.status, first.conditions) == (second.status, second.conditions)


@requirement("ELAN-VALIDATE-004")
@several_answers
def test_validation_of_a_change_changes_nothing(elan):
    """The status shows the claims that were submitted."""
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    before = elan.status(reference).expect_status(200).json()
    changed = begjaering | {"kravTilInnkreving": [begjaering["kravTilInnkreving"][0] | {"prioritetDekningsloven": "a"}]}

    elan.ensure_nothing_but(elan.validate_change(reference, changed), 200, 204)

    after = elan.status(reference).expect_status(200).json()
    assert shown(before) == shown(after)


def shown(status):
    """The claims in a status, by the members that the sender gave."""
    return sorted(
        (str(krav.get("innsendersKravreferanse")), str(krav.get("prioritetDekningsloven")))
        for krav in status.get("kravISak", [])
    )


@requirement("ELAN-VALIDATE-006")
def test_validation_tells_of_a_duplicate(elan):
    begjaering = elan.ready(elan.simple())
    elan.ensure_nothing_but(elan.submit(begjaering), 200, 201)

    answer = elan.validate(begjaering).expect_status(409, 422)

    if answer.status == 422:
        elan.expect_conditions(answer, "DUPLIKAT_INNSENDING")
