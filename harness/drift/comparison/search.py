"""Finds what changed between two documents whose operations are paired; nothing is proved here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from harness.drift.comparison.budget import Budget, OutOfTimeError
from harness.drift.comparison.notes import Notes
from harness.drift.documents.json_values import canonical
from harness.drift.documents.matching import METHODS, Endpoint, Match
from harness.drift.documents.specification import Node, Specification
from harness.drift.findings import Attempt, Exchanged, Found
from harness.drift.rules import Change, Note, Registry
from harness.drift.schemas.dialect import hidden
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.places import Site, sites
from harness.drift.schemas.reading import Readers
from harness.drift.schemas.shapes import Mode, Schema, Shapes, TooManyAlternativesError
from harness.drift.schemas.subsumption import Route, Subsumption, anything, not_compared, routes
from harness.drift.schemas.unchanged import Unchanged

MOST_ATTEMPTS = 3  # places at which one finding is tried
MODES: tuple[Mode, ...] = ("request", "response")
Group = tuple[Mode, Schema, Schema, bool]
Progress = Callable[[int, int, int, str], None]
"""Receives the operations done, their total, the number of findings so far, and the latest one's message."""
_STRUCTURE = frozenset({"$ref", "type", "properties", "items", "allOf", "oneOf", "anyOf", "not", "if", "then", "else"})
_T = TypeVar("_T")


@dataclass
class Search:
    """The findings, and what was not compared."""

    found: list[Found]
    open: list[str]


def search(
    matched: Match,
    unchanged: Unchanged,
    readers: tuple[Readers, Readers],
    rules: Registry,
    budget: Budget,
    told: Progress,
) -> Search:
    """Everything that changed, each finding with the ways to prove it."""
    finder = _Finder(matched, unchanged, readers, rules, budget)
    finder.document()
    pairs = (*matched.both, *matched.moved)
    for done, (old, new) in enumerate(pairs):
        told(done, len(pairs), len(finder.found), finder.latest)
        finder.operation(old, new)
    return Search(list(finder.found.values()), finder.open)


