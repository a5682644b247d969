"""What a change may alter, and when a case can be changed."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Earlier, Submission

CASE = "path:eksternSaksreferanse"


def _earlier(submission: Submission) -> Earlier:
    """The case; rules of this theme are checked for changes only."""
    if submission.earlier is None:
        raise LookupError("a change has a case")
    return submission.earlier


def _sender(begjaering: Utleggsbegjaering) -> tuple[object, ...] | None:
    return begjaering.innsender.innsender.key if begjaering.innsender else None


@rule(
    "UAVKLART_STATUS",
    "En tidligere innsending i saken er ikke behandlet ennå.",
    "Prøv igjen senere.",
    level="state",
    only_for_changes=True,
    stops=True,
)
def uavklart_status(submission: Submission) -> Iterator[str]:
    if not _earlier(submission).is_processed:
        yield CASE


@rule(
    "UGYLDIG_STATUS",
    "Saken kan ikke lenger endres.",
    "Saken er kommet for langt til at begjæringen kan endres.",
    level="state",
    only_for_changes=True,
    stops=True,
)
def ugyldig_status(submission: Submission) -> Iterator[str]:
    if not _earlier(submission).takes_changes:
        yield CASE


@rule(
    "ULOVLIG_ENDRING_BEGJAERINGSDATO",
    "Begjæringsdatoen er endret.",
    "Begjæringsdatoen kan ikke endres.",
    level="state",
    only_for_changes=True,
)
def ulovlig_endring_begjaeringsdato(submission: Submission) -> Iterator[str]:
    if submission.begjaering.begjaeringsdato != _earlier(submission).begjaering.begjaeringsdato:
        yield "$.begjaeringsdato"


@rule(
    "ULOVLIG_ENDRING_INNSENDER",
    "Innsender er endret.",
    "Innsender kan ikke endres.",
    level="state",
    only_for_changes=True,
)
def ulovlig_endring_innsender(submission: Submission) -> Iterator[str]:
    """A missing sender is reported by another condition."""
    sender = _sender(submission.begjaering)
    if sender is not None and sender != _sender(_earlier(submission).begjaering):
        yield "$.innsender.innsender"


@rule(
    "ULOVLIG_ENDRING_SAKSOEKER",
    "Saksøker er endret.",
    "Saksøker kan ikke endres.",
    level="state",
    only_for_changes=True,
)
def ulovlig_endring_saksoeker(submission: Submission) -> Iterator[str]:
    before = {party.saksoeker.key for party in _earlier(submission).begjaering.saksoeker}
    if {actor.key for _, actor in submission.claimants} != before:
        yield "$.saksoeker"


@rule(
    "ULOVLIG_ENDRING_SAKSOEKT",
    "Endringen legger til en saksøkt som ikke kan behandles etter nytt regelverk.",
    "Send endringen på papir.",
    level="state",
    only_for_changes=True,
)
def ulovlig_endring_saksoekt(submission: Submission) -> Iterator[str]:
    before = {party.saksoekt.key for party in _earlier(submission).begjaering.saksoekt}
    for path, actor in submission.debtors:
        number = actor.identifikator.norwegian if actor.identifikator else None
        is_locked = number is not None and submission.register.has_old_rules(number, submission.today)
        if is_locked and actor.key not in before:
            yield path


@rule(
    "ULOVLIG_ENDRING_UNDERSKRIFT",
    "Underskriften er endret.",
    "Underskriften kan ikke endres.",
    level="state",
    only_for_changes=True,
)
def ulovlig_endring_underskrift(submission: Submission) -> Iterator[str]:
    if submission.begjaering.underskrift != _earlier(submission).begjaering.underskrift:
        yield "$.underskrift"
