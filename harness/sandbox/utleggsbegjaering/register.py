"""The party registers: which parties exist, what kind of unit each is, and which rules a debtor is under."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from stdnum.no import fodselsnummer, orgnr

from harness.sandbox.population import CUSTOMER_OF_VENDOR, VENDOR
from harness.sandbox.testdata import known_organisations, registered_parties

ALL_NEW = datetime.date(2027, 1, 1)
"""From this day on, every debtor is under the new rules (dossier, section 8.3)."""

API = __name__.split(".")[-2]


@dataclass(frozen=True)
class Profile:
    """A kind of party in the registers: its description, and its entry."""

    text: str
    entry: Mapping[str, object]


PROFILES: Mapping[str, Profile] = {
    "ordinary": Profile("A main unit or a person, registered, under the new rules.", {}),
    "old-rules": Profile("A party that is locked to the old rules for enforcement until 2027.", {"rules": "old"}),
    "not-registered": Profile("A number that is in no party register.", {"registered": False}),
    "sub-unit": Profile("A sub-unit, which cannot be a party to a case.", {"form": "sub-unit"}),
    "enk": Profile("A sole proprietorship, whose owner is the party.", {"form": "ENK"}),
}


@dataclass(frozen=True)
class Register:
    """`is_open`: every synthetic number with valid check digits exists, unless the list says otherwise."""

    is_open: Callable[[], bool] = lambda: True
    parties: Mapping[str, Mapping[str, object]] = field(default_factory=registered_parties)
    organisations: frozenset[str] = field(
        default_factory=lambda: frozenset({VENDOR, CUSTOMER_OF_VENDOR, *known_organisations()})
    )
    """Organisations that may file: those that the issuers know, listed or not."""
    sole_proprietorships: frozenset[str] = field(
        default_factory=lambda: frozenset(key for key, entry in known_organisations().items() if entry["form"] == "ENK")
    )

    given: Callable[[str], str | None] = lambda number: None  # noqa: ARG005
    """The profile that a party was given in place of its own, by number."""

    def profile_of(self, number: str) -> str:
        """The name in PROFILES of a party's own profile."""
        entry = self.parties.get(number, {})
        if entry.get("registered") is False:
            return "not-registered"
        if entry.get("rules") == "old":
            return "old-rules"
        form = entry.get("form")
        return form.lower() if isinstance(form, str) and form.lower() in PROFILES else "ordinary"

    def _entry(self, number: str) -> Mapping[str, object] | None:
        name = self.given(number)
        return PROFILES[name].entry if name is not None else self.parties.get(number)

    def knows(self, number: str) -> bool:
        entry = self._entry(number)
        if entry is not None:
            return entry.get("registered") is not False
        is_synthetic = is_synthetic_organisation(number) or is_synthetic_person(number)
        return number in self.organisations or (is_synthetic and self.is_open())

    def is_sub_unit(self, number: str) -> bool:
        return (self._entry(number) or {}).get("form") == "sub-unit"

    def is_sole_proprietorship(self, number: str) -> bool:
        is_listed = number in self.sole_proprietorships and self.given(number) is None
        return is_listed or (self._entry(number) or {}).get("form") == "ENK"

    def has_old_rules(self, number: str, today: datetime.date) -> bool:
        return today < ALL_NEW and (self._entry(number) or {}).get("rules") == "old"

    @property
    def specialities(self) -> Mapping[str, str]:
        """Each party's role, and what the registers say about it."""
        told = {"sub-unit": "a sub-unit", "ENK": "a sole proprietorship", "old": "under the old rules until 2027"}
        return {
            number: ", ".join(
                [
                    str(entry["role"]),
                    *(told[str(entry[name])] for name in ("form", "rules") if name in entry),
                    *(["in no register"] if entry.get("registered") is False else []),
                ]
            )
            for number, entry in self.parties.items()
        }

    @property
    def by_role(self) -> Mapping[str, str]:
        """The parties that tests use, by role."""
        return {str(entry["role"]): number for number, entry in sorted(self.parties.items())}


def is_organisation(number: str) -> bool:
    """Nine digits, the last of which is a valid check digit."""
    return number.isascii() and number.isdigit() and len(number) == 9 and bool(orgnr.is_valid(number))


def is_synthetic_organisation(number: str) -> bool:
    return is_organisation(number) and number[0] in "23"


def is_synthetic_person(number: str) -> bool:
    """A birth number or D-number with 80 added to its month, and valid check digits."""
    if not (number.isascii() and number.isdigit() and len(number) == 11 and 81 <= int(number[2:4]) <= 92):
        return False
    first, second = fodselsnummer.calc_check_digit1(number), fodselsnummer.calc_check_digit2(number)
    return bool(number[-2:] == f"{first}{second}")
