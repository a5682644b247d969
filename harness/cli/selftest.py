"""`provestand selftest`: runs the suite against every fault that the sandbox knows."""

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say
from harness.cli._time_left import time_left

if TYPE_CHECKING:
    from harness.selftest.score import SelfTest
    from harness.selftest.trial import Subject


CLIENTS_PER_CORE = 2
"""A client waits between its retries, and each has a sandbox beside it."""

WORKERS_PER_CORE = 3
"""A full round spends more time waiting for a token to expire than computing."""


@click.command()
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Only this fault, variation or share. Can be repeated.",
)
@click.option("--api", "apis", multiple=True, help="Only the faults of this API. Can be repeated.")
@click.option("--workers", type=click.IntRange(min=1), help="Number of processes. Default: three per core.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for selftest.json and selftest.html.")
@click.option("--seeds", type=click.IntRange(min=0), help="Number of healthy sandboxes. Default: 5, none with --fault.")
@click.option(
    "--mutants", type=click.IntRange(min=0), help="Number of mechanical mutants per API. Default: 10, or none."
)
@click.option("--clients", is_flag=True, help="Test the client suite instead, against clients that misbehave.")
@click.option(
    "--shares",
    is_flag=True,
    help="Test rare faults with --thorough: in one call of five, for one organisation, in XML only, above a million.",
)
@click.option(
    "--shard", metavar="I/N", default="1/1", help="Run part I of N, as one job of a CI matrix; `merge` joins them."
)
@click.option(
    "--whole",
    is_flag=True,
    help="Run every scenario for every fault, to show all that catch it, and for every variation on its own.",
)
def command(
    faults: tuple[str, ...],
    apis: tuple[str, ...],
    workers: int | None,
    out: Path | None,
    seeds: int | None,
    mutants: int | None,
    clients: bool,
    shares: bool,
    shard: str,
    whole: bool,
) -> None:
    """Prove the suite's power: every fault must be caught by the requirement that it breaks.

    There must be no false alarm for a healthy sandbox, nor for one that varies where the contract leaves room.
    Variations that change no part of an answer in common are tested in groups, and on their own wherever the group
    does not clear them; with --fault or --whole, each is tested on its own. Exit code 0 means that all of this holds,
    1 that it does not, 3 that something could not be judged.
    """
    from harness.contract.folders import scenarios_folder
    from harness.selftest.clients import run_client_trials
    from harness.selftest.matrix import Shard
    from harness.selftest.schedule import Order, run_trials
    from harness.selftest.score import scored
    from harness.selftest.terminal import line_of
    from harness.selftest.trial import Result, Subject

    if clients and (apis or seeds is not None or mutants is not None):
        raise click.UsageError(
            "--clients can only be combined with --fault, --whole, --workers and --out. Remove the rest."
        )
    if shares and (clients or mutants is not None):
        raise click.UsageError(
            "--shares can only be combined with --fault, --api, --seeds, --workers and --out. Remove the rest."
        )
    subjects = _client_subjects(faults) if clients else (_shares if shares else _subjects)(faults, apis)
    try:
        part = Shard.parse(shard)
    except ValueError as error:
        raise click.UsageError(f"--shard: {error}.") from None
    folder = _folder(out)
    count = workers or (os.cpu_count() or 1) * (CLIENTS_PER_CORE if clients else WORKERS_PER_CORE)
    asked = {subject.api for subject in subjects}
    api = asked.pop() if len(asked) == 1 else ""  # another API's scenarios cannot catch these
    number = seeds if seeds is not None else (0 if faults or clients or shares else 5)
    healthy = part.of_all([Subject("clean", f"seed {seed}", api, seed=seed) for seed in range(1, number + 1)])
    subjects = part.of_all(subjects)
    surveyed = Subject("clean", "seed 1", api, seed=1)
    drawn = mutants if mutants is not None else (0 if faults or shares else 10)
    options = ("--thorough",) if shares else ()
    together = not faults
    order = Order(scenarios_folder(), subjects, count, surveyed, healthy, drawn, whole, together, options, part)
    results: list[Result] = []

    expected = len(subjects) + len(healthy) + drawn * len({subject.api for subject in subjects}) // part.of
    started = time.monotonic()

    def report(result: Result) -> None:
        if result.subject.kind != "clean" or result.subject in healthy:
            results.append(result)
        left = time_left(time.monotonic() - started, len(results), expected)
        told = ", ".join(filter(None, (f"{len(results)} of {max(expected, len(results))}", left)))
        complain(f"[{told}] {line_of(result)}")

    try:
        if clients:
            run_client_trials(subjects, _reference_client, count, report, whole=whole)
        else:
            run_trials(order, report)
    except KeyboardInterrupt:
        complain("ended early; the results so far are kept.")
    selftest = scored(results, [*subjects, *healthy], time.monotonic() - started, count, shard)
    sys.exit(end_with(selftest, folder))


