"""The layout of the timeline: a lane per operation, tokens as bars above, for the latest minutes."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from harness.console.call_log import NORWAY, Logged

SHORTEST, LONGEST = 2.0, 3_600.0
"""The time span of a picture, in seconds."""
NEWEST = 60
"""The number of latest calls that the picture covers at least."""
MOST_CALLS, MOST_TOKENS, MOST_LANES, MOST_ROWS = 300, 8, 12, 6
WIDTH, LEFT, TOP = 1000.0, 190.0, 20.0
BAR, TOKEN = 10.0, 18.0


@dataclass(frozen=True)
class Tick:
    x: float
    text: str


@dataclass
class TokenBar:
    """One token. `marks` are the positions of the calls that used it."""

    label: str
    scope: str
    x: float
    y: float
    w: float
    uses: int = 0
    marks: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Lane:
    label: str
    y: float
    h: float


@dataclass(frozen=True)
class Bar:
    """One call. `tone` is good, refused, lost or broken."""

    seq: int
    title: str
    tone: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Lanes:
    """The whole picture. `window` is in seconds."""

    width: int
    height: int
    window: float
    ticks: Sequence[Tick]
    tokens: Sequence[TokenBar]
    lanes: Sequence[Lane]
    calls: Sequence[Bar]
    most_in_flight: int


@dataclass(frozen=True)
class Axis:
    """Maps seconds since 1970 to positions."""

    begin: float
    window: float

    def x(self, at: float) -> float:
        share = min(1.0, max(0.0, (at - self.begin) / self.window))
        return round(LEFT + share * (WIDTH - LEFT - 8), 1)


def lanes_of(calls: Iterable[Logged], most_in_flight: int) -> Lanes:
    """The picture of the newest of these calls, which are given newest first."""
    newest = [call for call, _ in zip(calls, range(MOST_CALLS), strict=False)]
    end = max((call.ended for call in newest), default=0.0)
    oldest = min((call.arrived for call in newest[:NEWEST]), default=end)
    window = min(LONGEST, max(SHORTEST, end - oldest))
    shown = [call for call in newest if call.ended >= end - window]
    axis = Axis(end - window, window)
    tokens = _tokens(shown, axis)
    lanes, bars, bottom = _lanes(shown, axis, TOP + TOKEN * len(tokens) + (6 if tokens else 0))
    return Lanes(int(WIDTH), int(bottom + 6), window, _ticks(axis), tokens, lanes, bars, most_in_flight)


def _ticks(axis: Axis) -> list[Tick]:
    moments = [axis.begin + axis.window * part / 5 for part in range(5)]
    return [Tick(axis.x(each), datetime.datetime.fromtimestamp(each, NORWAY).strftime("%H:%M:%S")) for each in moments]


def _tokens(shown: Sequence[Logged], axis: Axis) -> list[TokenBar]:
    """The newest tokens, oldest first."""
    issued = [call for call in shown if call.token_issued][:MOST_TOKENS]
    bars: dict[str, TokenBar] = {}
    for place, call in enumerate(reversed(issued)):
        x = axis.x(call.ended)
        scope = call.token_scope
        width = max(4.0, round(axis.x(call.token_until) - x, 1))
        label = f"token {scope.rpartition(':')[2][:26]}"
        bars[call.token_issued] = TokenBar(label, scope, x, TOP + TOKEN * place, width)
    for call in shown:
        bar = bars.get(call.token_used)
        if bar is not None:
            bar.uses += 1
            bar.marks.append(axis.x(call.arrived))
    return list(bars.values())


def _lanes(shown: Sequence[Logged], axis: Axis, top: float) -> tuple[list[Lane], list[Bar], float]:
    by_lane: dict[str, list[Logged]] = {}
    for call in reversed(shown):
        by_lane.setdefault(call.lane, []).append(call)
    lanes, bars = [], []
    names = sorted(by_lane, key=lambda name: (not name.startswith("token"), name))
    for name in [*names[: MOST_LANES - 1], *([] if len(names) < MOST_LANES else ["…"])]:
        calls = by_lane[name] if name in by_lane else [c for n in names[MOST_LANES - 1 :] for c in by_lane[n]]
        rows: list[float] = []
        for call in calls:
            x, width = axis.x(call.arrived), max(4.0, round(axis.x(call.ended) - axis.x(call.arrived), 1))
            row = next((row for row, end in enumerate(rows) if end <= x), len(rows))
            row = min(row, MOST_ROWS - 1)
            rows[row : row + 1] = [x + width]
            y = top + 4 + row * (BAR + 2)
            bars.append(Bar(call.seq, _title(call), call.tone, x, y, width, BAR))
        height = 8 + max(1, len(rows)) * (BAR + 2)
        lanes.append(Lane(name[:30], top, height))
        top += height + 3
    return lanes, bars, top


def _title(call: Logged) -> str:
    wrong = "".join(f" · {breach.requirement}" for breach in call.breaches[:3])
    return f"{call.method} {call.lane} → {call.status or call.lost} · {call.milliseconds} ms{wrong}"
