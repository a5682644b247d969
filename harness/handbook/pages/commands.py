"""Every command with its options, read from click."""

import inspect
from collections.abc import Iterator

import click

from harness.handbook.markdown import cell, code, sections, table

TITLE = "Commands"


def text(commands: click.Group) -> str:
    context = click.Context(commands, info_name="provestand")
    return sections(f"# {TITLE}", _words(commands), *_below(commands, context, "##"))


def _below(group: click.Group, context: click.Context, mark: str) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        usage = " ".join(command.collect_usage_pieces(inner))
        yield f"{mark} `{inner.command_path}`"
        yield f"```text\n{inner.command_path} {usage}\n```"
        yield _words(command)
        yield _options(command, inner)
        if isinstance(command, click.Group):
            yield from _below(command, inner, f"{mark}#")


def _words(command: click.Command) -> str:
    """The help as paragraphs; paragraphs that click does not rewrap become preformatted."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    shown = [f"```text\n{p.removeprefix(chr(8)).strip(chr(10))}\n```" if p.startswith("\b") else p for p in paragraphs]
    return "\n\n".join([*shown, command.epilog or ""])


def _options(command: click.Command, context: click.Context) -> str:
    options = [each for each in command.get_params(context) if isinstance(each, click.Option) and not each.hidden]
    return table(("Option", "Meaning"), (_option(each, context) for each in options))


def _option(option: click.Option, context: click.Context) -> tuple[str, str]:
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    names = ", ".join(sorted((*option.opts, *option.secondary_opts), key=len))
    notes = [(option.help or "").strip()]
    if option.show_default and option.default not in (None, "", ()):
        notes.append(f"Default: `{option.default}`.")
    if option.multiple and "again" not in notes[0]:
        notes.append("Can be repeated.")
    if option.envvar:
        notes.append(f"Variable: `{option.envvar}`.")
    return code(f"{names}{value}"), cell(" ".join(notes))
