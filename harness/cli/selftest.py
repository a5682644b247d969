"""`provestand selftest`: the suite against every fault that the sandbox knows."""

import os
import sys
import time
from pathlib import Path

import click


@click.command()
@click.option(
    "--fault", "faults", multiple=True, metavar="NAME", help="Only this fault or variation. May be given again."
)
@click.option("--workers", type=click.IntRange(min=1), help="How many processes. Default: one per core and one more.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for selftest.json and selftest.html.")
@click.option("--seeds", type=click.IntRange(min=0), help="How many healthy sandboxes. Default: 5, none with --fault.")
@click.option(
    "--mutants", type=click.IntRange(min=0), help="How many mechanical mutants per API. Default: 10, or none."
)
@click.option("--whole", is_flag=True, help="Run every scenario for every fault, also those that it cannot reach.")
def command(
    faults: tuple[str, ...], workers: int | None, out: Path | None, seeds: int | None, mutants: int | None, whole: bool
) -> None:
    """Prove the suite's power: every fault must be caught by the requirement that it breaks.

    Nothing may be said of a healthy sandbox, nor of one that varies where the contract leaves room. Exit code 0 says
    that all of this holds, 1 that it does not, 3 that something could not be judged.
    """
    from rich.console import Console

    from harness.cli.run import scenarios_folder
    from harness.selftest.page import write_page
    from harness.selftest.schedule import SEED, Order, run_trials
    from harness.selftest.score import scored, write_selftest
    from harness.selftest.terminal import line_of, print_matrix
    from harness.selftest.trial import Result, Subject

    subjects = _subjects(faults)
    folder = _folder(out)
    count = workers or (os.cpu_count() or 1) + 1
    healthy = seeds if seeds is not None else (0 if faults else 5)
    drawn = mutants if mutants is not None else (0 if faults else 10)
    order = Order(scenarios_folder(), subjects, count, range(SEED, SEED + healthy), drawn, whole)
    expected = [*subjects, *(Subject("clean", f"seed {seed}", seed=seed) for seed in order.seeds)]
    results: list[Result] = []

    def report(result: Result) -> None:
        if result.subject.kind != "clean" or result.subject.seed in order.seeds:
            results.append(result)
        click.echo(f"[{len(results)}] {line_of(result)}", err=True)

    started = time.monotonic()
    try:
        run_trials(order, report)
    except KeyboardInterrupt:
        click.echo("ended early; what was found so far is kept.", err=True)
    selftest = scored(results, expected, time.monotonic() - started, count)
    paths = write_selftest(selftest, folder), write_page(selftest, folder)
    print_matrix(selftest, Console(highlight=False, soft_wrap=True))
    for path in paths:
        click.echo(f"  {path}")
    incomplete = selftest.missing or selftest.score.not_judged
    failed = selftest.score.by_right_requirement < len(selftest.faults) or selftest.score.false_alarms
    sys.exit(1 if failed else 3 if incomplete else 0)


def _subjects(names: tuple[str, ...]) -> "list[Subject]":  # type: ignore[name-defined] # noqa: F821 - loaded when used
    """What was named, or everything that the sandbox knows."""
    from harness.sandbox.faults.catalogue import UnknownFaultError, all_faults, find_faults
    from harness.selftest.trial import Subject

    try:
        chosen = [fault for name in names for fault in find_faults(name)] if names else list(all_faults())
    except UnknownFaultError as error:
        raise click.UsageError(str(error)) from error
    return [
        Subject(
            "benign" if fault.is_benign else "fault",
            fault.name,
            fault.api,
            fault.breaks,
            fault.text,
            arguments=fault.seen_with,
        )
        for fault in chosen
    ]


def _folder(out: Path | None) -> Path:
    folder = out or Path.cwd() / "reports" / "selftest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f"--out {folder}: it cannot be written ({error.strerror}). Name another folder."
        ) from error
    return folder
