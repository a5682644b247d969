"""The claims: their references, dates, amounts, relations, interest and priorities."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from scenarios.utleggsbegjaering.request_rules.reading import bases_of, claims_of, day, leaves_of, listed
from scenarios.utleggsbegjaering.request_rules.rule import Circumstances, Finding, Json, Path, Rule, left_open

PRINCIPAL, INTEREST = "Hovedkrav", "Rentekrav"
COSTS = frozenset(
    {"Sakskostnader", "SakskostnaderForSkriving", "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"}
)
WITH_DUE_DATE = frozenset({PRINCIPAL, "UtenrettsligeKostnader", "TidligereRettsligeSakskostnader"})
WITHOUT_DUE_DATE = frozenset({INTEREST, "SakskostnaderForSkriving"})  # nothing is published for Sakskostnader


def references(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Claims have their own references, and each is under exactly one enforcement basis."""
    claims, bases = claims_of(begjaering), bases_of(begjaering)
    if not claims:
        yield Finding("MANGLER_KRAV", ("kravTilInnkreving",), "there are no claims")
    named = Counter(reference for _, basis in bases for reference in set(basis["innsendersKravreferanse"]))
    seen: set[str] = set()
    for at, claim in claims:
        reference = claim["innsendersKravreferanse"]
        here = (*at, "innsendersKravreferanse")
        if reference in seen:
            yield Finding("KRAV_DUPLIKATE_REFERANSER", here, f"{reference!r} is the reference of an earlier claim")
        elif reference not in named:
            yield Finding("KRAV_IKKE_BENYTTET", here, f"no enforcement basis names {reference!r}")
        elif named[reference] > 1:
            yield Finding(
                "KRAV_I_FLERE_TVANGSGRUNNLAG", here, f"{named[reference]} enforcement bases name {reference!r}"
            )
        seen.add(reference)
    for at, basis in bases:
        for number, reference in enumerate(basis["innsendersKravreferanse"]):
            if reference not in seen:
                place = (*at, "innsendersKravreferanse", number)
                yield Finding("TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER", place, f"there is no claim {reference!r}")


