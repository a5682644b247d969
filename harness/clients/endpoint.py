"""Drives the client under test over HTTP: the same objects as for a program, one POST each."""

import contextlib
import ssl
import time
from urllib.parse import urlsplit

import httpx

from harness.clients.driver import POST_IT, DriverError, NoDriverError, reply_in
from harness.clients.protocol import MOST_OCTETS, Message, Reply, as_json


class EndpointDriver:
    """An address that receives one message per POST. `patience` is the seconds it may take to answer."""

    def __init__(self, url: str, patience: float) -> None:
        self._name = f"--drive {url}"
        self._url = url
        self._patience = patience
        self._seq = 0
        _ensure_address(url)
        timeout = httpx.Timeout(patience, connect=10)
        self._http = httpx.Client(timeout=timeout, verify=_trust_in(url), trust_env=False)

    def tell(self, message: Message) -> Reply:
        self._seq += 1
        content, until = bytearray(), time.monotonic() + self._patience
        try:
            with self._http.stream("POST", self._url, json=as_json(message, self._seq)) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > MOST_OCTETS:
                        break
                    if time.monotonic() > until:  # so that a slow trickle times out, too
                        raise httpx.ReadTimeout("the answer took too long")
        except httpx.TimeoutException:
            raise DriverError(
                f"{self._name} did not answer within {self._patience:g} s. Allow more with --patience."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DriverError(f"{self._name} cannot be reached ({type(error).__name__}).") from None
        if response.status_code != 200:
            raise DriverError(f"{self._name} answered with status {response.status_code}. Answer each object with 200.")
        return reply_in(bytes(content), self._seq, self._name, POST_IT)

    def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            self._http.close()

    def break_off(self) -> None:
        self.close()


def _ensure_address(url: str) -> None:
    try:
        host = httpx.URL(url).host
    except httpx.InvalidURL:
        host = ""
    if not host:
        raise NoDriverError(f"--drive {url}: not a driver's address. Write it as https://HOST:PORT/PATH.")


def _trust_in(url: str) -> ssl.SSLContext:
    """Trusts what the machine trusts (and SSL_CERT_FILE). On loopback any certificate will do: a system in development
    has a self-signed one, and the traffic does not leave the machine.
    """
    context = ssl.create_default_context()
    with contextlib.suppress(ValueError):
        if (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
