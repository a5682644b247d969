"""Hypothesis strategies: valid begjæringer of every kind, and ones that break single conditions."""

import datetime
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import strategies as st

from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.builders import ALMINNELIGE, SAERLIGE, Json
from scenarios.utleggsbegjaering.identifiers import broken, kid_mod10, kid_mod11
from scenarios.utleggsbegjaering.parties import Parties

AMOUNTS = st.integers(0, 99_999_999).map(lambda oere: f"{oere / 100:.2f}")
STEMS = st.text("0123456789", min_size=3, max_size=24)
DUE = st.dates(datetime.date(2023, 1, 1), datetime.date(2025, 12, 31)).map(str)


@st.composite
def valid(draw: st.DrawFn, parties: Parties, sender: str, today: datetime.date) -> Json:
    """A begjæring that breaks no condition, with parties, bases and claims of every kind."""
    begjaering = builders.simple(parties, sender, today)
    if draw(st.booleans()):
        begjaering = builders.with_several_parties(begjaering, parties)
    if draw(st.booleans()):
        begjaering["tvangsfullbyrdelsestype"] = "utleggOgForliksklageKombinert"
    payment = begjaering["betalingsinformasjon"]
    payment["kidnummer"] = draw(STEMS.map(kid_mod10) | STEMS.map(kid_mod11))
    if draw(st.booleans()):
        del payment["kidnummer"]
    claims: list[Json] = []
    bases: list[Json] = []
    for number in range(draw(st.integers(1, 3))):
        own = draw(_claims(f"{number}"))
        claims += own
        references = [claim["innsendersKravreferanse"] for claim in own]
        bases.append(draw(_basis(references, parties["saksoekt"], parties["saksoeker"])))
    begjaering |= {"kravTilInnkreving": claims, "begjaeringensTvangsgrunnlag": bases}
    if draw(st.booleans()):
        _prioritise(begjaering)
    if draw(st.booleans()):
        begjaering["innsender"]["innsendersProsessfullmektig"] = builders.inkassobyraa(sender)
    if draw(st.booleans()):
        representative = builders.fullmektig_person(parties["saksoekt_annen"])
        begjaering["saksoeker"][0]["saksoekersProsessfullmektig"] = representative
    return begjaering


@st.composite
def _claims(draw: st.DrawFn, prefix: str) -> list[Json]:
    """A principal claim and what belongs to it."""
    principal = builders.hovedkrav(f"H{prefix}", draw(AMOUNTS), draw(DUE))
    if draw(st.booleans()):
        principal["rentebaerendeKrav"] = draw(
            st.sampled_from([{"harForsinkelsesrente": True}, {"avtaltRentesats": 9.5}, {"avtaltRentesats": 0}])
        )
    claims = [principal]
    kinds = draw(st.lists(st.sampled_from(["U", "S", "T"]), unique=True))
    types = {"U": "UtenrettsligeKostnader", "S": "SakskostnaderForSkriving", "T": "TidligereRettsligeSakskostnader"}
    for kind in kinds:
        due = {} if kind == "S" else {"kravforfall": {"forfallsdato": draw(DUE)}}
        claims.append(builders.kostnad(f"{kind}{prefix}", types[kind], f"H{prefix}", draw(AMOUNTS), **due))
    if draw(st.booleans()):
        start = draw(st.dates(datetime.date(2024, 1, 1), datetime.date(2025, 6, 1)))
        end = start + datetime.timedelta(days=draw(st.integers(1, 180)))
        rate = draw(st.none() | st.sampled_from([Decimal("9.5"), Decimal(0), Decimal("100.25")]))
        claims.append(builders.rentekrav(f"R{prefix}", f"H{prefix}", str(start), str(end), Decimal(10_000), rate))
    return claims


@st.composite
def _basis(draw: st.DrawFn, references: list[str], debtor: str, creditor: str) -> Json:
    if draw(st.booleans()):
        basis = builders.alminnelig_tvangsgrunnlag(draw(st.sampled_from(ALMINNELIGE)), references, debtor, creditor)
    else:
        kind = draw(st.sampled_from(sorted(SAERLIGE)))
        basis = builders.saerlig_tvangsgrunnlag(kind, references, debtor, creditor)
        if kind != "skriftligMeddelelse" and draw(st.booleans()):
            del basis["varsel"]
            basis["begrunnelseUnnlatVarsel"] = "fullbyrdelsenKanBliVanskeliggjort"
    return basis


