"""Compares two documents: pairs what belongs together, asks every rule, and proves what the rules claim."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

from harness.drift.compare.headers import headers, pairs
from harness.drift.compare.types import TEXT_TYPE
from harness.drift.documents.matching import Endpoint, Match, Surface, content, covering, match
from harness.drift.documents.specification import Node, Specification
from harness.drift.rules import Direction, Escape, Note, Registry, registry
from harness.drift.schemas.reading import Reader, as_text, readings
from harness.drift.schemas.shapes import Mode, Schema, Shape, Shapes, TooManyAlternativesError, canonical
from harness.drift.schemas.subsumption import Subsumption
from harness.drift.schemas.unchanged import Unchanged
from harness.drift.witness import takes

MOST_PAYLOADS = 40  # tried for one finding at one place
# What a document that is not as OpenAPI demands (`parameters: 7`) may raise: it is told, and never called unchanged.
_MALFORMED = (AttributeError, TypeError, LookupError, ValueError)
MOST_PLACES = 3  # at which one finding is tried
Proof = Literal["proved", "refuted", "not built", "not visible", "not asked"]
Judge = Callable[["Site", Any], "Mapping[str, Any] | None"]


@dataclass(frozen=True)
class Site:
    """Where a schema is used: a body, parameter or header of an operation in both documents.

    `textual` values travel as text and are read as the schema wants them.
    """

    operation: str
    direction: Direction
    mode: Mode
    subject: str
    old: Schema
    new: Schema
    carrier: Mapping[str, str]
    textual: bool = False


@dataclass
class Found:
    """One change at one place of the documents, with the operations it touches and its proof."""

    rule: str
    direction: Direction
    location: str
    message: str
    operation: str
    operations: list[str]
    old: Any = None
    new: Any = None
    path: tuple[str, ...] = ()
    proof: Proof = "not asked"
    witness: Mapping[str, Any] | None = None
    unproved: str = ""
    tries: int = 0
    sides: tuple[Node | None, Node | None] = (None, None)

    @property
    def id(self) -> str:
        """The same for the same change between the same places, whatever else changed."""
        text = "|".join((self.rule, self.direction, self.operation, self.location, canonical([self.old, self.new])))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass
class Outcome:
    """What a comparison came to.

    `refuted` counts claims whose witness both sides took; `open` names what was not compared.
    """

    old: Specification
    new: Specification
    found: list[Found]
    same_api: bool
    refuted: int = 0
    open: list[str] = field(default_factory=list)


@dataclass
class _Side:
    specification: Specification
    readers: dict[tuple[Mode, bool], Reader] = field(default_factory=dict)

    def reader(self, mode: Mode, *, any_branch: bool = False) -> Reader:
        key = mode, any_branch
        if key not in self.readers:
            self.readers[key] = Reader(self.specification, mode, any_branch)
        return self.readers[key]

    def accepts(self, schema: Schema, site: Site, value: Any, *, any_branch: bool = False) -> bool:  # noqa: ANN401 - any JSON value
        reader = self.reader(site.mode, any_branch=any_branch)
        if site.textual and not isinstance(value, dict | list):
            return any(reader.accepts(schema, one) for one in readings(as_text(value)))
        return reader.accepts(schema, value)


@dataclass(frozen=True)
class _Reading:
    """One way to read payloads, and what a witness says of it."""

    any_branch: bool = False
    textual: bool = True
    told: str = ""


_AS_WRITTEN = _Reading()
_READINGS = (
    _AS_WRITTEN,
    _Reading(any_branch=True, told="the first branch of a oneOf that fits"),
    _Reading(textual=False, told="the value with its type; as text on the wire both take it"),
)


def compare(old: Specification, new: Specification, *, prove: bool = True) -> Outcome:
    """Everything that changed from one document to the other, each claim with its proof."""
    return _Comparison(old, new, prove).outcome()


class _Comparison:
    def __init__(self, old: Specification, new: Specification, prove: bool) -> None:  # noqa: FBT001 - set by `compare` alone
        self._old, self._new, self._prove = _Side(old), _Side(new), prove
        self._surfaces = Surface(old), Surface(new)
        self._unchanged = Unchanged(old, new)
        roots = old.root, new.root
        self._same_security = roots[0].get("security") == roots[1].get("security") and self._unchanged.nodes(
            *(root.child("components", "securitySchemes") for root in roots)
        )
        self._rules: Registry = registry()
        self._shapes: dict[Mode, Shapes] = {"request": Shapes("request"), "response": Shapes("response")}
        self._narrower = {mode: Subsumption(shapes, self._same, self._rules) for mode, shapes in self._shapes.items()}
        self._wider = {mode: Subsumption(shapes, self._same_back, self._rules) for mode, shapes in self._shapes.items()}
        self._found: dict[tuple[object, ...], Found] = {}
        self._outcome = Outcome(old, new, [], same_api=True)

    def _same(self, old: Schema, new: Schema) -> bool:
        return self._unchanged.schemas(old, new)

    def _same_back(self, new: Schema, old: Schema) -> bool:
        return self._unchanged.schemas(old, new)

    def outcome(self) -> Outcome:
        matched = match(*self._surfaces)
        self._outcome.same_api = _same_api(self._surfaces, matched)
        for name, check in self._rules.structural.get("document", {}).items():
            for change in check(matched):
                self._structural(name, change, change.operation, None, None)
        for old, new in (*matched.both, *matched.moved):
            if self._unchanged_endpoint(old, new):
                continue
            try:
                self._operation(old, new)
            except _MALFORMED as error:
                told = " ".join(f"{type(error).__name__}: {error}".split())
                self._outcome.open.append(f"{new.name}: it is not as OpenAPI demands ({told})")
        self._outcome.found = [one for one in self._found.values() if one.proof != "refuted"]
        self._outcome.refuted = len(self._found) - len(self._outcome.found)
        return self._outcome

    def _operation(self, old: Endpoint, new: Endpoint) -> None:
        for name, check in self._rules.structural.get("operation", {}).items():
            for change in check(old, new):
                self._structural(name, change, new.name, old, new)
        for site in sites(old, new):
            self._site(site)

    def _unchanged_endpoint(self, old: Endpoint, new: Endpoint) -> bool:
        return (
            self._same_security
            and old.path == new.path
            and self._unchanged.nodes(old.node, new.node)
            and self._unchanged.nodes(old.item.child("parameters"), new.item.child("parameters"))
        )

    # structure

    def _structural(self, rule: str, change: Any, operation: str, old: Endpoint | None, new: Endpoint | None) -> None:  # noqa: ANN401 - a Change
        visible = self._rules.rules[rule].visible
        key = (rule, change.direction, change.at.location, change.message)
        if key in self._found:
            self._found[key].operations.append(operation)
            return
        message = f"{operation}: {change.message}" if operation else change.message
        found = Found(rule, change.direction, change.at.location, message, operation, [operation] if operation else [])
        self._found[key] = found
        if not visible:
            found.proof = "not visible"
            found.unproved = "no request or answer shows this"
        elif change.witness is None:
            found.proof, found.unproved = "not built", change.unproved or "no example could be built"
        else:
            taken = [takes(self._surfaces[0], old, change.witness), takes(self._surfaces[1], new, change.witness)]
            if rule.startswith("operation-"):
                taken = [takes(surface, None, change.witness) for surface in self._surfaces]
            if taken[0] == taken[1]:
                found.proof = "refuted"
            else:
                found.proof = "proved"
                found.witness = dict(change.witness) | _sides(taken[0])

    # schemas

    def _site(self, site: Site) -> None:
        if self._unchanged.schemas(site.old, site.new):
            return
        try:
            narrowed = self._narrower[site.mode].escapes(site.old, site.new)
            widened = self._wider[site.mode].escapes(site.new, site.old)
        except TooManyAlternativesError:
            self._outcome.open.append(f"{site.operation} {site.subject}: too many alternatives to compare")
            return
        except RecursionError:
            self._outcome.open.append(f"{site.operation} {site.subject}: nested too deep to compare")
            return
        for escape in sorted(narrowed, key=lambda one: len(one.path)):
            self._escape(site, escape, narrowed=True)
        for escape in sorted(widened, key=lambda one: len(one.path)):
            self._escape(site, escape, narrowed=False)
        closed = {(*e.path[:-1], e.path[-1]) for e in (*narrowed, *widened) if e.rule == "property-closed" and e.path}
        for note, path, rule in self._notes(site):
            if (*path, *note.path) not in closed:
                self._note(site, note, path, rule)

    def _escape(self, site: Site, escape: Escape, *, narrowed: bool) -> None:
        rule = f"{escape.rule}-{'narrowed' if narrowed else 'widened'}"
        had, has = (escape.had, escape.has) if narrowed else (escape.has, escape.had)
        at = escape.at.location + (
            f"/{escape.keyword}" if escape.keyword and escape.at.get(escape.keyword) is not None else ""
        )
        key = (rule, site.direction, at, canonical([had, has]), escape.path[-1:])
        found = self._entered(key, site, rule, at, had, has, escape.path)
        if found is None:
            return
        found.message = f"{site.operation} {site.subject}: {_place(escape.path)}{_words(escape, had, has)}"
        found.sides = (escape.other, escape.at) if narrowed else (escape.at, escape.other)
        self._judge(found, site, escape.values, narrowed=narrowed, unsure=escape.unsure)

    def _entered(
        self,
        key: tuple[object, ...],
        site: Site,
        rule: str,
        at: str,
        had: Any,  # noqa: ANN401 - any JSON value
        has: Any,  # noqa: ANN401 - any JSON value
        path: tuple[str, ...],
    ) -> Found | None:
        """The finding that is to be proved here; None when it was, elsewhere."""
        known = self._found.get(key)
        if known is not None:
            if site.operation not in known.operations:
                known.operations.append(site.operation)
            if known.proof == "proved" or known.tries >= MOST_PLACES:
                return None
            known.operation, known.path = site.operation, path
            return known
        operations = [site.operation]
        found = Found(rule, site.direction, at, "", site.operation, operations, had, has, path)
        self._found[key] = found
        return found

    def _judge(
        self, found: Found, site: Site, values: Callable[[], Iterator[Any]], *, narrowed: bool, unsure: bool
    ) -> None:
        if not self._prove:
            found.proof = "refuted" if unsure else "not asked"
            found.unproved = "" if unsure else "no witness was asked for"
            return
        found.tries += 1
        taker, refuser = (self._old, self._new) if narrowed else (self._new, self._old)
        takes_it, refuses_it = (site.old, site.new) if narrowed else (site.new, site.old)
        built = False
        payloads = list(islice(values(), MOST_PAYLOADS))
        for reading in _READINGS if site.textual else _READINGS[:2]:
            place = site if reading.textual else replace(site, textual=False)
            for value in payloads:
                if not taker.accepts(takes_it, place, value, any_branch=reading.any_branch):
                    continue
                if refuser.accepts(refuses_it, place, value, any_branch=reading.any_branch):
                    built = True
                    continue
                reasons = refuser.reader(site.mode, any_branch=reading.any_branch).errors(refuses_it, value)
                here = [reason for reason in reasons if _is_at(reason.place, found.path)]
                here.sort(key=lambda reason: reason.keyword.lower() not in found.location.lower())
                if here:
                    found.proof, found.unproved = "proved", ""
                    found.witness = {**site.carrier, "value": value, **_sides(narrowed), "because": here[0].why}
                    if reading.told:
                        found.witness = {**found.witness, "reading": reading.told}
                    if not reading.textual:
                        found.rule = f"{TEXT_TYPE}-{'narrowed' if narrowed else 'widened'}"
                    return
        found.proof = "refuted" if built or unsure else "not built"
        found.unproved = "" if built or unsure else "no example could be built within the bound"

    # notes

    def _notes(self, site: Site) -> Iterator[tuple[Note, tuple[str, ...], str]]:
        yield from self._noted(site, site.old, site.new, (), set())

    def _noted(
        self, site: Site, old: Schema, new: Schema, path: tuple[str, ...], seen: set[object]
    ) -> Iterator[tuple[Note, tuple[str, ...], str]]:
        key = tuple(node.identity for node in old), tuple(node.identity for node in new)
        if key in seen or len(path) > 40 or self._unchanged.schemas(old, new):
            return
        seen.add(key)
        shapes = self._shapes[site.mode]
        for rule, check in self._rules.notes.items():
            for note in check(old, new, shapes):
                yield note, path, rule
        try:
            mine, theirs = shapes.of(old), shapes.of(new)
        except TooManyAlternativesError:
            return
        for a, b in _alike(mine, theirs):
            inner = [(a.at(name), b.at(name), name) for name in a.properties if name in b.properties]
            inner.append((a.at("*"), b.at("*"), "*"))
            if a.type == "array":
                inner = [(a.item(i), b.item(i), "[]") for i in range(max(a.tuple_length, b.tuple_length) + 1)]
            for before, after, step in inner:
                if before and after:
                    yield from self._noted(site, before, after, (*path, step), seen)

    def _note(self, site: Site, note: Note, path: tuple[str, ...], rule: str) -> None:
        key = (rule, site.direction, note.at.location, note.message, path[-1:])
        known = self._found.get(key)
        if known is not None:
            if site.operation not in known.operations:
                known.operations.append(site.operation)
            return
        message = f"{site.operation} {site.subject}: {_place(path)}{note.message}"
        whole = (*path, *note.path)
        found = Found(rule, site.direction, note.at.location, message, site.operation, [site.operation], path=whole)
        found.proof, found.unproved = "not visible", "no request or answer shows this"
        self._found[key] = found
        if note.values is not None and self._prove:
            self._show(found, site, note, path)

    def _show(self, found: Found, site: Site, note: Note, path: tuple[str, ...]) -> None:
        """A payload that only one side refuses shows that only this side knows the property."""
        values = note.values
        if values is None:
            return
        for first, narrowed in ((self._narrower, True), (self._wider, False)):
            make = first[site.mode].make
            schema = site.old if narrowed else site.new
            for value in islice(_around(make, schema, path, lambda make=make: values(make)), MOST_PAYLOADS):  # type: ignore[misc]
                taken = [side.accepts(s, site, value) for side, s in ((self._old, site.old), (self._new, site.new))]
                if taken[0] != taken[1]:
                    refuser, refuses_it = (self._new, site.new) if taken[0] else (self._old, site.old)
                    why = refuser.reader(site.mode).refusal(refuses_it, value)
                    found.proof, found.unproved = "proved", ""
                    found.witness = {**site.carrier, "value": value, **_sides(taken[0]), "because": why or ""}
                    return
        found.unproved = "the property may hold anything, so that no payload is refused"


def _alike(mine: Sequence[Shape], theirs: Sequence[Shape]) -> Iterator[tuple[Shape, Shape]]:
    """Each alternative with the one of the other side that it is most like: by name, by members, by place."""
    for kind in ("object", "array"):
        left, right = ([shape for shape in side if shape.type == kind] for side in (mine, theirs))
        for index, one in enumerate(left):
            if right:
                yield one, max(right, key=lambda other: (_likeness(one, other), right.index(other) == index))


def _likeness(one: Shape, other: Shape) -> float:
    names, others = set(one.properties), set(other.properties)
    shared = len(names & others) / len(names | others) if names | others else 1
    return shared + (2 if one.name and one.name == other.name else 0) + (one.maps == other.maps)


def _around(
    make: Any,  # noqa: ANN401 - an Examples
    schema: Schema,
    path: tuple[str, ...],
    inner: Callable[[], Iterator[Any]],
) -> Iterator[Any]:
    """Payloads of a schema with the inner ones at a path."""
    if not path:
        yield from inner()
        return
    step, rest = path[0], path[1:]
    try:
        alternatives = make.shapes.of(schema)
    except TooManyAlternativesError:
        return
    for shape in alternatives:
        if shape.type == "object" and not step.startswith("[") and (step in shape.properties or step == "*"):
            name = "x" if step == "*" else step
            for value in _around(make, shape.at(name), rest, inner):
                yield from islice(make.objects(shape, {name: value}), 1)
        elif shape.type == "array" and step.startswith("["):
            for value in _around(make, shape.item(0), rest, inner):
                yield [value]


def _sides(old_takes_it: bool) -> dict[str, str]:  # noqa: FBT001 - the one thing it tells
    return {"accepted_by": "old", "refused_by": "new"} if old_takes_it else {"accepted_by": "new", "refused_by": "old"}


def _is_at(place: tuple[str | int, ...], path: tuple[str, ...]) -> bool:
    """Whether a payload is refused at the place that a finding is about, or for a member of it."""
    return any(
        len(place) == len(steps) and all(_same_step(a, b) for a, b in zip(place, steps, strict=True))
        for steps in (path, path[:-1])
    )


def _same_step(step: str | int, wanted: str) -> bool:
    return wanted == "*" or (wanted.startswith("[") if isinstance(step, int) else step == wanted)


def _place(path: tuple[str, ...]) -> str:
    text = "".join(step if step.startswith("[") else f".{step}" for step in path).removeprefix(".")
    return f"{text}: " if text else ""


def _words(escape: Escape, had: Any, has: Any) -> str:  # noqa: ANN401 - any JSON value
    keyword = escape.keyword or escape.rule
    prefix = "" if keyword in (had, has) else f"{keyword} "
    return f"{prefix}{_short(had)} became {_short(has)}"


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = value if isinstance(value, str) else canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


# Where schemas are used


def sites(old: Endpoint, new: Endpoint) -> Iterator[Site]:
    """Every place of an operation where both documents have a schema."""
    asks: tuple[Direction, Mode] = ("request", "request")
    answers: tuple[Direction, Mode] = ("response", "response")
    if new.kind != "operation":  # the API asks, the client answers
        asks, answers = answers, asks
    yield from _parameter_sites(old, new, *asks)
    for media, before, after in _media_pairs(content(old.body), content(new.body)):
        subject = f"request body ({media})"
        yield _media_site(new.name, *asks, subject, before, after, media, {"kind": "request body", "media_type": media})
    for status, one, other in _answers(old, new):
        shown = "default" if status == "DEFAULT" else status
        for media, before, after in _media_pairs(content(one), content(other)):
            subject = f"response {shown} ({media})"
            carrier = {"kind": "response body", "status": shown, "media_type": media}
            yield _media_site(new.name, *answers, subject, before, after, media, carrier)
    for status, one, other in pairs(old, new):
        theirs = headers(other)
        for name, header in headers(one).items():
            if name in theirs:
                subject = f"response {status} header {name}"
                carrier = {"kind": "response header", "status": status, "name": name}
                mine, its = _parameter_schema(header), _parameter_schema(theirs[name])
                yield Site(new.name, *answers, subject, mine, its, carrier, textual=True)


def _parameter_sites(old: Endpoint, new: Endpoint, direction: Direction, mode: Mode) -> Iterator[Site]:
    for key, parameter in old.parameters.items():
        other = new.parameters.get(key)
        if other is not None:
            where, name = str(other.get("in")), str(other.get("name"))
            carrier = {"kind": "parameter", "in": where, "name": name}
            before, after = _parameter_schema(parameter), _parameter_schema(other)
            yield Site(new.name, direction, mode, f"{where} parameter {name}", before, after, carrier, textual=True)


def _parameter_schema(parameter: Node) -> Schema:
    if parameter.child("schema").value is not None:
        return (parameter.child("schema"),)
    return next((_schema(media) for media in parameter.children("content").values()), ())


def _schema(media: Node) -> Schema:
    return () if media.child("schema").value in (None, {}, True) else (media.child("schema"),)


def _media_site(
    operation: str,
    direction: Direction,
    mode: Mode,
    subject: str,
    before: Node,
    after: Node,
    media: str,
    carrier: Mapping[str, str],
) -> Site:
    return Site(
        operation, direction, mode, subject, _schema(before), _schema(after), carrier, textual="json" not in media
    )


def _media_pairs(mine: dict[str, Node], theirs: dict[str, Node]) -> Iterator[tuple[str, Node, Node]]:
    for media, node in mine.items():
        other = covering(media, theirs)
        if other is not None:
            yield media, node, other
    for media, node in theirs.items():
        if media not in mine:
            other = covering(media, mine)
            if other is not None:
                yield media, other, node


def _answers(old: Endpoint, new: Endpoint) -> Iterator[tuple[str, Node, Node]]:
    for status in dict.fromkeys((*old.responses, *new.responses)):
        one, other = old.response(status), new.response(status)
        if one is not None and other is not None:
            yield status, one, other


def _same_api(surfaces: tuple[Surface, Surface], matched: Match) -> bool:
    """Whether both documents seem to describe one API: some operation or the title is shared, or one side has none."""
    old, new = surfaces
    if not old.endpoints or not new.endpoints or matched.both or matched.moved:
        return True
    return old.specification.title == new.specification.title
