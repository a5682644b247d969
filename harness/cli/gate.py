"""`provestand gate`: compares two verdicts and fails only for what got worse."""

import sys
from pathlib import Path

import click

from harness.cli._surroundings import print_document


@click.command()
@click.argument("baseline", type=click.Path(path_type=Path))
@click.argument("candidate", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(baseline: Path, candidate: Path, form: str) -> None:
    """Compare a run with an earlier one; each is a results folder or its verdict.json.

    Lists deviations, warnings and doubts that are fixed, new, still there or newly untested. Exit code 1 only for what
    got worse at a level that the candidate fails on (`run --fail-on`): a new finding, an expired waiver, a requirement
    that is no longer judged. Exit code 2 if nothing got worse but the candidate covers a different part than the
    baseline.
    """
    from harness.reporting.comparison import comparison_json, comparison_markdown, comparison_text
    from harness.verdict.gate import compare
    from harness.verdict.results import UnusableResultsError, verdict_in

    try:
        before, now = verdict_in(baseline), verdict_in(candidate)
    except UnusableResultsError as error:
        raise click.UsageError(str(error)) from error
    comparison = compare(before, now)
    shown = {
        "text": lambda: comparison_text(comparison),
        "markdown": lambda: comparison_markdown(comparison),
        "json": lambda: comparison_json(comparison, before, now),
    }
    print_document(shown[form]().rstrip() + "\n", form)
    if comparison.worse:
        sys.exit(1)
    if comparison.left_out:
        sys.exit(2)
