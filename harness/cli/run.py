"""`provestand run`: a thin layer over pytest, which runs the scenarios."""

import contextlib
import gc
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from harness.cli._boundary import NOT_JUDGED, WRONG_USAGE, NotJudgedError
from harness.cli._options import as_arguments, option
from harness.cli._printing import say
from harness.contract.folders import scenarios_folder
from harness.suite.options import EMBEDDED

AUTO = 0
"""As many processes as suit the target, the machine and the run."""


class Workers(click.IntRange):
    """A number of processes, or `auto`."""

    name = "N|auto"

    def __init__(self) -> None:
        super().__init__(min=1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - click's
        return AUTO if value in {"auto", AUTO} else super().convert(value, param, ctx)


@click.command(context_settings={"ignore_unknown_options": False})
@option("target")
@option("api")
@option("suite")
@option("requirement")
@click.option(
    "--workers",
    type=Workers(),
    default="auto",
    help="How many processes. Default: auto, by the target's latency, the cores and the size of the run.",
)
@option("in-flight")
@option("max-examples")
@option("seed")
@option("out")
@option("waivers")
@option("fail-on")
@option("evidence")
@option("require-coverage")
@option("recorded")
@option("thorough")
@click.option("--resume", type=click.Path(), metavar="DIR", help="Complete the run in this folder.")
@click.option("--plan", is_flag=True, help="Print what would be sent; send nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print only the verdict, no progress.")
@click.option("-v", "--verbose", is_flag=True, help="Print a line for each scenario as it ends.")
@option("i-mean-production")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def command(
    workers: int,
    resume: str | None,
    plan: bool,
    quiet: bool,
    verbose: bool,
    pytest_args: tuple[str, ...],
    **asked: object,
) -> None:
    """Judge a target against its pinned specification.

    Without options it starts the built-in sandbox and judges that. Arguments after `--` go to pytest.

    \b
    Exit codes:
      0  conformant as far as judged; waived deviations, warnings and doubts are allowed
      1  deviations: a broken requirement at or above --fail-on
      2  wrong usage, configuration or input
      3  the target could not be judged: down, no access, network, less coverage than required
    """
    arguments = as_arguments(asked | {"i_mean_production": False})
    target = str(asked["target"] or EMBEDDED)
    if asked["recorded"] is not None:
        others: dict[str, object] = {name: asked[name] for name in ("suite", "max_examples", "thorough")}
        _refuse_with_recorded(others | {"workers": workers or None, "plan": plan})
    if resume is not None:
        if arguments:
            raise click.UsageError(f"--resume reuses the options of the original run; remove {arguments[0]}.")
        arguments = arguments_of(Path(resume))
        target = arguments[arguments.index("--target") + 1]
    if workers > 1:
        arguments += ["-n", str(workers)]
    if asked["i_mean_production"]:
        confirm_production(target)
        arguments.append("--i-mean-production")
    if plan:
        _print_plan(arguments, [*pytest_args], workers or 1)
        return
    chosen = ["--choose-workers"] if workers == AUTO else []
    sys.exit(judged([*arguments, *chosen, *loudness(quiet=quiet, verbose=verbose), *pytest_args]))


def loudness(*, quiet: bool, verbose: bool) -> list[str]:
    """The pytest options that make a run print less, or more."""
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose contradict each other; remove one.")
    return ["-q"] if quiet else ["-vv"] if verbose else []


def _refuse_with_recorded(others: Mapping[str, object]) -> None:
    """A recording is judged in one process, by checks that need no calls; the other options would have no effect."""
    for name, value in others.items():
        if value is not None and value is not False and (name, value) != ("workers", 1):
            raise click.UsageError(f"--recorded sends nothing; remove --{name.replace('_', '-')}.")


def judged(arguments: list[str]) -> int:
    """Runs the scenarios with these pytest options, prints the verdict and returns the exit code."""
    import pytest

    from harness.cli._ending import Ending
    from harness.cli._progress import Progress
    from harness.suite.session import run_pytest

    ending = Ending()
    gc.disable()  # while modules are being loaded, nothing is garbage
    escaped: BaseException | None = None
    with contextlib.redirect_stdout(sys.stderr):  # pytest's progress goes to stderr; stdout is for the verdict
        try:
            code = run_pytest(scenarios_folder(), [*_quiet(), *arguments], [ending, Progress()])
        except BaseException as error:
            escaped, code = error, pytest.ExitCode.INTERNAL_ERROR
    ended = ending.conclude(code, escaped)
    ending.show()
    gc.freeze()  # else the interpreter collects garbage three times, over all that is loaded, before it exits
    if isinstance(escaped, SystemExit):
        raise NotJudgedError("a pytest plugin ended the run.") from escaped
    if escaped is not None:
        raise escaped
    if code == pytest.ExitCode.USAGE_ERROR:
        return WRONG_USAGE
    return NOT_JUDGED if ended is None or code == pytest.ExitCode.INTERNAL_ERROR else ended


def arguments_of(folder: Path) -> list[str]:
    """The original options of a run, to complete it in its folder."""
    from harness.suite.unfinished import NotResumableError, read_record

    try:
        record = read_record(folder / ".parts")
    except NotResumableError as error:
        raise click.UsageError(str(error)) from error
    return ["--resume", "--out", str(folder), *record.arguments()]


def _print_plan(arguments: list[str], pytest_args: list[str], workers: int) -> None:
    """Collects what would run and rehearses it on the built-in sandbox, reduced to what the target has."""
    import pytest

    from harness.cli._ending import Ending
    from harness.doctor.surroundings import missing_of
    from harness.suite.plan import Collector, make_plan, plan_text
    from harness.suite.rehearsal import running_like
    from harness.suite.session import run_pytest
    from harness.targets.embedded import OWN_PROGRAM

    collector, ending = Collector(), Ending()
    with tempfile.TemporaryDirectory(prefix="provestand-plan-") as folder:
        out = [] if "--out" in arguments else ["--out", str(Path(folder) / "plan")]
        chosen = [*arguments, *out, *pytest_args]
        with contextlib.redirect_stdout(io.StringIO()):
            code = run_pytest(scenarios_folder(), [*_quiet(), "--collect-only", *chosen], [collector, ending])
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            sys.exit(WRONG_USAGE if code == pytest.ExitCode.USAGE_ERROR else NOT_JUDGED)
        from harness.suite.plugin import WORKER  # imported late: pytest must load it first

        worker = ending.config.stash[WORKER]
        target = worker.target
        rehearsal = Path(folder) / "rehearsal"
        again = [part for part in _without_target(arguments) if part != "--i-mean-production"]
        with contextlib.ExitStack() as stack:
            if worker.settings.target != EMBEDDED:
                like = stack.enter_context(running_like(target, Path(folder) / "like.toml"))
                again += ["--target", str(like)]
            command = [*OWN_PROGRAM, "run", "--workers", "1", *again, "--out", str(rehearsal), "--", *pytest_args]
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own program
        if not (rehearsal / "verdict.json").is_file():
            last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
            raise NotJudgedError(f"the rehearsal on the built-in sandbox failed: {last}")
        made = make_plan(
            collector.planned,
            rehearsal,
            worker.contracts,
            workers=workers,
            per_second=target.requests_per_second,
            budget=target.request_budget,
        )
    say(plan_text(made))
    for line in missing_of(target):
        say(f"\n{line}")


def _without_target(arguments: list[str]) -> list[str]:
    """The same options, without those that name the target or the output."""
    kept, skipping = [], False
    for part in arguments:
        if not skipping and part not in {"--target", "--out", "-n"}:
            kept.append(part)
        skipping = part in {"--target", "--out", "-n"}
    return kept


def confirm_production(target: str) -> None:
    """On a terminal the user types the target's name; elsewhere an environment variable must name it, or the run
    refuses.
    """
    from harness.suite.settings import PRODUCTION_VARIABLE

    if os.environ.get(PRODUCTION_VARIABLE) != target and sys.stdin.isatty():
        typed = click.prompt(f"{target} is production. Type its name to continue", err=True)
        os.environ[PRODUCTION_VARIABLE] = str(typed)


def _quiet() -> list[str]:
    cache = Path.cwd() / "reports" / ".cache"
    shown = ["-q", "--no-header", "--no-summary", "--tb=no", "--no-verdict-summary"]
    return [
        *shown,
        "-p",
        "no:unraisableexception",
        "-o",
        f"cache_dir={cache}",
    ]  # the plugin's garbage collection takes a tenth of a second
