"""Several calls in a row: the effect of one shows in all that follow, and nothing else changes."""

import uuid
from copy import deepcopy

import pytest

from harness.contract.deviation import Deviation
from harness.suite.markers import not_run, requirement
from scenarios.utleggsbegjaering.answers import name_of
from scenarios.utleggsbegjaering.builders import attachments, beloep, hovedkrav, virksomhet
from scenarios.utleggsbegjaering.comparison import claims_are_those_sent
from scenarios.utleggsbegjaering.mutations import by_kode

ACCEPTED = (200, 201, 204)
LIVES = frozenset({"meldingsdato", "saksstatus"})
"""What a service changes by itself while it processes a case; a closed world processes none."""


def in_order(value):
    if isinstance(value, dict):
        return sorted((name, in_order(child)) for name, child in value.items())
    return sorted(map(in_order, value), key=repr) if isinstance(value, list) else repr(value)


def different(before, after):
    """The members that differ, without their values."""
    names = before.keys() | after.keys()
    return frozenset(name for name in names if in_order(before.get(name)) != in_order(after.get(name)))


def accepted(elan, begjaering, **how):
    """The reference of a case that waits for nothing, and its status: only a call can change it from now on."""
    reference = elan.accept(begjaering, **how)
    if elan.bench.api.control is not None:
        elan.set_processed(reference)
    return reference, elan.shown(reference, **how)


def ensure_same(elan, reference, before, promised, **how):
    """The status of a case says what it said before."""
    answer = elan.status(reference, **how).expect_status(200)
    names = different(before, answer.json()) - (frozenset() if elan.bench.api.closed_world else LIVES)
    if names:
        shown = f"another {', '.join(sorted(names))}"
        answer.note(Deviation(promised, "a case altered", "the case as it was", shown))


def changed(begjaering, number):
    """Another version of a begjæring: its debtors, claims, amounts and priorities differ from those of any other."""
    found = deepcopy(begjaering)
    names = [f"H{number}", f"Æ{number}"]
    found["kravTilInnkreving"] = [
        hovedkrav(
            name,
            f"{1000 * number}.{place}{number}",
            prioritetDekningsloven="abcde"[(number + place) % 5],
            gjenstaaendeBeloep=beloep(f"{900 * number}.{place}{number}"),
            innbetaling=[{"bokfoertDato": "2025-07-01", "beloep": beloep(100 * number)}],
        )
        for place, name in enumerate(names, start=1)
    ]
    found["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"] = names
    return found


@requirement("ELAN-CASE-007", "ELAN-CASE-019", "ELAN-CASE-020")
def test_who_has_read_a_case_reads_its_change(elan):
    """Status and list are requested before the change: neither may be cached."""
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    before, listed = elan.shown(reference), entry_of(elan, reference)
    following = changed(begjaering, 3)

    elan.change_accepted(reference, following)

    after = elan.shown(reference)
    for breach in claims_are_those_sent(following, after):
        assert breach is None, breach.aspect
    ensure_listed_as_shown(elan, reference, after)
    ensure_ids_stay(before, after)
    if listed is not None and after["meldingsdato"] <= listed["meldingsdato"]:
        elan.bench.notes.note(Deviation("ELAN-CASE-019", "meldingsdato after a change", "a later time", "no later one"))


@requirement("ELAN-CASE-020")
def test_ids_stay_when_a_case_is_changed(elan):
    begjaering = elan.ready(elan.simple())
    reference = elan.accept(begjaering)
    before = elan.shown(reference)

    elan.change_accepted(reference, begjaering | {"kravTilInnkreving": [hovedkrav("H1", "777.77")]})

    ensure_ids_stay(before, elan.shown(reference))


def ensure_ids_stay(before, after):
    ids = [ids_of_claims(status) for status in (before, after)]
    common = {name for name in ids[0].keys() & ids[1].keys() if ids[0][name] is not None and ids[1][name] is not None}
    assert [name for name in common if ids[0][name] != ids[1][name]] == [], "a claim has another id than before"
    assert before["saksnummer"] == after["saksnummer"], "the case has another number than before"


def ids_of_claims(status):
    """The id that the service gave each claim, by the sender's reference."""
    claims = status["kravISak"]
    return {name_of(krav.get("innsendersKravreferanse")): krav.get("kravgrunnlagsidentifikator") for krav in claims}


def entry_of(elan, reference, **how):
    """The case's entry in the list of changed ones; None if the target does not open it or does not show it."""
    if not elan.bench.api.reconstructed:
        return None
    day = elan.today.replace(day=1)
    listed = elan.send("GET", f"/status?endretEtter={day}T00:00:00Z", **how).expect_status(200).json()
    return next((entry for entry in listed if entry["eksternSaksreferanse"] == reference), None)


