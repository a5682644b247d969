"""A vendor registers its public key in the form it has; a key that cannot be used is refused with the reason."""

import base64
import datetime
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from harness.sandbox.maskinporten.public_keys import read_public_keys
from tests.sandbox.conftest import JWT_BEARER, encoded

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
NO_PASSWORD = serialization.NoEncryption()


def jwk(key, **members):
    numbers = key.public_key().public_numbers()
    made = {"kty": "RSA", "n": encoded(numbers.n.to_bytes(key.key_size // 8, "big")), "e": "AQAB"} | members
    return {name: value for name, value in made.items() if value is not None}


def pem(key):
    return key.public_key().public_bytes(PEM, SPKI).decode()


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "PROEVENDE STAND AS")])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, day, day + datetime.timedelta(days=90))
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM).decode()


GOOD = {
    "pem": (pem(KEY), [KEY]),
    "pkcs1": (KEY.public_key().public_bytes(PEM, serialization.PublicFormat.PKCS1).decode(), [KEY]),
    "certificate": (certificate(KEY), [KEY]),
    "two-pem-blocks": (f"# mine\n{pem(KEY)}\n{pem(OTHER)}", [KEY, OTHER]),
    "windows-lines-and-a-mark": ("\ufeff" + pem(KEY).replace("\n", "\r\n"), [KEY]),
    "bare-jwk": (json.dumps(jwk(KEY)), [KEY]),
    "whole-jwk": (json.dumps(jwk(KEY, use="sig", alg="RS256", kid="mine")), [KEY]),
    "jwk-of-a-library": (json.dumps(jwk(KEY, key_ops=["verify"], ext=True, kid="", x5t="x")), [KEY]),
    "jwks": (json.dumps({"keys": [jwk(KEY, kid="one"), jwk(OTHER)]}), [KEY, OTHER]),
}
BAD = {
    "private-pem": (KEY.private_bytes(PEM, PKCS8, NO_PASSWORD).decode(), "private key"),
    "private-pkcs1": (
        KEY.private_bytes(PEM, serialization.PrivateFormat.TraditionalOpenSSL, NO_PASSWORD).decode(),
        "private key",
    ),
    "encrypted-pem": (
        KEY.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"x")).decode(),
        "private key",
    ),
    "private-beside-public": (
        pem(OTHER) + KEY.private_bytes(PEM, PKCS8, NO_PASSWORD).decode(),
        "private key",
    ),
    "private-jwk": (json.dumps(jwk(KEY, d="AQAB")), "private key"),
    "private-in-a-jwks": (json.dumps({"keys": [jwk(OTHER), jwk(KEY, d="AQAB")]}), "private key"),
    "elliptic-pem": (pem(ec.generate_private_key(ec.SECP256R1())), "secp256r1"),
    "elliptic-jwk": (json.dumps({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}), "P-256"),
    "edwards-pem": (pem(ed25519.Ed25519PrivateKey.generate()), "Ed25519"),
    "edwards-jwk": (json.dumps({"kty": "OKP", "crv": "Ed25519", "x": "AA"}), "OKP"),
    "symmetric": (json.dumps({"kty": "oct", "k": "c2VjcmV0"}), "RSA keys only"),
    "encryption": (json.dumps(jwk(KEY, use="enc")), "use is 'enc'"),
    "alg-none": (json.dumps(jwk(KEY, alg="none")), "alg is 'none'"),
    "alg-pss": (json.dumps(jwk(KEY, alg="PS256")), "alg is 'PS256'"),
    "alg-oaep": (json.dumps(jwk(KEY, alg="RSA-OAEP")), "alg is 'RSA-OAEP'"),
    "key-ops": (json.dumps(jwk(KEY, key_ops=["encrypt"])), "key_ops"),
    "small-pem": (pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)), "1024 bits"),
    "small-jwk": (json.dumps(jwk(rsa.generate_private_key(public_exponent=65537, key_size=1024))), "1024 bits"),
    "half-a-pem": (pem(KEY)[:200], "PEM"),
    "open-ssh": ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ== me@host", "OpenSSH"),
    "words": ("hello", "neither PEM nor JSON"),
    "empty": ("", "neither PEM nor JSON"),
    "no-keys": ('{"keys": []}', "no key"),
    "a-list": ("[]", "no key"),
    "no-modulus": ('{"kty": "RSA", "e": "AQAB"}', "n and e"),
    "wrong-members": ('{"kty": "RSA", "e": "AQAB", "n": 7, "kid": "x", "use": "sig", "alg": "RS256"}', "n and e"),
    "numbered": (json.dumps(jwk(KEY, kid=7)), "kid"),
    "twice": (json.dumps({"keys": [jwk(KEY, kid="x"), jwk(OTHER, kid="x")]}), "same kid"),
}


def address(sandbox):
    return f"{sandbox.base}/maskinporten/clients/{sandbox.client.client_id}/jwks"


def post(sandbox, text):
    return sandbox.http.post(address(sandbox), content=text, headers={"Content-Type": "application/octet-stream"})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", [pem(KEY), json.dumps(jwk(KEY), indent=1)], ids=["PEM", "JWK"])
def test_a_file_is_read_as_windows_writes_it(tmp_path, encoding, text):
    (tmp_path / "key").write_bytes(text.replace("\n", "\r\n").encode(encoding))

    assert [key["n"] for key in read_public_keys(tmp_path / "key")] == [jwk(KEY)["n"]]


@pytest.mark.parametrize("name", [*GOOD])
def test_the_registration_address_takes_what_people_have(sandbox, name):
    text, keys = GOOD[name]
    answer = post(sandbox, text)

    assert answer.status_code == 201
    registered = answer.json()["keys"]
    assert [entry["n"] for entry in registered] == [jwk(key)["n"] for key in keys]
    assert all(entry["kid"] and "d" not in entry for entry in registered)


def test_a_grant_signed_with_a_key_posted_as_pem_is_good_for_a_token(sandbox):
    [registered] = post(sandbox, pem(OTHER)).json()["keys"]
    now = sandbox.now()
    claims = {"aud": f"{sandbox.base}/maskinporten/", "iss": sandbox.client.client_id, "iat": now, "exp": now + 100}
    claims |= {"scope": "skatteetaten:kravogbetalinger", "jti": "a-key-of-our-own"}
    parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": registered["kid"]}, claims)]
    signature = OTHER.sign(".".join(parts).encode(), PKCS1v15(), hashes.SHA256())
    form = {"grant_type": JWT_BEARER, "assertion": ".".join([*parts, encoded(signature)])}

    assert sandbox.http.post(f"{sandbox.base}/maskinporten/token", data=form).status_code == 200


@pytest.mark.parametrize("name", [*BAD])
def test_a_key_that_can_never_be_used_is_refused_with_the_reason(sandbox, name):
    text, reason = BAD[name]
    before = sandbox.http.get(address(sandbox)).json()
    answer = post(sandbox, text)

    assert answer.status_code == 400
    assert reason in answer.json()["problem"]
    assert sandbox.http.get(address(sandbox)).json() == before


def test_no_refusal_repeats_a_secret(sandbox):
    secret = base64.urlsafe_b64encode(b"do not tell").decode()
    told = [post(sandbox, json.dumps(jwk(KEY, **member))).text for member in ({"d": secret}, {"oth": [{"r": secret}]})]
    told.append(post(sandbox, json.dumps({"kty": "oct", "k": secret})).text)

    assert all(secret not in text for text in told)
