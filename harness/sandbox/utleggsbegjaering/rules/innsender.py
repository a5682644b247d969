"""The sender. The first broken condition hides the others (dossier, section 7)."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission

ORGANISATION = "$.innsender.innsender.virksomhet.identifikator"


def _first_fault(submission: Submission) -> str | None:
    innsender = submission.begjaering.innsender
    if innsender is None:
        return "missing"
    if innsender.innsender.virksomhet is None:
        return "no organisation"
    number = innsender.innsender.virksomhet.identifikator.norwegian
    if number is None or len(number) != 9 or not submission.register.knows(number):
        return "not identifiable"
    return None if number == submission.organisation else "another than the token's"


@rule("INNSENDER_MANGLER", "Innsender mangler.", "En begjæring skal ha en innsender.")
def innsender_mangler(submission: Submission) -> Iterator[str]:
    if _first_fault(submission) == "missing":
        yield "$.innsender"


@rule(
    "INNSENDER_IKKE_ORGANISASJON",
    "Innsender er ikke en virksomhet.",
    "En person eller en sammenslutning kan ikke sende inn en begjæring.",
)
def innsender_ikke_organisasjon(submission: Submission) -> Iterator[str]:
    if _first_fault(submission) == "no organisation":
        yield "$.innsender.innsender"


@rule(
    "INNSENDER_IKKE_IDENTIFISERBAR",
    "Innsender kan ikke identifiseres.",
    "Virksomheten som sender inn, finnes ikke i registeret.",
    level="register",
)
def innsender_ikke_identifiserbar(submission: Submission) -> Iterator[str]:
    if _first_fault(submission) == "not identifiable":
        yield ORGANISATION


@rule(
    "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING",
    "Innsender er en annen enn den innloggede virksomheten.",
    "Organisasjonsnummeret til innsender skal være det som tokenet gjelder.",
)
def innsender_samsvarer_ikke_med_autentisering(submission: Submission) -> Iterator[str]:
    if _first_fault(submission) == "another than the token's":
        yield f"{ORGANISATION}.taxIdentificationNumber"