class _Finder:
    def __init__(
        self,
        matched: Match,
        unchanged: Unchanged,
        readers: tuple[Readers, Readers],
        rules: Registry,
        budget: Budget,
    ) -> None:
        self._matched, self._unchanged, self._rules, self._budget = matched, unchanged, rules, budget
        self.found: dict[tuple[object, ...], Found] = {}
        self.open: list[str] = []
        self._groups: dict[Group, list[Found]] = {}
        sides = matched.old, matched.new
        self._malformed = {(side, one.key) for side in sides for one in side.malformed}
        same = unchanged.schemas
        self._narrower: dict[Mode, Subsumption] = {}
        self._wider: dict[Mode, Subsumption] = {}
        self._parts: dict[Mode, Subsumption] = {}
        self._notes: dict[Mode, Notes] = {}
        for mode in MODES if any(map(hidden, sides)) else MODES[:1]:
            shapes = Shapes(mode)
            accepts = partial(_accepts, dict(zip(sides, readers, strict=True)), mode)
            make = Examples(shapes, accepts, unchanged.meaning, partial(self._escaping, mode))
            self._narrower[mode] = Subsumption(shapes, same, rules.checks, make, budget.check)
            self._parts[mode] = Subsumption(shapes, same, rules.checks, make, budget.check, anything)
            self._wider[mode] = Subsumption(shapes, same, rules.checks, make, budget.check)
            self._notes[mode] = Notes(shapes, make, same, rules, partial(self._accept_the_same, mode), budget)
        if len(self._notes) < len(MODES):  # every member is used in both directions: one comparison serves both
            (alone,), other = self._notes, MODES[1]
            self._narrower[other], self._wider[other] = self._narrower[alone], self._wider[alone]
            self._notes[other], self._parts[other] = self._notes[alone], self._parts[alone]
        roots = matched.old.root, matched.new.root
        self._same_security = unchanged.nodes(*(root.child("security") for root in roots)) and unchanged.nodes(
            *(root.child("components", "securitySchemes") for root in roots)
        )

    def _accept_the_same(self, mode: Mode, old: Schema, new: Schema) -> bool:
        narrowed, widened = self._narrower[mode].difference(old, new), self._wider[mode].difference(new, old)
        return not (narrowed.size or widened.size)

    def _escaping(self, mode: Mode, a: Schema, b: Schema) -> Iterable[Any] | None:
        return self._parts[mode].escaping(a, b)

    @property
    def latest(self) -> str:
        """The message of the latest finding; empty if there is none."""
        return next((one.message for one in reversed(self.found.values())), "")

    def document(self) -> None:
        """Collects the findings of rules on whole documents."""
        for name, check in self._rules.structural.get("document", {}).items():
            for change in check(self._matched):
                self._structural(name, change, change.operation, None, None)

    def operation(self, old: Endpoint, new: Endpoint) -> None:
        """Collects what changed in an operation that both documents have."""
        if self._is_unchanged(old, new):
            return
        for name, check in self._rules.structural.get("operation", {}).items():
            try:
                for change in check(old, new):
                    self._structural(name, change, new.name, old, new)
            except TooManyAlternativesError:
                self._not_compared(f"{new.name}: too many alternatives to compare")
        for site in sites(old, new):
            self._site(site)

    def _is_unchanged(self, old: Endpoint, new: Endpoint) -> bool:
        return (
            self._same_security
            and old.path == new.path
            and self._unchanged.nodes(old.node, new.node)
            and all(
                self._unchanged.nodes(*(one.item.child(field) for one in (old, new))) for field in _beside(old, new)
            )
        )

    def _not_compared(self, what: str) -> None:
        if what not in self.open:
            self.open.append(what)

    # structure

    def _structural(
        self, rule: str, change: Change, operation: str, old: Endpoint | None, new: Endpoint | None
    ) -> None:
        key = (rule, change.direction, change.at.location, change.message)
        if key in self.found:
            self.found[key].operations.append(operation)
            return
        message = f"{operation}: {change.message}" if operation else change.message
        found = Found(rule, change.direction, change.at.location, message, operation, [operation] if operation else [])
        self.found[key] = found
        if not self._rules.rules[rule].visible:
            found.proof, found.unproved = "not visible", "no request or answer shows this"
        elif change.witness is None:
            found.proof, found.unproved = "not built", change.unproved or "no example could be built"
        elif rule.startswith("operation-"):
            found.exchanged = Exchanged(change.witness, None, None)
        else:
            found.exchanged = Exchanged(change.witness, old, new)

    # schemas

    def _site(self, site: Site) -> None:
        group = site.direction, site.old, site.new, site.textual
        if group in self._groups:
            for found in self._groups[group]:
                if site.operation not in found.operations:
                    found.operations.append(site.operation)
            return
        self._groups[group] = []
        if self._unchanged.schemas(site.old, site.new):
            return
        try:
            self._groups[group] = list(dict.fromkeys(self._compared(site)))
            if not self._groups[group] and self._is_otherwise(site):
                self._not_compared(f"{site.operation} {site.subject}: they differ in members that they do not declare")
        except OutOfTimeError:
            self._not_compared(f"{site.operation} {site.subject}: not compared in time")
        except RecursionError:
            self._not_compared(f"{site.operation} {site.subject}: nested too deep to compare")

    def _compared(self, site: Site) -> Iterator[Found]:
        narrowed = self._narrower[site.direction].difference(site.old, site.new)
        widened = self._wider[site.direction].difference(site.new, site.old)
        for place in dict.fromkeys((*not_compared(narrowed), *not_compared(widened))):
            self._not_compared(f"{site.operation} {site.subject}: {place}: too many alternatives to compare")
        closed: set[tuple[str, ...]] = set()
        for route in _by_length(routes(narrowed)):
            yield from self._escaped(site, route, closed, narrowed=True)
        for route in _by_length(routes(widened)):
            yield from self._escaped(site, route, closed, narrowed=False)
        for path, rule, note in self._notes[site.direction].of(site.old, site.new):
            if (*path, *note.path) not in closed:
                yield self._noted(site, note, path, rule)

    def _is_otherwise(self, site: Site) -> bool:
        """Whether the schemas differ only in members that they do not declare."""
        turns = (site.old, site.new), (site.new, site.old)
        ways = self._narrower[site.direction], self._wider[site.direction]
        alike = all(way.difference(*turn).is_nothing for way, turn in zip(ways, turns, strict=True))
        return alike and any(self._parts[site.direction].difference(*turn).size for turn in turns)

    def _escaped(self, site: Site, route: Route, closed: set[tuple[str, ...]], *, narrowed: bool) -> Iterator[Found]:
        escape, path = route.escape, route.path
        if self._is_malformed(escape):
            return
        if escape.rule == "property-closed" and path:
            closed.add(path)
        rule = f"{escape.rule}-{'narrowed' if narrowed else 'widened'}"
        had, has = (escape.had, escape.has) if narrowed else (escape.has, escape.had)
        keyword = escape.keyword if escape.at.get(escape.keyword) is not None else ""
        at = (escape.at.child(keyword) if keyword else escape.at).location
        found = self._entered((rule, site.direction, at, escape.told, path[-1:]), rule, site, at, path)
        if not found.message:
            found.old, found.new = had, has
            found.message = f"{site.operation} {site.subject}: {_place(path)}{_words(escape, had, has)}"
            found.sides = (escape.other, escape.at) if narrowed else (escape.at, escape.other)
            found.certainty = "open" if escape.open else "possible" if escape.unsure else "claimed"
        if len(found.attempts) < MOST_ATTEMPTS:
            found.attempts.append(Attempt(site, None if escape.anywhere else path, route.values, narrowed))
        yield found

    def _is_malformed(self, escape: Escape) -> bool:
        """Whether the subject of an escape is malformed on one side: it was read as absent, so it proves nothing."""
        if not self._malformed:
            return False
        absent = [self._absent(node, escape.keyword) for node in (escape.at, escape.other)]
        return absent[0] != absent[1]

    def _absent(self, node: Node | None, keyword: str) -> set[str]:
        """The malformed parts of a schema: keywords, or the schema itself."""
        if node is None:
            return set()
        places = {f"{node.pointer}/{name}" for name in (*_STRUCTURE, keyword)} | {node.pointer}
        malformed = {place for place in places if (node.specification, (node.uri, place)) in self._malformed}
        return {place.removeprefix(node.pointer) for place in malformed}

    def _entered(self, key: tuple[object, ...], rule: str, site: Site, at: str, path: tuple[str, ...]) -> Found:
        """The finding with this key, after adding the operation to those it affects."""
        known = self.found.get(key)
        if known is None:
            known = self.found[key] = Found(rule, site.direction, at, "", site.operation, [], path=path)
        if site.operation not in known.operations:
            known.operations.append(site.operation)
        return known

    def _noted(self, site: Site, note: Note, path: tuple[str, ...], rule: str) -> Found:
        key = (rule, site.direction, note.at.location, note.message, path[-1:])
        found = self._entered(key, rule, site, note.at.location, (*path, *note.path))
        if not found.message:
            found.message = f"{site.operation} {site.subject}: {_place(path)}{note.message}"
            found.proof, found.unproved = "not visible", "no request or answer shows this"
            if note.values is not None:
                values = self._notes[site.direction].around(site, path, note)
                found.attempts.append(Attempt(site, (*path, *note.path), values, None))
        return found


def _beside(old: Endpoint, new: Endpoint) -> set[str]:
    """The fields of an operation's path items besides the operations."""
    fields = {str(name) for one in (old, new) for name in (one.item.value or ())}
    return fields - {*METHODS, "additionalOperations"}


def _accepts(readers: dict[Specification, Readers], mode: Mode, node: Node, value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return readers[node.specification].reader(mode).accepts((node,), value)


def _by_length(found: Iterable[Route]) -> list[Route]:
    return sorted(found, key=lambda route: len(route.path))


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
