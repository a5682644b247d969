"""Which variations are tried together, and how a long trial is divided.

Variations that change no part of an answer in common can be switched on together: a scenario that finds nothing has
then cleared each of them. Afterwards it is checked that the scenario met each one; if not, that one is tried alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.selftest.trial import Companion, Due, Reach, Result, Subject, Trial

LARGEST = 500
"""The most requests in a piece of a trial: more than most trials make, but a fraction of a whole run."""


def grouped(subjects: Sequence[Subject], reach: Reach) -> list[tuple[Subject, ...]]:
    """Groups of variations that can be on together; each variation is in exactly one, possibly by itself.

    Those that reach the most scenarios are placed first, because they cost the most alone.
    """
    groups: list[list[Subject]] = []
    reached = {subject: len(reach.scenarios_of(subject)) for subject in subjects}
    for subject in sorted(reached, key=lambda each: -reached[each]):
        fitting = (group for group in groups if all(_can_be_with(subject, other, reach) for other in group))
        group = next(fitting, None)
        if group is None:
            groups.append([subject])
        else:
            group.append(subject)
    return [tuple(group) for group in groups]


def _can_be_with(subject: Subject, other: Subject, reach: Reach) -> bool:
    if subject.api != other.api:
        return False
    companion = reach.companions.get(subject.full_name)
    return companion is not None and other.full_name in reach.companions and other.full_name not in companion.apart


def pieces_of(group: Sequence[Subject], reach: Reach) -> list[Trial]:
    """The trials of a group: the scenarios that any of its variations can affect, divided into pieces."""
    wanted = {name for subject in group for name in reach.scenarios_of(subject)}
    scenarios = [name for name in reach.judging if name in wanted]
    names = {subject.full_name for subject in group}
    trial = Trial(group[0], beside=tuple(group[1:]))
    return [
        replace(trial, scenarios=tuple(piece), due=_due(piece, names, reach) if trial.beside else {})
        for piece in _cut(scenarios, reach.requests)
    ]


def _cut(scenarios: Iterable[str], requests: Mapping[str, int]) -> list[list[str]]:
    """The scenarios in pieces of at most `LARGEST` requests, in order; one empty piece if there are none."""
    pieces: list[list[str]] = [[]]
    made = 0
    for name in scenarios:
        made += requests.get(name, 0)
        if made > LARGEST and pieces[-1]:
            pieces.append([])
            made = requests.get(name, 0)
        pieces[-1].append(name)
    return pieces


def _due(scenarios: Iterable[str], names: set[str], reach: Reach) -> dict[str, Due]:
    return {
        name: replace(due, changed={each: times for each, times in due.changed.items() if each in names})
        for name, due in ((name, reach.due[name]) for name in scenarios)
    }


def said_of_each(trial: Trial, result: Result) -> list[Result]:
    """The result for each variation of a group trial: silent in the scenarios that cleared it.

    The scenarios that did not clear it still have to be run with it alone: see `left_of`.
    """
    silent = replace(result, by=(), evidence=(), problems=(), again=None)
    return [
        replace(
            silent,
            subject=each,
            scenarios=len(_met(each, trial)) - len(_left(each, trial, result)),
            together=tuple(other.name for other in trial.members if other != each),
        )
        for each in trial.members
    ]


def left_of(trial: Trial, result: Result, companions: Mapping[str, Companion]) -> list[Trial]:
    """The trials that a group trial leaves to be run, in the scenarios that did not clear a variation.

    Variations that take something away are run alone: they may be why the scenario judged less. The others are run
    together once more, and alone only if that does not clear them either.
    """
    left = {each: scenarios for each in trial.members if (scenarios := _left(each, trial, result))}
    others = [each for each in left if not companions[each.full_name].takes]
    together = others if 1 < len(others) < len(trial.members) else []
    alone = [Trial(each, scenarios) for each, scenarios in left.items() if each not in together]
    return [*alone, _again(together, trial, left)] if together else alone


def _again(members: Sequence[Subject], trial: Trial, left: Mapping[Subject, Sequence[str]]) -> Trial:
    """The group trial of some members, in the scenarios that did not clear them."""
    changed: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for each in members:
        for name in left[each]:
            changed[name][each.full_name] = trial.due[name].changed[each.full_name]
    due = {name: replace(due, changed=changed[name]) for name, due in trial.due.items() if name in changed}
    return Trial(members[0], tuple(due), beside=tuple(members[1:]), due=due)


def _left(subject: Subject, trial: Trial, result: Result) -> tuple[str, ...]:
    return _met(subject, trial) if result.again is None else result.again.get(subject.full_name, ())


def _met(subject: Subject, trial: Trial) -> tuple[str, ...]:
    return tuple(name for name, due in trial.due.items() if subject.full_name in due.changed)


def merged(results: Sequence[Result]) -> Result:
    """A subject's results from several trials, joined into one in their order."""
    return replace(
        results[0],
        by=_once(each.by for each in results),
        requests=sum(each.requests for each in results),
        scenarios=sum(each.scenarios for each in results),
        problems=_once(each.problems for each in results),
        evidence=_evidence(results),
        seconds=round(sum(each.seconds for each in results), 2),
        together=_once(each.together for each in results),
    )


def _once(rows: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for row in rows for text in row))


def _evidence(results: Iterable[Result]) -> tuple[str, ...]:
    """One line per requirement: its first."""
    told: dict[str, str] = {}
    for result in results:
        for key, line in zip(result.by, result.evidence, strict=True):
            told.setdefault(key, line)
    return tuple(told.values())
