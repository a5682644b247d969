"""Small payloads that a schema accepts, built from its alternatives."""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from harness.drift.schemas.formats import FORMATS
from harness.drift.schemas.regular import NotRegularError, UndecidedError, expression, found_in, shortest
from harness.drift.schemas.shapes import TYPES, Schema, Shape, Shapes, TooManyAlternativesError, canonical, type_of

DEEPEST = 7
MOST = 6  # examples of one schema
WRONG: tuple[Any, ...] = (0, "a", False, None, [], {})  # one of them breaks any schema that says a type


class Examples:
    """Builds payloads for one document's schemas in one direction.

    They are small and honest: members are those that must stand there or were asked for, so that a payload shows one
    thing. A builder may err where keywords meet; whoever uses a payload asks a `Reader` first.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._open: list[tuple[object, ...]] = []

    def of(self, schema: Schema) -> Iterator[Any]:
        """Some payloads, the smallest first; none where none could be built."""
        key = tuple(node.identity for node in schema)
        if len(self._open) > DEEPEST or self._open.count(key) > 1:
            return
        try:
            alternatives = sorted(self.shapes.of(schema), key=lambda shape: (TYPES.index(shape.type) + 2) % 6)
        except TooManyAlternativesError:
            return
        self._open.append(key)
        try:
            found = list(itertools.islice(self._spread(alternatives), MOST))
        finally:
            self._open.pop()
        yield from found

    def _spread(self, alternatives: Iterable[Shape]) -> Iterator[Any]:
        """One payload of each alternative, then a second of each."""
        rows = [self.shaped(shape) for shape in alternatives]
        seen = set()
        for row in itertools.zip_longest(*[itertools.islice(r, 2) for r in rows], fillvalue=_NOTHING):
            for value in row:
                if value is not _NOTHING and canonical(value) not in seen:
                    seen.add(canonical(value))
                    yield value

    def first(self, schema: Schema) -> Any:  # noqa: ANN401 - any JSON value
        """The smallest payload; raises LookupError when none could be built."""
        for value in self.of(schema):
            return value
        raise LookupError

    def shaped(self, shape: Shape) -> Iterator[Any]:
        """Payloads of one alternative."""
        if shape.values is not None:
            yield from shape.values.value
        elif shape.type == "number":
            yield from numbers(shape)
        elif shape.type == "string":
            yield from texts(shape)
        elif shape.type == "array":
            yield from self.arrays(shape)
        elif shape.type == "object":
            yield from self.objects(shape)
        elif shape.type == "boolean":
            yield from (True, False)
        else:
            yield None

    def objects(
        self,
        shape: Shape,
        members: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
        at_least: int = 0,
    ) -> Iterator[dict[str, Any]]:
        """Objects with the required members, those given, and none of those unwanted."""
        members, unwanted = dict(members or {}), set(without)
        built: dict[str, Any] = {}
        for name in shape.required:
            if name in members or name in unwanted:
                continue
            try:
                built[name] = self.first(shape.at(name))
            except LookupError:
                return
        built |= members
        least = shape.greatest("minProperties")
        wanted = max(at_least, int(least.value) if least else 0)
        for name in [*shape.properties, *self._invented(shape)]:
            if len(built) >= wanted:
                break
            if name not in built and name not in unwanted:
                try:
                    built[name] = self.first(shape.at(name))
                except LookupError:
                    continue
        yield built
        optional = [name for name in shape.properties if name not in built and name not in unwanted]
        for name in optional[:3]:
            for value in itertools.islice(self.of(shape.at(name)), 1):
                yield built | {name: value}

    def _invented(self, shape: Shape) -> Iterator[str]:
        for number in range(1, 40):
            yield f"x{number}"
        yield from self.names(shape)

    def names(self, shape: Shape) -> Iterator[str]:
        """Names for members that are not declared, one for each pattern and one that fits none."""
        for pattern in shape.patterns:
            try:
                found = shortest([pattern])
            except (NotRegularError, UndecidedError):
                continue
            if found is not None:
                yield found
        yield from (name for name in ("extra", "x", "annet") if name not in shape.properties)

    def arrays(self, shape: Shape, length: int | None = None) -> Iterator[list[Any]]:
        """Arrays of the smallest length allowed, or of the length given."""
        least, most = shape.greatest("minItems"), shape.least("maxItems")
        wanted = length if length is not None else max(int(least.value) if least else 0, 0)
        if length is None and not wanted and (not most or most.value > 0):
            yield from self._filled(shape, wanted)
            wanted = 1
        yield from self._filled(shape, wanted)

    def _filled(self, shape: Shape, length: int) -> Iterator[list[Any]]:
        unique = any(limit.value is True for limit in shape.limits("uniqueItems"))
        contains = [layer.child("contains") for layer in shape.layers if layer.get("contains") is not None]
        items: list[Any] = []
        if length > 5_000:
            return
        try:
            for node in contains:
                least = node.specification.at((node.uri, node.pointer.rpartition("/")[0])).get("minContains", 1)
                items += [self.first((node, *shape.item(len(items))))] * least
            pool: list[Any] = []
            while len(items) < length:
                pool = pool or self._pool(shape, len(items), length if unique else 1)
                if unique:
                    taken = {canonical(item) for item in items}
                    pool = [item for item in pool if canonical(item) not in taken]
                    items.append(pool.pop(0))
                else:
                    items.append(pool[0])
                    pool = pool if len(items) > shape.tuple_length else []
        except (LookupError, IndexError):
            return
        yield items

    def _pool(self, shape: Shape, index: int, count: int) -> list[Any]:
        schema = shape.item(index)
        values = list(itertools.islice(self.of(schema), 1 if count == 1 else MOST))
        if count > len(values):
            for alternative in self.shapes.of(schema):
                values += itertools.islice(_many(alternative), count)
        return values


_NOTHING = object()


def _many(shape: Shape) -> Iterator[Any]:
    """Different values, where an array's elements must differ."""
    if shape.finite is not None:
        yield from shape.finite
    elif shape.type == "number":
        yield from (value for value in range(1_000) if within(shape, value))
    elif shape.type == "string":
        for length in range(200):
            yield from itertools.islice(texts(shape, at_least=length), 1)


