"""What a rule is, and the decorators that enter one into the registry."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.drift.documents.json_values import Type
from harness.drift.documents.specification import Node
from harness.drift.schemas.escapes import Checks, SchemaCheck, TypeCheck
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import TYPES, Schema, Shapes

Severity = Literal["breaking", "warning", "compatible"]
Direction = Literal["request", "response", "operation", "security", "other"]
Scope = Literal["document", "operation", "schema"]

SCHEMA: Mapping[Direction, Severity] = {"request": "breaking", "response": "compatible"}
SCHEMA_BACK: Mapping[Direction, Severity] = {"request": "compatible", "response": "breaking"}


@dataclass(frozen=True)
class Rule:
    """One kind of change.

    `severity` by direction is that of a client generated from the old document; policies say otherwise by id.
    `old` and `new` are the example pair (YAML; schemas for rules on schemas). `mirror` is the rule that fires where
    old and new change places; `no_mirror` says why there is none. `found_in` tells what is compared: rules that are
    not found in a pair of documents alone have no example pair.
    """

    id: str
    family: str
    sentence: str
    severity: Mapping[Direction, Severity]
    old: str
    new: str
    mirror: str = ""
    no_mirror: str = ""
    visible: bool = True
    found_in: str = "two documents"


@dataclass(frozen=True)
class Change:
    """What a structural rule found. `witness` is what one side takes and the other does not, as the rule claims."""

    at: Node
    message: str
    direction: Direction
    witness: Mapping[str, Any] | None = None
    unproved: str = ""
    operation: str = ""


AnnotationCheck = Callable[[Schema, Schema, Shapes], Iterator["Note"]]


@dataclass(frozen=True)
class Note:
    """A change of what a schema says beside what it accepts. `values` are payloads where the change can be seen.

    `same_payloads`: it only is one where the same payloads are accepted; else that is what is found.
    """

    at: Node
    message: str
    values: Callable[[Examples], Iterator[Any]] | None = None
    path: tuple[str, ...] = ()
    same_payloads: bool = False


@dataclass
class Registry:
    """Rules by id, and the functions that find them."""

    rules: dict[str, Rule] = field(default_factory=dict)
    shape_checks: dict[Type, dict[str, SchemaCheck]] = field(default_factory=lambda: {kind: {} for kind in TYPES})
    type_checks: dict[str, TypeCheck] = field(default_factory=dict)
    notes: dict[str, AnnotationCheck] = field(default_factory=dict)
    structural: dict[Scope, dict[str, Callable[..., Iterator[Change]]]] = field(default_factory=dict)

    @property
    def checks(self) -> Checks:
        return Checks(self.shape_checks, self.type_checks)


REGISTRY = Registry()
"""What was entered so far; `compare.registry` loads every rule there is."""


def _enter(rule: Rule) -> None:
    if rule.id in REGISTRY.rules:
        raise ValueError(f"the rule {rule.id} is there twice")
    REGISTRY.rules[rule.id] = rule


def shape_rule(
    name: str,
    subject: str,
    old: str,
    new: str,
    narrowed: Mapping[Direction, Severity] = SCHEMA,
    widened: Mapping[Direction, Severity] = SCHEMA_BACK,
    types: Sequence[Type] = TYPES,
) -> Callable[[SchemaCheck], SchemaCheck]:
    """Two rules that mirror each other: what a schema accepts gets narrower, or wider, by one keyword.

    The function says which values of its first shape its second refuses, both of one of `types`; the example pair is
    one that narrows.
    """

    def decorate(check: SchemaCheck) -> SchemaCheck:
        _enter_both(name, subject, old, new, check.__module__, narrowed, widened)
        for kind in types:
            REGISTRY.shape_checks[kind][name] = check
        return check

    return decorate


def type_rule(name: str, subject: str, old: str, new: str) -> Callable[[TypeCheck], TypeCheck]:
    """As `shape_rule`, on whole JSON types: the function is given the alternatives whose type the other side lacks."""

    def decorate(check: TypeCheck) -> TypeCheck:
        _enter_both(name, subject, old, new, check.__module__)
        REGISTRY.type_checks[name] = check
        return check

    return decorate


def declared_rule(
    id: str,
    sentence: str,
    severity: Mapping[Direction, Severity],
    found_in: str,
    no_mirror: str,
) -> str:
    """A rule that no function of `compare/` finds: recorded traffic shows it. Returns its id."""
    _enter(Rule(id, "traffic", sentence, severity, "", "", no_mirror=no_mirror, visible=False, found_in=found_in))
    return id


def judged_rule(name: str, subject: str, old: str, new: str, module: str) -> str:
    """As `shape_rule`, for what no function finds: the proof of another rule's finding turns out to be of this kind."""
    _enter_both(name, subject, old, new, module, found_in="the proof of another finding")
    return name


def _enter_both(
    name: str,
    subject: str,
    old: str,
    new: str,
    module: str,
    when_narrowed: Mapping[Direction, Severity] = SCHEMA,
    when_widened: Mapping[Direction, Severity] = SCHEMA_BACK,
    found_in: str = "two documents",
) -> None:
    family = module.rpartition(".")[2]
    narrowed, widened = f"{name}-narrowed", f"{name}-widened"
    less = f"{subject}: values that were accepted are refused."
    more = f"{subject}: values that were refused are accepted."
    _enter(Rule(narrowed, family, less, when_narrowed, old, new, mirror=widened, found_in=found_in))
    _enter(Rule(widened, family, more, when_widened, new, old, mirror=narrowed, found_in=found_in))


def note_rule(
    id: str,
    sentence: str,
    severity: Mapping[Direction, Severity],
    old: str,
    new: str,
    mirror: str = "",
    no_mirror: str = "",
) -> Callable[[AnnotationCheck], AnnotationCheck]:
    """A rule on what a schema says beside what it accepts."""

    def decorate(check: AnnotationCheck) -> AnnotationCheck:
        family = check.__module__.rpartition(".")[2]
        _enter(Rule(id, family, sentence, severity, old, new, mirror, no_mirror, visible=False))
        REGISTRY.notes[id] = check
        return check

    return decorate


def rule(
    id: str,
    on: Scope,
    sentence: str,
    severity: Mapping[Direction, Severity],
    old: str,
    new: str,
    mirror: str = "",
    no_mirror: str = "",
    *,
    visible: bool = True,
) -> Callable[[Callable[..., Iterator[Change]]], Callable[..., Iterator[Change]]]:
    """A rule on documents or operations; `visible` tells whether a request or an answer can show the change."""

    def decorate(check: Callable[..., Iterator[Change]]) -> Callable[..., Iterator[Change]]:
        family = check.__module__.rpartition(".")[2]
        _enter(Rule(id, family, sentence, severity, old, new, mirror, no_mirror, visible))
        REGISTRY.structural.setdefault(on, {})[id] = check
        return check

    return decorate
