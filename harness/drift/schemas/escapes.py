"""What separates two schemas: values that one lets through and the other refuses by one keyword."""

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
    """Values of one schema that another refuses by one keyword.

    `at` is where the refusing side says so; `other` is the place on the other side. `values` yields payloads that
    should show it. `unsure`: whether there are any is not known before one was found; without one there is no finding.
    `open`: neither is known, and no search settles it; without one the finding is called not settled. `anywhere`: the
    payloads are refused at any place below. `unwanted`: `at` is what must not fit.
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
        """What was and what is, as one text."""
        return canonical([self.had, self.has])


SchemaCheck = Callable[[Shape, Shape, Examples], Iterator[Escape]]
TypeCheck = Callable[[Sequence[Shape], Sequence[Shape], Sequence[Shape], Node, Examples], Iterator[Escape]]


@dataclass(frozen=True)
class Checks:
    """The checks of two alternatives, by their type and rule, and of whole types, by rule."""

    shapes: Mapping[Type, Mapping[str, SchemaCheck]]
    types: Mapping[str, TypeCheck]
