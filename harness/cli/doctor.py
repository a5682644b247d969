"""`provestand doctor`: checks the access chain step by step."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say
from harness.cli._surroundings import print_document
from harness.display import quantity

if TYPE_CHECKING:
    from harness.doctor.report import Report, Step

MARKS = {"ok": "ok     ", "failed": "FAILED ", "skipped": "skipped"}


@click.command()
@click.option(
    "--target", default="sandbox", show_default=True, help="A target in provestand.toml, or a file with one target."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--explain", metavar="CODE", help="Only explain a code: MP-…, AM-…, AUTH.VLD-…, KB-…, DAS-….")
def command(target: str, form: str, explain: str | None) -> None:
    """Check the access to a target step by step; explain each failure and how to fix it.

    Exit codes: 0 healthy, 2 configuration or key, 3 no access.
    """
    if explain is not None:
        _explain(explain)
        return
    report = _examined(target)
    if form == "json":
        print_document(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) + "\n", form)
    else:
        for step in report.steps:
            _print(step)
        failed = f"{quantity(len(report.failed), 'step')} failed"
        say(f"\n{report.target}: {failed if report.failed else 'every step that could be tried is ok'}")
    if report.failed:
        sys.exit(2 if report.is_configuration else 3)


def _examined(name: str) -> "Report":
    from harness.doctor.chain import examine
    from harness.doctor.report import Report, Step
    from harness.http.connection import ensure_connection_usable
    from harness.targets.configuration import load_target
    from harness.targets.embedded import SandboxEndedError, running_sandbox
    from harness.targets.problem import ConfigurationError

    try:
        if name == "sandbox":
            with running_sandbox() as sandbox:
                report = examine(sandbox.target)
                if report.failed:
                    sandbox.ensure_alive()
                return report
        target = load_target(name, Path.cwd())
        ensure_connection_usable(target)
    except ConfigurationError as error:
        return Report(name, [Step("configuration", "failed", str(error))])
    except SandboxEndedError as error:
        complain(str(error))
        sys.exit(3)
    report = examine(target)
    return Report(name, [Step("configuration", "ok", f"profile {target.profile}"), *report.steps])


def _print(step: "Step") -> None:
    lines = step.detail.splitlines() or [""]
    say(f"{MARKS[step.state]} {step.name}: {lines[0]}")
    for line in lines[1:]:
        say(f"        {line}")
    if step.cause is not None:
        say(f"        why: {step.cause.cause}")
        say(f"        fix: {step.cause.fix}  [{step.cause.id}]")


def _explain(code: str) -> None:
    from harness.doctor.catalogue import causes_of_code

    found = causes_of_code(code)
    if not found:
        raise click.UsageError(f"--explain {code}: unknown code.")
    for cause in found:
        say(f"{code}: {cause.cause}\n  fix: {cause.fix}")
