"""Shows a ledger as the API's four answers, with the field names of model 1.1.1 (2024-09-24).

Field names are not corrected: the API itself spells some of them differently in different places.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.sandbox.knobs import Knobs
from harness.sandbox.kravogbetalinger.ledger import Claim, DueDate, Ledger, Payment, Payout, Placement, TaxPeriod

Json = dict[str, Any]

OWN_ACCOUNTS: Mapping[str, Mapping[str, str]] = {
    "mva": {"kontonummer": "76940518888", "iban": "NO5876940518888", "swiftBIC": "DNBANOKK"},
    "skatteinnkreving": {"kontonummer": "76940524802", "iban": "NO42 7694 0524 802", "swiftBIC": "DNBANOKKXXX"},
}
"""Skatteetaten's own accounts, unmasked, with IBAN and BIC written as in the examples since 2023-08."""


@dataclass(frozen=True)
class Period:
    """The requested period."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True)
class Views:
    """The answers about one ledger on one day. Empty lists are left out."""

    ledger: Ledger
    today: datetime.date
    knobs: Knobs

    def aapnekrav(self) -> Json:
        claims = self.ledger.open_claims
        root = self._root() | _filled(
            aapentKravMedGjenstaaendeBeloep=[_claim(claim) for claim in claims if not claim.shielded],
            innbetalingMedUplassertBeloep=[_payment(payment) for payment in self.ledger.unplaced_payments],
        )
        if self.knobs["totals"] == "sent":
            root |= self.totals(claims)
        return self.shown(root)

    def krav(self, period: Period) -> Json:
        found = [claim for claim in self.ledger.claims if self.is_in(claim, period) and not claim.shielded]
        return self._of_period(period, krav=[_claim(claim) for claim in found])

    def innbetalinger(self, period: Period) -> Json:
        found = [payment for payment in self.ledger.payments if self.holds(period, payment.date)]
        return self._of_period(period, innbetaling=[_payment(payment) for payment in found])

    def utbetalinger(self, period: Period) -> Json:
        found = [payout for payout in self.ledger.payouts if self.holds(period, payout.date)]
        return self._of_period(period, utbetaling=[_payout(payout) for payout in found])

    def is_in(self, claim: Claim, period: Period) -> bool:
        """Whether a claim belongs to a period."""
        if self.knobs["krav-date"] == "forfall":
            return any(self.holds(period, due.due) for due in claim.due_dates)
        return self.holds(period, claim.created)

    def holds(self, period: Period, day: datetime.date) -> bool:
        """Whether a day belongs to a period, both ends included."""
        return period.first <= day <= period.last

    def _root(self) -> Json:
        partly = any(claim.shielded for claim in self.ledger.claims) and self.knobs["partly-shielded"] == "true"
        return {"partIdentifikator": self.ledger.party, "skjermet": self.ledger.shielded or partly}

    def _of_period(self, period: Period, **lists: list[Json]) -> Json:
        asked = {"periode": {"fraOgMed": period.first.isoformat(), "tilOgMed": period.last.isoformat()}}
        return self.shown(self._root() | asked | _filled(**lists))

    def shown(self, root: Json) -> Json:
        """For a shielded party, only the request's data and the flag `skjermet` remain."""
        if not self.ledger.shielded:
            return root
        return {name: root[name] for name in ("partIdentifikator", "periode", "skjermet") if name in root}

    def totals(self, claims: Iterable[Claim]) -> Json:
        groups: dict[str, list[Claim]] = {}
        for claim in claims:
            groups.setdefault(claim.gruppe, []).append(claim)
        rows = {gruppe: self._sums(members) for gruppe, members in groups.items()}
        unplaced = -sum(payment.unplaced for payment in self.ledger.payments)
        total = {name: sum(row[name] for row in rows.values()) for name in ("renter", "forfalte", "ikkeForfalte")}
        overview = {
            "sumStipulerteRenter": kroner(total["renter"]),
            "sumForfalteKrav": kroner(total["forfalte"]),
            "sumIkkeForfalteKrav": kroner(total["ikkeForfalte"]),
            "sumUplasserteInnbetalinger": kroner(unplaced),
            "saldo": kroner(sum(total.values()) + unplaced),
        }
        per_group = [
            {
                "kravgruppe": gruppe,
                "sumStipulerteRenter": kroner(row["renter"]),
                "sumForfalteKrav": kroner(row["forfalte"]),
                "sumIkkeForfalteKrav": kroner(row["ikkeForfalte"]),
                "saldo": kroner(sum(row.values())),
            }
            for gruppe, row in rows.items()
        ]
        return {"totalOversikt": overview} | _filled(oversiktPerKravgruppe=per_group)

    def _sums(self, claims: Iterable[Claim]) -> dict[str, int]:
        sums = {"renter": 0, "forfalte": 0, "ikkeForfalte": 0}
        for claim in claims:
            sums["renter"] += self._addend(claim.interest)
            for due in claim.due_dates:
                sums["forfalte" if self.is_overdue(due) else "ikkeForfalte"] += self._addend(due.remaining)
        return sums

    def is_overdue(self, due: DueDate) -> bool:
        return due.due < self.today or (due.due == self.today and self.knobs["due-today"] == "overdue")

    def _addend(self, amount: int) -> int:
        """One amount of a sum; in 2022 each was truncated to whole kroner (TOT8)."""
        return int(amount / 100) * 100 if self.knobs["oere"] == "cut" else amount


