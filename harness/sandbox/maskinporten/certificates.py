"""Test business certificates, issued by the sandbox's own certificate authority, which is created at start."""

import base64
import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

from harness.sandbox.maskinporten.refusal import AUTHENTICATION, Refusal

LIFETIME = datetime.timedelta(days=3 * 365)
"""A business certificate is valid for three years (docs.digdir.no, maskinporten_virksomhetssertifikat, 2024-10)."""

INVALID = f"{AUTHENTICATION} The JWT is signed with an invalid certificate."


class CertificateAuthority:
    """Issues certificates that name an organisation, and verifies them."""

    def __init__(self, now: datetime.datetime) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Prøvestand test CA")])
        self._certificate = self._built(name, name, self._key.public_key(), now, ca=True)

    def issue(self, organisation: str, public: rsa.RSAPublicKey, now: datetime.datetime) -> list[str]:
        """A certificate chain for an organisation's public key, leaf first, as in `x5c`."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, f"Synthetic organisation {organisation}"),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, organisation),
            ]
        )
        leaf = self._built(subject, self._certificate.subject, public, now, ca=False)
        return [_encoded(leaf), _encoded(self._certificate)]

    def _built(
        self, subject: x509.Name, issuer: x509.Name, public: rsa.RSAPublicKey, now: datetime.datetime, *, ca: bool
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=1))
            .not_valid_after(now + LIFETIME)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def verified(self, x5c: object, organisation: str, now: datetime.datetime) -> RSAKey:
        """The key of a leaf certificate that is valid and names the organisation; raises Refusal."""
        if not isinstance(x5c, list) or not x5c or not all(isinstance(entry, str) for entry in x5c):
            raise Refusal("invalid_grant", "Invalid JWT header x5c", "MP-123")
        try:
            leaf = x509.load_der_x509_certificate(base64.b64decode(x5c[0], validate=True))
            public = leaf.public_key()
        except ValueError as error:
            raise Refusal("invalid_grant", "Invalid JWT header x5c", "MP-123") from error
        if not isinstance(public, rsa.RSAPublicKey) or not self._issued(leaf):
            raise Refusal("invalid_grant", INVALID, "MP-120")
        if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
            raise Refusal("invalid_grant", INVALID, "MP-120")
        named = [attribute.value for attribute in leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
        if named != [organisation]:
            text = "Invalid JWT. Invalid organization number for client. Does not match certificate orgno"
            raise Refusal("invalid_grant", text, "MP-122")
        pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return RSAKey.import_key(pem)

    def _issued(self, leaf: x509.Certificate) -> bool:
        hashing = leaf.signature_hash_algorithm
        if hashing is None:
            return False
        try:
            self._key.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes, padding.PKCS1v15(), hashing)
        except InvalidSignature:
            return False
        return leaf.issuer == self._certificate.subject


def _encoded(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
