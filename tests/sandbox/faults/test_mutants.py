"""Mechanical mutants change one thing and nothing else."""

import json

import pytest

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.mutants import Shapes, mutant

BODY = {"krav": [{"id": "a", "belop": 1.5, "dato": "2024-02-28", "del": [1, 2]}, {"id": "b"}], "skjermet": False}
CALL = Call("krav", "GET", "/krav", "", {})


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

    drawn = shapes.chosen(100, seed=1)

    assert drawn == sorted(set(drawn))
    assert "mutant:negate:krav:krav[].belop" in drawn
    assert "mutant:negate:krav:krav[].id" not in drawn
    assert shapes.chosen(3, seed=1) == shapes.chosen(3, seed=1)
