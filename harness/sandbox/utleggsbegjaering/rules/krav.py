"""The claims, and the bases that list them."""

from collections.abc import Iterator
from decimal import Decimal

from harness.sandbox.utleggsbegjaering.model.claims import BeloepValuta, Krav
from harness.sandbox.utleggsbegjaering.rules.rule import rule
from harness.sandbox.utleggsbegjaering.submission import KRAV, TVANGSGRUNNLAG, Submission

WITH_DUE_DATE = frozenset({"Hovedkrav", "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"})
WITHOUT_DUE_DATE = frozenset({"Rentekrav", "SakskostnaderForSkriving"})


@rule(
    "INNBETALING_FRAM_I_TID",
    "En innbetaling er datert fram i tid.",
    "Datoen for en innbetaling kan ikke være senere enn i dag.",
)
def innbetaling_fram_i_tid(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        for position, payment in enumerate(krav.innbetaling):
            if payment.bokfoertDato > submission.today:
                yield f"{path}.innbetaling[{position}].bokfoertDato"


@rule("KRAV_DUPLIKATE_REFERANSER", "Flere krav har samme referanse.", "Hvert krav skal ha sin egen kravreferanse.")
def krav_duplikate_referanser(submission: Submission) -> Iterator[str]:
    seen: set[str] = set()
    for path, krav in submission.each_claim:
        if krav.innsendersKravreferanse in seen:
            yield f"{path}.innsendersKravreferanse"
        seen.add(krav.innsendersKravreferanse)


@rule("KRAV_IKKE_BENYTTET", "Et krav er ikke knyttet til noe tvangsgrunnlag.", "Knytt kravet til et tvangsgrunnlag.")
def krav_ikke_benyttet(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.innsendersKravreferanse not in submission.bases:
            yield f"{path}.innsendersKravreferanse"


@rule(
    "KRAV_I_FLERE_TVANGSGRUNNLAG",
    "Et krav er knyttet til flere tvangsgrunnlag.",
    "Knytt hvert krav til ett tvangsgrunnlag.",
)
def krav_i_flere_tvangsgrunnlag(submission: Submission) -> Iterator[str]:
    for position, basis in enumerate(submission.begjaering.begjaeringensTvangsgrunnlag):
        if any(len(submission.bases[reference]) > 1 for reference in basis.innsendersKravreferanse):
            yield f"{TVANGSGRUNNLAG}[{position}].innsendersKravreferanse"


@rule("KRAV_MANGLER_FORFALLSDATO", "Forfallsdato mangler.", "Oppgi forfallsdato for denne kravtypen.")
def krav_mangler_forfallsdato(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.kravdetaljer in WITH_DUE_DATE and krav.kravforfall is None:
            yield f"{path}.kravforfall.forfallsdato"


@rule(
    "KRAV_OPPGIS_UTEN_FORFALLSDATO",
    "Forfallsdato er oppgitt for et krav som ikke skal ha det.",
    "Utelat forfallsdatoen for denne kravtypen.",
)
def krav_oppgis_uten_forfallsdato(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        if krav.kravdetaljer in WITHOUT_DUE_DATE and krav.kravforfall is not None:
            yield f"{path}.kravforfall"


@rule("MANGLER_KRAV", "Begjæringen har ingen krav.", "Oppgi minst ett krav, og minst ett under hvert tvangsgrunnlag.")
def mangler_krav(submission: Submission) -> Iterator[str]:
    if not submission.begjaering.kravTilInnkreving:
        yield KRAV
    for position, basis in enumerate(submission.begjaering.begjaeringensTvangsgrunnlag):
        if not basis.innsendersKravreferanse:
            yield f"{TVANGSGRUNNLAG}[{position}].innsendersKravreferanse"


@rule(
    "TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER",
    "Et tvangsgrunnlag viser til et krav som ikke finnes.",
    "Kravreferansene til et tvangsgrunnlag må være blant kravene i begjæringen.",
)
def tvangsgrunnlag_ugyldige_kravreferanser(submission: Submission) -> Iterator[str]:
    for position, basis in enumerate(submission.begjaering.begjaeringensTvangsgrunnlag):
        if any(reference not in submission.claims for reference in basis.innsendersKravreferanse):
            yield f"{TVANGSGRUNNLAG}[{position}].innsendersKravreferanse"


@rule("UGYLDIG_BELOEP", "Et beløp er ugyldig.", "Et beløp kan ikke være negativt eller ha flere enn to desimaler.")
def ugyldig_beloep(submission: Submission) -> Iterator[str]:
    for path, krav in submission.each_claim:
        for place, amount in _amounts(krav):
            if is_faulty_number(amount.beloep):
                yield f"{path}.{place}.beloep"


def is_faulty_number(number: Decimal) -> bool:
    """Negative, or with more than two significant decimals."""
    _, _, exponent = number.normalize().as_tuple()
    return number < 0 or (isinstance(exponent, int) and exponent < -2)


def _amounts(krav: Krav) -> Iterator[tuple[str, BeloepValuta]]:
    yield "opprinneligBeloep", krav.opprinneligBeloep
    yield "gjenstaaendeBeloep", krav.gjenstaaendeBeloep
    if krav.rentekrav is not None and krav.rentekrav.renteGrunnlag is not None:
        yield "rentekrav.renteGrunnlag", krav.rentekrav.renteGrunnlag
    for position, payment in enumerate(krav.innbetaling):
        yield f"innbetaling[{position}].beloep", payment.beloep
    for position, change in enumerate(krav.kravEndring):
        yield f"kravEndring[{position}].nedjusteringAvInnsender", change.nedjusteringAvInnsender
    for position, assignment in enumerate(krav.transporterklaering):
        if assignment.beloep is not None:
            yield f"transporterklaering[{position}].beloep", assignment.beloep
