"""A scenario's notes and the answers that it gets, without a run around them."""

from collections.abc import Callable, Iterable

import pytest

from harness.contract.attribution import SERVICE, Attribution
from harness.contract.contract import Contract
from harness.exchange import Exchange
from harness.redaction.redactor import Redactor
from harness.reporting.evidence import Evidence
from harness.suite.answer import Answer
from harness.suite.notes import Notes
from harness.suite.stand import Received
from harness.verdict.outcome import Outcome


@pytest.fixture
def redactor() -> Redactor:
    return Redactor({"eier"})


@pytest.fixture
def outcome() -> Outcome:
    return Outcome("test_loans.py::test_a_shelf", "boeker", ("KODE-2", "no_null"))


@pytest.fixture
def notes(outcome: Outcome, contract: Contract, redactor: Redactor) -> Notes:
    evidence = Evidence(redactor, redactor.exchange, lambda sent: sent.request.header("authorization") == "Bearer t")
    return Notes(outcome, contract, evidence, "test_a_shelf", ("312345676",))


@pytest.fixture
def told(notes: Notes) -> Callable[..., Answer]:
    """An answer as the scenario gets it."""

    def tell(exchange: Exchange, attribution: Attribution = SERVICE, broken: Iterable[str] = ()) -> Answer:
        return Answer.told_to(notes, Received(exchange, "312345676", attribution, frozenset(broken)))

    return tell
