"""A deviation: one place where an answer breaks a promise."""

from dataclasses import dataclass

OWN = ""
"""In place of a requirement: the one that the scenario is about."""


@dataclass(frozen=True)
class Deviation:
    """What was promised and what came instead.

    `aspect` names the kind of breach in words that do not change from run to run (a schema location, a code, never a
    value that varies): together with requirement, check and operation it makes the fingerprint.
    """

    requirement: str
    aspect: str
    expected: str
    actual: str


class DeviationFoundError(AssertionError):
    """Raised by a scenario that cannot continue after a deviation."""

    def __init__(self, deviation: Deviation) -> None:
        broken = f"{deviation.requirement}: " if deviation.requirement != OWN else ""
        super().__init__(f"{broken}expected {deviation.expected}; actual {deviation.actual}")
        self.deviation = deviation
