"""What commands print. All of it goes through `display`, since parts may come from a target or a third party's file."""

import click

from harness.display import printable


def say(text: str) -> None:
    """Prints to standard output: the result."""
    click.echo(printable(text))


def say_styled(before: str, styled: str, after: str = "", *, colour: str | None = None) -> None:
    """Prints a line with one part in a colour, or in bold."""
    click.echo(printable(before) + click.style(printable(styled), fg=colour, bold=colour is None) + printable(after))


def complain(text: str) -> None:
    """Prints to standard error: progress, and what went wrong."""
    click.echo(printable(text), err=True)


def command_line(text: str) -> None:
    """Prints a command for the build server; text from outside was escaped when the command was built."""
    click.echo(text)
