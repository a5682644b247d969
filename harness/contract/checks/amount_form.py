"""An amount is written in kroner and øre: at most two decimals, without an exponent."""

from collections.abc import Iterator
from decimal import Decimal

from harness.contract.checks import Breach, Call
from harness.contract.places import Place


def applies(call: Call) -> bool:
    return any(_amounts(call))


def breaches(call: Call) -> Iterator[Breach]:
    exponents: dict[str, set[int]] = {}
    for place in _amounts(call):
        exponent = Decimal(str(place.value)).as_tuple().exponent
        exponents.setdefault(place.path, set()).add(exponent if isinstance(exponent, int) else 99)
    for path, found in sorted(exponents.items()):
        if min(found) < -2:
            yield Breach(f"{path}: decimals", f"at most two decimals at {path}", f"{-min(found)} decimals")
        if max(found) > 0:
            yield Breach(f"{path}: exponent", f"an amount without an exponent at {path}", "an exponent")


def _amounts(call: Call) -> Iterator[Place]:
    for place in call.places:
        number = isinstance(place.value, (int, Decimal)) and not isinstance(place.value, bool)
        if place.schema.get("type") == "number" and number:
            yield place
