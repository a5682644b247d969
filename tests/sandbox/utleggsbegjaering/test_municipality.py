"""A municipality looks a debtor up and sends its decision."""

import copy
from typing import Any

import pytest


def party(number: str) -> dict[str, str]:
    return {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}


@pytest.fixture
def beslutning(sender: Any) -> Any:
    """A valid decision by the municipality that the token is for."""
    begjaering = sender.begjaering()
    kommune = copy.deepcopy(begjaering["saksoeker"][0]["saksoeker"])
    kommune["virksomhet"] = {
        "navn": "PRØVENDE KOMMUNE",
        "identifikator": party("312345676"),
        "virksomhetstype": "kommune",
    }
    return {
        "beslutning": {"filnavn": "beslutning.pdf", "uuid": sender.uploaded("K-1")},
        "beslutningsdato": "2026-05-20T10:00:00+02:00",
        "underskrift": "Siri Saksbehandler",
        "saksoeker": [{"saksoeker": kommune}],
        "saksoekt": {"saksoekt": begjaering["saksoekt"][0]["saksoekt"]},
        "kravTilInnkreving": [begjaering["kravTilInnkreving"][5]],
        "betalingsinformasjon": begjaering["betalingsinformasjon"],
    }


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("12847931084", {}),
        ("01818040071", {"ukjentSkyldner": True}),
        ("12847931085", {"ugyldigSkyldner": True}),
    ],
)
def test_a_look_up_says_who_is_unknown_and_who_cannot_be(sender: Any, number: str, shown: dict[str, bool]):
    answer = sender.call("POST", "/samordnettrekk/oppslag", json={"skyldner": party(number)})

    skyldner = answer.json()["skyldner"]
    assert skyldner["partsreferanse"] == party(number)
    assert isinstance(skyldner["harEllerHarHattSamordnetTrekk"], bool)
    assert {name: skyldner[name] for name in skyldner.keys() & {"ukjentSkyldner", "ugyldigSkyldner"}} == shown


def test_a_decision_is_taken_in(sender: Any, beslutning: Any):
    answer = sender.call("POST", "/beslutning", json=beslutning)

    assert answer.status_code == 201
    assert answer.json()["eksternSaksreferanse"]


def test_a_decision_of_another_municipality_is_refused(sender: Any, beslutning: Any, conditions_of: Any):
    beslutning["saksoeker"][0]["saksoeker"]["virksomhet"]["identifikator"] = party("310010006")

    answer = sender.call("POST", "/beslutning", json=beslutning)

    assert conditions_of(answer) == ["INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING"]


def test_a_decision_about_nobody_is_refused(sender: Any, beslutning: Any, conditions_of: Any):
    beslutning["saksoekt"]["saksoekt"]["person"]["identifikator"] = party("01818040071")

    assert conditions_of(sender.call("POST", "/beslutning", json=beslutning)) == ["SAKSOEKT_MANGLER_I_REGISTERET"]


def test_a_decision_whose_document_is_not_there_is_refused(sender: Any, beslutning: Any, conditions_of: Any):
    beslutning["beslutning"]["uuid"] = "ffffffff-ffff-4fff-8fff-ffffffffffff"

    assert conditions_of(sender.call("POST", "/beslutning", json=beslutning)) == ["VEDLEGG_SKAL_VAERE_TILGJENGELIG"]


def test_the_municipality_has_a_scope_of_its_own(sender: Any):
    sender.bearer = sender.sandbox.token(scope="skatteetaten:utleggstrekkbeslutningkommune")
    asked = {"skyldner": party("12847931084")}

    assert sender.call("POST", "/samordnettrekk/oppslag", json=asked).status_code == 200
    assert sender.call("GET", "/status/TEST_SAK_OPPRETTET").status_code == 403
