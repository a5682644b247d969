"""Answers written by hand in which every relation holds; a test changes one thing in a copy."""

import copy
from decimal import Decimal
from typing import Any

PARTY = "310123455"
OWNER = "14838290095"


def text(words: str) -> dict[str, Any]:
    return {"spraakTekst": [{"tekst": words, "spraak": "nb"}]}


def own_account() -> dict[str, Any]:
    return {"kontoeiersNavn": "Skatteetaten", "kontonummer": "76940518888", "iban": "NO5876940518888"}


def payer() -> dict[str, Any]:
    return {"konto": {"kontonummer": "******32070", "kontoeiersNavn": "VARM LERKE ENK"}}


def vat_claim() -> dict[str, Any]:
    """Partly paid, with interest: 61 244.50 less 11 244.25."""
    return {
        "partIdentifikator": PARTY,
        "kravidentifikator": "KRAV-1",
        "kravtype": "Mva-melding",
        "kravgruppe": "Merverdiavgift",
        "opprinneligBeloep": Decimal("61244.50"),
        "gjenstaaendeBeloep": Decimal("50000.25"),
        "stipulerteRenter": Decimal("842.75"),
        "opprettelsesdatoForKrav": "2026-04-13",
        "kravbeskrivelse": text("Mva-melding"),
        "kravperiode": {
            "periodeBeskrivelse": text("januar - februar"),
            "aar": "2026",
            "terminTekniskNavn": "01",
            "fraDato": "2026-01-01",
            "tilDato": "2026-02-28",
        },
        "kravforfall": [
            {
                "kravforfallsIdentifikator": "KRAV-1",
                "forfallsdato": "2026-04-11",
                "opprinneligBeloep": Decimal("61244.50"),
                "gjenstaaendeBeloep": Decimal("50000.25"),
                "betalingsinformasjon": {"kidnummer": "12122017820100322000004", "konto": own_account()},
                "plassertInnbetaling": [
                    {
                        "innbetalingsIdentifikator": "INN-1",
                        "plassertBeloep": Decimal("-11244.25"),
                        "plassertDato": "2026-05-02",
                        "innbetalingsdato": "2026-05-01",
                        "innbetaltBeloep": Decimal("-11344.25"),
                        "innbetaltFra": payer(),
                        "innbetalingstype": "Innbetalt OCR",
                    }
                ],
            }
        ],
    }


def tax_claim() -> dict[str, Any]:
    """The owner's, in two instalments, the first paid out of another claim, the second not yet due."""
    return {
        "partIdentifikator": OWNER,
        "kravidentifikator": "4711",
        "kravtype": "RESTSKATT",
        "kravgruppe": "Skatt",
        "opprinneligBeloep": Decimal("2000.50"),
        "gjenstaaendeBeloep": Decimal("1000.25"),
        "opprettelsesdatoForKrav": "2026-06-01",
        "kravbeskrivelse": text("Restskatt"),
        "kravperiode": {"periodeBeskrivelse": text("Inntektstår"), "aar": "2025"},
        "kravforfall": [
            {
                "kravforfallsIdentifikator": "4712",
                "forfallsdato": "2026-08-20",
                "opprinneligBeloep": Decimal("1000.25"),
                "gjenstaaendeBeloep": Decimal("0.0"),
                "betalingsinformasjon": {},
                "plassertMotkrav": [
                    {"kravforfallsIdentifikator": "9", "plassertBeloep": Decimal("-1000.25"), "kravtype": "K"}
                ],
            },
            {
                "kravforfallsIdentifikator": "4713",
                "forfallsdato": "2026-12-20",
                "opprinneligBeloep": Decimal("1000.25"),
                "gjenstaaendeBeloep": Decimal("1000.25"),
                "betalingsinformasjon": {"konto": own_account()},
            },
        ],
    }


def credit_claim() -> dict[str, Any]:
    """A credit of 500.00, paid out in full."""
    return {
        "partIdentifikator": PARTY,
        "kravidentifikator": "5001",
        "kravtype": "AVVIK_ARBGAVG_KREDIT",
        "kravgruppe": "Arbeidsgiveravgift",
        "opprinneligBeloep": Decimal("-500.00"),
        "gjenstaaendeBeloep": Decimal("0.0"),
        "stipulerteRenter": Decimal("0.0"),
        "opprettelsesdatoForKrav": "2026-02-01",
        "kravforfall": [
            {
                "kravforfallsIdentifikator": "5002",
                "forfallsdato": "2026-02-15",
                "opprinneligBeloep": Decimal("-500.00"),
                "gjenstaaendeBeloep": Decimal("0.0"),
                "betalingsinformasjon": {},
                "plassertUtbetaling": [
                    {
                        "utbetalingsidentifikator": "UT-1",
                        "utbetaltBeloep": Decimal("500.00"),
                        "utbetaltDato": "2026-03-01",
                        "betaltTil": {},
                        "plassertBeloep": Decimal("500.00"),
                        "plassertDato": "2026-03-01",
                    }
                ],
            }
        ],
    }


