"""The plugin's part for client scenarios: opens the session with the client under test and hands out its bench."""

import contextlib
import datetime
import signal
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from harness.auth.trouble import InterruptedCallError
from harness.clients.address_card import CARD_FORMS
from harness.clients.bench import SAMPLES, ClientBench, NotShownError
from harness.clients.driver import Driver, DriverError, NoDriverError
from harness.clients.endpoint import EndpointDriver
from harness.clients.hand import HandDriver
from harness.clients.notes import ClientNotes
from harness.clients.noticeboard import NoNoticeboard, Noticeboard, PagedNoticeboard, ScenarioNote, State
from harness.clients.program import ProgramDriver
from harness.clients.protocol import Connect
from harness.clients.record import RecordReader
from harness.clients.recorded import Recorded, RecordedClient
from harness.clients.session import Session, Wait, surroundings_of
from harness.clients.signing_key import make_signing_key
from harness.clients.situation import Switches, SwitchRefusedError
from harness.contract.client_calls import ClientCall
from harness.display import printable
from harness.exchange import Exchange, Response
from harness.redaction.redactor import Redactor
from harness.reporting.evidence import attach_exchange
from harness.suite.markers import NothingToJudgeError
from harness.suite.plugin import OUTCOME, RUN, WORKER, end_before_the_start
from harness.suite.run import Worker
from harness.suite.selection import cited_by
from harness.suite.settings import CLIENT_SUITE
from harness.targets.model import Target
from harness.verdict.headline import headline
from harness.verdict.model import NOT_SHOWN

SESSION = pytest.StashKey[Session]()
CLOSING = pytest.StashKey[contextlib.ExitStack]()
T = TypeVar("T")
A_RUN = "a run of client scenarios is in progress"
CARDS = {"environment": "env", "text": "text", "json": "json"}
NOBODY = (
    "There is no terminal to guide a person. Drive the client with --drive COMMAND or --drive URL, or use the "
    "sandbox's pages with --page."
)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Connects the client under test once the sandbox has started, if client scenarios were asked for."""
    config = session.config
    if WORKER not in config.stash or CLIENT_SUITE not in config.stash[WORKER].settings.suites:
        return  # a recording needs no client
    if config.option.collectonly:
        return
    stack = config.stash[CLOSING] = contextlib.ExitStack()
    try:
        opened = _opened(config, stack)
        form = config.getoption("card")
        if form is not None:
            print(printable(CARD_FORMS[form](opened.card, opened.switches)), file=sys.__stdout__, flush=True)
        board = opened.board
        board.put_card({name: CARD_FORMS[key](opened.card, opened.switches) for name, key in CARDS.items()})
        opened.connect()
        config.stash[RUN].client_name = _name_of(opened, config.stash[WORKER])
        config.stash[SESSION] = opened
    except NoDriverError as error:
        stack.close()
        raise pytest.UsageError(str(error)) from error
    except DriverError as error:
        stack.close()
        end_before_the_start(config, config.stash[WORKER].stands.redactor.message(str(error)))


def _opened(config: pytest.Config, stack: contextlib.ExitStack) -> Session:
    worker = config.stash[WORKER]
    target, issuer = worker.target, worker.target.maskinporten
    record = config.stash[RUN].record
    if record is None:
        raise DriverError("client scenarios need the built-in sandbox; remove --target and -n.")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="provestand-client-")))
    verify: Any = target.ca_bundle or True
    http = stack.enter_context(httpx.Client(timeout=30, trust_env=False, verify=verify))
    key = make_signing_key(folder, issuer.registration or "", http)
    around = surroundings_of(target, worker.contracts)
    switches = Switches(_base_of(target), http)
    switches.keep(A_RUN)  # the client would be blamed for changes that somebody else made
    board = _board(config, switches, worker)
    session = Session(
        target=target,
        contracts=worker.contracts,
        around=around,
        switches=switches,
        record=RecordReader(record, issuer.client_id, switches.await_record),
        driver=_driver(config, record, issuer.client_id, board),
        board=board,
        card=Connect(
            issuer=issuer.issuer,
            token_endpoint=around.token_endpoint,
            client_id=issuer.client_id,
            key=str(key.path),
            kid=key.kid,
            base_urls={name: api.base_url for name, api in target.apis.items()},
            ca=target.ca_bundle,
        ),
        keep=_kept_by(worker),
        wait=_until_interrupted(worker),
    )
    stack.callback(session.goodbye)
    return session


def _kept_by(worker: Worker) -> Callable[[ClientCall], None]:
    """Puts the client's calls into exchanges.har, redacted like the rest of it."""

    def keep(call: ClientCall) -> None:
        if call.response is not None:
            exchange = _exchange_of(call)
            worker.stands.recorder.record(worker.stands.redactor.lazily(exchange), f"client under test, {call.service}")

    return keep


