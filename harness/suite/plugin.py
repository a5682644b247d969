"""The pytest plugin: starts the target, hands out the bench, and turns test outcomes into a verdict."""

import contextlib
import datetime
import gc
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, cast

import pytest
from _pytest.outcomes import Failed, Skipped, XFailed

from harness.clients.bench import ClientBench
from harness.clients.recorded import RecordedClient
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation, DeviationFoundError
from harness.display import printable
from harness.http.client import TargetUnavailableError
from harness.reporting.allure_results import (
    identify_scenario,
    label_scenario,
    leave_out_fixtures,
    name_scenario,
    tell_threads_apart,
)
from harness.reporting.folder import clear_results
from harness.reporting.room import no_room
from harness.reporting.terminal import deviation_text, print_verdict
from harness.suite.bench import Bench
from harness.suite.compared import comparison_text
from harness.suite.endings import accusations_noted, as_shown, conclude, says_it_all, stumbles_explained
from harness.suite.lanes import lanes_for, may_be_spread, place, run_in_lanes
from harness.suite.markers import not_run, not_testable
from harness.suite.notes import Notes
from harness.suite.patience import AT_THE_END, IN_A_SCENARIO, IN_A_WORKER, INTERRUPTED, Patience
from harness.suite.processes import cores, processes_for, scheduler_for, spread
from harness.suite.run import Run, Worker
from harness.suite.second_look import look_again
from harness.suite.selection import (
    api_of,
    cited_by,
    holds_nothing_wanted,
    keep_selected,
    keep_to_production,
    leave_out,
    suite_of,
)
from harness.suite.settings import (
    GENERATED,
    Settings,
    add_options,
    ensure_target_can_be_judged,
    read_settings,
    waivers_of,
)
from harness.suite.stand import Stands
from harness.suite.takeoff import preflight_of, warnings_of
from harness.suite.traffic import NothingRecordedError
from harness.suite.unfinished import NotResumableError, RunRecord, finished_before, read_record, write_record
from harness.targets.embedded import SandboxEndedError, SandboxRefusedError
from harness.targets.model import Target
from harness.verdict.conclusion import excuse
from harness.verdict.outcome import Outcome
from harness.verdict.shard import ENDED_EARLY
from harness.verdict.waivers import Waiver

WORKER = pytest.StashKey[Worker]()
RUN = pytest.StashKey[Run]()
OUTCOME = pytest.StashKey[Outcome]()
PATIENCE = pytest.StashKey[Patience]()
COMPARED = pytest.StashKey[str]()
"""The operands of the most recently failed assertion, described in words."""
FOLLOWING = pytest.StashKey[pytest.Item | None]()
"""The next scenario in this process."""

MOST_SILENT = 10
"""Consecutive scenarios without an answer after which a run ends: it would find nothing else in the rest."""

SAMPLE = 3
"""How many exchanges are shown for the first case of a scenario that passed."""
ENDING = (signal.SIGINT, signal.SIGTERM)

