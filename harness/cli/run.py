"""`provestand run`: a thin layer over pytest on the scenarios."""

import contextlib
import sys
from pathlib import Path

import click


@click.command(context_settings={"ignore_unknown_options": False})
@click.option("--target", default="sandbox", show_default=True, help="A target of provestand.toml, or a file with one.")
@click.option("--api", multiple=True, help="Only this API. May be given again.")
@click.option(
    "--suite",
    type=click.Choice(["scenarios", "property", "fuzz", "all"]),
    help="Which suite. Default: scenarios and property.",
)
@click.option("--requirement", multiple=True, help="Only scenarios that judge it. May be given again.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes. Default: one.")
@click.option("--max-examples", type=click.IntRange(min=1), help="fuzz: examples per operation. Default: 100.")
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a run with the seed that it printed.")
@click.option("--out", type=click.Path(), help="Folder for verdict and reports. Default: reports/out/<time>.")
@click.option("--waivers", type=click.Path(), metavar="FILE", help="Deviations that somebody answers for.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def command(
    target: str,
    api: tuple[str, ...],
    suite: str | None,
    requirement: tuple[str, ...],
    workers: int | None,
    max_examples: int | None,
    seed: int | None,
    out: str | None,
    waivers: str | None,
    pytest_args: tuple[str, ...],
) -> None:
    """Judge a target against its pinned specification.

    Without options it starts the built-in sandbox and judges that. Arguments after `--` go to pytest.
    """
    import pytest

    arguments = ["--target", target, *(part for name in api for part in ("--api", name))]
    arguments += [part for name in requirement for part in ("--requirement", name)]
    given = {"--suite": suite, "--max-examples": max_examples, "--seed": seed, "--out": out, "--waivers": waivers}
    for option, value in given.items():
        if value is not None:
            arguments += [option, str(value)]
    if workers is not None and workers > 1:
        arguments += ["-n", str(workers)]
    ending = Ending()
    with contextlib.redirect_stdout(sys.stderr):  # pytest's progress is for people; stdout is for the verdict
        code = pytest.main([*_quiet(), *arguments, *pytest_args, str(scenarios_folder())], plugins=[ending])
    ending.show()
    sys.exit(2 if code == pytest.ExitCode.USAGE_ERROR else int(code))


def _quiet() -> list[str]:
    cache = Path.cwd() / "reports" / ".cache"
    return ["-q", "--no-header", "--no-summary", "--tb=no", "--no-verdict-summary", "-o", f"cache_dir={cache}"]


def scenarios_folder() -> Path:
    """Where the scenarios lie: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "scenarios"
    return bundled if bundled.is_dir() else package.parent / "scenarios"


class Ending:
    """Takes hold of the run: its traffic is held against the specification, its verdict shown on standard output."""

    def __init__(self) -> None:
        self._config: object = None

    def pytest_configure(self, config: object) -> None:
        self._config = config

    def pytest_sessionstart(self, session: object) -> None:
        import pytest

        from harness.cli._reports import drift_of
        from harness.suite.plugin import RUN

        if isinstance(session, pytest.Session) and RUN in session.config.stash:
            session.config.stash[RUN].observe = drift_of

    def show(self) -> None:
        import pytest

        from harness.reporting.terminal import print_verdict
        from harness.suite.plugin import RUN

        if isinstance(self._config, pytest.Config) and RUN in self._config.stash:
            run = self._config.stash[RUN]
            if run.verdict is not None:
                print_verdict(run.verdict, run.contracts.values(), run.settings.out)
