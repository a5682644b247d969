"""What a payment says about itself, whichever operation lists it."""

from scenarios.kravogbetalinger.relations import Body, Verdicts, amount, kroner, size_of, told, within

UNPLACED = "innbetalingMedUplassertBeloep"


def payments_in(body: Body) -> list[Body]:
    return [*body.get(UNPLACED, []), *body.get("innbetaling", [])]


def unplaced_is_within_payment(body: Body) -> Verdicts:
    for payment in payments_in(body):
        if "uplassertBeloep" in payment and "innbetaltBeloep" in payment:
            paid, unplaced = amount(payment, "innbetaltBeloep"), amount(payment, "uplassertBeloep")
            expected = f"at most {kroner(paid)} in absolute value, with the same sign"
            yield told(within(unplaced, paid), "unplaced part of a payment", expected, kroner(unplaced))


def payment_is_placed_or_unplaced(body: Body) -> Verdicts:
    """As absolute values. A payment that was set off against another authority's claim is left out."""
    for payment in payments_in(body):
        known = "uplassertBeloep" in payment and "innbetaltBeloep" in payment
        if not known or "motregningAvInnbetaling" in payment:
            continue
        parts = size_of(payment.get("plassertKrav", []), "plassertBeloep") + abs(amount(payment, "uplassertBeloep"))
        parts += size_of(payment.get("plassertUtbetaling", []), "utbetaltBeloep")
        paid = abs(amount(payment, "innbetaltBeloep"))
        yield told(parts == paid, "parts of a payment", kroner(paid), kroner(parts))


def placed_part_is_what_the_claim_lost(body: Body) -> Verdicts:
    for payment in payments_in(body):
        for placed in payment.get("plassertKrav", []):
            part = amount(placed, "plassertBeloep")
            yield told(part > 0, "part placed on a claim", "more than 0", kroner(part))
            if "opprinneligKravforfallsbeloep" in placed and "gjenstaaendeKravforfallsbeloep" in placed:
                original = abs(amount(placed, "opprinneligKravforfallsbeloep"))
                lost = original - abs(amount(placed, "gjenstaaendeKravforfallsbeloep"))
                yield told(part <= lost, "part larger than the claim lost", f"at most {kroner(lost)}", kroner(part))


def unplaced_payment_has_something_left(body: Body) -> Verdicts:
    for payment in body.get(UNPLACED, []):
        if "uplassertBeloep" in payment:
            unplaced = amount(payment, "uplassertBeloep")
            yield told(unplaced != 0, "placed payment among the unplaced", "an amount other than 0", kroner(unplaced))


def payment_out_is_sum_of_its_parts(body: Body) -> Verdicts:
    """If a payment that is paid back does not say how much of it is, the sum is unknown."""
    for payment in body.get("utbetaling", []):
        credits_, back = _parts_of(payment)
        if all("utbetaltBeloep" in item for item in back) and (credits_ or back):
            parts = size_of(credits_, "utbetaltBeloep") + size_of(back, "utbetaltBeloep")
            paid = abs(amount(payment, "utbetaltBeloep"))
            yield told(parts == paid, "parts of a payment out", kroner(paid), kroner(parts))


def payment_out_has_a_basis(body: Body) -> Verdicts:
    for payment in body.get("utbetaling", []):
        yield told(any(_parts_of(payment)), "basis of a payment out", "what it is paid out of", "nothing")


def credit_is_paid_out_and_remains_a_credit(body: Body) -> Verdicts:
    for payment in body.get("utbetaling", []):
        for credit in _parts_of(payment)[0]:
            paid, remaining = amount(credit, "utbetaltBeloep"), amount(credit, "gjenstaaendeBeloep")
            yield told(paid > 0, "what is paid out of a credit claim", "more than 0", kroner(paid))
            yield told(remaining <= 0, "what remains of a credit claim", "0 or less", kroner(remaining))


def credit_covers_its_payment(body: Body) -> Verdicts:
    """A credit may be paid out in several parts, or partly set off: it is at least what was paid out of it."""
    for payment in body.get("utbetaling", []):
        for credit in _parts_of(payment)[0]:
            original = amount(credit, "opprinneligBeloep")
            told_of = abs(amount(credit, "utbetaltBeloep")) + abs(amount(credit, "gjenstaaendeBeloep"))
            yield told(original < 0, "sign of a credit claim", "below 0", kroner(original))
            expected = f"at most {kroner(abs(original))} paid out and remaining"
            yield told(told_of <= abs(original), "credit smaller than its payment", expected, kroner(told_of))


def _parts_of(payment: Body) -> tuple[list[Body], list[Body]]:
    basis = payment["grunnlagForUtbetaling"]
    return basis.get("kreditKrav", []), basis.get("tilbakebetalingAv", [])
