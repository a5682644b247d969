"""Every table and field of provestand.toml, from the models that read it."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from harness.handbook.fields import meanings
from harness.handbook.markdown import cell, code, sections, table
from harness.targets.model import Target
from harness.targets.vendor import Vendor

TITLE = "The target file"

INTRODUCTION = """
`provestand.toml` says which systems can be tested, and how. It is looked for in the working folder and above;
`provestand init` writes a first one. `run --target NAME` uses `[targets.NAME]`, `run --target FILE.toml` the only
target in a file. An environment variable overrides a field of the target that a command names:
`PROVESTAND__MASKINPORTEN__CLIENT_ID` is `maskinporten.client_id`. Unknown fields are refused, and no secret is ever
written in the file itself.
"""

WRITTEN_BY_ITSELF = frozenset({"name"})
"""Fields of a target that are not in the file."""


def text() -> str:
    return sections(f"# {TITLE}", INTRODUCTION, *_tables(Target, "targets.NAME"), *_tables(Vendor, "vendor"))


def tables_of(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table with the model that reads it."""
    yield path, model
    for name, field in model.model_fields.items():
        for inner, is_named in _models_in(field.annotation):
            yield from tables_of(inner, f"{path}.{name}{'.NAME' if is_named else ''}")


def _tables(model: type[BaseModel], path: str) -> Iterator[str]:
    for where, each in tables_of(model, path):
        told = meanings(each)
        rows = [_row(name, field, told) for name, field in each.model_fields.items() if not _is_hidden(name, each)]
        yield f"## `[{where}]`"
        yield inspect.cleandoc(each.__doc__ or "")
        yield table(("Field", "Meaning", "Form", "Default"), rows)


def _is_hidden(name: str, model: type[BaseModel]) -> bool:
    field = model.model_fields[name]
    is_table = any(True for _ in _models_in(field.annotation))
    return is_table or (model is Target and name in WRITTEN_BY_ITSELF)


def _row(name: str, field: FieldInfo, told: Any) -> tuple[str, str, str, str]:  # noqa: ANN401 - texts by field
    default = "required" if field.is_required() else _shown(field.get_default(call_default_factory=True))
    return code(name), cell(told.get(name, "")), cell(_form(field.annotation)), default


def _shown(default: object) -> str:
    if default is None or default in ((), {}, ""):
        return ""
    return code(str(default).lower() if isinstance(default, bool) else str(default))


WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false"}


def _form(annotation: Any) -> str:  # noqa: ANN401 - any type
    """The allowed values, in words."""
    inner = [each for each in get_args(annotation) if each not in {type(None), Ellipsis}]
    origin = getattr(annotation, "__origin__", None)
    if origin is dict:
        return f"table of {_form(inner[1])}"
    if origin is tuple:
        return f"list of {_form(inner[0])}"
    if inner and all(isinstance(each, str) for each in inner):
        return ", ".join(f"`{each}`" for each in inner)
    if inner:
        return _form(inner[0])
    return WORDS.get(getattr(annotation, "__name__", ""), "text")


def _models_in(annotation: Any) -> Iterator[tuple[type[BaseModel], bool]]:  # noqa: ANN401 - any type
    """The models that a field contains, and whether they are named."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, False
        return
    for each in get_args(annotation):
        for model, _ in _models_in(each):
            yield model, getattr(annotation, "__origin__", None) is dict
