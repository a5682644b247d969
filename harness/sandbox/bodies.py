"""Reads what programs send to the sandbox's own addresses and to Altinn's: JSON that can be written again."""

import json
from typing import Any

from starlette.requests import Request


async def json_value(request: Request) -> Any | None:  # noqa: ANN401 - any JSON value
    """The body as JSON; None for what is none, or is nested too deep, or holds a number or half a character that no
    answer could hold."""
    try:
        value = json.loads(await request.body())
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


async def json_object(request: Request) -> dict[str, Any] | None:
    """As `json_value`, None for anything but an object too."""
    value = await json_value(request)
    return value if isinstance(value, dict) else None
