"""The account of a private party is masked or absent; others may be shown in full."""

import pytest


def shelf(who: str, konto: str) -> bytes:
    return f'{{"hylle": "7", "bok": [{{"tittel": "Sult", "pris": 1.0, "{who}": {{"konto": "{konto}"}}}}]}}'.encode()


@pytest.mark.parametrize("masked", ["******32070", "627xxxxxx", "XXXX XX 32070", ""])
def test_any_mask_passes(wire, verdict_of, masked):
    assert verdict_of("private_account_masked", wire(200, shelf("laaner", masked))) == []


@pytest.mark.parametrize("clear", ["97443329655", "9744 33 29655", "9744.33.29655", "NO9397443329655"])
def test_digits_alone_are_a_deviation(wire, verdict_of, clear):
    aspects = verdict_of("private_account_masked", wire(200, shelf("laaner", clear)))

    assert aspects == ["$.bok[].laaner.konto in clear"]


def test_an_account_in_xml_is_judged_too(wire, verdict_of):
    body = b"<b><hylle>7</hylle><bok><tittel>Sult</tittel><laaner><konto>97443329655</konto></laaner></bok></b>"

    aspects = verdict_of("private_account_masked", wire(200, body, "application/xml"))

    assert aspects == ["$.bok[].laaner.konto in clear"]


def test_an_account_that_is_not_private_is_not_judged(wire, verdict_of):
    assert verdict_of("private_account_masked", wire(200, shelf("forlag", "97443329655"))) is None


def test_the_account_stands_in_no_text(wire, contract):
    from harness.contract.checks import Call, all_checks

    call = Call(wire(200, shelf("laaner", "97443329655")), contract)

    [breach] = all_checks()["private_account_masked"].breaches(call)
    assert (breach.expected, breach.actual) == (
        "a masked account at $.bok[].laaner.konto",
        "digits and nothing else",
    )