def _prioritise(begjaering: Json) -> None:
    """Priorities on every claim, on future interest and on the court fee."""
    for number, claim in enumerate(begjaering["kravTilInnkreving"], start=1):
        claim["prioritetISak"] = number
        if "rentebaerendeKrav" in claim:
            claim["rentebaerendeKrav"]["prioritetISakFremtidigRentekrav"] = number
    begjaering["kreverRettsgebyrErstattet"] = {"kreverRettsgebyrErstattet": True, "prioritetISakRettsgebyr": 99}


@dataclass(frozen=True)
class NearMiss:
    """A begjæring that breaks exactly these conditions."""

    begjaering: Json
    koder: frozenset[str]


Breaker = Callable[[Json], None]


def _of_type(begjaering: Json, *types: str) -> list[Json]:
    return [claim for claim in begjaering["kravTilInnkreving"] if claim["kravdetaljer"] in types]


def _spoil_account(begjaering: Json) -> None:
    begjaering["betalingsinformasjon"]["kontoinformasjon"]["kontonummer"] = broken(builders.KONTONUMMER)


def _spoil_kid(begjaering: Json) -> None:
    begjaering["betalingsinformasjon"]["kidnummer"] = broken(builders.KID)


def _spoil_amount(begjaering: Json) -> None:
    for name in ("opprinneligBeloep", "gjenstaaendeBeloep"):
        begjaering["kravTilInnkreving"][-1][name]["beloep"] = 0.001


def _pay_in_the_future(begjaering: Json) -> None:
    payment = {"bokfoertDato": "2999-12-31", "beloep": builders.beloep(1)}
    begjaering["kravTilInnkreving"][0]["innbetaling"] = [payment]


def _drop_due_date(begjaering: Json) -> None:
    del _of_type(begjaering, "Hovedkrav")[-1]["kravforfall"]


def _unused_claim(begjaering: Json) -> None:
    extra = builders.hovedkrav("UBRUKT", 1)
    if "prioritetISak" in begjaering["kravTilInnkreving"][0]:
        extra["prioritetISak"] = 50
    begjaering["kravTilInnkreving"].append(extra)


def _point_nowhere(begjaering: Json) -> None:
    begjaering["begjaeringensTvangsgrunnlag"][-1]["innsendersKravreferanse"].append("INGEN")


def _relate_principal(begjaering: Json) -> None:
    first = begjaering["kravTilInnkreving"][0]
    extra = builders.hovedkrav("RELATERT", 1, relatertKrav=[first["innsendersKravreferanse"]])
    if "prioritetISak" in first:
        extra["prioritetISak"] = 50
    begjaering["kravTilInnkreving"].append(extra)
    begjaering["begjaeringensTvangsgrunnlag"][0]["innsendersKravreferanse"].append("RELATERT")


def _repeat_debtor(begjaering: Json) -> None:
    begjaering["saksoekt"].append(deepcopy(begjaering["saksoekt"][-1]))


def _mistype_basis(begjaering: Json) -> None:
    begjaering["begjaeringensTvangsgrunnlag"][0]["tvangsgrunnlag"]["type"] = "annet"


def _no_street(begjaering: Json) -> None:
    del begjaering["saksoeker"][-1]["saksoeker"]["adresse"][0]["adresseInnland"]["adressetekst"]


BREAKERS: dict[str, Breaker] = {
    "UGYLDIG_KONTONR": _spoil_account,
    "UGYLDIG_KID": _spoil_kid,
    "UGYLDIG_BELOEP": _spoil_amount,
    "INNBETALING_FRAM_I_TID": _pay_in_the_future,
    "KRAV_MANGLER_FORFALLSDATO": _drop_due_date,
    "KRAV_IKKE_BENYTTET": _unused_claim,
    "TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER": _point_nowhere,
    "HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV": _relate_principal,
    "DUPLIKAT_SAKSOEKT": _repeat_debtor,
    "UGYLDIG_VEDLEGG_TVANGSGRUNNLAG": _mistype_basis,
    "SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG": _no_street,
}
"""Mutations that fit any valid begjæring and do not interfere with one another."""


@st.composite
def near_miss(draw: st.DrawFn, parties: Parties, sender: str, today: datetime.date) -> NearMiss:
    """A valid begjæring with one to three things broken."""
    begjaering = draw(valid(parties, sender, today))
    koder = draw(st.lists(st.sampled_from(sorted(BREAKERS)), min_size=1, max_size=3, unique=True))
    for kode in koder:
        BREAKERS[kode](begjaering)
    return NearMiss(begjaering, frozenset(koder))
