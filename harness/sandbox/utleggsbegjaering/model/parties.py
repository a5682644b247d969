# ruff: noqa: N815, RUF012 - wire names; pydantic copies a default
"""The actors of a request: their identity, addresses and representatives."""

from typing import Annotated, Literal

from harness.sandbox.utleggsbegjaering.model.attachment import Vedlegg
from harness.sandbox.utleggsbegjaering.model.values import (
    Dato,
    Filled,
    Kommunenummer,
    Landkode,
    Message,
    Postnummer,
    Tekst,
    exactly_one_of,
)


class Partsidentifikator(Message):
    """PartsidentifikatorForEksternBruk: a Norwegian or foreign tax number, or another official one."""

    taxIdentificationNumber: Tekst | None = None
    annenOffisiellIdentifikator: Tekst | None = None
    landkodeIdentifikator: Landkode

    _choice = exactly_one_of("taxIdentificationNumber", "annenOffisiellIdentifikator")

    @property
    def norwegian(self) -> str | None:
        """The number, if its country is Norway."""
        return self.taxIdentificationNumber if self.landkodeIdentifikator == "NO" else None

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two identifiers of the same party."""
        number = self.taxIdentificationNumber or self.annenOffisiellIdentifikator or ""
        return self.landkodeIdentifikator, number.replace(" ", "")


class AdresseInnland(Message):
    """AdresseFrittFormatInnland."""

    adressetekst: Tekst | None = None
    poststedsnavn: Tekst | None = None
    kommunenummer: Kommunenummer | None = None
    postnummer: Postnummer


class AdresseUtland(Message):
    """AdresseFrittFormatUtland."""

    adressetekst: Tekst | None = None
    poststedUtland: Tekst
    landkode: Landkode
    postnummerUtland: Tekst | None = None


class UkjentBosted(Message):
    """Why no address is known."""

    kommunenummer: Kommunenummer | None = None
    begrunnelse: Tekst


class Adresse(Message):
    """AdresseIBegjaering."""

    adressetype: Literal["ukjentBosted", "postadresse", "bopelsadresse", "forretningsadresse", "postboks"]
    adresseInnland: AdresseInnland | None = None
    adresseUtland: AdresseUtland | None = None
    ukjentBosted: UkjentBosted | None = None

    _choice = exactly_one_of("adresseInnland", "adresseUtland", "ukjentBosted")


class Virksomhet(Message):
    """An enterprise."""

    navn: Tekst
    identifikator: Partsidentifikator
    virksomhetstype: Literal["inkassovirksomhet", "advokatfirma", "rettshjelper", "annet", "kommune"]


class Personnavn(Message):
    """A person's name."""

    fornavn: Tekst
    mellomnavn: Tekst | None = None
    etternavn: Tekst

    @property
    def is_full(self) -> bool:
        return bool(self.fornavn.strip() and self.etternavn.strip())


class Person(Message):
    """A natural person."""

    personnavn: Personnavn
    foedselsdato: Dato | None = None
    identifikator: Partsidentifikator | None = None
    innehaverEnkeltpersonforetak: list[Virksomhet] = []


class Sammenslutning(Message):
    """An association."""

    navn: Tekst
    identifikator: Partsidentifikator | None = None


class Aktoer(Message):
    """An enterprise, a person or an association, with its addresses."""

    virksomhet: Virksomhet | None = None
    person: Person | None = None
    sammenslutning: Sammenslutning | None = None
    adresse: Annotated[list[Adresse], Filled]

    _choice = exactly_one_of("virksomhet", "person", "sammenslutning")

    @property
    def identifikator(self) -> Partsidentifikator | None:
        party = self.virksomhet or self.person or self.sammenslutning
        return party.identifikator if party else None

    @property
    def has_address(self) -> bool:
        """Whether there is an address other than an unknown one."""
        return any(address.ukjentBosted is None for address in self.adresse)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two actors that are the same party: by number, or else by name, birth date and first address."""
        if self.identifikator is not None:
            return self.identifikator.key
        if self.person is not None:
            navn = self.person.personnavn
            names = tuple((name or "").casefold() for name in (navn.fornavn, navn.mellomnavn, navn.etternavn))
            return *names, self.person.foedselsdato, self.adresse[0]
        return (self.sammenslutning.navn.casefold() if self.sammenslutning else "", self.adresse[0])


class Kontaktinformasjon(Message):
    """Contact information."""

    epostAdresse: Tekst | None = None
    telefonnummer: Tekst | None = None


class Fullmakt(Message):
    """A power of attorney, with its document."""

    fraDato: Dato
    tilDato: Dato | None = None
    fullmakt: Vedlegg


class Bevillingshaver(Message):
    """The licence holder of a collection agency."""

    navn: Personnavn


class Prosessfullmektig(Message):
    """A party's representative."""

    prosessfullmektig: Aktoer
    fullmakt: Fullmakt | None = None
    bevillingshaver: Bevillingshaver | None = None


class Saksoeker(Message):
    """A claimant."""

    saksoeker: Aktoer
    saksoekerKontaktinformasjon: Kontaktinformasjon | None = None
    saksoekersProsessfullmektig: Prosessfullmektig | None = None


class Saksoekt(Message):
    """A debtor."""

    saksoekt: Aktoer
    saksoektesProsessfullmektig: Prosessfullmektig | None = None


class Innsender(Message):
    """The sender of the request."""

    innsender: Aktoer
    saksbehandler: Tekst | None = None
    saksbehandlersKontaktinformasjon: Kontaktinformasjon | None = None
    innsendersProsessfullmektig: Prosessfullmektig | None = None
