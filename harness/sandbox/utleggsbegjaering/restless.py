"""Varies what may vary in an answer, by seed: new fields and another order.

Skatteetaten calls these compatible (versioning rules), so nobody should code against their absence.
"""

import random

NEW_FIELD = "nyttFelt"
"""A field that nobody announced: readers pass it over, whatever it says."""


def varied(body: object, seed: int, place: str) -> object:
    """The same for the same seed and place. Lists keep their elements, not their order."""
    if not isinstance(body, dict):
        return body
    choice = random.Random(f"{seed}/{place}")  # noqa: S311 - no secret
    members = [(name, _shuffled(value, choice)) for name, value in body.items()]
    if choice.random() < 0.3:
        members.append((NEW_FIELD, {"versjon": 1}))
    choice.shuffle(members)
    return dict(members)


def _shuffled(value: object, choice: random.Random) -> object:
    if not isinstance(value, list):
        return value
    return choice.sample(value, len(value))
