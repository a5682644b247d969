"""What two answers say of the same thing.

Ids are not unique in an answer (a claim may stand under two groups), so that a thing is what equals one of its
namesakes. Fields are compared where both have them: what is optional may be left out in one place.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from scenarios.kravogbetalinger.relations import Body, Verdicts, amount, kroner, told

Key = tuple[str, str]


def canonical(value: Any) -> Any:
    """A value in a form that is equal for equal values, order of lists and writing of amounts aside, and sortable."""
    if isinstance(value, dict):
        return ("object", tuple(sorted((name, canonical(child)) for name, child in value.items())))
    if isinstance(value, list):
        return ("list", tuple(sorted((canonical(child) for child in value), key=repr)))
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
        return ("number", str(number.normalize() if number else Decimal()))
    return (type(value).__name__, str(value))


def agree(one: Any, other: Any) -> bool:
    """Whether two values say nothing that contradicts: fields that only one has are passed over."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(agree(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        left = list(other)
        for item in one:
            match = next((candidate for candidate in left if agree(item, candidate)), None)
            if match is None:
                return False
            left.remove(match)
        return not left
    return canonical(one) == canonical(other)


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
            shown = f"not there, with {kroner(remaining)} left"
            yield told(key(claim) in known, "claim missing in aapnekrav", "the claim in aapnekrav", shown)


def placed_payment_names_the_claim(due: Body, placed: Body, payments: Iterable[Body]) -> Verdicts:
    """`placed` is a payment on a due date of a claim, `payments` those of its day in innbetalinger."""
    own = [p for p in payments if p.get("innbetalingsidentifikator") == placed["innbetalingsIdentifikator"]]
    if not own:
        yield told(holds=False, aspect="placed payment missing", expected="the payment", actual="no such payment")
        return
    entries = [(payment, entry) for payment in own for entry in payment.get("plassertKrav", [])]
    named = [pair for pair in entries if pair[1]["kravforfallIdentifikator"] == due["kravforfallsIdentifikator"]]
    yield told(bool(named), "placed payment does not name the due date", "the due date in plassertKrav", "another")
    if named:
        held = any(_is_same_placement(placed, payment, entry) for payment, entry in named)
        expected = "the same amount in size, dates, payer and type"
        yield told(held, "placed payment differs", expected, "none that agrees")


def paid_out_claim_is_listed(placed: Body, payments: Iterable[Body]) -> Verdicts:
    """`placed` is a payment out on a due date of a claim, `payments` those of its day in utbetalinger."""
    wanted = {"utbetaltdato": placed["utbetaltDato"], "utbetaltBeloep": placed["utbetaltBeloep"]}
    own = [p for p in payments if p["utbetalingsidentifikator"] == placed["utbetalingsidentifikator"]]
    yield told(bool(own), "payment out missing", "the payment in utbetalinger", "no such payment")
    if own:
        held = any(agree(wanted, payment) for payment in own)
        yield told(held, "payment out differs", "the same day and amount", "another day or amount")


def payment_is_listed(payment: Body, payments: Iterable[Body]) -> Verdicts:
    """`payment` is one with an unplaced part, `payments` those of its day in innbetalinger."""
    own = [p for p in payments if p.get("innbetalingsidentifikator") == payment.get("innbetalingsidentifikator")]
    yield told(bool(own), "unplaced payment missing", "the payment in innbetalinger", "no such payment")
    if own:
        names = ("innbetaltBeloep", "uplassertBeloep", "innbetalingsdato")
        wanted = {name: payment[name] for name in names if name in payment}
        held = any(agree(wanted, other) for other in own)
        yield told(held, "unplaced payment differs", "the same amounts", "other amounts")


def credit_is_a_claim(credit: Body, claims: Iterable[Body]) -> Verdicts:
    """`credit` is the basis of a payment out, `claims` those of the years around it in krav."""
    ids = {due["kravforfallsIdentifikator"] for claim in claims for due in claim["kravforfall"]}
    held = credit["kravforfallidentifikator"] in ids
    yield told(held, "credit claim missing in krav", "its due date in krav", "no such due date")


def _is_same_placement(placed: Body, payment: Body, entry: Body) -> bool:
    seen_from_claim = {
        "amount": abs(amount(placed, "plassertBeloep")),
        **{name: placed[name] for name in ("plassertDato",) if name in placed},
        **{n: placed[n] for n in ("innbetalingsdato", "innbetaltFra", "innbetalingstype") if n in placed},
    }
    seen_from_payment = {
        "amount": abs(amount(entry, "plassertBeloep")),
        **{name: entry[name] for name in ("plassertDato",) if name in entry},
        **{n: payment[n] for n in ("innbetalingsdato", "innbetaltFra", "innbetalingstype") if n in payment},
    }
    return agree(seen_from_claim, seen_from_payment)


def _by_key(claims: Iterable[Body]) -> dict[Key, list[Body]]:
    found: dict[Key, list[Body]] = {}
    for claim in claims:
        found.setdefault(key(claim), []).append(claim)
    return found


def _differing(one: Body, other: Body) -> list[str]:
    return sorted(name for name in one.keys() & other.keys() if not agree(one[name], other[name]))
