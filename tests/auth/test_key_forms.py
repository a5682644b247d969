"""A key is read in every form in which people and secret stores keep one, or refused with the true cause."""

import base64
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from jwt.algorithms import RSAAlgorithm

from harness.auth.keys import SigningKey, load_key
from harness.targets.model import Client
from harness.targets.problem import FieldProblem
from tests.auth.test_keys import OTHER, PRIVATE, certificate, p12, pem

FORMAT, PLAIN = serialization.PrivateFormat, serialization.NoEncryption()
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
CERTIFICATE = certificate().public_bytes(PEM)


def jwk(**members: object) -> dict[str, object]:
    return {"kid": "of the JWK", **RSAAlgorithm.to_jwk(PRIVATE, as_dict=True), **members}


def as_json(value: object, **how: object) -> bytes:
    return json.dumps(value, **how).encode()


PKCS8 = pem(PRIVATE)
BODY = PKCS8.split(b"-----\n")[1].split(b"-----END")[0]
DER8 = PRIVATE.private_bytes(DER, FORMAT.PKCS8, PLAIN)
PKCS1 = PRIVATE.private_bytes(PEM, FORMAT.TraditionalOpenSSL, PLAIN)

REQUEST = b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"

READ: dict[str, bytes] = {
    "PKCS#8": PKCS8,
    "PKCS#1": PKCS1,
    "OpenSSH": PRIVATE.private_bytes(PEM, FORMAT.OpenSSH, PLAIN),
    "DER, PKCS#8": DER8,
    "DER, PKCS#1": PRIVATE.private_bytes(DER, FORMAT.TraditionalOpenSSL, PLAIN),
    "DER with a line end": DER8 + b"\r\n",
    "DER in hexadecimal": DER8.hex().encode(),
    "literal line ends": PKCS8.replace(b"\n", b"\\n"),
    "literal line ends twice": PKCS8.replace(b"\n", b"\\\\n"),
    "PEM in hexadecimal": PKCS8.hex().upper().encode(),
    "no-break spaces": PKCS8.replace(b" ", "\u00a0".encode()),
    "zero width in it": PKCS8[:100] + "\u200b".encode() + PKCS8[100:],
    "a request for a certificate beside it": REQUEST + PKCS8,
    "literal CR LF": PKCS8.replace(b"\n", b"\\r\\n"),
    "spaces for line ends": PKCS8.replace(b"\n", b" "),
    "no line ends": PKCS8.replace(b"\n", b""),
    "CR LF": PKCS8.replace(b"\n", b"\r\n"),
    "CR": PKCS8.replace(b"\n", b"\r"),
    "indented": b"".join(b"    " + line + b"\n" for line in PKCS8.splitlines()),
    "in quotes": b'"' + PKCS8.strip() + b'"',
    "in single quotes": b"'" + PKCS8.strip() + b"'",
    "a JSON string": as_json(PKCS8.decode()),
    "no line end at the end": PKCS8.strip(),
    "byte order mark": b"\xef\xbb\xbf" + PKCS8,
    "UTF-16": PKCS8.decode().encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + PKCS8.decode().encode("utf-16-be"),
    "UTF-16 without a mark": PKCS8.decode().encode("utf-16-le"),
    "the output of openssl pkcs12": b"Bag Attributes\r\n    friendlyName: x\nKey Attributes: <No Attributes>\n" + PKCS8,
    "beside other blocks": CERTIFICATE + PKCS8 + CERTIFICATE,
    "base64 of PEM": base64.b64encode(PKCS8),
    "base64 of PEM in lines": base64.encodebytes(PKCS8),
    "base64 of PEM, for URLs, no padding": base64.urlsafe_b64encode(PKCS8).rstrip(b"="),
    "base64 of base64 of PEM": base64.b64encode(base64.b64encode(PKCS8)),
    "base64 of PEM in UTF-16": base64.b64encode(PKCS8.decode().encode("utf-16")),
    "base64 in quotes": b'"' + base64.b64encode(PKCS8) + b'"',
    "body of PKCS#8": BODY,
    "body of PKCS#8 in one line": BODY.replace(b"\n", b""),
    "body of PKCS#8 with literal line ends": BODY.strip().replace(b"\n", b"\\n"),
    "base64 of DER, for URLs": base64.urlsafe_b64encode(DER8),
    "JWK": as_json(jwk()),
    "JWK in lines with CR LF": as_json(jwk(), indent=2).replace(b"\n", b"\r\n"),
    "JWK with a byte order mark": b"\xef\xbb\xbf" + as_json(jwk()),
    "JWK in UTF-16": as_json(jwk()).decode().encode("utf-16"),
    "JWK as a JSON string": as_json(json.dumps(jwk())),
    "JWK with quotes escaped": as_json(json.dumps(jwk()))[1:-1],
    "base64 of a JWK": base64.b64encode(as_json(jwk())),
    "base64 of a JWK for URLs": base64.urlsafe_b64encode(as_json(jwk())).rstrip(b"="),
    "JWK with alg, use and key_ops": as_json(jwk(alg="RS256", use="sig", key_ops=["sign", "verify"])),
    "JWK of n, e and d only": as_json({name: jwk()[name] for name in ("kid", "kty", "n", "e", "d")}),
    "JWK set": as_json({"keys": [jwk()]}),
    "JWK set with a public key": as_json({"keys": [RSAAlgorithm.to_jwk(OTHER.public_key(), as_dict=True), jwk()]}),
    "list of a JWK": as_json([jwk()]),
    "PEM escaped for an address": quote(PKCS8, safe="").encode(),
    "PEM escaped for a form": quote_plus(PKCS8).encode(),
    "JWK escaped for an address": quote(as_json(jwk())).encode(),
    "PEM in an address of its own": b"data:application/x-pem-file;base64," + base64.b64encode(PKCS8),
    "PKCS#12 with an empty password": pkcs12.serialize_key_and_certificates(b"x", PRIVATE, certificate(), None, PLAIN),
}  # fmt: skip


