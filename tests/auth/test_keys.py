"""A key that cannot be used is reported with its field, what is wrong and how to fix it, never with its content."""

# ruff: noqa: E501 - a message is one line

import base64
import datetime
import json

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from jwt.algorithms import RSAAlgorithm

from harness.auth.grant import sign_grant
from harness.auth.keys import load_key
from harness.targets.model import Client
from harness.targets.problem import FieldProblem

DAY = datetime.timedelta(days=1)
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, password: bytes | None = None) -> bytes:
    how = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def certificate(start: datetime.timedelta = -DAY, end: datetime.timedelta = DAY, key=PRIVATE) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Synthetic organisation 312345676")])
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now + start).not_valid_after(now + end)
    return built.sign(key, hashes.SHA256())


def p12(password: bytes = b"right", leaf: x509.Certificate | None = None) -> bytes:
    how = serialization.BestAvailableEncryption(password)
    return pkcs12.serialize_key_and_certificates(b"x", PRIVATE, leaf or certificate(), None, how)


@pytest.fixture
def client(tmp_path):
    """A client whose key is in a file with this content."""

    def of(content: bytes, chain: bytes | None = None, **fields: str) -> Client:
        (tmp_path / "key").write_bytes(content)
        if chain is not None:
            (tmp_path / "chain").write_bytes(chain)
            fields["certificate"] = f"file:{tmp_path / 'chain'}"
        return Client(client_id="c", key=f"file:{tmp_path / 'key'}", **fields)

    return of


def test_a_pem_key_is_named_by_kid(client):
    key = load_key(client(pem(PRIVATE), kid="k"))

    assert (key.header, key.private.private_numbers()) == ({"kid": "k"}, PRIVATE.private_numbers())


def test_a_jwk_brings_its_kid(client):
    jwk = RSAAlgorithm.to_jwk(PRIVATE, as_dict=True) | {"kid": "from the JWK"}

    assert load_key(client(json.dumps(jwk).encode())).header == {"kid": "from the JWK"}


def test_pkcs12_sends_its_certificate_as_a_list_of_strings(client, monkeypatch):
    monkeypatch.setenv("THE_PASSWORD", "right")

    key = load_key(client(p12(), key_password="env:THE_PASSWORD"))
    header = jwt.get_unverified_header(sign_grant({"iss": "c"}, key))

    assert x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0])) == key.chain[0]
    assert "kid" not in header


def test_pkcs12_in_the_environment_is_base64(monkeypatch):
    monkeypatch.setenv("THE_KEY", base64.encodebytes(p12()).decode())
    monkeypatch.setenv("THE_PASSWORD", "right")

    key = load_key(Client(client_id="c", key="env:THE_KEY", key_password="env:THE_PASSWORD", kid="k"))

    assert key.header == {"kid": "k"}


def test_a_pem_key_with_a_certificate_sends_the_chain(client):
    chain = certificate().public_bytes(serialization.Encoding.PEM)

    assert len(load_key(client(pem(PRIVATE), chain)).header["x5c"]) == 1


def test_a_key_from_the_keyring():
    keyring = pytest.importorskip("keyring")
    backend = pytest.importorskip("keyring.backend")

    class InMemory(backend.KeyringBackend):
        priority = 1

        def get_password(self, service, name):
            return {("provestand", "test"): pem(PRIVATE).decode()}.get((service, name))

        def set_password(self, service, name, value): ...
        def delete_password(self, service, name): ...

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        assert load_key(Client(client_id="c", key="keyring:provestand/test", kid="k")).header == {"kid": "k"}
        with pytest.raises(FieldProblem, match="the keyring has no entry other for provestand"):
            load_key(Client(client_id="c", key="keyring:provestand/other", kid="k"))
    finally:
        keyring.set_keyring(before)


def said(client: Client) -> str:
    with pytest.raises(FieldProblem) as caught:
        load_key(client)
    return str(caught.value)


WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PUBLIC_PEM = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
PUBLIC_JWK = json.dumps(RSAAlgorithm.to_jwk(PRIVATE.public_key(), as_dict=True)).encode()
EC = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pem(WEAK), "key: the key has 1024 bits. Use an RSA key of 2048 bits or more."),
        (pem(EC), "key: it is not an RSA key but EC. Maskinporten accepts RSA keys only: make one with openssl genrsa 2048."),
        (b'{"kty": "EC"}', "key: it is not an RSA key: its `kty` is EC. Maskinporten accepts RSA keys only: make one with openssl genrsa 2048."),
        (PUBLIC_PEM, "key: it holds PUBLIC KEY, not a private key. Grants are signed with the private key: name its file."),
        (PUBLIC_JWK, "key: it is a public key. Grants are signed with the private key: name its file."),
        (b'{"kty": "RSA", "n": "x", "d": "y"}', "key: the numbers of the JWK do not form an RSA key. Check that it was copied whole."),
        (pem(PRIVATE)[:300], "key: the private key in PEM has no END line. Check that it was copied whole."),
        (pem(PRIVATE, b"x"), "key_password: the key is encrypted. Set `key_password` to env:NAME."),
        (p12(), "key_password: it is missing for a PKCS#12 file. Set it to env:NAME."),
        (b"hello", "key: it is neither PEM nor JWK nor PKCS#12. Check that it was copied whole. Export the key as PKCS#8 or PKCS#12."),
        (b" \n", "key: it is empty. Put the private key there."),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used(client, content, expected):
    assert said(client(content, kid="k")) == expected


def test_a_key_without_a_name(client):
    assert said(client(pem(PRIVATE))) == (
        "kid: the key has no name. Set it to the name that the self-service shows, or give the `certificate` to be "
        "sent as x5c."
    )


@pytest.mark.parametrize("content", [p12(), pem(PRIVATE, b"right")], ids=["PKCS#12", "PEM"])
def test_a_wrong_password(client, monkeypatch, content):
    monkeypatch.setenv("THE_PASSWORD", "wrong")

    found = said(client(content, kid="k", key_password="env:THE_PASSWORD"))

    assert found == "key_password: it does not open the key. Set it to the password that the key was exported with."


def test_an_expired_certificate(client, monkeypatch):
    monkeypatch.setenv("THE_PASSWORD", "right")
    expired = certificate(-3 * DAY, -2 * DAY)

    found = said(client(p12(leaf=expired), key_password="env:THE_PASSWORD"))

    assert found == (
        f"certificate: the certificate expired on {expired.not_valid_after_utc:%Y-%m-%d}. "
        "Order a new one from Buypass or Commfides."
    )


def test_a_certificate_of_another_key(client):
    chain = certificate(key=OTHER).public_bytes(serialization.Encoding.PEM)

    assert said(client(pem(PRIVATE), chain)) == (
        "certificate: the certificate belongs to another key. Put the key's own certificate first in the chain."
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("env:NOT_SET_ANYWHERE", "key: the environment variable NOT_SET_ANYWHERE is not set. Set it, or use file:PATH."),
        ("file:/nowhere/key.pem", "key: /nowhere/key.pem: it cannot be read (No such file or directory). Name a file that exists."),
    ],
)  # fmt: skip
def test_a_source_that_is_not_there(source, expected):
    assert said(Client(client_id="c", key=source, kid="k")) == expected
