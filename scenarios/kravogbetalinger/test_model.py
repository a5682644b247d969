"""The form of an answer, beyond what checks judge on every answer: whose it is, and how it is written."""

from collections.abc import Iterator
from typing import Any

from harness.contract.document import is_left_out
from harness.suite.markers import not_run, production, recordable, requirement
from scenarios.kravogbetalinger.ledger import judge_all
from scenarios.kravogbetalinger.relations import Body, Verdicts, told

pytestmark = [production, recordable]


def answer_is_about(body: Body, organisation: str) -> Verdicts:
    if is_left_out(body["partIdentifikator"]):
        return
    held = body["partIdentifikator"] == organisation
    yield told(held, "answer about another party", "the party asked about", "another")


@requirement("KOB-MODEL-003", "KOB-MODEL-001", "KOB-MODEL-002")
def test_the_answer_is_about_the_party_asked_about(ledger):
    judge_all(ledger.everything(), answer_is_about, ledger.organisation)


@requirement("KOB-MODEL-010", "KOB-MODEL-011", "KOB-MODEL-013", "KOB-MODEL-014", "KOB-MODEL-016")
def test_every_operation_has_its_values_judged(kob, operation):
    """The checks judge every answer; this scenario makes sure that there is one with data for each operation."""
    kob.example(operation)


@requirement("KOB-MODEL-012")
def test_whether_empty_lists_are_written(kob, ledger):
    found = {name for answer in ledger.everything() for name, value in members(answer.content()) if value == []}

    kob.bench.notes.observe("KOB-MODEL-012", f"yes: {', '.join(sorted(found))}" if found else "none met")


@requirement("KOB-MODEL-015")
def test_whether_whole_amounts_have_a_decimal_point(kob, ledger):
    named = [member for answer in ledger.everything() for member in members(answer.content()) if is_amount(*member)]

    whole = [value for _, value in named if value == int(value)] or not_run("no amount is whole")
    without = any(isinstance(value, int) for value in whole)
    kob.bench.notes.observe("KOB-MODEL-015", "not always" if without else "yes")


@requirement("KOB-MODEL-017")
def test_which_fields_are_not_in_the_specification(kob, ledger):
    """Only their names: new fields come without notice, and are not a deviation."""
    found = set()
    for answer in ledger.everything():
        found |= set(names_beyond(answer.content(), answer.known()))

    kob.bench.notes.observe("KOB-MODEL-017", ", ".join(sorted(found)) or "none")


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every field of a body, at any depth."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield name, child
            yield from members(child)
    elif isinstance(value, list):
        for child in value:
            yield from members(child)


def is_amount(name: str, value: Any) -> bool:
    number = not isinstance(value, (str, bool, dict, list)) and value is not None
    return number and ("eloep" in name or name.startswith(("sum", "saldo")) or name == "stipulerteRenter")


def names_beyond(body: Any, known: Any) -> Iterator[str]:
    """The names in a body that its documented part lacks."""
    if isinstance(body, dict):
        for name, child in body.items():
            if name in known:
                yield from names_beyond(child, known[name])
            else:
                yield name
    elif isinstance(body, list):
        for child, other in zip(body, known, strict=True):
            yield from names_beyond(child, other)
