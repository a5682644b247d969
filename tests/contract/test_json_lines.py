"""Where a value of a JSON text stands."""

import json

from hypothesis import given
from hypothesis import strategies as st

from harness.contract.json_lines import as_json_path, line_at, lines_of

TEXT = '{\n\t"a": [\n\t\t1,\n\t\t{"b": "x\\n\\/\\u00e5"}\n\t],\n\t"c":null}'


def test_every_value_has_its_line_with_tabs_and_escapes():
    assert lines_of(TEXT) == {(): 1, ("a",): 2, ("a", 0): 3, ("a", 1): 4, ("a", 1, "b"): 4, ("c",): 6}


def test_what_is_not_there_is_on_the_line_of_what_is_around_it():
    assert line_at(lines_of(TEXT), ("a", 1, "z")) == 4


def test_a_text_that_no_reader_can_place_has_no_lines():
    assert lines_of('{"a": "\x7f\x01"}') == {}
    assert line_at({}, ("a",)) is None


def test_a_path_is_written_as_people_write_it():
    assert as_json_path(("saksoekt", 0, "saksoekt")) == "$.saksoekt[0].saksoekt"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=5),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text("abc", min_size=1), children, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_each_value_of_an_indented_text_is_found_on_its_own_line(value):
    lines = lines_of(json.dumps(value, indent=1))

    def walk(node, path):
        yield path
        if isinstance(node, dict):
            for name, child in node.items():
                yield from walk(child, (*path, name))
        elif isinstance(node, list):
            for number, child in enumerate(node):
                yield from walk(child, (*path, number))

    if lines:  # a control character keeps the reader from placing anything
        assert list(lines) == list(walk(value, ()))
        assert list(lines.values()) == sorted(lines.values())
