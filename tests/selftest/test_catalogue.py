"""Every fault names a requirement, and every requirement that a server can break has a fault."""

import datetime
from collections import Counter

import pytest

from harness.contract.pinned import contract_of, issuer_names
from harness.contract.requirements import Requirement
from harness.reference_client.misbehaviours import all_misbehaviours
from harness.sandbox.clock import Clock
from harness.sandbox.faults.catalogue import UnknownFaultError, all_faults, find_faults
from harness.sandbox.faults.selection import select
from harness.sandbox.knobs import all_knobs, turned
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.population import Offer, populate
from harness.sandbox.reach import Calls, InPassing
from harness.sandbox.service import World, service_modules

APIS = sorted({fault.api for fault in all_faults()})

SERVICES = service_modules()

WITHOUT_FAULT = {
    "ELAN-AUTH-002": "it says which refusal a text that is no token gets; whoever lets it in breaks ELAN-AUTH-023",
}
"""A server's requirements that no fault breaks, each with the reason."""

UNSEEN = {
    ("leeway", "unused"): "plain answers are for a client under test; a service that varies nothing breaks nothing",
    ("partly-shielded", "false"): "sums that hold what no answer says is withheld cannot be told from wrong ones, "
    "so that such a party cannot be one that a run asks about",
    ("elan-other-services", "elsewhere"): "the target's own file says so: it is no variation of a running service",
    ("elan-error-shape", "problem"): "a 422 that lists no condition breaks ELAN-ERROR-002",
    ("elan-error-shape", "feil"): "a 422 that lists no condition breaks ELAN-ERROR-002",
    ("elan-melding", "kode"): "a text that is the code once more breaks ELAN-ERROR-020",
    ("elan-conditions", "first"): "a 422 that lists one of several conditions breaks ELAN-ERROR-004",
    ("elan-varsel-channel", "optional"): "a notice without a channel that passes breaks ELAN-VERSION-005",
    ("elan-headers", "required"): "tracing headers that must be sent break ELAN-HEADER-001",
    ("elan-vedlegg-delay", "10"): "a run puts the clock forward; one second a state is met",
    ("elan-vedlegg-delay", "60"): "a run puts the clock forward; one second a state is met",
}
"""Answers to open questions that the suite does not meet, each with the reason."""


def requirements(api: str) -> dict[str, Requirement]:
    return {key: entry for key, entry in contract_of(api).requirements.items() if entry.withdrawn is None}


@pytest.mark.parametrize("api", APIS)
def test_every_fault_breaks_a_requirement_that_is_there(api: str):
    known = requirements(api)

    unknown = {fault.name: fault.breaks for fault in all_faults() if fault.api == api and fault.breaks not in known}

    assert {name for name, breaks in unknown.items() if breaks} == set()


def test_whatever_a_server_can_break_has_a_fault():
    """For every level but `observe`, which accuses nobody; for what can be provoked, as its entry says."""
    broken = {fault.breaks for fault in all_faults()}
    breakable = {
        key
        for api in APIS
        for key, entry in requirements(api).items()
        if entry.level != "observe" and entry.actor == "server" and entry.not_tested is None
    }

    assert breakable - broken == WITHOUT_FAULT.keys()


def test_whatever_a_client_can_break_has_a_misbehaviour():
    broken = {key for each in all_misbehaviours().values() for key in each.breaks}
    breakable = {
        key
        for api in [*APIS, *issuer_names()]
        for key, entry in requirements(api).items()
        if entry.level != "observe" and entry.actor == "client" and entry.not_tested is None
    }

    assert breakable - broken == set()


def test_every_answer_to_an_open_question_is_a_variation():
    """Whatever is unknown about an API or its issuers may be one way or the other: the suite covers both."""
    met: set[tuple[str, str]] = set()
    for api, module in SERVICES.items():
        healthy = module.make_service(world(module.OFFER))
        for fault in all_faults():
            if fault.api == api and fault.is_benign:
                met |= set(fault.rebuilt(healthy).world.knobs.items()) | set(fault.turns.items())
                met |= {tuple(argument.split("=")) for argument in fault.seen_with if "=" in argument}

    answers = {(knob.name, value) for knob in all_knobs() for value in knob.values}

    assert answers - met == UNSEEN.keys()


def world(offer: Offer) -> World:
    clock = Clock(datetime.datetime(2026, 5, 20, 12, tzinfo=datetime.UTC), InPassing())
    people = populate(1, clock.now(), [offer])
    issuer = Issuer("http://127.0.0.1/maskinporten/")
    return World("http://127.0.0.1", 1, clock, turned([]), issuer, people)


@pytest.mark.parametrize("api", SERVICES)
def test_every_api_has_faults_and_variations(api: str):
    kinds = {fault.is_benign for fault in all_faults() if fault.api == api}

    assert kinds == {False, True}


@pytest.mark.parametrize("api", APIS)
def test_names_and_sentences_are_there_and_names_are_alone(api: str):
    own = [fault for fault in all_faults() if fault.api == api]

    assert [name for name, count in Counter(fault.name for fault in own).items() if count > 1] == []
    assert [fault.name for fault in own if not fault.text.endswith(".")] == []


def test_an_unknown_name_is_told_with_the_nearest():
    with pytest.raises(UnknownFaultError) as caught:
        find_faults("korrelasjonsid-constnat")

    assert str(caught.value).startswith(
        "there is no fault 'korrelasjonsid-constnat'. Did you mean korrelasjonsid-constant"
    )


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("korrelasjonsid-constant", Calls()),
        ("korrelasjonsid-constant@share=0.25", Calls(share=0.25)),
        ("korrelasjonsid-constant@first=5", Calls(last=5)),
        ("korrelasjonsid-constant@from=5", Calls(first=5)),
        ("korrelasjonsid-constant@from=5@share=0.5", Calls(first=5, share=0.5)),
    ],
)
def test_a_selection_says_for_which_calls(text: str, calls: Calls):
    assert [selected.calls for selected in select([text])] == [calls]


@pytest.mark.parametrize("condition", ["share=2", "share=0", "first=0", "from=x", "often", "share="])
def test_a_condition_that_cannot_be_is_refused(condition: str):
    with pytest.raises(UnknownFaultError):
        select([f"korrelasjonsid-constant@{condition}"])


def test_a_share_holds_for_as_many_calls():
    held = sum(Calls(share=0.3).holds(number, "seed") for number in range(10_000))

    assert 2_800 < held < 3_200
