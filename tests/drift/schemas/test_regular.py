"""The shortest text between patterns, against Python's own engine."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drift.schemas.regular import NotRegularError, UndecidedError, expression, found_in, language, shortest

atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "(ab)", "(a|b)", "x"])
quantified = st.builds(lambda atom, times: atom + times, atoms, st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}"]))
bodies = st.lists(quantified, min_size=1, max_size=4).map("".join)
patterns = st.builds(
    lambda start, body, end: start + body + end, st.sampled_from(["", "^"]), bodies, st.sampled_from(["", "$"])
)


@given(patterns, patterns, st.integers(0, 3))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_what_is_found_matches_the_one_and_not_the_other(wanted, refused, least):
    try:
        found = shortest([wanted], [refused], at_least=least)
    except UndecidedError:
        return

    if found is not None:
        assert expression(wanted).search(found)
        assert not expression(refused).search(found)
        assert len(found) >= least


@given(patterns, patterns, st.text("abx1\n", max_size=5))
@settings(deadline=None, max_examples=500, derandomize=True)
def test_where_nothing_is_found_there_is_nothing(wanted, refused, text):
    try:
        found = shortest([wanted], [refused])
    except UndecidedError:
        return

    if found is None and expression(wanted).search(text):
        assert expression(refused).search(text)


def test_the_end_is_the_very_end():
    """Python's `$` also matches before a final line feed; that of JSON Schema does not."""
    assert re.search("a$", "a\n")
    assert not expression("a$").search("a\n")
    assert expression(r"[$]\$").search("$$\n")


@pytest.mark.parametrize(
    ("matching", "refused", "expected"),
    [
        (["^[a-z]+$"], ["^[a-z]{3}$"], "a"),
        (["^[0-9]{9}$"], ["^[0-9]{9,11}$"], None),
        (["^[0-9]{9,11}$"], ["^[0-9]{9}$"], "0000000000"),
        (["a"], ["^a"], "ba"),
        ([r"^\d{2}/\d{4}$"], [r"^\d{2}\/\d{4}$"], None),
    ],
)
def test_the_shortest_text_is_found(matching, refused, expected):
    assert shortest(matching, refused) == expected


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", r"\ba", "(", "a{100000}"])
def test_what_is_not_regular_is_refused(pattern):
    with pytest.raises(NotRegularError):
        language(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"), [("^a$?", "ab", True), (r"^\u{41}$", "A", True), ("(", "x", None)]
)
def test_patterns_of_other_engines_are_read(pattern, text, matches):
    compiled = expression(pattern)

    assert (compiled.search(text) is not None if compiled else None) is matches


@given(patterns, st.text("abx1\n", max_size=5))
@settings(deadline=None, max_examples=300, derandomize=True)
def test_a_pattern_is_found_as_by_pythons_engine(pattern, text):
    assert found_in(pattern, text) == (expression(pattern).search(text) is not None)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^((a{1,4}){1,4}){1,4}$", "^(?=a)(a+)+$"])
def test_a_pattern_that_never_ends_in_pythons_engine_ends_here(pattern):
    assert isinstance(found_in(pattern, "a" * 60 + "b"), bool)


def test_counted_patterns_are_no_trouble():
    assert shortest(["^.{0,4000}$"], ["^.{0,3000}$"]) == "a" * 3001
