"""The place of a value in a JSON text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.contract.json_lines import as_json_path, layout_of, line_at

TEXT = '{\n\t"a": [\n\t\t1,\n\t\t{"b": "x\\n\\/\\u00e5"}\n\t],\n\t"c":null}'


def test_every_value_has_its_line_with_tabs_and_escapes():
    assert layout_of(TEXT).lines == {(): 1, ("a",): 2, ("a", 0): 3, ("a", 1): 4, ("a", 1, "b"): 4, ("c",): 6}


def test_what_is_not_there_is_on_the_line_of_what_is_around_it():
    assert line_at(layout_of(TEXT).lines, ("a", 1, "z")) == 4


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_line_ends_as_any_system_ends_it(ending):
    assert layout_of(TEXT.replace("\n", ending)).lines == layout_of(TEXT).lines


@pytest.mark.parametrize("name", ["\x7f", "\u2028", "\u0085", "😀", "\ud83d", "n" * 2000, "a: b #", "<<", '\\"{', ""])
def test_no_character_of_a_name_or_text_hides_a_line(name):
    text = json.dumps({name: [name], "b": 1}, indent=0)

    assert layout_of(text).lines == {(): 1, (name,): 2, (name, 0): 3, ("b",): 5}
    assert layout_of(json.dumps({name: [name], "b": 1}, indent=0, ensure_ascii=False)).lines == layout_of(text).lines


def test_a_name_that_an_object_has_again_is_told_once_and_its_last_line_counts():
    text = '{"a": {"b": 1, "c": 2},\n"a": {"b": 3},\n"a": [{"b": 1}, {"b": 2, "b": 3}]}'

    layout = layout_of(text)

    assert layout.repeated == (("a",), ("a", 1, "b"))
    assert line_at(layout.lines, ("a", 1, "b")) == 3


def test_a_path_is_written_as_people_write_it():
    assert as_json_path(("saksoekt", 0, "saksoekt")) == "$.saksoekt[0].saksoekt"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.booleans())
def test_each_value_of_an_indented_text_is_found_on_its_own_line(value, escaped):
    lines = layout_of(json.dumps(value, indent=1, ensure_ascii=escaped)).lines

    def walk(node, path):
        yield path
        if isinstance(node, dict):
            for name, child in node.items():
                yield from walk(child, (*path, name))
        elif isinstance(node, list):
            for number, child in enumerate(node):
                yield from walk(child, (*path, number))

    assert list(lines) == list(walk(value, ()))
    assert list(lines.values()) == sorted(lines.values())
