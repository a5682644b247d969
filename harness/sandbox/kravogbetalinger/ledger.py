"""A ledger: claims, payments, and the placements between them.

The four answers of the API are views of one ledger, so they agree by construction.

Amounts are whole numbers of øre. Placements are never negative: how signs are shown depends on the ledger system.
"""

import datetime
from dataclasses import dataclass, field
from typing import Literal

System = Literal["mva", "skatteinnkreving"]


@dataclass
class Placement:
    """An amount placed on a due date: from a payment or a counter-claim, or paid out of a credit."""

    amount: int
    date: datetime.date
    source: "Payment | DueDate | Payout"


@dataclass
class DueDate:
    """One due date of a claim."""

    id: str
    claim: "Claim"
    due: datetime.date
    original: int
    placements: list[Placement] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """What is left: the original, reduced towards zero by all placements (CLM5)."""
        left = abs(self.original) - sum(placement.amount for placement in self.placements)
        return left if self.original > 0 else -left


@dataclass
class Claim:
    """A claim, negative if it is in the party's favour. `interest` is estimated; `principal` is the claim that bears
    it.

    A `shielded` claim is withheld but included in sums.
    """

    id: str
    system: System
    party: str
    kravtype: str
    gruppe: str
    text: str
    created: datetime.date
    period: "TaxPeriod"
    due_dates: list[DueDate] = field(default_factory=list)
    interest: int = 0
    principal: str | None = None
    shielded: bool = False
    assessed: str | None = None

    @property
    def original(self) -> int:
        return sum(due.original for due in self.due_dates)

    @property
    def remaining(self) -> int:
        return sum(due.remaining for due in self.due_dates)


@dataclass(frozen=True)
class TaxPeriod:
    """The tax period of a claim; it has days only if the ledger system does."""

    text: str
    year: int
    term: str | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass
class Payment:
    """An incoming payment. `placed` are the due dates it covered, with the amount and day of each."""

    id: str
    system: System
    party: str
    date: datetime.date
    amount: int
    kind: str
    payer: str
    account: str
    placed: list[tuple[DueDate, int, datetime.date]] = field(default_factory=list)

    @property
    def unplaced(self) -> int:
        return self.amount - sum(amount for _, amount, _ in self.placed)


@dataclass
class Payout:
    """An outgoing payment, from credit claims."""

    id: str
    party: str
    date: datetime.date
    account: str
    recipient: str
    confirmed: bool
    sources: list[tuple[DueDate, int]] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return sum(amount for _, amount in self.sources)


@dataclass
class Ledger:
    """Skatteetaten's records for one party."""

    party: str
    owner: str
    shielded: bool = False
    claims: list[Claim] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)

    @property
    def open_claims(self) -> list[Claim]:
        return [claim for claim in self.claims if claim.remaining]

    @property
    def unplaced_payments(self) -> list[Payment]:
        return [payment for payment in self.payments if payment.unplaced]

    def pay(self, due: DueDate, payment: Payment, amount: int, date: datetime.date) -> None:
        """Places part of a payment on a due date; both sides record it (XOP4)."""
        due.placements.append(Placement(amount, date, payment))
        payment.placed.append((due, amount, date))

    def set_against(self, due: DueDate, credit: DueDate, amount: int, date: datetime.date) -> None:
        """Sets a credit claim and a debit claim off against each other."""
        due.placements.append(Placement(amount, date, credit))
        credit.placements.append(Placement(amount, date, due))

    def pay_out(self, credit: DueDate, payout: Payout, amount: int) -> None:
        """Pays out of a credit claim."""
        credit.placements.append(Placement(amount, payout.date, payout))
        payout.sources.append((credit, amount))
