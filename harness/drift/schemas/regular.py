"""Languages of regular expressions: finds the shortest text that matches some patterns and not others.

A library's automaton must be built completely before use; this one is walked breadth first, only as far as needed and
within a bound, so the first text found is also the shortest. Look-ahead at the very start becomes a pattern of its own;
other look-around, back references and word boundaries raise NotRegularError.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import count, pairwise, takewhile
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from harness.drift.documents.patterns import as_python, expression

MOST_STATES = 20_000
MOST_WORK = 200_000  # states visited; a fraction of a second
MOST_LONGER = 60  # characters beyond the shortest, if different texts are wanted
LAST = 0x10FFFF

MOST_CASES = 5_000  # characters whose other case is looked up

Ranges = tuple[tuple[int, int], ...]
Written = Callable[[Ranges], Ranges]
"""Maps a pattern's characters to those of a text: unchanged, or in either case."""


_States = tuple[frozenset[int], ...]


class NotRegularError(Exception):
    """The pattern is not regular, invalid, or too large for the bound."""


class UndecidedError(Exception):
    """The bound was reached before a text was found or all were ruled out."""


_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Ranges = ((9, 13), (32, 32), (160, 160), (0x2028, 0x2029), (0xFEFF, 0xFEFF))


def _complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    result, start = [], 0
    for low, high in sorted(ranges):
        if low > start:
            result.append((start, low - 1))
        start = max(start, high + 1)
    return (*result, (start, LAST)) if start <= LAST else tuple(result)


_CATEGORIES: dict[Any, Ranges] = {
    op.CATEGORY_DIGIT: _DIGIT,
    op.CATEGORY_NOT_DIGIT: _complement(_DIGIT),
    op.CATEGORY_WORD: _WORD,
    op.CATEGORY_NOT_WORD: _complement(_WORD),
    op.CATEGORY_SPACE: _SPACE,
    op.CATEGORY_NOT_SPACE: _complement(_SPACE),
}


@dataclass
class _State:
    on: list[tuple[Ranges, int]] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    at_start: list[int] = field(default_factory=list)
    at_end: list[int] = field(default_factory=list)


class Language:
    """The texts in which a pattern is found. As with JSON Schema's `pattern`, it need not match the whole text."""

    def __init__(self, tree: Iterable[tuple[Any, Any]], written: Written) -> None:
        self._written = written
        self._states: list[_State] = []
        self._steps: dict[tuple[frozenset[int], int], frozenset[int]] = {}
        entry = self._new()
        self._states[entry].on.append((((0, LAST),), entry))
        self._final = self._sequence(tree, entry)
        self._states[self._final].on.append((((0, LAST),), self._final))
        self.start = self._closed({entry}, at_start=True)

    def _new(self) -> int:
        if len(self._states) >= MOST_STATES:
            raise NotRegularError("the pattern is too large")
        self._states.append(_State())
        return len(self._states) - 1

    def _sequence(self, tree: Iterable[tuple[Any, Any]], state: int) -> int:
        for kind, argument in tree:
            state = self._part(kind, argument, state)
        return state

    def _part(self, kind: Any, argument: Any, state: int) -> int:  # noqa: ANN401 - the parser's nodes have no types
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            return self._repeat(argument, state)
        if kind is op.SUBPATTERN:
            if argument[1] or argument[2]:
                raise NotRegularError("inline flags")
            return self._sequence(argument[3], state)
        if kind is op.BRANCH:
            joined = self._new()
            for branch in argument[1]:
                entry = self._new()
                self._states[state].free.append(entry)
                self._states[self._sequence(branch, entry)].free.append(joined)
            return joined
        following = self._new()
        if kind is op.AT:
            if argument in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
                self._states[state].at_start.append(following)
            elif argument in (op.AT_END, op.AT_END_STRING):
                self._states[state].at_end.append(following)
            else:
                raise NotRegularError("word boundaries")
        else:
            self._states[state].on.append((_characters(kind, argument, self._written), following))
        return following

    def _repeat(self, argument: Any, state: int) -> int:  # noqa: ANN401 - the parser's nodes have no types
        least, most, body = argument
        for _ in range(least):
            state = self._sequence(body, state)
        if most is op.MAXREPEAT:
            loop, after = self._new(), self._new()
            self._states[state].free.append(loop)
            self._states[self._sequence(body, loop)].free.append(loop)
            self._states[loop].free.append(after)
            return after
        after = self._new()
        for _ in range(least, most):
            self._states[state].free.append(after)
            state = self._sequence(body, state)
        self._states[state].free.append(after)
        return after

    def _closed(self, states: set[int], *, at_start: bool = False, at_end: bool = False) -> frozenset[int]:
        found, waiting = set(states), list(states)
        while waiting:
            state = self._states[waiting.pop()]
            reached = [*state.free, *(state.at_start if at_start else ()), *(state.at_end if at_end else ())]
            for following in reached:
                if following not in found:
                    found.add(following)
                    waiting.append(following)
        return frozenset(found)

    def step(self, states: frozenset[int], character: int) -> frozenset[int]:
        known = self._steps.get((states, character))
        if known is None:
            if len(self._steps) > MOST_STATES:
                self._steps.clear()
            known = self._steps[states, character] = self._stepped(states, character)
        return known

    def _stepped(self, states: frozenset[int], character: int) -> frozenset[int]:
        reached = {
            following
            for state in states
            for ranges, following in self._states[state].on
            if any(low <= character <= high for low, high in ranges)
        }
        return self._closed(reached)

    def accepts(self, states: frozenset[int], *, empty: bool) -> bool:
        """Whether a text may end here; `empty` means that nothing was read, so that `^$` matches."""
        return self._final in states or self._final in self._closed(set(states), at_start=empty, at_end=True)

    def boundaries(self) -> Iterator[int]:
        for state in self._states:
            for ranges, _ in state.on:
                for low, high in ranges:
                    yield low
                    yield high + 1


