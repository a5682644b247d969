"""Betjeningskartet: whether a debtor is under the old or the new rules. Its address is reconstructed."""

from collections import Counter

import pytest

from harness.suite.markers import requirement, several_answers
from scenarios.utleggsbegjaering.answers import name_of, texts_in
from scenarios.utleggsbegjaering.builders import partsidentifikator, person, virksomhet

OLD = ("gammelt_regelverk_person", "gammelt_regelverk_virksomhet")
NEW = ("saksoekt", "saksoekt_virksomhet")
NOBODY = ("ukjent_person", "ukjent_virksomhet")


def look_up(elan, *roles):
    elan.bench.ensure_open("slaaOppRegelverk")
    body = {"skyldner": [partsidentifikator(elan.parties[role]) for role in roles]}
    return elan.send("POST", "/betjeningskartet", body).expect_status(200).json()


def rules(elan, *roles):
    """The overall answer, and the answer for each debtor, in the order of the answer."""
    body = look_up(elan, *roles)
    return body["regelverk"], [entry["regelverk"] for entry in body["skyldner"]]


@requirement("ELAN-RULES-001")
@pytest.mark.parametrize("role", NEW)
def test_a_debtor_under_the_new_rules(elan, role):
    assert rules(elan, role) == ("nyttRegelverk", ["nyttRegelverk"])


@requirement("ELAN-RULES-002")
@pytest.mark.parametrize("role", OLD)
def test_a_locked_debtor_is_under_the_old_rules(elan, role):
    assert rules(elan, role) == ("tidligereRegelverk", ["tidligereRegelverk"])


@requirement("ELAN-RULES-003")
@pytest.mark.parametrize("roles", [("saksoekt", OLD[0]), (OLD[1], "saksoekt")], ids=["new and old", "old and new"])
def test_debtors_of_both_kinds_are_in_conflict(elan, roles):
    overall, each = rules(elan, *roles)

    assert overall == "motstridendeRegelverk"
    assert Counter(map(name_of, each)) == Counter(["nyttRegelverk", "tidligereRegelverk"])


@requirement("ELAN-RULES-004")
@pytest.mark.parametrize("role", NOBODY)
def test_a_debtor_in_no_register_is_unknown(elan, role):
    assert rules(elan, role) == ("ukjentSkyldner", ["ukjentSkyldner"])


@requirement("ELAN-RULES-005")
def test_every_debtor_is_answered_for(elan):
    roles = ("saksoekt", "saksoekt_annen", "saksoekt_virksomhet")

    body = look_up(elan, *roles)

    answered = [texts_in(entry["partsreferanse"]) for entry in body["skyldner"]]
    assert len(roles) == len(answered)
    assert [role for role in roles if not any(elan.parties[role] in texts for texts in answered)] == []
    assert body["regelverk"] == "nyttRegelverk"


@requirement("ELAN-RULES-009")
@several_answers
def test_each_debtor_is_answered_for_with_its_own_rules(elan):
    """Debtors under old and new rules and unknown ones together, each as it is alone."""
    roles = (OLD[0], "saksoekt", NOBODY[0], OLD[1], "saksoekt_virksomhet")
    alone = {role: rules(elan, role)[1] for role in roles}

    for entry in look_up(elan, *roles)["skyldner"]:
        texts = texts_in(entry["partsreferanse"])
        asked = [role for role in roles if elan.parties[role] in texts]
        assert [alone[role] for role in asked] == [[entry["regelverk"]]]


@requirement("ELAN-RULES-006")
@several_answers
def test_the_order_of_debtors_does_not_matter(elan):
    roles = ("saksoekt", "saksoekt_annen", OLD[0])

    first, second = rules(elan, *roles), rules(elan, *reversed(roles))

    assert first[0] == second[0]
    assert Counter(map(name_of, first[1])) == Counter(map(name_of, second[1]))


@requirement("ELAN-RULES-007")
@several_answers
@pytest.mark.parametrize("role", [*NEW, "saksoekt_annen", *OLD])
def test_the_look_up_and_the_submission_agree(elan, role):
    """A debtor is refused for the old rules if and only if it is under them."""
    overall, _ = rules(elan, role)
    number = elan.parties[role]
    actor = person(number, elan.parties.born(role)) if len(number) == 11 else virksomhet(number)
    begjaering = elan.with_files(elan.simple() | {"saksoekt": [{"saksoekt": actor}]})

    conditions = elan.validate(begjaering).conditions

    assert (overall == "tidligereRegelverk") == ("SAKSOEKT_GAMMELT_REGELVERK" in conditions)


@requirement("ELAN-RULES-008")
@pytest.mark.parametrize("body", [{}, {"skyldner": []}, {"skyldner": "alle"}], ids=["nothing", "none", "no list"])
def test_a_look_up_without_debtors_is_refused(elan, body):
    elan.bench.ensure_open("slaaOppRegelverk")

    elan.send("POST", "/betjeningskartet", body).expect_refusal(400)
