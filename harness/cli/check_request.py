"""`provestand check-request`: what the service would say to a request, before it is sent."""

import datetime
import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from harness.cli._printing import say, say_styled
from harness.cli._surroundings import print_document

if TYPE_CHECKING:
    from harness.contract.contract import Contract
    from harness.contract.request_check import Checked, Problem, Rules

RULES = "request_rules"
HEADINGS = {
    "form": ("red", "malformed (the service answers 400)"),
    "condition": ("yellow", "broken conditions (the service answers 422 with all of them)"),
    "open": ("magenta", "open (the published sources are silent or contradict each other)"),
    "warning": ("cyan", "worth checking (the published sources do not say that it is refused)"),
}

STANDARD_INPUT = Path("-")
LATER = ("yellow", "broken conditions (422, once the form is right)")


@dataclass(frozen=True)
class _Found:
    """What was checked, and the problems found. `unknowable` is empty if only the form was checked."""

    file: Path
    contract: "Contract"
    operation: str
    day: datetime.date
    problems: "Sequence[Problem]"
    unknowable: Mapping[str, str]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--api", help="The API that the request is for. Default: the only one with rules for requests.")
@click.option(
    "--operation", metavar="ID", help="The operation that takes the body. Default: recognised by its members."
)
@click.option("--version", help="A pinned version (see `provestand specs list`). Default: the newest.")
@click.option("--sender", metavar="ORGNR", help="The organisation that the token speaks for.")
@click.option("--today", metavar="DATE", help="The day on which it is sent, as YYYY-MM-DD. Default: today.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    file: Path,
    api: str | None,
    operation: str | None,
    version: str | None,
    sender: str | None,
    today: str | None,
    form: str,
) -> None:
    """Check a request's JSON body against the specification and the API's conditions. Nothing is sent.

    FILE is the body, or - for standard input.

    \b
    Exit codes:
      0  nothing to fix: the request can be sent as it is, though some points may be worth checking
      1  the service would refuse the request: it is malformed, or it breaks a condition
      2  nothing was checked: an option is wrong, or the file cannot be read or is not JSON
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import contract_of
    from harness.contract.request_check import NotJsonError, check_request, has_body_of, meant_for

    name = _only_api_with_rules() if api is None else api
    rules = _rules_of(name)
    _check_version(name, version)
    day = _parsed_day(today)
    _check_sender(sender)
    text = _read(file)
    try:
        contract = contract_of(name, version)
        _check_operation(contract, operation)
        meant = meant_for(contract, text, rules.OPERATION) if operation is None else operation
        of_form_alone = not has_body_of(contract, meant, rules.OPERATION)
        problems = check_request(contract, meant, text, None if of_form_alone else rules, day, sender)
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    except NotJsonError as error:
        raise click.UsageError(
            f"{_shown(file)}:{error.line}:{error.column}: it is not valid JSON ({error}). Fix the syntax there."
        ) from error
    found = _Found(file, contract, meant, day, problems, {} if of_form_alone else rules.UNKNOWABLE)
    if form == "json":
        print_document(_as_json(found) + "\n", form)
    else:
        _print(found)
    sys.exit(1 if any(problem.kind in {"form", "condition"} for problem in problems) else 0)


def _with_rules() -> list[str]:
    """The APIs with rules for requests, found by walking the scenarios."""
    from harness.contract.folders import scenarios_folder

    found = scenarios_folder().glob(f"*/{RULES}*")  # a module or a package
    return sorted({path.parent.name for path in found if path.stem == RULES})


def _only_api_with_rules() -> str:
    found = _with_rules()
    if len(found) != 1:
        raise click.UsageError(f"--api: name one of {', '.join(found) or 'the APIs (none has rules)'}.")
    return found[0]


def _rules_of(api: str) -> "Rules":
    from harness.contract.folders import scenarios_folder

    if api not in _with_rules():
        raise click.UsageError(
            f"--api {api}: there are no request rules for it. APIs with rules: {', '.join(_with_rules())}."
        )
    sys.path.insert(0, str(scenarios_folder().parent))
    return cast("Rules", importlib.import_module(f"{scenarios_folder().name}.{api}.{RULES}"))


def _check_version(api: str, version: str | None) -> None:
    from harness.contract.pinned import versions

    if version is not None and version not in versions(api):
        pinned = ", ".join(versions(api))
        raise click.UsageError(f"--version {version}: not pinned. The versions of {api} are {pinned}.")


def _check_operation(contract: "Contract", operation: str | None) -> None:
    from harness.contract.request_check import taking_json

    known = taking_json(contract)
    if operation is not None and operation not in known:
        raise click.UsageError(
            f"--operation {operation}: there is no such operation with a JSON body. Name one of {', '.join(known)}."
        )


def _parsed_day(text: str | None) -> datetime.date:
    if text is None:
        return datetime.datetime.now(datetime.UTC).astimezone().date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"--today {text}: not a date. Write it like 2026-03-16.") from error


def _check_sender(sender: str | None) -> None:
    if sender is not None and not (sender.isascii() and sender.isdigit() and len(sender) == 9):
        raise click.UsageError(f"--sender {sender}: not an organisation number. Write its nine digits.")


def _shown(file: Path) -> str:
    return "standard input" if file == STANDARD_INPUT else str(file)


def _read(file: Path) -> str:
    octets = _octets(file)
    if b"\0" in octets:
        # In UTF-8 only NUL has a zero byte, and JSON has no NUL.
        raise click.UsageError(f"{_shown(file)}: UTF-16, or not text at all. Save the file as UTF-8.")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{_shown(file)}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    if not text.strip():
        raise click.UsageError(f"{_shown(file)}: the file is empty. Name the file with the request's body.")
    return text


def _octets(file: Path) -> bytes:
    if file == STANDARD_INPUT and sys.stdin is None:  # the shell closed it
        raise click.UsageError("standard input is closed. Pipe the request's body to it, or name a file.")
    from harness.files.text import read_octets, read_stream
    from harness.files.unreadable import UnreadableFileError

    try:
        return read_stream(sys.stdin.buffer, _shown(file)) if file == STANDARD_INPUT else read_octets(file)
    except UnreadableFileError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{_shown(file)}: it cannot be read ({error.strerror}). Name a file.") from error


def _as_json(found: _Found) -> str:
    document: Checked = {
        "schema": 1,
        "file": str(found.file),
        "api": found.contract.api,
        "version": found.contract.version,
        "operation": found.operation,
        "today": found.day.isoformat(),
        "problems": [
            {"kind": p.kind, "kode": p.kode, "path": p.path, "line": p.line, "message": p.message}
            for p in found.problems
        ],
        "unknowable": {place: codes.split() for place, codes in found.unknowable.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _print(found: _Found) -> None:
    info, problems = found.contract.document.content["info"], found.problems
    whose = "" if found.unknowable else f", as the body of {found.operation}"
    say(f"{_shown(found.file)}: checked against {info['title']} {info['version']} as of {found.day}{whose}")
    width = max((len(str(problem.line)) for problem in problems), default=1)
    headings = HEADINGS if all(problem.kind != "form" for problem in problems) else HEADINGS | {"condition": LATER}
    for kind, (colour, heading) in headings.items():
        chosen = [problem for problem in problems if problem.kind == kind]
        if chosen:
            say_styled("\n", heading)
        for problem in chosen:
            place = f"  line {problem.line:>{width}}  "
            say_styled(place, problem.kode, f"{'  ' if problem.kode else ''}{problem.path}", colour=colour)
            say(f"  {'':>{width + 5}}  {problem.message}")
    say_styled("\n", _summary(problems), colour=None if problems else "green")
    if found.unknowable:
        say(f"A file cannot show what depends on {'; on '.join(found.unknowable)}.")
    else:
        say("There are no rules for this operation; only the form was checked.")


def _summary(problems: "Sequence[Problem]") -> str:
    counts = {kind: sum(problem.kind == kind for problem in problems) for kind in HEADINGS}
    if not problems:
        return "Nothing to fix."
    conditions = "broken condition" if counts["condition"] == 1 else "broken conditions"
    words = {"form": "malformed", "condition": conditions, "open": "open", "warning": "worth checking"}
    return ", ".join(f"{count} {words[kind]}" for kind, count in counts.items() if count) + "."
