"""Foreign code on either side: other libraries make our grants, read our tokens and go through the whole chain."""

import base64
import hashlib
import hmac
import json
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping

import jwt
import pytest
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import OctKey, RSAKey

from harness.auth.grant import Subject, grant_claims, sign_grant
from harness.auth.keys import generate_key
from harness.targets.embedded import running_sandbox

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"

# RFC 7515, appendix A.1: the example that every JOSE library must verify.
RFC7515_KEY = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
RFC7515_JWS = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


@pytest.fixture(scope="module")
def target() -> Iterator[Mapping[str, object]]:
    """A sandbox in a separate process, as its target file describes it."""
    with running_sandbox() as sandbox:
        yield tomllib.loads(sandbox.target_file.read_text())["targets"]["sandbox"]


def fetch(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, dict(headers or {}))) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def post_grant(url: str, assertion: str) -> tuple[int, dict]:
    return fetch(url, urllib.parse.urlencode({"grant_type": GRANT_TYPE, "assertion": assertion}).encode())


def test_the_standard_library_and_joserfc_walk_the_whole_access_chain(target):
    """From metadata to an answer of the API, without a line of our code on the client's side."""
    maskinporten, api = target["maskinporten"], target["apis"]["kravogbetalinger"]
    key = RSAKey.generate_key(2048, {"kid": str(uuid.uuid4()), "use": "sig", "alg": "RS256"})
    public = json.dumps(key.as_dict(private=False)).encode()
    now = int(time.time())

    status, metadata = fetch(f"{maskinporten['issuer']}.well-known/oauth-authorization-server")
    assert (status, metadata["issuer"]) == (200, maskinporten["issuer"])
    assert fetch(maskinporten["registration"], public, {"Content-Type": "application/json"})[0] == 201
    claims = {
        "aud": metadata["issuer"],
        "iss": maskinporten["client_id"],
        "scope": api["scope"],
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
    }
    status, token = post_grant(
        metadata["token_endpoint"], joserfc_jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
    )
    assert (status, token["token_type"], token["scope"]) == (200, "Bearer", api["scope"])
    url = f"{api['base_url']}/lovfestetrevisjon/{api['organisations'][0]}/aapnekrav"
    status, body = fetch(url, headers={"Authorization": f"Bearer {token['access_token']}"})
    assert (status, body["partIdentifikator"]) == (200, api["organisations"][0])


def test_a_token_of_the_sandbox_is_verified_by_pyjwt(target):
    maskinporten, api = target["maskinporten"], target["apis"]["kravogbetalinger"]
    key = generate_key()
    fetch(maskinporten["registration"], json.dumps(dict(key.public_jwk)).encode(), {"Content-Type": "application/json"})
    claims = grant_claims(
        Subject(api["scope"]), issuer=maskinporten["issuer"], client_id=maskinporten["client_id"], now=int(time.time())
    )
    _, metadata = fetch(f"{maskinporten['issuer']}.well-known/oauth-authorization-server")

    status, token = post_grant(metadata["token_endpoint"], sign_grant(claims, key))

    found = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token["access_token"])
    verified = jwt.decode(
        token["access_token"],
        found.key,
        algorithms=["RS256"],
        issuer=maskinporten["issuer"],
        options={"require": ["exp", "iat"]},
    )
    assert status == 200
    assert verified["consumer"] == {"authority": "iso6523-actorid-upis", "ID": f"0192:{maskinporten['consumer']}"}


def test_joserfc_verifies_a_grant_of_ours():
    key = generate_key()
    claims = grant_claims(Subject("a:b"), issuer="https://issuer.example/", client_id="client", now=1_790_000_000)

    grant = sign_grant(claims, key)

    verified = joserfc_jwt.decode(grant, RSAKey.import_key(dict(key.public_jwk)), algorithms=["RS256"])
    assert verified.claims == claims
    assert verified.header == {"alg": "RS256", "typ": "JWT", "kid": key.kid}


def test_both_libraries_verify_the_example_of_the_standard():
    secret = base64.urlsafe_b64decode(RFC7515_KEY + "==")
    expected = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'

    ours = jwt.PyJWS().decode(RFC7515_JWS, secret, algorithms=["HS256"])
    theirs = joserfc_jws.deserialize_compact(RFC7515_JWS, OctKey.import_key(secret), algorithms=["HS256"]).payload

    assert (ours, theirs) == (expected, expected)


@pytest.mark.parametrize("spoil", ["signature", "payload", "alg none", "hs256 with the public key", "empty signature"])
def test_both_libraries_refuse_the_same_spoilt_tokens(spoil):
    key = generate_key()
    public = RSAKey.import_key(dict(key.public_jwk))
    token = spoilt(jwt.encode({"sub": "x"}, key.private, algorithm="RS256"), spoil, public)

    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token, key.private.public_key(), algorithms=["RS256", "RS384", "RS512"])
    with pytest.raises(Exception):  # noqa: B017 - of whatever kind: it must not pass
        joserfc_jwt.decode(token, public, algorithms=["RS256", "RS384", "RS512"])


def spoilt(token: str, how: str, public: RSAKey) -> str:
    header, payload, signature = token.split(".")
    if how == "signature":
        return f"{header}.{payload}.{'A' * len(signature)}"
    if how == "payload":
        return f"{header}.{encoded(b'{}')}.{signature}"
    if how == "empty signature":
        return f"{header}.{payload}."
    if how == "alg none":
        return f"{encoded(json.dumps({'alg': 'none'}).encode())}.{payload}."
    signed = f"{encoded(json.dumps({'alg': 'HS256'}).encode())}.{payload}"
    return f"{signed}.{encoded(hmac.digest(public.as_pem(private=False), signed.encode(), hashlib.sha256))}"


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
