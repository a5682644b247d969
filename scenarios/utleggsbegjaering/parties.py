"""Who takes part in the begjæringer of the scenarios: synthetic parties by role, the target's own where named."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.utleggsbegjaering.identifiers import birth_date

# Published test parties of the examples (Utleggsbegjæring API, 2025-12-01), of the lists of sole proprietorships
# (2025-04-11) and of parties locked to the old rules (2025-10-09), and a sub-unit from Skatteetaten's other test pages.
PUBLISHED = {
    "saksoeker": "314441052",
    "saksoeker_annen": "310288837",
    "saksoekt": "10828697949",
    "saksoekt_annen": "28871398382",
    "saksoekt_virksomhet": "312597772",
    "enk": "311851381",
    "underenhet": "315608589",
    "gammelt_regelverk_person": "08907395937",
    "gammelt_regelverk_virksomhet": "313159949",
    "ukjent_person": "01818040071",
    "ukjent_virksomhet": "399999995",
}


@dataclass(frozen=True)
class Parties:
    """The number of each role."""

    numbers: Mapping[str, str]

    def __getitem__(self, role: str) -> str:
        return self.numbers[role]

    def __contains__(self, role: str) -> bool:
        return role in self.numbers

    def born(self, role: str) -> str:
        """The birth date of a person's role."""
        born = birth_date(self[role])
        return (born or datetime.date(1980, 1, 1)).isoformat()


def parties_of(named: Mapping[str, str]) -> Parties:
    """A target's parties, and the published ones for the roles that it does not name."""
    return Parties({**PUBLISHED, **named})
