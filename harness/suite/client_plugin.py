"""The part of the plugin for client scenarios: opens the session with the client under test, hands out its bench."""

import contextlib
import datetime
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from harness.auth.trouble import InterruptedCallError
from harness.clients.address_card import CARD_FORMS
from harness.clients.bench import ClientBench, NotShownError
from harness.clients.driver import Driver, DriverError, NoDriverError
from harness.clients.endpoint import EndpointDriver
from harness.clients.hand import HandDriver
from harness.clients.program import ProgramDriver
from harness.clients.protocol import Connect
from harness.clients.record import RecordReader
from harness.clients.recorded import RecordedClient, recorded_calls
from harness.clients.session import Session, Wait, surroundings_of
from harness.clients.signing_key import make_signing_key
from harness.clients.situation import Switches, SwitchRefusedError
from harness.contract.client_calls import ClientCall
from harness.display import printable
from harness.exchange import Exchange
from harness.suite.markers import NothingToJudgeError
from harness.suite.plugin import OUTCOME, RUN, WORKER, end_before_the_start
from harness.suite.run import Worker
from harness.suite.settings import CLIENT_SUITE
from harness.targets.model import Target

SESSION = pytest.StashKey[Session]()
RECORDED = pytest.StashKey[tuple[ClientCall, ...]]()
CLOSING = pytest.StashKey[contextlib.ExitStack]()
T = TypeVar("T")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """After the sandbox was started: connects the client under test, where client scenarios were asked for."""
    config = session.config
    if WORKER not in config.stash or CLIENT_SUITE not in config.stash[WORKER].settings.suites:
        return  # a recording needs no client
    if config.option.collectonly:
        return
    stack = config.stash[CLOSING] = contextlib.ExitStack()
    try:
        config.stash[SESSION] = opened = _opened(config, stack)
        form = config.getoption("card")
        if form is not None:
            print(printable(CARD_FORMS[form](opened.card, opened.switches)), file=sys.__stdout__, flush=True)
        opened.connect()
        config.stash[RUN].client_name = _name_of(opened, config.stash[WORKER])
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
    session = Session(
        target=target,
        contracts=worker.contracts,
        around=around,
        switches=Switches(_base_of(target), http),
        record=RecordReader(record, issuer.client_id),
        driver=_driver(config, record, issuer.client_id),
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
    """Puts what the client sent into exchanges.har, redacted as everything there."""

    def keep(call: ClientCall) -> None:
        if call.response is not None:
            started = datetime.datetime.fromtimestamp(call.arrived, datetime.UTC)
            exchange = Exchange(call.request, call.response, started, call.ended - call.arrived)
            worker.stands.recorder.record(worker.stands.redactor.lazily(exchange), f"client under test, {call.service}")

    return keep


def _name_of(session: Session, worker: Worker) -> str:
    """What the client calls itself, in one line."""
    told = " ".join(f"{session.client.name} {session.client.version}".split())
    return worker.stands.redactor.message(told) or "the client under test"


def _until_interrupted(worker: Worker) -> Wait:
    """Ctrl-C ends a task that the driver is at, not only what comes after it."""
    interruption = worker.stands.interruption

    def wait(answer: Callable[[], T]) -> T:
        try:
            return interruption.done(answer)
        except InterruptedCallError as error:
            raise DriverError("the run was interrupted while the client was at it.") from error

    return wait


def _driver(config: pytest.Config, record: Path, client_id: str) -> Driver:
    drive, patience = config.getoption("drive"), config.getoption("patience")
    if not drive:
        return HandDriver(RecordReader(record, client_id))
    if drive.startswith(("http://", "https://")):
        return EndpointDriver(drive, patience)
    return ProgramDriver(drive, patience)


def _base_of(target: Target) -> str:
    """The address of the sandbox itself: that of its issuer without the path."""
    return target.maskinporten.issuer.removesuffix("/").removesuffix("/maskinporten")


@pytest.fixture
def client(request: pytest.FixtureRequest) -> ClientBench:
    """This scenario's access to the client under test."""
    item = request.node
    worker = request.config.stash[WORKER]
    check = item.nodeid.partition("[")[0]
    return ClientBench(request.config.stash[SESSION], item.stash[OUTCOME], check, worker.stands.redactor)


@pytest.fixture
def client_traffic(request: pytest.FixtureRequest) -> RecordedClient:
    """What a recording shows of a client, for this scenario."""
    item = request.node
    worker = request.config.stash[WORKER]
    if RECORDED not in request.config.stash:
        request.config.stash[RECORDED] = recorded_calls(worker.settings.recorded, worker.contracts)
    check = item.nodeid.partition("[")[0]
    calls = request.config.stash[RECORDED]
    return RecordedClient(calls, worker.contracts, item.stash[OUTCOME], check, worker.stands.redactor)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judges what the client sent until the end of a scenario, whatever the scenario ended with."""
    bench = getattr(item, "funcargs", {}).get("client")
    if not isinstance(bench, ClientBench):
        return (yield)
    try:
        return (yield)
    except NotShownError as error:
        raise NothingToJudgeError(error.result, error.reason) from None
    except DriverError as error:
        item.session.shouldstop = item.session.shouldstop or item.config.stash[WORKER].stands.redactor.message(
            str(error)
        )
        raise
    finally:
        bench.judge_new()
        with contextlib.suppress(SwitchRefusedError, httpx.HTTPError):
            bench.session.switches.reset()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Says what no scenario speaks of: calls that were not asked for, and other clients."""
    opened = session.config.stash.get(SESSION, None)
    if opened is not None:
        redactor = session.config.stash[WORKER].stands.redactor
        for note in opened.notes():
            sys.stderr.write(f"\nNote: {printable(redactor.message(note))}\n")


def pytest_unconfigure(config: pytest.Config) -> None:
    if CLOSING in config.stash:
        config.stash[CLOSING].close()