def same(key: SigningKey) -> bool:
    return key.private.private_numbers() == PRIVATE.private_numbers()


@pytest.fixture
def client(tmp_path) -> Callable[..., Client]:
    def of(content: bytes, **fields: str) -> Client:
        (tmp_path / "key").write_bytes(content)
        return Client(client_id="c", key=f"file:{tmp_path / 'key'}", **fields)

    return of


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_a_form_that_is_read(client, content):
    key = load_key(client(content, kid="mine"))

    assert same(key)
    assert key.header == {"kid": "mine"}


@pytest.mark.parametrize("name", [name for name, content in READ.items() if b"\0" not in content])
def test_a_form_that_is_read_from_a_variable(monkeypatch, name):
    monkeypatch.setenv("THE_KEY", READ[name].decode(errors="surrogateescape"))

    assert same(load_key(Client(client_id="c", key="env:THE_KEY", kid="mine")))


@pytest.mark.parametrize(
    ("kid", "name"),
    [(4711, "4711"), (20261231235959000001, "20261231235959000001"), ("0042", "0042"), ("nøkkel", "nøkkel")],
)
def test_a_jwk_brings_its_name(client, kid, name):
    assert load_key(client(as_json(jwk(kid=kid)))).header == {"kid": name}


def test_one_of_several_is_chosen_by_its_name(client):
    keys = {"keys": [RSAAlgorithm.to_jwk(OTHER, as_dict=True) | {"kid": "a"}, jwk(kid="b"), jwk(kid=7)]}

    assert same(load_key(client(as_json(keys), kid="b")))
    assert same(load_key(client(as_json(keys), kid="7")))


def test_certificates_beside_a_key_are_sent_its_own_first(client):
    other = certificate(key=OTHER).public_bytes(PEM)

    key = load_key(client(other + PKCS8 + CERTIFICATE))

    assert [each.public_key() for each in key.chain] == [PRIVATE.public_key(), OTHER.public_key()]
    assert len(key.header["x5c"]) == 2


