"""What a good answer may be without, as far as the class diagrams say: a change there breaks nothing.

Multiplicities of Status på sak (2025-10-24), of Innsyn i ett trekk (2025-10-22) and of the parts that they share with
the model of a begjæring (2.0, 2026-03-04); the state of an attachment is reconstructed (dossier, sections 3.3, 5, 6).
Of a party, Status på sak tells what it is (virksomhet, person, sammenslutning) and no document says what more.

One is not listed here where its absence says something that another member or answer contradicts: a decided case has
decisions, a claim without the sender's reference is none that the sender sent, and a debtor who is not called unknown
is known.
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
"""What may be left out, by the member that holds it: the empty name is the root."""

PARTIES = frozenset(
    {"virksomhet", "person", "sammenslutning", "saksoekersProsessfullmektig", "saksoektesProsessfullmektig"}
)
"""Parts of which a status may say as much as it likes; a number that it shows is whole."""

UNDRAWN = frozenset({"partsreferanse", "trekkpliktig"})
"""Parts that no document draws: whatever is in them."""

NUMBER_OF_A_PARTY = ("partsreferanse", "taxIdentificationNumber")
"""What an answer about a debtor is not without, wherever it stands."""

UNTYPED = frozenset({"ukjentSkyldner", "ugyldigSkyldner", "trekkpliktig"})
"""Members of which the diagram says that they are there, and not of what type."""

REQUIRED = {"hentVedlegg": frozenset({"innsenderReferanse"})}
"""What is optional in another answer of the same name, by operation."""


def may_be_changed(operation: str, path: str, kind: str) -> bool:
    """Whether an answer keeps the contract when this is done to the member at a path (`kravISak[].kravbeskrivelse`)."""
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
