"""JSON values with JSON's equality: 1 equals 1.0, but not true."""

import json
from typing import Any, Literal

Type = Literal["object", "array", "string", "number", "boolean", "null"]


def canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """A text that is equal for equal JSON values, and only for these."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


_TYPES: dict[type, Type] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def type_of(value: Any) -> Type:  # noqa: ANN401 - any JSON value
    """The JSON type of a value."""
    return _TYPES.get(type(value), "object")


def is_whole(value: Any) -> bool:  # noqa: ANN401 - a JSON number
    """Whether a number is an integer by JSON Schema's definition, in which 1.0 is one."""
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
