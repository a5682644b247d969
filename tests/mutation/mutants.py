"""Makes mutants of a module: one comparison inverted, one store operation dropped, delayed, repeated or misdirected.

Written here because mutation libraries (mutmut, cosmic-ray) run tests inside the mutated program or beside its files;
here the mutated program is a server in a separate process, and half of what it does is in SQL.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
WRITES = frozenset({"execute", "many", "submit", "change", "pay", "set_attachment", "add_attachment", "_keep_version"})
"""Calls that store something."""

HOUSEKEEPING = ("pragma", "begin", "commit", "rollback", "create")
"""Statements that change no row: how the database is set up, and where a transaction begins and ends."""

LONGEST = 50
"""Number of characters of the code in a mutant's name."""

KEY = re.compile(r"(?<![.\w])[\w.]+ = \?(?= and|$|\s*$)")
"""A field by which a statement finds its rows."""

CHANGES_ROWS = re.compile(r"\s*(update|delete)\b")
"""A statement that changes existing rows."""


@dataclass(frozen=True)
class Mutant:
    """A module's source with one change. `name` says which, and where."""

    name: str
    source: str


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in line order."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            mutated = copy.deepcopy(tree)
            place = next(found for at, found in enumerate(ast.walk(mutated)) if at == number)
            change(place)
            text = ast.unparse(ast.fix_missing_locations(mutated))
            yield Mutant(f"{getattr(node, 'lineno', 0)}: {what}", text)


Change = Callable[[ast.AST], None]


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED and not _asks_a_knob(node):
        yield f"{type(node.ops[0]).__name__} turned in {ast.unparse(node)[:LONGEST]!r}", _turn
    if isinstance(node, ast.BoolOp):
        yield f"{type(node.op).__name__} turned in {ast.unparse(node)[:LONGEST]!r}", _swap
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " where " in f" {node.value}":
        for number, found in enumerate(KEY.finditer(node.value)):
            where = f"in {node.value[:LONGEST].strip()!r}"
            yield f"not keyed by {found[0]!r} {where}", _keyed_otherwise(number, "? is not null")
            if CHANGES_ROWS.match(node.value):
                others = found[0].replace(" = ", " <> ")
                yield f"the neighbours of {found[0]!r} {where}", _keyed_otherwise(number, others)
    for field in ("body", "orelse", "finalbody"):
        statements = getattr(node, field, None)
        if isinstance(statements, list):
            for number, statement in enumerate(statements):
                if _is_write(statement):
                    yield f"{ast.unparse(statement)[:LONGEST]!r} dropped", _dropped(field, number)
                    yield f"{ast.unparse(statement)[:LONGEST]!r} twice", _twice(field, number)
                    yield f"{ast.unparse(statement)[:LONGEST]!r} delayed", _delayed(field, number)


def _asks_a_knob(node: ast.Compare) -> bool:
    """Branches on knobs are excluded: with either value the sandbox conforms."""
    return isinstance(node.left, ast.Subscript) and ast.unparse(node.left.value).endswith("knobs")


def _is_write(statement: object) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in WRITES and not _text_of(call).lstrip("f'\" ").startswith(HOUSEKEEPING)


def _text_of(call: ast.Call) -> str:
    return ast.unparse(call.args[0]) if call.args else ""


def _turn(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.ops[0] = TURNED[type(node.ops[0])]()


def _swap(node: ast.AST) -> None:
    assert isinstance(node, ast.BoolOp)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _keyed_otherwise(number: int, key: str) -> Change:
    def change(node: ast.AST) -> None:
        assert isinstance(node, ast.Constant)
        found = list(KEY.finditer(str(node.value)))[number]
        node.value = f"{node.value[: found.start()]}{key}{node.value[found.end() :]}"

    return change


def _dropped(field: str, number: int) -> Change:
    def change(node: ast.AST) -> None:
        getattr(node, field)[number] = ast.Pass()

    return change


def _twice(field: str, number: int) -> Change:
    def change(node: ast.AST) -> None:
        statements = getattr(node, field)
        statements.insert(number, copy.deepcopy(statements[number]))

    return change


def _delayed(field: str, number: int) -> Change:
    """The statement takes effect the next time it is reached, with the arguments of the first time."""

    def change(node: ast.AST) -> None:
        statements = getattr(node, field)
        call = ast.unparse(statements[number].value)
        delayed = f"earlier, globals()['delayed'] = globals().get('delayed', []), [lambda: {call}]"
        statements[number : number + 1] = [*ast.parse(delayed).body, *ast.parse("[each() for each in earlier]").body]

    return change