def due_dates_and_payments(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """A due date if the type needs one, and only then; no payment is dated in the future."""
    for at, claim in claims_of(begjaering):
        kind = claim["kravdetaljer"]
        if kind in WITH_DUE_DATE and "kravforfall" not in claim:
            yield Finding("KRAV_MANGLER_FORFALLSDATO", at, f"{kind} needs kravforfall")
        if kind in WITHOUT_DUE_DATE and "kravforfall" in claim:
            yield Finding("KRAV_OPPGIS_UTEN_FORFALLSDATO", (*at, "kravforfall"), f"{kind} must not have a due date")
        if kind == "Sakskostnader":
            yield left_open(at, "nothing is published on whether Sakskostnader have a due date")
        for here, payment in listed(claim, "innbetaling", at):
            if day(payment["bokfoertDato"]) > circumstances.today:
                yield Finding("INNBETALING_FRAM_I_TID", (*here, "bokfoertDato"), "the date is in the future")


def amounts_and_rates(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Amounts and agreed rates are not negative and have at most two decimals."""
    for at, value in leaves_of(begjaering, ()):
        if at[-1] == "beloep" and _is_odd(value):
            yield Finding("UGYLDIG_BELOEP", at, "it must not be negative or have more than two decimals")
        if at[-1] in {"beregnetMedAvtaltRentesats", "avtaltRentesats"} and _is_odd(value):
            yield Finding("UGYLDIG_RENTE", at, "it must not be negative or have more than two decimals")


def _is_odd(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    amount = Decimal(str(value))
    _, digits, exponent = amount.as_tuple()  # quantize fails if there are more digits than the context allows
    trailing_zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return amount < 0 or (amount != 0 and isinstance(exponent, int) and -exponent - trailing_zeros > 2)


def related_claims(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """What a claim may relate to.

    A relation to itself, to no claim or to another basis ends the checks for that claim.
    """
    claims = claims_of(begjaering)
    kinds = {claim["innsendersKravreferanse"]: claim["kravdetaljer"] for _, claim in claims}
    under: dict[str, set[int]] = {}
    for number, (_, basis) in enumerate(bases_of(begjaering)):
        for reference in basis["innsendersKravreferanse"]:
            under.setdefault(reference, set()).add(number)
    for at, claim in claims:
        own, related = claim["innsendersKravreferanse"], claim.get("relatertKrav", [])
        place = (*at, "relatertKrav")
        outside = [r for r in related if r in kinds and under.get(r, set()).isdisjoint(under.get(own, set()))]
        if own in related:
            yield Finding("RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV", place, f"{own!r} relates to itself")
        elif any(reference not in kinds for reference in related):
            yield Finding("RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER", place, "the reference matches no claim")
        elif outside:
            yield Finding("RELATERTE_KRAV_MÅ_FINNES", place, f"{outside[0]!r} is under another enforcement basis")
        else:
            yield from _relation(claim["kravdetaljer"], [kinds[reference] for reference in related], at)


def _relation(kind: str, related: list[str], at: Path) -> Iterator[Finding]:
    place = (*at, "relatertKrav")
    if kind == PRINCIPAL and related:
        yield Finding(
            "HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV", place, "a principal claim must not relate to another claim"
        )
    if kind in COSTS and any(other != PRINCIPAL for other in related):
        kode = "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL"
        yield Finding(kode, place, "a cost must relate to a principal claim")
    if kind in COSTS and not related:
        text = "whether a cost may lack relatertKrav is not published: the title of its condition also covers that"
        yield left_open(at, text)
    if kind == INTEREST:
        if not related:
            yield Finding("RENTE_MAA_HA_RELATERT_KRAV", at, "an interest claim must relate to the claim that bears it")
        if len(related) > 1:
            yield Finding("RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV", place, f"{len(related)} claims instead of one")
        if INTEREST in related:
            yield Finding("RENTEKRAV_KAN_IKKE_HA_RENTEKRAV", place, "an interest claim cannot bear interest")


def interest_claims(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Details of interest are on interest claims only, and their period is valid."""
    for at, claim in claims_of(begjaering):
        if claim["kravdetaljer"] != INTEREST:
            if "rentekrav" in claim:
                yield Finding("RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV", (*at, "rentekrav"), "it is not an interest claim")
            continue
        if "rentebaerendeKrav" in claim:
            place = (*at, "rentebaerendeKrav")
            yield Finding("RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER", place, "an interest claim cannot bear interest")
        period = claim.get("rentekrav", {}).get("rentePeriode")
        if period is not None:
            start, filed = day(period["startdato"]), day(begjaering["begjaeringsdato"])
            place = (*at, "rentekrav", "rentePeriode")
            if start >= filed or ("sluttdato" in period and start >= day(period["sluttdato"])):
                text = "a period must begin before its end and before the begjaeringsdato"
                yield Finding("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE", place, text)


def priorities(begjaering: Json, circumstances: Circumstances) -> Iterator[Finding]:
    """Priorities are on every claim, on future interest and on the court fee, or on none."""
    claims = claims_of(begjaering)
    if not any("prioritetISak" in claim for _, claim in claims):
        return
    for at, claim in claims:
        if "prioritetISak" not in claim:
            yield Finding("PRIORITET_MANGLER", at, "other claims have prioritetISak")
        terms = claim.get("rentebaerendeKrav")
        if terms is not None and "prioritetISakFremtidigRentekrav" not in terms:
            place = (*at, "rentebaerendeKrav")
            yield Finding("PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER", place, "prioritetISakFremtidigRentekrav is missing")
    fee = begjaering.get("kreverRettsgebyrErstattet", {})
    if fee.get("kreverRettsgebyrErstattet") and "prioritetISakRettsgebyr" not in fee:
        place = ("kreverRettsgebyrErstattet",)
        yield Finding("PRIORITET_MANGLER_PÅ_RETTSGEBYR", place, "prioritetISakRettsgebyr is missing")
    if fee.get("kreverRettsgebyrErstattet") and "prioritetISakFremtidigRentekrav" not in fee:
        text = "no condition says whether the court fee also needs prioritetISakFremtidigRentekrav"
        yield left_open(("kreverRettsgebyrErstattet",), text)


RULES: tuple[Rule, ...] = (
    references,
    due_dates_and_payments,
    amounts_and_rates,
    related_claims,
    interest_claims,
    priorities,
)
