"""The recipient of payments: account and KID."""

from collections.abc import Iterator

from stdnum import luhn
from stdnum.no import kontonr

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission

BETALING = "$.betalingsinformasjon"


def is_kid(kid: str) -> bool:
    """2 to 25 digits, the last a check digit by MOD10 or MOD11; "-" stands for a check digit of ten."""
    body, check = kid[:-1], kid[-1:]
    if not (body.isascii() and body.isdigit() and 2 <= len(kid) <= 25):
        return False
    remainder = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body))) % 11
    by_mod11 = "0" if remainder == 0 else "-" if remainder == 1 else str(11 - remainder)
    return check == by_mod11 or (check.isascii() and check.isdigit() and bool(luhn.is_valid(kid)))


def _is_account(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) == 11 and bool(kontonr.is_valid(number))


@rule(
    "MANGELFULLE_KONTOOPPLYSNINGER",
    "Kontoopplysningene er tomme.",
    "Oppgi minst én opplysning om kontoen.",
)
def mangelfulle_kontoopplysninger(submission: Submission) -> Iterator[str]:
    account = submission.begjaering.betalingsinformasjon.kontoinformasjon
    if not any((value or "").strip() for _, value in account):
        yield f"{BETALING}.kontoinformasjon"


@rule("UGYLDIG_KID", "KID-nummeret er ugyldig.", "Kontroller KID-nummeret: formatet eller kontrollsifferet er feil.")
def ugyldig_kid(submission: Submission) -> Iterator[str]:
    kid = submission.begjaering.betalingsinformasjon.kidnummer
    if kid is not None and not is_kid(kid):
        yield f"{BETALING}.kidnummer"


@rule(
    "UGYLDIG_KONTONR",
    "Kontonummeret er ugyldig.",
    "Kontroller kontonummeret: formatet eller kontrollsifferet er feil.",
)
def ugyldig_kontonr(submission: Submission) -> Iterator[str]:
    """Only the form of Norwegian accounts is known."""
    payment = submission.begjaering.betalingsinformasjon
    number = payment.kontoinformasjon.kontonummer
    if payment.norskKonto and number is not None and not _is_account(number):
        yield f"{BETALING}.kontoinformasjon.kontonummer"
