"""Turns away calls to another host name, and requests that a foreign page makes a browser send.

Any site can point a name of its own at this machine (DNS rebinding); its calls carry that name in `Host`. Its pages can
also send, without a preflight, whatever a form could send (Fetch standard, CORS-safelisted requests); such calls carry
its `Origin` and a form's media type. The switches refuse both; the emulated APIs require a token anyway.
"""

import contextlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.connection import connection_of

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NAME = re.compile(r"(?:\[([0-9a-f:.]+)\]|([0-9a-z._-]+))(?::[0-9]{1,5})?")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
"""Media types that a browser sends anywhere without a preflight. It also sends untyped bodies, but with an `Origin`."""

LARGEST_BODY = 64 * 1024 * 1024
"""Octets; the largest attachment accepted has 30 MB."""


@dataclass(frozen=True)
class Doorkeeper:
    """The outermost layer. `names` are the host names that the sandbox answers to besides those of this machine.

    `switches` are the prefixes of decoded paths that change the sandbox itself; `buttons` are those that its own pages
    post forms to.
    """

    app: ASGIApp
    names: Collection[str]
    switches: tuple[str, ...]
    buttons: tuple[str, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._admitted(scope, receive, send)

    def _refusal(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        named = headers.getlist("host")
        if len(named) != 1 or not self._is_own(named[0]):
            return _refused(421, "the sandbox does not answer to this Host. Use the address that it printed.")
        length = headers.get("content-length", "0").strip()
        if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
            return _refused(413, f"the body is too large. Send at most {LARGEST_BODY // 1024**2} MB.")
        is_switch, is_button = path.startswith(self.switches), path.startswith(self.buttons)
        if method in SAFE or not (is_switch or is_button):
            return None
        if not _is_of_own_page(headers, named[0]):
            return _refused(403, "a page of another origin may not do this. Call it from a program.")
        if is_switch and method == "POST" and _media_type(headers) in FORMS:
            return _refused(415, "a form may not do this. Send JSON, with `Content-Type: application/json`.")
        return None

    def _is_own(self, host: str) -> bool:
        """Any port is accepted: a port that is forwarded to the sandbox may have another number."""
        found = NAME.fullmatch(host.lower())
        return found is not None and (found[1] or found[2]) in {*LOOPBACK, *self.names}

    async def _admitted(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            connection = connection_of(scope)
            if read > LARGEST_BODY and connection is not None:  # it had no Content-Length
                connection.abort()
                return {"type": "http.disconnect"}
            return message

        with contextlib.suppress(ClientDisconnect):
            await self.app(scope, receive_counted, send)


def names_of(*addresses: str) -> frozenset[str]:
    """The host names in URLs or bare hosts, in lower case."""
    parts = (urlsplit(address if "//" in address else f"//{address}") for address in addresses)
    return frozenset(part.hostname for part in parts if part.hostname)


def _is_of_own_page(headers: Headers, host: str) -> bool:
    """Whether a call comes from a program, which names no origin, or from one of the sandbox's own pages."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return (origin is None or urlsplit(origin).netloc.lower() == host.lower()) and site in {None, "same-origin", "none"}


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _refused(status: int, text: str) -> PlainTextResponse:
    return PlainTextResponse(f"{text[0].upper()}{text[1:]}\n", status, {"Connection": "close"})
