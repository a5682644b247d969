"""The options of a run: on the command line, and as they are passed to pytest."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from harness.suite.options import OPTIONS, Option

C = TypeVar("C", bound=Callable[..., object])


def option(name: str, help_text: str | None = None) -> Callable[[C], C]:
    """Gives a command an option of a run, with its own help text where it means something narrower."""
    stated = OPTIONS[name]
    return click.option(
        f"--{name}",
        type=_type_of(stated),
        is_flag=stated.kind == "flag" or None,  # False would let click take an option without its value
        multiple=stated.many,
        metavar=stated.metavar,
        help=help_text or stated.help,
    )


def _type_of(stated: Option) -> Any:  # noqa: ANN401 - click's types have no type in common
    if stated.choices:
        return click.Choice(list(stated.choices))
    if stated.kind == "whole":
        least, most = (None if bound is None else int(bound) for bound in (stated.least, stated.most))
        return click.IntRange(least, most)
    if stated.kind == "number":
        return click.FloatRange(stated.least, stated.most)
    return click.Path() if stated.kind == "path" else None


def as_arguments(given: Mapping[str, object]) -> list[str]:
    """The command line's options, by parameter name, as arguments for pytest."""
    arguments: list[str] = []
    for name, stated in OPTIONS.items():
        value = given.get(name.replace("-", "_"))
        if stated.many and isinstance(value, tuple):
            arguments += [part for each in value for part in (f"--{name}", str(each))]
        elif stated.kind == "flag":
            arguments += [f"--{name}"] if value else []
        elif value is not None:
            arguments += [f"--{name}", str(value)]
    return arguments
