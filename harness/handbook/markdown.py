"""Texts and tables in Markdown."""

import re
from collections.abc import Iterable, Sequence

NOT_IN_CELLS = re.compile(r"[\\|<>*_\[\]{}$]")


def cell(text: str) -> str:
    """Our own text in a table: code in backticks is kept, everything else is escaped."""
    parts = re.split(r"(`[^`\n]+`)", text.strip())
    shown = (_code(part[1:-1]) if part[:1] == part[-1:] == "`" and len(part) > 2 else _plain(part) for part in parts)
    return "".join(shown)


def code(text: str) -> str:
    """A text as inline code, also in a table; each line becomes a separate piece of code."""
    return "<br>".join(_code(line) for line in text.splitlines())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def sections(*parts: str) -> str:
    """Parts of a page with an empty line between them."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|") if text.strip() else ""


def _plain(text: str) -> str:
    return NOT_IN_CELLS.sub(lambda found: f"\\{found[0]}", text.replace("&", "&amp;")).replace("\n", "<br>")
