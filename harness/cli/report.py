"""`provestand report`: makes pages and files for people and pipelines from the results of a run."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from harness.cli._printing import command_line, complain, say
from harness.cli._surroundings import keep_private

if TYPE_CHECKING:
    from harness.reporting.formats import Command


@dataclass(frozen=True)
class Wanted:
    """The requested reports; `formats` are those that need only the results."""

    formats: tuple[str, ...]
    summary: Literal["nb", "en"] | None
    allure: bool
    history: Path | None
    bundle: bool
    sign: str | None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Written if no other report is asked for."""
        return self.formats if self.formats or self.summary or self.allure or self.bundle else ("html",)


class Report(click.Command):
    """Has an option for each format; the formats are loaded only with this command."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Click's own, with the formats' options after the folder."""
        from harness.reporting.formats import all_formats

        folder, *rest = super().get_params(ctx)
        made = [click.Option([f"--{name}"], is_flag=True, help=each.HELP) for name, each in all_formats().items()]
        return [folder, *made, *rest]


@click.command(cls=Report)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--allure", is_flag=True, help="Allure's report in one file; needs Node.")
@click.option(
    "--history", type=click.Path(path_type=Path), metavar="FILE", help="--allure: the earlier runs; this one is added."
)
@click.option("--summary", type=click.Choice(["nb", "en"]), help="The summary for Skatteetaten: Markdown and HTML.")
@click.option("--bundle", is_flag=True, help="One archive to hand over: summary, verdict, redacted log, specs.")
@click.option("--sign", metavar="KEY", help="--bundle: sign with `file:PATH` or `env:NAME`, an RSA key as PEM or JWK.")
@click.option("--verify", type=click.Path(path_type=Path), metavar="BUNDLE", help="Check a bundle, offline.")
@click.option(
    "--signer",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="--verify: the key or certificate that must have signed it.",
)
@click.option("--unsigned", is_flag=True, help="--verify: accept an unsigned bundle.")
def command(
    folder: Path | None,
    verify: Path | None,
    signer: Path | None,
    unsigned: bool,
    summary: Literal["nb", "en"] | None,
    allure: bool,
    history: Path | None,
    bundle: bool,
    sign: str | None,
    **formats: bool,
) -> None:
    """Make reports from the results folder of a run, in that folder, and print their paths.

    Exit code of --verify: 0 intact, 1 changed or not signed by the key or certificate of --signer, 2 not a bundle, or
    unsigned with neither --signer nor --unsigned given.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.reporting.bundle import NoBundleError
    from harness.suite.unfinished import NotResumableError
    from harness.targets.configuration import ConfigurationError
    from harness.verdict.results import UnusableResultsError

    chosen = tuple(name for name, is_wanted in formats.items() if is_wanted)
    wanted = Wanted(chosen, summary, allure, history, bundle, sign)
    if (folder is None) == (verify is None):
        raise click.UsageError("name the results folder of a run (`--out`), or a bundle to --verify.")
    if (wanted.sign and not wanted.bundle) or (wanted.history and not wanted.allure) or (signer and not verify):
        raise click.UsageError("--sign requires --bundle, --history requires --allure, --signer requires --verify.")
    if unsigned and (signer or not verify):
        raise click.UsageError("--unsigned requires --verify, and cannot be combined with --signer.")
    keep_private()
    try:
        if verify is not None:
            sys.exit(_verified(verify, signer, unsigned=unsigned))
        if folder is not None:
            _conclude_where_cut_off(folder)
            for made in _made(folder, wanted):
                if isinstance(made, Path):
                    say(str(made))
                else:
                    command_line(made)
    except (
        UnusableResultsError,
        FaultySpecificationError,
        ConfigurationError,
        NoBundleError,
        NotResumableError,
    ) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{error.filename or folder or verify}: {error.strerror}. Fix it there.") from error


def _conclude_where_cut_off(folder: Path) -> None:
    """A run that was killed left no verdict, only its findings; the report says what is missing."""
    from harness.suite.run import conclude_unfinished
    from harness.suite.unfinished import RECORD

    if (folder / ".parts" / RECORD).is_file() and not (folder / "verdict.json").exists():
        conclude_unfinished(folder)


def _made(folder: Path, wanted: Wanted) -> "Iterator[Path | Command]":
    """Makes the requested reports and yields what to print. The bundle comes last: it packs the others."""
    from harness.reporting.allure_report import NoAllureError, write_allure_report
    from harness.reporting.bundle import write_bundle
    from harness.reporting.formats import Results, all_formats
    from harness.reporting.seal import read_signer
    from harness.reporting.summary import write_summary
    from harness.targets.vendor import find_vendor
    from harness.verdict.results import contracts_of, verdict_in

    verdict = verdict_in(folder)
    contracts = contracts_of(verdict.specs)
    for name in wanted.chosen:
        yield from all_formats()[name].write(Results(folder, verdict, contracts))
    summary = wanted.summary
    if wanted.bundle and not summary and not any(folder.glob("summary.*")):
        summary = "nb"  # Skatteetaten asks for the summary; a bundle without it is useless
    if summary:
        yield from write_summary(verdict, contracts, find_vendor(Path.cwd()), summary, folder)
    if wanted.bundle:
        yield write_bundle(verdict, contracts, folder, read_signer(wanted.sign) if wanted.sign else None)
    if wanted.allure:
        try:
            yield write_allure_report(verdict, folder, wanted.history)
        except NoAllureError as error:
            complain(str(error))


def _verified(bundle: Path, signer: Path | None, *, unsigned: bool) -> int:
    from harness.reporting.bundle import inspect_bundle
    from harness.reporting.seal import read_thumbprint

    wanted = read_thumbprint(signer) if signer else None
    found = inspect_bundle(bundle)
    for fault in found.faults:
        say(f"{bundle}: {fault}")
    if not found.faults:
        say(f"{bundle}: all {len(found.files)} files match the manifest")
        for claim in found.claims:
            say(f"{bundle}: {claim}")
    say(f"{bundle}: {found.seal or 'not signed: anyone could have made it'}")
    is_wanted = wanted is None or (found.seal is not None and found.seal.thumbprint == wanted)
    if not is_wanted:
        say(f"{bundle}: not signed by the key in {signer} (thumbprint {wanted})")
    if not is_wanted or found.faults:
        return 1
    if found.seal is None and not unsigned:
        raise click.UsageError(f"{bundle}: not signed. Ask for a signed bundle, or use --unsigned to accept it.")
    return 0