def kroner(amount: int) -> float:
    """Øre as kroner; a float writes two decimals back exactly as they were."""
    return amount / 100


def _filled(**lists: list[Json]) -> Json:
    return {name: items for name, items in lists.items() if items}


def text(words: str) -> Json:
    return {"spraakTekst": [{"tekst": words, "spraak": "nb"}]}


def _claim(claim: Claim) -> Json:
    shown: Json = {
        "partIdentifikator": claim.party,
        "kravidentifikator": claim.id,
        "kravtype": claim.kravtype,
        "opprinneligBeloep": kroner(claim.original),
        "gjenstaaendeBeloep": kroner(claim.remaining),
        "kravforfall": [_due_date(due) for due in sorted(claim.due_dates, key=lambda due: due.due)],
        "kravbeskrivelse": text(claim.text),
        "kravperiode": _tax_period(claim.period),
        "opprettelsesdatoForKrav": claim.created.isoformat(),
        "kravgruppe": claim.gruppe,
    }
    if claim.remaining or claim.system == "mva":
        shown["stipulerteRenter"] = kroner(claim.interest)
    if claim.principal is not None:
        shown["hovedstolKravidentifikator"] = claim.principal
    if claim.assessed is not None:
        shown["fastsettingsmaate"] = claim.assessed
    return shown


def _tax_period(period: TaxPeriod) -> Json:
    shown: Json = {"periodeBeskrivelse": text(period.text), "aar": f"{period.year:04}"}
    if period.term is not None:
        shown["terminTekniskNavn"] = period.term
    if period.first is not None and period.last is not None:
        shown |= {"fraDato": period.first.isoformat(), "tilDato": period.last.isoformat()}
    return shown


def _due_date(due: DueDate) -> Json:
    shown: Json = {
        "kravforfallsIdentifikator": due.id,
        "forfallsdato": due.due.isoformat(),
        "opprinneligBeloep": kroner(due.original),
        "gjenstaaendeBeloep": kroner(due.remaining),
        "betalingsinformasjon": _how_to_pay(due),
    }
    by_kind: Mapping[type, tuple[str, Callable[[Placement, DueDate], Json]]] = {
        Payment: ("plassertInnbetaling", _placed_payment),
        DueDate: ("plassertMotkrav", _placed_counter_claim),
        Payout: ("plassertUtbetaling", _placed_payout),
    }
    for placement in due.placements:
        name, show = by_kind[type(placement.source)]
        shown.setdefault(name, []).append(show(placement, due))
    return shown


def _how_to_pay(due: DueDate) -> Json:
    if due.original < 0:
        return {}
    return {
        "kidnummer": _with_mod11(due.id.removeprefix("FORF-").rjust(10, "0")),
        "konto": {"kontoeiersNavn": "SKATTEETATEN", **OWN_ACCOUNTS[due.claim.system]},
        "valutakode": "NOK",
    }


def _placed_payment(placement: Placement, due: DueDate) -> Json:
    payment = placement.source
    assert isinstance(payment, Payment)  # noqa: S101 - the caller chose by type
    sign = -1 if due.claim.system == "mva" else 1
    return {
        "innbetalingsIdentifikator": payment.id,
        "plassertBeloep": kroner(sign * placement.amount),
        "plassertDato": placement.date.isoformat(),
        "innbetalingsdato": payment.date.isoformat(),
        "innbetaltBeloep": kroner(-payment.amount),
        "innbetaltFra": _payer(payment),
        "innbetalingstype": payment.kind,
    }


