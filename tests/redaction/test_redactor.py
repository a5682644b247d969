"""No secret survives redaction, wherever it is in an exchange."""

import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.redaction.redactor import REDACTED, Redactor
from tests.conftest import exchange

SECRET = "hemmelig-verdi-1"
TOKEN = jwt.encode({"sub": "x"}, "a secret that is long enough for HS256", algorithm="HS256")
PERSON = "14838290095"


@pytest.fixture
def redactor() -> Redactor:
    return Redactor({"kontonummer", "kidnummer", "kontoeiersNavn"})


@pytest.mark.parametrize("header", ["Authorization", "AUTHORIZATION", "AltinnSamtykke", "Cookie"])
def test_secret_headers_are_redacted_whatever_their_case(redactor, header):
    redacted = redactor.exchange(exchange(200, sent={header: SECRET}))

    assert redacted.request.header(header) == REDACTED


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN} was refused",
        f'curl -H "Authorization: Bearer {TOKEN}"',
        f"assertion={TOKEN}&grant_type=x",
        f'{{"access_token": "{TOKEN}"}}',
    ],
)
def test_a_token_never_stands_in_text(redactor, text):
    assert TOKEN.split(".")[2] not in redactor.text(text)


@pytest.mark.parametrize("around", ["", "a longer text, such as a body that is sent again, "], ids=["short", "long"])
@pytest.mark.parametrize("secret", ["pass word 17", "q7Rk2LmX0bVtZ9aYcW4e"])
def test_a_text_that_was_written_before_is_written_without_a_secret_learnt_since(redactor, around, secret):
    text = f"{around * 10}key {secret} end"
    before = redactor.text(text)

    redactor.known.add(secret)

    assert (before, redactor.text(text)) == (text, f"{around * 10}key {REDACTED} end")


def test_a_private_key_never_stands_in_text(redactor):
    pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----"

    assert redactor.text(f"key: {pem} end") == f"key: {REDACTED} end"


@pytest.mark.parametrize(
    "body", [f'{{"a": "{PERSON}"}}', f'{{"a": {PERSON}}}', f'["x {PERSON}"]', f"not json {PERSON}"]
)
def test_eleven_digits_never_stand_in_a_body(redactor, body):
    redacted = redactor.exchange(exchange(200, body.encode()))

    assert PERSON not in redacted.response.body.decode()


def test_eleven_digits_never_stand_in_a_path(redactor):
    assert redactor.url(f"https://x.test/finans/{PERSON}/krav") == f"https://x.test/finans/{REDACTED}/krav"


def test_nine_digits_stay_for_an_organisation_is_no_person(redactor):
    assert redactor.text("organisation 313367002") == "organisation 313367002"


def test_a_korrelasjonsid_stays_whole_whatever_digits_it_has(redactor):
    korrelasjonsid = "0cb60f83-83a9-46e5-96a0-a41936874015"

    assert redactor.text(f"{korrelasjonsid} of {PERSON}") == f"{korrelasjonsid} of {REDACTED}"
    assert redactor.url(f"https://x.test/{korrelasjonsid}") == f"https://x.test/{korrelasjonsid}"


def test_sensitive_members_are_redacted_in_json_xml_and_cut_json(redactor):
    whole = redactor.exchange(exchange(200, b'{"a": [{"kontonummer": "1234", "kontoeiersNavn": {"x": "Kari"}}]}'))
    xml = redactor.exchange(exchange(200, b"<a><n:kontonummer>1234</n:kontonummer></a>", "application/xml"))
    cut = redactor.exchange(exchange(200, b'{"kontonummer": "1234", "b": '))

    assert json.loads(whole.response.body) == {"a": [{"kontonummer": REDACTED, "kontoeiersNavn": REDACTED}]}
    assert xml.response.body == f"<a><n:kontonummer>{REDACTED}</n:kontonummer></a>".encode()
    assert b"1234" not in cut.response.body


def test_what_is_not_secret_stays_readable(redactor):
    body = b'{"kode": "KB-004", "melding": "Mangler token", "beloep": 1000.5}'

    assert json.loads(redactor.exchange(exchange(401, body)).response.body) == json.loads(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=8,
)


@given(value=json_values, name=st.sampled_from(["kontonummer", "KIDnummer", "access_token"]), depth=st.integers(0, 4))
def test_a_planted_secret_never_survives_in_json(value, name, depth):
    planted: object = {"andre": value, name: SECRET}
    for _ in range(depth):
        planted = [{"x": planted}]

    redacted = Redactor({"kontonummer", "kidnummer"}).exchange(exchange(200, json.dumps(planted).encode()))

    assert SECRET not in redacted.response.body.decode()


@given(prefix=st.text(max_size=30), suffix=st.text(max_size=30))
def test_a_planted_token_never_survives_in_text(prefix, suffix):
    assert TOKEN.split(".")[1] not in Redactor().text(f"{prefix} {TOKEN} {suffix}")


def test_of_a_long_body_the_beginning_is_written_down_without_what_the_cut_goes_through(wire):
    body = b"Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. " + b"x " * 99_975 + b"14838290095" + b"0" * 10_000_000

    written = Redactor().exchange(wire(200, body, "text/plain")).response.body.decode()

    assert written.startswith("Bearer [redacted] x x x")
    assert written.endswith(f"x … [{len(body)} bytes]")
    assert "1483" not in written


def test_a_date_and_an_amount_in_the_element_beside_it_are_no_number_of_a_person(wire):
    """In one text the same digits are."""
    body = b"<krav><innbetalingsdato>1990-01-01</innbetalingsdato><innbetaltBeloep>12480</innbetaltBeloep></krav>"

    assert Redactor().exchange(wire(200, body, "application/xml")).response.body == body
    assert "12480" not in Redactor().text("<b>010190</b><b>12480</b> and 1990-01-01 12480")