def within(shape: Shape, value: float) -> bool:
    """Whether a number keeps bounds, multiples and wholeness."""
    lower, upper = shape.lower, shape.upper
    if lower and (value < lower.value or (lower.exclusive and value == lower.value)):
        return False
    if upper and (value > upper.value or (upper.exclusive and value == upper.value)):
        return False
    if shape.integer and not float(value).is_integer():
        return False
    if any(not FORMATS[x.value].accepts(value) for x in shape.limits("format") if _numeric(x.value)):
        return False
    return all(
        x.value <= 0 or (Fraction(str(value)) / Fraction(str(x.value))).denominator == 1
        for x in shape.limits("multipleOf")
    )


def fits(shape: Shape, text: str) -> bool:
    """Whether a text keeps lengths, patterns and formats."""
    low, high = shape.greatest("minLength"), shape.least("maxLength")
    if (low and len(text) < low.value) or (high and len(text) > high.value):
        return False
    formats = [FORMATS[str(x.value)] for x in shape.limits("format") if str(x.value) in FORMATS]
    if any(known.type == "string" and not known.accepts(text) for known in formats):
        return False
    return all(found_in(str(limit.value), text) for limit in shape.limits("pattern"))


def _numeric(name: object) -> bool:
    return isinstance(name, str) and name in FORMATS and FORMATS[name].type == "number"


