"""A scenario that is marked `recordable` finds in a recording what it requests from a target."""

import ast
from collections.abc import Iterator
from pathlib import Path

SCENARIOS = Path(__file__).parents[3] / "scenarios" / "kravogbetalinger"


def recordable(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module that judge recordings."""
    marks = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Assign)]
    whole = any(mark.startswith("pytestmark") and "recordable" in mark for mark in marks)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            marked = any("recordable" in ast.unparse(mark) for mark in node.decorator_list)
            if whole or marked:
                yield node


def asked_of_ledgers() -> set[str]:
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in SCENARIOS.glob("test_*.py")]
    nodes = (node for tree in trees for function in recordable(tree) for node in ast.walk(function))
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)]
    return {node.attr for node in attributes if ast.unparse(node.value) == "ledger"} - {"organisation"}


def offered(module: str, name: str) -> set[str]:
    tree = ast.parse((SCENARIOS / module).read_text(encoding="utf-8"))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_a_recorded_ledger_answers_whatever_a_recordable_scenario_asks():
    asked = asked_of_ledgers()

    assert {"of", "everything", "near", "on", "during", "open_claims"} <= asked
    assert asked - offered("recorded_ledger.py", "RecordedLedger") == set()
    assert asked - offered("ledger.py", "Ledger") == set()
