"""The profiles that parties were given in place of their own: other data in one API, for all calls or for some."""

from dataclasses import dataclass, field

from harness.sandbox.reach import Calls, InPassing, Passing

KIND = "data"


@dataclass(frozen=True)
class GivenProfiles:
    """By API and party. What holds for some calls only, `passing` knows."""

    passing: InPassing
    _for_all: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, api: str, party: str) -> str | None:
        """The name of the profile that a party has in the call at hand; None for its own."""
        shown = self.passing.value_of((KIND, api, party))
        return str(shown) or None if shown is not None else self._for_all.get((api, party))

    def give(self, api: str, party: str, profile: str) -> None:
        """For all calls; an empty profile gives back its own."""
        self._for_all[api, party] = profile
        if not profile:
            del self._for_all[api, party]

    def give_in_passing(self, api: str, party: str, profile: str, calls: Calls) -> Passing:
        """For some calls only; an empty profile is its own."""
        return self.passing.add((KIND, api, party), profile, calls)

    def take_back(self) -> None:
        """Every party has its own again."""
        self._for_all.clear()
