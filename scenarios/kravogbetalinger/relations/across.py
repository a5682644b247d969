"""What two answers say about the same thing.

Ids are not unique in an answer (a claim may be in two groups), so a thing matches if it equals any of the items with
its id. Fields are compared if both have them, because an optional one may be left out in one place. A missing list is
an empty one, except the sums per group, which are optional as a whole; missing interest is none. A payment without an
id (the model requires none) may be any payment of its day, so nothing is said about it.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from harness.contract.document import is_left_out
from scenarios.kravogbetalinger.relations import Body, Verdicts, amount, kroner, told

Key = tuple[str, str]

OPTIONAL_LISTS = frozenset({"oversiktPerKravgruppe"})
INTEREST = "stipulerteRenter"
OF_COVERED = {
    "kravforfallsdato": "forfallsdato",
    "opprinneligKravforfallsbeloep": "opprinneligBeloep",
    "gjenstaaendeKravforfallsbeloep": "gjenstaaendeBeloep",
}
"""The names of fields in a part of a payment, and those of the covered due date."""


def agree(one: Any, other: Any) -> bool:
    """Whether two values do not contradict each other: fields that only one of them has are ignored, and so is order.

    Values that a recording has left out do not contradict anything.
    """
    if is_left_out(one) or is_left_out(other):
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        alone = {name: one.get(name, other.get(name)) for name in one.keys() ^ other.keys()}
        if any(_says_something(name, value) for name, value in alone.items()):
            return False
        return all(agree(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return unmatched(one, other) == ([], [])
    if _is_number(one) and _is_number(other):
        return bool(one == other)
    return type(one) is type(other) and bool(one == other)


def unmatched(ones: Iterable[Any], others: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """The items of each side that are left after every item has been paired with one that agrees."""
    left, alone = list(others), []
    for item in ones:
        place = next((place for place, candidate in enumerate(left) if agree(item, candidate)), None)
        if place is None:
            alone.append(item)
        else:
            del left[place]
    return alone, left


def answers_agree(one: Body, other: Body) -> Verdicts:
    """Compares two whole answers; what is reported as differing are fields of the root."""
    fields = [name for name in one.keys() & other.keys() if not agree(one[name], other[name])]
    apart = {name: one.get(name, other.get(name)) for name in (one.keys() ^ other.keys()) - OPTIONAL_LISTS}
    differing = sorted(fields + [name for name, value in apart.items() if isinstance(value, list) and value])
    yield told(not differing, "answers differ", "the same data", f"another {', '.join(differing)}")


def key(claim: Body) -> Key:
    return claim["kravidentifikator"], claim["partIdentifikator"]


def claims_in_both_are_the_same(open_claims: Iterable[Body], claims: Iterable[Body]) -> Verdicts:
    namesakes = _by_key(open_claims)
    for claim in claims:
        if key(claim) in namesakes:
            held = any(agree(claim, other) for other in namesakes[key(claim)])
            fields = _differing(claim, namesakes[key(claim)][0])
            yield told(held, "claim differs between operations", "the same claim", f"another {', '.join(fields)}")


def claims_with_something_left_are_open(claims: Iterable[Body], open_claims: Iterable[Body]) -> Verdicts:
    known = _by_key(open_claims)
    for claim in claims:
        remaining = amount(claim, "gjenstaaendeBeloep")
        if remaining != 0:
            shown = f"missing, with {kroner(remaining)} left"
            yield told(key(claim) in known, "claim missing in aapnekrav", "the claim in aapnekrav", shown)


def open_claim_is_listed(claim: Body, claims: Iterable[Body]) -> Verdicts:
    """`claims` are those of krav in the years of the open claim's dates."""
    own = [other for other in claims if key(other) == key(claim)]
    yield told(bool(own), "open claim missing in krav", "the claim in krav for the years of its dates", "no such claim")
    if own:
        fields = _differing(claim, own[0])
        held = any(agree(claim, other) for other in own)
        yield told(held, "open claim differs in krav", "equal fields", f"another {', '.join(fields)}")


def placed_payment_names_the_claim(due: Body, placed: Body, payments: Iterable[Body]) -> Verdicts:
    """`placed` is a payment on a due date of a claim, `payments` are those of its day in innbetalinger."""
    listed = list(payments)
    own = [p for p in listed if p.get("innbetalingsidentifikator") == placed["innbetalingsIdentifikator"]]
    if not own and _are_named(listed):
        yield told(holds=False, aspect="placed payment missing", expected="the payment", actual="no such payment")
    if not own:
        return
    entries = [(payment, entry) for payment in own for entry in payment.get("plassertKrav", [])]
    named = [pair for pair in entries if pair[1]["kravforfallIdentifikator"] == due["kravforfallsIdentifikator"]]
    yield told(bool(named), "placed payment does not name the due date", "the due date in plassertKrav", "another")
    if named:
        held = any(_is_same_placement(placed, payment, entry) for payment, entry in named)
        expected = "the same absolute amount, dates, payer and type"
        yield told(held, "placed payment differs", expected, "none that agrees")


