"""`provestand report`: the pages and files that people and pipelines read, from the results of a run."""

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", required=False, type=click.Path(path_type=Path))
@click.option("--html", is_flag=True, help="report.html. What is made when nothing else is asked for.")
def command(folder: Path | None, html: bool) -> None:
    """Make reports from the results folder of a run, into that folder."""