def numbers(shape: Shape, beyond: Iterable[float] = ()) -> Iterator[Any]:
    """Numbers that keep the bounds: those asked for first, then the natural ones, then the edges."""
    steps = [Fraction(str(x.value)) for x in shape.limits("multipleOf") if type_of(x.value) == "number" and x.value > 0]
    step = Fraction(1) if shape.integer or not steps else steps[0]
    for other in steps:
        step = Fraction(math.lcm(step.numerator, other.numerator), math.gcd(step.denominator, other.denominator))
    candidates: list[float] = [*beyond, 0, 1]
    for edge in (shape.lower, shape.upper):
        if edge:
            candidates += _around(edge.value, step)
    candidates += [-1, 0.5]
    seen = set()
    for value in candidates:
        plain = int(value) if float(value).is_integer() else value
        if plain not in seen and within(shape, plain):
            seen.add(plain)
            yield plain


def _around(edge: float, step: Fraction) -> list[float]:
    """The edge itself and the nearest multiples on both sides."""
    exact = Fraction(str(edge))
    below, above = exact // step * step, -(-exact // step) * step
    near = [edge, _number(below), _number(above), _number(below - step), _number(above + step)]
    return [*near, edge + 0.5, edge - 0.5]


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def texts(shape: Shape, at_least: int = 0, at_most: int | None = None, refused: Iterable[str] = ()) -> Iterator[str]:
    """Texts that keep lengths, patterns and formats, of a length asked for, without the patterns refused."""
    low, high = shape.greatest("minLength"), shape.least("maxLength")
    least = max(at_least, int(low.value) if low else 0)
    most = min((x for x in (at_most, int(high.value) if high else None) if x is not None), default=None)
    patterns = [str(limit.value) for limit in shape.limits("pattern")]
    formats = [x.value for x in shape.limits("format") if isinstance(x.value, str) and x.value in FORMATS]
    formats = [name for name in formats if FORMATS[name].type == "string"]
    refused = list(refused)
    if formats:
        for example in FORMATS[formats[0]].examples:
            grown = _grown(formats[0], example, least)
            if len(grown) >= least and (most is None or len(grown) <= most):
                yield grown
    if least > 20_000 or (most is not None and most < least):
        return
    try:
        found = shortest(patterns, refused, max(least, 0), most)
        if found is not None:
            yield found
        longer = shortest(patterns, refused, max(least, len(found or "") + 1), most)
        if longer is not None:
            yield longer
    except (NotRegularError, UndecidedError):
        for pattern in patterns:
            yield from _sampled(pattern, least, most)


def beyond(shape: Shape, others: Iterable[Shape]) -> Iterator[Any]:
    """Values of an alternative that lie outside several others at once."""
    others = list(others)
    if shape.type == "string":
        longest = max((int(x.value) for other in others for x in other.limits("maxLength")), default=-1) + 1
        patterns = [str(x.value) for other in others for x in other.limits("pattern")]
        yield from texts(shape, at_least=longest, refused=patterns)
        yield from texts(shape, at_least=longest)
        yield from texts(shape, refused=patterns)
    elif shape.type == "number":
        edges = [edge.value for other in others for edge in (other.lower, other.upper) if edge]
        yield from numbers(shape, [edge + step for edge in edges for step in (0, 1, -1, 0.5, -0.5)])


def _grown(name: str, example: str, least: int) -> str:
    """A format's example made longer where the format allows it."""
    missing = least - len(example)
    if missing <= 0:
        return example
    return example + "a" * missing if name in {"uri", "url", "email", "uri-reference"} else example


def _sampled(pattern: str, least: int, most: int | None) -> Iterator[str]:
    """Where a pattern is not regular, hypothesis draws examples of it."""
    compiled = expression(pattern)
    if compiled is None:
        return
    import warnings  # noqa: PLC0415 - hypothesis is slow to import, and hardly ever needed

    from hypothesis import HealthCheck, Phase, find, settings  # noqa: PLC0415
    from hypothesis import strategies as st  # noqa: PLC0415
    from hypothesis.errors import HypothesisException  # noqa: PLC0415

    quiet = settings(
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=50,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fits = lambda text: len(text) >= least and (most is None or len(text) <= most)  # noqa: E731
            yield find(st.from_regex(compiled), fits, settings=quiet)
    except (HypothesisException, OverflowError):
        return
