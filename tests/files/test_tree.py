"""JSON, TOML and YAML of any shape become a tree of bounded depth, or one line that says where and why not."""

import json

import pytest

from harness.files.tree import json_of, toml_of, unambiguous_json_of
from harness.files.unreadable import UnreadableFileError
from harness.files.yaml_tree import yaml_of

DEEP = 50_000


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (json_of, nested(DEEP)),
        (json_of, "[" * DEEP),
        (json_of, '{"a":' * DEEP + "1" + "}" * DEEP),
        (json_of, nested(151)),
        (unambiguous_json_of, nested(DEEP)),
        (toml_of, f"a = {nested(DEEP)}"),
        (toml_of, "a = " + "{a = " * DEEP + "1" + "}" * DEEP),
        (toml_of, ".".join("a" * DEEP) + " = 1"),
        (toml_of, " . ".join(["'a.b'", '"c"', "d"] * DEEP) + " = 1"),
        (toml_of, "[" + ".".join("a" * DEEP) + "]"),
        (toml_of, "[[" + ".".join("a" * DEEP) + "]]"),
        (toml_of, "x = { " + ".".join("a" * DEEP) + " = 1 }"),
        (toml_of, "\n".join("[" + ".".join("a" * n) + "]" for n in range(1, 160))),
        (yaml_of, nested(DEEP)),
        (yaml_of, "[" * DEEP),
        (yaml_of, "\n".join(" " * n + "a:" for n in range(2_000))),
        (yaml_of, "- " * DEEP),
    ],
)
def test_what_is_nested_too_deep_is_refused(read, text):
    with pytest.raises(UnreadableFileError) as caught:
        read(text, "a file")

    assert "it is nested more than 150 levels deep. Flatten it." in str(caught.value) or "neither JSON nor YAML" in str(
        caught.value
    )
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("read", [json_of, unambiguous_json_of, yaml_of])
def test_what_is_as_deep_as_the_bound_is_read(read):
    assert json.dumps(read(nested(150), "a file")) == nested(150)


def test_dots_that_are_no_keys_are_read():
    dots = "1." * 500
    text = f'note = "{dots}"\nlong = """\n{dots}"""\n# {dots}\nname = \'{dots}\'\nother.key = 1.5\n'

    assert toml_of(text, "a file")["other"] == {"key": 1.5}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\nb = [", "a file:2: it is not valid TOML (invalid value). Fix the syntax there."),
        ("a = 1\n\nb = c\n", "a file:3: it is not valid TOML (invalid value). Fix the syntax there."),
        ("a = 1\na = 2\n", "a file:2: it is not valid TOML (cannot overwrite a value). Fix the syntax there."),
        (f"a = {'9' * 5000}", "a file: it is not valid TOML (a number has thousands of digits"),
    ],
)
def test_toml_that_is_none_is_refused_with_its_line(text, expected):
    with pytest.raises(UnreadableFileError) as caught:
        toml_of(text, "a file")

    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{\n"a": 1,\n}', "a file:3: it is not valid JSON ("),
        ("9" * 5000, "a file: it is not valid JSON (a number has thousands of digits"),
        ("", "a file:1: it is not valid JSON (Expecting value, column 1). Fix the syntax there."),
    ],
)
def test_json_that_is_none_is_refused_with_its_line(text, expected):
    with pytest.raises(UnreadableFileError) as caught:
        json_of(text, "a file")

    assert str(caught.value).startswith(expected)


def test_two_readings_of_one_text_are_refused_where_they_matter():
    with pytest.raises(UnreadableFileError, match="the key 'a' occurs twice in one object"):
        unambiguous_json_of('{"a": 1, "a": 2}', "a file")

    assert json_of('{"a": 1, "a": 2}', "a file") == {"a": 2}
