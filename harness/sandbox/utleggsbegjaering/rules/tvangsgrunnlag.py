"""The enforcement bases and their notices."""

from collections.abc import Iterator

from harness.sandbox.utleggsbegjaering.model.grounds import BegjaeringensTvangsgrunnlag
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import TVANGSGRUNNLAG, Submission

NOTICE = "saerligTvangsgrunnlag.skriftligMeddelelse"


def _each_basis(submission: Submission) -> Iterator[tuple[str, BegjaeringensTvangsgrunnlag]]:
    for position, basis in enumerate(submission.begjaering.begjaeringensTvangsgrunnlag):
        yield f"{TVANGSGRUNNLAG}[{position}]", basis


def _lacks(basis: BegjaeringensTvangsgrunnlag, kind: str) -> bool:
    """Whether there is neither a notice of this kind nor a reason for its absence."""
    return basis.begrunnelseUnnlatVarsel is None and all(varsel.type != kind for varsel in basis.varsel)


@rule(
    "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET",
    "Det er ikke oppgitt om saken kan behandles i forliksrådet.",
    "Oppgi kanBehandlesIForliksraadet for en skriftlig meddelelse.",
)
def kan_behandles_i_forliksraadet_paakrevet(submission: Submission) -> Iterator[str]:
    """The page (table of conditions, 2025-05) does not say whether this depends on the type of begjæring: a knob."""
    notices = [(path, basis.skriftlig_meddelelse) for path, basis in _each_basis(submission)]
    silent = [path for path, notice in notices if notice is not None and notice.kanBehandlesIForliksraadet is None]
    if silent and submission.begjaering.tvangsfullbyrdelsestype in submission.asked_for_forliksraadet():
        yield from (f"{path}.{NOTICE}.kanBehandlesIForliksraadet" for path in silent)


@rule(
    "PAASTAND_PAAKREVET",
    "Påstand mangler.",
    "En kombinert begjæring og forliksklage skal ha en påstand.",
)
def paastand_paakrevet(submission: Submission) -> Iterator[str]:
    if submission.begjaering.tvangsfullbyrdelsestype != "utleggOgForliksklageKombinert":
        return
    for path, basis in _each_basis(submission):
        notice = basis.skriftlig_meddelelse
        if notice is not None and not (notice.paastand or "").strip():
            yield f"{path}.{NOTICE}.paastand"


@rule(
    "PARAGRAF_4_18_VARSEL_PAAKREVET",
    "Varsel etter tvangsfullbyrdelsesloven § 4-18 mangler.",
    "Et særlig tvangsgrunnlag skal ha varsel etter § 4-18, eller en begrunnelse for at det mangler.",
)
def paragraf_4_18_varsel_paakrevet(submission: Submission) -> Iterator[str]:
    for path, basis in _each_basis(submission):
        if basis.saerligTvangsgrunnlag is not None and _lacks(basis, "varselTvfbl418"):
            yield f"{path}.varsel"


@rule(
    "PARAGRAF_4_19_VARSEL_PAAKREVET",
    "Varsel etter tvangsfullbyrdelsesloven § 4-19 mangler.",
    "Tvangsgrunnlaget skal ha varsel etter § 4-19, eller en begrunnelse for at det mangler.",
)
def paragraf_4_19_varsel_paakrevet(submission: Submission) -> Iterator[str]:
    """For a general basis: the published trigger of § 4-18 leaves a special basis without any notice."""
    for path, basis in _each_basis(submission):
        if basis.alminneligTvangsgrunnlag is not None and _lacks(basis, "varselTvfbl419"):
            yield f"{path}.varsel"
