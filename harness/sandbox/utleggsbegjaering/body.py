"""Reads request bodies: limited in size, UTF-8, JSON that is not nested too deep."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from starlette.requests import Request

from harness.sandbox.knobs import Knobs
from harness.sandbox.utleggsbegjaering.problem import Refused

MOST_OCTETS = 2_000_000
"""The largest begjæring. No limit is published; the complex example has ten thousand octets."""

MOST_READ_IN_VAIN = 100_000_000
DEEPEST = 64
"""How deep objects and lists may be nested; the model needs ten levels."""


async def json_body(request: Request, knobs: Knobs) -> Any:  # noqa: ANN401 - any JSON
    """The body as JSON, fractions as Decimal; raises Refused."""
    _ensure_json(request.headers.get("content-type"), knobs)
    octets = await limited(request, MOST_OCTETS)
    if octets is None:
        raise too_large(MOST_OCTETS, int(knobs["elan-too-large"]))
    return parsed(octets)


def parsed(octets: bytes) -> Any:  # noqa: ANN401 - any JSON
    """JSON text (RFC 8259) as Python values, fractions as Decimal; raises Refused."""
    try:
        value = json.loads(octets.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise invalid(f"Innholdet er ikke UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise invalid(f"Innholdet er ikke JSON (linje {error.lineno}, kolonne {error.colno}).") from error
    except RecursionError as error:
        raise invalid("Innholdet har for mange nivåer.") from error
    except (ValueError, ArithmeticError) as error:
        raise invalid("Innholdet har et tall som ikke kan leses.") from error
    _ensure_usable(value)
    return value


def invalid(detail: str) -> Refused:
    return Refused(400, "XXX-006", detail)


def _ensure_json(content_type: str | None, knobs: Knobs) -> None:
    kind, _, parameters = (content_type or "").lower().partition(";")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "')
    if kind.strip() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise Refused(int(knobs["elan-media-type"]), "XXX-006", "Innholdet må være application/json i UTF-8.")


async def limited(request: Request, most: int) -> bytes | None:
    """The whole body, or None if it is larger than `most` octets.

    The rest of a body that is too large is read and discarded, up to a limit, so that the client gets to see the
    answer.
    """
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most:
            kept += chunk
        elif size > most + MOST_READ_IN_VAIN:
            break
    return bytes(kept) if size <= most else None


def too_large(most: int, status: int) -> Refused:
    return Refused(status, "XXX-006", f"Innholdet er større enn {most} byte.")


def _ensure_usable(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [child for part in level for child in _children(part)]
        if not level:
            return
    raise invalid("Innholdet har for mange nivåer.")


def _children(part: object) -> Iterator[object]:
    if isinstance(part, dict):
        yield from part.values()
    elif isinstance(part, list):
        yield from part


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