CHAIN = {
    "PEM": CERTIFICATE,
    "PEM with a byte order mark and CR LF": b"\xef\xbb\xbf" + CERTIFICATE.replace(b"\n", b"\r\n"),
    "PEM, the other's first": certificate(key=OTHER).public_bytes(PEM) + CERTIFICATE,
    "DER": certificate().public_bytes(DER),
    "base64 of DER": base64.b64encode(certificate().public_bytes(DER)),
    "PKCS#7": pkcs7.serialize_certificates([certificate()], PEM),
    "PKCS#7 in DER": pkcs7.serialize_certificates([certificate()], DER),
}


@pytest.mark.parametrize("content", CHAIN.values(), ids=CHAIN)
def test_a_form_of_a_certificate_that_is_read(client, tmp_path, content):
    (tmp_path / "chain").write_bytes(content)

    key = load_key(client(PKCS8, certificate=f"file:{tmp_path / 'chain'}"))

    assert key.chain[0].public_key() == PRIVATE.public_key()


ENCRYPTED = {
    "PKCS#8": pem(PRIVATE, b"p\xc3\xa5ss"),
    "PKCS#1": PRIVATE.private_bytes(
        PEM, FORMAT.TraditionalOpenSSL, serialization.BestAvailableEncryption(b"p\xc3\xa5ss")
    ),
    "PKCS#1 with literal line ends": PRIVATE.private_bytes(
        PEM, FORMAT.TraditionalOpenSSL, serialization.BestAvailableEncryption(b"p\xc3\xa5ss")
    ).replace(b"\n", b"\\n"),
    "DER": PRIVATE.private_bytes(DER, FORMAT.PKCS8, serialization.BestAvailableEncryption(b"p\xc3\xa5ss")),
    "PKCS#12": p12(b"p\xc3\xa5ss"),
    "base64 of PKCS#12": base64.b64encode(p12(b"p\xc3\xa5ss")),
}


@pytest.mark.parametrize("content", ENCRYPTED.values(), ids=ENCRYPTED)
@pytest.mark.parametrize(
    "password",
    [b"p\xc3\xa5ss", b"p\xc3\xa5ss\r\n", b"\xef\xbb\xbfp\xc3\xa5ss\n", "påss\r\n".encode("utf-16")],
    ids=["plain", "CR LF", "byte order mark", "UTF-16"],
)
def test_a_password_as_an_editor_saved_it(client, tmp_path, content, password):
    (tmp_path / "password").write_bytes(password)

    key = load_key(client(content, kid="k", key_password=f"file:{tmp_path / 'password'}"))

    assert same(key)


@pytest.mark.parametrize("content", ENCRYPTED.values(), ids=ENCRYPTED)
def test_a_password_that_is_missing_or_wrong(client, monkeypatch, content):
    monkeypatch.setenv("THE_PASSWORD", "wrong")

    assert said(client(content, kid="k")).startswith("key_password: ")
    assert said(client(content, kid="k", key_password="env:THE_PASSWORD")) == (
        "key_password: it does not open the key. Set it to the password that the key was exported with."
    )


def said(client: Client) -> str:
    with pytest.raises(FieldProblem) as caught:
        load_key(client)
    return str(caught.value)


ED25519 = ed25519.Ed25519PrivateKey.generate()
DSA = dsa.generate_private_key(1024)  # a longer one takes half a second to find
EC = ec.generate_private_key(ec.SECP256R1())
MAKE = "Maskinporten accepts RSA keys only: make one with openssl genrsa 2048."
WHOLE = "Check that it was copied whole."
PUBLIC_DER = PRIVATE.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo)
SIGNING = "Use the key that is registered for RS256 signatures."
NAME_PRIVATE = "Grants are signed with the private key: name its file."

