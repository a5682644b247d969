"""Finds the parts of an answer that faults change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.sandbox.faults.fault import Json
from harness.sandbox.knobs import OtherKnobs
from harness.sandbox.kravogbetalinger.routes import KravOgBetalinger

ERRORS = range(400, 600)
PERIODS = ("krav", "innbetalinger", "utbetalinger")
CLAIMS = ("aapnekrav", "krav")


def claims(body: Json) -> list[Json]:
    """The claims of aapnekrav or krav."""
    return [*body.get("aapentKravMedGjenstaaendeBeloep", []), *body.get("krav", [])]


def due_dates(body: Json) -> list[Json]:
    return [due for claim in claims(body) for due in claim["kravforfall"]]


def payments(body: Json) -> list[Json]:
    """The payments of aapnekrav or innbetalinger."""
    return [*body.get("innbetalingMedUplassertBeloep", []), *body.get("innbetaling", [])]


def payouts(body: Json) -> list[Json]:
    return list(body.get("utbetaling", []))


def groups(body: Json) -> list[Json]:
    return list(body.get("oversiktPerKravgruppe", []))


def holders(node: Any, name: str) -> Iterator[Json]:  # noqa: ANN401 - any JSON value
    """Every object, at any depth, that has a member of this name."""
    if isinstance(node, dict):
        if name in node:
            yield node
        for child in list(node.values()):
            yield from holders(child, name)
    elif isinstance(node, list):
        for child in node:
            yield from holders(child, name)


def with_door(service: KravOgBetalinger, **parts: object) -> KravOgBetalinger:
    """The same service behind a door with some parts replaced."""
    return replace(service, door=replace(service.door, **parts))  # type: ignore[arg-type] # callers name the parts


def with_knob(service: KravOgBetalinger, name: str, value: str) -> KravOgBetalinger:
    """The same service with an open question settled differently."""
    knobs = OtherKnobs(service.world.knobs, {name: value})
    door = replace(service.door, knobs=knobs)
    return replace(service, door=door, world=replace(service.world, knobs=knobs))
