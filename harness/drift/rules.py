"""The definition of a rule, and the decorators that register rules."""

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

    `severity` by direction applies to a client generated from the old document; policies override it by id. `old` and
    `new` are the example pair (YAML; schemas for rules on schemas). `mirror` is the rule that fires when old and new
    are swapped; `no_mirror` says why there is none. `found_in` says what is compared: rules that are not found in a
    mere pair of documents have no example pair.
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
    """A finding of a structural rule. `witness` is something that, by the rule's claim, only one side accepts."""

    at: Node
    message: str
    direction: Direction
    witness: Mapping[str, Any] | None = None
    unproved: str = ""
    operation: str = ""


AnnotationCheck = Callable[[Schema, Schema, Shapes], Iterator["Note"]]


@dataclass(frozen=True)
class Note:
    """A change in a schema that does not affect what it accepts. `values` are payloads that may show the change.

    `same_payloads` means that it only counts if the same payloads are accepted; otherwise that difference is the
    finding.
    """

    at: Node
    message: str
    values: Callable[[Examples], Iterator[Any]] | None = None
    path: tuple[str, ...] = ()
    same_payloads: bool = False


@dataclass
class Registry:
    """Rules by id, and the functions that detect them."""

    rules: dict[str, Rule] = field(default_factory=dict)
    shape_checks: dict[Type, dict[str, SchemaCheck]] = field(default_factory=lambda: {kind: {} for kind in TYPES})
    type_checks: dict[str, TypeCheck] = field(default_factory=dict)
    notes: dict[str, AnnotationCheck] = field(default_factory=dict)
    structural: dict[Scope, dict[str, Callable[..., Iterator[Change]]]] = field(default_factory=dict)

    @property
    def checks(self) -> Checks:
        return Checks(self.shape_checks, self.type_checks)


REGISTRY = Registry()
"""The rules registered so far; `compare.registry` loads all of them."""


def _enter(rule: Rule) -> None:
    if rule.id in REGISTRY.rules:
        raise ValueError(f"the rule {rule.id} is defined twice")
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
    """Registers two mirror rules: a schema accepts less, or more, because of one keyword.

    The function yields values that its first shape accepts and its second refuses, both of one of `types`; the example
    pair is one that narrows.
    """

    def decorate(check: SchemaCheck) -> SchemaCheck:
        _enter_both(name, subject, old, new, check.__module__, narrowed, widened)
        for kind in types:
            REGISTRY.shape_checks[kind][name] = check
        return check

    return decorate


def type_rule(name: str, subject: str, old: str, new: str) -> Callable[[TypeCheck], TypeCheck]:
    """As `shape_rule`, for whole JSON types: the function receives the alternatives whose type the other side lacks."""

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
    """Registers a rule that no function of `compare/` detects, but other sources such as traffic; returns its id."""
    _enter(Rule(id, "traffic", sentence, severity, "", "", no_mirror=no_mirror, visible=False, found_in=found_in))
    return id


def judged_rule(name: str, subject: str, old: str, new: str, module: str) -> str:
    """As `shape_rule`, without a function: a proof may turn another rule's finding into one of this kind."""
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
    """Registers a rule on what a schema says besides what it accepts."""

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
    """Registers a rule on documents or operations; `visible` says whether a request or response can show the change."""

    def decorate(check: Callable[..., Iterator[Change]]) -> Callable[..., Iterator[Change]]:
        family = check.__module__.rpartition(".")[2]
        _enter(Rule(id, family, sentence, severity, old, new, mirror, no_mirror, visible))
        REGISTRY.structural.setdefault(on, {})[id] = check
        return check

    return decorate
