"""Interventions: what happens to a client's next calls, whatever the service would answer.

An intervention names the calls that it is for (`service`, `method`, `client`, `path`, in which `*` matches one segment,
and `accepts_only`, a word in every media type of Accept; empty matches any), lets the first `skip` of them pass and
affects the next `times` (null: all). Its deeds:

* `answer`: answers with `status`, `headers` and `body` (text, or `body_base64`) without calling the service,
* `amend`: calls the service, adds `headers` to its answer, and replaces its `status` and `body` if given,
* `lose`: breaks the connection off; `when` is `before` the service is called, or `after` it,
* `cut`: sends the head and the first half of the service's answer, then breaks the connection off,
* `wait`: calls the service after `seconds`.
"""

import asyncio
import base64
import binascii
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.sandbox.connection import ConnectionLostError, connection_of
from harness.sandbox.incoming import client_behind, raw_path
from harness.sandbox.reach import THE_NEXT, Calls
from harness.sandbox.record import record_lost

DEEDS = ("answer", "amend", "lose", "cut", "wait")
MEMBERS = frozenset(
    {
        *("service", "path", "method", "client", "accepts_only", "skip", "times", "do", "status", "headers"),
        *("body", "body_base64", "when", "seconds"),
    }
)
MOST_SECONDS = 120.0


class NotUnderstoodError(Exception):
    """Not a valid intervention; the text says what is."""


@dataclass
class Intervention:
    """An intervention, with the number of calls that it has matched."""

    do: str
    service: str = ""
    method: str = ""
    path: str = ""
    accepts_only: str = ""
    calls: Calls = THE_NEXT
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    when: str = "before"
    seconds: float = 0.0
    met: int = field(default=0)
    number: int = field(default_factory=itertools.count(1).__next__)

    def takes(self, service: str, method: str, path: str, client: str, accept: str) -> bool:
        """Whether it affects this call; counts the call if it matches."""
        pairs = ((self.service, service), (self.method, method), (self.calls.client, client))
        is_other = any(mine not in {"", theirs} for mine, theirs in pairs)
        is_other = is_other or not all(self.accepts_only in kind for kind in accept.lower().split(","))
        if self.calls.is_over(self.met) or is_other or not self._is_at(path):
            return False
        self.met += 1
        return self.calls.holds(self.met, "")

    def _is_at(self, path: str) -> bool:
        if not self.path:
            return True
        wanted, asked = self.path.rstrip("/").split("/"), path.rstrip("/").split("/")
        return len(wanted) == len(asked) and all(
            mine in {"*", theirs} for mine, theirs in zip(wanted, asked, strict=True)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "do": self.do,
            "service": self.service,
            "method": self.method,
            "path": self.path,
            "accepts_only": self.accepts_only,
            "client": self.calls.client,
            "status": self.status,
            "when": self.when,
            "seconds": self.seconds,
            "met": self.met,
            "left": self.calls.left(self.met),
        }


def parsed(asked: object) -> list[Intervention]:
    """The interventions of a JSON list; raises NotUnderstoodError."""
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise NotUnderstoodError("put a JSON list of interventions")
    return [_parsed(each) for each in asked]


def _parsed(asked: Mapping[str, Any]) -> Intervention:
    unknown = sorted(asked.keys() - MEMBERS)
    if unknown:
        raise NotUnderstoodError(f"an intervention has no member {unknown[0]!r}; it has {', '.join(sorted(MEMBERS))}")
    if asked.get("do") not in DEEDS:
        raise NotUnderstoodError(f"`do` must be one of {', '.join(DEEDS)}")
    times, skip, status = asked.get("times", 1), asked.get("skip", 0), asked.get("status")
    if not (times is None or _is_count(times)) or not _is_count(skip):
        raise NotUnderstoodError("`times` and `skip` must be whole numbers; `times` may be null")
    if status is not None and not (_is_count(status) and 100 <= status <= 999):
        raise NotUnderstoodError("`status` must be a number from 100 to 999")
    if asked["do"] == "answer" and status is None:
        raise NotUnderstoodError("`answer` needs a `status`")
    if asked.get("when", "before") not in {"before", "after"}:
        raise NotUnderstoodError("`when` must be before or after")
    seconds = asked.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MOST_SECONDS:
        raise NotUnderstoodError(f"`seconds` must be a number from 0 to {MOST_SECONDS:g}")
    headers = asked.get("headers", {})
    if not isinstance(headers, dict):
        raise NotUnderstoodError("`headers` must be a JSON object")
    return Intervention(
        do=asked["do"],
        service=str(asked.get("service", "")),
        method=str(asked.get("method", "")).upper(),
        path=str(asked.get("path", "")),
        accepts_only=str(asked.get("accepts_only", "")).lower(),
        calls=Calls(skip + 1, None if times is None else skip + times, client=str(asked.get("client", ""))),
        status=status,
        headers=tuple((str(name), str(value)) for name, value in headers.items()),
        body=_body(asked),
        when=asked.get("when", "before"),
        seconds=float(seconds),
    )


