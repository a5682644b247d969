"""The enforcement bases, their notices, and the attachments that prove them."""

from collections.abc import Iterator

from scenarios.utleggsbegjaering.request_rules.reading import bases_of, claims_of, leaves_of, listed, representatives_of
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json, Path, Rule


def enforcement_bases(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Notices, and what a combined begjæring must say for the conciliation board."""
    combined = begjaering["tvangsfullbyrdelsestype"] == "utleggOgForliksklageKombinert"
    for at, basis in bases_of(begjaering):
        notices = {notice["type"] for _, notice in listed(basis, "varsel", at)}
        special = basis.get("saerligTvangsgrunnlag")
        section, kind = ("18", "særlig") if special is not None else ("19", "alminnelig")
        if f"varselTvfbl4{section}" not in notices and "begrunnelseUnnlatVarsel" not in basis:
            text = f"{kind} tvangsgrunnlag without varselTvfbl4{section} and without begrunnelseUnnlatVarsel"
            yield Finding(f"PARAGRAF_4_{section}_VARSEL_PAAKREVET", at, text)
        written = (special or {}).get("skriftligMeddelelse")
        if written is None:
            continue
        place = (*at, "saerligTvangsgrunnlag", "skriftligMeddelelse")
        # Whatever the type of the begjæring: it is not among the paths of this condition, as it is for paastand.
        if "kanBehandlesIForliksraadet" not in written:
            text = "kanBehandlesIForliksraadet is missing"
            yield Finding("KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET", place, text)
        if combined and not written.get("paastand", "").strip():
            yield Finding("PAASTAND_PAAKREVET", place, "a combined begjæring has a paastand")


def attachment_types(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Each place wants its type of attachment, and every reference a uuid."""
    for at, kind, attachment in _roles(begjaering):
        if attachment["type"] != kind:
            kode = f"UGYLDIG_VEDLEGG_{kind.upper()}"
            yield Finding(kode, (*at, "type"), f"{kind} in this place, not {attachment['type']}")
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
    enforcement_bases,
    attachment_types,
)
