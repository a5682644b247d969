"""What a claim says about itself, whichever operation lists it.

An answer is the body of aapnekrav or krav.
"""

from collections.abc import Iterator
from typing import Any

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError

from harness.contract.document import is_left_out
from scenarios.kravogbetalinger.relations import Body, Verdicts, amount, kroner, size_of, told, total, within

PAYMENTS_IN, COUNTERCLAIMS, PAYMENTS_OUT = "plassertInnbetaling", "plassertMotkrav", "plassertUtbetaling"

DUMMY_KID = "90066670000011"
"""Occurs in published examples and has no valid check digit."""

PERSON = 11
"""Number of digits of a person's identity number."""


def claims_of(body: Body) -> list[Body]:
    return [*body.get("aapentKravMedGjenstaaendeBeloep", []), *body.get("krav", [])]


def dues_of(body: Body) -> list[Body]:
    return [due for claim in claims_of(body) for due in claim["kravforfall"]]


def items_of(body: Body) -> list[Body]:
    """Every claim and payment of an answer."""
    payments = ("innbetalingMedUplassertBeloep", "innbetaling", "utbetaling")
    return [*claims_of(body), *(item for name in payments for item in body.get(name, []))]


def claim_is_sum_of_due_dates(body: Body) -> Verdicts:
    for claim in claims_of(body):
        for name in ("opprinneligBeloep", "gjenstaaendeBeloep"):
            parts = total(amount(due, name) for due in claim["kravforfall"])
            yield told(parts == amount(claim, name), f"{name} of a claim", kroner(parts), kroner(amount(claim, name)))


def remaining_is_within_original(body: Body) -> Verdicts:
    for kind, items in (("a claim", claims_of(body)), ("a due date", dues_of(body))):
        for item in items:
            original, remaining = amount(item, "opprinneligBeloep"), amount(item, "gjenstaaendeBeloep")
            expected = f"at most {kroner(original)} in absolute value, with the same sign"
            yield told(within(remaining, original), f"remaining of {kind}", expected, kroner(remaining))


def open_claim_has_something_left(body: Body) -> Verdicts:
    for claim in body.get("aapentKravMedGjenstaaendeBeloep", []):
        remaining = amount(claim, "gjenstaaendeBeloep")
        yield told(remaining != 0, "settled claim among the open ones", "an amount other than 0", kroner(remaining))


def remaining_is_original_less_placed(body: Body) -> Verdicts:
    """Per due date, as absolute values.

    A claim that was set off against another authority's is left out: the share of each of its due dates is not given.
    """
    for claim in claims_of(body):
        if "motregningAvKreditkrav" in claim:
            continue
        for due in claim["kravforfall"]:
            kinds = (PAYMENTS_IN, COUNTERCLAIMS, PAYMENTS_OUT)
            placed = total(size_of(due.get(kind, []), "plassertBeloep") for kind in kinds)
            expected = abs(amount(due, "opprinneligBeloep")) - placed
            given = abs(amount(due, "gjenstaaendeBeloep"))
            yield told(
                given == expected, "remaining of a due date after what is placed", kroner(expected), kroner(given)
            )


def interest_needs_something_left(body: Body) -> Verdicts:
    for claim in claims_of(body):
        if "stipulerteRenter" not in claim:
            continue
        interest, remaining = amount(claim, "stipulerteRenter"), amount(claim, "gjenstaaendeBeloep")
        shown = f"interest {kroner(interest)} on {kroner(remaining)}"
        yield told(interest <= 0 or remaining > 0, "interest without a remaining amount", "no interest", shown)
        if remaining == 0:
            yield told(interest == 0, "interest on a settled claim", "interest 0, or none", shown)


def placed_no_earlier_than_paid(body: Body) -> Verdicts:
    for due in dues_of(body):
        for payment in due.get(PAYMENTS_IN, []):
            if "plassertDato" in payment and "innbetalingsdato" in payment:
                held = payment["plassertDato"] >= payment["innbetalingsdato"]
                expected = f"{payment['innbetalingsdato']} or later"
                yield told(held, "payment placed before it came", expected, payment["plassertDato"])


