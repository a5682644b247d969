"""`provestand explain`: what an id means, whatever its kind."""

import json
import textwrap
from typing import TYPE_CHECKING

import click

from harness.cli._printing import say, say_styled
from harness.cli._surroundings import print_document

if TYPE_CHECKING:
    from harness.handbook.entry import Entry

WIDTH = 112
"""The maximum line length, in columns."""


@click.command()
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
def command(name: str, as_json: bool) -> None:
    """Explain an id: a requirement, an error code, a condition, a fault, a knob, a drift rule.

    Letter case does not matter. `provestand list` shows the ids. Exit codes: 0 explained, 2 unknown id.
    """
    from harness.handbook.index import UnknownIdError, find

    try:
        found = find(name)
    except UnknownIdError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        members = {"schema": 1, "entries": [entry.as_dict() for entry in found]}
        print_document(json.dumps(members, ensure_ascii=False, indent=1) + "\n", "json")
        return
    for number, entry in enumerate(found):
        _print(entry, is_first=number == 0)


def _print(entry: "Entry", *, is_first: bool) -> None:
    if not is_first:
        say("")
    say_styled(f"{entry.kind} ", entry.id, f" of {entry.api}" if entry.api else "")
    say(textwrap.fill(entry.text, WIDTH, break_long_words=False, break_on_hyphens=False))
    width = max(map(len, entry.details), default=0)
    for label, text in entry.details.items():
        indent = " " * (width + 4)
        lines = [textwrap.fill(line, WIDTH - len(indent), break_long_words=False) for line in text.splitlines()]
        say(f"  {label:{width}}  " + textwrap.indent("\n".join(lines), indent).removeprefix(indent))
