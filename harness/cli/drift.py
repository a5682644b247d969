"""`provestand drift`: what changed between two documents, and the proof."""

import sys
from pathlib import Path

import click

FORMATS = ("text", "json", "markdown", "html", "sarif")


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "warning", "any", "none"]),
    default="breaking",
    show_default=True,
    help="Exit code 1 when a finding is at least this grave.",
)
@click.option("--policy", "policy_name", default="skatteetaten", show_default=True, help="skatteetaten, strict or a file.")
@click.option("--explain", metavar="RULE", help="Say what a rule finds, with an example; `all` lists the rules.")
@click.option("--no-witness", is_flag=True, help="Do not prove the findings: faster, and false alarms stay in.")
def command(
    old: str | None, new: str | None, form: str, fail_on: str, policy_name: str, explain: str | None, no_witness: bool
) -> None:
    """Compare two OpenAPI documents, OLD and NEW."""
    from harness.drift.comparison import compare
    from harness.drift.formats_of_reports import render
    from harness.drift.loading import UnreadableDocumentError
    from harness.drift.policy import UnreadablePolicyError, load_policy
    from harness.drift.report import report_of
    from harness.drift.specification import load

    if old is None or new is None:
        raise click.UsageError("Name two documents: provestand drift OLD NEW.")
    try:
        policy = load_policy(policy_name)
        outcome = compare(load(Path(old)), load(Path(new)), prove=not no_witness)
        report = report_of(outcome, policy)
    except (UnreadableDocumentError, UnreadablePolicyError) as error:
        raise click.UsageError(str(error)) from error
    click.echo(render(report, form), nl=False)
    sys.exit(1 if report.fails(fail_on) else 0)  # type: ignore[arg-type]
