"""The attachments that a request cites.

For each attachment, the first of these faults hides the rest: no uuid, not available, under another reference, failed,
not ready (dossier, section 7).
"""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Cited, Submission

FAILED = frozenset({"valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"})
PENDING = frozenset({"mottatt", "virussjekket", "validert"})


def _of_wrong_type(submission: Submission, required: str) -> Iterator[str]:
    for cited in submission.cited:
        if cited.required == required and cited.vedlegg.type != required:
            yield f"{cited.path}.type"


def _first_fault(submission: Submission, cited: Cited) -> str | None:
    if not cited.vedlegg.uuid:
        return "no uuid"
    attachment, tilstand = submission.attachments.get(cited.vedlegg.uuid, (None, None))
    # Another sender's upload is treated as missing: a request must not reveal whether it exists.
    if attachment is None or attachment.innsender != submission.organisation:
        return "not available"
    if tilstand in {"inneholderVirus", "slettet", "kassert"}:
        return "not available"
    own = submission.earlier.saksreferanse if submission.earlier else submission.duplicate
    # If a request has no reference, an attachment belongs to the first case that cites it.
    reference = submission.begjaering.innsenderReferanse
    is_ours = reference is None or attachment.innsenderReferanse == reference
    if not is_ours or attachment.sak not in {None, own}:
        return "another request"
    return "failed" if tilstand in FAILED else "not ready" if tilstand in PENDING else None


def _with_fault(submission: Submission, fault: str) -> Iterator[str]:
    for cited in submission.cited:
        if _first_fault(submission, cited) == fault:
            yield f"{cited.path}.uuid"


@rule(
    "UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING",
    "Vedlegget til en betalingsoppfordring har feil type.",
    "Typen skal være betalingsoppfordring.",
)
def ugyldig_vedlegg_betalingsoppfordring(submission: Submission) -> Iterator[str]:
    yield from _of_wrong_type(submission, "betalingsoppfordring")


@rule("UGYLDIG_VEDLEGG_FULLMAKT", "Vedlegget til en fullmakt har feil type.", "Typen skal være fullmakt.")
def ugyldig_vedlegg_fullmakt(submission: Submission) -> Iterator[str]:
    yield from _of_wrong_type(submission, "fullmakt")


@rule(
    "UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING",
    "Vedlegget til en transporterklæring har feil type.",
    "Typen skal være transporterklæring.",
)
def ugyldig_vedlegg_transporterklaering(submission: Submission) -> Iterator[str]:
    yield from _of_wrong_type(submission, "transporterklæring")


@rule(
    "UGYLDIG_VEDLEGG_TVANGSGRUNNLAG",
    "Vedlegget til et tvangsgrunnlag har feil type.",
    "Typen skal være tvangsgrunnlag.",
)
def ugyldig_vedlegg_tvangsgrunnlag(submission: Submission) -> Iterator[str]:
    yield from _of_wrong_type(submission, "tvangsgrunnlag")


@rule(
    "UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG",
    "Vedlegget til et varsel har feil type.",
    "Typen skal være tvangskraftgrunnlag.",
)
def ugyldig_vedlegg_tvangskraftgrunnlag(submission: Submission) -> Iterator[str]:
    yield from _of_wrong_type(submission, "tvangskraftgrunnlag")


@rule("VEDLEGG_SKAL_HA_UUID", "Et vedlegg mangler uuid.", "Oppgi uuid-en fra opplastingen.")
def vedlegg_skal_ha_uuid(submission: Submission) -> Iterator[str]:
    yield from _with_fault(submission, "no uuid")


@rule(
    "VEDLEGG_SKAL_VAERE_TILGJENGELIG",
    "Et vedlegg er ikke tilgjengelig.",
    "Vedlegget finnes ikke, er slettet eller kassert, eller inneholder virus. Last det opp på nytt.",
    level="state",
)
def vedlegg_skal_vaere_tilgjengelig(submission: Submission) -> Iterator[str]:
    yield from _with_fault(submission, "not available")


@rule(
    "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN",
    "Et vedlegg hører til en annen begjæring.",
    "Last opp vedlegget med innsenderreferansen til denne begjæringen.",
    level="state",
)
def vedlegg_skal_ha_referanse_til_begjaeringen(submission: Submission) -> Iterator[str]:
    yield from _with_fault(submission, "another request")


@rule(
    "VEDLEGG_SKAL_IKKE_HA_FEILET",
    "Et vedlegg kunne ikke valideres eller konverteres.",
    "Last opp vedlegget på nytt, eller i et annet format.",
    level="state",
)
def vedlegg_skal_ikke_ha_feilet(submission: Submission) -> Iterator[str]:
    yield from _with_fault(submission, "failed")


@rule(
    "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "Et vedlegg er ikke ferdig behandlet.",
    "Vent til vedlegget er virussjekket, validert og konvertert.",
    level="state",
)
def vedlegg_skal_vaere_ferdig_behandlet(submission: Submission) -> Iterator[str]:
    yield from _with_fault(submission, "not ready")
