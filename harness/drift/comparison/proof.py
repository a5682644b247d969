"""Proves findings, each by a payload that one document accepts and the other refuses, judged by independent readers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from harness.drift.compare.types import TEXT_TYPE
from harness.drift.comparison.budget import Budget, OutOfTimeError
from harness.drift.documents.exchanges import takes
from harness.drift.documents.matching import Surface
from harness.drift.findings import Attempt, Found
from harness.drift.schemas.places import Site
from harness.drift.schemas.reading import Reader, Readers, as_text, is_undecided, readings
from harness.drift.schemas.shapes import Schema

MOST_PAYLOADS = 40  # tried for one finding at one place
MOST_OF_POSSIBLE = 12  # while nothing has shown a change yet
OF_TYPES = "a typed value; as text on the wire, both accept it"
OF_BRANCHES = "the first matching branch of a oneOf; as JSON Schema reads it, neither document accepts it"
OF_OPENAPI = "discriminators, readOnly and writeOnly as in OpenAPI; plain JSON Schema sees no difference"
OF_30 = "OpenAPI 3.0; a reader that applies keywords unknown to 3.0, or no discriminators, sees no difference"
Told = Callable[[int, int, int, str], None]


@dataclass(frozen=True, eq=False)
class Documents:
    """The operations and readers of both documents."""

    surfaces: tuple[Surface, Surface]
    readers: tuple[Readers, Readers]


def prove_all(found: Sequence[Found], documents: Documents, budget: Budget, told: Told) -> None:
    """Proves findings in their order while there is time, and records the result in each."""
    for site in (attempt.site for one in found for attempt in one.attempts):
        for readers, schema in zip(documents.readers, (site.old, site.new), strict=True):
            readers.expect(schema)
    for done, one in enumerate(found):
        told(done, len(found), len(found), one.message)
        if one.exchanged is not None:
            _exchanged(one, documents.surfaces)
        elif one.attempts:
            _attempted(one, documents, budget)


def _exchanged(found: Found, surfaces: tuple[Surface, Surface]) -> None:
    if found.exchanged is None:
        return
    shown = found.exchanged
    accepted = [takes(surfaces[0], shown.old, shown.witness), takes(surfaces[1], shown.new, shown.witness)]
    if accepted[0] == accepted[1]:
        found.proof = "refuted"
    else:
        found.proof, found.unproved = "proved", ""
        found.witness = dict(shown.witness) | _sides(old_accepts=accepted[0])


def _attempted(found: Found, documents: Documents, budget: Budget) -> None:
    """Tries the payloads of each place; a witness that every reader agrees on is better than one that only some see."""
    budget.start_finding()
    best: _Shown | None = None
    built = False
    try:
        for judged in _verdicts(found, documents, budget, _judged):
            built = True
            if judged.reading is not None and (best is None or judged.rank < best.rank):
                best = judged
            if best is not None and best.rank == 0:
                break
        if best is None and found.certainty == "claimed":
            lenient = _verdicts(found, documents, budget, _judged_by_branches)
            best = next((judged for judged in lenient if judged.reading is not None), None)
    except OutOfTimeError:
        if best is None:
            found.proof, found.unproved = "not settled", "time ran out before it was settled"
            return
    except RecursionError:
        built = False
    if best is not None:
        _enter(found, best)
    elif found.proof == "not visible":
        found.unproved = "the property may contain anything, so no payload is refused"
    elif found.certainty == "open":
        found.proof, found.unproved = "not settled", "no payload was found that shows it, and none rules it out"
    elif built or found.certainty == "possible":
        found.proof, found.unproved = "refuted", ""
    else:
        found.proof, found.unproved = "not built", "no example could be built within the bound"


def _verdicts(found: Found, documents: Documents, budget: Budget, judge: "Judge") -> Iterator["_Shown"]:
    """What the payloads of each place show; payloads that neither side accepts show nothing."""
    possible = found.certainty == "possible"
    for attempt in found.attempts:
        for value in islice(attempt.values(), MOST_OF_POSSIBLE if possible else MOST_PAYLOADS):
            budget.check_finding()
            judged = judge(attempt, value, documents)
            if judged is not None:
                yield judged


@dataclass(frozen=True, eq=False)
class _Shown:
    """A judged payload. `reading` is None if both sides accept it, else the way of reading that shows the change."""

    attempt: Attempt
    value: Any
    reading: str | None = None
    rank: int = 0
    old_accepts: bool = False
    because: str = ""


def _enter(found: Found, shown: _Shown) -> None:
    site = shown.attempt.site
    found.proof, found.unproved, found.lenient = "proved", "", shown.reading == OF_BRANCHES
    found.operation, found.shown_at = site.operation, site
    found.witness = {
        **site.carrier,
        "value": shown.value,
        **_sides(old_accepts=shown.old_accepts),
        "because": shown.because,
    }
    if shown.reading:
        found.witness = {**found.witness, "reading": shown.reading}
    if shown.reading == OF_TYPES:
        found.rule = f"{TEXT_TYPE}-{'narrowed' if shown.old_accepts else 'widened'}"


Judge = Callable[[Attempt, Any, Documents], _Shown | None]


def _judged(attempt: Attempt, value: Any, documents: Documents) -> _Shown | None:  # noqa: ANN401 - any JSON value
    """What a payload shows by OpenAPI's reading; None if the side that should accept it does not."""
    site = attempt.site
    path = attempt.path
    old_accepts = attempt.narrowed
    if old_accepts is None:
        old_accepts, path = documents.readers[0].reader(site.direction).accepts(site.old, value), None
    (taker, accepting), (refuser, refusing) = _sides_of(site, documents, old_accepts=old_accepts)
    if not taker.reader(site.direction).accepts(accepting, value):
        return None
    reads = refuser.reader(site.direction)
    if reads.accepts(refusing, value):
        return _Shown(attempt, value)
    because = _reason(reads, refusing, value, path)
    if because is None:
        return None
    shown = _Shown(attempt, value, "", 0, old_accepts, because)
    on_the_wire = readings(as_text(value)) if site.textual and not isinstance(value, dict | list) else ()
    if any(reads.accepts(refusing, one) for one in on_the_wire):
        return replace(shown, reading=OF_TYPES, rank=2)
    plain = (
        taker.plain(site.direction).accepts(accepting, value),
        refuser.plain(site.direction).accepts(refusing, value),
    )
    if plain == (True, False):
        return shown
    is_of_30 = any(readers.has_unknown for readers in documents.readers)
    return replace(shown, reading=OF_30 if is_of_30 else OF_OPENAPI, rank=1)


