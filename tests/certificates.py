"""Certificate authorities made by careless software, and certificates that they sign."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
ALL = frozenset({"ski", "aki", "constraints", "critical constraints", "authority", "key usage"})
"""What RFC 5280 requires of an authority's certificate, or of one that it signs."""


def server_behind(folder: Path, *, without: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context for 127.0.0.1, and its authority in PEM, one of which lacks something of `ALL`."""
    has = ALL - {without}
    authority, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    top = _name("Synthetic authority")
    built = _begun(top, top, authority)
    if "constraints" in has:
        is_authority = x509.BasicConstraints(ca="authority" in has, path_length=None)
        built = built.add_extension(is_authority, critical="critical constraints" in has)
    if "ski" in has:
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
    if "key usage" in has:
        names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
        usage = dict.fromkeys(names, False) | {"encipher_only": False, "decipher_only": False}
        built = built.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
    signed = built.sign(authority, hashes.SHA256())

    host = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(_LOOPBACK)])
    built = _begun(_name("localhost"), top, leaf).add_extension(host, critical=False)
    built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf.public_key()), critical=False)
    if "aki" in has:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        built = built.add_extension(identifier, critical=False)
    certificate = built.sign(authority, hashes.SHA256())

    how = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "server.pem").write_bytes(leaf.private_bytes(*how) + certificate.public_bytes(how[0]))
    (folder / "authority.pem").write_bytes(signed.public_bytes(how[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "authority.pem"


_LOOPBACK = ipaddress.ip_address("127.0.0.1")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number())
    return built.not_valid_before(now - DAY).not_valid_after(now + DAY)
