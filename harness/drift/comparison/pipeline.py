"""Compares two documents: matches their parts, finds what changed, and proves the most severe findings first."""

from collections.abc import Callable, Iterator

from harness.drift.compare import registry
from harness.drift.compare.malformed import MALFORMED
from harness.drift.comparison.budget import Budget, default_budget
from harness.drift.comparison.proof import Documents, prove_all
from harness.drift.comparison.search import search
from harness.drift.documents.matching import Match, Surface, match
from harness.drift.documents.specification import Malformed, Specification
from harness.drift.findings import Found, Outcome
from harness.drift.schemas.reading import Readers
from harness.drift.schemas.unchanged import Unchanged

Gravity = Callable[[Found], int]
Progress = Callable[[str, int, int, int, str], None]
"""Receives the step, how much of it is done, its total, the number of findings, and the latest one's message."""


def compare(
    old: Specification,
    new: Specification,
    *,
    prove: bool = True,
    budget: Budget | None = None,
    gravity: Gravity | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Everything that changed from one document to the other; without `prove`, claims only.

    `gravity` orders the proofs, the smallest number first: findings left when the budget is spent are not settled.
    """
    budget = budget or default_budget(old.size + new.size)
    surfaces = Surface(old), Surface(new)
    readers = Readers(old), Readers(new)
    matched = match(*surfaces)
    searched = search(matched, Unchanged(old, new), readers, registry(), budget, _counted(progress, "compared"))
    if gravity is not None:
        searched.found.sort(key=gravity)
    if prove:
        prove_all(searched.found, Documents(surfaces, readers), budget, _counted(progress, "proved"))
    else:
        _leave_unproved(searched.found)
    kept = [one for one in searched.found if one.proof != "refuted"]
    refuted = len(searched.found) - len(kept)
    kept += _malformed(old, new)
    return Outcome(old, new, kept, _is_same_api(surfaces, matched), refuted, searched.open, _alike(old, new))


def _counted(progress: Progress | None, what: str) -> Callable[[int, int, int, str], None]:
    def told(done: int, whole: int, found: int, latest: str) -> None:
        if progress is not None:
            progress(what, done, whole, found, latest)

    return told


def _leave_unproved(found: list[Found]) -> None:
    for one in found:
        if one.certainty == "possible":
            one.proof = "refuted"
        elif one.proof == "not asked":
            one.unproved = "no witness was asked for"


def _malformed(old: Specification, new: Specification) -> Iterator[Found]:
    """Places that are malformed in one document only, or differently in each."""
    for side, other, word in ((old, new, "old"), (new, old, "new")):
        known = {(one.location, one.raw) for one in other.malformed}
        for one in side.malformed:
            if (one.location, one.raw) not in known:
                message = f"{word}: {one.location}: {one.problem}"
                found = Found(MALFORMED, "other", one.location, message, "", [], new=word)
                found.proof, found.unproved = "not visible", "a malformed place is not compared"
                yield found


def _alike(old: Specification, new: Specification) -> list[Malformed]:
    """Places that are malformed in the same way in both documents."""
    known = {(one.location, one.raw) for one in old.malformed}
    return [one for one in new.malformed if (one.location, one.raw) in known]


def _is_same_api(surfaces: tuple[Surface, Surface], matched: Match) -> bool:
    """Whether both documents seem to describe one API: they share an operation or title, or one has none."""
    old, new = surfaces
    if not old.endpoints or not new.endpoints or matched.both or matched.moved:
        return True
    return old.specification.title == new.specification.title
