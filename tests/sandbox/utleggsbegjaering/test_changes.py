"""Changing a request: what may be altered, when, and by whom."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

OTHER = "310288837"


@pytest.fixture
def filed(sender: Any) -> tuple[str, Any]:
    """A case and its request."""
    begjaering = sender.begjaering()
    return sender.filed(begjaering), begjaering


def test_a_change_is_kept_under_the_same_reference(sender: Any, filed: Any):
    referanse, begjaering = filed
    begjaering["kravTilInnkreving"][5]["gjenstaaendeBeloep"]["beloep"] = 1234.5

    validated = sender.call("PUT", f"/valider/{referanse}", json=begjaering)
    before = _left(sender.status(referanse), "DOM")
    changed = sender.change(referanse, begjaering)
    after = _left(sender.status(referanse), "DOM")

    assert (validated.status_code, validated.content) == (204, b"")
    assert (changed.status_code, changed.content) == (204, b"")
    assert (before, after) == (4000, 1234.5)


def test_a_claim_keeps_its_identifier_through_a_change(sender: Any, filed: Any):
    referanse, begjaering = filed
    before = _ids(sender.status(referanse))

    sender.change(referanse, begjaering)

    assert _ids(sender.status(referanse)) == before


@pytest.mark.parametrize(
    ("kode", "path", "value"),
    [
        ("ULOVLIG_ENDRING_BEGJAERINGSDATO", ("begjaeringsdato",), "2026-05-19"),
        ("ULOVLIG_ENDRING_UNDERSKRIFT", ("underskrift",), "Siri Andersen"),
        (
            "ULOVLIG_ENDRING_SAKSOEKER",
            ("saksoeker", 0, "saksoeker", "virksomhet", "identifikator", "taxIdentificationNumber"),
            "312220008",
        ),
    ],
)
def test_what_is_frozen_cannot_be_changed(
    sender: Any, filed: Any, conditions_of: Any, kode: str, path: tuple[Any, ...], value: str
):
    referanse, begjaering = filed
    node = begjaering
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value

    assert conditions_of(sender.call("PUT", f"/valider/{referanse}", json=begjaering)) == [kode]
    assert conditions_of(sender.change(referanse, begjaering)) == [kode]


@pytest.mark.parametrize("name", ["saksbehandler", "innsendersProsessfullmektig"])
def test_what_is_not_frozen_may_be_left_out(sender: Any, filed: Any, name: str):
    referanse, begjaering = filed
    del begjaering["innsender"][name]

    assert sender.change(referanse, begjaering).status_code == 204


def test_a_new_debtor_must_be_under_the_new_rules(sender: Any, filed: Any, conditions_of: Any):
    referanse, begjaering = filed
    begjaering["saksoekt"].append(copy.deepcopy(begjaering["saksoekt"][0]))
    number = begjaering["saksoekt"][1]["saksoekt"]["person"]["identifikator"]

    number["taxIdentificationNumber"] = "08907395937"
    old_rules = sender.change(referanse, begjaering)
    number["taxIdentificationNumber"] = "03898431389"
    new_rules = sender.change(referanse, begjaering)

    assert conditions_of(old_rules) == ["SAKSOEKT_GAMMELT_REGELVERK", "ULOVLIG_ENDRING_SAKSOEKT"]
    assert new_rules.status_code == 204


def test_another_sender_cannot_change_a_case(
    sandbox: Any, make_sender: Callable[..., Any], sender: Any, filed: Any, conditions_of: Any
):
    referanse, begjaering = filed
    stranger = make_sender(sandbox, OTHER)

    as_it_is = stranger.change(referanse, begjaering)
    begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"]["taxIdentificationNumber"] = OTHER
    for path in ("vedlegg",):
        begjaering[path] = []
    with_own_name = stranger.change(referanse, begjaering)

    assert conditions_of(as_it_is)[:1] == ["INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING"]
    assert "ULOVLIG_ENDRING_INNSENDER" in conditions_of(with_own_name)
    assert stranger.call("GET", f"/status/{referanse}").status_code == 404
    assert sender.status(referanse)["meldingsdato"]


def test_a_change_of_an_unknown_case_is_not_found_whatever_its_body(sender: Any):
    for method, path in (("PUT", "/FINNES-IKKE"), ("PUT", "/valider/FINNES-IKKE")):
        answer = sender.call(method, path, content=b"{", headers={"Content-Type": "application/json"})

        assert answer.status_code == 404


@pytest.mark.parametrize("saksstatus", ["sakOpprettet", "sakUnderBehandling"])
def test_a_case_that_has_not_gone_forward_may_be_changed(sender: Any, filed: Any, saksstatus: str):
    referanse, begjaering = filed
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": saksstatus})

    assert sender.change(referanse, begjaering).status_code == 204


@pytest.mark.parametrize("saksstatus", ["sakNektetFremmet", "sakForelagt", "sakBesluttet", "sakAvsluttet", "sakHevet"])
def test_a_case_that_has_gone_forward_takes_no_change(sender: Any, filed: Any, conditions_of: Any, saksstatus: str):
    referanse, begjaering = filed
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": saksstatus})
    begjaering["underskrift"] = "Siri Andersen"

    assert conditions_of(sender.change(referanse, begjaering)) == ["UGYLDIG_STATUS"]


def test_an_unprocessed_case_takes_no_change_until_it_is_processed(sender: Any, filed: Any, conditions_of: Any):
    referanse, begjaering = filed
    sender.control("PUT", f"saker/{referanse}", {"behandlet": False})
    unprocessed = sender.change(referanse, begjaering)
    sender.control("PUT", f"saker/{referanse}", {"behandlet": True})
    processed = sender.change(referanse, begjaering)

    assert conditions_of(unprocessed) == ["UAVKLART_STATUS"]
    assert processed.status_code == 204


def test_a_refused_change_leaves_the_case_as_it_was(sender: Any, filed: Any):
    referanse, begjaering = filed
    before, counts = sender.status(referanse), sender.counts()
    begjaering["underskrift"] = "Siri Andersen"
    begjaering["kravTilInnkreving"][5]["gjenstaaendeBeloep"]["beloep"] = 1

    sender.change(referanse, begjaering)

    assert sender.status(referanse) == before
    assert sender.counts() == counts


def test_a_change_to_the_key_of_another_case_is_a_duplicate(sender: Any, filed: Any, conditions_of: Any):
    _, begjaering = filed
    other = sender.begjaering()
    referanse = sender.filed(other)

    other["innsenderReferanse"] = begjaering["innsenderReferanse"]

    assert "DUPLIKAT_INNSENDING" in conditions_of(sender.change(referanse, other))


def _left(status: Any, kravreferanse: str) -> float:
    (krav,) = [each for each in status["kravISak"] if each.get("innsendersKravreferanse") == kravreferanse]
    return krav["gjenstaaendeBeloep"]["beloep"]


def _ids(status: Any) -> dict[str, str]:
    return {
        each["innsendersKravreferanse"]: each["kravgrunnlagsidentifikator"]
        for each in status["kravISak"]
        if "innsendersKravreferanse" in each
    }