def _judged_by_branches(attempt: Attempt, value: Any, documents: Documents) -> _Shown | None:  # noqa: ANN401 - any JSON value
    """What a payload shows to clients that take the first matching branch."""
    site = attempt.site
    if attempt.narrowed is None or not any(readers.has_branches for readers in documents.readers):
        return None
    (taker, accepting), (refuser, refusing) = _sides_of(site, documents, old_accepts=attempt.narrowed)
    if not taker.first_branch(site.direction).accepts(accepting, value):
        return None
    because = _reason(refuser.first_branch(site.direction), refusing, value, attempt.path)
    return None if because is None else _Shown(attempt, value, OF_BRANCHES, 3, attempt.narrowed, because)


def _sides_of(site: Site, documents: Documents, *, old_accepts: bool) -> list[tuple[Readers, Schema]]:
    """The side that should accept a payload, and the one that should refuse it."""
    sides = list(zip(documents.readers, (site.old, site.new), strict=True))
    return sides if old_accepts else sides[::-1]


def _reason(reader: Reader, schema: Schema, value: Any, path: tuple[str, ...] | None) -> str | None:  # noqa: ANN401 - any JSON value
    """Why a payload is refused at the place of the finding; None if it is not refused there."""
    if reader.accepts(schema, value):
        return None
    reasons = [one for one in reader.errors(schema, value) if not is_undecided(one)]
    here = [one for one in reasons if path is None or _is_at(one.place, path)]
    return here[0].why if here else None


def _is_at(place: tuple[str | int, ...], path: tuple[str, ...]) -> bool:
    """Whether a payload is refused at the place of the finding, or because of a member of it."""
    return any(
        len(place) == len(steps) and all(_same_step(a, b) for a, b in zip(place, steps, strict=True))
        for steps in (path, path[:-1])
    )


def _same_step(step: str | int, wanted: str) -> bool:
    return wanted == "*" or (wanted.startswith("[") if isinstance(step, int) else step == wanted)


def _sides(*, old_accepts: bool) -> dict[str, str]:
    return {"accepted_by": "old", "refused_by": "new"} if old_accepts else {"accepted_by": "new", "refused_by": "old"}