def end_with(selftest: "SelfTest", folder: Path) -> int:
    """Writes and prints the results of a self-test; returns its exit code."""
    from rich.console import Console

    from harness.selftest.page import write_page
    from harness.selftest.score import write_selftest
    from harness.selftest.shares import ENOUGH
    from harness.selftest.terminal import print_matrix

    paths = write_selftest(selftest, folder), write_page(selftest, folder)
    print_matrix(selftest, Console(highlight=False, soft_wrap=True))
    for path in paths:
        say(f"  {path}")
    incomplete = selftest.missing or selftest.score.not_judged
    failed = selftest.score.by_right_requirement < len(selftest.faults) or selftest.score.false_alarms
    failed = failed or selftest.score.percent_shares_caught < ENOUGH
    return 1 if failed else 3 if incomplete else 0


def _client_subjects(names: tuple[str, ...]) -> "list[Subject]":
    """The named misbehaviours and variations of the reference client, or all."""
    from difflib import get_close_matches

    from harness.reference_client.misbehaviours import all_misbehaviours
    from harness.selftest.trial import Subject

    known = all_misbehaviours()
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"--fault {name}: there is no such misbehaviour.{hint}")
    return [
        Subject(
            "fault" if each.breaks else "benign",
            each.name,
            "client",
            each.breaks[0] if each.breaks else "",
            each.text,
            breaks_with=each.breaks[1:],
        )
        for each in (known[name] for name in names or known)
    ]


def _reference_client(subject: "Subject") -> str:
    """The command that runs the reference client with a misbehaviour."""
    return shlex.join([sys.executable, "-m", "harness.reference_client", "--misbehave", subject.name])


def _subjects(names: tuple[str, ...], apis: tuple[str, ...]) -> "list[Subject]":
    """The named faults, or all that the sandbox knows, of the named APIs."""
    from harness.sandbox.faults.catalogue import UnknownFaultError, all_faults, find_faults
    from harness.selftest.trial import Subject

    known = sorted({fault.api for fault in all_faults()})
    for api in apis:
        if api not in known:
            raise click.UsageError(f"--api {api}: there is no such API. There are {', '.join(known)}.")
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
        if not apis or fault.api in apis
    ]


def _shares(names: tuple[str, ...], apis: tuple[str, ...]) -> "list[Subject]":
    """All shares of the named faults, and the shares that were themselves named, as NAME@share=0.2."""
    named = [(name, *name.partition("@")) for name in names]
    shares = _shares_of(_subjects(tuple(dict.fromkeys(fault for _, fault, _, _ in named)), apis))
    if not named:
        return shares
    chosen = []
    for name, fault, at, condition in named:
        of_fault = [each for each in shares if fault in {each.fault, each.fault.partition("/")[2]}]
        found = [each for each in of_fault if not at or each.name.endswith(f"@{condition}")]
        if not found:
            kinds = ", ".join(each.name for each in of_fault) or "none"
            raise click.UsageError(f"--fault {name}: the fault has no such share. Its shares are {kinds}.")
        chosen += found
    return list(dict.fromkeys(chosen))


def _shares_of(subjects: "list[Subject]") -> "list[Subject]":
    """The rare forms of faults. A fault in a good body may depend on the amount; with XML, it may be in XML only."""
    from harness.contract.pinned import api_names, contract_of
    from harness.sandbox.faults.catalogue import all_faults
    from harness.selftest.shares import shares_of

    of_body = {fault.full_name: fault for fault in all_faults() if fault.of_body and 200 in fault.where.status}
    documents = {api: contract_of(api).document for api in api_names()}
    has_xml = {
        api
        for api, document in documents.items()
        if any("application/xml" in document.media_types(operation, 200) for operation in document.operations)
    }
    in_xml = frozenset(name for name, fault in of_body.items() if fault.api in has_xml)
    return list(shares_of(subjects, in_xml, frozenset(of_body)))


def _folder(out: Path | None) -> Path:
    folder = out or Path.cwd() / "reports" / "selftest"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f"--out {folder}: it cannot be written ({error.strerror}). Name another folder."
        ) from error
    return folder
