"""The enforcement bases, their notices, and the attachments that prove them."""

from collections.abc import Iterator

from scenarios.utleggsbegjaering.request_rules.reading import bases_of, claims_of, leaves_of, listed, representatives_of
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json, Path, Rule, left_open


def notices(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Each basis has its notice, or a reason for its absence."""
    for at, basis in bases_of(begjaering):
        found = {notice["type"] for _, notice in listed(basis, "varsel", at)}
        section, kind = ("18", "særlig") if basis.get("saerligTvangsgrunnlag") is not None else ("19", "alminnelig")
        if f"varselTvfbl4{section}" not in found and "begrunnelseUnnlatVarsel" not in basis:
            text = f"{kind} tvangsgrunnlag without varselTvfbl4{section} and without begrunnelseUnnlatVarsel"
            yield Finding(f"PARAGRAF_4_{section}_VARSEL_PAAKREVET", at, text)


def words_for_the_conciliation_board(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """What a skriftligMeddelelse must say for the conciliation board.

    A combined begjæring must say whether the board may take the case; the page does not say whether a plain utlegg must
    too, so for that it is a warning.
    """
    is_combined = begjaering.get("tvangsfullbyrdelsestype") == "utleggOgForliksklageKombinert"
    for at, basis in bases_of(begjaering):
        written = (basis.get("saerligTvangsgrunnlag") or {}).get("skriftligMeddelelse")
        if written is None:
            continue
        place = (*at, "saerligTvangsgrunnlag", "skriftligMeddelelse")
        if "kanBehandlesIForliksraadet" not in written:
            kode, text = "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET", "kanBehandlesIForliksraadet is missing"
            if is_combined:
                yield Finding(kode, place, text)
            else:
                yield left_open(place, f"{text}: a service may answer {kode}, even for a plain utlegg")
        if is_combined and not written.get("paastand", "").strip():
            yield Finding("PAASTAND_PAAKREVET", place, "a combined begjæring needs a paastand")


def attachment_types(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Each place requires its type of attachment, and every reference a uuid."""
    for at, kind, attachment in _roles(begjaering):
        if attachment["type"] != kind:
            kode = f"UGYLDIG_VEDLEGG_{kind.upper()}"
            yield Finding(kode, (*at, "type"), f"the type must be {kind} here, not {attachment['type']}")
    for at, value in leaves_of(begjaering, ()):
        if at[-1] == "uuid" and not str(value).strip():
            yield Finding("VEDLEGG_SKAL_HA_UUID", at, "the uuid is empty")


def _roles(begjaering: Json) -> Iterator[tuple[Path, str, Json]]:
    for at, claim in claims_of(begjaering):
        for name, kind in (
            ("betalingsoppfordring", "betalingsoppfordring"),
            ("transporterklaering", "transporterklæring"),
        ):
            for here, part in listed(claim, name, at):
                yield (*here, name), kind, part[name]
    for at, representative in representatives_of(begjaering):
        if "fullmakt" in representative:
            yield (*at, "fullmakt", "fullmakt"), "fullmakt", representative["fullmakt"]["fullmakt"]
    for at, basis in bases_of(begjaering):
        yield (*at, "tvangsgrunnlag"), "tvangsgrunnlag", basis["tvangsgrunnlag"]
        for here, notice in listed(basis, "varsel", at):
            yield (*here, "tvangskraftgrunnlag"), "tvangskraftgrunnlag", notice["tvangskraftgrunnlag"]


RULES: tuple[Rule, ...] = (
    notices,
    words_for_the_conciliation_board,
    attachment_types,
)
