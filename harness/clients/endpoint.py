"""Drives the client under test by an address of its own: the same objects as for a program, one POST each."""

import contextlib

import httpx

from harness.clients.driver import DriverError, reply_in
from harness.clients.protocol import MOST_OCTETS, Message, Reply, as_json


class EndpointDriver:
    """An address that takes one message per POST. `patience` is how many seconds it may take for one."""

    def __init__(self, url: str, patience: float, verify: bool | str = True) -> None:  # noqa: FBT001, FBT002 - httpx's
        self._name = f"--drive {url}"
        self._url = url
        self._patience = patience
        self._seq = 0
        self._http = httpx.Client(timeout=httpx.Timeout(patience, connect=10), verify=verify, trust_env=False)

    def tell(self, message: Message) -> Reply:
        self._seq += 1
        content = bytearray()
        try:
            with self._http.stream("POST", self._url, json=as_json(message, self._seq)) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > MOST_OCTETS:
                        break
        except httpx.TimeoutException:
            raise DriverError(
                f"{self._name} did not answer within {self._patience:g} s. Give it more with --patience."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DriverError(f"{self._name} cannot be reached ({type(error).__name__}).") from None
        if response.status_code != 200:
            raise DriverError(f"{self._name} answered status {response.status_code}. Answer each object with 200.")
        return reply_in(bytes(content), self._seq, self._name)

    def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            self._http.close()
