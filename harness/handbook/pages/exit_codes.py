"""What exit codes mean, in general and for each command."""

import inspect
import re
from collections.abc import Iterator

import click

from harness.handbook.markdown import cell, code, sections, table

TITLE = "Exit codes"

MEANINGS = {
    0: "Success. For a run: conformant as far as judged; waived deviations, warnings and doubts are allowed.",
    1: "Deviations at or above `--fail-on`, drift at or above its `--fail-on`, or a candidate worse than its baseline.",
    2: "Wrong usage, configuration or input. The line on standard error says what to change.",
    3: "The target could not be judged: it is down, gave no access, or less was judged than `--require-coverage` asks"
    " for; or Prøvestand itself failed.",
}


def text(commands: click.Group) -> str:
    general = table(("Exit code", "Meaning"), ((str(number), cell(told)) for number, told in MEANINGS.items()))
    each = table(("Command", "Exit codes"), _rows(commands))
    told = "What a command's help adds to that."
    return sections(f"# {TITLE}", general, "## Individual commands", told, each)


def _rows(commands: click.Group) -> Iterator[tuple[str, str]]:
    context = click.Context(commands)
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        told = _as_one_line(command.help or "") if command else ""
        found = re.search(r"Exit codes?( of --\w+)?:? .*", told)
        if found:
            yield code(name), cell(re.sub(r"^Exit codes?(?: of (--\w+))?:? ?", r"\1 ", found[0]).strip())


def _as_one_line(told: str) -> str:
    """A help text with the lines of its tables separated by semicolons."""
    lines = re.sub(r":\n +(?=\d  )", ": ", inspect.cleandoc(told).replace("\b", ""))
    return " ".join(re.sub(r"\n +(?=\d  )", "; ", lines).split())