def _placed_counter_claim(placement: Placement, due: DueDate) -> Json:
    counter = placement.source
    assert isinstance(counter, DueDate)  # noqa: S101 - the caller chose by type
    sign = -1 if due.original > 0 else 1
    return {
        "kravforfallsIdentifikator": counter.id,
        "plassertBeloep": kroner(sign * placement.amount),
        "plassertDato": placement.date.isoformat(),
        "kravbeskrivelse": text(counter.claim.text),
        "forfallsdato": counter.due.isoformat(),
        "kravperiode": _tax_period(counter.claim.period),
        "kravtype": counter.claim.kravtype,
    }


def _placed_payout(placement: Placement, due: DueDate) -> Json:  # noqa: ARG001 - one signature for the three kinds
    payout = placement.source
    assert isinstance(payout, Payout)  # noqa: S101 - the caller chose by type
    return {
        "utbetalingsidentifikator": payout.id,
        "utbetaltBeloep": kroner(payout.amount),
        "utbetaltDato": payout.date.isoformat(),
        "betaltTil": _recipient(payout),
        "plassertBeloep": kroner(placement.amount),
        "plassertDato": placement.date.isoformat(),
    }


def _payment(payment: Payment) -> Json:
    shown: Json = {
        "partIdentifikator": payment.party,
        "innbetalingsidentifikator": payment.id,
        "innbetalingsdato": payment.date.isoformat(),
        "innbetaltBeloep": kroner(-payment.amount),
        "uplassertBeloep": kroner(-payment.unplaced) if payment.unplaced else 0.0,
        "innbetaltFra": _payer(payment),
        "innbetalingstype": payment.kind,
    }
    if payment.system == "skatteinnkreving":
        shown["mottakersKontonummer"] = {"kontonummer": "63450624804"}
    return shown | _filled(plassertKrav=[_placed_claim(due, amount, day) for due, amount, day in payment.placed])


def _placed_claim(due: DueDate, amount: int, day: datetime.date) -> Json:
    return {
        "kravforfallIdentifikator": due.id,
        "plassertBeloep": kroner(amount),
        "plassertDato": day.isoformat(),
        "kravbeskrivelse": text(due.claim.text),
        "kravforfallsdato": due.due.isoformat(),
        "opprinneligKravforfallsbeloep": kroner(due.original),
        "gjenstaaendeKravforfallsbeloep": kroner(due.remaining),
    }


def _payout(payout: Payout) -> Json:
    return {
        "partIdentifikator": payout.party,
        "utbetalingsidentifikator": payout.id,
        "utbetaltdato": payout.date.isoformat(),
        "utbetaltBeloep": kroner(payout.amount),
        "betaltTil": _recipient(payout),
        "grunnlagForUtbetaling": {"kreditKrav": [_credit(due, amount) for due, amount in payout.sources]},
        "utbetalingstatus": "bekreftet" if payout.confirmed else "underUtbetaling",
    }


def _credit(due: DueDate, amount: int) -> Json:
    return {
        "kravforfallidentifikator": due.id,
        "kravbeskrivelse": text(due.claim.text),
        "kravtype": due.claim.kravtype,
        "kravperiode": _tax_period(due.claim.period),
        "opprinneligBeloep": kroner(due.original),
        "gjenstaaendeBeloep": kroner(due.remaining),
        "utbetaltBeloep": kroner(amount),
    }


def _payer(payment: Payment) -> Json:
    """The payer's account with its first six digits masked, as in examples since 2023-08, and a scanned KID."""
    account = {"kontonummer": "*" * 6 + payment.account[-5:], "kontoeiersNavn": payment.payer}
    kid = {"kidnummer": _with_mod11(payment.id.removeprefix("INN-"))} if payment.kind == "Innbetalt OCR" else {}
    return {**kid, "konto": account, "valutakode": "NOK"}


def _recipient(payout: Payout) -> Json:
    """Three digits of the account and six x's, as in examples since 2023-10."""
    account = {"kontonummer": f"{payout.account[:3]}xxxxxx", "kontoeiersNavn": payout.recipient}
    return {"konto": account, "valutakode": "NOK"}


def _with_mod11(digits: str) -> str:
    """A KID with its MOD11 check digit. A remainder of 10 would need a dash, so such numbers are changed."""
    weights = (2, 3, 4, 5, 6, 7)
    total = sum(int(digit) * weights[i % 6] for i, digit in enumerate(reversed(digits)))
    check = -total % 11
    return f"{digits}{check}" if check < 10 else _with_mod11(f"1{digits}")
