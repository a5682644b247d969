"""Why a request got no answer, derived from httpx's exceptions: network, TLS or proxy, never the contract."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import httpx

from harness.exchange import Response

Kind = Literal[
    "dns",
    "refused",
    "unreachable",
    "connect-timeout",
    "read-timeout",
    "total-timeout",
    "reset",
    "cut-short",
    "too-large",
    "no-http",
    "tls-expired",
    "tls-not-yet-valid",
    "tls-wrong-host",
    "tls-unknown-ca",
    "tls-strict",
    "tls-certificate",
    "tls-handshake",
    "proxy-refused",
    "proxy-login",
    "proxy",
    "busy",
    "gateway-page",
    "redirect",
    "interrupted",
    "other",
]

PERMANENT: frozenset[Kind] = frozenset(
    {
        *("tls-expired", "tls-not-yet-valid", "tls-wrong-host", "tls-unknown-ca", "tls-strict", "tls-certificate"),
        *("proxy-login", "interrupted"),
    }
)
"""What a retry does not fix."""

# OpenSSL's X509_V_ERR numbers.
CERTIFICATE: dict[int, tuple[Kind, str]] = {
    9: ("tls-not-yet-valid", "the server's certificate is not valid yet"),
    10: ("tls-expired", "the server's certificate has expired"),
    18: ("tls-unknown-ca", "the server's certificate is self-signed"),
    19: ("tls-unknown-ca", "the server's certificate is signed by an authority that is not trusted here"),
    20: ("tls-unknown-ca", "the server's certificate is signed by an authority that is not trusted here"),
    21: ("tls-unknown-ca", "the server's certificate is signed by an authority that is not trusted here"),
    62: ("tls-wrong-host", "the server's certificate is for another host"),
    64: ("tls-wrong-host", "the server's certificate is for another address"),
}

STRICT = frozenset({24, 32, 66, 67, 68, 79, *range(80, 95)})
"""A certificate, or its authority's, that breaks RFC 5280 or is too weak. Older versions of Python and OpenSSL accept
most of these; Python 3.13 and later refuse them (VERIFY_X509_STRICT), and also a TLS-inspecting proxy's authority
without key identifiers."""


class TotalTimeoutError(httpx.ReadTimeout):
    """The answer did not arrive in full within the total timeout."""


class TooLargeError(httpx.RemoteProtocolError):
    """What precedes the body, interim answers included, is too large to be read."""


class InterruptedCallError(httpx.TransportError):
    """The run is ending: no new calls are made, and those in flight are abandoned."""


@dataclass(frozen=True)
class Trouble:
    """What went wrong. `text` is meant for people and holds only what the network said, nothing of the request."""

    kind: Kind
    text: str

    @property
    def may_pass(self) -> bool:
        """Whether a retry may get an answer."""
        return self.kind not in PERMANENT


class IncompleteAnswerError(httpx.TransportError):
    """An answer began but is incomplete; `response` is the part that was read."""

    def __init__(self, response: Response, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.response = response
        self.trouble = trouble


def trouble_of(error: Exception) -> Trouble:
    """The trouble behind an httpx exception."""
    if isinstance(error, IncompleteAnswerError):
        return error.trouble
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _refused_certificate(cause)
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return Trouble("dns", "the host name cannot be resolved")
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or "no reason given").replace("_", " ").lower()
            return Trouble("tls-handshake", f"TLS failed: {reason}")
    if isinstance(error, httpx.ProxyError):
        return _proxy_trouble(error)
    return _transport_trouble(error, causes)


def _refused_certificate(error: ssl.SSLCertVerificationError) -> Trouble:
    if error.verify_code in CERTIFICATE:
        return Trouble(*CERTIFICATE[error.verify_code])
    reason = error.verify_message.lower()
    if error.verify_code in STRICT:
        return Trouble("tls-strict", f"the server's certificate or its authority's breaks the rules: {reason}")
    return Trouble("tls-certificate", f"the server's certificate is refused: {reason}")


def _transport_trouble(error: Exception, causes: list[BaseException]) -> Trouble:
    if isinstance(error, TotalTimeoutError):
        return Trouble("total-timeout", str(error))
    if isinstance(error, TooLargeError):
        return Trouble("too-large", str(error))
    if isinstance(error, InterruptedCallError):
        return Trouble("interrupted", "the run was interrupted")
    if isinstance(error, httpx.ConnectTimeout):
        return Trouble("connect-timeout", "no connection within the connect timeout")
    if isinstance(error, httpx.TimeoutException):
        return Trouble("read-timeout", "the answer stalled for longer than the read timeout")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes) or "refused" in str(error).lower():
        return Trouble("refused", "the connection was refused")
    if any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in causes):
        return Trouble("reset", "the connection was reset")
    if isinstance(error, httpx.RemoteProtocolError):
        return _protocol_trouble(str(error))
    if isinstance(error, httpx.ConnectError):
        return Trouble("unreachable", f"no connection ({error or 'no detail'})")
    if isinstance(error, httpx.ReadError | httpx.WriteError | httpx.CloseError):
        return Trouble("reset", "the connection was reset")
    return Trouble("other", f"{type(error).__name__}: {error or 'no detail'}")


def _protocol_trouble(text: str) -> Trouble:
    """h11 states only in prose what happened to the answer."""
    if "buffer too long" in text:
        return Trouble("too-large", "the head of the answer is larger than 100 kB: not read further")
    if "incomplete" in text or "without sending complete" in text:
        return Trouble("cut-short", "the connection ended in the middle of the answer")
    if "disconnected" in text or "without sending" in text:
        return Trouble("reset", "the connection ended without an answer")
    return Trouble("no-http", "the answer is not HTTP")


def _proxy_trouble(error: httpx.ProxyError) -> Trouble:
    text = str(error)
    if text.startswith("407"):
        return Trouble("proxy-login", "the proxy requires a user name and password (407)")
    return Trouble("proxy", f"the proxy refused to pass the call on ({text or 'no detail'})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
