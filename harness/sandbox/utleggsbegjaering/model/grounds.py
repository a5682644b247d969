# ruff: noqa: N815, RUF012 - wire names; pydantic copies a default
"""The enforcement bases of a request, and their notices."""

from typing import Annotated, Any, Literal

from pydantic import model_validator
from pydantic_core.core_schema import ValidationInfo

from harness.sandbox.utleggsbegjaering.model.attachment import Vedlegg
from harness.sandbox.utleggsbegjaering.model.parties import AdresseInnland, AdresseUtland, Partsidentifikator
from harness.sandbox.utleggsbegjaering.model.values import (
    Dato,
    Filled,
    FilledOrCondition,
    Message,
    Tekst,
    dialect,
    exactly_one_of,
    problem,
)

Forsendelsesmaate = Literal["eBoks", "altinn", "digipost", "eFaktura", "alminneligPostMenIRetur", "alminneligPost"]


class AlternativElektroniskKanal(Message):
    """Another channel that the recipient agreed to."""

    kanalForMeddelelse: Tekst
    akseptKanalvalg: Vedlegg


class Varsel(Message):
    """A notice of enforcement (Tvangskraftgrunnlag until 1.1)."""

    type: Literal["varselTvfbl418", "varselTvfbl419"]
    dato: Dato
    tvangskraftgrunnlag: Vedlegg
    forsendelsemaateType: Forsendelsesmaate | None = None
    alternativElektroniskForsendelsesmaate: AlternativElektroniskKanal | None = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - any JSON
        """Accepts the channel under its name in the dialect."""
        if not isinstance(value, dict):
            return value
        name = dialect(info).varsel_name
        if name == "forsendelsemaateType":
            return value
        renamed = {key: part for key, part in value.items() if key not in {name, "forsendelsemaateType"}}
        return renamed | ({"forsendelsemaateType": value[name]} if name in value else {})

    @model_validator(mode="after")
    def _one_channel(self, info: ValidationInfo) -> "Varsel":
        channels = (self.forsendelsemaateType, self.alternativElektroniskForsendelsesmaate)
        count = sum(channel is not None for channel in channels)
        if count > 1 or (count == 0 and dialect(info).varsel_channel == "required"):
            names = f"{dialect(info).varsel_name}, alternativElektroniskForsendelsesmaate"
            raise problem(f"nøyaktig ett av {names} må oppgis")
        return self


class DomsslutningInformasjon(Message):
    """What a judgment orders."""

    oppfyllelsesfrist: Dato
    forkynnelsesdato: Dato | None = None
    forpliktet: Annotated[list[Partsidentifikator], Filled]
    berettiget: Annotated[list[Partsidentifikator], Filled]


class AlminneligTvangsgrunnlag(Message):
    """A general basis: a judgment or its equivalent."""

    type: Literal[
        "domEllerKjennelse",
        "avgjørelseSomHarVirkningSomDom",
        "forelegg",
        "voldgiftsdom",
        "avgjørelseAvUtenlandskDomstolKonvensjon",
        "avgjørelseAvUtenlandskDomstol",
        "avgjørelseAvInternasjonalDomstol",
        "rettsforlik",
    ]
    domsslutningInformasjon: list[DomsslutningInformasjon] = []


class TvangsmulktEllerLovbestemmelse(Message):
    """A fine, or a claim that is enforceable by statute."""

    type: Literal["tvangsmulkt", "lovbestemmelse"]
    juridiskGrunnlag: Tekst | None = None
    vedtakendeMyndighet: Partsidentifikator | None = None


class MaateForMeddelelse(Message):
    """How a written notice was sent."""

    forsendelsesmaate: Forsendelsesmaate | None = None
    alternativElektroniskForsendelsesmaate: AlternativElektroniskKanal | None = None

    _choice = exactly_one_of("forsendelsesmaate", "alternativElektroniskForsendelsesmaate")


class Mottakeradresse(Message):
    """Where a written notice was sent."""

    mottakeradresseInnland: AdresseInnland | None = None
    mottakeradresseUtland: AdresseUtland | None = None

    _choice = exactly_one_of("mottakeradresseInnland", "mottakeradresseUtland")


class SkriftligMeddelelse(Message):
    """A written notice as a basis."""

    kravetsGrunnlag: Tekst
    faktiskeForholdForKravet: Tekst
    krevesFravaersdom: bool
    paastand: Tekst | None = None
    kanBehandlesIForliksraadet: bool | None = None
    forsendelsesmaate: MaateForMeddelelse
    mottakeradresse: Mottakeradresse | None = None


class Gjeldsbrev(Message):
    """A debt instrument on paper."""

    skyldnererklaering: bool
    inndrivelsesklausul: bool
    vitne: list[Partsidentifikator] = []


class ElektroniskGjeldserklaering(Message):
    """An electronic debt instrument."""

    skyldnererklaering: bool
    inndrivelsesklausul: bool


class SjekkEllerVeksel(Message):
    """A cheque or a bill of exchange."""

    sjekk: bool | None = None
    veksel: bool | None = None

    _choice = exactly_one_of("sjekk", "veksel")


class SaerligTvangsgrunnlag(Message):
    """A special basis."""

    skyldner: Annotated[list[Partsidentifikator], Filled]
    kreditor: Annotated[list[Partsidentifikator], Filled]
    paalydendeBeloep: object = None
    """Out of the model since 1.1, and ignored where it is sent."""

    tvangsmulktEllerLovbestemmelse: TvangsmulktEllerLovbestemmelse | None = None
    skriftligMeddelelse: SkriftligMeddelelse | None = None
    gjeldsbrev: Gjeldsbrev | None = None
    elektroniskGjeldserklaering: ElektroniskGjeldserklaering | None = None
    sjekkEllerVeksel: SjekkEllerVeksel | None = None

    _choice = exactly_one_of(
        "tvangsmulktEllerLovbestemmelse",
        "skriftligMeddelelse",
        "gjeldsbrev",
        "elektroniskGjeldserklaering",
        "sjekkEllerVeksel",
    )


class BegjaeringensTvangsgrunnlag(Message):
    """One basis of a request, and the claims under it."""

    betegnelseAvTvangsgrunnlag: Tekst
    tvangsgrunnlagsdato: Dato
    innsendersKravreferanse: Annotated[list[Tekst], FilledOrCondition]
    eksternSaksreferanse: Tekst | None = None
    paalydendeBeloep: object = None
    """Out of the model since 1.1, and ignored where it is sent."""

    varsel: list[Varsel] = []
    begrunnelseUnnlatVarsel: Literal["ingenMulighetForVarsling", "fullbyrdelsenKanBliVanskeliggjort"] | None = None
    tvangsgrunnlag: Vedlegg
    alminneligTvangsgrunnlag: AlminneligTvangsgrunnlag | None = None
    saerligTvangsgrunnlag: SaerligTvangsgrunnlag | None = None

    _choice = exactly_one_of("alminneligTvangsgrunnlag", "saerligTvangsgrunnlag")

    @property
    def skriftlig_meddelelse(self) -> SkriftligMeddelelse | None:
        return self.saerligTvangsgrunnlag.skriftligMeddelelse if self.saerligTvangsgrunnlag else None
