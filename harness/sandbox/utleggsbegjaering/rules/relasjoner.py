"""The relations between claims.

For each claim, a relation to itself, to an unknown claim, or to one under another basis (in this order) hides every
other fault in its relations (dossier, section 7).
"""

from collections.abc import Callable, Iterator, Sequence

from harness.sandbox.utleggsbegjaering.model.claims import Krav
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import Submission

FEES = frozenset(
    {"Sakskostnader", "SakskostnaderForSkriving", "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"}
)


def _broken(submission: Submission, krav: Krav) -> str | None:
    """The fault that hides all others in a claim's relations, if any."""
    reference = krav.innsendersKravreferanse
    if reference in krav.relatertKrav:
        return "itself"
    if any(other not in submission.claims for other in krav.relatertKrav):
        return "unknown"
    own = submission.bases.get(reference, frozenset())
    others = (submission.bases.get(other, frozenset()) for other in krav.relatertKrav)
    if own and any(other and not own & other for other in others):
        return "another basis"
    return None


def _with_break(submission: Submission, wanted: str) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.relatertKrav and _broken(submission, krav) == wanted:
            yield f"{path}.relatertKrav"


def _where(submission: Submission, is_faulty: Callable[[Krav, Sequence[Krav]], bool]) -> Iterator[str]:
    """The claims whose relations can be followed but are faulty."""
    for path, krav in submission.each_claim:
        if _broken(submission, krav) is None:
            related = [submission.claims[reference] for reference in krav.relatertKrav]
            if is_faulty(krav, related):
                yield f"{path}.relatertKrav"


@rule(
    "RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV", "Et krav er relatert til seg selv.", "Relater kravet til et annet krav."
)
def relaterte_krav_kan_ikke_peke_paa_seg_selv(submission: Submission) -> Iterator[str]:
    yield from _with_break(submission, "itself")


@rule(
    "RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER",
    "Et krav er relatert til et krav som ikke finnes.",
    "Referansene til relaterte krav må være blant kravene i begjæringen.",
)
def relaterte_krav_ugyldige_kravreferanser(submission: Submission) -> Iterator[str]:
    yield from _with_break(submission, "unknown")


@rule(
    "RELATERTE_KRAV_MÅ_FINNES",
    "Et krav er relatert til et krav under et annet tvangsgrunnlag.",
    "Relaterte krav må stå under samme tvangsgrunnlag.",
)
def relaterte_krav_maa_finnes(submission: Submission) -> Iterator[str]:
    yield from _with_break(submission, "another basis")


@rule(
    "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL",
    "Et gebyr eller en sakskostnad er relatert til noe annet enn et hovedkrav.",
    "Relater gebyrer og sakskostnader til hovedkrav.",
)
def gebyr_eller_sakskostnad_har_annet_enn_hovedstol(submission: Submission) -> Iterator[str]:
    yield from _where(
        submission,
        lambda krav, related: krav.kravdetaljer in FEES and any(each.kravdetaljer != "Hovedkrav" for each in related),
    )


@rule(
    "HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV",
    "Et hovedkrav har et relatert krav.",
    "Utelat relatertKrav for hovedkrav.",
)
def hovedstol_skal_ikke_ha_et_relatert_krav(submission: Submission) -> Iterator[str]:
    yield from _where(submission, lambda krav, related: krav.kravdetaljer == "Hovedkrav" and bool(related))


@rule(
    "RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV",
    "Et rentekrav er relatert til flere krav.",
    "Relater hvert rentekrav til ett krav.",
)
def rentekrav_kan_bare_relateres_til_ett_krav(submission: Submission) -> Iterator[str]:
    yield from _where(submission, lambda krav, related: krav.is_interest and len(related) > 1)


@rule(
    "RENTEKRAV_KAN_IKKE_HA_RENTEKRAV",
    "Et rentekrav er relatert til et rentekrav.",
    "Relater rentekravet til kravet som har renten.",
)
def rentekrav_kan_ikke_ha_rentekrav(submission: Submission) -> Iterator[str]:
    yield from _where(submission, lambda krav, related: krav.is_interest and any(each.is_interest for each in related))


@rule(
    "RENTE_MAA_HA_RELATERT_KRAV",
    "Et rentekrav er ikke relatert til noe krav.",
    "Oppgi hvilket krav renten gjelder.",
)
def rente_maa_ha_relatert_krav(submission: Submission) -> Iterator[str]:
    yield from _where(submission, lambda krav, related: krav.is_interest and not related)
