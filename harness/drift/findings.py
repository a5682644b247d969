"""The results of a comparison: a change at a place, the ways to prove it, and the proof."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from harness.drift.documents.json_values import canonical
from harness.drift.documents.matching import Endpoint
from harness.drift.documents.specification import Malformed, Node, Specification
from harness.drift.rules import Direction
from harness.drift.schemas.places import Site

Proof = Literal["proved", "refuted", "not built", "not settled", "not visible", "not asked"]
Certainty = Literal["claimed", "possible", "open"]
"""A change is claimed if the documents say so, possible until a payload shows it, open if no search settles it."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """A place where a finding may be proved, and payloads that may prove it.

    `path` is the place within the payload, None for any. `narrowed` means that the new document refuses the payload;
    None means that either may.
    """

    site: Site
    path: tuple[str, ...] | None
    values: Callable[[], Iterator[Any]]
    narrowed: bool | None


@dataclass(frozen=True, eq=False)
class Exchanged:
    """A request or response that shows a structural change, and the operation in both documents."""

    witness: Mapping[str, Any]
    old: Endpoint | None
    new: Endpoint | None


@dataclass(eq=False)
class Found:
    """One change at one place of the documents, with the affected operations and its proof.

    `lenient` means that the witness shows the change only to clients that read more leniently than the document
    demands; `shown_at` is the place where the witness shows it.
    """

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
    lenient: bool = False
    sides: tuple[Node | None, Node | None] = (None, None)
    certainty: Certainty = "claimed"
    attempts: list[Attempt] = field(default_factory=list)
    exchanged: Exchanged | None = None
    shown_at: Site | None = None

    @property
    def id(self) -> str:
        """Stays the same for the same change between the same places, whatever else changed."""
        text = "|".join((self.rule, self.direction, self.operation, self.location, canonical([self.old, self.new])))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass
class Outcome:
    """The result of a comparison.

    `refuted` counts claims whose witness both sides accepted; `open` names what was not compared; `malformed` lists
    places that are malformed in the same way in both documents.
    """

    old: Specification
    new: Specification
    found: list[Found]
    same_api: bool
    refuted: int = 0
    open: list[str] = field(default_factory=list)
    malformed: list[Malformed] = field(default_factory=list)
