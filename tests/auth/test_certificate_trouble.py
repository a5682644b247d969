"""A server certificate that strict rules reject is reported as such, and the request is not repeated."""

import socket
import ssl
import sys
import threading

import pytest

from harness.auth.trouble import trouble_of
from tests.certificates import ALL, server_behind

RULES = "the server's certificate or its authority's breaks the rules: "


def refused(folder, without: str, flags: ssl.VerifyFlags) -> Exception:
    """The exception that a client which trusts the authority raises in the handshake."""
    server, authority = server_behind(folder, without=without)
    client = ssl.create_default_context(cafile=authority)
    client.verify_flags |= flags
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with pytest.raises(ssl.SSLCertVerificationError) as caught, ours:
            client.wrap_socket(ours, server_hostname="localhost")
    finally:
        thread.join()
    return caught.value


@pytest.mark.parametrize("without", sorted(ALL))
def test_what_strict_rules_refuse(tmp_path, without):
    trouble = trouble_of(refused(tmp_path, without, ssl.VERIFY_X509_STRICT))

    assert (trouble.kind, trouble.may_pass) == ("tls-strict", False)
    assert trouble.text.startswith(RULES)


def test_what_every_version_refuses(tmp_path):
    trouble = trouble_of(refused(tmp_path, "authority", ssl.VerifyFlags(0)))

    assert (trouble.kind, trouble.text) == ("tls-strict", RULES + "invalid ca certificate")


@pytest.mark.skipif(sys.version_info < (3, 13), reason="older versions of Python are lenient")
@pytest.mark.parametrize("without", ["ski", "aki", "critical constraints"])
def test_newer_pythons_are_strict_by_themselves(tmp_path, without):
    assert trouble_of(refused(tmp_path, without, ssl.VerifyFlags(0))).kind == "tls-strict"


def test_a_certificate_that_is_refused_for_another_reason_is_not_asked_for_again():
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 23, "certificate revoked"

    trouble = trouble_of(error)

    assert (trouble.kind, trouble.may_pass) == ("tls-certificate", False)
    assert trouble.text == "the server's certificate is refused: certificate revoked"