Judging = Bench | ClientBench | RecordedClient
"""The object through which a scenario judges a service, a client, or a recording of one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "requirement(id, ...): the requirements that a scenario judges, its own first")
    config.addinivalue_line(
        "markers", "suite(name): scenarios (default), property, fuzz, client, client-recorded or recorded"
    )
    config.addinivalue_line("markers", "last: a scenario that waits for something and runs after the others")
    config.addinivalue_line("markers", "several_answers: all answers are requested again before the scenario accuses")
    config.addinivalue_line("markers", "first: a scenario that runs before the others")
    config.addinivalue_line(
        "markers", "alone: a scenario that runs with no other beside it, because it makes concurrent calls"
    )
    config.addinivalue_line(
        "markers", "long: a scenario that makes many calls in a row, and starts early when several run in lanes"
    )
    config.addinivalue_line("markers", "recordable: needs no calls of its own, so it can also judge a recording")
    config.addinivalue_line("markers", "not_testable(reason): the target lacks what the scenario needs")
    config.addinivalue_line("markers", "production: only reads, about the own organisation; may run in production")
    if config.option.help:
        return
    if sys.flags.optimize:
        raise pytest.UsageError(
            "Python runs without assertions here, and scenarios judge with them. Unset PYTHONOPTIMIZE."
        )
    if _is_worker(config):
        vars(config.option).update(_workerinput(config)["provestand_options"])
        return
    settings = read_settings(config)
    ensure_target_can_be_judged(config, settings, _start(config))
    waivers = waivers_of(config)
    # Only the user may read the files of a run: results may contain tax data about somebody.
    os.umask(0o077)
    if config.option.resume:
        run = _resumed(settings, waivers)
    else:
        _prepare_folder(settings.out)
        run = Run(settings, waivers)
        write_record(RunRecord.of(config, settings.seed), settings.parts)
    config.option.xmlpath = str(settings.junit)
    vars(config.option).update(_shared_options(settings))
    config.stash[RUN] = run
    config.pluginmanager.register(Leader(run, config), "provestand-leader")
    config.pluginmanager.register(Lanes(), "provestand-lanes")


def pytest_unconfigure(config: pytest.Config) -> None:
    if WORKER in config.stash:
        config.stash[WORKER].close()
    if RUN in config.stash:
        config.stash[RUN].close()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """In a worker: opens its part of the run. The leader has a hook of its own."""
    leave_out_fixtures()
    if _is_worker(session.config):
        target = _workerinput(session.config)["provestand_target"]
        worker = session.config.stash[WORKER] = _open_worker(session.config, target)
        patience = session.config.stash[PATIENCE] = Patience()
        _on_the_end(lambda number, frame: _end_this_scenario(session, worker, patience, number))  # noqa: ARG005


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    session.config.stash[PATIENCE].has_begun = True
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_keyboard_interrupt(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Reports every early end in one line, without the code where it struck: quoting that takes pytest a second.

    This also holds in a worker process, where nobody reads it.
    """
    why = str(excinfo.value) if isinstance(excinfo.value, pytest.Session.Interrupted) else INTERRUPTED
    if isinstance(excinfo.value, pytest.Session.Interrupted | KeyboardInterrupt):
        try:
            raise pytest.Session.Interrupted(why) from None  # otherwise its context is quoted too
        except pytest.Session.Interrupted as told:
            excinfo._excinfo = pytest.ExceptionInfo.from_exception(told)._excinfo
            vars(excinfo)["getrepr"] = partial(pytest.ExceptionInfo.getrepr, excinfo, style="value")


