"""What commands print: it goes through `display`, for parts may come from a target or from files of others."""

import click

from harness.display import printable


def say(text: str) -> None:
    """To standard output: what was asked for."""
    click.echo(printable(text))


def say_styled(before: str, styled: str, after: str = "", *, colour: str | None = None) -> None:
    """A line with a part that stands out: in a colour, or in bold."""
    click.echo(printable(before) + click.style(printable(styled), fg=colour, bold=colour is None) + printable(after))


def complain(text: str) -> None:
    """To standard error: what goes on, and what went wrong."""
    click.echo(printable(text), err=True)


def command_line(text: str) -> None:
    """A command of ours to the build server: what it holds from outside was made harmless where it was put together."""
    click.echo(text)
