"""Asks again before a broken relation over several answers becomes an accusation.

Data changes: between two calls a payment may come in, or midnight may pass. So a scenario marked `several_answers`
requests all its answers again, including reused ones. What is broken again is a deviation; what holds now is an
observation. The same is done if somebody else may have answered in the service's place (`Attribution.is_presumed`). A
finding based on one answer alone needs no second look, and gets none.
"""

from collections.abc import Callable, Sequence

from harness.suite.bench import Bench
from harness.suite.markers import NothingToJudgeError
from harness.suite.notes import Contradiction, Notes

CHANGED = "changed while we looked"


def look_again(bench: Bench, scenario: Callable[[], object]) -> None:
    """Runs a scenario a second time if its answers contradicted each other, and notes what still contradicts.

    `scenario` leaves its findings with the bench's notes. Raises what it raises.
    """
    first = bench.notes.take_contradictions()
    if not first:
        return
    bench.ask_anew()
    try:
        scenario()
    except NothingToJudgeError:
        _tell_of_change(bench.notes, first)
        raise
    second = bench.notes.take_contradictions()
    broken = {contradiction.requirement for contradiction in first}
    broken_again = broken & {contradiction.requirement for contradiction in second}
    if broken_again:
        bench.ensure_of_service()
    for contradiction in second:
        if contradiction.requirement in broken_again:
            bench.notes.accuse(contradiction)
    _tell_of_change(bench.notes, [each for each in (*first, *second) if each.requirement not in broken_again])


def _tell_of_change(notes: Notes, contradictions: Sequence[Contradiction]) -> None:
    for requirement in dict.fromkeys(each.requirement for each in contradictions):
        aspects = dict.fromkeys(each.deviation.aspect for each in contradictions if each.requirement == requirement)
        notes.observe(requirement, f"{CHANGED}: {', '.join(aspects)}; it held when everything was requested again")