def covered_due_date_is_the_same(entry: Body, namesakes: Iterable[Body]) -> Verdicts:
    """`entry` is a part of a payment, `namesakes` the due dates with its id that claims show.

    Without any, nothing is said: a payment may cover a due date that no answer shows.
    """
    known = list(namesakes)
    if known:
        told_of = {of_due: entry[of_entry] for of_entry, of_due in OF_COVERED.items() if of_entry in entry}
        held = any(_has(due, told_of) for due in known)
        yield told(held, "covered due date differs", "the day and amounts that its claim shows", "others")


def counter_claim_is_the_same(placed: Body, namesakes: Iterable[tuple[Body, Body]]) -> Verdicts:
    """`placed` is a counter-claim on a due date, `namesakes` the due dates with its id, and the claims that show them.

    Its kravtype and description are not compared: in published examples they differ from those of the claim.
    """
    known = list(namesakes)
    if known:
        day = {name: placed[name] for name in ("forfallsdato",) if name in placed}
        period = {name: placed[name] for name in ("kravperiode",) if name in placed}
        held = any(_has(due, day) and _has(claim, period) for due, claim in known)
        yield told(held, "counter-claim differs", "the day and tax period that its claim shows", "others")


def paid_out_claim_is_listed(placed: Body, payments: Iterable[Body]) -> Verdicts:
    """`placed` is a payment out on a due date of a claim, `payments` are those of its day in utbetalinger."""
    wanted = {"utbetaltdato": placed["utbetaltDato"], "utbetaltBeloep": placed["utbetaltBeloep"]}
    own = [p for p in payments if p["utbetalingsidentifikator"] == placed["utbetalingsidentifikator"]]
    yield told(bool(own), "payment out missing", "the payment in utbetalinger", "no such payment")
    if own:
        held = any(_has(payment, wanted) for payment in own)
        yield told(held, "payment out differs", "the same day and amount", "another day or amount")


def payment_is_listed(payment: Body, payments: Iterable[Body]) -> Verdicts:
    """`payment` has an unplaced part, `payments` are those of its day in innbetalinger."""
    payments = list(payments)
    if not _are_named([payment, *payments]):
        return
    own = [p for p in payments if p.get("innbetalingsidentifikator") == payment.get("innbetalingsidentifikator")]
    yield told(bool(own), "unplaced payment missing", "the payment in innbetalinger", "no such payment")
    if own:
        held = any(agree(payment, other) for other in own)
        fields = _differing(payment, own[0])
        yield told(held, "unplaced payment differs", "the same payment", f"another {', '.join(fields)}")


def credit_is_a_claim(credit: Body, claims: Iterable[Body]) -> Verdicts:
    """`credit` is the basis of a payment out, `claims` are those of krav in the years around it."""
    ids = {due["kravforfallsIdentifikator"] for claim in claims for due in claim["kravforfall"]}
    held = credit["kravforfallidentifikator"] in ids
    yield told(held, "credit claim missing in krav", "its due date in krav", "no such due date")


def _is_same_placement(placed: Body, payment: Body, entry: Body) -> bool:
    same_size = abs(amount(placed, "plassertBeloep")) == abs(amount(entry, "plassertBeloep"))
    of_entry = {name: placed[name] for name in ("plassertDato",) if name in placed}
    of_payment = {n: placed[n] for n in ("innbetalingsdato", "innbetaltFra", "innbetalingstype") if n in placed}
    return same_size and _has(entry, of_entry) and _has(payment, of_payment)


def _has(thing: Body, wanted: Body) -> bool:
    return all(agree(thing[name], value) for name, value in wanted.items() if name in thing)


def _says_something(name: str, value: Any) -> bool:
    """Whether the absence of a field on one side contradicts its value on the other."""
    return (isinstance(value, list) and bool(value) and name not in OPTIONAL_LISTS) or (
        name == INTEREST and _is_number(value) and value != 0
    )


def _are_named(payments: Iterable[Body]) -> bool:
    return all("innbetalingsidentifikator" in payment for payment in payments)


def _by_key(claims: Iterable[Body]) -> dict[Key, list[Body]]:
    found: dict[Key, list[Body]] = {}
    for claim in claims:
        found.setdefault(key(claim), []).append(claim)
    return found


def _differing(one: Body, other: Body) -> list[str]:
    return sorted(name for name in one.keys() & other.keys() if not agree(one[name], other[name]))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)