def _body(asked: Mapping[str, Any]) -> bytes | None:
    if "body_base64" in asked:
        try:
            return base64.b64decode(str(asked["body_base64"]), validate=True)
        except binascii.Error as error:
            raise NotUnderstoodError("`body_base64` is not valid base64") from error
    return str(asked["body"]).encode() if "body" in asked else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class Interventions:
    """The interventions of a sandbox, consulted before each of its services."""

    def __init__(self) -> None:
        self.all: list[Intervention] = []

    def put(self, chosen: Sequence[Intervention]) -> None:
        """Replaces all interventions with these."""
        self.all = list(chosen)

    def next_for(self, service: str, method: str, path: str, client: str, accept: str) -> Intervention | None:
        """The first one that affects this call. Every one that matches counts it."""
        taking = [each for each in self.all if each.takes(service, method, path, client, accept)]
        return taking[0] if taking else None


class Intervened:
    """Wraps one service."""

    def __init__(self, app: ASGIApp, service: str, interventions: Interventions) -> None:
        self._app = app
        self._service = service
        self._interventions = interventions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._interventions.all:
            await self._app(scope, receive, send)
            return
        client = ""
        if any(each.calls.client for each in self._interventions.all):
            client, receive = await client_behind(scope, receive)
        accept = Headers(scope=scope).get("accept", "")
        chosen = self._interventions.next_for(self._service, scope["method"], raw_path(scope), client, accept)
        if chosen is None:
            await self._app(scope, receive, send)
        elif chosen.do == "answer":
            await _drain(receive)
            await _send(send, chosen.status or 200, chosen.headers, chosen.body or b"")
        elif chosen.do == "lose" and chosen.when == "before":
            await _drain(receive)
            await _lose(scope, "before")
        else:
            await asyncio.sleep(chosen.seconds)
            await self._changed(chosen, scope, receive, send)

    async def _changed(self, chosen: Intervention, scope: Scope, receive: Receive, send: Send) -> None:
        if chosen.do == "wait":
            await self._app(scope, receive, send)
            return
        status, headers, body = await _answer_of(self._app, scope, receive)
        if chosen.do == "lose":
            await _lose(scope, "after")
        elif chosen.do == "amend":
            given = {name.lower() for name, _ in chosen.headers}
            kept = tuple(pair for pair in headers if pair[0].lower() not in given | {"content-length"})
            new = body if chosen.body is None else chosen.body
            await _send(send, chosen.status or status, (*kept, *chosen.headers), new)
        else:
            raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            await send({"type": "http.response.start", "status": status, "headers": raw})
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.05)  # otherwise the reset overtakes what was sent
            await _lose(scope, "cut")


async def _lose(scope: Scope, how: str) -> None:
    record_lost(scope, how)
    connection = connection_of(scope)
    if connection is not None:
        connection.abort()
        await asyncio.sleep(0.01)  # until the server notices, it would complain about a missing answer
    raise ConnectionLostError


async def _drain(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """A service's complete answer."""
    status, headers, body = 500, [], bytearray()

    async def keep(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    return status, tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers), bytes(body)


async def _send(send: Send, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if not any(name.lower() == "content-length" for name, _ in headers):
        raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
