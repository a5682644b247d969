"""What a good answer may lack according to the class diagrams: such a change breaks nothing.

The multiplicities are those of Status på sak (2025-10-24), Innsyn i ett trekk (2025-10-22) and the parts that they
share with the model of a begjæring (2.0, 2026-03-04); the state of an attachment is reconstructed (dossier, sections
3.3, 5, 6). Status på sak shows what a party is (virksomhet, person, sammenslutning); no document says what else it
shows.

Not listed here are members whose absence would contradict another member or answer: a decided case has decisions, a
claim without the sender's reference was not sent by the sender, and a debtor who is not reported as unknown is known.
"""

from collections.abc import Mapping

from harness.sandbox.utleggsbegjaering.restless import NEW_FIELD

OPTIONAL: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {
            "innsenderReferanse",
            "aarsak",
            "dekningAvUforfalteBidragskrav",
            "mottattTrekkbeloepSistePeriode",
            "besluttetTrekkPerTrekkpliktig",
        }
    ),
    "mottattTrekkbeloepSistePeriode": frozenset({"mottattTrekkbeloepDato"}),
    "saksoeker": frozenset({"saksoekersProsessfullmektig"}),
    "saksoekt": frozenset({"saksoektesProsessfullmektig"}),
    "kravISak": frozenset({"kravgrunnlagsidentifikator", "gjenstaaendeBeloep"}),
    "gjenstaaendeBeloep": frozenset({"valuta"}),
    "saksoekersKravIEttTrekk": frozenset({"kravreferanse", "kravMedSammePrioritet", "kravMedHoeyerePrioritet"}),
    "besluttetTrekkstoerrelseForPeriode": frozenset({"sluttdato"}),
}
"""What may be left out, by parent member; the empty name is the root."""

PARTIES = frozenset(
    {"virksomhet", "person", "sammenslutning", "saksoekersProsessfullmektig", "saksoektesProsessfullmektig"}
)
"""Parts of which a status may show as much as it likes; a number that it shows is complete."""

UNDRAWN = frozenset({"partsreferanse", "trekkpliktig"})
"""Parts whose content is in no document."""

NUMBER_OF_A_PARTY = ("partsreferanse", "taxIdentificationNumber")
"""What an answer about a debtor never lacks, wherever it is."""

UNTYPED = frozenset({"ukjentSkyldner", "ugyldigSkyldner", "trekkpliktig"})
"""Members that are in the diagram without a type."""

REQUIRED = {"hentVedlegg": frozenset({"innsenderReferanse"})}
"""Members that are required here but optional elsewhere, by operation."""


def may_be_changed(operation: str, path: str, kind: str) -> bool:
    """Whether an answer keeps the contract after this change to the member at a path (`kravISak[].kravbeskrivelse`)."""
    names = [name.removesuffix("[]") for name in path.split(".")]
    *holders, member = names
    if names[0] == NEW_FIELD or (kind == "swap" and member in UNTYPED):
        return True
    if not UNDRAWN.isdisjoint(holders):
        return kind != "drop" or tuple(names[-2:]) != NUMBER_OF_A_PARTY
    if kind != "drop" or member in REQUIRED.get(operation, frozenset()):
        return False
    of_a_party = not PARTIES.isdisjoint(holders) and "identifikator" not in holders
    return of_a_party or member in OPTIONAL.get(holders[-1] if holders else "", frozenset())
