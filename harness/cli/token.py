"""`provestand token`: explains an access token."""

import contextlib
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say
from harness.cli._surroundings import print_document

if TYPE_CHECKING:
    from harness.auth.grant import Subject
    from harness.auth.maskinporten import MaskinportenClient
    from harness.targets.model import Target


_TOKEN = re.compile(r"\be[yw][\w\n\r-]+\.[\w\n\r-]+\.[\w-]*")
"""A JWT, wrapped over lines or not."""


@click.command()
@click.option(
    "--target", default="sandbox", show_default=True, help="A target in provestand.toml, or a file with one target."
)
@click.option("--api", help="The API that the token is for. Default: the target's first.")
@click.option("--access", help="A way in (rights package), for a token with consent or system user.")
@click.option("--organisation", help="The organisation to ask about. Default: the first that the way in is open for.")
@click.option("--client", help="One of the target's additional clients.")
@click.option("--decode", is_flag=True, help="Explain a token from standard input; do not fetch one.")
@click.option("--raw", is_flag=True, help="Print the token itself; only on a terminal.")
@click.option("--jwk", is_flag=True, help="Print the public half of the configured key, for the self-service.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    target: str,
    api: str | None,
    access: str | None,
    organisation: str | None,
    client: str | None,
    decode: bool,
    raw: bool,
    jwk: bool,
    form: str,
) -> None:
    """Fetch a token, and explain its claims and what it lacks for an API. Its signature is never shown.

    Exit codes: 0 a token, 2 wrong usage or configuration, 3 no token.
    """
    from harness.auth.maskinporten import NoAccessError
    from harness.http.guard import HeldBackError
    from harness.targets.embedded import SandboxEndedError
    from harness.targets.problem import ConfigurationError

    if raw and not sys.stdout.isatty():
        raise click.UsageError("--raw prints a secret, and therefore works only on a terminal.")
    if decode:
        _show(_given(), api, None, form)
        return
    try:
        with _opened(target, client) as (found, maskinporten):
            if jwk:
                say(json.dumps(dict(maskinporten.signing_key().public_jwk), indent=1))
                return
            token = maskinporten.token(_subject(found, api, access, organisation))
            if raw:
                say(token)
            else:
                _show(token, api, found, form)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    except (NoAccessError, SandboxEndedError, HeldBackError) as error:
        complain(f"{error} `provestand doctor --target {target}` explains why.")
        sys.exit(3)


def _given() -> str:
    """The token on standard input: bare, after its scheme, or in a token endpoint's answer."""
    from harness.files.text import MEBIBYTE, decoded, read_stream
    from harness.files.unreadable import UnreadableFileError

    try:
        octets = read_stream(sys.stdin.buffer, "standard input", MEBIBYTE) if sys.stdin is not None else b""
        text = decoded(octets, "standard input")
    except UnreadableFileError as error:
        raise click.UsageError(str(error)) from error
    found = _TOKEN.search(text)
    return re.sub(r"\s", "", found[0] if found else text)


@contextlib.contextmanager
def _opened(name: str, client: str | None) -> "Iterator[tuple[Target, MaskinportenClient]]":
    """The target and a client of its issuer; a built-in sandbox runs meanwhile."""
    from harness.auth.maskinporten import MaskinportenClient
    from harness.http.connection import open_client
    from harness.targets.configuration import load_target
    from harness.targets.embedded import running_sandbox

    with contextlib.ExitStack() as stack:
        own = name == "sandbox"
        target = stack.enter_context(running_sandbox()).target if own else load_target(name, Path.cwd())
        configured = target.maskinporten
        if client is not None:
            if client not in configured.clients:
                raise click.UsageError(f"--client {client}: there are {', '.join(configured.clients) or 'none'}.")
            configured = configured.as_client(client)
        http = stack.enter_context(open_client(target))
        yield target, MaskinportenClient(configured, http)


def _subject(target: "Target", name: str | None, way: str | None, organisation: str | None) -> "Subject":
    from harness.auth.grant import Subject, subject_for

    name = name or next(iter(target.apis))
    if name not in target.apis:
        raise click.UsageError(f"--api {name}: the target has {', '.join(target.apis)}.")
    api = target.apis[name]
    if way is None:
        return Subject(api.scope)
    if way not in api.access:
        raise click.UsageError(f"--access {way}: the target has {', '.join(api.access) or 'none'}.")
    found = subject_for(api.scope, api.access[way], organisation or next(iter(api.organisations), ""))
    if found is None:
        raise click.UsageError(f"--access {way}: not open for {organisation or 'the first organisation'}.")
    return found


def _show(token: str, api: str | None, target: "Target | None", form: str) -> None:
    from harness.doctor.explained import explained, lacks
    from harness.targets.profiles import known_apis

    now = time.time()
    claims = explained(token, now)
    if not claims:
        raise click.UsageError("this is not a JWT. A JWT from Maskinporten has three parts with dots between them.")
    wanted = {name: known for name, known in known_apis().items() if api in {None, name}}
    scopes = {
        name: target.apis[name].scope if target and name in target.apis else k.scope for name, k in wanted.items()
    }
    missing = [text for name, known in wanted.items() for text in lacks(token, name, known, scopes[name], now)]
    if form == "json":
        told = {"claims": [asdict(claim) for claim in claims], "lacks": missing}
        print_document(json.dumps(told, ensure_ascii=False) + "\n", form)
        return
    width = max(len(claim.name) for claim in claims)
    for claim in claims:
        say(f"{claim.name:{width}}  {claim.value}" + (f"  ({claim.meaning})" if claim.meaning else ""))
    for text in missing:
        say(f"lacks  {text}")
