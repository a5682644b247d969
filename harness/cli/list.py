"""`provestand list`: everything of one kind."""

import json
import pkgutil
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say
from harness.cli._surroundings import print_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.handbook.entry import Entry

SHELVES = Path(__file__).parents[1] / "handbook" / "shelves"
KINDS = sorted(module.name for module in pkgutil.iter_modules([str(SHELVES)]))
"""Found without importing them, so that `--help` is fast."""


@click.command(epilog=f"KIND is one of {', '.join(KINDS)}.")
@click.argument("kind", shell_complete=lambda _, __, typed: [each for each in KINDS if each.startswith(typed)])
@click.option("--api", metavar="NAME", help="Only those of one API, or of the token issuer.")
@click.option("--search", metavar="WORDS", help="Only entries with all these words, in any letter case.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program, with everything known about each.")
def command(kind: str, api: str | None, search: str | None, as_json: bool) -> None:
    """List everything of one kind: requirements, faults, knobs and so on.

    One line each: the id, its level, status or default, and its text. `provestand explain ID` shows more.
    """
    from harness.handbook.index import entries_of, searched

    entries: Sequence[Entry] = entries_of(_kind(kind))
    if api is not None:
        entries = _of_api(entries, kind, api)
    if search is not None:
        entries = searched(entries, search)
    if as_json:
        members = {"schema": 1, "kind": kind, "entries": [entry.as_dict() for entry in entries]}
        print_document(json.dumps(members, ensure_ascii=False, indent=1) + "\n", "json")
        return
    if not entries:
        complain(f"None of the {kind} matches.")
    widths = [
        max((len(text) for text in column), default=0)
        for column in ([e.id for e in entries], [e.mark for e in entries])
    ]
    for entry in entries:
        say(f"{entry.id:{widths[0]}}  {entry.mark:{widths[1]}}  {entry.text}")


def _kind(name: str) -> str:
    """The named kind, in any letter case; raises click.UsageError."""
    if name.lower() in KINDS:
        return name.lower()
    near = get_close_matches(name.lower(), KINDS, n=2, cutoff=0.6)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(KINDS)}."
    raise click.UsageError(f"There is no list of {name!r}. {hint}")


def _of_api(entries: "Sequence[Entry]", kind: str, api: str) -> "Sequence[Entry]":
    """The entries of one API; raises click.UsageError if there are none."""
    from harness.handbook.index import near_names

    known = sorted({entry.api for entry in entries} - {""})
    if not known:
        raise click.UsageError(f"--api {api}: {kind} belong to no API. Remove --api.")
    if api not in known:
        near = near_names(api, known)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
        raise click.UsageError(f"--api {api}: there are no {kind} of an API with that name. {hint}")
    return [entry for entry in entries if entry.api == api]