class Lanes:
    """Runs scenarios in lanes if answers take longer than our own work, so that several calls are in flight.

    Plugins that bring a run loop of their own get the first try.
    """

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        worker = session.config.stash[WORKER]
        if not isinstance(worker.stands, Stands) or worker.settings.judges_a_client or session.testsfailed:
            return None
        lanes = lanes_for(worker.stands.quickest, worker.stands.in_flight)
        if lanes == 1 or not may_be_spread(session.config):
            return None
        tell_threads_apart()
        with session.config.stash[PATIENCE].of(IN_A_SCENARIO):
            run_in_lanes(session, worker.baton, lanes)
        return True


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of one API, or of generated requests only, skips the other scenario folders without importing them."""
    worker = config.stash[WORKER]
    return holds_nothing_wanted(collection_path, worker.settings, worker.contracts) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    worker = config.stash[WORKER]
    keep_selected(config, items, worker.settings, worker.contracts)
    leave_out(config, items, finished_before(worker.settings.parts))
    if worker.target.profile == "prod":
        keep_to_production(items)
    items.sort(key=place)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    item.stash[FOLLOWING] = nextitem
    try:
        with item.config.stash[PATIENCE].of(IN_A_SCENARIO):
            return (yield)
    except Exception as error:  # raised by reports in their hooks, possibly wrapped by pluggy
        if no_room(error) is None:
            raise
        pytest.exit("the results cannot be written: the disk is full", returncode=2)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()  # what is loaded by now lives until the end, and need not be searched for garbage


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Runs inside other plugins' wrappers: a scenario that ends here must not keep theirs from being set up."""
    api = api_of(item)
    outcome = item.stash[OUTCOME] = Outcome(item.nodeid, api, cited_by(item))
    label_scenario(item.config.stash[WORKER].contracts[api], outcome.requirements)
    callspec = getattr(item, "callspec", None)
    if callspec is not None:
        identify_scenario(callspec.params, callspec.id)
    closed = getattr(item.config.option, "provestand_closed", {})
    if api in closed:
        not_run(closed[api])
    mark = item.get_closest_marker("not_testable")
    if mark is not None:
        not_testable(str(mark.args[0]))
    redactor = item.config.stash[WORKER].stands.redactor
    try:
        with stumbles_explained(out_of_form=lambda: _is_out_of_form(item)):
            return (yield)
    except DeviationFoundError as error:  # what the scenario is about was not reached
        not_run(redactor.message(f"the scenario's setup failed: {error}"))
    except Exception as error:
        raise as_shown(error, redactor) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fails a scenario with deviations, showing their text, not a traceback: it never contains a body's values."""
    outcome = item.stash[OUTCOME]
    given = cast("dict[str, Any]", getattr(item, "funcargs", {}))
    bench: Judging | None = given.get("bench") or given.get("client") or given.get("client_traffic")
    result: object = None
    name_scenario(_title(item))
    with _evidence_shown(item, bench):
        with _deviations_noted(item, bench):
            result = yield
        if isinstance(bench, Bench):
            look_again(bench, lambda: _run_again(item, bench))
    if outcome.findings:
        text = "\n\n".join(map(deviation_text, outcome.findings))
        worker, today = item.config.stash[WORKER], datetime.datetime.now(datetime.UTC).date()
        why = excuse(outcome.findings, worker.contracts.values(), worker.waivers, worker.settings.fail_on, today)
        if why:  # neither JUnit nor Allure may show a failure that the verdict does not count
            raise XFailed(f"{why}\n\n{text}", pytrace=False)
        raise Failed(text, pytrace=False)
    return result


@contextlib.contextmanager
def _evidence_shown(item: pytest.Item, bench: Judging | None) -> Generator[None]:
    """Attaches the exchanges of a scenario that found something; of others a sample, unless all were asked for."""
    held = False
    try:
        yield
        held = not item.stash[OUTCOME].findings
    except Skipped:
        held = True
        raise
    finally:
        if isinstance(bench, Bench):
            if not held or item.config.stash[WORKER].settings.evidence == "all":
                bench.evidence.attach()
            elif _is_first_case(item):
                bench.evidence.attach(SAMPLE)


