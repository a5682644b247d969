"""A request as a command that repeats it byte for byte, except for the token."""

import base64
import shlex
from collections.abc import Iterator

from harness.exchange import Request

TOKEN = "Bearer $TOKEN"  # noqa: S105 - the name of a variable
"""Replaces our own token; `provestand token` prints one."""

OF_THE_CONNECTION = frozenset({"host", "content-length", "connection", "transfer-encoding"})
"""Headers that curl derives from the address and the body."""
UNASKED = ("Accept", "User-Agent", "Content-Type")
"""Headers that curl adds by default."""


def as_curl(request: Request, authorization: str | None = None) -> str:
    """The command, for a POSIX shell with base64; `authorization` replaces the header's own value.

    A body that a terminal would not show unchanged is passed as base64. Curl is kept from resolving `..` in the path,
    expanding brackets, and adding its own headers.
    """
    given = {name.lower() for name, _ in request.headers}
    parts = ["curl --include", *_method(request), shlex.quote(request.url), "--path-as-is --globoff --http1.1"]
    for name, value in request.headers:
        if name.lower() == "authorization" and authorization is not None:
            parts.append(f'--header "{name}: {authorization}"')
        elif name.lower() not in OF_THE_CONNECTION:
            parts.append(f"--header {_quoted(f'{name}: {value}' if value else f'{name};')}")
    parts += [f"--header '{name}:'" for name in UNASKED if name.lower() not in given]
    if "accept-encoding" in given:
        parts.append("--compressed")
    if not request.body:
        return " ".join([*parts, *(["--data-raw ''"] if request.header("content-length") == "0" else [])])
    text = _shown(request.body)
    if text is not None:
        return " ".join([*parts, f"--data-raw {shlex.quote(text)}"])
    packed = base64.b64encode(request.body).decode()
    return " ".join([f"printf %s {packed} | base64 --decode |", *parts, "--data-binary @-"])


def _method(request: Request) -> Iterator[str]:
    # For a HEAD, curl would wait for the body that the answer's Content-Length announces.
    yield "--head" if request.method == "HEAD" and not request.body else f"--request {shlex.quote(request.method)}"


def _quoted(header: str) -> str:
    """A header as one shell word, with non-ASCII bytes and control characters escaped."""
    if header.isascii() and header.isprintable():
        return shlex.quote(header)
    octets = (f"\\{octet:03o}" if not 32 <= octet < 127 or octet in b"\\%" else chr(octet) for octet in _octets(header))
    return f'"$(printf {shlex.quote("".join(octets))})"'


def _octets(header: str) -> bytes:
    """Header fields are Latin-1 bytes, but our redactor may have written other characters into one."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return header.encode()


def _shown(body: bytes) -> str | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
