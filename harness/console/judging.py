"""Runs the passive checks, which need no scenario, on the calls in a log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.clients.session import surroundings_of
from harness.console.call_log import Breach
from harness.contract.client_calls import ClientCall, Surroundings
from harness.contract.client_checks import ClientBreach, judge_calls
from harness.contract.contract import Contract
from harness.contract.pinned import contract_of, issuer_names
from harness.redaction.redactor import Redactor
from harness.targets.model import Target

MOST_EARLIER = 400
"""Earlier calls that the checks can look back on."""


@dataclass(frozen=True)
class Judgement:
    """What one batch of calls showed: the breaches by call number, and how often each requirement was judged."""

    breaches: Mapping[int, tuple[Breach, ...]]
    judged: Mapping[str, int]


@dataclass
class Judging:
    """The checks of one sandbox's clients. Reads the contracts on first use. For one thread at a time."""

    target: Target

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        apis = {name: contract_of(name).served_at(api.base_url) for name, api in self.target.apis.items()}
        return {**apis, **{name: contract_of(name) for name in issuer_names()}}

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor({name for each in self.contracts.values() for name in each.document.sensitive_names})

    @cached_property
    def _around(self) -> Surroundings:
        return surroundings_of(self.target, self.contracts)

    def operation_of(self, call: ClientCall) -> str:
        """The id of the operation that was called; empty if there is none."""
        contract = self.contracts.get(call.service)
        operation = contract.operation_of(call.request) if contract else None
        return operation.id if operation else ""

    def judge(self, new: Mapping[int, ClientCall], earlier: Sequence[ClientCall]) -> Judgement:
        """Judges new calls, given by their numbers."""
        numbers = {id(call): number for number, call in new.items()}
        breaches: dict[int, list[Breach]] = {}
        judged: dict[str, int] = {}
        for judgement in judge_calls(new.values(), earlier, self._around, self.contracts.values()):
            judged[judgement.requirement] = judged.get(judgement.requirement, 0) + 1
            contract = self.contracts[judgement.api]
            for breach in judgement.breaches:
                if id(breach.call) in numbers:
                    shown = self._shown(contract, judgement.requirement, judgement.check, breach)
                    breaches.setdefault(numbers[id(breach.call)], []).append(shown)
        return Judgement({number: _distinct(found) for number, found in breaches.items()}, judged)

    def _shown(self, contract: Contract, key: str, check: str, breach: ClientBreach) -> Breach:
        requirement = contract.requirements[key]
        redact = self.redactor.message
        return Breach(
            key,
            requirement.level,
            requirement.text,
            f"{requirement.source.document}, {requirement.source.date}",
            requirement.source.url or "",
            check,
            redact(breach.aspect[:500]),
            redact(breach.expected[:2_000]),
            redact(breach.actual[:2_000]),
        )


def _distinct(found: Iterable[Breach]) -> tuple[Breach, ...]:
    """Without duplicates: several APIs may state the same promise."""
    return tuple(dict.fromkeys(found))
