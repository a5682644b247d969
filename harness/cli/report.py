"""`provestand report`: the pages and files that people and pipelines read, from the results of a run."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--html", is_flag=True, help="report.html, one page. Made when nothing else is asked for.")
@click.option("--summary", type=click.Choice(["nb", "en"]), help="The summary for Skatteetaten: Markdown and HTML.")
def command(folder: Path | None, html: bool, summary: str | None) -> None:
    """Make reports from the results folder of a run, into that folder."""
    from harness.contract.faulty import FaultySpecificationError
    from harness.targets.configuration import ConfigurationError
    from harness.verdict.results import UnusableResultsError

    if folder is None:
        raise click.UsageError("name the results folder of a run (`--out`).")
    try:
        for path in _made(folder, html, summary):
            click.echo(path)
    except (UnusableResultsError, FaultySpecificationError, ConfigurationError) as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{folder}: it cannot be written ({error.strerror}). Mend its rights.") from error
