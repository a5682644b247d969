"""What a good answer may be without, as far as the class diagrams say: a change there breaks nothing.

Multiplicities of Status på sak (2025-10-24), of Innsyn i ett trekk (2025-10-22) and of the parts that they share with
the model of a begjæring (2.0, 2026-03-04); the state of an attachment is reconstructed (dossier, sections 3.3, 5, 6).
The diagram of Status på sak draws what a party is (virksomhet, person, sammenslutning) as boxes without members: what
it says of one beside an identifier is its own matter.

One is not listed here where its absence says something of its own: a list that is left out has nothing in it, a case
without a decision is not decided, and a debtor is known who is not called unknown.
"""

from collections.abc import Mapping

from harness.sandbox.utleggsbegjaering.restless import NEW_FIELD

OPTIONAL: Mapping[str, frozenset[str]] = {
    "": frozenset({"innsenderReferanse", "aarsak", "dekningAvUforfalteBidragskrav", "mottattTrekkbeloepSistePeriode"}),
    "saksoeker": frozenset({"saksoekersProsessfullmektig"}),
    "saksoekt": frozenset({"saksoektesProsessfullmektig"}),
    "kravISak": frozenset({"kravgrunnlagsidentifikator", "innsendersKravreferanse", "gjenstaaendeBeloep"}),
    "gjenstaaendeBeloep": frozenset({"valuta"}),
    "saksoekersKravIEttTrekk": frozenset({"kravreferanse", "kravMedSammePrioritet", "kravMedHoeyerePrioritet"}),
    "besluttetTrekkstoerrelseForPeriode": frozenset({"sluttdato"}),
}
"""What may be left out, by the member that holds it: the empty name is the root."""

BOXES = frozenset(
    {"virksomhet", "person", "sammenslutning", "saksoekersProsessfullmektig", "saksoektesProsessfullmektig"}
)
"""Parts of which no diagram says what they hold."""

REQUIRED_OF_ALL = {"hentVedlegg": frozenset({"innsenderReferanse"})}
"""What is optional in one answer and required in another, by operation."""


def may_be_changed(operation: str, path: str, kind: str) -> bool:
    """Whether an answer keeps the contract when this is done to the member at a path (`kravISak[].gjenstaaendeBeloep`)."""
    *holders, member = [name.removesuffix("[]") for name in path.split(".")]
    if NEW_FIELD in (*holders[:1], member):
        return True
    if kind != "drop" or member in REQUIRED_OF_ALL.get(operation, frozenset()):
        return False
    in_a_box = not BOXES.isdisjoint(holders) and "identifikator" not in holders
    return in_a_box or member in OPTIONAL.get(holders[-1] if holders else "", frozenset())
