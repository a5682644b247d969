"""Profiles that parties were given in place of their own: other data in one API, for all calls or for some."""

from dataclasses import dataclass, field

from harness.sandbox.reach import Calls, InPassing, Passing

KIND = "data"


@dataclass(frozen=True)
class GivenProfiles:
    """By API and party. Profiles for some calls only are in `passing`."""

    passing: InPassing
    _for_all: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, api: str, party: str) -> str | None:
        """The name of the profile given to a party in the current call; None if it has its own."""
        shown = self.passing.value_of((KIND, api, party))
        return str(shown) or None if shown is not None else self._for_all.get((api, party))

    def give(self, api: str, party: str, profile: str) -> None:
        """For all calls; an empty profile restores its own."""
        self._for_all[api, party] = profile
        if not profile:
            del self._for_all[api, party]

    def give_in_passing(self, api: str, party: str, profile: str, calls: Calls) -> Passing:
        """For some calls only; an empty profile means its own."""
        return self.passing.add((KIND, api, party), profile, calls)

    def take_back(self) -> None:
        """Restores every party's own profile."""
        self._for_all.clear()
