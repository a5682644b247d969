"""Tokens: which give access to the API, and how the others are refused."""

import base64
import json
from typing import Any

import pytest

PARTY = {"authority": "iso6523-actorid-upis"}


def problem(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, answer.headers["content-type"], body["feilkode"]


UNAUTHENTICATED = (401, "application/problem+json", "XXX-004")
FORBIDDEN = (403, "application/problem+json", "XXX-005")


@pytest.mark.parametrize("path", ["/status/TEST_SAK_OPPRETTET", "/finnes/ikke/her", "/vedlegg"])
@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer a.b.c", "Basic YTpi", "Bearer noe"])
def test_no_path_opens_without_a_token(sender: Any, path: str, authorization: str | None):
    headers = {"Authorization": authorization} if authorization else {}

    answer = sender.sandbox.http.get(sender.api["base_url"] + path, headers=headers)

    assert problem(answer) == UNAUTHENTICATED
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://test.maskinporten.no/"},
        {"exp": 1700000000},
        {"iat": 4000000000},
        {"nbf": 4000000000},
        {"aud": "https://api.example.test"},
        {"token_type": "mac"},
        {"consumer": None},
        {"consumer": PARTY | {"ID": "312345676"}},
        {"consumer": PARTY | {"ID": "0192:31234567"}},
    ],
    ids="-".join,
)
def test_a_token_that_is_not_valid_is_refused(sender: Any, claims: dict[str, Any]):
    sender.bearer = sender.sandbox.mint(sender.bearer, **claims)

    assert problem(sender.call("GET", "/status/TEST_SAK_OPPRETTET")) == UNAUTHENTICATED


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "skatteetaten:trekkpaalegg"},
        {"scope": "skatteetaten:utleggsbegjaeringer"},
        {"scope": "skatteetaten:utleggsbegjaering,skatteetaten:trekkpaalegg"},
        {"authorization_details": [{"type": "urn:altinn:consent"}]},
        {
            "authorization_details": [
                {
                    "type": "urn:altinn:systemuser",
                    "systemuser_org": PARTY | {"ID": "0192:212201782"},
                    "systemuser_id": ["x"],
                }
            ]
        },
    ],
    ids=["other", "longer", "commas", "consent", "system user without right"],
)
def test_a_valid_token_that_gives_no_right_is_forbidden(sender: Any, claims: dict[str, Any]):
    sender.bearer = sender.sandbox.mint(sender.bearer, **claims)

    assert problem(sender.call("GET", "/status/TEST_SAK_OPPRETTET")) == FORBIDDEN


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "unspecified"},
        {"aud": ["unspecified"]},
        {"noe": "nytt"},
        {"scope": "a:b skatteetaten:utleggsbegjaering"},
    ],
    ids=str,
)
def test_what_a_token_may_hold_beside_is_no_hindrance(sender: Any, claims: dict[str, Any]):
    sender.bearer = sender.sandbox.mint(sender.bearer, **claims)

    assert sender.call("GET", "/status/TEST_SAK_OPPRETTET").status_code == 200


def test_an_altered_or_unsigned_token_is_refused(sender: Any):
    header, payload, signature = sender.bearer.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    altered = base64.urlsafe_b64encode(json.dumps(claims | {"jti": "x"}).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()

    for token in (f"{header}.{altered}.{signature}", f"{none}.{payload}."):
        sender.bearer = token

        assert problem(sender.call("GET", "/status/TEST_SAK_OPPRETTET")) == UNAUTHENTICATED
