"""Scenarios of one process beside one another: while one waits for the wire, the next goes on.

A scenario spends its time waiting for answers. Each lane is a thread that runs whole scenarios; one lane at a time
has the baton, and hands it on while it waits. So nothing but the calls is concurrent: scenarios, plugins and reports
need not know.
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

T = TypeVar("T")

WORTH_IT = 0.015
"""Seconds for the quickest answer, from which on lanes are worth their while: a call costs us half of that."""
SPARE = 3
"""Lanes beyond the calls that may be in flight: while some work on answers, the others keep as many calls on their way.
"""
OWN = ("harness", "xdist", "allure_pytest")
"""Plugins that lanes know of."""
PATIENCE = 0.2
"""Seconds for which the main thread waits without looking for signals; on Windows nothing else lets them through."""


class Baton:
    """Whoever holds it runs. Called with something to wait for, as `harness.auth.waiting.Wait`, it is handed on.

    A thread that does not hold it waits for its own account: a pool's, or that of a run without lanes.
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
    """Sets up the scenarios of several lanes, one after the other, and forgets straight away what was for one alone.

    pytest keeps one stack of what is set up, and one value of each fixture: the next lane would be given this one's.
    A scenario keeps its own values; `runs_alone` sees to it that nothing of theirs must be taken down.
    """

    def __init__(self, before: SetupState, baton: Baton) -> None:
        super().__init__()
        self.stack = before.stack
        self._baton = baton
        self._turn = threading.Lock()

    def setup(self, item: pytest.Item) -> None:
        self._baton(self._turn.acquire)  # a fixture may wait for the wire
        try:
            super().teardown_exact(item)
            try:
                super().setup(item)
            finally:
                super().teardown_exact(cast(Any, item.parent))
        finally:
            self._turn.release()

    def teardown_exact(self, nextitem: pytest.Item | None) -> None:
        """The stack holds nothing of one scenario any more; the rest goes where another module's turn comes."""


OF_THE_MAIN_THREAD = ("collectonly", "usepdb", "trace", "setupshow", "numprocesses")
"""Options of pytest for which scenarios run in the main thread, or in processes of their own."""


def may_be_spread(config: pytest.Config) -> bool:
    """Whether scenarios may run anywhere but in the main thread of one process, one after the other.

    Not where pytest is asked for what it does there, or spreads them itself; nor beside a plugin of somebody else's,
    which nobody has told of it.
    """
    option = config.option
    asked = any(getattr(option, name, None) for name in OF_THE_MAIN_THREAD)  # a plugin that is off has no option
    foreign = [name for name in option.plugins if name.partition(".")[0] not in OWN and not name.startswith("no:")]
    return not asked and not foreign


def lanes_for(quickest: float, in_flight: int) -> int:
    """How many lanes a run has: some more than calls may be in flight, where answers take longer than what we make of
    them. `quickest` is in seconds."""
    return 1 if quickest < WORTH_IT or in_flight == 1 else in_flight + SPARE


def runs_alone(item: pytest.Item) -> bool:
    """Whether a scenario runs with no other beside it.

    It says so, or a fixture of its own, or of its module, has something to take down, which pytest does between
    scenarios.
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
    """Where a scenario's turn is, before or after the others, when several run beside one another.

    What runs alone goes together, for before and after it the lanes run dry; what makes many calls in a row begins
    early, else the others would have ended long before it.
    """
    return place(item), not runs_alone(item), item.get_closest_marker("long") is None


def place(item: pytest.Item) -> int:
    """Where a scenario's turn is: the least first."""
    return 2 if item.get_closest_marker("last") else 0 if item.get_closest_marker("first") else 1


def run_in_lanes(session: pytest.Session, baton: Baton, lanes: int) -> None:
    """Runs a session's scenarios, up to `lanes` beside one another; raises as pytest's own loop does."""
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


class _Lanes:
    """What the lanes over one sequence of scenarios share.

    What is set up for the whole run stays for the scenario that follows them.
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
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(PATIENCE)
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
            except BaseException as error:  # raised where the lanes are waited for
                self._broken = error

    @property
    def _is_ending(self) -> bool:
        return bool(self._session.shouldfail or self._session.shouldstop)
