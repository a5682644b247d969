"""The meanings of a model's fields, written as a text below each field."""

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType


def meanings(model: type) -> Mapping[str, str]:
    """The text below each field of a class, including inherited fields."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        module = inspect.getmodule(each)
        if module is not None and module.__name__.startswith("harness."):
            found |= _of_module(module).get(each.__name__, {})
    return found


@cache
def _of_module(module: ModuleType) -> Mapping[str, Mapping[str, str]]:
    classes = (node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef))
    return {node.name: _of_class(node) for node in classes}


def _of_class(node: ast.ClassDef) -> Mapping[str, str]:
    return {
        field.target.id: " ".join(below.value.value.split())
        for field, below in zip(node.body, node.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }
