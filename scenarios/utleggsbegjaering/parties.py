"""The parties of the scenarios' begjæringer: synthetic parties by role, the target's own where it names them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.utleggsbegjaering.identifiers import birth_date

LAST_OF_OLD_RULES = datetime.date(2026, 12, 31)
"""From the next day on every debtor is under the new rules (the regulation on the transition, as the page says)."""
OLD_RULES = "gammelt_regelverk"

# Published test parties from the examples (Utleggsbegjæring API, 2025-12-01), the lists of sole proprietorships
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
    """The number of each role, on a day.

    A scenario that needs a debtor under the old rules ends as `not_run` when there is none: on the last day too,
    because midnight may pass before it is answered. One that needs a role without a number ends as `not_testable`.
    """

    numbers: Mapping[str, str]
    today: datetime.date

    def __getitem__(self, role: str) -> str:
        if role.startswith(OLD_RULES) and self.today >= LAST_OF_OLD_RULES:
            from harness.suite.markers import not_run  # noqa: PLC0415 - parties are used where no suite runs, too

            not_run("after 2026 every debtor is under the new rules")
        if role in PUBLISHED and role not in self.numbers:
            from harness.suite.markers import not_testable  # noqa: PLC0415 - as above

            not_testable(
                f"the target uses the published party of the role {role} for another role, and names none for this one"
            )
        return self.numbers[role]

    def __contains__(self, role: str) -> bool:
        return role in self.numbers

    def born(self, role: str) -> str:
        """The birth date of the person in a role."""
        born = birth_date(self[role])
        return (born or datetime.date(1980, 1, 1)).isoformat()


def parties_of(named: Mapping[str, str], today: datetime.date) -> Parties:
    """A target's parties, and the published ones for the roles that it does not name: nobody has two roles."""
    taken = set(named.values())
    left = {role: number for role, number in PUBLISHED.items() if number not in taken}
    return Parties({**left, **named}, today)
