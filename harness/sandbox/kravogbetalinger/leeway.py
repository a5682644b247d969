"""What a good answer may lack according to the model and the examples: such a change breaks nothing.

Most members of the model (1.1.1, 2024-09-24; dossier, section 6) are optional. Not listed here are those whose absence
has a meaning:

* a missing list is empty,
* missing interest is zero: ledger systems omit it from settled claims (section 7),
* the unplaced part of a payment is an addend of a total of the same answer (aapnekrav, TOT9),
* `tilOgMed` is part of the requested period, which the answer repeats.
"""

from collections.abc import Mapping

from harness.sandbox.kravogbetalinger.restless import NEW_FIELD

CLAIM = frozenset(
    {
        "kravbeskrivelse",
        "kravperiode",
        "opprettelsesdatoForKrav",
        "kravgruppe",
        "hovedstolKravidentifikator",
        "fastsettingsmaate",
    }
)
UNPLACED_PAYMENT = frozenset(
    {
        "partIdentifikator",
        "innbetalingsidentifikator",
        "innbetalingsdato",
        "innbetaltBeloep",
        "mottakersKontonummer",
        "innbetaltFra",
        "innbetalingstype",
    }
)
MEANS_OF_PAYMENT = frozenset({"kidnummer", "meldingSendtTilMottaker", "valutakode", "konto"})
ACCOUNT = frozenset({"bankinformasjon", "kontoeiersNavn", "kontonummer", "iban", "swiftBIC"})

OPTIONAL: Mapping[str, frozenset[str]] = {
    "": frozenset({"totalOversikt", "oversiktPerKravgruppe"}),  # absent from the examples of 2025
    "aapentKravMedGjenstaaendeBeloep": CLAIM,
    "krav": CLAIM,
    "kravperiode": frozenset({"aar", "terminTekniskNavn", "fraDato", "tilDato"}),
    "plassertInnbetaling": frozenset(
        {"plassertDato", "innbetalingsdato", "innbetaltBeloep", "innbetaltFra", "innbetalingstype"}
    ),
    "plassertMotkrav": frozenset({"plassertDato", "kravbeskrivelse", "forfallsdato", "kravperiode"}),
    "innbetalingMedUplassertBeloep": UNPLACED_PAYMENT,
    "innbetaling": UNPLACED_PAYMENT | {"uplassertBeloep"},
    "plassertKrav": frozenset(
        {
            "plassertDato",
            "kravbeskrivelse",
            "kravforfallsdato",
            "opprinneligKravforfallsbeloep",
            "gjenstaaendeKravforfallsbeloep",
        }
    ),
    "utbetaling": frozenset({"utbetalingstatus"}),
    "kreditKrav": frozenset({"kravbeskrivelse", "kravtype", "kravperiode"}),
    "betalingsinformasjon": MEANS_OF_PAYMENT,
    "innbetaltFra": MEANS_OF_PAYMENT,
    "betaltTil": MEANS_OF_PAYMENT,
    "konto": ACCOUNT,
    "mottakersKontonummer": ACCOUNT,
}
"""What may be left out, by parent member; the empty name is the root."""


REPEATED = frozenset({"utbetaling"})
"""Lists that may repeat an element: the published utbetalinger has one three times (2023-10-04 to 2025-09-02)."""


def may_be_changed(path: str, kind: str) -> bool:
    """Whether an answer still keeps the contract after this change to the member at a path (`krav[].kravgruppe`)."""
    names = [name.removesuffix("[]") for name in path.split(".")]
    *holders, member = names
    holder = holders[-1] if holders else ""
    is_absent, is_repeated = kind == "drop" and member in OPTIONAL.get(holder, frozenset()), kind == "repeat"
    return names[0] == NEW_FIELD or is_absent or (is_repeated and member in REPEATED)
