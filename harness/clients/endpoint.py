"""Drives the client under test by an address of its own: the same objects as for a program, one POST each."""

import contextlib
import ssl
import time
from urllib.parse import urlsplit

import httpx

from harness.clients.driver import POST_IT, DriverError, NoDriverError, reply_in
from harness.clients.protocol import MOST_OCTETS, Message, Reply, as_json


class EndpointDriver:
    """An address that takes one message per POST. `patience` is how many seconds it may take for one."""

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
                    if time.monotonic() > until:  # a slow trickle is not an answer either
                        raise httpx.ReadTimeout("the answer takes too long")
        except httpx.TimeoutException:
            raise DriverError(
                f"{self._name} did not answer within {self._patience:g} s. Give it more with --patience."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DriverError(f"{self._name} cannot be reached ({type(error).__name__}).") from None
        if response.status_code != 200:
            raise DriverError(f"{self._name} answered status {response.status_code}. Answer each object with 200.")
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
        raise NoDriverError(f"--drive {url}: this is not the address of a driver. Write it as https://HOST:PORT/PATH.")


def _trust_in(url: str) -> ssl.SSLContext:
    """What the machine trusts (and SSL_CERT_FILE); on this machine anything, for a system that is being developed has
    a certificate of its own making, and what is sent does not leave the machine."""
    context = ssl.create_default_context()
    with contextlib.suppress(ValueError):
        if (urlsplit(url).hostname or "") in {"localhost", "127.0.0.1", "::1"}:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
