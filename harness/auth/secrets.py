"""Reads a secret from the configured place: the environment, a file, or the system's keyring."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from harness.auth.wrapping import is_json, unwrapped
from harness.files.text import MARKS, MEBIBYTE, decoded, read_octets
from harness.files.tree import json_of
from harness.files.unreadable import UnreadableFileError
from harness.targets.model import Target
from harness.targets.problem import FieldProblem

LARGEST = MEBIBYTE
"""Maximum size in octets of a key with its certificates, or of a password."""


def read_secret(source: str, field: tuple[str, ...]) -> bytes:
    """What `env:NAME`, `file:PATH` or `keyring:SERVICE/NAME` holds; raises FieldProblem, which never quotes it."""
    scheme, _, rest = source.partition(":")
    if scheme == "env":
        if rest not in os.environ:
            raise FieldProblem(field, f"the environment variable {rest} is not set", "Set it, or use file:PATH.")
        return os.environ[rest].encode(errors="surrogateescape")  # restores bytes that were not UTF-8
    if scheme == "file":
        try:
            return read_octets(Path(rest), LARGEST)
        except UnreadableFileError as error:
            raise FieldProblem(field, f"{error.where}: {error.what}", error.fix) from None
    if scheme == "keyring":
        return _from_keyring(rest, field)
    raise FieldProblem(field, "its source has an unknown form", "Use env:NAME, file:PATH or keyring:SERVICE/NAME.")


def read_password(source: str, field: tuple[str, ...]) -> bytes:
    """A secret without the byte order mark and line end that editors add; raises FieldProblem."""
    octets = read_secret(source, field)
    if octets.startswith(tuple(mark for mark, _ in MARKS)):
        with contextlib.suppress(UnreadableFileError):  # a password that begins like a byte order mark but is not text
            octets = decoded(octets, source).encode()
    return octets.rstrip(b"\r\n")


def _from_keyring(rest: str, field: tuple[str, ...]) -> bytes:
    try:
        import keyring  # noqa: PLC0415 - an optional dependency
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        fix = "Install it (pip install 'provestand[keyring]'), or use env:NAME or file:PATH."
        raise FieldProblem(field, "the keyring library is not installed", fix) from None
    service, _, name = rest.partition("/")
    try:
        found = keyring.get_password(service, name)
    except KeyringError as error:
        what = f"the keyring cannot be opened ({type(error).__name__})"
        raise FieldProblem(field, what, "Unlock it, or use env:NAME or file:PATH.") from None
    if found is None:
        fix = f"Store it: keyring set {service} {name}."
        raise FieldProblem(field, f"the keyring has no entry {name} for {service}", fix)
    return str(found).encode()


def secrets_of(target: Target) -> Iterator[str | bytes]:
    """The secrets of a target's configuration, wherever they are kept: keys, their passwords, the proxy's login.

    For redaction by value. Unreadable ones are skipped: the code that uses them reports that.
    """
    for _, client in target.clients:
        for source in (client.key, client.key_password):
            if source is not None and source != "generated":
                with contextlib.suppress(FieldProblem):
                    yield from _parts(read_password(source, ()))
    proxy = os.environ.get((target.proxy or "").removeprefix("env:"), "") if target.proxy else ""
    with contextlib.suppress(ValueError):
        password = urlsplit(proxy).password
        if password:
            yield from {password, unquote(password)}


def _parts(secret: bytes) -> Iterator[str | bytes]:
    """A secret as stored and as unwrapped, or the private members of a JWK: each of them gives the key away."""
    content = unwrapped(secret)
    try:
        members = json_of(decoded(content, "secret"), "secret") if is_json(content) else None
    except UnreadableFileError:
        members = None
    if members is None:
        yield from {secret, content}
        return
    keys = members.get("keys", [members]) if isinstance(members, dict) else members
    for key in keys if isinstance(keys, list) else ():
        if isinstance(key, dict):
            yield from (str(key[name]) for name in ("d", "p", "q", "dp", "dq", "qi", "k") if name in key)
    if content != secret:
        yield secret
