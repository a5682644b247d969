"""The differences between two schemas: values that one accepts and the other refuses because of one keyword."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.drift.documents.json_values import Type, canonical
from harness.drift.documents.specification import Node
from harness.drift.schemas.examples import Examples
from harness.drift.schemas.shapes import Shape


@dataclass(eq=False)
class Escape:
    """Values of one schema that another refuses because of one keyword.

    `at` is the place on the refusing side; `other` is the place on the other side. `values` yields payloads that should
    show it. `unsure`: it is not known whether such values exist; if none is found, there is no finding. `open`: that is
    not known either, and no search can settle it; if none is found, the finding is "not settled". `anywhere`: the
    payloads may be refused at any place below. `unwanted`: `at` is a schema that must not match.
    """

    rule: str
    keyword: str
    at: Node
    had: Any
    has: Any
    values: Callable[[], Iterator[Any]]
    path: tuple[str, ...] = ()
    unsure: bool = False
    open: bool = False
    anywhere: bool = False
    unwanted: bool = False
    other: Node | None = None

    @cached_property
    def told(self) -> str:
        """The old and the new value, as one text."""
        return canonical([self.had, self.has])


SchemaCheck = Callable[[Shape, Shape, Examples], Iterator[Escape]]
TypeCheck = Callable[[Sequence[Shape], Sequence[Shape], Sequence[Shape], Node, Examples], Iterator[Escape]]


@dataclass(frozen=True)
class Checks:
    """The checks of two alternatives, by type and rule, and those of whole types, by rule."""

    shapes: Mapping[Type, Mapping[str, SchemaCheck]]
    types: Mapping[str, TypeCheck]
