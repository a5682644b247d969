"""The command line: one module per command, found by walking this folder."""

import importlib
import pkgutil

import click

import harness


class Commands(click.Group):
    """Loads a command's module only when that command is asked for, so that `--help` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        names = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
        return sorted(name.replace("_", "-") for name in names)

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