def ensure_listed_as_shown(elan, reference, status, **how):
    entry = entry_of(elan, reference, **how)
    if entry is not None:
        names = [name for name in entry if name in status and entry[name] != status[name]]
        if names:
            said = f"another {', '.join(names)} in the list"
            elan.bench.notes.note(Deviation("ELAN-CASE-019", said, "what the status says", "something else"))


@requirement("ELAN-CASE-019")
@pytest.mark.parametrize("saksstatus", ["sakUnderBehandling", "sakBesluttet"])
def test_the_list_says_of_a_case_what_its_status_says(elan, saksstatus):
    reference = elan.accept(elan.ready(elan.simple()))
    ensure_listed_as_shown(elan, reference, elan.shown(reference))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})

    ensure_listed_as_shown(elan, reference, elan.shown(reference))


@requirement("ELAN-CHANGE-011", "ELAN-CASE-018")
@pytest.mark.parametrize("sender", ["own", "customer's"])
def test_each_of_many_changes_counts(elan, sender):
    how = {"token": elan.customers_token} if sender == "customer's" else {}
    begjaering = elan.ready(elan.simple(elan.customer if how else elan.sender), **how)
    reference = elan.accept(begjaering, **how)

    for number in range(1, 7):
        following = changed(begjaering, number)
        elan.change_accepted(reference, following, **how)
        status = elan.shown(reference, **how)
        assert all(breach is None for breach in claims_are_those_sent(following, status)), f"change {number} is lost"


@requirement("ELAN-CHANGE-013")
@pytest.mark.long
def test_cases_that_are_filed_in_turns_do_not_mix(elan):
    """Two of one sender and one of another are submitted, read and changed in turn."""
    token = elan.customers_token
    hows = [{}, {}, {"token": token}]
    begjaeringer = [
        elan.ready(elan.simple(elan.customer if how else elan.sender) | {"underskrift": f"Anna {place}"}, **how)
        for place, how in enumerate(hows)
    ]
    begjaeringer = [changed(begjaering, number) for number, begjaering in enumerate(begjaeringer, start=1)]
    cases = [(elan.accept(each, **how), how) for each, how in zip(begjaeringer, hows, strict=True)]
    ensure_each_is_its_own(elan, cases, begjaeringer)

    for place in (2, 0, 1, 0):
        begjaeringer[place] = changed(begjaeringer[place], 4 + place)
        elan.change_accepted(cases[place][0], begjaeringer[place], **cases[place][1])
        ensure_each_is_its_own(elan, cases, begjaeringer)


def ensure_each_is_its_own(elan, cases, begjaeringer):
    for (reference, how), begjaering in zip(cases, begjaeringer, strict=True):
        answer = elan.status(reference, **how)
        if answer.status == 404:
            not_run("the service shows no case that was submitted")
        status = answer.expect_status(200).json()
        assert status["eksternSaksreferanse"] == reference
        answer.judge(claims_are_those_sent(begjaering, status))


def frozen(elan, begjaering):
    return begjaering | {"underskrift": "En Annen"}


def faulty(elan, begjaering):
    return by_kode()["UGYLDIG_KID"][0](begjaering, elan.parties)


def malformed(elan, begjaering):
    return begjaering | {"tvangsfullbyrdelsestype": "arrest"}


def cut_off(elan, begjaering):
    return b'{"underskrift": "Anna Norman", "saksoekt": ['


REFUSED = {"what is frozen": frozen, "a condition": faulty, "the form": malformed, "no JSON": cut_off}
"""Reasons why a change is refused; each change also alters everything else."""


@requirement("ELAN-CHANGE-004")
@pytest.mark.parametrize("reason", REFUSED)
def test_a_refused_change_leaves_everything(elan, reason):
    """Parties, claims, amounts, references, the time of the last message, and the files that it cited.

    One of its claims has the reference of the existing claim, in case only its amount is kept.
    """
    begjaering = elan.ready(elan.simple())
    reference, before = accepted(elan, begjaering)
    other = changed(begjaering, 5)
    other["kravTilInnkreving"][0]["innsendersKravreferanse"] = "H1"
    other["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"][0] = "H1"
    other["saksoeker"] = [{"saksoeker": virksomhet(elan.parties["saksoeker"], "ET ANNET NAVN AS")}]
    other["kreverRettsgebyrErstattet"] = {"kreverRettsgebyrErstattet": True}
    file = elan.upload("ny.pdf", begjaering["innsenderReferanse"]).expect_status(201).json()["uuid"]
    elan.settled(file)
    other["vedlegg"] = [{"type": "annet", "filnavn": "ny.pdf", "uuid": file}]

    elan.change(reference, REFUSED[reason](elan, other)).expect_refusal(400, 409, 415, 422)

    ensure_same(elan, reference, before, "ELAN-CHANGE-004")
    deleted = elan.send("DELETE", f"/vedlegg/{file}")
    if deleted.status == 409:
        said = "the file of a refused change kept"
        deleted.note(Deviation("ELAN-CHANGE-004", said, "a file that no case cites", "409, it is cited"))
    elan.change(reference, begjaering).expect_status(*ACCEPTED)


