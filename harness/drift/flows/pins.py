"""The pinned contracts that complete a report: the requirements it affects, and what must be redacted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from harness.contract.contract import Contract
from harness.contract.faulty import FaultySpecificationError
from harness.contract.folders import scenarios_folder
from harness.contract.pinned import api_names, contract_of
from harness.drift.flows.impact import with_impact
from harness.drift.report import Report
from harness.exchange import Exchange
from harness.redaction.redacted import RedactedExchange
from harness.redaction.redactor import Redactor


@dataclass(frozen=True)
class Pins:
    """The pinned contracts, or why they cannot be read: a report is valid without them, but names no requirement."""

    contracts: tuple[Contract, ...]
    problem: str = ""

    @classmethod
    def read(cls) -> Self:
        """The newest pinned contract of each API, or none."""
        try:
            return cls(tuple(contract_of(api) for api in api_names()))
        except FaultySpecificationError as error:
            return cls((), str(error))

    def with_requirements(self, report: Report) -> Report:
        """The report with the requirements and scenarios that it affects."""
        if self.problem:
            return replace(report, notes=(*report.notes, f"Requirements are left out: {self.problem}"))
        return with_impact(report, self.contracts, scenarios_folder())

    def redacted(self, exchanges: Iterable[Exchange]) -> list[RedactedExchange]:
        """Any recording in the form that may be shown: redacted as the contracts demand."""
        redactor = Redactor(name for contract in self.contracts for name in contract.document.sensitive_names)
        return [redactor.exchange(exchange) for exchange in exchanges]