def _is_first_case(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    return callspec is None or not any(callspec.indices.values())


@contextlib.contextmanager
def _deviations_noted(item: pytest.Item, bench: Judging | None) -> Generator[None]:
    """Notes a scenario's findings; what a single answer shows accuses as soon as the scenario ends."""
    notes = bench.notes if isinstance(bench, Bench) else bench
    try:
        with (
            accusations_noted(
                notes, lambda error: _failed_assertion(item, error), item.config.stash[WORKER].stands.redactor
            ),
            stumbles_explained(out_of_form=lambda: _is_out_of_form(item)),
        ):
            yield
    finally:
        is_alone = item.get_closest_marker("several_answers") is None
        if isinstance(notes, Notes) and is_alone and not notes.needs_second_look:
            for contradiction in notes.take_contradictions():
                notes.accuse(contradiction)


def _is_out_of_form(item: pytest.Item) -> bool:
    bench = cast("dict[str, Any]", getattr(item, "funcargs", {})).get("bench")
    return isinstance(bench, Bench) and bench.notes.is_out_of_form


def _run_again(item: pytest.Item, bench: Bench) -> None:
    with _deviations_noted(item, bench):
        item.runtest()


def _title(item: pytest.Item) -> str:
    """A scenario's promise and parameters: the first line of its docstring, or its function's name in words."""
    name, bracket, spread = item.name.partition("[")
    words = name.removeprefix("test_").replace("_", " ")
    promise = (getattr(item, "function", None) and cast(Any, item).function.__doc__) or words[:1].upper() + words[1:]
    return promise.strip().splitlines()[0].rstrip(".") + (f" [{spread}" if bracket else "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    outcome = item.stash.get(OUTCOME, None)
    if outcome is None:
        return report
    if call.excinfo is not None:
        conclude(outcome, call.excinfo.value, item.config.stash[WORKER].stands.redactor)
        bench = cast("dict[str, Any]", getattr(item, "funcargs", {})).get("bench")
        if isinstance(call.excinfo.value, TargetUnavailableError) and isinstance(bench, Bench):
            bench.feel_the_pulse()
        if says_it_all(call.excinfo.value):
            report.longrepr = str(call.excinfo.value)
    _redact(item, report)
    if report.when == "teardown":
        cast(Any, report).provestand = outcome.as_dict()
    return report


def _redact(item: pytest.Item, report: pytest.TestReport) -> None:
    """Redacts the message and output of a failed test, which junit.xml and Allure show."""
    redactor = item.config.stash[WORKER].stands.redactor
    if report.failed and report.longrepr is not None:
        report.longrepr = printable(redactor.message(str(report.longrepr)))
    report.sections = [(name, printable(redactor.message(content))) for name, content in report.sections]


def _failed_assertion(item: pytest.Item, error: AssertionError) -> Deviation:
    """The scenario's promise and what it found, in our own words: pytest's message contains whole values."""
    outcome = item.stash[OUTCOME]
    primary = outcome.requirements[0] if outcome.requirements else ""
    message = "" if str(error).startswith("assert ") else str(error).partition("\nassert ")[0]
    compared, item.config.stash[COMPARED] = item.config.stash.get(COMPARED, ""), ""
    return Deviation(primary, "assertion", _title(item), message[:300] or compared or "the assertion fails")


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Keeps the operands of a failed comparison; pytest calls this only when one fails."""
    config.stash[COMPARED] = comparison_text(op, left, right)
    return None


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """This scenario's access to its API."""
    item = request.node
    worker = request.config.stash[WORKER]
    outcome = item.stash[OUTCOME]
    stand = worker.stands[outcome.api]
    shown = stand.redactor.made_up if suite_of(item) in GENERATED else stand.redactor.exchange
    return Bench(stand, outcome, item.nodeid.partition("[")[0], shown)


def target_of(config: pytest.Config) -> Target:
    """The target of the run, for parametrisation."""
    return config.stash[WORKER].target


def contracts_of(config: pytest.Config) -> Mapping[str, Contract]:
    """The contracts that the run judges, for parametrisation."""
    return config.stash[WORKER].contracts


class Leader:
    """The hooks of the main process: it starts the target, collects the outcomes and reaches the verdict."""

    def __init__(self, run: Run, config: pytest.Config) -> None:
        self._run = run
        self._config = config
        self._session: pytest.Session | None = None
        self._silent = 0
        self._stopped_by: BaseException | None = None
        self._broken_by = ""
        self._is_over = False
        self._nodes: list[Any] = []
        self._workers_ended_for: str | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._session = session
        _on_the_end(_interrupt)
        try:
            self._run.start()
        except SandboxRefusedError as error:
            raise pytest.UsageError(str(error)) from error
        except SandboxEndedError as error:
            end_before_the_start(self._config, str(error))
        try:
            worker = self._config.stash[WORKER] = _open_worker(self._config, self._run.target_name)
        except NothingRecordedError as error:
            end_before_the_start(self._config, str(error))
        self._run.contracts = worker.contracts
        self._run.target = worker.target
        patience = session.config.stash[PATIENCE] = Patience()
        _on_the_end(lambda number, frame: self._end(session, worker, patience, number))  # noqa: ARG005
        if isinstance(worker.stands, Stands) and self._calls_the_target(worker):
            self._take_off(worker, worker.stands)
            self._spread(session, worker.settings, worker.stands)

    def _spread(self, session: pytest.Session, settings: Settings, stands: Stands) -> None:
        """A partial run, or one of a single API, ends before further processes would have started."""
        is_large = not settings.is_partial and len(settings.apis) > 1
        if not (self._config.option.choose_workers and is_large and may_be_spread(self._config)):
            return
        processes = processes_for(stands.quickest, stands.in_flight, cores())
        if processes > 1:
            spread(session, processes)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> object:
        """Our scheduler, unless the user chose another of pytest-xdist's."""
        return scheduler_for(config, log) if config.option.dist == "load" else None

    def _calls_the_target(self, worker: Worker) -> bool:
        return not self._config.option.collectonly and not worker.settings.judges_a_client

    def _take_off(self, worker: Worker, stands: Stands) -> None:
        """Ends the run if no way in is open; if only some API has none, the scenarios of that API are not run."""
        flight = preflight_of(worker, stands)
        redact = stands.redactor.message
        for warning in warnings_of(worker, flight):
            sys.stderr.write(f"{printable(redact(warning))}\n")
        closed = {api: redact(f"no way in is open: {shut.detail}") for api, shut in flight.closed.items()}
        vars(self._config.option)["provestand_closed"] = closed
        if flight.closed:
            self._run.problems += [redact(f"{api}: {reason}") for api, reason in closed.items()]
            sys.stderr.write(f"{printable(redact(flight.block()))}\n")
        if flight.ends_the_run:
            self._run.is_grounded = True
            self._run.finish()
            self._config.pluginmanager.unregister(name="terminalreporter")  # everything has been said above
            pytest.exit("nothing was judged", returncode=self._run.exit_code)

    def _end(self, session: pytest.Session, worker: Worker, patience: Patience, number: int) -> None:
        if self._is_over and not patience.may_break_off:
            self._run.interrupt()
            return
        self._end_workers(INTERRUPTED)
        _end_this_scenario(session, worker, patience, number)

    def _stop(self, why: str) -> None:
        """Ends the run after the scenarios in progress; scenarios already handed to a worker are not started."""
        if self._session is not None:
            self._session.shouldstop = why
        self._end_workers(why)

    def _kill_workers(self) -> None:
        """Kills the workers, as pytest-xdist would wait a second for them when the interpreter exits."""
        for process in self._processes():
            process.kill()

    def _processes(self) -> Iterator["subprocess.Popen[bytes]"]:
        for node in self._nodes:
            with contextlib.suppress(AttributeError):  # it has not been started
                yield node.gateway._io.popen

    def _end_workers(self, why: str) -> None:
        self._workers_ended_for = self._workers_ended_for or why
        for process in self._processes():  # the scenarios run in these processes
            process.terminate()
        if (workers := self._config.pluginmanager.getplugin("dsession")) is not None:
            workers.shouldstop = why
            workers._max_worker_restart = 0  # xdist would also replace a worker ended by a signal

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Ends xdist's own loop in time: it ignores the session's `shouldstop` and waits for its workers.

        A worker that does not end in time is killed, whatever it is doing. That a worker we stopped has ended is not
        reported as the cause.
        """
        if session.shouldstop:
            raise session.Interrupted(str(session.shouldstop))
        try:
            with self._config.stash[PATIENCE].of(IN_A_WORKER) if self._nodes else contextlib.nullcontext():
                result = yield
        except KeyboardInterrupt as ended:
            self._kill_workers()
            if isinstance(ended, session.Interrupted) and self._workers_ended_for is not None:
                raise session.Interrupted(self._workers_ended_for) from None
            raise
        if session.shouldstop:
            raise session.Interrupted(str(session.shouldstop))
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: list[Any]) -> None:
        """Keeps workers, like all our processes, from importing a `queue.py` from the working directory."""
        for spec in specs:
            spec.python = shlex.join([sys.executable, "-P"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's type is not public
        self._nodes.append(node)
        node.workerinput["provestand_target"] = self._run.target_name
        closed = {"provestand_closed": getattr(self._config.option, "provestand_closed", {})}
        node.workerinput["provestand_options"] = _shared_options(self._run.settings) | closed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        members = getattr(report, "provestand", None)
        if members is None:
            return
        outcome = Outcome.from_dict(members)
        self._run.add(outcome)
        if outcome.result == "error":
            self._stop_without_sandbox()
            self._stop_where_nobody_answers(outcome)
        self._silent = self._silent + 1 if outcome.result == "error" and not outcome.is_answered else 0
        if self._silent == MOST_SILENT:
            self._stop(f"{MOST_SILENT} scenarios in a row could not be judged; {outcome.reason}")

    def _stop_without_sandbox(self) -> None:
        try:
            if self._run.sandbox is not None:
                self._run.sandbox.ensure_alive()
        except SandboxEndedError as error:
            if str(error) not in self._run.problems:
                self._run.problems.append(str(error))
            self._stop(str(error))

    def _stop_where_nobody_answers(self, outcome: Outcome) -> None:
        """Stops calling a service that died of a call, and names that call."""
        if outcome.silenced and self._session is not None and not self._session.shouldstop:
            self._run.problems.append(f"{outcome.api}: {outcome.silenced}")
            self._stop(f"{outcome.api} no longer answers")

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """A worker was killed: xdist starts another, and this scenario has no outcome.

        A worker that we stopped may end before it can report; that is not a problem.
        """
        if self._workers_ended_for is None:
            self._run.problems.append(f"{crashitem}: the process that ran it was killed")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._note_selection(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._note_selection(len(ids))

    def _note_selection(self, count: int) -> None:
        """Records the total number of scenarios, in case the run is cut off."""
        specs = {api: contract.version for api, contract in self._run.contracts.items()}
        parts = self._run.settings.parts
        if count and parts.is_dir():
            write_record(read_record(parts).selecting(count + len(finished_before(parts)), specs), parts)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._run.problems.append(f"{report.nodeid or 'scenarios'}: collection failed: {_last_line(report)}")

    @pytest.hookimpl(wrapper=True, trylast=True)  # before the terminal's own wrapper, which shows the verdict
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, object, object]:
        self._is_over = True
        result: object = None
        broken: Exception | None = None
        try:
            with self._config.stash[PATIENCE].of(AT_THE_END):
                result = yield
        except Exception as error:
            broken = error
        except KeyboardInterrupt:  # a plugin or a process of ours took too long after the run was to end
            self._run.interrupt()
            self._kill_workers()
        if not self._config.option.collectonly:
            self._finish(session, exitstatus, broken)
        if broken is not None and (self._config.option.collectonly or no_room(broken)):
            raise broken
        return result

    def _finish(self, session: pytest.Session, exitstatus: int, broken: Exception | None) -> None:
        """Concludes the run and sets its exit code: the verdict's, whatever a plugin asked for."""
        self._note_early_end(exitstatus)
        if broken is not None:
            self._run.cut_off(f"a pytest plugin failed ({type(broken).__name__})")
        nothing_left = self._config.option.resume and bool(self._run.outcomes)
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and not nothing_left:
            self._run.problems.append("no scenario was selected; widen --api, --suite, --requirement or -k")
        if exitstatus in {pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR} and not nothing_left:
            self._run.nothing_was_selected = True
        self._run.finish()
        session.exitstatus = cast(int, self._run.exit_code)

    def _note_early_end(self, exitstatus: int) -> None:
        if isinstance(self._stopped_by, pytest.Session.Interrupted) and str(self._stopped_by) != INTERRUPTED:
            self._run.problems.append(f"{ENDED_EARLY}{self._stopped_by}")
        elif self._stopped_by is not None:
            self._run.cut_off(str(self._stopped_by) or INTERRUPTED)
        elif exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            self._run.cut_off(self._broken_by or INTERRUPTED)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Called for Ctrl-C, `session.shouldstop` and `pytest.exit`, whoever caused it: the run ends early."""
        self._stopped_by = excinfo.value

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """An interrupt during a hook also makes pytest end with an internal error."""
        kind = excinfo.type.__name__
        self._broken_by = INTERRUPTED if excinfo.errisinstance(KeyboardInterrupt) else f"pytest failed ({kind})"

    def pytest_terminal_summary(self) -> None:
        if self._run.verdict is not None and not self._config.option.no_verdict_summary:
            print_verdict(self._run.verdict, self._run.contracts.values(), self._run.settings.out)


def end_before_the_start(config: pytest.Config, why: str) -> NoReturn:
    """Ends a run that cannot start: with one line on the terminal, the same line in its verdict, and exit code 3."""
    run = config.stash[RUN]
    run.is_grounded = True
    run.cut_off(why)
    run.finish()
    config.pluginmanager.unregister(name="terminalreporter")  # it would repeat the message
    pytest.exit(printable(why), returncode=run.exit_code)


Handler = Callable[[int, FrameType | None], None]


def _on_the_end(handler: Handler) -> None:
    """Makes SIGTERM end a run as Ctrl-C does: orderly, and with the findings so far."""
    with contextlib.suppress(ValueError):  # not the main thread: pytest is embedded in another program
        for number in ENDING:
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    """Before the first scenario there is nothing to shut down in order."""
    raise KeyboardInterrupt


def _end_this_scenario(session: pytest.Session, worker: Worker, patience: Patience, number: int) -> None:
    """The first signal ends the calls in flight, and so the scenario; a second one ends whatever is running.

    The first raises nothing: an exception inside a hook would break the end of the run. A scenario that makes no call,
    for example because it judges a large answer, gets the second one soon after. Before the first scenario there is
    nothing to shut down in order.
    """
    is_first = not session.shouldstop
    if is_first:
        session.shouldstop = INTERRUPTED
        worker.stands.interruption.end_all()
    if not patience.has_begun or (not is_first and patience.may_break_off):
        raise KeyboardInterrupt
    if is_first:
        patience.begin(number)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _workerinput(config: pytest.Config) -> dict[str, Any]:
    return cast("dict[str, Any]", cast(Any, config).workerinput)


def _shared_options(settings: Settings) -> dict[str, Any]:
    """Options on which all processes of a run must agree; a worker otherwise gets only the command line."""
    return {
        "out": str(settings.out),
        "seed": settings.seed,
        "allure_report_dir": str(settings.out / "allure-results"),
    }


def _start(config: pytest.Config) -> Path:
    return Path(config.invocation_params.dir)


def _open_worker(config: pytest.Config, target: str) -> Worker:
    worker_id = str(_workerinput(config)["workerid"]) if _is_worker(config) else "main"
    return Worker.open(read_settings(config), target, _start(config), worker_id, waivers_of(config))


def _prepare_folder(out: Path) -> None:
    """Removes the results of an earlier run from the folder."""
    clear_results(out)
    try:
        (out / ".parts").mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise pytest.UsageError(
            f"--out {out}: it cannot be written ({error.strerror}). Name another folder."
        ) from error


def _resumed(settings: Settings, waivers: tuple[Waiver, ...]) -> Run:
    try:
        return Run.resumed(settings, waivers)
    except NotResumableError as error:
        raise pytest.UsageError(str(error)) from error


def _last_line(report: pytest.CollectReport) -> str:
    return (str(report.longrepr).strip().splitlines() or ["no message"])[-1]
