# ruff: noqa: N815, RUF012 - wire names; pydantic copies a default
"""The claims of a request, and how they are paid."""

from typing import Literal

from harness.sandbox.utleggsbegjaering.model.attachment import Vedlegg
from harness.sandbox.utleggsbegjaering.model.parties import Aktoer, Partsidentifikator
from harness.sandbox.utleggsbegjaering.model.values import (
    Dato,
    Heltall,
    Kid,
    Landkode,
    Message,
    Tall,
    Tekst,
    Valuta,
    at_most_one_of,
    exactly_one_of,
)


class BeloepValuta(Message):
    """An amount, in kroner where no currency is said."""

    beloep: Tall
    valuta: Valuta | None = None


class Datoperiode(Message):
    """A period; consecutive ones share a day."""

    startdato: Dato
    sluttdato: Dato | None = None


class Rentekrav(Message):
    """How an interest claim was reckoned."""

    rentePeriode: Datoperiode | None = None
    renteGrunnlag: BeloepValuta | None = None
    beregnetMedForsinkelsesrente: bool | None = None
    beregnetMedAvtaltRentesats: Tall | None = None

    _choice = at_most_one_of("beregnetMedForsinkelsesrente", "beregnetMedAvtaltRentesats")


class Renteopplysninger(Message):
    """That a claim goes on bearing interest."""

    harForsinkelsesrente: bool | None = None
    avtaltRentesats: Tall | None = None
    prioritetISakFremtidigRentekrav: Heltall | None = None

    _choice = exactly_one_of("harForsinkelsesrente", "avtaltRentesats")


class Kravforfall(Message):
    """When a claim fell due."""

    forfallsdato: Dato


class Betalingsoppfordring(Message):
    """A payment demand; for UtenrettsligeKostnader."""

    brevdato: Dato
    betalingsfrist: Dato
    betalingsoppfordring: Vedlegg


class TilleggsfristForeldelse(Message):
    """Why a claim is not barred by time yet."""

    dato: Dato | None = None
    grunnlag: Literal[
        "uvitenhet", "lovmessigeHindringer", "skyldnerIUtlandet", "kravMotVerge", "kravOmInnskuddISelskap", "proklama"
    ]
    begrunnelse: Tekst


class Innbetaling(Message):
    """What was paid on a claim."""

    bokfoertDato: Dato
    beloep: BeloepValuta


class KravEndring(Message):
    """What the sender took off a claim."""

    nedjusteringAvInnsender: BeloepValuta
    dato: Dato


class Transporterklaering(Message):
    """That a claim was assigned. Whether the parties are actors or identifiers is not said; both are taken."""

    dato: Dato
    beloep: BeloepValuta | None = None
    transportertFra: Aktoer | Partsidentifikator | Tekst | None = None
    transportertTil: Aktoer | Partsidentifikator | Tekst | None = None
    transporterklaering: Vedlegg


class Krav(Message):
    """A claim."""

    innsendersKravreferanse: Tekst
    kravdetaljer: Literal[
        "Hovedkrav",
        "Sakskostnader",
        "SakskostnaderForSkriving",
        "UtenrettsligeKostnader",
        "TidligereRettsligeSakskostnader",
        "Rentekrav",
    ]
    kravbeskrivelse: Tekst | None = None
    sisteFristavbrytendeTiltak: Tekst | None = None
    kravgrunnlagsidentifikator: Tekst | None = None
    prioritetISak: Heltall | None = None
    prioritetDekningsloven: Literal["a", "b", "c", "d", "e"]
    relatertKrav: list[Tekst] = []
    opprinneligBeloep: BeloepValuta
    gjenstaaendeBeloep: BeloepValuta
    kravforfall: Kravforfall | None = None
    rentekrav: Rentekrav | None = None
    rentebaerendeKrav: Renteopplysninger | None = None
    betalingsoppfordring: list[Betalingsoppfordring] = []
    tilleggsfristForeldelse: list[TilleggsfristForeldelse] = []
    innbetaling: list[Innbetaling] = []
    kravEndring: list[KravEndring] = []
    transporterklaering: list[Transporterklaering] = []

    @property
    def is_interest(self) -> bool:
        return self.kravdetaljer == "Rentekrav"


class Kontoinformasjon(Message):
    """An account. Every field may be absent by its form; a condition asks for one."""

    bankkode: Tekst | None = None
    bankNavn: Tekst | None = None
    landkodeBank: Landkode | None = None
    kontovaluta: Valuta | None = None
    iban: Tekst | None = None
    bic: Tekst | None = None
    kontonummer: Tekst | None = None


class Betalingsinformasjon(Message):
    """Where payments go."""

    kidnummer: Kid | None = None
    norskKonto: bool
    kontoinformasjon: Kontoinformasjon
    betalingsmottaker: Partsidentifikator | None = None
