"""A text from outside has no control over where it is shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.display import in_code, in_markdown, in_sarif, one_line, printable

ESC = "\x1b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Søknaden er avvist, 1 000,50 kr", "Søknaden er avvist, 1 000,50 kr"),
        (f"{ESC}[31mred{ESC}]8;;http://x.test{ESC}\\", "\\u001b[31mred\\u001b]8;;http://x.test\\u001b\\"),
        ("a\x9b31m", "a\\u009b31m"),
        ("a\rb\x08c\x07", "a\\rb\\bc\\u0007"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\u0085d"),
        ("half \ud800 of a pair", "half \\ud800 of a pair"),
        ("tag \U000e0041", "tag \\udb40\\udc41"),
        ("::add-mask::x", "\\u003a:add-mask::x"),
        ("  \t::set-output name=a::b", "  \\t::set-output name=a::b"),
        ("##vso[task.setvariable]x", "\\u0023#vso[task.setvariable]x"),
        ("x ##[group]y", "x \\u0023#[group]y"),
        ("##teamcity[message]", "\\u0023#teamcity[message]"),
        ("a\n::error::b", "a\\n::error::b"),
        ("section_start:1:x\r\x1b[0K", "section_start:1:x\\r\\u001b[0K"),
        ("scenarios/a.py::test_b", "scenarios/a.py::test_b"),
        ("## a heading", "## a heading"),
    ],
)
def test_what_nobody_sees_is_shown_and_no_command_is_left(text, shown):
    assert one_line(text) == shown


def test_lines_of_our_own_stay_and_none_begins_with_a_command():
    assert printable("one\n  ::error::two\n\t::three") == "one\n  \\u003a:error::two\n\t\\u003a:three"


COMMANDS = st.sampled_from(["::", "##", "[", "vso[", "\n", "\r", ESC, "\u2028", "\u202e", " ", "a", "\x85", "\ud800"])


@given(st.text() | st.lists(COMMANDS).map("".join))
def test_nothing_that_steers_is_left_of_any_text(text):
    shown = one_line(text)

    assert shown.isprintable() or all(sign.isprintable() or sign.isspace() for sign in shown)
    assert len(shown.splitlines()) <= 1
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown and "##vso[" not in shown
    assert printable(shown) == shown


@given(st.text())
def test_json_means_the_same_after_it_was_made_printable(text):
    assert json.loads(printable(json.dumps({"a": text}, ensure_ascii=False))) == {"a": text}


@pytest.mark.parametrize(
    "text",
    [
        "a | b",
        "[link](javascript:alert(1))",
        "![image](https://x.test/p.png)",
        "<img src=x onerror=alert(1)>",
        "https://x.test/ and www.x.test",
        "`code` *bold* _it_ ~s~",
        "# heading",
        "a\nb\x00",
    ],
)
def test_nothing_is_markdown(text):
    shown = in_markdown(text)

    assert "\n" not in shown
    assert not any(sign in shown.replace(f"\\{sign}", "") for sign in "|[]<>`*_~")
    assert "://" not in shown
    assert "www." not in shown


def test_code_ends_where_it_ends():
    assert in_code("a`b|c\n<x>") == "`a'b\\|c <x>`"
    assert in_code("") == ""


def test_a_message_of_sarif_holds_no_link():
    assert in_sarif("[a](https://x.test)") == "[a] (https://x.test)"
