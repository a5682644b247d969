"""The checks of every exchange: one module per check, found by walking this folder.

A check knows no API. An API's requirements.toml says which requirement it judges (`checks = ["…"]`); an API whose
requirements do not name a check is not judged by it.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal, Protocol, cast

from harness.contract.attribution import SERVICE, Attribution
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.contract.document import Operation
from harness.contract.places import Place, places
from harness.exchange import Exchange


@dataclass(frozen=True)
class Breach:
    """What a check found wrong. `kode` narrows it to the requirement that promises that error code."""

    aspect: str
    expected: str
    actual: str
    kode: str | None = None


@dataclass(frozen=True)
class Call:
    """An exchange with its context.

    `earlier` maps each korrelasjonsid and feilid of earlier answers to the answered request. `attribution` says who
    answered.
    """

    exchange: Exchange
    contract: Contract
    earlier: Mapping[str, str] = field(default_factory=dict)
    attribution: Attribution = SERVICE

    @cached_property
    def operation(self) -> Operation | None:
        return self.contract.operation_of(self.exchange.request)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every value of the body that the specification knows; none if the answer has no schema."""
        if self.operation is None:
            return ()
        return tuple(places(self.contract.document, self.operation, self.exchange.response))


About = Literal["form", "outcome", "arrival"]
"""What a check judges: how an answer is written; what was answered, in whatever form; or whether it arrived in full."""


class Check(Protocol):
    """A module in this folder. `ABOUT` says what it judges, by default the form.

    `IS_FLEETING` marks findings that may occur once, by chance: they are checked again before they count.
    """

    def applies(self, call: Call) -> bool:
        """Whether the exchange can be judged: an inapplicable check is not a pass."""

    def breaches(self, call: Call) -> Iterator[Breach]:
        """What is wrong with an exchange that `applies`."""


@cache
def all_checks() -> Mapping[str, Check]:
    """The checks by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name: cast(Check, importlib.import_module(f"{__name__}.{name}")) for name in names}


@dataclass(frozen=True)
class Judgement:
    """One check's judgement of one exchange: no deviations is a pass. If `is_fleeting`, it may not recur."""

    check: str
    requirement: str
    deviations: tuple[Deviation, ...]
    is_fleeting: bool = False


def judge(call: Call) -> list[Judgement]:
    """Applies every applicable check named in the API's requirements to one exchange, as far as the service answered
    it."""
    judgements = []
    judged = _judged_of(call.attribution)
    for name, check in all_checks().items():
        requirement = call.contract.by_check.get(name)
        if requirement is None or getattr(check, "ABOUT", "form") not in judged or not check.applies(call):
            continue
        found = tuple(
            Deviation(
                (breach.kode and call.contract.requirement_of_kode(breach.kode)) or requirement,
                breach.aspect,
                breach.expected,
                breach.actual,
            )
            for breach in check.breaches(call)
        )
        judgements.append(Judgement(name, requirement, found, getattr(check, "IS_FLEETING", False)))
    return judgements


def _judged_of(attribution: Attribution) -> frozenset[About]:
    if attribution.by == "nobody":
        return frozenset({"arrival"})
    if attribution.by == "before":
        return frozenset()
    return frozenset({"form", "outcome", "arrival"} if attribution.has_own_form else {"outcome", "arrival"})
