"""The entries of one kind as a page: a table per API and theme."""

import importlib
from collections.abc import Sequence
from itertools import groupby

from harness.handbook import shelves
from harness.handbook.entry import Entry
from harness.handbook.index import entries_of
from harness.handbook.markdown import cell, code, sections, table

COMMAND = "provestand "
"""How a detail with a command to try begins; the page shows the commands only once."""

EXAMPLES = ("old", "new")
"""Details that are excerpts of documents."""


def text(kind: str) -> str:
    """The page of a kind."""
    told = importlib.import_module(f"{shelves.__name__}.{kind}").__doc__ or ""
    entries = entries_of(kind)
    hint = f"`provestand list {kind}` prints this list, `provestand explain ID` a single entry."
    parts = [_section(group) for group in _grouped(entries)]
    return sections(f"# {kind.capitalize()}", f"{told.strip()} {hint}", *parts)


def _grouped(entries: Sequence[Entry]) -> list[list[Entry]]:
    ordered = sorted(entries, key=_heading)  # a stable sort: keeps the order of the source within a heading
    return [list(group) for _, group in groupby(ordered, key=_heading)]


def _heading(entry: Entry) -> tuple[str, str]:
    return entry.api, entry.details.get("theme", "")


def _section(entries: list[Entry]) -> str:
    heading = ": ".join(part for part in _heading(entries[0]) if part)
    rows = [(code(entry.id), cell(entry.mark), _all_of(entry)) for entry in entries]
    shown = table(("Id", "", "What it is"), rows)
    return f"## {heading}\n\n{shown}" if heading else shown


def _all_of(entry: Entry) -> str:
    """The sentence, and below it the details that neither the heading nor other columns show."""
    told = {name: text for name, text in entry.details.items() if name != "theme" and not text.startswith(COMMAND)}
    told = {name: text for name, text in told.items() if text != entry.mark and not text.startswith(f"{entry.mark}:")}
    details = " · ".join(_detail(name, text) for name, text in told.items() if name not in EXAMPLES)
    examples = [f"*{name}* {code(told[name])}" for name in EXAMPLES if name in told]
    return "<br>".join(part for part in (cell(entry.text), details, *examples) if part)


def _detail(name: str, text: str) -> str:
    return f"[{name}]({text})" if text.startswith("https://") else f"*{name}* {cell(text)}"
