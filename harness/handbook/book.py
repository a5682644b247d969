"""The reference as Markdown pages, made from the code: `nox -s docs` writes them before building the documentation."""

from collections.abc import Mapping
from pathlib import Path

import click

from harness.handbook.index import kinds
from harness.handbook.pages import commands as commands_page
from harness.handbook.pages import exit_codes, formats, lists, target_file


def pages(commands: click.Group) -> Mapping[str, str]:
    """Every page by its file's name. `commands` is the command line, which this package does not know."""
    own = {
        "commands.md": commands_page.text(commands),
        "exit-codes.md": exit_codes.text(commands),
        "target-file.md": target_file.text(),
        "formats.md": formats.text(),
    }
    return own | {f"{kind}.md": lists.text(kind) for kind in kinds()}


def write_pages(folder: Path, commands: click.Group) -> None:
    """Writes the pages into a folder; an unchanged page is not rewritten, so that it is not rebuilt."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(commands).items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
