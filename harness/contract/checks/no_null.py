"""No field that the specification knows is null: a field without a value is omitted."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call


def applies(call: Call) -> bool:
    return call.exchange.response.is_json and len(call.places) > 1


def breaches(call: Call) -> Iterator[Breach]:
    for path in sorted({place.path for place in call.places if place.value is None}):
        yield Breach(f"{path}: null", f"a value at {path}, or nothing", "null")
