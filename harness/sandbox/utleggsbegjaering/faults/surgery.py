"""Helpers that replace a collaborator of a service, and the operations by kind."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.sandbox.utleggsbegjaering.authorisation import Authorisation
from harness.sandbox.utleggsbegjaering.judge import Judge
from harness.sandbox.utleggsbegjaering.operations import OPERATIONS, Handler
from harness.sandbox.utleggsbegjaering.routes import UtleggsbegjaeringApi
from harness.sandbox.utleggsbegjaering.rules.rule import Rule
from harness.sandbox.utleggsbegjaering.store import Store

Api = UtleggsbegjaeringApi
ALL = tuple(operation.name for operation in OPERATIONS)
FILING = ("opprettBegjaering", "endreBegjaering", "validerNyBegjaering", "validerEndretBegjaering")
ERRORS = range(400, 600)
SUCCESS = range(200, 300)


def with_office(service: Api, **collaborators: Any) -> Api:  # noqa: ANN401 - fields of an office
    return replace(service, office=replace(service.office, **collaborators))


def with_door(service: Api, kind: type[Authorisation]) -> Api:
    """With another kind of door for the same issuer."""
    return replace(service, authorisation=kind(**vars(service.authorisation)))


def with_rules(service: Api, altered: Callable[[Rule], Rule | None]) -> Api:
    """With every condition altered, or removed if it becomes None."""
    rules = [altered(rule) for rule in service.office.judge.rules]
    return with_office(service, judge=Judge(tuple(rule for rule in rules if rule is not None)))


def without(service: Api, *koder: str) -> Api:
    """Without these conditions."""
    return with_rules(service, lambda rule: None if rule.kode in koder else rule)


def with_handler(service: Api, name: str, handler: Handler) -> Api:
    """With another handler for one operation."""
    operations = [
        replace(operation, handler=handler) if operation.name == name else operation for operation in service.operations
    ]
    return replace(service, operations=tuple(operations))


class OtherStore(Store):
    """A store that shares another one's data but behaves differently."""

    def __init__(self, healthy: Store) -> None:
        vars(self).update(vars(healthy))


def with_store(service: Api, kind: type[OtherStore]) -> Api:
    return with_office(service, store=kind(service.office.store))
