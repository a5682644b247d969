"""The command line: one module per command, found by walking this folder."""

import importlib
import pkgutil
from difflib import get_close_matches
from functools import partial
from typing import Any

import click

import harness
from harness.cli._boundary import run_to_its_end, unread_output
from harness.cli._surroundings import ensure_assertions, settle


class Commands(click.Group):
    """Loads a command's module only when that command is used, so that `--help` is fast."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's signature
        """Click's own, but with our way of exiting."""
        settle()
        run_to_its_end(partial(super().main, *args, **{**kwargs, "standalone_mode": False}))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - click's signature
        with unread_output():  # --help already writes here
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        with unread_output():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        names = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
        return sorted(name.replace("_", "-") for name in names)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's own, but an unknown command gets the likely one as a suggestion."""
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            near = get_close_matches(args[0].lower(), known, n=2, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"harness/cli/{cmd_name}.py has no click command called `command`")
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(harness.__version__, prog_name="provestand")
def main() -> None:
    """Prøvestand: the test bench for Skatteetaten's collection APIs.

    Exit codes: 0 conformant, 1 deviations, 2 wrong usage or configuration, 3 the target could not be judged.
    """
    ensure_assertions()
