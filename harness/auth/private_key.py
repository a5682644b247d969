"""Reads a private RSA key in any common format, or says why the content is not one."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import SignatureAlgorithmOID
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from harness.auth.restricted_key import is_for_pss_only
from harness.auth.wrapping import DER, is_json, unwrapped
from harness.files.text import decoded
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.targets.problem import FieldProblem

LONGEST_PATH = 500
SMALLEST = 2048
"""Bits; Maskinporten accepts RSA keys only (domain: auth, 2.1)."""
ALGORITHM = "RS256"

KEY, PASSWORD, CERTIFICATE = ("key",), ("key_password",), ("certificate",)
MAKE_ONE = "Maskinporten accepts RSA keys only: make one with openssl genrsa 2048."
NAME_PRIVATE = "Grants are signed with the private key: name its file."
COPY_WHOLE = "Check that it was copied whole."
CONVERT = "Convert it: keytool -importkeystore -deststoretype PKCS12."
EXPORT = "Export the key as PKCS#8 or PKCS#12."

_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?-----END \1-----\n?", re.DOTALL)
_RSA_PSS = bytes.fromhex("06092a864886f70d01010a")
"""The OBJECT IDENTIFIER of RSASSA-PSS (RFC 8017) in DER."""
_KEY_BAG = re.compile(
    re.escape(bytes.fromhex("060b2a864886f70d010c0a01")) + rb"([\x01\x02])\xa0(?:[\x00-\x7f]|\x81.|\x82..|\x83...)",
    re.DOTALL,
)
"""What precedes a private key in PKCS#12: the OBJECT IDENTIFIER of keyBag or pkcs8ShroudedKeyBag (RFC 7292)."""
_PATH = re.compile(rb"[^\n]*[^\s/\\]\.(pem|key|p12|pfx|json|jwks?|txt|der)")
_PFX = re.compile(rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x02\x01\x03", re.DOTALL)
"""A PKCS#12 file: a SEQUENCE whose first member is the version, 3 (RFC 7292)."""

OTHER_FORMS: Sequence[tuple[bytes, str, str]] = (
    (b"PuTTY-User-Key-File", "it is a PuTTY key", "Convert it: puttygen KEY -O private-openssh-new -o key.pem."),
    (b"-----BEGIN PGP", "it is an OpenPGP key", MAKE_ONE),
    (b"\xfe\xed\xfe\xed", "it is a Java keystore (JKS)", CONVERT),
    (
        b"\xce\xce\xce\xce",
        "it is a Java keystore (JCEKS)",
        CONVERT,
    ),
    (b"ssh-", "it is an SSH public key", NAME_PRIVATE),
)


@dataclass(frozen=True)
class FoundKey:
    """A private key, the `kid` that it states, and the certificates stored with it, its own first."""

    private: rsa.RSAPrivateKey = field(repr=False)
    kid: str | None = None
    chain: Sequence[x509.Certificate] = ()


def private_key(octets: bytes, password: bytes | None = None, kid: str | None = None) -> FoundKey:
    """The key in these octets; `kid` chooses among several in a JWK set.

    Raises FieldProblem with the true cause, never quoting the key.
    """
    content = unwrapped(octets)
    if not content.strip():
        raise FieldProblem(KEY, "it is empty", "Put the private key there.")
    for start, what, fix in OTHER_FORMS:
        if content.startswith(start):
            raise FieldProblem(KEY, what, fix)
    if is_json(content):
        return _from_json(content, kid)
    if b"-----BEGIN" in content:
        return _from_pem(content, password)
    if content.startswith(DER):
        return _from_der(content, password)
    if _is_path(content):
        raise FieldProblem(KEY, "it holds the name of a file, not a key", "Use file:PATH.")
    raise FieldProblem(KEY, "it is neither PEM nor JWK nor PKCS#12", f"{COPY_WHOLE} {EXPORT}")


def certificates(octets: bytes) -> Sequence[x509.Certificate]:
    """Every certificate in PEM, DER or PKCS#7; raises FieldProblem."""
    content = unwrapped(octets)
    readers = (
        x509.load_pem_x509_certificates,
        pkcs7.load_pem_pkcs7_certificates,
        lambda der: [x509.load_der_x509_certificate(der)],
        pkcs7.load_der_pkcs7_certificates,
    )
    for read in readers:
        try:
            return read(content)
        except (ValueError, UnsupportedAlgorithm):
            continue
    what = "it does not hold a certificate in PEM, DER or PKCS#7"
    raise FieldProblem(CERTIFICATE, what, "Name the chain, the key's own certificate first.")


def _from_pem(content: bytes, password: bytes | None) -> FoundKey:
    block = _BLOCK.search(content)
    if block is None:
        labels = b", ".join(_LABEL.findall(content)).decode()
        if "PRIVATE KEY" in labels:
            raise FieldProblem(KEY, "the private key in PEM has no END line", COPY_WHOLE)
        raise FieldProblem(KEY, f"it holds {labels or 'something else'}, not a private key", NAME_PRIVATE)
    if block[1] == b"OPENSSH PRIVATE KEY":
        private = _loaded(lambda: serialization.load_ssh_private_key(block[0], password), password)
    else:
        private = _loaded(lambda: serialization.load_pem_private_key(block[0], password), password)
    if block[1] == b"PRIVATE KEY" and _RSA_PSS in _body(block[0])[:64]:
        raise _pss()
    if block[1] == b"ENCRYPTED PRIVATE KEY" and password and is_for_pss_only(block[0], password, private):
        raise _pss()
    try:
        chain = x509.load_pem_x509_certificates(content) if b"-----BEGIN CERTIFICATE-----" in content else ()
    except ValueError:
        raise FieldProblem(KEY, "a certificate stored with the private key is damaged", COPY_WHOLE) from None
    return FoundKey(private, chain=leaf_first(chain, private))


def _body(block: bytes) -> bytes:
    """The DER between the two lines of a PEM block."""
    return unwrapped(block.partition(b"\n")[2].rpartition(b"-----END")[0])


def _from_der(octets: bytes, password: bytes | None) -> FoundKey:
    length = _length(octets)
    if length > len(octets):
        missing = length - len(octets)
        raise FieldProblem(KEY, f"it was cut short: the last {missing} bytes are missing", COPY_WHOLE)
    octets = octets[:length]  # an editor may have added a line end
    if _PFX.match(octets):
        return _from_pkcs12(octets, password)
    kinds = {
        "a certificate": x509.load_der_x509_certificate,
        "a public key": serialization.load_der_public_key,
    }
    for kind, read in kinds.items():
        try:
            read(octets)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        raise FieldProblem(KEY, f"it is {kind}", NAME_PRIVATE)
    private = _loaded(lambda: serialization.load_der_private_key(octets, password), password)
    if _RSA_PSS in octets[:64] or (password and is_for_pss_only(_as_pem(octets), password, private)):
        raise _pss()
    return FoundKey(private)


def _as_pem(encrypted: bytes) -> bytes:
    """An encrypted PKCS#8 key in PEM; no other kind of DER key is ever encrypted."""
    label = b"ENCRYPTED PRIVATE KEY-----\n"
    return b"-----BEGIN " + label + base64.encodebytes(encrypted) + b"-----END " + label


def _from_pkcs12(octets: bytes, password: bytes | None) -> FoundKey:
    store = None
    for candidate in (None, b"") if password is None else (password,):
        try:
            store = pkcs12.load_pkcs12(octets, candidate)
            break
        except ValueError:
            continue
        except UnsupportedAlgorithm as error:
            what = f"the PKCS#12 file is encrypted in a way that is not supported ({error})"
            raise FieldProblem(KEY, what, "Export it again with AES-256.") from None
    if store is None:
        if password is None:
            raise FieldProblem(PASSWORD, "it is missing for a PKCS#12 file", "Set it to env:NAME.")
        raise _wrong_password()
    if store.key is None:
        raise FieldProblem(KEY, "the PKCS#12 file holds no private key", "Export it again, with the private key.")
    found = [entry.certificate for entry in (store.cert, *store.additional_certs) if entry is not None]
    private = _rsa(store.key)
    if found and found[0].public_key_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS:
        raise _pss()
    if store.cert is None and _holds_key_for_pss(octets, password or b"", private):
        raise _pss()
    return FoundKey(private, chain=found)


def _holds_key_for_pss(store: bytes, password: bytes, private: rsa.RSAPrivateKey) -> bool:
    """Whether a key in a PKCS#12 file, where it is stored as PKCS#8, is for RSA-PSS."""
    for bag in _KEY_BAG.finditer(store):
        key = store[bag.end() :]
        key = key[: _length(key)]
        if _RSA_PSS in key[:64] or (bag[1] == b"\x02" and is_for_pss_only(_as_pem(key), password, private)):
            return True
    return False


def _from_json(content: bytes, kid: str | None) -> FoundKey:
    try:
        members = json_of(decoded(content, "key"), "key")
    except UnreadableFileError as error:
        raise FieldProblem(KEY, error.what, COPY_WHOLE) from None
    keys = members.get("keys") if isinstance(members, dict) else members
    if isinstance(keys, list):
        return _from_jwk(_chosen(keys, kid))
    return _from_jwk(members)


def _chosen(keys: Sequence[Any], kid: str | None) -> Any:  # noqa: ANN401 - any JSON value
    """The only private key of a JWK set, or the one with this `kid`."""
    private = [key for key in keys if isinstance(key, dict) and "d" in key]
    named = [key for key in private if kid is not None and _name(key) == kid]
    if len(named) == 1:
        return named[0]
    if not private:
        raise FieldProblem(KEY, "the JWK set holds no private key", NAME_PRIVATE)
    if len(private) > 1:
        what = f"the JWK set holds {len(private)} private keys"
        raise FieldProblem(KEY, what, "Set `kid` to the name of one of them, or keep only that one.")
    return private[0]


def _from_jwk(members: Any) -> FoundKey:  # noqa: ANN401 - any JSON value
    if not isinstance(members, dict) or "kty" not in members:
        if (place := _place_of_pem(members)) is not None:
            what = f"it is JSON that holds a key in PEM under `{_quoted(place)}`, not a JWK"
            raise FieldProblem(KEY, what, "Use only the value of that member.")
        raise FieldProblem(KEY, "it is JSON, but not a JWK: it has no `kty`", COPY_WHOLE)
    if members["kty"] != "RSA":
        raise FieldProblem(KEY, f"it is not an RSA key: its `kty` is {_quoted(members['kty'])}", MAKE_ONE)
    if "d" not in members:
        raise FieldProblem(KEY, "it is a public key", NAME_PRIVATE)
    _ensure_for_signing(members)
    kid = _name(members)
    try:
        private = RSAAlgorithm.from_jwk({name: value for name, value in members.items() if name != "kid"})
    except (ValueError, InvalidKeyError, TypeError, KeyError, AttributeError, OverflowError):
        raise FieldProblem(KEY, "the numbers of the JWK do not form an RSA key", COPY_WHOLE) from None
    return FoundKey(_rsa(private), kid)


def _place_of_pem(members: object) -> str | None:
    """The dotted path to a PEM private key in a secret store's answer or an account file."""
    if not isinstance(members, dict):
        return None
    for name, value in members.items():
        if isinstance(value, str) and "PRIVATE KEY-----" in value:
            return str(name)
        if (below := _place_of_pem(value)) is not None:
            return f"{name}.{below}"
    return None


def _ensure_for_signing(jwk: Mapping[str, Any]) -> None:
    """Raises FieldProblem for a key that declares another purpose (RFC 7517, 4.2 to 4.4)."""
    fix = f"Use the key that is registered for {ALGORITHM} signatures."
    if jwk.get("alg") not in (None, ALGORITHM):
        raise FieldProblem(KEY, f"the JWK is for `alg` {_quoted(jwk['alg'])}, and grants need {ALGORITHM}", fix)
    if jwk.get("use") not in (None, "sig"):
        raise FieldProblem(KEY, f"the JWK is for `use` {_quoted(jwk['use'])}, not for signatures", fix)
    operations = jwk.get("key_ops")
    if operations is not None and "sign" not in (operations if isinstance(operations, list) else [operations]):
        raise FieldProblem(KEY, f"the JWK's `key_ops` are {_quoted(operations)}, without `sign`", fix)


def _name(jwk: Mapping[str, Any]) -> str | None:
    """A key's `kid`; a number is read as its digits, as the self-service shows it."""
    kid = jwk.get("kid")
    if isinstance(kid, int) and not isinstance(kid, bool):
        return str(kid)
    if kid is not None and not isinstance(kid, str):
        raise FieldProblem(KEY, "the JWK's `kid` is not text", "Write the name that the self-service shows, in quotes.")
    return kid or None


def _quoted(value: object) -> str:
    """A short value from one of a JWK's descriptive members, which hold no secrets."""
    return "".join(character for character in str(value) if character.isprintable())[:40]


def _loaded(load: Any, password: bytes | None) -> rsa.RSAPrivateKey:  # noqa: ANN401 - a reader of cryptography
    try:
        return _rsa(load())
    except TypeError:
        if password is None:
            raise FieldProblem(PASSWORD, "the key is encrypted", "Set `key_password` to env:NAME.") from None
        raise FieldProblem(PASSWORD, "the key is not encrypted", "Remove `key_password`.") from None
    except UnsupportedAlgorithm as error:
        raise FieldProblem(KEY, f"the key is kept in a way that is not supported ({error})", EXPORT) from None
    except ValueError as error:
        if password is not None:
            raise _wrong_password() from None
        if "password" in str(error).lower():  # how the OpenSSH reader reports an encrypted key
            raise FieldProblem(PASSWORD, "the key is encrypted", "Set `key_password` to env:NAME.") from None
        raise FieldProblem(KEY, "it is damaged, or not a private key", f"{COPY_WHOLE} {EXPORT}") from None


def _rsa(key: object) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        kind = type(key).__name__.removesuffix("PrivateKey").removeprefix("_")
        raise FieldProblem(KEY, f"it is not an RSA key but {kind}", MAKE_ONE)
    return key


def leaf_first(chain: Sequence[x509.Certificate], private: rsa.RSAPrivateKey) -> Sequence[x509.Certificate]:
    """The same certificates, with the key's own moved to the front."""
    public = private.public_key()
    return sorted(chain, key=lambda certificate: certificate.public_key() != public)


def _length(octets: bytes) -> int:
    """The length that a DER value states, including its header; BER of indefinite length is read to its end."""
    first = octets[1] if len(octets) > 1 else 0
    if first == 0x80:
        return len(octets)
    if first < 0x80:
        return 2 + first
    count = first - 0x80
    return 2 + count + int.from_bytes(octets[2 : 2 + count], "big")


def _is_path(content: bytes) -> bool:
    return len(content) < LONGEST_PATH and _PATH.fullmatch(content) is not None


def _pss() -> FieldProblem:
    what = "it is an RSA-PSS key, which cannot make RS256 signatures"
    return FieldProblem(KEY, what, "Make an ordinary RSA key: openssl genrsa 2048.")


def _wrong_password() -> FieldProblem:
    return FieldProblem(PASSWORD, "it does not open the key", "Set it to the password that the key was exported with.")
