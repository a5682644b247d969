"""`provestand check-request`: what a request would meet, before it is sent."""

import datetime
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from harness.contract.contract import Contract
    from harness.contract.request_check import Problem, Rules

RULES = "request_rules"
HEADINGS = {
    "form": ("red", "of wrong form (the service answers 400)"),
    "condition": ("yellow", "broken conditions (the service answers 422 with all of them)"),
    "warning": ("cyan", "worth a look (what is published does not say that it is refused)"),
}

LATER = ("yellow", "broken conditions (422, once the form is right)")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--api", help="The API that the request is for. Default: the only one with rules for requests.")
@click.option("--version", help="A pinned version (see `provestand specs list`). Default: the newest.")
@click.option("--sender", metavar="ORGNR", help="The organisation that the token speaks for.")
@click.option("--today", metavar="DATE", help="The day on which it is sent, as YYYY-MM-DD. Default: today.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(file: Path, api: str | None, version: str | None, sender: str | None, today: str | None, form: str) -> None:
    """Hold a request's JSON body against the specification and the API's conditions. Nothing is sent.

    FILE is the body, or - for standard input. Exit codes: 0 nothing to mend (there may be warnings), 1 something is
    wrong, 2 wrong usage or a file that is no JSON.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import contract_of
    from harness.contract.request_check import NotJsonError, check_request

    name = api or _only_api_with_rules()
    rules = _rules_of(name)
    day = _parsed_day(today)
    _check_sender(sender)
    text = _read(file)
    try:
        contract = contract_of(name, version)
        problems = check_request(contract, rules.OPERATION, text, rules, day, sender)
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    except NotJsonError as error:
        raise click.UsageError(
            f"{file}:{error.line}:{error.column}: it is no JSON ({error}). Mend the syntax there."
        ) from error
    if form == "json":
        click.echo(_as_json(file, contract, day, problems, rules.UNKNOWABLE))
    else:
        _print(file, contract, day, problems, rules.UNKNOWABLE)
    sys.exit(1 if any(problem.kind != "warning" for problem in problems) else 0)


def _with_rules() -> list[str]:
    """The APIs that say what can be told of a request, found by walking the scenarios."""
    from harness.cli.run import scenarios_folder

    found = scenarios_folder().glob(f"*/{RULES}*")  # a module or a package
    return sorted({path.parent.name for path in found if path.stem == RULES})


def _only_api_with_rules() -> str:
    found = _with_rules()
    if len(found) != 1:
        raise click.UsageError(f"--api: name one of {', '.join(found) or 'none that there is'}.")
    return found[0]


def _rules_of(api: str) -> "Rules":
    from harness.cli.run import scenarios_folder

    if api not in _with_rules():
        raise click.UsageError(f"--api {api}: there are rules for requests to {', '.join(_with_rules())}. Name one.")
    sys.path.insert(0, str(scenarios_folder().parent))
    return cast("Rules", importlib.import_module(f"{scenarios_folder().name}.{api}.{RULES}"))


def _parsed_day(text: str | None) -> datetime.date:
    if text is None:
        return datetime.datetime.now(datetime.UTC).astimezone().date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--today {text}: it is no date. Write it like 2026-03-16.") from error


def _check_sender(sender: str | None) -> None:
    if sender is not None and not (sender.isascii() and sender.isdigit() and len(sender) == 9):
        raise click.UsageError(f"--sender {sender}: it is no organisation number. Write its nine digits.")


def _read(file: Path) -> str:
    try:
        octets = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return octets.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file}: it cannot be read ({error.strerror}). Name a file that exists.") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file}: byte {error.start} is no UTF-8. Save the file as UTF-8.") from error


def _as_json(
    file: Path, contract: "Contract", day: datetime.date, problems: "Sequence[Problem]", unknowable: Mapping[str, str]
) -> str:
    document = {
        "schema": 1,
        "file": str(file),
        "api": contract.api,
        "version": contract.version,
        "today": day.isoformat(),
        "problems": [
            {"kind": p.kind, "kode": p.kode, "path": p.path, "line": p.line, "message": p.message} for p in problems
        ],
        "unknowable": {place: codes.split() for place, codes in unknowable.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _print(
    file: Path, contract: "Contract", day: datetime.date, problems: "Sequence[Problem]", unknowable: Mapping[str, str]
) -> None:
    info = contract.document.content["info"]
    click.echo(f"{file}: held against {info['title']} {info['version']}, as if sent on {day}")
    width = max((len(str(problem.line or "?")) for problem in problems), default=1)
    headings = HEADINGS if all(problem.kind != "form" for problem in problems) else HEADINGS | {"condition": LATER}
    for kind, (colour, heading) in headings.items():
        chosen = [problem for problem in problems if problem.kind == kind]
        if chosen:
            click.echo(f"\n{click.style(heading, bold=True)}")
        for problem in chosen:
            title = click.style(problem.kode, fg=colour) + "  " if problem.kode else ""
            click.echo(f"  line {problem.line or '?':>{width}}  {title}{problem.path}")
            click.echo(f"  {'':>{width + 5}}  {problem.message}")
    click.echo("\n" + _summary(problems))
    click.echo(f"Not to be told from a file: what depends on {'; on '.join(unknowable)}.")


def _summary(problems: "Sequence[Problem]") -> str:
    counts = {kind: sum(problem.kind == kind for problem in problems) for kind in HEADINGS}
    if not problems:
        return click.style("Nothing to mend.", fg="green")
    words = {"form": "of wrong form", "condition": "broken conditions", "warning": "worth a look"}
    return ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count) + "."
