"""A mutant is one change of a module, nothing more."""

import ast
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.mutation.__main__ import SANDBOX
from tests.mutation.mutants import mutants_of

STORE = """
def find(self, number):
    if number < 3 and self.open:
        self._database.execute("update sak set a = ? where referanse = ? and nummer = ?", (1, 2, 3))
"""


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("Lt turned", "number <= 3"),
        ("And turned", "number < 3 or self.open"),
        ("not keyed by 'referanse = ?'", "where ? is not null and nummer = ?"),
        ("not keyed by 'nummer = ?'", "where referanse = ? and ? is not null"),
        ("the neighbours of 'nummer = ?'", "where referanse = ? and nummer <> ?"),
        ("dropped", "pass"),
    ],
)
def test_each_kind_of_change(name, held):
    found = [mutant.source for mutant in mutants_of(STORE) if name in mutant.name]

    assert [source for source in found if held in source] != []


def test_what_the_documents_leave_open_is_not_turned():
    asked = """
def is_overdue(self, due):
    return self.knobs["due-today"] == "overdue" or due < self.today
"""

    assert [mutant.name.partition(" turned")[0] for mutant in mutants_of(asked)] == ["3: Or", "3: Lt"]


def test_what_is_done_twice_stands_twice():
    twice = next(mutant for mutant in mutants_of(STORE) if mutant.name.endswith("twice"))

    assert twice.source.count("execute(") == 2


def test_what_is_delayed_takes_effect_the_next_time():
    store = """
def keep(self, row):
    self.rows.submit(row)
"""
    delayed = next(mutant for mutant in mutants_of(store) if mutant.name.endswith("delayed"))
    kept, namespace = SimpleNamespace(rows=SimpleNamespace(), kept=[]), {}
    kept.rows.submit = kept.kept.append
    exec(delayed.source, namespace)

    seen = [(namespace["keep"](kept, row), tuple(kept.kept))[1] for row in ("first", "second", "third")]

    assert seen == [(), ("first",), ("first", "second")]


def test_a_mutant_is_a_program_and_another_one():
    sources = [mutant.source for mutant in mutants_of(STORE)]

    assert len(set(sources)) == len(sources)
    assert ast.unparse(ast.parse(STORE)) not in sources


def test_a_statement_that_changes_no_row_is_left_as_it_is():
    assert list(mutants_of("def open(self):\n    self._database.execute('pragma foreign_keys = on')\n")) == []


def test_each_listed_survivor_is_a_mutant_of_today():
    listed = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text(encoding="utf-8"))
    files = {key.partition(": ")[0] for key in listed}
    made = {
        f"{file}: {mutant.name.partition(': ')[2]}"
        for file in files
        for mutant in mutants_of((SANDBOX / file).read_text(encoding="utf-8"))
    }

    assert sorted(listed.keys() - made) == []