def _exchange_of(call: ClientCall) -> Exchange:
    """A call as an exchange; status 0 if the sandbox sent no response."""
    started = datetime.datetime.fromtimestamp(call.arrived, datetime.UTC)
    return Exchange(call.request, call.response or Response(0), started, call.ended - call.arrived)


def _attach_calls(bench: ClientBench, redactor: Redactor) -> None:
    """Attaches the calls that show deviations, by requirement, to a scenario's report, then other relevant calls."""
    shown = {call.seq for _, call in bench.notes.showing}
    for requirement, call in bench.notes.showing:
        attach_exchange(redactor.exchange(_exchange_of(call)), f"{requirement}: ")
    for call in bench.telling[:SAMPLES]:
        if call.seq not in shown:
            attach_exchange(redactor.exchange(_exchange_of(call)))


def _name_of(session: Session, worker: Worker) -> str:
    """The client's own name and version, on one line."""
    told = " ".join(f"{session.client.name} {session.client.version}".split())
    return worker.stands.redactor.message(told) or "the client under test"


def _until_interrupted(worker: Worker) -> Wait:
    """Makes Ctrl-C end the driver's current task, not only the next ones."""
    interruption = worker.stands.interruption

    def wait(answer: Callable[[], T]) -> T:
        try:
            return interruption.done(answer)
        except InterruptedCallError as error:
            raise DriverError("the run was interrupted during the client's task.") from error

    return wait


def _board(config: pytest.Config, switches: Switches, worker: Worker) -> Noticeboard:
    """The page that shows the run's progress; prints its address."""
    if not config.getoption("page"):
        return NoNoticeboard()
    print(printable(f"Follow the run at {switches.base}/"), file=sys.__stderr__, flush=True)
    is_person = not config.getoption("drive")
    return PagedNoticeboard(switches, worker.contracts, worker.stands.redactor, is_person)


def _driver(config: pytest.Config, record: Path, client_id: str, board: Noticeboard) -> Driver:
    drive, patience = config.getoption("drive"), config.getoption("patience")
    if not drive:
        terminal = sys.stdin if sys.stdin.isatty() else None
        if terminal is None and not config.getoption("page"):
            raise NoDriverError(NOBODY)
        return HandDriver(RecordReader(record, client_id), board, terminal)
    if drive.startswith(("http://", "https://")):
        return EndpointDriver(drive, patience)
    return ProgramDriver(drive, patience)


def _base_of(target: Target) -> str:
    """The sandbox's own base URL: the issuer's URL without its path."""
    return target.maskinporten.issuer.removesuffix("/").removesuffix("/maskinporten")


def pytest_collection_finish(session: pytest.Session) -> None:
    opened = session.config.stash.get(SESSION, None)
    if opened is not None:
        items = [item for item in session.items if "client" in getattr(item, "fixturenames", ())]
        opened.board.put_scenarios(ScenarioNote(item.nodeid, _title(item), cited_by(item)) for item in items)


