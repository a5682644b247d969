"""Generates the ledger of each test organisation from a seed, so that each shows something different.

Which organisation shows what is our own choice: what the live ones show today is not public.
"""

import datetime
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.sandbox.kravogbetalinger.ledger import Claim, DueDate, Ledger, Payment, Payout, System, TaxPeriod

YEARS = 3

MONTH_PAIRS = (
    "januar - februar",
    "mars - april",
    "mai - juni",
    "juli - august",
    "september - oktober",
    "november - desember",
)
ADJECTIVES = ("RASK", "STILLE", "MODIG", "BLID", "NØKTERN", "SINDIG", "LETT", "VARM")
NOUNS = ("GRAN", "FJORD", "LERKE", "VIDDE", "MÅNE", "BEKK", "HUMLE", "STEIN")


def ledger_of(organisation: str, seed: int, today: datetime.date, profile: str = "") -> Ledger:
    """The ledger of an organisation; the same for the same seed and day. `profile` is a name in `profiles()`."""
    maker = Maker(organisation, random.Random(f"{seed}/{organisation}"), today)  # noqa: S311 - test data
    for add in _steps(profile or profile_of(organisation)):
        add(maker)
    return maker.ledger


def profiles() -> Mapping[str, str]:
    """Every profile and every combination of profiles in use: a sentence by name."""
    names = dict.fromkeys(_name(steps) for steps in ((Maker.one_open_claim,), *PROFILES.values()))
    return {name: " ".join(" ".join((step.__doc__ or "").split()) for step in _steps(name)) for name in names}


def profile_of(organisation: str) -> str:
    """The name of an organisation's own profile."""
    return _name(PROFILES.get(organisation, (Maker.one_open_claim,)))


def _name(steps: "tuple[Callable[[Maker], None], ...]") -> str:
    return "+".join(step.__name__.replace("_", "-") for step in steps)


def _steps(name: str) -> "tuple[Callable[[Maker], None], ...]":
    return tuple(getattr(Maker, part.replace("-", "_")) for part in name.split("+"))


