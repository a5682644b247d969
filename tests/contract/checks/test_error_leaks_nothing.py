"""An error reveals no internals of the service."""

import pytest


@pytest.mark.parametrize(
    "melding",
    [
        "fraOgMed er ingen dato.",
        "Se https://skatteetaten.github.io/api-dokumentasjon/ for mer.",
        "Feil i perioden: bruk ÅÅÅÅ-MM-DD, kl. 12:30.",
        "Ukjent adresse /v1/finans/310123455/oversikt.",
        "Korrelasjonsid 516e48e1-2b74-4e6a-9de3-e86432152652.",
        "Konto 76940518888.",
    ],
)
def test_a_text_for_people_passes(wire, verdict_of, melding):
    body = f'{{"kode": "BOK-002", "melding": "{melding}"}}'.encode()

    assert verdict_of("error_leaks_nothing", wire(404, body)) == []


@pytest.mark.parametrize(
    ("melding", "aspect"),
    [
        ("Traceback (most recent call last): ...", "error text with a stack trace"),
        ("at Ledger.read(Ledger.java:41)", "error text with a stack trace"),
        ("NullPointerException", "error text with an exception"),
        ("org.springframework.web.Handler", "error text with an exception"),
        ("ORA-00942: table or view does not exist", "error text with a query"),
        ("SELECT * FROM krav WHERE part = 7", "error text with a query"),
        ("kan ikke lese /srv/ledger/config.yaml", "error text with a file name"),
        ("no answer from 10.24.3.7:8443", "error text with an inner host"),
        ("no answer from reskontro.svc", "error text with an inner host"),
        ("Bearer abcdefghijklmnopqrstuvwxyz0123", "error text with a token"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0", "error text with a token"),
        ("Ukjent person 04827896468.", "error text with an identity number"),
    ],
)
def test_a_word_of_the_inside_is_a_deviation(wire, verdict_of, melding, aspect):
    body = f'{{"kode": "BOK-002", "melding": "{melding}"}}'.encode()

    assert verdict_of("error_leaks_nothing", wire(404, body)) == [aspect]


def test_what_the_request_brought_leaks_nothing(wire, verdict_of):
    answer = wire(404, b'{"melding": "Ukjent hylle /etc/passwd"}', path="/hyller/%20%2Fetc%2Fpasswd/boeker")

    assert verdict_of("error_leaks_nothing", answer) == []


def test_the_number_that_was_asked_about_stands_in_no_text(wire, verdict_of):
    """Error texts are logged and shown in places where the request is not."""
    answer = wire(404, b'{"melding": "Ukjent person 04827896468"}', path="/hyller/04827896468/boeker")

    assert verdict_of("error_leaks_nothing", answer) == ["error text with an identity number"]


def test_the_address_of_the_call_may_be_repeated(wire, verdict_of):
    path = "/hyller/04827896468/boeker"
    answer = wire(404, f'{{"detail": "Ukjent person.", "instance": "{path}"}}'.encode(), path=path)

    assert verdict_of("error_leaks_nothing", answer) == []


def test_success_is_not_judged(wire, verdict_of):
    assert verdict_of("error_leaks_nothing", wire(200, b"Traceback (most recent call last)")) is None


def test_an_error_with_an_amount_and_an_address_is_read(wire, verdict_of):
    body = b'{"kode": "BOK-002", "melding": "x", "path": "/v1/krav", "beloep": 10.50}'

    assert verdict_of("error_leaks_nothing", wire(404, body)) == []
