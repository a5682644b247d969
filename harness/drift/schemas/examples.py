"""Builds small payloads that a schema accepts, from its alternatives."""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from harness.drift.documents.json_values import canonical, is_whole, type_of
from harness.drift.documents.specification import Node
from harness.drift.schemas.formats import FORMATS
from harness.drift.schemas.regular import NotRegularError, UndecidedError, found_in, several, shortest
from harness.drift.schemas.shapes import TYPES, Schema, Shape, Shapes, TooManyAlternativesError, joined

DEPTHS = (1, 2, 3, 4, 6, 9, 14)  # tried in turn: the smallest payloads are the flattest
MOST = 6  # examples of one schema
NEVER = math.inf
LONGEST = 20_000  # characters, or elements
WRONG: tuple[Any, ...] = (0, "a", False, None, [], {})  # any schema that states a type refuses one of them
Accepts = Callable[[Node, Any], bool]
Escaping = Callable[[Schema, Schema], Iterable[Any] | None]
"""Payloads that the first schema accepts and the second may refuse; None if it refuses none."""


class Examples:
    """Builds payloads for schemas in one direction.

    They are minimal: members are the required and the requested ones, so that a payload shows one thing, plus others
    only if these alone distinguish the branches of a oneOf. Builders may err when keywords interact, so callers must
    ask a reader before they use a payload.
    """

    def __init__(self, shapes: Shapes, accepts: Accepts, meaning: Callable[[Node], object], escaping: Escaping) -> None:
        self.shapes = shapes
        self.meaning = meaning
        self.accepts = accepts
        self.escaping = escaping
        self._known: dict[Schema, tuple[int, tuple[Any, ...]]] = {}  # with the depth that was needed
        self._failed: dict[Schema, float] = {}  # the greatest depth at which nothing was found
        self._values: dict[Schema, frozenset[str] | None] = {}
        self._joined: dict[tuple[Shape, Shape], Shape] = {}

    def joined(self, one: Shape, other: Shape) -> Shape:
        """The alternative that satisfies both."""
        if (one, other) not in self._joined:
            self._joined[one, other] = joined(one, other)
        return self._joined[one, other]

    def may_meet(self, shape: Shape, node: Node) -> bool:
        """Whether a payload may fit both an alternative and a schema; it cannot if their enumerated values differ."""
        try:
            others = self.shapes.of((node,))
        except TooManyAlternativesError:
            return True
        return any(shape.type == other.type and not self.are_apart(shape, other) for other in others)

    def are_apart(self, one: Shape, other: Shape) -> bool:
        """Whether both enumerate disjoint values, either their own or those of a member required in one of them."""
        if one.texts is not None and other.texts is not None:
            return one.texts.isdisjoint(other.texts)
        if one.type != "object":
            return False
        for name in one.required.keys() | other.required.keys():
            mine, its = self._enumerated(one.at(name)), self._enumerated(other.at(name))
            if mine is not None and its is not None and mine.isdisjoint(its):
                return True
        return False

    def _enumerated(self, schema: Schema) -> frozenset[str] | None:
        """The only values that a schema accepts, as canonical texts; None if they are not enumerated."""
        if schema not in self._values:
            self._values[schema] = None
            with suppress(TooManyAlternativesError):
                texts = [shape.texts for shape in self.shapes.of(schema)]
                known = [one for one in texts if one is not None]
                self._values[schema] = frozenset[str]().union(*known) if len(known) == len(texts) else None
        return self._values[schema]

    def of(self, schema: Schema) -> Iterator[Any]:
        """Some payloads, the smallest first; empty if none could be built."""
        for depth in DEPTHS:
            found = self._within(schema, depth)
            if found or self._failed.get(schema) == NEVER:
                yield from found
                return

    def _within(self, schema: Schema, depth: int) -> tuple[Any, ...]:
        """Payloads that are nested no deeper than this depth."""
        known = self._known.get(schema)
        if known is not None and depth >= known[0]:
            return known[1]
        if depth <= self._failed.get(schema, -1):
            return ()
        try:
            alternatives = sorted(self.shapes.of(schema), key=lambda shape: (TYPES.index(shape.type) + 2) % 6)
        except TooManyAlternativesError:
            alternatives = []
        found = tuple(itertools.islice(self._spread(alternatives, depth), MOST))
        if found:
            self._known[schema] = depth, found
        else:
            self._failed[schema] = NEVER if all(map(self._is_never, alternatives)) else depth
        return found

    def _is_never(self, shape: Shape) -> bool:
        """Whether nothing can be built at any depth, because a required member cannot."""
        return shape.type == "object" and any(self._failed.get(shape.at(name)) == NEVER for name in shape.required)

    def _spread(self, alternatives: Iterable[Shape], depth: int) -> Iterator[Any]:
        """One payload of each alternative, then a second of each."""
        rows = [itertools.islice(self._shaped(shape, depth), 2) for shape in itertools.islice(alternatives, 40)]
        seen: list[Any] = []
        for value in _by_turns(rows):
            if not any(value == other and canonical(value) == canonical(other) for other in seen):
                seen.append(value)
                yield value

    def _first(self, schema: Schema, depth: int) -> Any:  # noqa: ANN401 - any JSON value
        """The smallest payload; raises LookupError if none could be built."""
        if depth < 0:
            raise LookupError
        for value in self._within(schema, depth):
            return value
        raise LookupError

    def first(self, schema: Schema) -> Any:  # noqa: ANN401 - any JSON value
        """The smallest payload; raises LookupError if none could be built."""
        for value in self.of(schema):
            return value
        raise LookupError

    def shaped(self, shape: Shape) -> Iterator[Any]:
        """Payloads of one alternative."""
        for depth in DEPTHS:
            found = False
            for value in self._shaped(shape, depth):
                found = True
                yield value
            if found:
                return

    def _shaped(self, shape: Shape, depth: int) -> Iterator[Any]:
        if shape.nots or shape.others or shape.beside:
            return self._alone(shape, self._plainly(shape, depth), depth, ())
        return self._plainly(shape, depth)

    def _plainly(self, shape: Shape, depth: int) -> Iterator[Any]:
        if shape.values is not None:
            yield from shape.values.value
        elif shape.type == "number":
            yield from numbers(shape)
        elif shape.type == "string":
            yield from texts(shape)
        elif shape.type == "array":
            yield from self._arrays(shape, None, depth)
        elif shape.type == "object":
            yield from self._objects(shape, {}, (), 0, depth)
        elif shape.type == "boolean":
            yield from (True, False)
        else:
            yield None

    def _alone(self, shape: Shape, values: Iterator[Any], depth: int, without: tuple[str, ...]) -> Iterator[Any]:
        """The payloads that match no unwanted schema; if all match one, objects are varied until they do not."""
        unwanted = (*shape.nots, *shape.others, *shape.beside)
        tried, found = [], False
        for value in itertools.islice(values, 8):
            tried.append(value)
            if not self._fits_any(unwanted, value):
                found = True
                yield value
        if not found and shape.type == "object":
            more = (
                value
                for one in tried[:1]
                for way in (self._varied, self._grown)
                for value in way(shape, one, depth, without)
            )
            for value in itertools.islice((one for one in more if not self._fits_any(unwanted, one)), 2):
                found = True
                yield value
        if not found:  # a payload that fits several branches still shows something to lenient readers
            yield from (value for value in tried if not self._fits_any(shape.nots, value))

    def _fits_any(self, nodes: Schema, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return any(self._may_fit(node, value) and self.accepts(node, value) for node in nodes)

    def _may_fit(self, node: Node, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        """Whether some alternative has the value's type and requires no member that it lacks."""
        kind = type_of(value)
        try:
            alternatives = self.shapes.of((node,))
        except TooManyAlternativesError:
            return True
        return any(
            shape.type == kind and (kind != "object" or shape.required.keys() <= value.keys()) for shape in alternatives
        )

    def _varied(
        self,
        shape: Shape,
        value: dict[str, Any],
        depth: int,
        without: tuple[str, ...],  # noqa: ARG002 - one signature
    ) -> Iterator[dict[str, Any]]:
        """The object with another value for one of its members."""
        for name in list(value)[:30] if depth else ():
            for member in self._within(shape.at(name), depth - 1)[1:]:
                yield value | {name: member}

    def _grown(
        self, shape: Shape, value: dict[str, Any], depth: int, without: tuple[str, ...]
    ) -> Iterator[dict[str, Any]]:
        """The object with one more optional member, those with few values first; then with all of them."""
        whole = dict(value)
        names = [name for name in shape.properties if name not in value and name not in without]
        names.sort(
            key=lambda name: (
                not any(node.resolved.get("enum") or "const" in (node.resolved.value or ()) for node in shape.at(name))
            )
        )
        for name in names[:30]:
            for member in self._within(shape.at(name), depth - 1)[:1] if depth else ():
                whole = whole | {name: member}
                yield value | {name: member}
                yield whole

    def objects(
        self,
        shape: Shape,
        members: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
        at_least: int = 0,
    ) -> Iterator[dict[str, Any]]:
        """Objects with the required and the given members, and without the unwanted ones."""
        given, unwanted = dict(members or {}), tuple(without)
        needed = [shape.at(name) for name in shape.required if name not in given and name not in unwanted]
        for depth in DEPTHS:
            if any(self._failed.get(member, -1) >= depth - 1 for member in needed):
                continue
            found = False
            values: Iterator[dict[str, Any]] = self._objects(shape, given, unwanted, at_least, depth)
            if shape.nots or shape.others or shape.beside:
                values = self._alone(shape, values, depth, unwanted)
            for value in values:
                found = True
                yield value
            if found:
                return

    def _objects(
        self, shape: Shape, members: Mapping[str, Any], without: tuple[str, ...], at_least: int, depth: int
    ) -> Iterator[dict[str, Any]]:
        built: dict[str, Any] = {}
        for name in shape.required:
            if name in members or name in without:
                continue
            try:
                built[name] = self._first(shape.at(name), depth - 1)
            except LookupError:
                return
        built |= members
        least = shape.greatest("minProperties")
        wanted = max(at_least, int(least.value) if least else 0)
        if wanted > LONGEST:
            return
        for name in [*shape.properties, *self._invented(shape)] if len(built) < wanted else ():
            if len(built) >= wanted:
                break
            if name not in built and name not in without:
                try:
                    built[name] = self._first(shape.at(name), depth - 1)
                except LookupError:
                    continue
        if len(built) < wanted:
            return
        yield built
        optional = [name for name in shape.properties if name not in built and name not in without]
        for name in optional[:3] if depth else ():
            for value in self._within(shape.at(name), depth - 1)[:1]:
                yield built | {name: value}

    def _invented(self, shape: Shape) -> Iterator[str]:
        for number in range(1, 40):
            yield f"x{number}"
        yield from self.names(shape)

    def names(self, shape: Shape) -> Iterator[str]:
        """Names for undeclared members: one for each pattern, and some that match none."""
        for pattern in shape.patterns:
            try:
                found = shortest([pattern])
            except (NotRegularError, UndecidedError):
                continue
            if found is not None:
                yield found
        yield from (name for name in ("extra", "x", "annet") if name not in shape.properties)

    def arrays(self, shape: Shape, length: int | None = None) -> Iterator[list[Any]]:
        """Arrays of the smallest allowed length, or of the given length."""
        for depth in DEPTHS:
            found = False
            for value in self._arrays(shape, length, depth):
                found = True
                yield value
            if found:
                return

    def _arrays(self, shape: Shape, length: int | None, depth: int) -> Iterator[list[Any]]:
        least, most = shape.greatest("minItems"), shape.least("maxItems")
        wanted = length if length is not None else max(int(least.value) if least else 0, 0)
        if length is None and not wanted and (not most or most.value > 0):
            yield from self._filled(shape, wanted, depth)
            wanted = 1
        yield from self._filled(shape, wanted, depth)

    def _filled(self, shape: Shape, length: int, depth: int) -> Iterator[list[Any]]:
        unique = any(limit.value is True for limit in shape.limits("uniqueItems"))
        contains = [layer.child("contains") for layer in shape.layers if layer.get("contains") is not None]
        items: list[Any] = []
        if length > LONGEST or (length and not depth):
            return
        try:
            for node in contains:
                layer = node.specification.at((node.uri, node.pointer.rpartition("/")[0]))
                least = min(int(layer.get("minContains", 1)), LONGEST)
                items += [self._first((node, *shape.item(len(items))), depth - 1)] * least if least else []
            if unique:
                self._fill_with_different(items, shape, length, depth)
            else:
                while len(items) < length:
                    item = self._first(shape.item(len(items)), depth - 1)
                    # Beyond the elements with a schema of their own, all are equal.
                    alike = 1 if len(items) < shape.tuple_length else length - len(items)
                    items += [item] * alike
        except (LookupError, IndexError, TooManyAlternativesError):
            return
        yield items

    def _fill_with_different(self, items: list[Any], shape: Shape, length: int, depth: int) -> None:
        """Fills up a list whose elements must differ; raises LookupError if there are not enough values."""
        taken = {canonical(item) for item in items}
        while len(items) < length:
            wanted = 1 if len(items) < shape.tuple_length else length - len(items)
            found = 0
            for value in self._different(shape.item(len(items)), length, depth):
                key = canonical(value)
                if key not in taken:
                    taken.add(key)
                    items.append(value)
                    found += 1
                    if found == wanted:
                        break
            if found < wanted:
                raise LookupError

    def _different(self, schema: Schema, count: int, depth: int) -> Iterator[Any]:
        yield from self._within(schema, depth - 1)
        for alternative in self.shapes.of(schema):
            yield from _many(alternative, 2 * count)


def _by_turns(rows: Iterable[Iterator[Any]]) -> Iterator[Any]:
    """The first of each row, then the second of each."""
    waiting = list(rows)
    while waiting:
        left = []
        for row in waiting:
            for value in itertools.islice(row, 1):
                yield value
                left.append(row)
        waiting = left


def _many(shape: Shape, count: int) -> Iterator[Any]:
    """Different values, for arrays whose elements must differ."""
    if shape.finite is not None:
        yield from shape.finite
    elif shape.type == "number":
        start = shape.lower.value if shape.lower else 0
        yield from numbers(shape, (int(start) + value for value in range(count)))
    elif shape.type == "string":
        low, high = shape.greatest("minLength"), shape.least("maxLength")
        patterns = [str(limit.value) for limit in shape.limits("pattern")]
        try:
            texts_ = several(patterns, int(low.value) if low else 0, int(high.value) if high else None, count)
        except NotRegularError:
            return
        yield from (text for text in texts_ if fits(shape, text))


def within(shape: Shape, value: float) -> bool:
    """Whether a number satisfies bounds, multiples and integer types."""
    lower, upper = shape.lower, shape.upper
    if lower and (value < lower.value or (lower.exclusive and value == lower.value)):
        return False
    if upper and (value > upper.value or (upper.exclusive and value == upper.value)):
        return False
    if shape.integer and not is_whole(value):
        return False
    if any(not FORMATS[x.value].accepts(value) for x in shape.limits("format") if _numeric(x.value)):
        return False
    return all(
        x.value <= 0 or (Fraction(str(value)) / Fraction(str(x.value))).denominator == 1
        for x in shape.limits("multipleOf")
    )


def fits(shape: Shape, text: str) -> bool:
    """Whether a text satisfies lengths, patterns and formats."""
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
    """Numbers within the bounds: first those in `beyond`, then small ones, then those at the edges."""
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
        plain = int(value) if is_whole(value) else value
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
    """Texts that satisfy lengths, patterns and formats, have the given length, and match no refused pattern."""
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
    if least > LONGEST or (most is not None and most < least):
        return
    try:
        found = shortest(patterns, refused, max(least, 0), most)
        if found is not None:
            yield found
        longer = shortest(patterns, refused, max(least, len(found or "") + 1), most)
        if longer is not None:
            yield longer
    except (NotRegularError, UndecidedError):
        # No random search for non-regular patterns: the document's own examples may match them.
        shown = (text for layer in shape.layers for text in _shown(layer))
        yield from (text for text in shown if len(text) >= least and (most is None or len(text) <= most))


def _shown(layer: Node) -> Iterator[str]:
    """The strings that a schema gives as examples."""
    more = layer.get("examples")
    for value in (layer.get("example"), layer.get("default"), *(more if isinstance(more, list) else ())):
        if isinstance(value, str):
            yield value


def beyond(shape: Shape, others: Iterable[Shape]) -> Iterator[Any]:
    """Values of an alternative that are outside several others."""
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
    """A format's example, lengthened if the format allows it."""
    missing = least - len(example)
    if missing <= 0:
        return example
    return example + "a" * missing if name in {"uri", "url", "email", "uri-reference"} else example
