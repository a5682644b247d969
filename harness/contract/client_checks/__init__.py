"""The checks of everything that a client sends: one module per check, found by walking this folder.

A check knows no API and no scenario: it judges a sequence of calls, in a run or in recorded traffic. The
requirements.toml of an API or of the token issuer says which requirement it judges (`checks = ["…"]`).
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

from harness.contract.client_calls import Calls, ClientCall, Surroundings
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation


@dataclass(frozen=True)
class ClientBreach:
    """What a client did wrong, and the call that shows it. `aspect` does not change from run to run."""

    aspect: str
    expected: str
    actual: str
    call: ClientCall

    def as_deviation(self, requirement: str) -> Deviation:
        """The breach as a deviation from a requirement."""
        return Deviation(requirement, self.aspect, self.expected, self.actual)


class ClientCheck(Protocol):
    """A module in this folder."""

    def applies(self, calls: Calls) -> bool:
        """Whether the new calls can be judged: an inapplicable check is not a pass."""

    def breaches(self, calls: Calls) -> Iterator[ClientBreach]:
        """What is wrong with the new calls of a sequence to which it `applies`."""


def measures_time(check: ClientCheck) -> bool:
    """Whether a check judges pauses, overlaps or ages (`MEASURES_TIME`): it needs to know when each call was made."""
    return bool(getattr(check, "MEASURES_TIME", False))


@cache
def all_client_checks() -> dict[str, ClientCheck]:
    """The checks by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(ClientCheck, importlib.import_module(f"{__name__}.{name}")) for name in names}


@dataclass(frozen=True)
class ClientJudgement:
    """One check's judgement of a sequence of calls: no breaches is a pass."""

    check: str
    api: str
    requirement: str
    breaches: tuple[ClientBreach, ...]


def judge_calls(
    new: Iterable[ClientCall], earlier: Iterable[ClientCall], around: Surroundings, contracts: Iterable[Contract]
) -> list[ClientJudgement]:
    """Applies every applicable check named in the contracts' requirements to a client's new calls."""
    new, earlier = tuple(new), tuple(earlier)
    judgements = []
    for contract in contracts:
        calls = Calls(new, earlier, around, contract)
        for name, check in all_client_checks().items():
            requirement = contract.by_check.get(name)
            if requirement is not None and check.applies(calls):
                judgements.append(ClientJudgement(name, contract.api, requirement, tuple(check.breaches(calls))))
    return judgements
