"""Judges payloads by a document's original schemas: the second opinion on every witness.

It uses nothing of the comparison's own view of schemas: `dialect` translates the document into JSON Schema, and an
independent validator reads it.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from harness.drift.documents.specification import Key, Node, Specification
from harness.drift.schemas.dialect import NOT_IN_30, Reading, Translation, address, hidden
from harness.drift.schemas.formats import OWN
from harness.drift.schemas.shapes import Mode, Schema

_UNDECIDED = frozenset({"backtrackLimitExceeded", "regexEngineFailure"})
_UNIONS = frozenset({"anyOf", "oneOf"})
LONGEST = 160  # characters of a reason
MEMBER = "payload"


@dataclass(frozen=True)
class Refusal:
    """One reason to refuse a payload: its place, the keyword, the value there, and what was expected."""

    place: tuple[str | int, ...]
    keyword: str
    message: str
    instance: Any = None
    wanted: str = ""

    @property
    def why(self) -> str:
        """The message with its place."""
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place).removeprefix(".")
        return f"{place}: {self.message}" if place else self.message


class Reader:
    """Judges payloads of one direction by a document's schemas.

    `expected` are the schemas that will be needed: their judges are made together, when the first one is used.
    """

    def __init__(
        self,
        specification: Specification,
        mode: Mode,
        reading: Reading = "openapi",
        expected: Collection[Node] = (),
    ) -> None:
        self.specification = specification
        self._expected = expected
        trees = Translation(specification, mode, reading).trees()
        try:
            self._registry = jsonschema_rs.Registry(list(trees.items()), draft=jsonschema_rs.Draft202012)
        except ValueError:  # half a surrogate pair has no UTF-8, and no payload contains one
            whole = json.loads(json.dumps(trees).encode("utf-8", "replace"), object_hook=_in_utf8)
            self._registry = jsonschema_rs.Registry(list(whole.items()), draft=jsonschema_rs.Draft202012)
        self._by_key: dict[Key, _Judge | None] = {}
        self._by_node: dict[Node, _Judge | None] = {}

    def accepts(self, schema: Schema, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        """Whether a schema accepts a payload; a schema that the validator cannot read accepts nothing."""
        try:
            return all(judge is not None and judge.accepts(value) for judge in map(self._judge, schema))
        except (ValueError, OverflowError, RecursionError):
            return False

    def refusals(self, schema: Schema, value: Any) -> list[Refusal]:  # noqa: ANN401 - any JSON value
        """The reasons to refuse a payload; for a union, those of the nearest branch."""
        return [_refusal(_nearest(error)) for error in self._errors(schema, value)]

    def errors(self, schema: Schema, value: Any) -> list[Refusal]:  # noqa: ANN401 - any JSON value
        """All reasons to refuse a payload, including those of every branch, each with its place."""
        found, waiting = [], list(self._errors(schema, value))
        while waiting:
            error = waiting.pop(0)
            found.append(_refusal(error))
            waiting += [inner for branch in _branches(error) for inner in branch]
        return found

    def _errors(self, schema: Schema, value: Any) -> Iterator[jsonschema_rs.ValidationError]:  # noqa: ANN401 - any JSON value
        for judge in map(self._judge, schema):
            try:
                errors = judge.errors(value) if judge is not None else []
            except (ValueError, OverflowError, RecursionError):
                continue
            yield from errors

    def _judge(self, node: Node) -> "_Judge | None":
        if node not in self._by_node:
            key = _meant(node).key
            if key not in self._by_key:
                wanted = {_meant(one).key for one in self._expected} if node in self._expected else {key}
                self._by_key |= self._judges([one for one in wanted if one not in self._by_key])
            self._by_node[node] = self._by_key[key]
        return self._by_node[node]

    def _judges(self, places: list[Key]) -> Mapping[Key, "_Judge | None"]:
        """A judge for each place. Many are made together, as a validator shares nothing with others.

        If a place cannot be read, each is tried separately.
        """
        members = {f"{MEMBER}{index}": {"$ref": address(place)} for index, place in enumerate(places)}
        try:
            validator = jsonschema_rs.Draft202012Validator(
                {"properties": members, "additionalProperties": False},
                registry=self._registry,
                formats=OWN,
                validate_formats=True,
                offline=True,
            )
        except (ValueError, RecursionError):
            if len(places) == 1:
                return {places[0]: None}
            return {key: judge for place in places for key, judge in self._judges([place]).items()}
        return {place: _Judge(validator, name) for place, name in zip(places, members, strict=True)}


def _meant(node: Node) -> Node:
    """The target of a reference that has no effective siblings; otherwise the node itself."""
    alone = isinstance(node.value, dict) and (len(node.value) == 1 or node.specification.dialect == "3.0")
    return (node.specification.leads_on(node) or node) if alone else node


@dataclass(frozen=True)
class _Judge:
    """One of the schemas in a shared validator: it judges the member with its name."""

    validator: jsonschema_rs.Draft202012Validator
    member: str

    def accepts(self, value: Any) -> bool:  # noqa: ANN401 - any JSON value
        return self.validator.is_valid({self.member: value})

    def errors(self, value: Any) -> list[jsonschema_rs.ValidationError]:  # noqa: ANN401 - any JSON value
        return list(self.validator.iter_errors({self.member: value}))


def _in_utf8(members: dict[str, Any]) -> dict[str, Any]:
    return {_replaced(name): _replaced(child) for name, child in members.items()}


def _replaced(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_replaced(child) for child in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


class Readers:
    """The readers of one document, made when they are needed."""

    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self._hidden = hidden(specification)
        self._expected: dict[Node, None] = {}
        self._made: dict[tuple[Mode, Reading], Reader] = {}
        self._known: dict[tuple[Mode, Reading], Reader] = {}

    def expect(self, schema: Schema) -> None:
        """Announces a schema that payloads will be judged by: the judges of many are made together."""
        self._expected |= dict.fromkeys(schema)

    @property
    def has_branches(self) -> bool:
        """Whether it matters how a oneOf is read."""
        return "oneOf" in self._specification.keywords

    @property
    def knows_more(self) -> bool:
        """Whether OpenAPI reads these schemas differently from JSON Schema, apart from directions."""
        return "discriminator" in self._specification.keywords or self.has_unknown

    @property
    def has_unknown(self) -> bool:
        """Whether a 3.0 document has keywords of JSON Schema that 3.0 lacks."""
        return self._specification.dialect == "3.0" and not NOT_IN_30.isdisjoint(self._specification.keywords)

    def reader(self, mode: Mode) -> Reader:
        """Reads as OpenAPI does."""
        return self._reader(mode, "openapi")

    def plain(self, mode: Mode) -> Reader:
        """Reads as plain JSON Schema does."""
        return self._reader(mode, "json schema")

    def first_branch(self, mode: Mode) -> Reader:
        """Reads as a client does that takes the first matching branch."""
        return self._reader(mode, "first branch")

    def _reader(self, mode: Mode, reading: Reading) -> Reader:
        key = mode, reading
        if key not in self._known:
            self._known[key] = self._made_for(mode, reading)
        return self._known[key]

    def _made_for(self, mode: Mode, reading: Reading) -> Reader:
        """A reader, shared between readings that do not differ for this document."""
        if reading == "openapi" and not self.knows_more and mode not in self._hidden:
            reading = "json schema"
        if reading == "json schema" or mode not in self._hidden:
            mode = "request" if "request" not in self._hidden or reading == "json schema" else "response"
        if (mode, reading) not in self._made:
            self._made[mode, reading] = Reader(self._specification, mode, reading, self._expected)
        return self._made[mode, reading]


def is_undecided(refusal: Refusal) -> bool:
    """Whether the validator gave up: a pattern that cannot be searched in bounded time is not a reason to refuse."""
    return refusal.keyword in _UNDECIDED


def _branches(error: jsonschema_rs.ValidationError) -> list[list[jsonschema_rs.ValidationError]]:
    context = getattr(error.kind, "context", None)
    return list(context) if error.kind.name in _UNIONS and context else []


def _nearest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """The most informative error: within a union, the deepest one of the branch with the fewest errors."""
    branches = [branch for branch in _branches(error) if branch]
    if not branches or len(branches) < len(_branches(error)):
        return error  # more than one branch of a oneOf matches
    branch = min(branches, key=lambda errors: (len(errors), -max(len(one.instance_path) for one in errors)))
    best = max(branch, key=lambda one: len(one.instance_path))
    return _nearest(best) if len(best.instance_path) > len(error.instance_path) else error


def _refusal(error: jsonschema_rs.ValidationError) -> Refusal:
    message = " ".join(error.message.split())
    message = message if len(message) <= LONGEST else f"{message[: LONGEST - 3]}..."
    wanted = "" if _branches(error) else str(error.kind.as_dict())
    return Refusal(tuple(error.instance_path[1:]), error.kind.name, message, error.instance, wanted)


def as_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A value in the form used in a parameter or header (style form or simple)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return ",".join(f"{k},{as_text(v)}" for k, v in value.items())
    return json.dumps(value)


def readings(text: str) -> Iterator[Any]:
    """The values that a text may mean to a reader that knows the schema."""
    yield text
    plain = _from_text(text)
    if not isinstance(plain, str):
        yield plain
    parts = text.split(",")
    yield parts
    yield [_from_text(part) for part in parts]
    if len(parts) % 2 == 0:
        yield dict(zip(parts[::2], parts[1::2], strict=True))
        yield {k: _from_text(v) for k, v in zip(parts[::2], parts[1::2], strict=True)}


def _from_text(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float | bool) or value is None else text