@dataclass(frozen=True)
class Pattern:
    """A pattern as languages: it matches a text that is in all of `wanted` and in none of `unwanted`."""

    wanted: tuple[Language, ...]
    unwanted: tuple[Language, ...] = ()

    @property
    def languages(self) -> tuple[Language, ...]:
        return (*self.wanted, *self.unwanted)

    def accepts(self, states: Sequence[frozenset[int]], *, empty: bool) -> bool:
        """Whether a text may end here, given a state for each language."""
        ends = [one.accepts(at, empty=empty) for one, at in zip(self.languages, states, strict=True)]
        return all(ends[: len(self.wanted)]) and not any(ends[len(self.wanted) :])


def language(pattern: str) -> Pattern:
    """The languages of a pattern; raises NotRegularError."""
    found = _language(pattern)
    if isinstance(found, str):
        raise NotRegularError(found)
    return found


@cache
def _language(pattern: str) -> Pattern | str:
    try:
        parsed = _parsed(pattern)
        tree = list(parsed)
        if parsed.state.flags & (re.MULTILINE | re.DOTALL):
            raise NotRegularError("inline flags")
        written = _in_both_cases if parsed.state.flags & re.IGNORECASE else _as_it_is
        if not tree or tree[0] != (op.AT, op.AT_BEGINNING):
            return Pattern((Language(tree, written),))
        ahead = list(takewhile(_looks_ahead, tree[1:]))
        parts = {
            kind: [Language([tree[0], *inner], written) for k, (_, inner) in ahead if k is kind] for kind in _AHEAD
        }
        rest = Language([tree[0], *tree[1 + len(ahead) :]], written)
        return Pattern((rest, *parts[op.ASSERT]), tuple(parts[op.ASSERT_NOT]))
    except (re.error, RecursionError, OverflowError, NotRegularError) as error:
        return str(error)


_AHEAD = (op.ASSERT, op.ASSERT_NOT)


def _looks_ahead(item: tuple[Any, Any]) -> bool:
    return item[0] in _AHEAD and item[1][0] > 0


