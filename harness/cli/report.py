"""`provestand report`: the pages and files that people and pipelines read, from the results of a run."""

import sys
from pathlib import Path
from typing import cast

import click


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--html", is_flag=True, help="report.html, one page. Made when nothing else is asked for.")
@click.option("--summary", type=click.Choice(["nb", "en"]), help="The summary for Skatteetaten: Markdown and HTML.")
@click.option("--bundle", is_flag=True, help="One archive for somebody else: summaries, verdict, redacted log, specs.")
@click.option("--sign", metavar="KEY", help="Sign the bundle: `file:PATH` or `env:NAME` of an RSA key, PEM or JWK.")
@click.option("--verify", type=click.Path(path_type=Path), metavar="BUNDLE", help="Check a bundle, offline.")
@click.option(
    "--signer", type=click.Path(path_type=Path), metavar="FILE", help="verify: the key or certificate that must sign."
)
def command(
    folder: Path | None,
    html: bool,
    summary: str | None,
    bundle: bool,
    sign: str | None,
    verify: Path | None,
    signer: Path | None,
) -> None:
    """Make reports from the results folder of a run, into that folder. Prints what was made.

    Exit code of --verify: 0 whole, 1 changed or not signed by --signer, 2 no bundle.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.reporting.bundle import NoBundleError
    from harness.targets.configuration import ConfigurationError
    from harness.verdict.results import UnusableResultsError

    if (folder is None) == (verify is None):
        raise click.UsageError("name the results folder of a run (`--out`), or a bundle to --verify.")
    if (sign and not bundle) or (signer and not verify):
        raise click.UsageError("--sign goes with --bundle, --signer with --verify.")
    try:
        if verify is not None:
            sys.exit(_verified(verify, signer))
        if folder is not None:
            _make(folder, html, summary, bundle, sign)
    except (UnusableResultsError, FaultySpecificationError, ConfigurationError, NoBundleError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{folder or verify}: {error.strerror}. Mend its rights.") from error


def _make(folder: Path, html: bool, summary: str | None, bundle: bool, sign: str | None) -> None:
    from harness.reporting.bundle import write_bundle
    from harness.reporting.page import write_page
    from harness.reporting.seal import read_signer
    from harness.reporting.summary import Language, write_summary
    from harness.targets.vendor import find_vendor
    from harness.verdict.results import contracts_of, verdict_in

    verdict = verdict_in(folder)
    contracts = contracts_of(verdict.specs)
    if html or not (summary or bundle):
        click.echo(write_page(verdict, contracts, folder))
    if bundle and not summary and not any(folder.glob("summary.*")):
        summary = "nb"  # what Skatteetaten asks for is the summary; a bundle without one is of no use
    if summary:
        for path in write_summary(verdict, contracts, find_vendor(Path.cwd()), cast("Language", summary), folder):
            click.echo(path)
    if bundle:
        click.echo(write_bundle(verdict, contracts, folder, read_signer(sign) if sign else None))


def _verified(bundle: Path, signer: Path | None) -> int:
    from harness.reporting.bundle import inspect_bundle
    from harness.reporting.seal import read_thumbprint

    wanted = read_thumbprint(signer) if signer else None
    found = inspect_bundle(bundle)
    for fault in found.faults:
        click.echo(f"{bundle}: {fault}")
    if not found.faults:
        click.echo(f"{bundle}: {len(found.files)} files are as the manifest says; {found.claim}")
    click.echo(f"{bundle}: {found.seal or 'not signed: anybody could have made it'}")
    is_wanted = wanted is None or (found.seal is not None and found.seal.thumbprint == wanted)
    if not is_wanted:
        click.echo(f"{bundle}: not signed by the key in {signer}, whose thumbprint is {wanted}")
    return 0 if is_wanted and not found.faults else 1