REFUSED = {
    "alg PS256": (as_json(jwk(alg="PS256")), f"the JWK is for `alg` PS256, and grants need RS256. {SIGNING}"),
    "alg RS512": (as_json(jwk(alg="RS512")), f"the JWK is for `alg` RS512, and grants need RS256. {SIGNING}"),
    "alg RSA-OAEP": (as_json(jwk(alg="RSA-OAEP")), f"the JWK is for `alg` RSA-OAEP, and grants need RS256. {SIGNING}"),
    "alg a list": (as_json(jwk(alg=["RS256"])), f"the JWK is for `alg` ['RS256'], and grants need RS256. {SIGNING}"),
    "use enc": (as_json(jwk(use="enc")), f"the JWK is for `use` enc, not for signatures. {SIGNING}"),
    "verify only": (as_json(jwk(key_ops=["verify"])), f"the JWK's `key_ops` are ['verify'], without `sign`. {SIGNING}"),
    "no operation": (as_json(jwk(key_ops=[])), f"the JWK's `key_ops` are [], without `sign`. {SIGNING}"),
    "kid a list": (
        as_json(jwk(kid=["x"])), "the JWK's `kid` is not text. Write the name that the self-service shows, in quotes.",
    ),
    "JWK of a secret": (as_json({"kty": "oct", "k": "c2VjcmV0"}), f"it is not an RSA key: its `kty` is oct. {MAKE}"),
    "JWK in lower case": (as_json(jwk(kty="rsa")), f"it is not an RSA key: its `kty` is rsa. {MAKE}"),
    "a secret store's answer": (
        as_json({"data": {"data": {"key": PKCS8.decode()}}}),
        "it is JSON that holds a key in PEM under `data.data.key`, not a JWK. "
        "Use only the value of that member.",
    ),
    "damaged certificate beside it": (
        PKCS8 + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        f"a certificate stored with the private key is damaged. {WHOLE}",
    ),
    "JSON of something else": (as_json({"key": "x"}), f"it is JSON, but not a JWK: it has no `kty`. {WHOLE}"),
    "JWK set without a private key": (
        as_json({"keys": [RSAAlgorithm.to_jwk(PRIVATE.public_key(), as_dict=True)]}),
        f"the JWK set holds no private key. {NAME_PRIVATE}",
    ),
    "empty JWK set": (as_json({"keys": []}), f"the JWK set holds no private key. {NAME_PRIVATE}"),
    "JWK set with two private keys": (
        as_json({"keys": [jwk(kid="a"), jwk(kid="b")]}),
        "the JWK set holds 2 private keys. Set `kid` to the name of one of them, or keep only that one.",
    ),
    "JWK with wrong numbers": (
        as_json(jwk(d="AQAB")), f"the numbers of the JWK do not form an RSA key. {WHOLE}",
    ),
    "JWK with numbers for text": (
        as_json(jwk(d=1, n=2)), f"the numbers of the JWK do not form an RSA key. {WHOLE}",
    ),
    "Ed25519": (pem(ED25519), f"it is not an RSA key but Ed25519. {MAKE}"),
    "DSA": (pem(DSA), f"it is not an RSA key but DSA. {MAKE}"),
    "EC in PKCS#1's manner": (
        EC.private_bytes(PEM, FORMAT.TraditionalOpenSSL, PLAIN), f"it is not an RSA key but EC. {MAKE}",
    ),
    "EC in DER": (EC.private_bytes(DER, FORMAT.PKCS8, PLAIN), f"it is not an RSA key but EC. {MAKE}"),
    "Ed25519 in OpenSSH's form": (
        ED25519.private_bytes(PEM, FORMAT.OpenSSH, PLAIN), f"it is not an RSA key but Ed25519. {MAKE}",
    ),
    "PKCS#12 of an EC key": (
        pkcs12.serialize_key_and_certificates(b"x", EC, None, None, PLAIN), f"it is not an RSA key but EC. {MAKE}",
    ),
    "PKCS#12 without a key": (
        pkcs12.serialize_key_and_certificates(b"x", None, certificate(), None, PLAIN),
        "the PKCS#12 file holds no private key. Export it again, with the private key.",
    ),
    "certificate": (CERTIFICATE, f"it holds CERTIFICATE, not a private key. {NAME_PRIVATE}"),
    "certificate in DER": (certificate().public_bytes(DER), f"it is a certificate. {NAME_PRIVATE}"),
    "public key in DER": (PUBLIC_DER, f"it is a public key. {NAME_PRIVATE}"),
    "public key of SSH": (
        PRIVATE.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH),
        f"it is an SSH public key. {NAME_PRIVATE}",
    ),
    "key of PuTTY": (
        b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
        "it is a PuTTY key. Convert it: puttygen KEY -O private-openssh-new -o key.pem.",
    ),
    "Java keystore": (
        b"\xfe\xed\xfe\xed\0\0\0\2",
        "it is a Java keystore (JKS). Convert it: keytool -importkeystore -deststoretype PKCS12.",
    ),
    "DER that was cut": (DER8[:-3], f"it was cut short: the last 3 bytes are missing. {WHOLE}"),
    "PKCS#12 that was cut": (p12()[:-300], f"it was cut short: the last 300 bytes are missing. {WHOLE}"),
    "base64 that was cut": (base64.b64encode(DER8[:-4]), f"it was cut short: the last 4 bytes are missing. {WHOLE}"),
    "the name of a file": (b"/etc/provestand/key.pem", "it holds the name of a file, not a key. Use file:PATH."),
    "Windows' name of a file": (
        rb"C:\nokler\min nokkel.p12", "it holds the name of a file, not a key. Use file:PATH.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_form_that_is_refused(client, content, expected):
    assert said(client(content)) == f"key: {expected}"


def pss(*options: str) -> bytes:
    """A key that is for RSA-PSS only, as OpenSSL writes it."""
    command = ["openssl", "genpkey", "-quiet", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", *options]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("openssl makes the key")


def store(key: bytes, folder: Path, *options: str) -> bytes:
    """A PKCS#12 file with a key and no certificate, as OpenSSL writes it."""
    (folder / "key.pem").write_bytes(key)
    command = ["openssl", "pkcs12", "-export", "-nocerts", "-inkey", str(folder / "key.pem"), *options]
    return subprocess.run(command, capture_output=True, check=True).stdout


FOR_PSS = (
    "key: it is an RSA-PSS key, which cannot make RS256 signatures. Make an ordinary RSA key: openssl genrsa 2048."
)


@pytest.mark.parametrize("wrapped", [bytes, base64.b64encode], ids=["PEM", "base64"])
def test_a_key_that_is_only_for_rsa_pss(client, wrapped):
    made = pss()

    told = [said(client(wrapped(made))), said(client(base64.b64decode(b"".join(made.split(b"\n")[1:-2]))))]

    assert told == [FOR_PSS] * 2


def test_a_key_that_is_only_for_rsa_pss_is_known_where_it_is_encrypted(client, monkeypatch):
    monkeypatch.setenv("OF_THE_KEY", "hemmelig")
    made = pss("-aes256", "-pass", "pass:hemmelig")
    in_der = base64.b64decode(b"".join(made.split(b"\n")[1:-2]))

    assert [said(client(form, key_password="env:OF_THE_KEY")) for form in (made, in_der)] == [FOR_PSS] * 2


def test_nothing_of_a_key_is_in_what_is_said_of_it(client):
    """Truncated, reversed or partly changed: whatever is refused, the message repeats no eight characters of it."""
    for content in (*READ.values(), *ENCRYPTED.values()):
        for broken in (content[: len(content) // 2], content[40:], content.replace(b"A", b"?"), content[::-1]):
            try:
                load_key(client(broken, kid="k"))
            except FieldProblem as problem:
                texts = re.findall(rb"[A-Za-z0-9+/_-]{16,}", broken)
                assert [text for text in texts if text[:12].decode() in str(problem)] == []


@pytest.mark.parametrize(
    "options", [(), ("-legacy",), ("-keypbe", "NONE")], ids=["encrypted", "encrypted as before", "not encrypted"]
)
def test_a_key_that_is_only_for_rsa_pss_is_known_in_a_store_without_a_certificate(
    client, monkeypatch, tmp_path, options
):
    monkeypatch.setenv("OF_THE_KEY", "hemmelig")
    stores = [store(made, tmp_path, "-passout", "pass:hemmelig", *options) for made in (pss(), PKCS8)]

    assert said(client(stores[0], key_password="env:OF_THE_KEY")) == FOR_PSS
    assert same(load_key(client(stores[1], kid="mine", key_password="env:OF_THE_KEY")))


def test_a_store_without_a_password_tells_a_key_that_is_only_for_rsa_pss(client, tmp_path):
    assert said(client(store(pss(), tmp_path, "-passout", "pass:"))) == FOR_PSS
