"""What a call says before it is answered: its address, and its client."""

import base64
import json
from contextlib import suppress
from functools import lru_cache

from starlette.types import Message, Receive, Scope


def raw_path(scope: Scope) -> str:
    """The path as sent, percent-encoded, without the query."""
    return bytes(scope.get("raw_path") or scope["path"].encode()).decode("latin-1")


def client_of(scope: Scope, body: bytes) -> str:
    """The client that a call claims to be from, unverified: its bearer token's `client_id`, or its grant's `iss`."""
    for name, value in scope["headers"]:
        if name == b"authorization":
            return _named(value.decode("latin-1").rpartition(" ")[2], "client_id")
    _, found, assertion = body[:100_000].decode("latin-1").partition("assertion=")
    return _named(assertion.partition("&")[0], "iss") if found else ""


async def client_behind(scope: Scope, receive: Receive) -> tuple[str, Receive]:
    """The client that a call claims to be from, by its head or else its body, and a `receive` that replays the body."""
    named = client_of(scope, b"")
    if named or scope["method"] != "POST":
        return named, receive
    messages: list[Message] = []
    while not messages or messages[-1].get("more_body"):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)
    left = iter(messages)

    async def receive_again() -> Message:
        return next(left, None) or await receive()

    return client_of(scope, body), receive_again


@lru_cache(maxsize=64)
def _named(token: str, claim: str) -> str:
    """The client in a token, as valid UTF-8. Cached: a client sends the same token with many calls."""
    with suppress(ValueError, RecursionError, IndexError):
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        told = str(claims.get(claim, "")) if isinstance(claims, dict) else ""
        return told.encode(errors="replace").decode()
    return ""
