"""`provestand drift`: what changed between two documents, with proof."""

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import say
from harness.cli._surroundings import print_document
from harness.cli._time_left import time_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.drift.comparison.pipeline import Progress
    from harness.drift.flows.documents import Effort
    from harness.drift.report import Report, Threshold

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
    help="Exit code 1 if a finding is at least this severe.",
)
@click.option(
    "--policy", "policy_name", default="skatteetaten", show_default=True, help="skatteetaten, strict or a TOML file."
)
@click.option("--explain", metavar="RULE", help="Explain what a rule finds, with an example; `all` lists the rules.")
@click.option(
    "--observed",
    metavar="DIR|FILE.har",
    help="Check recorded traffic (a run's folder, or any HAR file) against OLD, or against the pinned documents.",
)
@click.option(
    "--documented", metavar="PAGE", help="Check a documentation page against the error catalogue and test data."
)
@click.option("--api", help="--documented: the API that the page is about. Default: the one whose codes it mentions.")
@click.option("--no-witness", is_flag=True, help="Do not prove the findings: faster, but with false alarms.")
@click.option(
    "--budget",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="CPU time for the comparison; what is then unsettled is a warning. Default: depends on the documents' size.",
)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that references may point into. Default: each document's own folder.",
)
def command(
    old: str | None,
    new: str | None,
    form: str,
    fail_on: "Threshold",
    policy_name: str,
    explain: str | None,
    observed: str | None,
    documented: str | None,
    api: str | None,
    no_witness: bool,
    budget: float | None,
    root: Path | None,
) -> None:
    """Compare two OpenAPI documents, OLD and NEW: what changed, whether it breaks clients, and the proof.

    OLD and NEW may also be two recordings: HAR files, or folders of runs.

    Exit codes: 0 no drift at or above --fail-on, 1 drift, 2 a document or policy that cannot be read, 3 nothing was
    judged: no recorded call is in the document, or a recording has no answer to compare.
    """
    from harness.drift.flows.documents import Effort
    from harness.drift.presentation import render

    if explain is not None:
        say(_explained(explain).rstrip("\n"))
        return
    ways = [observed is not None, documented is not None, new is not None]
    if sum(ways) != 1 or (documented is not None and old is not None):
        raise click.UsageError(
            "Name two documents (provestand drift OLD NEW), recorded traffic (drift [OLD] --observed DIR)"
            " or a page (drift --documented PAGE)."
        )
    with _progress() as progress:
        effort = Effort(not no_witness, budget, root, progress)
        report = _report(old, new, observed, documented, api, policy_name, effort)
    print_document(render(report, form), form)
    if report.facts.get("judged") == 0:
        sys.exit(3)
    sys.exit(1 if report.fails(fail_on) else 0)


@contextmanager
def _progress() -> "Iterator[Progress | None]":
    """A progress line on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    from harness.display import one_line, quantity

    console = Console(stderr=True)
    begun: dict[str, float] = {}
    with console.status("reading the documents …") as status:

        def shown(what: str, done: int, whole: int, found: int, latest: str) -> None:
            passed = time.monotonic() - begun.setdefault(what, time.monotonic())
            unit = "operation" if what == "compared" else "finding"
            counted = [
                f"{done} of {quantity(whole, unit)} {what}",
                quantity(found, "finding"),
                time_left(passed, done, whole),
            ]
            line = one_line("; ".join(filter(None, (", ".join(filter(None, counted)), latest))))
            status.update(Text(line[: max(console.width - 4, 20)]))

        yield shown


def _report(
    old: str | None,
    new: str | None,
    observed: str | None,
    documented: str | None,
    api: str | None,
    policy_name: str,
    effort: "Effort",
) -> "Report":
    """The requested report; an unreadable file ends the command with one line."""
    from harness.drift.documents.files import UnreadableDocumentError
    from harness.drift.flows.documents import compared, is_recording
    from harness.drift.policy import UnreadablePolicyError

    pair = Path(str(old)), Path(str(new))
    try:
        if documented is not None:
            return _of_page(Path(documented), policy_name, api)
        if observed is not None:
            return _of_traffic([Path(observed)], Path(old) if old else None, policy_name, effort.root)
        if all(map(is_recording, pair)):
            return _of_traffic(pair, None, policy_name, effort.root)
        return compared(*pair, policy_name, effort)
    except (UnreadableDocumentError, UnreadablePolicyError) as error:
        raise click.UsageError(str(error)) from error


def _of_traffic(recordings: "Sequence[Path]", document: Path | None, policy_name: str, root: Path | None) -> "Report":
    """Checks a recording against documents, or compares two recordings."""
    from harness.drift.flows.recordings import between_recordings, in_recording
    from harness.har import UnreadableRecordingError

    try:
        if len(recordings) == 1:
            return in_recording(recordings[0], document, policy_name, root)
        old, new = recordings
        return between_recordings(old, new, policy_name)
    except UnreadableRecordingError as error:
        raise click.UsageError(str(error)) from error


def _of_page(path: Path, policy_name: str, api: str | None) -> "Report":
    from harness.contract.faulty import FaultySpecificationError
    from harness.drift.flows.pages import on_page
    from harness.drift.pages.documentation import UnreadablePageError

    try:
        return on_page(path, policy_name, api)
    except (FaultySpecificationError, UnreadablePageError) as error:
        raise click.UsageError(str(error)) from error


def _explained(name: str) -> str:
    from harness.drift.compare import registry

    rules = registry().rules
    if name == "all":
        width = max(map(len, rules))
        return "".join(f"{rule.id:{width}}  {rule.sentence}\n" for rule in sorted(rules.values(), key=lambda r: r.id))
    if name not in rules:
        import difflib

        near = difflib.get_close_matches(name, rules, n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"--explain {name}: there is no such rule.{hint} `--explain all` lists them.")
    rule = rules[name]
    grades = ", ".join(f"{severity} in {direction}" for direction, severity in rule.severity.items())
    mirror = f"mirror {rule.mirror}" if rule.mirror else f"no mirror: {rule.no_mirror}"
    lines = [f"{rule.id}: {rule.sentence}", f"{grades} (policy strict); {mirror}", f"found in {rule.found_in}"]
    if rule.old:
        lines += ["old:", rule.old, "new:", rule.new]
    return "\n".join(lines) + "\n"