def found_in(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text, in bounded time.

    Python's engine may take for ever on nested repetitions, so these are walked as automata. If that is impossible, or
    the pattern is not a regular expression, every text counts as a match.
    """
    compiled = expression(pattern)
    if compiled is None:
        return True
    if not _is_nested(pattern):
        return compiled.search(text) is not None
    try:
        automaton = language(pattern)
    except NotRegularError:
        return True
    states = [one.start for one in automaton.languages]
    for character in text:
        states = [one.step(at, ord(character)) for one, at in zip(automaton.languages, states, strict=True)]
    return automaton.accepts(states, empty=not text)


@cache
def _is_nested(pattern: str) -> bool:
    """Whether some repetition contains another."""
    return _repeats(_parsed(pattern)) > 1


def _parsed(pattern: str) -> parser.SubPattern:
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # future syntax
        return parser.parse(as_python(pattern))


def _repeats(tree: Any) -> int:  # noqa: ANN401 - the parser's nodes have no types
    """How deeply repetitions, and choices within them, are nested; fixed counts do not matter."""
    deepest = 0
    for item in tree:
        if isinstance(item, tuple) and len(item) == 2 and item[0] in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, body = item[1]
            deepest = max(deepest, _repeats(body) + (1 if most > 1 and most != least else 0))
        elif isinstance(item, tuple) and len(item) == 2 and item[0] is op.BRANCH:
            deepest = max(deepest, 1, *(_repeats(branch) for branch in item[1][1]))
        elif isinstance(item, list | tuple | parser.SubPattern):
            deepest = max(deepest, _repeats(item))
    return deepest


def _characters(kind: Any, argument: Any, written: Written) -> Ranges:  # noqa: ANN401 - the parser's nodes have no types
    if kind is op.LITERAL:
        return written(((argument, argument),))
    if kind is op.NOT_LITERAL:
        return _complement(written(((argument, argument),)))
    if kind is op.ANY:
        return _complement(((10, 10),))
    if kind is not op.IN:
        raise NotRegularError(str(kind).lower())
    ranges: list[tuple[int, int]] = []
    for inner, value in argument:
        if inner is op.LITERAL:
            ranges.append((value, value))
        elif inner is op.RANGE:
            ranges.append(value)
        elif inner is op.CATEGORY:
            ranges.extend(_CATEGORIES[value])
        elif inner is not op.NEGATE:
            raise NotRegularError(str(inner).lower())
    found = written(tuple(ranges))
    return _complement(found) if argument[0][0] is op.NEGATE else found


def _as_it_is(ranges: Ranges) -> Ranges:
    return ranges


def _in_both_cases(ranges: Ranges) -> Ranges:
    """Characters together with their other case; raises NotRegularError for more than can be looked up."""
    if sum(high - low for low, high in ranges) > MOST_CASES:
        raise NotRegularError("too many characters in a case-insensitive pattern")
    characters = (chr(code) for low, high in ranges for code in range(low, high + 1))
    cases = {other for one in characters for other in (one.lower(), one.upper()) if len(other) == 1}
    return (*ranges, *((ord(one), ord(one)) for one in sorted(cases)))


def shortest(
    matching: Iterable[str], refused: Iterable[str] = (), at_least: int = 0, at_most: int | None = None
) -> str | None:
    """The shortest text that matches every `matching` pattern and none of the `refused`; None if there is none.

    Raises NotRegularError and UndecidedError.
    """
    found = _shortest(tuple(dict.fromkeys(matching)), tuple(dict.fromkeys(refused)), at_least, at_most)
    if isinstance(found, Exception):
        raise found
    return found


@lru_cache(maxsize=20_000)
def _shortest(
    matching: tuple[str, ...], refused: tuple[str, ...], at_least: int, at_most: int | None
) -> str | NotRegularError | UndecidedError | None:
    """As `shortest`, but returns errors as values, so that failures are cached too."""
    if at_most is not None and at_most < at_least:
        return None
    if not matching and not refused:
        return "a" * at_least
    try:
        return _searched([language(p) for p in matching], [language(p) for p in refused], at_least, at_most)
    except (NotRegularError, UndecidedError) as error:
        return error


def _searched(wanted: list[Pattern], unwanted: list[Pattern], at_least: int, at_most: int | None) -> str | None:
    everyone = [one for pattern in (*wanted, *unwanted) for one in pattern.languages]
    alphabet = _representatives(everyone)
    level = {tuple(one.start for one in everyone): ""}
    seen: set[tuple[frozenset[int], ...]] = set()
    work = 0
    for length in count():
        if at_most is not None and length > at_most:
            return None
        following: dict[tuple[frozenset[int], ...], str] = {}
        for states, text in level.items():
            if length >= at_least and _ends(wanted, unwanted, states, empty=not text):
                return text
            for character in alphabet:
                work += 1 + sum(map(len, states))
                if work > MOST_WORK:
                    raise UndecidedError
                reached = tuple(one.step(at, character) for one, at in zip(everyone, states, strict=True))
                if reached not in following:
                    following[reached] = text + chr(character)
        if length >= at_least:
            seen.update(level)
            following = {states: text for states, text in following.items() if states not in seen}
        if not following:
            return None
        level = following
    return None


def several(matching: Iterable[str], at_least: int, at_most: int | None, most: int) -> tuple[str, ...]:
    """Different texts that match every pattern, the shortest first; raises NotRegularError."""
    return _several(tuple(dict.fromkeys(matching)), at_least, at_most, most)


@lru_cache(maxsize=1_000)
def _several(matching: tuple[str, ...], at_least: int, at_most: int | None, most: int) -> tuple[str, ...]:
    wanted = [language(pattern) for pattern in matching]
    everyone = [one for pattern in wanted for one in pattern.languages]
    alphabet = sorted({*(_representatives(everyone) if everyone else ()), *range(97, 123), *range(48, 58)})
    alive: dict[_States, bool] = {}
    level: dict[str, _States] = {"": tuple(one.start for one in everyone)}
    found: list[str] = []
    for length in count():
        if at_most is not None and length > at_most:
            break
        if length >= at_least:
            found += [text for text, states in level.items() if _ends(wanted, (), states, empty=not text)]
        if len(found) >= most or not level or length > at_least + MOST_LONGER:
            break
        following: dict[str, _States] = {}
        for text, states in level.items():
            for character in alphabet:
                if len(following) >= most:
                    break
                reached = tuple(one.step(at, character) for one, at in zip(everyone, states, strict=True))
                if reached not in alive:
                    alive[reached] = _leads_to_an_end(wanted, everyone, reached, alphabet)
                if alive[reached]:
                    following[text + chr(character)] = reached
        level = following
    return tuple(found[:most])


def _leads_to_an_end(wanted: list[Pattern], everyone: list[Language], states: _States, alphabet: list[int]) -> bool:
    """Whether some text from here on matches every pattern; True if that is not known within the bound."""
    met, waiting = {states}, [states]
    while waiting and len(met) < MOST_LONGER:
        here = waiting.pop()
        if _ends(wanted, (), here, empty=False):
            return True
        for character in alphabet:
            reached = tuple(one.step(at, character) for one, at in zip(everyone, here, strict=True))
            if reached not in met:
                met.add(reached)
                waiting.append(reached)
    return bool(waiting)


def _ends(
    wanted: Sequence[Pattern], unwanted: Sequence[Pattern], states: tuple[frozenset[int], ...], *, empty: bool
) -> bool:
    """Whether a text may end here: every wanted pattern matches, and no unwanted one."""
    had, place = [], 0
    for pattern in (*wanted, *unwanted):
        count = len(pattern.languages)
        had.append(pattern.accepts(states[place : place + count], empty=empty))
        place += count
    return all(had[: len(wanted)]) and not any(had[len(wanted) :])


def _representatives(languages: list[Language]) -> list[int]:
    """One character for each class that the patterns distinguish, readable if possible."""
    edges = sorted({0, 0xD800, 0xE000, LAST + 1, *(edge for one in languages for edge in one.boundaries())})
    readable = [*range(97, 123), *range(48, 58), *range(65, 91), *range(33, 127), 32]
    found = []
    for low, high in pairwise(edges):
        if low != 0xD800 and low <= LAST:
            found.append(next((c for c in readable if low <= c < high), low))
    return sorted(set(found), key=lambda c: readable.index(c) if c in readable else len(readable) + c)
