"""The token issuer over raw HTTP: what a grant must be, and how each wrong one is refused.

Sources: docs.digdir.no, maskinporten_protocol_jwtgrant (2025-08), maskinporten_protocol_token (2024-08) and
maskinporten_feilsoking (2024-06).
"""

import base64
import json
import re
import uuid
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sandbox.conftest import JWT_BEARER, Client, RunningSandbox, encoded

NEWER_HASH = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


def claims_of(client: Client, **replaced: object) -> dict[str, Any]:
    """Valid claims except those replaced; None removes one."""
    now = client.sandbox.now()
    right = {
        "aud": f"{client.sandbox.base}/maskinporten/",
        "iss": client.client_id,
        "iat": now,
        "exp": now + 100,
        "jti": str(uuid.uuid4()),
        "scope": "skatteetaten:kravogbetalinger",
    }
    return {name: value for name, value in (right | replaced).items() if value is not None}


def signed(client: Client, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
    members = {"alg": "RS256", "kid": client.kid} | (header or {})
    present = {name: value for name, value in members.items() if value is not None}
    parts = [encoded(json.dumps(part).encode()) for part in (present, claims)]
    hashing = NEWER_HASH.get(str(members["alg"]), hashes.SHA256())
    signature = (key or client.key).sign(".".join(parts).encode(), padding.PKCS1v15(), hashing)
    return ".".join([*parts, encoded(signature)])


def post(sandbox: RunningSandbox, assertion: str, grant_type: str = JWT_BEARER) -> httpx.Response:
    return sandbox.http.post(
        f"{sandbox.base}/maskinporten/token", data={"grant_type": grant_type, "assertion": assertion}
    )


def register(sandbox: RunningSandbox, key: rsa.RSAPrivateKey, **members: object) -> httpx.Response:
    """Posts the public half of a key; a member of None is left out."""
    jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": str(uuid.uuid4()), "e": "AQAB"}
    jwk["n"] = encoded(key.public_key().public_numbers().n.to_bytes(key.key_size // 8, "big"))
    sent = {name: value for name, value in (jwk | members).items() if value is not None}
    return sandbox.http.post(f"{sandbox.base}/maskinporten/clients/{sandbox.client.client_id}/jwks", json=sent)


def payload(answer: httpx.Response) -> dict[str, Any]:
    part = answer.json()["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_the_metadata_are_those_of_rfc_8414_without_an_authorization_endpoint(sandbox):
    metadata = sandbox.http.get(f"{sandbox.base}/maskinporten/.well-known/oauth-authorization-server").json()

    assert metadata["issuer"] == f"{sandbox.base}/maskinporten/"
    assert metadata["token_endpoint"] == f"{sandbox.base}/maskinporten/token"
    assert metadata["grant_types_supported"] == [JWT_BEARER]
    assert metadata["token_endpoint_auth_signing_alg_values_supported"] == ["RS256", "RS384", "RS512"]
    assert "authorization_endpoint" not in metadata
    assert sandbox.http.get(metadata["jwks_uri"]).json()["keys"][0].keys() >= {"kty", "kid", "n", "e"}


def test_no_private_half_of_a_key_is_published(sandbox):
    keys = sandbox.http.get(f"{sandbox.base}/maskinporten/jwk").json()["keys"]

    assert [key for key in keys if key.keys() & {"d", "p", "q", "dp", "dq", "qi"}] == []


def test_a_token_has_the_claims_of_a_real_one(sandbox):
    answer = sandbox.client.grant()

    token = payload(answer)
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["scope"] == "skatteetaten:kravogbetalinger"
    assert 0 < answer.json()["expires_in"] <= 120
    assert token["exp"] - token["iat"] == 120
    assert token.keys() == {
        "scope", "iss", "client_amr", "token_type", "exp", "iat", "client_id", "jti", "consumer",
    }  # fmt: skip
    assert token["client_amr"] == "private_key_jwt"
    assert token["consumer"] == {"authority": "iso6523-actorid-upis", "ID": "0192:312345676"}


@pytest.mark.parametrize(
    ("registered", "algorithm"),
    [("RS256", "RS256"), ("RS384", "RS384"), ("RS512", "RS512"), ("RS256", "RS384"), ("RS512", "RS256")],
)
def test_a_key_signs_with_every_documented_algorithm(sandbox, registered, algorithm):
    """Whichever it is registered for: nothing says that the issuer compares them."""
    key, kid = rsa.generate_private_key(public_exponent=65537, key_size=2048), str(uuid.uuid4())
    assert register(sandbox, key, kid=kid, alg=registered).status_code == 201

    answer = post(sandbox, signed(sandbox.client, claims_of(sandbox.client), {"alg": algorithm, "kid": kid}, key))

    assert answer.status_code == 200


REFUSED = {
    "token url as audience": ({"aud": "token"}, "invalid_grant", "MP-110"),
    "audience without its slash": ({"aud": "no slash"}, "invalid_grant", "MP-110"),
    "two audiences": ({"aud": "two"}, "invalid_grant", "MP-110"),
    "no audience": ({"aud": None}, "invalid_grant", "MP-110"),
    "unknown client": ({"iss": str(uuid.UUID(int=1))}, "invalid_grant", "MP-100"),
    "no client": ({"iss": None}, "invalid_grant", "MP-100"),
    "scope not on the client": ({"scope": "skatteetaten:skattegrunnlag"}, "invalid_scope", "MP-200"),
    "one scope of two not on the client": (
        {"scope": "skatteetaten:kravogbetalinger skatteetaten:skattegrunnlag"},
        "invalid_scope",
        "MP-200",
    ),
    "no scope": ({"scope": None}, "invalid_request", "MP-011"),
    "unknown claim": ({"sub": "x"}, "invalid_request", None),
    "consumer_org that has not delegated": ({"consumer_org": "219001002"}, "invalid_scope", "MP-251"),
    "consumer_org that is the client's own": ({"consumer_org": "312345676"}, "invalid_request", None),
    "unknown type of details": ({"authorization_details": [{"type": "urn:x"}]}, None, "MP-301"),
    "two details": ({"authorization_details": [{"type": "urn:x"}, {"type": "urn:x"}]}, None, "MP-302"),
}


@pytest.mark.parametrize(("replaced", "error", "code"), [pytest.param(*row, id=name) for name, row in REFUSED.items()])
def test_a_wrong_grant_is_refused_as_documented(sandbox, replaced, error, code):
    issuer = f"{sandbox.base}/maskinporten/"
    audiences = {"token": f"{issuer}token", "no slash": issuer.rstrip("/"), "two": [issuer, "x"]}
    if isinstance(replaced.get("aud"), str):
        replaced = {"aud": audiences[replaced["aud"]]}

    answer = post(sandbox, signed(sandbox.client, claims_of(sandbox.client, **replaced)))

    body = answer.json()
    assert answer.status_code == 400
    assert body["error"] == (error or body["error"])
    assert re.search(r" \(trace_id: [0-9a-f]{32}\)$", body["error_description"])
    assert body.get("error_uri") == (f"{issuer}errors/{code}" if code else None)


@pytest.mark.parametrize(
    ("issued", "expires", "refused"),
    [
        (0, 120, None),
        (0, 121, "JWT has too long lifetime"),
        (5, 100, None),
        (30, 120, "Issue time is in the future"),
        (-100, -30, "JWT has expired"),
        (-100, 20, None),
        (-200, 10, "JWT has too long lifetime"),
    ],
)
def test_times_are_held_to_the_documented_limits(sandbox, issued, expires, refused):
    now = sandbox.now()

    answer = sandbox.client.grant(iat=now + issued, exp=now + expires)

    if refused is None:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert refused in answer.json()["error_description"]


@pytest.mark.parametrize(
    "expires", [10**400, -(10**400), 1e308, float("nan"), float("inf")], ids=lambda at: f"{at}"[:8]
)
@pytest.mark.parametrize("fraction", [0, 0.5])
def test_a_grant_of_an_odd_time_is_refused(sandbox, expires, fraction):
    answer = sandbox.client.grant(iat=sandbox.now() + fraction, exp=expires)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}


def test_a_grant_is_good_for_one_use(sandbox):
    grant = signed(sandbox.client, claims_of(sandbox.client))

    first, second = post(sandbox, grant), post(sandbox, grant)

    assert (first.status_code, second.status_code) == (200, 400)
    assert second.json()["error_uri"].endswith("/errors/MP-012")


def test_the_same_jti_in_another_grant_is_a_replay(sandbox):
    jti = str(uuid.uuid4())

    codes = [sandbox.client.grant(jti=jti, exp=sandbox.now() + seconds).status_code for seconds in (100, 90)]

    assert codes == [200, 400]


HEADERS = {
    "no kid": ({"kid": None}, "no key identifier (kid) provided"),
    "unknown kid": ({"kid": "x"}, "Unknown key identifier (kid) for client"),
    "algorithm none": ({"alg": "none"}, "Client authentication failed"),
    "algorithm PS256": ({"alg": "PS256"}, "Client authentication failed"),
    "algorithm HS256": ({"alg": "HS256"}, "Client authentication failed"),
}


@pytest.mark.parametrize(("header", "text"), [pytest.param(*row, id=name) for name, row in HEADERS.items()])
def test_a_header_that_names_no_right_key_is_refused(sandbox, header, text):
    answer = post(sandbox, signed(sandbox.client, claims_of(sandbox.client), header))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert text in answer.json()["error_description"]


def test_a_grant_signed_with_another_key_is_refused(sandbox):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    answer = post(sandbox, signed(sandbox.client, claims_of(sandbox.client), key=stranger))

    assert answer.json()["error_uri"].endswith("/errors/MP-124")


@pytest.mark.parametrize(
    "assertion",
    ["", "x", "a.b.c", "a.b", ".".join(["e30"] * 3), "e30.W10.x", "{}.{}.{}", "å.b.c", "e30.e30.\n", "e30." * 3],
)
def test_what_is_no_jwt_is_a_bad_request_and_never_an_error_of_the_server(sandbox, assertion):
    answer = post(sandbox, assertion)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_request", "invalid_grant"}


def test_another_grant_type_is_unsupported(sandbox):
    answer = post(sandbox, signed(sandbox.client, claims_of(sandbox.client)), "client_credentials")

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_body_that_is_no_form_is_refused(sandbox):
    answer = sandbox.http.post(f"{sandbox.base}/maskinporten/token", json={"grant_type": JWT_BEARER})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_token_on_behalf_of_a_consumer_names_both(sandbox):
    token = payload(sandbox.client.grant(consumer_org="312987651"))

    assert token["consumer"]["ID"] == "0192:312987651"
    assert token["supplier"]["ID"] == "0192:312345676"
    assert token["delegation_source"] == "https://tt02.altinn.no/"


def test_a_resource_becomes_the_audience(sandbox):
    assert payload(sandbox.client.grant(resource=["https://api.example/"]))["aud"] == "https://api.example/"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 201),
        ({"d": "AQAB"}, 400),
        ({"kty": "EC"}, 400),
        ({"use": "enc"}, 400),
        ({"kid": None}, 201),
        ({"n": "AQAB"}, 400),
    ],
)
def test_only_the_public_half_of_an_rsa_key_of_2048_bits_is_registered(sandbox, change, status):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert register(sandbox, key, **change).status_code == status


def test_a_new_key_of_the_issuer_signs_and_old_tokens_stay_good(start):
    sandbox = start()
    old = sandbox.token()

    sandbox.http.post(f"{sandbox.base}/maskinporten/rotate")

    new = sandbox.token()
    kids = [json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "==="))["kid"] for token in (old, new)]
    path = "/lovfestetrevisjon/313367002/aapnekrav"
    assert kids[0] != kids[1]
    assert [sandbox.get(path, token).status_code for token in (old, new)] == [200, 200]


def test_knobs_settle_what_is_disputed(start):
    sandbox = start("--knob", "grant-lifetime=180", "--knob", "unknown-claims=allow_sub", "--knob", "token-lifetime=7")
    now = sandbox.now()

    assert sandbox.client.grant(exp=now + 170).status_code == 200
    assert sandbox.client.grant(exp=now + 190).status_code == 400
    assert sandbox.client.grant(sub="x").status_code == 200
    assert sandbox.client.grant(azp="x").status_code == 400
    assert sandbox.client.grant().json()["expires_in"] <= 7
