"""A case as shown by the status and the insight service (diagrams 2025-10-24 and 2025-10-22)."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from harness.sandbox.utleggsbegjaering.model.parties import Partsidentifikator
from harness.sandbox.utleggsbegjaering.register import Register
from harness.sandbox.utleggsbegjaering.store import Case, Store

KRAVBESKRIVELSE = {
    "Hovedkrav": "hovedkrav",
    "Sakskostnader": "sakskostnader",
    "SakskostnaderForSkriving": "sakskostnaderForSkriving",
    "UtenrettsligeKostnader": "utenrettsligeKostnader",
    "TidligereRettsligeSakskostnader": "tidligereRettsligeKostnader",
    "Rentekrav": "rentekrav",
}
SAKSSTATUS = (
    "sakOpprettet",
    "sakUnderBehandling",
    "sakNektetFremmet",
    "sakForelagt",
    "sakBesluttet",
    "sakAvsluttet",
    "sakHevet",
)
DECIDED = frozenset({"sakBesluttet", "sakAvsluttet"})
TEST_REFERENCES = {
    "TEST_SAK_OPPRETTET": "sakOpprettet",
    "TEST_SAK_UNDER_BEHANDLING": "sakUnderBehandling",
    "TEST_SAK_NEKTET_FREMMET": "sakNektetFremmet",
    "TEST_SAK_FORELAGT": "sakForelagt",
    "TEST_SAK_BESLUTTET": "sakBesluttet",
    "TEST_SAK_AVSLUTTET": "sakAvsluttet",
    "TEST_SAK_HEVET": "sakHevet",
}
"""Status page, 2026-05-26. TEST_UGYLDIG is unknown, like any other reference."""

COURT_FEE = Decimal(1314)
"""One rettsgebyr in kroner, as in 2025; the status shows it for a fee that is claimed back."""
ACTORS = ("virksomhet", "person", "sammenslutning")


def status_of(case: Case, store: Store) -> dict[str, Any]:
    """StatusPaaSak."""
    request: Any = store.request(case.referanse)
    claims = list(_claims(request, store.claim_ids(case.referanse), store))
    status: dict[str, Any] = {
        "eksternSaksreferanse": case.referanse,
        "saksnummer": case.saksnummer,
        "saksstatus": case.saksstatus,
        "meldingsdato": case.meldingsdato.isoformat(),
        "saksoeker": [_party(each, "saksoeker", "saksoekersProsessfullmektig") for each in request["saksoeker"]],
        "saksoekt": [_party(each, "saksoekt", "saksoektesProsessfullmektig") for each in request["saksoekt"]],
        "kravISak": claims,
    }
    if case.innsenderReferanse is not None:
        status["innsenderReferanse"] = case.innsenderReferanse
    if case.saksstatus in DECIDED:
        status["beslutningsinformasjon"] = _decisions(case.referanse, status, case.meldingsdato)
    return status


def _claims(request: Any, ids: Mapping[str, str], store: Store) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - stored JSON
    for krav in request["kravTilInnkreving"]:
        identifier = ids[krav["innsendersKravreferanse"]]
        amount = krav["gjenstaaendeBeloep"]
        left = Decimal(amount["beloep"]) - sum(Decimal(paid) for paid in store.payments(identifier))
        yield {
            "kravgrunnlagsidentifikator": identifier,
            "innsendersKravreferanse": krav["innsendersKravreferanse"],
            "kravbeskrivelse": KRAVBESKRIVELSE[krav["kravdetaljer"]],
            "gjenstaaendeBeloep": amount | {"beloep": max(left, Decimal(0))},
            "prioritetDekningsloven": krav["prioritetDekningsloven"],
        }
    if request.get("kreverRettsgebyrErstattet", {}).get("kreverRettsgebyrErstattet"):
        fee = {"beloep": COURT_FEE, "valuta": "NOK"}
        yield {"kravbeskrivelse": "rettsgebyr", "gjenstaaendeBeloep": fee, "prioritetDekningsloven": "e"}


def _party(party: Mapping[str, Any], role: str, representative: str) -> dict[str, Any]:
    shown = {kind: party[role][kind] for kind in ACTORS if kind in party[role]}
    return shown | ({representative: party[representative]} if representative in party else {})


def _decisions(name: str, status: Mapping[str, Any], time: datetime.datetime) -> list[dict[str, Any]]:
    """One decision per debtor: a deduction, a charge, and "nothing to seize" for the rest."""
    ids = [krav["kravgrunnlagsidentifikator"] for krav in status["kravISak"] if "kravgrunnlagsidentifikator" in krav]

    def measure(kind: str) -> dict[str, Any]:
        return {"tiltaksidentifikator": f"{kind}-{name}", "kravgrunnlagsidentifikator": ids}

    return [
        {
            "beslutningstidspunkt": time.isoformat(),
            "saksoekt": saksoekt,
            "besluttetUtleggstrekk": measure("trekk"),
            "besluttetUtleggspant": [measure("pant")],
            "besluttetIntetTilUtlegg": measure("intet"),
        }
        for saksoekt in status["saksoekt"]
    ]


def fixed_case(referanse: str, register: Register, now: datetime.datetime) -> dict[str, Any] | None:
    """The synthetic answer to a fixed test reference; None for any other reference."""
    saksstatus = TEST_REFERENCES.get(referanse)
    if saksstatus is None:
        return None
    roles, midnight = register.by_role, now.replace(hour=0, minute=0, second=0, microsecond=0)
    status: dict[str, Any] = {
        "eksternSaksreferanse": referanse,
        "saksnummer": f"UTLBGJ/2026/{list(TEST_REFERENCES).index(referanse) + 1:02}",
        "saksstatus": saksstatus,
        "innsenderReferanse": f"REF-{referanse}",
        "meldingsdato": midnight.isoformat(),
        "saksoeker": [
            {
                "virksomhet": {
                    "navn": "PRØVENDE BJØRK AS",
                    "identifikator": _norwegian(roles["saksoeker"]),
                    "virksomhetstype": "annet",
                }
            }
        ],
        "saksoekt": [
            {
                "person": {
                    "personnavn": {"fornavn": "PRØVENDE", "etternavn": "SKYLDNER"},
                    "identifikator": _norwegian(roles["saksoekt"]),
                }
            }
        ],
        "kravISak": [
            {
                "kravgrunnlagsidentifikator": f"KRAV-{referanse}",
                "innsendersKravreferanse": "H1",
                "kravbeskrivelse": "hovedkrav",
                "gjenstaaendeBeloep": {"beloep": 8000, "valuta": "NOK"},
                "prioritetDekningsloven": "e",
            }
        ],
    }
    if saksstatus in DECIDED:
        status["beslutningsinformasjon"] = _decisions(referanse, status, midnight)
    return status


def _norwegian(number: str) -> dict[str, str]:
    return {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}


def deduction(
    cases: Sequence[Case],
    saksoeker: Partsidentifikator,
    saksoekt: Partsidentifikator,
    store: Store,
    now: datetime.datetime,
) -> dict[str, Any]:
    """ResponsInnsynIEttTrekk: the claims of these cases in a deduction that began with the first case."""
    claims = [
        {
            "kravreferanse": krav["innsendersKravreferanse"],
            "kravgrunnlagsidentifikator": krav["kravgrunnlagsidentifikator"],
            "prioritetDekningsloven": krav["prioritetDekningsloven"],
            "kravMedSammePrioritet": {
                "detaljerAndreKravMedSammePrioritet": {"sumGjenstaaendeBeloep": 12000, "kravetsAndel": 40}
            },
        }
        for case in cases
        for krav in status_of(case, store)["kravISak"]
        if "kravgrunnlagsidentifikator" in krav
    ]
    month = now.date().replace(day=1)
    return {
        "saksoekt": saksoekt.model_dump(exclude_none=True),
        "saksoeker": saksoeker.model_dump(exclude_none=True),
        "tidspunktForInnsynsforespoersel": now.isoformat(),
        "saksoekersKravIEttTrekk": claims,
        "besluttetTrekkPerTrekkpliktig": [
            {
                "trekkpliktig": _norwegian("310288837"),
                "besluttetTrekkstoerrelseForPeriode": [
                    {"startdato": month.isoformat(), "besluttetTrekkbeloep": {"trekkbeloep": 1500}}
                ],
            }
        ],
        "mottattTrekkbeloepSistePeriode": {
            "startdato": (month - datetime.timedelta(days=1)).replace(day=1).isoformat(),
            "sluttdato": now.date().isoformat(),
            "mottattTrekkbeloepDato": [
                {"dato": month.isoformat(), "mottattTrekkbeloep": {"trekkbeloep": 1500}},
            ],
        },
    }
