"""A secret is found in whatever form it comes, and other text stays readable."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import jwt
import pytest

from harness.redaction.redactor import MOST, REDACTED, Redactor
from tests.conftest import exchange
from tests.security.planted import ACCOUNT, FORMS, MEMBERS, NAME, NUMBERS, STREET, Leaks

PASSWORD = "p@ss wørd/2"
TOKEN = jwt.encode({"iss": "https://issuer.example.test/", "scope": "a:b", "jti": "Zk3"}, "a" * 32, algorithm="HS256")
LEAKS = Leaks({TOKEN}, set())
IN_PIECES = {
    "half of the signature", "with blanks", "in fours, with commas", "in eights, with stops", "in tens, with tabs",
    "as a list of signs", "joined by a program", "with accents", "with a filler of Hangul", "over members",
}  # fmt: skip
UNKNOWN = [name for name in FORMS if name not in IN_PIECES]
"""Secrets that are recognised by form alone: a piece of a random text is not, until the tool knows the whole."""


@pytest.mark.parametrize("form", UNKNOWN)
def test_a_token_that_nobody_knows_is_found_by_its_form(form):
    written = Redactor().message(f"ukjent {FORMS[form](TOKEN)}, sier tjenesten")

    assert LEAKS.of(written.encode()) == set()
    assert written.startswith("ukjent ")


@pytest.mark.parametrize("form", FORMS)
def test_a_token_of_our_own_is_found_by_value(form):
    redactor = Redactor()
    redactor.exchange(exchange(401, sent={"Authorization": f"Bearer {TOKEN}"}))

    assert LEAKS.of(redactor.message(f"ukjent {FORMS[form](TOKEN)}, sier tjenesten").encode()) == set()


@pytest.mark.parametrize(
    "form",
    [
        str,
        quote,
        quote_plus,
        lambda text: quote(quote(text)),
        json.dumps,
        lambda text: json.dumps(json.dumps(text)),
        html.escape,
        lambda text: "".join(f"&#{ord(sign)};" for sign in text),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(f"bruker:{text}".encode()).decode(),
        lambda text: f"{text[:4]}\n   {text[4:]}",
        lambda text: f"({text})",
    ],
)
def test_a_password_that_the_tool_knows_is_found_by_value(form):
    assert REDACTED in Redactor(secrets=[PASSWORD]).message(f"svar: {form(PASSWORD)} slutt")


@pytest.mark.parametrize("between", ["\n", "\r\n", " ", "\\n"])
def test_a_private_key_that_the_tool_knows_is_found_line_by_line_and_the_words_around_it_are_not(between):
    lines = [base64.b64encode(bytes(range(at, at + 48))).decode() for at in range(0, 192, 48)]
    pem = between.join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])

    redactor = Redactor(secrets=[pem.encode()])

    assert [line for line in lines if line[4:30] in redactor.message(f"key {line[4:30]} end")] == []
    assert redactor.message("a file of a PRIVATE KEY is needed") == "a file of a PRIVATE KEY is needed"


@pytest.mark.parametrize("written", NUMBERS)
def test_an_identity_number_is_found_however_it_is_written(written):
    told = Redactor().text(f"nr {NUMBERS[written]}, ok")

    assert told == f"nr {REDACTED}, ok" or (written, told) == ("glued", f"nr fnr{REDACTED}x, ok")


@pytest.mark.parametrize(
    "number",
    ["15108695088", "55108695098", "15508695080", "14838290095", "54838290099", "02013299903", "30108299939"],
)
def test_numbers_of_every_register_are_found_in_a_row_and_grouped(number):
    """Birth, D, H and synthetic numbers, and those of 2032: unseparated in any case, and in the usual groups."""
    assert Redactor().text(f"{number} {number[:6]}-{number[6:]}") == f"{REDACTED} {REDACTED}"


@pytest.mark.parametrize("name", MEMBERS)
def test_who_a_person_is_stands_under_many_names(name):
    value = MEMBERS[name]
    bodies = {
        "application/json": json.dumps({"a": [{name: value, "b": 1}], "c": value}).encode(),
        "application/xml": f"<a><n:{name}>{value}</n:{name}><b>1</b></a>".encode(),
        "application/x-www-form-urlencoded": f"{name}={quote_plus(value)}&b=1".encode(),
    }

    for media_type, body in bodies.items():
        written = Redactor().exchange(exchange(200, body, media_type)).response.body.decode()
        assert value not in written.replace("+", " ")
        assert "b" in written


def test_json_stays_as_it_was_but_for_what_was_taken():
    body = b'{ "beloep": 1000.50, "navn": "Kari \\"K\\" Nordmann", "nr": 14838290095, "a": 1, "a": [2 ,3] }'

    written = Redactor().exchange(exchange(200, body)).response.body

    assert written == b'{ "beloep": 1000.50, "navn": "[redacted]", "nr": "[redacted]", "a": 1, "a": [2 ,3] }'


def test_a_value_is_taken_where_it_stands_and_a_common_word_stays_elsewhere():
    redactor = Redactor({"merknad"})
    body = b'{"merknad": "string", "adresse": "Oslo", "navn": "Plantine Hemmelsen"}'

    redactor.exchange(exchange(200, body))

    assert (
        redactor.message("expected a string, actual 'Plantine Hemmelsen'") == f"expected a string, actual '{REDACTED}'"
    )


@pytest.mark.parametrize(
    "value",
    [
        "string", "navn", "true", "2024-01-01", "2024-01-01T00:00:00Z", "01.01.2024", "313367002", "123456.50", "1e309",
        "KB-001", "UNDER_BEHANDLING", "application/json", "0cb60f83-83a9-46e5-96a0-a41936874015", "Not Found", "Ukjent",
    ],
)  # fmt: skip
def test_what_names_nobody_is_taken_from_under_a_name_and_stays_elsewhere(value):
    redactor = Redactor({"merknad"})

    redactor.exchange(exchange(200, json.dumps({"navn": value, "merknad": value}).encode()))
    after = redactor.exchange(exchange(400, json.dumps({"navn": value, "melding": f"Feil: {value}."}).encode()))

    assert redactor.message(f"'{value}' is not what was sent") == f"'{value}' is not what was sent"
    assert json.loads(after.response.body) == {"navn": REDACTED, "melding": f"Feil: {value}."}


def test_what_was_met_is_taken_from_the_messages_about_it():
    redactor = Redactor()
    redactor.exchange(exchange(200, json.dumps({"navn": NAME, "adresse": {"gate": STREET}}).encode()))

    assert redactor.message(f"only in the first half: {NAME}, {STREET}.") == (
        f"only in the first half: {REDACTED}, {REDACTED}."
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-03T12:34:56.123456Z",
        "0cb60f83-83a9-46e5-96a0-a41936874015",
        "organisation 313367002",
        "1 234 567 890,50 kr",
        "KRAV-2024-0000001",
        "aapentKravMedGjenstaaendeBeloep",
        "apiKeyJsonPath",
        "Bearer token is missing",
        'Bearer realm="x", error="invalid_token"',
        "https://api.example.test/v1/finans/313367002/krav?fraOgMed=2024-01-01&tilOgMed=2024-12-31",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "Ugyldig token: utløpt",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "test_en_lang_setning_om_2024_og_KRAV_0001",
        '{"kode": "KB-004", "melding": "Mangler token", "p": 1, "d": "2024"}',
    ],
)
def test_what_is_no_secret_stays_as_it_is(text):
    assert Redactor().message(text) == text


def test_redacting_twice_changes_nothing():
    text = json.dumps(MEMBERS | {"token": TOKEN, "nr": ACCOUNT})
    once = Redactor().message(text)

    assert Redactor().message(once) == once


@pytest.mark.parametrize(
    "part",
    [
        "eyJ", '"', "<navn ", "<navn>", "%25", "\\", "&amp;", "a.b", "token: ", "a=", '"navn":', '"navn":[', "Bearer ",
        "name=a\r\n", "<a x='1'", "1 ", "-----BEGIN A-----", "eyJhbGciOiJIUzI1NiIs\n", "Kari ", "form-data; name=",
        "\u200b", "name" + " " * 1000, "x" * 1000, "0" * 1000,
    ],
)  # fmt: skip
def test_a_text_of_the_largest_size_is_read_to_its_end(part):
    """Two hundred thousand characters take a second; quadratic work would take many minutes."""
    assert Redactor({"navn"}).message(part * (MOST // len(part)))