@requirement("ELAN-CHANGE-004")
@pytest.mark.parametrize("saksstatus", ["sakForelagt", "sakAvsluttet", "unprocessed"])
def test_a_change_that_comes_too_late_leaves_everything(elan, saksstatus):
    begjaering = elan.ready(elan.simple())
    reference, _ = accepted(elan, begjaering)
    if saksstatus == "unprocessed":
        elan.set_unprocessed(reference)
    else:
        elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})
    before = elan.shown(reference)

    elan.change(reference, changed(begjaering, 5)).expect_refusal(409, 422)

    ensure_same(elan, reference, before, "ELAN-CHANGE-004")


@requirement("ELAN-COND-001")
@pytest.mark.parametrize("kind", ["simple", "telling"])
@pytest.mark.long
def test_a_duplicate_is_one_from_every_sender(elan, kind):
    """With the plain token and with each customer's system user, repeatedly and after a change."""
    customers = elan.bench.api.access[elan.way("system_user")].customers
    for sender in [None, *customers]:
        how = {"token": elan.token_of(sender)} if sender else {}
        begjaering = elan.ready(getattr(elan, kind)(sender), **how)
        elan.accept(begjaering, **how)
        for _ in range(2):
            again = elan.submit(begjaering, **how)
            again.expect_status(409, 422)
            if again.status == 422:
                elan.expect_conditions(again, "DUPLIKAT_INNSENDING")


CITING = ("validate", "submit", "change", "validate_change")


@requirement("ELAN-ATTACH-004", "ELAN-COND-064")
@pytest.mark.parametrize("citing", CITING)
def test_what_was_deleted_cannot_be_cited(elan, citing):
    begjaering = elan.ready(elan.simple())
    of_a_case: tuple[str, ...] = ()
    if citing.endswith("change"):
        of_a_case = (elan.accept(begjaering),)
    file = elan.upload("slettes.pdf", begjaering["innsenderReferanse"]).expect_status(201).json()["uuid"]
    elan.settled(file)
    citing_it = begjaering | {"vedlegg": [{"type": "annet", "filnavn": "slettes.pdf", "uuid": file}]}

    elan.send("DELETE", f"/vedlegg/{file}").expect_status(200, 202, 204)

    state = elan.attachment(file)
    if state.status != 404 and state.expect_status(200).json()["tilstand"] == "klar":
        state.note(Deviation("ELAN-ATTACH-004", "a deleted file is ready", "404 or another state", "klar"))
    answer = getattr(elan, citing)(*of_a_case, citing_it)
    elan.ensure_changeable(answer)
    elan.expect_conditions(answer, "VEDLEGG_SKAL_VAERE_TILGJENGELIG", requirement="ELAN-ATTACH-004")


NAMES = ("Dom Æ.pdf", "dom æ.pdf", "fullmakt (2) – é.pdf", f"{'lang ' * 20}.pdf")


@requirement("ELAN-ATTACH-018", "ELAN-ATTACH-003")
def test_files_of_one_begjaering_do_not_mix(elan):
    """Names that differ in case, that are long, or that contain non-ASCII characters."""
    reference = f"PRØVESTAND-{uuid.uuid4()}"
    uploaded = {name_of(elan.upload(name, reference).expect_status(201).json()["uuid"]): name for name in NAMES}
    other = f"PRØVESTAND-{uuid.uuid4()}"
    alien = name_of(elan.upload("annen.pdf", other).expect_status(201).json()["uuid"])
    assert len(uploaded) == len(NAMES)

    for _ in range(2):
        for identifier, name in {**uploaded, alien: "annen.pdf"}.items():
            state = elan.attachment(identifier).expect_status(200).json()
            expected = (identifier, name, other if identifier == alien else reference)
            assert expected == (state["uuid"], state["filnavn"], state["innsenderReferanse"])


@requirement("ELAN-ATTACH-018")
def test_deleting_one_file_leaves_the_others(elan):
    reference = f"PROEVESTAND-{uuid.uuid4()}"
    first, second = (elan.upload(name, reference).expect_status(201).json()["uuid"] for name in ("a.pdf", "b.pdf"))
    for identifier in (first, second):
        elan.settled(identifier)

    elan.send("DELETE", f"/vedlegg/{first}").expect_status(200, 202, 204)

    assert elan.attachment(second).expect_status(200).json()["tilstand"] == "klar"


