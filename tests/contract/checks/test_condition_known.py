"""Every condition that is listed is in the catalogue."""

import unicodedata


def listing(*codes: str) -> bytes:
    entries = ", ".join(f'{{"kode": "{code}"}}' for code in codes)
    return f'{{"status": 422, "kontrollutslag": [{entries}]}}'.encode()


def test_a_known_condition_passes_in_either_unicode_form(wire, verdict_of):
    decomposed = unicodedata.normalize("NFD", "BOK_MÅ_FINNES")

    assert decomposed != "BOK_MÅ_FINNES"
    assert verdict_of("condition_known", wire(422, listing("BOK_MÅ_FINNES", decomposed))) == []


def test_each_unknown_condition_is_told_once(wire, verdict_of):
    body = listing("BOK_MAA_FINNES", "BOK_MÅ_FINNES", "BOK-001", "BOK_MAA_FINNES")

    assert verdict_of("condition_known", wire(422, body)) == [
        "unknown condition BOK-001",
        "unknown condition BOK_MAA_FINNES",
    ]


def test_an_answer_without_conditions_is_not_judged(wire, verdict_of):
    assert verdict_of("condition_known", wire(422, b'{"status": 422}')) is None