def _title(item: pytest.Item) -> str:
    """The first line of a scenario's docstring."""
    documented = (getattr(getattr(item, "function", None), "__doc__", "") or "").strip()
    return documented.splitlines()[0] if documented else item.name


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Shows the result of a scenario, and the verdict so far."""
    opened, outcome = item.config.stash.get(SESSION, None), item.stash.get(OUTCOME, None)
    if opened is None or outcome is None or isinstance(opened.board, NoNoticeboard):
        return
    states: dict[str, State] = {"passed": "passed", "deviations": "failed"}
    state = "failed" if outcome.findings else states.get(outcome.result, "not_shown")
    opened.board.put_state(item.nodeid, state, outcome.reason)
    # The run receives this scenario's outcome when its teardown is over: the verdict is one scenario behind.
    _put_requirements(opened, item.config)


def _put_requirements(opened: Session, config: pytest.Config) -> None:
    run = config.stash[RUN]
    verdict = run.verdict or run.verdict_so_far()
    texts = {key: each.text for contract in run.contracts.values() for key, each in contract.requirements.items()}
    entries = [entry for entry in verdict.requirements if entry.actor == "client"]
    opened.board.put_requirements(
        [
            {
                "id": entry.id,
                "level": entry.level,
                "text": texts.get(entry.id, ""),
                "status": entry.standing,
                "reason": entry.reason or "",
            }
            for entry in entries
        ],
        headline(verdict),
    )


@pytest.fixture
def client(request: pytest.FixtureRequest) -> ClientBench:
    """This scenario's access to the client under test."""
    item = request.node
    worker = request.config.stash[WORKER]
    check = item.nodeid.partition("[")[0]
    return ClientBench(request.config.stash[SESSION], item.stash[OUTCOME], check, worker.stands.redactor)


@pytest.fixture
def client_traffic(request: pytest.FixtureRequest) -> RecordedClient:
    """The client's calls in a recording, for this scenario."""
    item = request.node
    worker = request.config.stash[WORKER]
    check = item.nodeid.partition("[")[0]
    recorded = worker.recorded or Recorded((), worker.contracts)
    return RecordedClient(recorded, ClientNotes(item.stash[OUTCOME], worker.contracts, check, worker.stands.redactor))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judges all the client's calls up to the end of a scenario, however the scenario ended."""
    bench = getattr(item, "funcargs", {}).get("client")
    if not isinstance(bench, ClientBench):
        return (yield)
    bench.session.board.put_state(item.nodeid, "running")
    bench.session.switches.keep(f"{A_RUN}, at {_title(item).rstrip('.')}")
    try:
        result = yield
        bench.leave_unshown()
        return result
    except NotShownError as error:
        raise NothingToJudgeError(error.result, error.reason, word=NOT_SHOWN) from None
    except DriverError as error:
        item.session.shouldstop = item.session.shouldstop or item.config.stash[WORKER].stands.redactor.message(
            str(error)
        )
        raise
    finally:
        bench.end()
        _attach_calls(bench, item.config.stash[WORKER].stands.redactor)
        with contextlib.suppress(SwitchRefusedError, httpx.HTTPError):
            bench.session.switches.reset()
            bench.session.switches.keep(A_RUN)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Prints notes on matters that no scenario covers: unrequested calls, and other clients."""
    opened = session.config.stash.get(SESSION, None)
    if opened is not None:
        redactor = session.config.stash[WORKER].stands.redactor
        for note in opened.notes():
            sys.stderr.write(f"\nNote: {printable(redactor.message(note))}\n")


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Shows the end of the run before the sandbox and its pages shut down."""
    opened, run = config.stash.get(SESSION, None), config.stash.get(RUN, None)
    if opened is not None and run is not None and run.verdict is not None:
        _put_requirements(opened, config)
        with contextlib.suppress(SwitchRefusedError, httpx.HTTPError):
            opened.switches.release()
        opened.board.put_end(run.settings.out)
        if isinstance(opened.driver, HandDriver) and config.getoption("page") and not run.was_cut_off:
            for number in (signal.SIGINT, signal.SIGTERM):  # the run is over: there is nothing to shut down in order
                signal.signal(number, signal.default_int_handler)
            opened.driver.stay(f"{opened.switches.base}/")
    if CLOSING in config.stash:
        config.stash[CLOSING].close()