STRANGERS = {
    "a customer to its vendor": "customer",
    "a vendor to its customer": "vendor",
    "a customer to another": "other customer",
}


@pytest.fixture(params=[pytest.param(who, id=name) for name, who in STRANGERS.items()])
def foreign(request, elan):
    """A case with its begjæring, its owner's way to call, and that of somebody who has no right to it."""
    customers = elan.bench.api.access[elan.way("system_user")].customers
    if request.param == "customer":
        owner, stranger = None, customers[0]
    elif request.param == "vendor":
        owner, stranger = customers[0], None
    elif len(customers) > 1:
        owner, stranger = customers[0], customers[1]
    else:
        not_run("the target names only one customer")
    hows = [{"token": elan.token_of(sender)} if sender else {} for sender in (owner, stranger)]
    begjaering = elan.ready(elan.simple(owner), **hows[0])
    return begjaering, accepted(elan, begjaering, **hows[0])[0], *hows, stranger or elan.sender


@requirement("ELAN-CASE-005", "ELAN-CHANGE-005", "ELAN-ATTACH-011")
def test_a_stranger_reads_and_changes_nothing(elan, foreign):
    """Every operation on another's case and its file is refused, and leaves them as they were."""
    begjaering, reference, owner, stranger, _ = foreign
    before = elan.shown(reference, **owner)
    file = next(attachments(begjaering))["uuid"]
    closed = {
        "ELAN-CASE-005": [elan.status(reference, **stranger)],
        "ELAN-CHANGE-005": [
            elan.change(reference, changed(begjaering, 5), **stranger),
            elan.validate_change(reference, changed(begjaering, 5), **stranger),
        ],
        "ELAN-ATTACH-011": [
            elan.attachment(file, **stranger),
            elan.send("DELETE", f"/vedlegg/{file}", **stranger),
        ],
    }
    for promised, answers in closed.items():
        for answer in answers:
            if answer.status < 400:
                answer.note(Deviation(promised, "open to a stranger", "refused with 4xx", f"status {answer.status}"))
    if entry_of(elan, reference, **stranger) is not None:
        elan.bench.notes.note(Deviation("ELAN-CASE-005", "in a stranger's list", "own cases only", "another's case"))

    ensure_same(elan, reference, before, "ELAN-CHANGE-005", **owner)
    if elan.attachment(file, **owner).expect_status(200).json()["tilstand"] != "klar":
        elan.bench.notes.note(Deviation("ELAN-ATTACH-011", "file altered by a stranger", "klar", "another state"))


@requirement("ELAN-ATTACH-011")
def test_a_stranger_deletes_no_file(elan, foreign):
    """Not even one that no case cites, whatever the refusal says."""
    begjaering, _, owner, stranger, _ = foreign
    file = elan.upload("egen.pdf", begjaering["innsenderReferanse"], **owner).expect_status(201).json()["uuid"]
    elan.settled(file, **owner)

    elan.send("DELETE", f"/vedlegg/{file}", **stranger).expect_closed()

    assert elan.attachment(file, **owner).expect_status(200).json()["tilstand"] == "klar"


@requirement("ELAN-ATTACH-017")
def test_a_stranger_s_file_cannot_be_cited(elan, foreign):
    """Under the reference that it was uploaded with, so that only its sender is wrong."""
    _, _, owner, stranger, number = foreign
    begjaering = elan.ready(elan.simple(number), **stranger)
    file = elan.upload("fremmed.pdf", begjaering["innsenderReferanse"], **owner).expect_status(201).json()["uuid"]
    elan.settled(file, **owner)
    citing_it = begjaering | {"vedlegg": [{"type": "annet", "filnavn": "fremmed.pdf", "uuid": file}]}

    for answer in (elan.validate(citing_it, **stranger), elan.submit(citing_it, **stranger)):
        answer.expect_refusal(422)
        if answer.status == 422 and not any(kode.startswith("VEDLEGG_") for kode in answer.conditions):
            answer.note(Deviation("ELAN-ATTACH-017", "nothing said of the file", "a condition of files", "none"))


@requirement("ELAN-PAYMENT-005")
def test_a_stranger_reports_no_payment(elan, foreign):
    _, reference, owner, stranger, _ = foreign
    elan.bench.ensure_open("meldInnbetaling")
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": "sakBesluttet"})
    before = elan.shown(reference, **owner)
    claim = before["kravISak"][0].get("kravgrunnlagsidentifikator") or not_run("the status shows no id of the claim")
    body = {"bokfoertDato": "2025-12-31", "beloep": beloep("10.01")}

    elan.send("POST", f"/krav/{claim}/innbetaling", body, **stranger).expect_closed()

    ensure_same(elan, reference, before, "ELAN-PAYMENT-005", **owner)
