"""Each write flow for every sender that the target names and every kind of begjæring; every stranger at every door."""

import itertools
from copy import deepcopy

import pytest

from harness.suite.markers import not_run, requirement
from scenarios.utleggsbegjaering.builders import attachments, beloep
from scenarios.utleggsbegjaering.conftest import ACCEPTED, COMES_BACK
from scenarios.utleggsbegjaering.mutations import by_kode
from scenarios.utleggsbegjaering.test_sequences import (
    REFUSED,
    accepted,
    changed,
    ensure_ids_stay,
    ensure_listed_as_shown,
    ensure_same,
)

pytestmark = pytest.mark.suite("thorough")

KINDS = ("simple", "complex", "telling")


def senders(elan):
    """The organisation of the plain token, and every customer."""
    return [None, *elan.bench.api.access[elan.way("system_user")].customers]


def how(elan, sender):
    return {"token": elan.token_of(sender)} if sender else {}


@requirement("ELAN-CASE-018", "ELAN-CASE-006", "ELAN-CASE-015", "ELAN-CHANGE-011", "ELAN-CHANGE-004", "ELAN-COND-001")
@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_way_of_a_begjaering_for_every_sender(elan, kind):
    """Validated, submitted, read, submitted again, changed six times, refused a change, read again.

    Every status is compared with what was accepted last.
    """
    for sender in senders(elan):
        by = how(elan, sender)
        begjaering = elan.ready(getattr(elan, kind)(sender), **by)
        elan.ensure_nothing_but(elan.validate(begjaering, **by), 200, 204)
        reference, before = accepted(elan, begjaering, **by)
        again = elan.submit(begjaering, **by).expect_status(409, 422)
        if again.status == 422:
            elan.expect_conditions(again, "DUPLIKAT_INNSENDING")
        ensure_same(elan, reference, before, "ELAN-COND-001", **by)
        for number in range(1, 7):
            following = other_amounts(begjaering, number)
            elan.change_accepted(reference, following, **by)
            answer = elan.status(reference, **by)
            for promised, relation in COMES_BACK.items():
                answer.judge(relation(following, answer.expect_status(200).json()), promised)
        ensure_ids_stay(before, elan.shown(reference, **by))
        before = elan.shown(reference, **by)
        for refuse in REFUSED.values():
            elan.change(reference, refuse(elan, other_amounts(begjaering, 9)), **by).expect_refusal(400, 409, 415, 422)
            ensure_same(elan, reference, before, "ELAN-CHANGE-004", **by)


def other_amounts(begjaering, number):
    """The same claims with other amounts remaining, and another krone of each paid."""
    found = deepcopy(begjaering)
    for krav in found["kravTilInnkreving"]:
        left = krav["gjenstaaendeBeloep"]["beloep"]
        paid = round(left * number / 10, 2)
        krav["gjenstaaendeBeloep"]["beloep"] = round(left - paid, 2)
        krav["innbetaling"] = [
            *krav.get("innbetaling", []),
            {"bokfoertDato": "2025-07-01", "beloep": beloep(str(paid))},
        ]
    return found


@requirement("ELAN-CASE-005", "ELAN-CHANGE-005", "ELAN-ATTACH-011", "ELAN-ATTACH-017")
def test_every_stranger_is_kept_out_of_everything(elan):
    """For every two senders, one is refused access to everything of the other's, and leaves it as it was."""
    for owner, stranger in itertools.permutations(senders(elan), 2):
        mine, theirs = how(elan, owner), how(elan, stranger)
        begjaering = elan.ready(elan.simple(owner), **mine)
        reference, before = accepted(elan, begjaering, **mine)
        file = next(attachments(begjaering))["uuid"]
        foreign = elan.ready(elan.simple(stranger), **theirs)
        uncited = elan.upload("fremmed.pdf", foreign["innsenderReferanse"], **mine).expect_status(201).json()["uuid"]
        elan.settled(uncited, **mine)
        foreign["vedlegg"] = [{"type": "annet", "filnavn": "fremmed.pdf", "uuid": uncited}]

        for answer in (
            elan.status(reference, **theirs),
            elan.change(reference, changed(begjaering, 5), **theirs),
            elan.validate_change(reference, changed(begjaering, 5), **theirs),
            elan.attachment(file, **theirs),
            elan.send("DELETE", f"/vedlegg/{file}", **theirs),
            elan.send("DELETE", f"/vedlegg/{uncited}", **theirs),
            elan.validate(foreign, **theirs),
            elan.submit(foreign, **theirs),
        ):
            answer.expect_closed()

        ensure_same(elan, reference, before, "ELAN-CHANGE-005", **mine)
        assert elan.attachment(uncited, **mine).expect_status(200).json()["tilstand"] == "klar"


@requirement("ELAN-HTTP-010", "ELAN-VALIDATE-002")
@pytest.mark.parametrize("kode", ["UGYLDIG_KID", "UGYLDIG_BELOEP", "KRAV_IKKE_BENYTTET", "DUPLIKAT_SAKSOEKT"])
def test_conditions_hold_for_every_sender(elan, kode):
    for sender in senders(elan):
        by = how(elan, sender)
        mutation = by_kode()[kode][0]
        begjaering = elan.with_files(mutation(elan.complex(sender), elan.parties), **by)
        for answer in (elan.validate(begjaering, **by), elan.submit(begjaering, **by)):
            elan.expect_conditions(answer, kode, mutation.may_also)


@requirement("ELAN-ATTACH-004")
def test_a_deletion_holds_for_every_sender(elan):
    for sender in senders(elan):
        by = how(elan, sender)
        begjaering = elan.ready(elan.simple(sender), **by)
        identifier = next(attachments(begjaering))["uuid"]
        if elan.settled(identifier, **by) != "klar":
            not_run("the file does not become ready")
        elan.send("DELETE", f"/vedlegg/{identifier}", **by).expect_status(*ACCEPTED)
        answer = elan.submit(begjaering, **by)
        elan.expect_conditions(answer, "VEDLEGG_SKAL_VAERE_TILGJENGELIG", requirement="ELAN-ATTACH-004")


STATES = ("sakUnderBehandling", "sakBesluttet", "sakForelagt", "sakAvsluttet")


@requirement("ELAN-CASE-010", "ELAN-CASE-019", "ELAN-ROBUST-008")
def test_each_of_many_cases_is_in_its_sender_s_list(elan):
    """In its current state; the list is requested after each."""
    for sender in senders(elan):
        by = how(elan, sender)
        filed = set()
        for saksstatus in (*STATES, *STATES):
            reference = elan.accept(elan.ready(elan.simple(sender), **by), **by)
            filed.add(reference)
            if elan.bench.api.control is not None:
                elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})
            assert len(filed - elan.recent_cases(**by)) == 0, "a case is missing from the list"
            ensure_listed_as_shown(elan, reference, elan.shown(reference, **by), **by)
