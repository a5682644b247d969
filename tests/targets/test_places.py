"""A field is found on its line, however the file is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.targets.places import line_of

TEXT = """\
# a comment = 1
top = 1

[a]
list = [
  "x",  # ] = "
]
dotted.name = 2
inline = { one = 1, two = { three = 3 } }
text = '''
b = 1
'''

[a."b.c"]
d = 3
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (["top"], 2),
        (["a"], 4),
        (["a", "list"], 5),
        (["a", "list", "0"], 5),
        (["a", "dotted", "name"], 8),
        (["a", "inline", "two", "three"], 9),
        (["a", "text"], 10),
        (["a", "b"], 4),
        (["a", "b.c"], 14),
        (["a", "b.c", "d"], 15),
        (["a", "b.c", "missing"], 14),
        (["nowhere"], None),
    ],
)
def test_the_line_of_a_field(field, line):
    assert line_of(TEXT, field) == line


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)


@given(st.dictionaries(names, st.text(st.characters(exclude_categories=["Cs"]), max_size=10), min_size=1, max_size=8))
def test_any_name_is_found_whatever_the_values_hold(values):
    lines = [
        "[table]",
        *(
            f"{json.dumps(k, ensure_ascii=False)} = {json.dumps(v, ensure_ascii=False)}".replace("\x7f", "\\u007f")
            for k, v in values.items()
        ),
    ]

    found = [line_of("\n".join(lines), ["table", name]) for name in values]

    assert found == list(range(2, len(values) + 2))
