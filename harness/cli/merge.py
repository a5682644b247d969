"""`provestand merge`: joins the shards of a run into one verdict and one report."""

import sys
from pathlib import Path

import click

from harness.cli._surroundings import keep_private


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIR...", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the joined results.")
def command(folders: tuple[Path, ...], out: Path) -> None:
    """Join results of runs against one target, or parts of a self-test, for example from a CI matrix. The order of the
    folders does not matter, and a folder named twice counts once.

    Exit codes are the same as for `run`, or for `selftest`.
    """
    from harness.cli.selftest import end_with
    from harness.reporting.folder import ensure_ours_or_new, write_merged
    from harness.reporting.terminal import print_verdict
    from harness.selftest.matrix import UnusablePartsError, is_selftest, joined, read_part
    from harness.verdict.conclusion import EXIT_CODES
    from harness.verdict.results import UnusableResultsError

    keep_private()
    try:
        if all(map(is_selftest, folders)):
            whole = joined([read_part(folder) for folder in folders])
            out.mkdir(parents=True, exist_ok=True)
            sys.exit(end_with(whole, out))
        ensure_ours_or_new(out)
        verdict, contracts = write_merged(folders, out)
    except (UnusableResultsError, UnusablePartsError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"--out {out}: it cannot be written ({error.strerror}). Name another folder.") from error
    print_verdict(verdict, contracts, out)
    sys.exit(EXIT_CODES[verdict.verdict])