def payment_in() -> dict[str, Any]:
    """11 344.25, of which 100.00 covers nothing yet."""
    return {
        "partIdentifikator": PARTY,
        "innbetalingsidentifikator": "INN-1",
        "innbetalingsdato": "2026-05-01",
        "innbetaltBeloep": Decimal("-11344.25"),
        "uplassertBeloep": Decimal("-100.00"),
        "innbetaltFra": payer(),
        "innbetalingstype": "Innbetalt OCR",
        "plassertKrav": [
            {
                "kravforfallIdentifikator": "KRAV-1",
                "plassertBeloep": Decimal("11244.25"),
                "plassertDato": "2026-05-02",
                "opprinneligKravforfallsbeloep": Decimal("61244.50"),
                "gjenstaaendeKravforfallsbeloep": Decimal("50000.25"),
            }
        ],
    }


def payment_out() -> dict[str, Any]:
    return {
        "partIdentifikator": PARTY,
        "utbetalingsidentifikator": "UT-1",
        "utbetaltdato": "2026-03-01",
        "utbetaltBeloep": Decimal("500.00"),
        "betaltTil": {"konto": {"kontonummer": "627xxxxxx"}},
        "grunnlagForUtbetaling": {
            "kreditKrav": [
                {
                    "kravforfallidentifikator": "5002",
                    "opprinneligBeloep": Decimal("-500.00"),
                    "gjenstaaendeBeloep": Decimal("0.0"),
                    "utbetaltBeloep": Decimal("500.00"),
                }
            ]
        },
    }


def aapnekrav() -> dict[str, Any]:
    """Exact sums. As of 2026-11-25: one due date has passed, one has not."""
    return {
        "partIdentifikator": PARTY,
        "skjermet": False,
        "aapentKravMedGjenstaaendeBeloep": [vat_claim(), tax_claim()],
        "innbetalingMedUplassertBeloep": [payment_in()],
        "totalOversikt": sums("842.75", "50000.25", "1000.25", "51743.25")
        | {"sumUplasserteInnbetalinger": Decimal("-100.00")},
        "oversiktPerKravgruppe": [
            {"kravgruppe": "Merverdiavgift"} | sums("842.75", "50000.25", "0.0", "50843.00"),
            {"kravgruppe": "Skatt"} | sums("0.0", "0.0", "1000.25", "1000.25"),
        ],
    }


def aapnekrav_cut() -> dict[str, Any]:
    """The same with every addend truncated to whole kroner; unplaced payments keep their øre."""
    body = aapnekrav()
    body["innbetalingMedUplassertBeloep"][0]["uplassertBeloep"] = Decimal("-100.50")
    whole = sums("842", "50000", "1000", "51741") | {"sumUplasserteInnbetalinger": Decimal("-100.50")}
    body["totalOversikt"] = whole
    body["oversiktPerKravgruppe"] = [
        {"kravgruppe": "Merverdiavgift"} | sums("842", "50000", "0", "50842"),
        {"kravgruppe": "Skatt"} | sums("0", "0", "1000", "1000"),
    ]
    return body


def krav() -> dict[str, Any]:
    listed = [vat_claim(), tax_claim(), credit_claim()]
    return {"partIdentifikator": PARTY, "periode": year(), "skjermet": False, "krav": listed}


def innbetalinger() -> dict[str, Any]:
    return {"partIdentifikator": PARTY, "periode": year(), "skjermet": False, "innbetaling": [payment_in()]}


def utbetalinger() -> dict[str, Any]:
    return {"partIdentifikator": PARTY, "periode": year(), "skjermet": False, "utbetaling": [payment_out()]}


def year() -> dict[str, str]:
    return {"fraOgMed": "2026-01-01", "tilOgMed": "2026-12-31"}


def sums(renter: str, forfalt: str, ikke_forfalt: str, saldo: str) -> dict[str, Any]:
    return {
        "sumStipulerteRenter": Decimal(renter),
        "sumForfalteKrav": Decimal(forfalt),
        "sumIkkeForfalteKrav": Decimal(ikke_forfalt),
        "saldo": Decimal(saldo),
    }


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a path (`krav.0.kravforfall.0.forfallsdato`) replaced, or removed for `...`."""
    copied = copy.deepcopy(body)
    *way, last = path.split(".")
    place: Any = copied
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    if value is ...:
        del place[int(last) if isinstance(place, list) else last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return copied
