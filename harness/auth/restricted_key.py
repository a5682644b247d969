"""Distinguishes an encrypted key for RSA-PSS only from an ordinary one: cryptography reads both as RSA."""

import datetime
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

WRONG_KIND = frozenset({"NO_CERTIFICATE_ASSIGNED", "KEY_TYPE_MISMATCH", "KEY_VALUES_MISMATCH"})
"""OpenSSL's reasons for refusing a key of another kind than its certificate's: RSA-PSS with RSA."""


def is_for_pss_only(encrypted: bytes, password: bytes, private: rsa.RSAPrivateKey) -> bool:
    """Whether OpenSSL refuses this encrypted PEM key, which was read as `private`, with an RSA certificate.

    The key is written, still encrypted, to a temporary file for this.
    """
    with tempfile.TemporaryDirectory(prefix="provestand-") as folder:
        chain = Path(folder) / "chain.pem"
        chain.touch(mode=0o600)
        chain.write_bytes(_certificate(private) + encrypted)
        return _refusal(lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(chain, password=password))


def _refusal(load: Callable[[], None]) -> bool:
    try:
        load()
    except ssl.SSLError as error:
        return error.reason in WRONG_KIND
    return False


def _certificate(private: rsa.RSAPrivateKey) -> bytes:
    name, now = x509.Name([]), datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, private.public_key(), 1, now, now + datetime.timedelta(days=1))
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