@dataclass
class Maker:
    """Fills a ledger step by step. All randomness comes from the seed."""

    organisation: str
    random: random.Random
    today: datetime.date
    ledger: Ledger = field(init=False)
    _numbers: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.organisation, owner_of(self.organisation))
        first = self.random.randrange(20_000_000, 90_000_000)
        self._numbers = iter(range(first, first + 10_000_000, 17))

    def many_claims(self) -> None:
        """Three years of terms, several groups, both ledger systems: settled, partly paid, overdue, not yet due."""
        for year in range(self.today.year - YEARS, self.today.year + 1):
            for term in range(6):
                self._add_mva(year, term)
                self._add_employer_tax(year, term)
        self._add_interest_set_off()
        self.one_open_claim()
        self._add_payout_of_last_year()

    def _add_interest_set_off(self) -> None:
        """Interest on the oldest term, partly owed back by the treasury."""
        principal = next(claim for claim in self.ledger.claims if claim.system == "mva")
        day = principal.created + datetime.timedelta(days=60)
        due_day = day + datetime.timedelta(days=14)
        group, text = "Merverdiavgift", "Forsinkelsesrente"
        debit = self.claim("mva", "Forsinkelsesrente", group, text, day, principal.period)
        credit = self.claim("mva", "Fors.rente kredit", group, text, day, principal.period)
        for claim in (debit, credit):
            claim.principal, claim.assessed = principal.id, "egenfastsatt"
        due = self.due_date(debit, due_day, self.kroner(300, 900))
        back = self.due_date(credit, due_day, -(due.original // 3))
        self.ledger.set_against(due, back, -back.original, due_day)
        self.settle(due)

    def _add_mva(self, year: int, term: int) -> None:
        first = datetime.date(year, 2 * term + 1, 1)
        last = _end_of_month(datetime.date(year, 2 * term + 2, 1))
        due = last + datetime.timedelta(days=41)
        created = due + datetime.timedelta(days=2) if term % 3 == 2 else due - datetime.timedelta(days=5)
        if created > self.today:
            return
        period = TaxPeriod(MONTH_PAIRS[term], year, f"{term + 1:02}", first, last)
        claim = self.claim("mva", "Mva-melding", "Merverdiavgift", "Merverdiavgift", created, period)
        claim.assessed = "egenfastsatt" if term % 4 else "myndighetsfastsatt"
        self.settle(self.due_date(claim, due, self.kroner(4_000, 90_000)))

    def _add_employer_tax(self, year: int, term: int) -> None:
        due = datetime.date(year, 2 * term + 2, 15) + datetime.timedelta(days=30)
        if due - datetime.timedelta(days=20) > self.today:
            return
        kravtype, gruppe, text = (
            ("ARBGAVG", "Arbeidsgiveravgift", "Arbeidsgiveravgift"),
            ("FORSKTREKK", "Forskuddstrekk", "Forskuddstrekk"),
        )[term % 2]
        created = due - datetime.timedelta(days=20)
        claim = self.claim(
            "skatteinnkreving", kravtype, gruppe, text, created, TaxPeriod("Termin", year, str(term + 1))
        )
        half = self.kroner(2_000, 30_000)
        for number in range(1 + term % 2):
            self.settle(self.due_date(claim, due + datetime.timedelta(days=30 * number), half))

    def _add_payout_of_last_year(self) -> None:
        day = datetime.date(self.today.year - 1, 8, 20)
        credit = self.credit(day - datetime.timedelta(days=30), self.kroner(1_000, 9_000))
        self.pay_out([(credit, -credit.original)], day)

    def only_unplaced_payments(self) -> None:
        """Payments that are not placed on any claim yet, some in every year."""
        for year in range(self.today.year - YEARS + 1, self.today.year + 1):
            for month in (2, 5, 10):
                day = datetime.date(year, month, self.random.randrange(1, 28))
                if day <= self.today:
                    self.payment("skatteinnkreving", self.kroner(500, 20_000), day)

    def credits_and_counter_claims(self) -> None:
        """Credits that are set against debt, paid out, or left over."""
        for year in (self.today.year - 1, self.today.year):
            day = datetime.date(year, 1, 20)
            if day > self.today:
                continue
            debt = self.skatt(day, self.kroner(20_000, 60_000))
            credit = self.credit(day, self.kroner(4_000, 15_000))
            part = -credit.original // 2
            self.ledger.set_against(debt, credit, part, day + datetime.timedelta(days=3))
            self.pay_out([(credit, part // 2)], day + datetime.timedelta(days=14))
            second = self.credit(day + datetime.timedelta(days=9), self.kroner(1_000, 3_000))
            third = self.credit(day + datetime.timedelta(days=9), self.kroner(1_000, 3_000))
            self.pay_out([(second, -second.original), (third, -third.original)], day + datetime.timedelta(days=25))
            self.settle(debt)

    def owner_with_interest(self) -> None:
        """A sole proprietorship: the owner's personal tax is listed with the firm's, with interest on late amounts."""
        for year in (self.today.year - 1, self.today.year):
            day = datetime.date(year, 3, 1)
            if day > self.today:
                continue
            tax = self.skatt(day, self.kroner(10_000, 40_000), party=self.ledger.owner)
            payment = self.payment("skatteinnkreving", tax.original // 3, day + datetime.timedelta(days=40))
            self.ledger.pay(tax, payment, payment.amount, payment.date)
            period = TaxPeriod("Inntektstår", year - 1)
            late = day + datetime.timedelta(days=60)
            if late > self.today:
                continue
            interest = self.claim("skatteinnkreving", "Forsinkelsesrente", "Skatt", "Forsinkelsesrente", late, period)
            interest.party, interest.principal = self.ledger.owner, tax.claim.id
            self.due_date(interest, late + datetime.timedelta(days=14), self.kroner(100, 900))
        self._add_payout_of_last_year()

    def rare_days_and_large_amounts(self) -> None:
        """Claims above a million and of one øre, paid and paid out on tricky dates. A third is open."""
        for number, day in enumerate(self._rare_days()):
            claim = self.claim(
                "skatteinnkreving", "RESTSKATT", "Skatt", "Restskatt", day, TaxPeriod("Inntektstår", day.year - 1)
            )
            due = self.due_date(claim, day, 123_456_789 + 1_010 * number)
            last = self.due_date(claim, day + datetime.timedelta(days=1), 1)
            for later, amount in ((0, 100_000_037), (3, 1_234_551)):
                paid = min(day + datetime.timedelta(days=later), self.today)
                payment = self.payment("skatteinnkreving", amount + number % 2 * 55, paid)
                self.ledger.pay(due, payment, amount, payment.date)
            if number % 3:
                rest = self.payment("skatteinnkreving", due.remaining + last.remaining, min(last.due, self.today))
                for each in (due, last):
                    self.ledger.pay(each, rest, each.remaining, rest.date)
            else:
                claim.interest = 98_765 + number
            credit = self.credit(day - datetime.timedelta(days=7), 150_000_011)
            self.pay_out([(credit, 120_000_009)], day)

    def terms_with_interest(self) -> None:
        """Value added tax by terms, interest partly owed back by the treasury, and a claim not yet due."""
        for year in (self.today.year - 1, self.today.year):
            for term in range(6):
                self._add_mva(year, term)
        self._add_interest_set_off()
        self.one_open_claim()

    def _rare_days(self) -> Iterator[datetime.date]:
        """Leap days, the first and last days of summer time, and the last days of years, up to today."""
        for year in range(self.today.year - YEARS, self.today.year + 1):
            ends = [_end_of_month(datetime.date(year, month, 1)) for month in (2, 3, 10, 12)]
            changes = [day - datetime.timedelta(days=(day.weekday() + 1) % 7) for day in ends[1:3]]
            leap_day = ends[:1] if ends[0].day == 29 else []
            yield from (day for day in (*leap_day, *changes, ends[3]) if day <= self.today)

    def settled_claims(self) -> None:
        """Everything is settled."""
        for year in (self.today.year - 1, self.today.year):
            day = datetime.date(year, 1, 15)
            if day <= self.today:
                due = self.skatt(day, self.kroner(3_000, 9_000))
                payment = self.payment("skatteinnkreving", due.original, min(due.due, self.today))
                self.ledger.pay(due, payment, payment.amount, payment.date)

    def one_open_claim(self) -> None:
        """A single claim, not yet due."""
        self.skatt(self.today - datetime.timedelta(days=10), self.kroner(1_000, 5_000))

    def shielded(self) -> None:
        """A party whose data is withheld."""
        self.one_open_claim()
        self.ledger.shielded = True

    def partly_shielded(self) -> None:
        """A party with one withheld claim."""
        self.many_claims()
        open_claims = self.ledger.open_claims
        if open_claims:
            open_claims[0].shielded = True

    def nothing(self) -> None:
        """Nothing is owed either way."""

    def skatt(self, created: datetime.date, amount: int, party: str | None = None) -> DueDate:
        """A claim of residual tax with one due date."""
        period = TaxPeriod("Inntektstår", created.year - 1)
        claim = self.claim("skatteinnkreving", "RESTSKATT", "Skatt", "Restskatt", created, period)
        claim.party = party or self.organisation
        return self.due_date(claim, created + datetime.timedelta(days=40), amount)

    def credit(self, created: datetime.date, amount: int) -> DueDate:
        """A claim in the party's favour."""
        period = TaxPeriod("Termin", created.year, "1")
        claim = self.claim(
            "skatteinnkreving",
            "AVVIK_ARBGAVG_KREDIT",
            "Arbeidsgiveravgift",
            "Avvik arbeidsgiveravgift",
            created,
            period,
        )
        return self.due_date(claim, created, -amount)

    def claim(
        self, system: System, kravtype: str, gruppe: str, text: str, created: datetime.date, period: TaxPeriod
    ) -> Claim:
        number = next(self._numbers)
        identifier = f"FORF-{number}" if system == "mva" else str(number * 10 + 7)
        claim = Claim(identifier, system, self.organisation, kravtype, gruppe, text, created, period)
        self.ledger.claims.append(claim)
        return claim

    def due_date(self, claim: Claim, due: datetime.date, amount: int) -> DueDate:
        identifier = claim.id if claim.system == "mva" else str(next(self._numbers) * 10 + 3)
        added = DueDate(identifier, claim, due, amount)
        claim.due_dates.append(added)
        return added

    def settle(self, due: DueDate) -> None:
        """Pays a claim in full or in part, unless it is due in the future; overdue remainders bear interest."""
        if due.due > self.today:
            return
        share = self.random.choice((1.0, 1.0, 1.0, 0.5, 0.0))
        amount = int(due.remaining * share)
        if amount:
            late = due.due + datetime.timedelta(days=self.random.randrange(0, 12))
            surplus = self.kroner(10, 90) if self.random.random() < 0.15 else 0
            payment = self.payment(due.claim.system, amount + surplus, min(late, self.today))
            self.ledger.pay(due, payment, amount, payment.date)
        if due.remaining > 0 and due.due < self.today:
            due.claim.interest += due.remaining * min((self.today - due.due).days, 900) // 4000

    def payment(self, system: System, amount: int, date: datetime.date) -> Payment:
        kind = "Innbetaling" if system == "mva" else self.random.choice(("Innbetalt OCR", "Bankoverføring"))
        made = Payment(
            f"INN-{next(self._numbers)}", system, self.organisation, date, amount, kind, self._name(), self._account()
        )
        self.ledger.payments.append(made)
        return made

    def pay_out(self, sources: list[tuple[DueDate, int]], date: datetime.date) -> None:
        if date > self.today:
            return
        payout = Payout(
            str(next(self._numbers)), self.organisation, date, self._account(), self._name(), confirmed=True
        )
        for credit, amount in sources:
            self.ledger.pay_out(credit, payout, amount)
        self.ledger.payouts.append(payout)

    def kroner(self, least: int, most: int) -> int:
        """A random amount in øre, often not a whole number of kroner."""
        return self.random.randrange(least, most) * 100 + self.random.choice((0, 0, 50, 7, 93))

    def _name(self) -> str:
        return f"{self.random.choice(ADJECTIVES)} {self.random.choice(NOUNS)} ENK"

    def _account(self) -> str:
        return "".join(str(self.random.randrange(10)) for _ in range(11))


PROFILES: Mapping[str, tuple[Callable[[Maker], None], ...]] = {
    "313367002": (Maker.many_claims,),
    "311851381": (Maker.nothing,),
    "314961900": (Maker.only_unplaced_payments,),
    "314055403": (
        Maker.credits_and_counter_claims,
        Maker.rare_days_and_large_amounts,
        Maker.terms_with_interest,
    ),
    "212201782": (Maker.owner_with_interest, Maker.only_unplaced_payments),
    "310478717": (Maker.shielded,),
    "311040723": (Maker.settled_claims,),
    "312438623": (Maker.partly_shielded,),
}


def specialities() -> dict[str, str]:
    """What each organisation's ledger shows: the first docstring lines of the steps that fill it."""
    return {
        number: " ".join(str(make.__doc__).splitlines()[0] for make in makers) for number, makers in PROFILES.items()
    }


def owner_of(organisation: str) -> str:
    """The synthetic birth number of the owner of a sole proprietorship: month + 80, valid check digits."""
    for serial in range(900, 1000):
        nine = f"{10 + int(organisation[-1]):02}8{1 + int(organisation[-2]) % 9}80{serial}"[:9]
        numbered = _with_check_digits(nine)
        if numbered is not None:
            return numbered
    raise ValueError(f"no number can be made for {organisation}")


def _with_check_digits(nine: str) -> str | None:
    digits = [int(digit) for digit in nine]
    first = -sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=True)) % 11
    second = -sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), [*digits, first], strict=True)) % 11
    return f"{nine}{first}{second}" if first < 10 and second < 10 else None


def _end_of_month(day: datetime.date) -> datetime.date:
    following = (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return following - datetime.timedelta(days=1)
