"""Varies answers by seed where they may vary: new fields and another order.

Skatteetaten calls such changes compatible (versioning rules), so no client should depend on their absence.
"""

import random

NEW_FIELD = "nyttFelt"
"""An unannounced field: readers ignore it, whatever its value."""


def varied(body: object, seed: int, place: str) -> object:
    """The same for the same seed and place. Lists keep their elements but not their order."""
    if not isinstance(body, dict):
        return body
    choice = random.Random(f"{seed}/{place}")  # noqa: S311 - not for secrets
    members = [(name, _shuffled(value, choice)) for name, value in body.items()]
    if choice.random() < 0.3:
        members.append((NEW_FIELD, {"versjon": 1}))
    choice.shuffle(members)
    return dict(members)


def _shuffled(value: object, choice: random.Random) -> object:
    if not isinstance(value, list):
        return value
    return choice.sample(value, len(value))