def period_of_claim_is_a_term(body: Body) -> Verdicts:
    """For every claim in the answer, including counter-claims and credits that were paid out.

    Those with dates are value added tax; a two-month term has the number of its sixth of the year, and other lengths
    have no number to compare with.
    """
    for found in (each["kravperiode"] for each in _objects(body) if "kravperiode" in each):
        if "fraDato" not in found or "tilDato" not in found:
            continue
        first, last, shown = found["fraDato"], found["tilDato"], f"{found['fraDato']} to {found['tilDato']}"
        yield told(first <= last, "claim's period ends before it begins", "fraDato before tilDato", shown)
        if "aar" in found:
            held = first[:4] == last[:4] == found["aar"]
            yield told(held, "claim's period outside its year", f"dates in {found['aar']}", shown)
        term, month = found.get("terminTekniskNavn", ""), int(last[5:7])
        if term.isdecimal() and int(first[5:7]) + 1 == month and month % 2 == 0:
            yield told(int(term) == month // 2, "claim's term and dates", f"term {month // 2}", f"term {term}, {shown}")


def texts_have_one_entry_per_language(body: Body) -> Verdicts:
    for found in _objects(body):
        if "spraakTekst" in found:
            languages = [entry["spraak"] for entry in found["spraakTekst"]]
            yield told(bool(languages), "text without an entry", "at least one language", "none")
            yield told(len(set(languages)) == len(languages), "language twice", "each once", ", ".join(languages))


def items_belong_to_the_party(body: Body) -> Verdicts:
    """A sole proprietorship's answer also contains its owner's items, under a person's identity number."""
    for item in items_of(body):
        if "partIdentifikator" in item and not is_left_out(item["partIdentifikator"]):
            whose = item["partIdentifikator"]
            held = whose == body["partIdentifikator"] or (len(whose) == PERSON and whose.isdecimal())
            yield told(held, "another party's item", "the party asked about, or a person", "another organisation")


def kid_has_a_valid_digit(body: Body) -> Verdicts:
    for due in dues_of(body):
        kid = due["betalingsinformasjon"].get("kidnummer")
        if kid is not None and kid != DUMMY_KID and not is_left_out(kid):
            yield told(_passes(kid), "check digit of a KID", "a valid MOD10 or MOD11 digit", "another digit")


def iban_belongs_to_its_account(body: Body) -> Verdicts:
    for found in _objects(body):
        number = found.get("iban")
        if number is None or is_left_out(number) or not number.replace(" ", "").isalnum() or "x" in number.lower():
            continue
        yield told(_is_iban(number), "check digits of an IBAN", "a valid IBAN", "another number")
        account = found.get("kontonummer", "").replace(" ", "").replace(".", "")
        if account.isdecimal():
            held = number.replace(" ", "").endswith(account)
            yield told(held, "IBAN of another account", "an IBAN that ends in the account number", "another end")


def account_to_pay_to_is_in_clear(body: Body) -> Verdicts:
    for due in dues_of(body):
        account = due["betalingsinformasjon"].get("konto", {}).get("kontonummer")
        if account is not None and not is_left_out(account) and amount(due, "gjenstaaendeBeloep") > 0:
            digits = account.replace(" ", "").replace(".", "")
            held = len(digits) == PERSON and digits.isdecimal()
            yield told(held, "account to pay to", "11 digits, unmasked", "something else")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from _objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from _objects(child)


def _passes(kid: str) -> bool:
    """The issuer of a KID chooses MOD10 or MOD11 (Nets, OCR giro)."""
    body, last = kid[:-1], kid[-1:]
    return body.isdecimal() and (luhn.is_valid(kid) or _passes_mod11(body, last))


def _passes_mod11(body: str, last: str) -> bool:
    """Weights 2 to 7 from the right; where the check digit would be 10 it is written as a minus sign."""
    rest = -sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body))) % 11
    return last == ("-" if rest == 10 else str(rest))


def _is_iban(number: str) -> bool:
    try:
        iban.validate(number)
    except ValidationError:
        return False
    return True
