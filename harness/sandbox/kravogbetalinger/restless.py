"""Varies answers by seed where they may vary: new fields, another order, missing optional fields.

Skatteetaten calls such changes compatible (versioning rules), so no client should depend on their absence. With the
same seed, the same call gets the same answer.
"""

import random
from typing import Any

OPTIONAL = ("innbetalingstype", "valutakode", "aar")
NEW_FIELD = "nyttFelt"
"""An unannounced field: readers ignore it, whatever its value."""

SHUFFLED = ("aapentKravMedGjenstaaendeBeloep", "innbetalingMedUplassertBeloep", "krav", "innbetaling", "utbetaling")


def varied(body: dict[str, Any], seed: int, name: str) -> dict[str, Any]:
    """The same answer in another shape, equivalent to a tolerant reader. `name` identifies the answer."""
    choice = random.Random(f"{seed}/{name}")  # noqa: S311 - not for secrets
    for key in SHUFFLED:
        if key in body:
            choice.shuffle(body[key])
    if choice.random() < 0.3:
        body[NEW_FIELD] = {"versjon": 1}
    dropped = [key for key in OPTIONAL if choice.random() < 0.2]
    _drop(body, dropped)
    members = list(body.items())
    choice.shuffle(members)
    return dict(members)


def _drop(node: object, names: list[str]) -> None:
    if isinstance(node, dict):
        for name in names:
            node.pop(name, None)
        for child in node.values():
            _drop(child, names)
    elif isinstance(node, list):
        for child in node:
            _drop(child, names)
