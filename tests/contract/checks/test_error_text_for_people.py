"""The texts of an error are for people."""

import json

import pytest


def error(**members):
    return json.dumps({"status": 422} | members, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "text",
    [
        "Fødselsnummeret er ugyldig.",
        "Renten er 12.25 % av kravet.",
        "Skal følge mønsteret '^[0-9]{4}$'.",
        "UTF-8 er ikke det som kom.",
    ],
)
def test_a_sentence_passes(wire, verdict_of, text):
    condition = {"kode": "UGYLDIG_KID", "melding": text, "beskrivelse": text}

    body = error(title="Validering feilet", detail=text, kontrollutslag=[condition])

    assert verdict_of("error_text_for_people", wire(422, body)) == []


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("UGYLDIG_KID", "condition's melding is a code"),
        ("RELATERTE_KRAV_MÅ_FINNES", "condition's melding is a code"),
        (" ", "condition's melding empty"),
        ("Kravet %kravreferanse er ugyldig.", "condition's melding with a placeholder"),
        ("Kravet '%s' er ugyldig.", "condition's melding with a placeholder"),
        ("Kravet {0} er ugyldig.", "condition's melding with a placeholder"),
        ("Kravet ${ref} er ugyldig.", "condition's melding with a placeholder"),
    ],
)
def test_what_is_no_text_is_a_deviation(wire, verdict_of, text, aspect):
    body = error(kontrollutslag=[{"kode": "UGYLDIG_KID", "melding": text, "beskrivelse": "Kontroller KID."}])

    assert verdict_of("error_text_for_people", wire(422, body)) == [aspect]


def test_a_kode_of_any_form_is_no_text(wire, verdict_of):
    assert verdict_of("error_text_for_people", wire(404, b'{"kode": "BOK", "melding": "BOK"}')) == ["melding is a code"]


def test_an_error_without_texts_is_not_judged(wire, verdict_of):
    assert verdict_of("error_text_for_people", wire(404, b'{"status": 404}')) is None
