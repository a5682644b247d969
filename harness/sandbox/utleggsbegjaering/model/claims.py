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
    """An amount, in kroner unless a currency is given."""

    beloep: Tall
    valuta: Valuta | None = None


class Datoperiode(Message):
    """A period; consecutive ones share a day."""

    startdato: Dato
    sluttdato: Dato | None = None


class Rentekrav(Message):
    """How an interest claim was calculated."""

    rentePeriode: Datoperiode | None = None
    renteGrunnlag: BeloepValuta | None = None
    beregnetMedForsinkelsesrente: bool | None = None
    beregnetMedAvtaltRentesats: Tall | None = None

    _choice = at_most_one_of("beregnetMedForsinkelsesrente", "beregnetMedAvtaltRentesats")


class Renteopplysninger(Message):
    """The terms of a claim that continues to bear interest."""

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
    """Why a claim is not time-barred yet."""

    dato: Dato | None = None
    grunnlag: Literal[
        "uvitenhet", "lovmessigeHindringer", "skyldnerIUtlandet", "kravMotVerge", "kravOmInnskuddISelskap", "proklama"
    ]
    begrunnelse: Tekst


class Innbetaling(Message):
    """A payment on a claim."""

    bokfoertDato: Dato
    beloep: BeloepValuta


class KravEndring(Message):
    """A reduction of a claim by the sender."""

    nedjusteringAvInnsender: BeloepValuta
    dato: Dato


class Transporterklaering(Message):
    """The assignment of a claim. Whether the parties are actors or identifiers is not documented; both are accepted."""

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
    """An account. Every field is optional in the model; a condition requires one."""

    bankkode: Tekst | None = None
    bankNavn: Tekst | None = None
    landkodeBank: Landkode | None = None
    kontovaluta: Valuta | None = None
    iban: Tekst | None = None
    bic: Tekst | None = None
    kontonummer: Tekst | None = None


class Betalingsinformasjon(Message):
    """The account that payments go to."""

    kidnummer: Kid | None = None
    norskKonto: bool
    kontoinformasjon: Kontoinformasjon
    betalingsmottaker: Partsidentifikator | None = None
