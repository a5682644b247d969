"""`provestand sandbox`: the emulated APIs and their token issuer, on this machine."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say

if TYPE_CHECKING:
    from harness.console.opened import ConsoleDoor


YEARS = range(2000, 2101)
"""Years in which the sandbox's clock may start: its data go some years back, its certificates forward."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Port; 0 for a free one.")
@click.option(
    "--knob",
    "knobs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a knob: the answer to an open question. Can be repeated.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Break the contract in a named way: NAME, NAME@share=0.3, NAME@first=5 or NAME@from=5. Can be repeated.",
)
@click.option("--latency", type=click.IntRange(0, 600_000), default=0, metavar="MS", help="Delay every API answer.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the parties and their data."
)
@click.option("--now", metavar="TIME", help="Start of the sandbox's clock, as ISO 8601. Default: now.")
@click.option(
    "--write-target", type=click.Path(dir_okay=False, path_type=Path), help="Write the target file for this sandbox."
)
@click.option(
    "--tls",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Serve HTTPS; ca.pem is written to DIR.",
)
@click.option("--url", metavar="URL", help="The address that clients use, if a proxy is in front of the sandbox.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what clients file in a file. Default: in memory.",
)
@click.option(
    "--record", type=click.Path(dir_okay=False, path_type=Path), help="Record every client call in this file."
)
@click.option(
    "--client-key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Let the client sign with this key: the public half, as PEM, JWK or JWKS.",
)
@click.option(
    "--hold",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="PROVESTAND_SANDBOX_HOLD",
    help="Hold back answers while this file exists: all, or those whose path or fault matches a word in the file.",
)
@click.option(
    "--page/--no-page", default=True, show_default=True, help="Serve web pages for people at the sandbox's address."
)
@click.option("--list-knobs", is_flag=True, help="Print every open question and its answers.")
@click.option("--list-faults", is_flag=True, help="Print every fault and every benign variation.")
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
def command(
    host: str,
    port: int,
    knobs: tuple[str, ...],
    faults: tuple[str, ...],
    latency: int,
    seed: int,
    now: str | None,
    write_target: Path | None,
    tls: Path | None,
    url: str | None,
    state: Path | None,
    record: Path | None,
    client_key: Path | None,
    hold: Path | None,
    page: bool,
    list_knobs: bool,
    list_faults: bool,
    until_stdin_closes: bool,
) -> None:
    """Serve the emulated APIs until Ctrl-C.

    `provestand run --target FILE` judges a sandbox started with `--write-target FILE`. The header `Provestand-Fault:
    NAME` breaks a single call.
    """
    from harness.sandbox.app import Options, make_sandbox
    from harness.sandbox.doorkeeper import names_of
    from harness.sandbox.faults.catalogue import UnknownFaultError
    from harness.sandbox.faults.selection import select
    from harness.sandbox.knobs import UnknownKnobError, turned
    from harness.sandbox.maskinporten.clients import KeyRefusedError
    from harness.sandbox.maskinporten.public_keys import read_public_keys
    from harness.sandbox.server import CannotServeError, base_url, listening_socket, serve, write_whole
    from harness.sandbox.service import UnusableStateError
    from harness.sandbox.tls import make_tls_files

    if list_knobs:
        _print_knobs()
    if list_faults:
        _print_faults()
    if list_knobs or list_faults:
        return
    try:
        values = turned(knobs)
        selected = select(faults)
        start = _parsed_time(now)
        bound = listening_socket(host, port)
        files = make_tls_files(tls, bound.getsockname()[0]) if tls else None
        base = url.rstrip("/") if url else base_url(bound, "https" if tls else "http")
        authority = str(files.authority) if files else None
        door = _console_door() if page else None
        options = Options(
            base,
            seed,
            values,
            latency / 1000,
            start,
            selected,
            state,
            authority,
            record,
            names_of(base, base_url(bound), host),
            read_public_keys(client_key) if client_key else (),
            hold,
            door,
            door.own_api if door else None,
            door.changed if door else lambda: None,
            door.watch if door else None,
        )
        sandbox = make_sandbox(options)
        if door is not None:
            door.open(sandbox.app, sandbox.target, base)

        def announce() -> None:
            if write_target is not None:
                write_whole(write_target, sandbox.target)
            looks = "open it in a browser to see what your system sends; " if page else ""
            complain(f"sandbox at {base}, seed {seed}; {looks}Ctrl-C ends it")

        serve(
            sandbox,
            bound,
            announce,
            watch_stdin=until_stdin_closes,
            chain=files.chain if files else None,
            ending=door.close if door else lambda: None,
        )
    except (UnknownKnobError, UnknownFaultError, CannotServeError, UnusableStateError) as error:
        raise click.UsageError(str(error)) from error
    except KeyRefusedError as error:
        raise click.UsageError(f"--client-key {client_key}: {error}") from error
    except OSError as error:
        raise click.UsageError(f"--tls {tls}: {error.strerror}. Name a writable folder.") from error


def _console_door() -> "ConsoleDoor":
    from harness.console.opened import ConsoleDoor

    return ConsoleDoor()


def _print_knobs() -> None:
    from harness.sandbox.knobs import all_knobs

    for knob in all_knobs():
        say(f"{knob.name}={knob.choices}  (default {knob.default})\n    {knob.text} {knob.source}.")


def _print_faults() -> None:
    from harness.sandbox.faults.catalogue import all_faults

    for fault in all_faults():
        say(f"{fault.full_name}  {fault.breaks or 'benign'}\n    {fault.text}")


def _parsed_time(text: str | None) -> datetime.datetime | None:
    if text is None:
        return None
    try:
        start = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--now {text}: not a time. Write it like 2026-01-31T12:00:00Z.") from error
    if start.year not in YEARS:
        raise click.UsageError(f"--now {text}: outside the sandbox's years, {YEARS[0]} to {YEARS[-1]}.")
    return start if start.tzinfo else start.replace(tzinfo=datetime.UTC)
