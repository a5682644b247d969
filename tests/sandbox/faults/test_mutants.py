"""Mechanical mutants change one thing and nothing else."""

import json

import pytest

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.mutants import Shapes, mutant

BODY = {"krav": [{"id": "a", "belop": 1.5, "dato": "2024-02-28", "del": [1, 2]}, {"id": "b"}], "skjermet": False}
CALL = Call("krav", "GET", "/krav", "", {})


def nothing(operation: str, path: str, kind: str) -> bool:
    return False


def answer(body: object) -> Answer:
    return Answer(200, (("Content-Type", "application/json"),), json.dumps(body).encode())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("drop:krav:krav[].id", {**BODY, "krav": [{k: v for k, v in BODY["krav"][0].items() if k != "id"}, {}]}),
        ("negate:krav:krav[].belop", {**BODY, "krav": [BODY["krav"][0] | {"belop": -1.5}, {"id": "b"}]}),
        ("shift:krav:krav[].dato", {**BODY, "krav": [BODY["krav"][0] | {"dato": "2024-02-29"}, {"id": "b"}]}),
        ("repeat:krav:krav[].del", {**BODY, "krav": [BODY["krav"][0] | {"del": [1, 2, 2]}, {"id": "b"}]}),
        ("swap:krav:skjermet", {**BODY, "skjermet": "False"}),
    ],
)
def test_a_mutant_changes_one_member(name: str, expected: object):
    made = mutant("kob", f"mutant:{name}")

    assert made is not None
    assert made.corrupted(answer(BODY), CALL).json() == expected


XML = b"<krav><krav><id>a</id><belop>1.5</belop><dato>2024-02-28</dato><del>1</del><del>2</del></krav><krav/></krav>"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("drop:krav:krav[].del", b"<del>1</del><del>2</del>", b""),
        ("negate:krav:krav[].belop", b"1.5", b"-1.5"),
        ("shift:krav:krav[].dato", b"2024-02-28", b"2024-02-29"),
        ("repeat:krav:krav[].del", b"<del>2</del>", b"<del>2</del><del>2</del>"),
        ("swap:krav:krav[].belop", b"", b""),
        ("drop:krav:krav[].annet", b"", b""),
    ],
)
def test_a_mutant_says_the_same_in_xml(name: str, before: bytes, after: bytes):
    """If every value is a string and a list of one is the value itself, another type cannot be seen."""
    made = mutant("kob", f"mutant:{name}")
    document = Answer(200, (("Content-Type", "application/xml"),), XML)

    assert made is not None
    assert made.corrupted(document, CALL).body.rpartition(b"?>\n")[2] == XML.replace(before, after)


def test_a_mutant_changes_every_element_of_a_list_that_is_the_whole_answer():
    made = mutant("elan", "mutant:drop:krav:id")

    assert made is not None
    assert made.corrupted(answer([{"id": "a"}, {"id": "b", "x": 1}]), CALL).json() == [{}, {"x": 1}]


def test_a_mutant_says_in_words_what_it_changes():
    made = mutant("kob", "mutant:shift:krav:krav[].forfallsdato")

    assert made is not None
    assert made.text == "In good answers of krav, krav[].forfallsdato is a day later."


def test_another_operation_is_left_alone():
    made = mutant("kob", "mutant:drop:utbetalinger:krav")

    assert made is not None
    assert made.corrupted(answer(BODY), CALL) == answer(BODY)


@pytest.mark.parametrize("name", ["drop:krav:id", "mutant:burn:krav:id", "mutant:drop:krav", "mutant:drop::id"])
def test_other_names_are_none(name: str):
    assert mutant("kob", name) is None


def test_mutants_are_drawn_from_what_was_seen():
    shapes = Shapes()
    shapes.add("krav", BODY)

    drawn = shapes.chosen(100, 1, nothing)

    assert drawn == sorted(set(drawn))
    assert "mutant:negate:krav:krav[].belop" in drawn
    assert "mutant:negate:krav:krav[].id" not in drawn
    assert shapes.chosen(3, 1, nothing) == shapes.chosen(3, 1, nothing)


def test_what_is_allowed_is_not_drawn():
    shapes = Shapes()
    shapes.add("krav", BODY)

    drawn = shapes.chosen(100, 1, lambda operation, path, kind: (operation, path, kind) == ("krav", "skjermet", "drop"))

    assert set(shapes.chosen(100, 1, nothing)) - set(drawn) == {"mutant:drop:krav:skjermet"}
