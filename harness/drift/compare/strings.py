"""Strings: length, pattern, format."""

from collections.abc import Iterator
from itertools import islice

from harness.drift.documents.patterns import is_known
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples, numbers, texts
from harness.drift.schemas.formats import FORMATS
from harness.drift.schemas.regular import NotRegularError, UndecidedError, shortest
from harness.drift.schemas.shapes import Limit, Shape


@shape_rule("min-length", "minLength", "{type: string}", "{type: string, minLength: 1}", types=("string",))
def min_length(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    had, has = a.greatest("minLength"), b.greatest("minLength")
    if has and has.value > (had.value if had else 0):
        yield Escape("min-length", "minLength", has.at, _told(had), has.value, lambda: texts(a, at_most=has.value - 1))


@shape_rule(
    "max-length", "maxLength", "{type: string, maxLength: 5}", "{type: string, maxLength: 3}", types=("string",)
)
def max_length(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    had, has = a.least("maxLength"), b.least("maxLength")
    if has and (had is None or had.value > has.value):
        yield Escape("max-length", "maxLength", has.at, _told(had), has.value, lambda: texts(a, at_least=has.value + 1))


@shape_rule("pattern", "pattern", "{type: string}", "{type: string, pattern: '^[a-z]+$'}", types=("string",))
def pattern(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:  # noqa: ARG001 - one signature for all
    had = [str(limit.value) for limit in a.limits("pattern")]
    low, high = a.greatest("minLength"), a.least("maxLength")
    for limit in b.limits("pattern"):
        refused = str(limit.value)
        if refused in had:
            continue
        unsure, undecided = bool(_formats(a)), not is_known(refused)  # cannot be judged here
        if not unsure:
            try:
                least, most = int(low.value) if low else 0, int(high.value) if high else None
                if shortest(had, [refused], least, most) is None:
                    continue
            except (NotRegularError, UndecidedError):
                undecided = True
        told = " and ".join(had) or "none"
        values = lambda refused=refused: texts(a, refused=[refused])  # noqa: E731
        yield Escape("pattern", "pattern", limit.at, told, refused, values, unsure=unsure, open=undecided)


@shape_rule("format", "format", "{type: string}", "{type: string, format: date}", types=("string", "number"))
def format(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had = [limit.value for limit in a.limits("format")]
    for limit in b.limits("format"):
        known = FORMATS.get(str(limit.value))
        if limit.value in had or known is None or known.type != a.type:
            continue

        def outside(accepts=known.accepts) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            tried = list(islice(make.shaped(a), 8))
            if a.type == "string":
                tried += [text for length in (1, 3, 9) for text in texts(a, at_least=length)]
            else:
                tried += numbers(a, [0.5, 2**31, 2**63])
            yield from (value for value in tried if not accepts(value))

        if next(outside(), None) is not None:
            yield Escape("format", "format", limit.at, had[0] if had else "none", limit.value, outside)


def _formats(shape: Shape) -> list[str]:
    return [str(x.value) for x in shape.limits("format") if FORMATS.get(str(x.value))]


def _told(limit: Limit | None) -> object:
    return limit.value if limit else "none"
