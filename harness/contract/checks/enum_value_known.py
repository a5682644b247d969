"""A value from a closed list is in the specification; an unknown one suggests a new version."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.places import Place
from harness.exchange import beginning


def applies(call: Call) -> bool:
    return any(_listed(call))


def breaches(call: Call) -> Iterator[Breach]:
    unknown = {(place.path, str(place.value)): place for place in _listed(call) if not _is_known(place)}
    for (path, value), place in sorted(unknown.items()):
        known = ", ".join(map(str, place.schema["enum"]))
        yield Breach(f"{path}: unknown value", f"one of {known} at {path}", f"{beginning(value, 60)!r}")


def _listed(call: Call) -> Iterator[Place]:
    return (place for place in call.places if "enum" in place.schema and isinstance(place.value, str))


def _is_known(place: Place) -> bool:
    return place.value in place.schema["enum"]
