"""A change: a whole new version of a case, as long as the case can be changed."""

from copy import deepcopy

from harness.contract.deviation import Deviation
from harness.suite.markers import requirement, several_answers
from scenarios.utleggsbegjaering.answers import name_of
from scenarios.utleggsbegjaering.builders import hovedkrav, person

ACCEPTED = (200, 201, 204)


@requirement("ELAN-CHANGE-001")
def test_a_change_keeps_the_reference(elan):
    """The reference of the submission can be used for one change after another."""
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)

    for amount in (9_000, 8_000):
        changed = begjaering | {"kravTilInnkreving": [hovedkrav("H1", amount)]}
        elan.ensure_nothing_but(elan.change(reference, changed), *ACCEPTED)

    amounts = [left(krav) for krav in elan.shown(reference)["kravISak"] if krav.get("innsendersKravreferanse") == "H1"]
    assert [amount for amount in amounts if amount not in (8_000, None)] == []


@requirement("ELAN-CHANGE-002")
def test_a_change_may_alter_the_claims(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    changed = deepcopy(begjaering)
    changed["kravTilInnkreving"].append(hovedkrav("H2", 100))
    changed["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"].append("H2")

    elan.ensure_nothing_but(elan.change(reference, changed), *ACCEPTED)


@requirement("ELAN-CHANGE-003")
def test_a_change_may_bring_in_a_debtor_under_the_new_rules(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    other = person(elan.parties["saksoekt_annen"], elan.parties.born("saksoekt_annen"), "ANNEN")
    changed = begjaering | {"saksoekt": [*begjaering["saksoekt"], {"saksoekt": other}]}

    elan.ensure_nothing_but(elan.change(reference, changed), *ACCEPTED)


@requirement("ELAN-CASE-007")
@several_answers
def test_the_status_shows_the_changed_claims(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)

    elan.change_accepted(reference, with_claims(begjaering, "H1", "H2"))

    status = elan.shown(reference)
    assert {"H1", "H2"} <= references(status)
    amounts = [left(krav) for krav in status["kravISak"] if "innsendersKravreferanse" in krav]
    assert [amount for amount in amounts if amount not in (500, None)] == []


@requirement("ELAN-CHANGE-006")
@several_answers
def test_a_change_replaces_the_whole_begjaering(elan):
    """The claims and the court fee that it leaves out are gone."""
    begjaering = elan.ready(elan.simple())
    begjaering["kreverRettsgebyrErstattet"] = {"kreverRettsgebyrErstattet": True}
    reference = elan.accept(begjaering)
    changed = with_claims(begjaering, "H3")
    del changed["kreverRettsgebyrErstattet"]

    elan.change_accepted(reference, changed)

    status = elan.shown(reference)
    assert references(status) == {"H3"}
    assert "rettsgebyr" not in {name_of(krav["kravbeskrivelse"]) for krav in status["kravISak"]}


@requirement("ELAN-CHANGE-011")
@several_answers
def test_the_last_change_is_the_one_that_counts(elan):
    """Both changes name the same claims, so that only their contents distinguish the changes."""
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    for letter in ("a", "b", "c"):
        changed = with_claims(begjaering, "H1")
        changed["kravTilInnkreving"][0]["prioritetDekningsloven"] = letter
        elan.change_accepted(reference, changed)

    claims = elan.shown(reference)["kravISak"]

    assert [krav["prioritetDekningsloven"] for krav in claims if krav.get("innsendersKravreferanse") == "H1"] == ["c"]


def with_claims(begjaering, *names):
    """The same begjæring with other claims."""
    changed = deepcopy(begjaering)
    changed["kravTilInnkreving"] = [hovedkrav(name, 500) for name in names]
    changed["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"] = list(names)
    return changed


def left(krav):
    """The remaining amount of a claim in a status, a number or an object with one; None if it is not shown."""
    shown = krav.get("gjenstaaendeBeloep")
    return shown["beloep"] if isinstance(shown, dict) else shown


def references(status):
    """The sender's references of the claims in a status; the court fee has none."""
    found = {name_of(krav.get("innsendersKravreferanse")) for krav in status.get("kravISak", [])}
    return found - {None}


@requirement("ELAN-CHANGE-004")
@several_answers
def test_a_refused_change_leaves_the_claims(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    before = references(elan.status(reference).expect_status(200).json())
    changed = deepcopy(begjaering)
    changed["underskrift"] = "En Annen"
    changed["kravTilInnkreving"] = [hovedkrav("H9", 500)]
    changed["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"] = ["H9"]

    elan.change(reference, changed).expect_status(422)

    assert before == references(elan.status(reference).expect_status(200).json())


@requirement("ELAN-CHANGE-005")
def test_a_case_of_another_sender_cannot_be_changed(elan):
    """A caller that names the right sender in the body but uses another's token changes nothing."""
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    changed = begjaering | {"kravTilInnkreving": [hovedkrav("H1", 1)]}

    answers = [
        elan.change(reference, changed, token=elan.customers_token),
        elan.validate_change(reference, changed, token=elan.customers_token),
    ]

    for answer in answers:
        answer.expect_closed()


@requirement("ELAN-CHANGE-007")
def test_a_new_case_may_be_changed(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": "sakOpprettet"})

    elan.ensure_nothing_but(elan.change(reference, begjaering), *ACCEPTED)


@requirement("ELAN-CHANGE-007")
def test_a_case_under_treatment_is_changed_or_has_gone_too_far(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": "sakUnderBehandling"})

    answer = elan.change(reference, begjaering)

    if "UGYLDIG_STATUS" not in answer.conditions:
        elan.ensure_nothing_but(answer, *ACCEPTED)


@requirement("ELAN-CHANGE-009")
def test_the_same_change_twice(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    changed = begjaering | {"kravTilInnkreving": [hovedkrav("H1", 9_000)]}

    first, second = elan.change(reference, changed), elan.change(reference, changed)

    elan.bench.notes.observe("ELAN-CHANGE-009", f"{first.status}, then {second.status}")
    if second.status >= 500:
        second.note(Deviation("ELAN-CHANGE-009", "server error", "any answer from the service", f"{second.status}"))
