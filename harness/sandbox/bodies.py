"""Reads the JSON bodies sent to the sandbox's own addresses and to Altinn's, if they can be written out again."""

import json
from typing import Any

from starlette.requests import Request


async def json_value(request: Request) -> Any | None:  # noqa: ANN401 - any JSON value
    """The body as JSON. None if it is not JSON, is nested too deep, or has a value that cannot be written out again."""
    try:
        value = json.loads(await request.body())
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value


async def json_object(request: Request) -> dict[str, Any] | None:
    """Like `json_value`, but None for anything other than an object."""
    value = await json_value(request)
    return value if isinstance(value, dict) else None
