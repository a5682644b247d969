"""`provestand client`: judges the vendor's own system while it calls the sandbox."""

import sys
from pathlib import Path

import click

from harness.cli._options import as_arguments, option
from harness.cli._printing import say


@click.command()
@option("api", "Only clients of this API. Can be repeated.")
@click.option("--scenario", multiple=True, metavar="NAME", help="Only client scenarios whose name contains this.")
@option("requirement", "Only client scenarios that judge this requirement. Can be repeated.")
@option("drive")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the sandbox. Default: a free one.")
@click.option("--tls", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="HTTPS; DIR gets ca.pem.")
@click.option(
    "--client-key", type=click.Path(dir_okay=False, path_type=Path), help="The client's own public key: PEM, JWK(S)."
)
@option("patience")
@option("seed", "Seed of the sandbox's parties and their data. Default: 1.")
@option("out")
@option("waivers")
@option("recorded", "Judge recorded traffic of the client; start nothing.")
@click.option(
    "--starter",
    metavar="LANGUAGE",
    help="Print a driver to start from: dotnet, java, node, python or shell. Redirect it to a file.",
)
@option("card")
@option("fail-on")
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Complete the run in this folder.")
@click.option(
    "--page/--no-page", default=None, help="Show the run in a browser. Default: only if a person drives the client."
)
@click.option("-q", "--quiet", is_flag=True, help="Print only the verdict, no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each scenario as it ends.")
@click.option("--list", "lists", is_flag=True, help="List the client scenarios; run none.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def command(
    scenario: tuple[str, ...],
    port: int,
    tls: Path | None,
    client_key: Path | None,
    starter: str | None,
    resume: Path | None,
    page: bool | None,
    quiet: bool,
    verbose: bool,
    lists: bool,
    pytest_args: tuple[str, ...],
    **asked: object,
) -> None:
    """Judge a client of the APIs: your own system, while it calls the built-in sandbox.

    Exit codes are the same as for `run`. Arguments after `--` go to pytest.
    """
    from harness.cli.run import judged, loudness
    from harness.clients.starters import starters

    if starter is not None:
        known = starters()
        if starter not in known:
            raise click.UsageError(f"--starter {starter}: there is no such starter. There are {', '.join(known)}.")
        say(known[starter].rstrip("\n"))
        return
    arguments, drive, recorded = as_arguments(asked), asked["drive"], asked["recorded"]
    if scenario:
        arguments += ["-k", " or ".join(scenario)]
    sandbox: dict[str, object] = {"--port": port, "--tls": tls, "--client-key": client_key}
    for name, value in sandbox.items():
        if value:
            arguments += [f"--sandbox-option={name}", f"--sandbox-option={value}"]
    if recorded is not None and (drive is not None or tls is not None or client_key is not None):
        raise click.UsageError("--recorded starts nothing; remove --drive, --tls and --client-key.")
    if resume is None:
        arguments += ["--suite", "client"]
    elif arguments:
        raise click.UsageError(
            f"--resume reuses the options of the original run; remove {arguments[0].partition('=')[0]}."
        )
    else:
        arguments = _arguments_of(resume)
        drive = arguments[arguments.index("--drive") + 1] if "--drive" in arguments else None
        recorded = "--recorded" in arguments or None
    if drive is None and not lists and recorded is None:
        if not sys.stdin.isatty() and not page:
            raise click.UsageError(
                "there is no terminal to guide a person on. Drive the client with --drive COMMAND or --drive URL, "
                "or use the sandbox's pages with --page."
            )
        arguments.append("--capture=no")  # a person types answers
        page = page is not False
    if page and not lists and recorded is None:
        arguments += ["--page", "--sandbox-option=--page"]
    if lists:
        arguments.append("--collect-only")
    sys.exit(judged([*arguments, *loudness(quiet=quiet, verbose=verbose), *pytest_args]))


def _arguments_of(folder: Path) -> list[str]:
    """The original options of a client run, to complete it in its folder."""
    from harness.cli.run import arguments_of

    arguments = arguments_of(folder)
    if arguments[arguments.index("--suite") + 1] != "client":
        raise click.UsageError(
            f"{folder}: this is a run against a service. Complete it with `provestand run --resume`."
        )
    return arguments
