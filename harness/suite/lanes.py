"""Runs the scenarios of one process in several lanes: while one waits for the network, another continues.

A scenario spends its time waiting for answers. Each lane is a thread that runs whole scenarios; only the lane with the
baton runs, and it passes the baton on while it waits. So only the calls are concurrent, and scenarios, plugins and
reports need not be aware of it.
"""

import contextlib
import inspect
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar, cast

import pytest
from _pytest.runner import SetupState

from harness.suite.interpreter import switching_often

T = TypeVar("T")

WORTH_IT = 0.015
"""Seconds for the quickest answer from which lanes pay off: our own work per call takes half of that."""
SPARE = 3
"""Lanes beyond the calls that may be in flight: while some process answers, the others keep the calls going."""
OWN = ("harness", "xdist", "allure_pytest")
"""Plugins that work with lanes."""
PATIENCE = 0.2
"""Seconds between the main thread's checks for signals while it waits; on Windows they get through no other way."""


class Baton:
    """Only the thread that holds it runs. As a `harness.auth.waiting.Wait` it is passed on for the duration of a wait.

    A thread that does not hold it (one of a pool, or of a run without lanes) simply waits.
    """

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._holder = 0

    def __call__(self, answer: Callable[[], T], /) -> T:
        if self._holder != threading.get_ident():
            return answer()
        self._hand_on()
        try:
            return answer()
        finally:
            self._take()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        self._take()
        try:
            yield
        finally:
            self._hand_on()

    def _take(self) -> None:
        self._free.acquire()
        self._holder = threading.get_ident()

    def _hand_on(self) -> None:
        self._holder = 0
        self._free.release()


class _Setup(SetupState):
    """Sets up the scenarios of several lanes, one at a time, and immediately forgets what belongs to one scenario only.

    pytest keeps one stack of what is set up, and one value of each fixture: without this the next lane would get this
    one's. A scenario keeps its own values; `runs_alone` ensures that none of them needs a teardown.
    """

    def __init__(self, before: SetupState, baton: Baton) -> None:
        super().__init__()
        self.stack = before.stack
        self._baton = baton
        self._turn = threading.Lock()

    def setup(self, item: pytest.Item) -> None:
        self._baton(self._turn.acquire)  # a fixture may wait for the network
        try:
            super().teardown_exact(item)
            try:
                super().setup(item)
            finally:
                super().teardown_exact(cast(Any, item.parent))
        finally:
            self._turn.release()

    def teardown_exact(self, nextitem: pytest.Item | None) -> None:
        """Does nothing: nothing of one scenario is left on the stack, and the rest is torn down after the lanes."""


OF_THE_MAIN_THREAD = ("collectonly", "usepdb", "trace", "setupshow", "numprocesses")
"""pytest options that require the scenarios to run in the main thread, or in separate processes."""


def may_be_spread(config: pytest.Config) -> bool:
    """Whether scenarios may run outside the main thread, several at a time.

    Not if a pytest option relies on the main thread or distributes the scenarios itself, nor with other people's
    plugins, which are not prepared for it.
    """
    option = config.option
    asked = any(getattr(option, name, None) for name in OF_THE_MAIN_THREAD)  # a disabled plugin has no option
    foreign = [name for name in option.plugins if name.partition(".")[0] not in OWN and not name.startswith("no:")]
    return not asked and not foreign


def lanes_for(quickest: float, in_flight: int) -> int:
    """The number of lanes: a few more than calls may be in flight if answers take long enough to make lanes pay off.

    `quickest` is in seconds.
    """
    return 1 if quickest < WORTH_IT or in_flight == 1 else in_flight + SPARE


def runs_alone(item: pytest.Item) -> bool:
    """Whether a scenario must run with no other beside it.

    It does if it is marked so, or if a fixture of function, class or module scope has a teardown, which pytest runs
    between scenarios.
    """
    if item.get_closest_marker("alone") is not None or not isinstance(item, pytest.Function):
        return True
    fixtures = cast(Any, item)._fixtureinfo.name2fixturedefs.values()
    return any(
        each.scope in {"function", "class", "module"} and inspect.isgeneratorfunction(each.func)
        for given in fixtures
        for each in given
    )


def place_in_lanes(item: pytest.Item) -> tuple[int, bool, bool]:
    """The sort key of a scenario when several run in lanes.

    Scenarios that run alone are grouped, since the lanes must empty before and after them; those that make many calls
    in a row start early, or they would still be running long after the others.
    """
    return place(item), not runs_alone(item), item.get_closest_marker("long") is None


def place(item: pytest.Item) -> int:
    """The sort key of a scenario: the lowest runs first."""
    return 2 if item.get_closest_marker("last") else 0 if item.get_closest_marker("first") else 1


def run_in_lanes(session: pytest.Session, baton: Baton, lanes: int) -> None:
    """Runs a session's scenarios, up to `lanes` at a time; raises as pytest's own loop does."""
    session.items.sort(key=place_in_lanes)
    left = len(session.items)
    for alone, grouped in groupby(session.items, runs_alone):
        items = list(grouped)
        left -= len(items)
        following = session.items[-left] if left else None
        if alone:
            _run_in_turn(session, items, following)
        else:
            _Lanes(session, baton, items, following).run(lanes)


def _run_in_turn(session: pytest.Session, items: Sequence[pytest.Item], last: pytest.Item | None) -> None:
    for item, following in zip(items, [*items[1:], last], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        _ensure_going_on(session)


def _ensure_going_on(session: pytest.Session) -> None:
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)


class _Silence:
    """Ends the lanes that still run after the main thread was interrupted, without a report.

    What they use is torn down meanwhile, so that they fail for no reason of the target's or of their own.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self) -> None:
        raise KeyboardInterrupt


class _Lanes:
    """The shared state of the lanes that run one sequence of scenarios.

    Setup for the whole run is kept for the scenario that follows the sequence.
    """

    def __init__(
        self, session: pytest.Session, baton: Baton, items: Sequence[pytest.Item], following: pytest.Item | None
    ) -> None:
        self._following = following
        self._session = session
        self._baton = baton
        self._left = deque(items)
        self._broken: BaseException | None = None

    def run(self, lanes: int) -> None:
        before = self._session._setupstate
        self._session._setupstate = beside = _Setup(before, self._baton)
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(lanes)]
        try:
            with switching_often():
                for thread in threads:
                    thread.start()
                for thread in threads:
                    while thread.is_alive():
                        thread.join(PATIENCE)
        except BaseException:
            self._session.config.pluginmanager.register(_Silence())
            raise
        finally:
            self._session._setupstate = before
            SetupState.teardown_exact(beside, self._following)
        if self._broken is not None:
            raise self._broken
        _ensure_going_on(self._session)

    def _work(self) -> None:
        with self._baton.held():
            try:
                while self._left and self._broken is None and not self._is_ending:
                    item = self._left.popleft()
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            except BaseException as error:  # re-raised by run()
                self._broken = error

    @property
    def _is_ending(self) -> bool:
        return bool(self._session.shouldfail or self._session.shouldstop)
