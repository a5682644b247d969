"""Each condition that a request alone can break, with a request that breaks it and one that barely does not."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from harness.sandbox.faults.catalogue import all_faults
from harness.sandbox.utleggsbegjaering.rules import all_rules
from tests.sandbox.utleggsbegjaering.test_faults import NEED_A_STATE

Change = Callable[[Any], Any]
SUB_UNIT, ENK, LOCKED, UNKNOWN = "315608589", "311851381", "08907395937", "01818040071"


@dataclass(frozen=True)
class Condition:
    """`breaks` makes the example break this condition and no other; `holds` is the closest one that passes."""

    kode: str
    breaks: Change
    holds: Change


def at(node: Any, path: str) -> Any:
    for part in path.split("/"):
        node = node[int(part)] if isinstance(node, list) else node[part]
    return node


def put(path: str, value: Any) -> Change:
    parent, _, name = path.rpartition("/")

    def change(begjaering: Any) -> None:
        node = at(begjaering, parent) if parent else begjaering
        if name == "-":
            node.append(copy.deepcopy(value))
        elif isinstance(node, list):
            node[int(name)] = value
        else:
            node[name] = value

    return change


def drop(path: str) -> Change:
    parent, _, name = path.rpartition("/")

    def change(begjaering: Any) -> None:
        node = at(begjaering, parent) if parent else begjaering
        node.pop(int(name) if isinstance(node, list) else name)

    return change


def repeat(path: str) -> Change:
    """Appends a copy of a list's element to that list."""
    return lambda begjaering: at(begjaering, path.rpartition("/")[0]).append(copy.deepcopy(at(begjaering, path)))


def both(*changes: Change) -> Change:
    def change(begjaering: Any) -> None:
        for each in changes:
            each(begjaering)

    return change


def nothing(begjaering: Any) -> None:
    """The example as it is."""


def enterprise(number: str) -> dict[str, Any]:
    identifikator = {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}
    return {"navn": "PRØVENDE VIRKSOMHET", "identifikator": identifikator, "virksomhetstype": "annet"}


K, T = "kravTilInnkreving", "begjaeringensTvangsgrunnlag"
S, D, INNSENDER = "saksoeker/0/saksoeker", "saksoekt/0/saksoekt", "innsender/innsender"
SP, IP = "saksoeker/0/saksoekersProsessfullmektig", "innsender/innsendersProsessfullmektig"
NUMBER = "identifikator/taxIdentificationNumber"
PERSON = {"personnavn": {"fornavn": "PRØVENDE", "etternavn": "PERSON"}}
FOREIGN = {"adressetype": "postadresse", "adresseUtland": {"poststedUtland": "", "landkode": "SE"}}
FOREIGN_WHOLE = {"adressetype": "postadresse", "adresseUtland": {"poststedUtland": "Lund", "landkode": "SE"}}
POSTAL = {"adressetype": "postadresse", "adresseInnland": {"adressetekst": "Postboks 1", "postnummer": "7001"}}
TERMS = {"harForsinkelsesrente": True, "prioritetISakFremtidigRentekrav": 8}
INTEREST = {
    "rentePeriode": {"startdato": "2025-06-01", "sluttdato": "2025-07-01"},
    "beregnetMedForsinkelsesrente": True,
}
UNUSED = {
    "innsendersKravreferanse": "UBRUKT",
    "kravdetaljer": "Hovedkrav",
    "prioritetDekningsloven": "e",
    "prioritetISak": 9,
    "opprinneligBeloep": {"beloep": 1},
    "gjenstaaendeBeloep": {"beloep": 1},
    "kravforfall": {"forfallsdato": "2026-01-01"},
}
WITNESS = {"type": "annet", "filnavn": "x.pdf", "uuid": ""}


def debtor_as_enterprise(number: str) -> Change:
    return both(drop(f"{D}/person"), put(f"{D}/virksomhet", enterprise(number)))


def debtor_as_person(number: str) -> Change:
    return put(f"{D}/person/{NUMBER}", number)


CONDITIONS = (
    Condition(
        "INNSENDER_IKKE_ORGANISASJON",
        both(drop(f"{INNSENDER}/virksomhet"), put(f"{INNSENDER}/person", PERSON)),
        nothing,
    ),
    Condition("INNSENDER_MANGLER", drop("innsender"), drop("innsender/saksbehandler")),
    Condition(
        "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING",
        put(f"{INNSENDER}/virksomhet/{NUMBER}", "310288837"),
        put(f"{INNSENDER}/virksomhet/navn", "ET ANNET NAVN"),
    ),
    Condition(
        "DUPLIKAT_SAKSOEKER",
        repeat("saksoeker/0"),
        both(repeat("saksoeker/0"), put(f"saksoeker/1/saksoeker/virksomhet/{NUMBER}", "312220008")),
    ),
    Condition(
        "DUPLIKAT_SAKSOEKT",
        repeat("saksoekt/0"),
        both(repeat("saksoekt/0"), put(f"saksoekt/1/saksoekt/person/{NUMBER}", "03898431389")),
    ),
    Condition(
        "ER_IKKE_HOVEDENHET", put(f"{S}/virksomhet/{NUMBER}", SUB_UNIT), put(f"{S}/virksomhet/{NUMBER}", "312220008")
    ),
    Condition("MAKS_EN_ADRESSE_AV_HVER_TYPE", repeat(f"{D}/adresse/0"), put(f"{D}/adresse/-", POSTAL)),
    Condition(
        "MANGLER_OPPLYSNINGER_OM_SAKSOEKER",
        put(f"{S}/virksomhet/navn", " "),
        both(drop(f"{S}/virksomhet"), put(f"{S}/person", PERSON | {"foedselsdato": "1980-01-01"})),
    ),
    Condition(
        "MANGLER_OPPLYSNINGER_OM_SAKSOEKT",
        both(drop(f"{D}/person/identifikator"), drop(f"{D}/person/foedselsdato")),
        drop(f"{D}/person/identifikator"),
    ),
    Condition(
        "SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG",
        drop(f"{S}/adresse/0/adresseInnland/adressetekst"),
        drop(f"{S}/adresse/0/adresseInnland/poststedsnavn"),
    ),
    Condition(
        "SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG",
        put(f"{S}/adresse/0", FOREIGN),
        put(f"{S}/adresse/0", FOREIGN_WHOLE),
    ),
    Condition("SAKSOEKT_ER_ENK", debtor_as_enterprise(ENK), debtor_as_enterprise("213330004")),
    Condition("SAKSOEKT_ER_IKKE_HOVEDENHET", debtor_as_enterprise(SUB_UNIT), debtor_as_enterprise("213330004")),
    Condition("SAKSOEKT_GAMMELT_REGELVERK", debtor_as_person(LOCKED), debtor_as_person("03898431389")),
    Condition("SAKSOEKT_GAMMELT_REGELVERK", debtor_as_enterprise("313159949"), debtor_as_enterprise("213330004")),
    Condition("SAKSOEKT_MANGLER_I_REGISTERET", debtor_as_person(UNKNOWN), debtor_as_person("03898431389")),
    Condition("SAKSOKER_ER_ENK", put(f"{S}/virksomhet/{NUMBER}", ENK), put(f"{S}/virksomhet/{NUMBER}", "312220008")),
    Condition(
        "SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG",
        put(f"{D}/adresse/0/adresseInnland/adressetekst", ""),
        put(f"{D}/adresse/0/adresseInnland/adressetekst", "x"),
    ),
    Condition(
        "SAKSØKTES_UTENLANDS_ADRESSE_UGYLDIG", put(f"{D}/adresse/-", FOREIGN), put(f"{D}/adresse/-", FOREIGN_WHOLE)
    ),
    Condition(
        "SAMME_SAKSOEKT_SOM_SAKSOEKER",
        lambda begjaering: put(S, copy.deepcopy(at(begjaering, D)))(begjaering),
        both(
            lambda begjaering: put(S, copy.deepcopy(at(begjaering, D)))(begjaering),
            put(f"{S}/person/{NUMBER}", "03898431389"),
        ),
    ),
    Condition(
        "MANGLER_OPPLYSNINGER_BEVILLINGSHAVER",
        drop(f"{IP}/bevillingshaver"),
        both(
            drop(f"{IP}/bevillingshaver"),
            put(f"{IP}/prosessfullmektig/virksomhet/virksomhetstype", "advokatfirma"),
        ),
    ),
    Condition(
        "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON",
        put(f"{SP}/prosessfullmektig/person/personnavn/etternavn", ""),
        drop(f"{SP}/prosessfullmektig/person/identifikator"),
    ),
    Condition(
        "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON",
        put(
            f"{SP}/prosessfullmektig/adresse",
            [{"adressetype": "ukjentBosted", "ukjentBosted": {"begrunnelse": "Flyttet"}}],
        ),
        put(f"{SP}/prosessfullmektig/adresse", [FOREIGN_WHOLE]),
    ),
    Condition(
        "UGYLDIG_ORGNR_PROSESSFULLMEKTIG",
        put(f"{IP}/prosessfullmektig/virksomhet/{NUMBER}", "312345677"),
        put(f"{IP}/prosessfullmektig/virksomhet/{NUMBER}", "312987651"),
    ),
    Condition(
        "MANGELFULLE_KONTOOPPLYSNINGER",
        put("betalingsinformasjon/kontoinformasjon", {}),
        put("betalingsinformasjon/kontoinformasjon", {"bic": "DNBANOKK"}),
    ),
    Condition(
        "UGYLDIG_KID",
        put("betalingsinformasjon/kidnummer", "1234567"),
        put("betalingsinformasjon/kidnummer", "123456785"),
    ),
    Condition(
        "UGYLDIG_KONTONR",
        put("betalingsinformasjon/kontoinformasjon/kontonummer", "86011117948"),
        both(
            put("betalingsinformasjon/kontoinformasjon/kontonummer", "86011117948"),
            put("betalingsinformasjon/norskKonto", value=False),
        ),
    ),
    Condition(
        "INNBETALING_FRAM_I_TID",
        put(f"{K}/0/innbetaling/0/bokfoertDato", "2026-05-21"),
        put(f"{K}/0/innbetaling/0/bokfoertDato", "2026-05-20"),
    ),
    Condition(
        "KRAV_DUPLIKATE_REFERANSER",
        repeat(f"{K}/5"),
        both(
            repeat(f"{K}/5"),
            put(f"{K}/6/innsendersKravreferanse", "DOM-2"),
            put(f"{T}/1/innsendersKravreferanse/-", "DOM-2"),
        ),
    ),
    Condition(
        "KRAV_IKKE_BENYTTET",
        put(f"{K}/-", UNUSED),
        both(put(f"{K}/-", UNUSED), put(f"{T}/1/innsendersKravreferanse/-", "UBRUKT")),
    ),
    Condition(
        "KRAV_I_FLERE_TVANGSGRUNNLAG",
        put(f"{T}/0/innsendersKravreferanse/-", "DOM"),
        put(f"{T}/1/innsendersKravreferanse/-", "DOM"),
    ),
    Condition(
        "KRAV_MANGLER_FORFALLSDATO",
        drop(f"{K}/5/kravforfall"),
        both(drop(f"{K}/3/kravforfall"), put(f"{K}/3/kravdetaljer", "Sakskostnader")),
    ),
    Condition("KRAV_MANGLER_FORFALLSDATO", drop(f"{K}/3/kravforfall"), nothing),
    Condition(
        "KRAV_OPPGIS_UTEN_FORFALLSDATO",
        put(f"{K}/1/kravforfall", {"forfallsdato": "2025-03-01"}),
        put(f"{K}/3/kravdetaljer", "Sakskostnader"),
    ),
    Condition(
        "KRAV_OPPGIS_UTEN_FORFALLSDATO",
        put(f"{K}/4/kravforfall", {"forfallsdato": "2025-03-01"}),
        put(f"{K}/3/kravdetaljer", "TidligereRettsligeSakskostnader"),
    ),
    Condition(
        "MANGLER_KRAV",
        both(put(K, []), put(f"{T}/0/innsendersKravreferanse", []), put(f"{T}/1/innsendersKravreferanse", [])),
        both(
            lambda begjaering: begjaering.update({K: [begjaering[K][5]]}),
            drop(f"{T}/0"),
        ),
    ),
    Condition(
        "TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER", put(f"{T}/0/innsendersKravreferanse/-", "FINNES-IKKE"), nothing
    ),
    Condition(
        "UGYLDIG_BELOEP",
        put(f"{K}/5/opprinneligBeloep/beloep", 4000.125),
        put(f"{K}/5/opprinneligBeloep/beloep", 4000.12),
    ),
    Condition(
        "UGYLDIG_BELOEP", put(f"{K}/5/gjenstaaendeBeloep/beloep", -0.01), put(f"{K}/5/gjenstaaendeBeloep/beloep", 0)
    ),
    Condition(
        "UGYLDIG_BELOEP",
        put(f"{K}/0/innbetaling/0/beloep/beloep", 1.001),
        put(f"{K}/0/innbetaling/0/beloep/beloep", 1.000),
    ),
    Condition(
        "UGYLDIG_RENTE",
        put(f"{K}/1/rentekrav/beregnetMedAvtaltRentesats", 9.755),
        put(f"{K}/1/rentekrav/beregnetMedAvtaltRentesats", 9.76),
    ),
    Condition(
        "UGYLDIG_RENTE",
        put(f"{K}/0/rentebaerendeKrav/avtaltRentesats", -1),
        put(f"{K}/0/rentebaerendeKrav/avtaltRentesats", 0),
    ),
    Condition(
        "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL",
        put(f"{K}/3/relatertKrav/0", "RENTE-1"),
        drop(f"{K}/3/relatertKrav"),
    ),
    Condition(
        "HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV",
        put(f"{K}/0/relatertKrav", ["SKRIVING"]),
        put(f"{K}/0/relatertKrav", []),
    ),
    Condition("RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV", put(f"{K}/3/relatertKrav/0", "SALÆR"), nothing),
    Condition("RELATERTE_KRAV_MÅ_FINNES", put(f"{K}/3/relatertKrav/0", "DOM"), nothing),
    Condition("RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER", put(f"{K}/3/relatertKrav/0", "FINNES-IKKE"), nothing),
    Condition(
        "RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV",
        put(f"{K}/2/relatertKrav/-", "SALÆR"),
        put(f"{K}/2/relatertKrav", ["SALÆR"]),
    ),
    Condition("RENTEKRAV_KAN_IKKE_HA_RENTEKRAV", put(f"{K}/2/relatertKrav/0", "RENTE-1"), nothing),
    Condition(
        "RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER",
        put(f"{K}/2/rentebaerendeKrav", TERMS),
        put(f"{K}/5/rentebaerendeKrav", TERMS),
    ),
    Condition(
        "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",
        put(f"{K}/1/rentekrav/rentePeriode/startdato", "2025-09-01"),
        put(f"{K}/1/rentekrav/rentePeriode/startdato", "2025-08-31"),
    ),
    Condition(
        "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",
        put(f"{K}/1/rentekrav/rentePeriode", {"startdato": "2026-05-20"}),
        put(f"{K}/1/rentekrav/rentePeriode", {"startdato": "2026-05-19"}),
    ),
    Condition(
        "RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV", put(f"{K}/5/rentekrav", INTEREST), put(f"{K}/1/rentekrav", INTEREST)
    ),
    Condition("RENTE_MAA_HA_RELATERT_KRAV", drop(f"{K}/2/relatertKrav"), drop(f"{K}/4/relatertKrav")),
    Condition(
        "PRIORITET_MANGLER",
        drop(f"{K}/5/prioritetISak"),
        both(*(drop(f"{K}/{position}/prioritetISak") for position in range(6))),
    ),
    Condition(
        "PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER",
        drop(f"{K}/0/rentebaerendeKrav/prioritetISakFremtidigRentekrav"),
        both(
            drop(f"{K}/0/rentebaerendeKrav/prioritetISakFremtidigRentekrav"),
            *(drop(f"{K}/{position}/prioritetISak") for position in range(6)),
        ),
    ),
    Condition(
        "PRIORITET_MANGLER_PÅ_RETTSGEBYR",
        drop("kreverRettsgebyrErstattet/prioritetISakRettsgebyr"),
        put("kreverRettsgebyrErstattet", {"kreverRettsgebyrErstattet": False}),
    ),
    Condition(
        "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET",
        drop(f"{T}/0/saerligTvangsgrunnlag/skriftligMeddelelse/kanBehandlesIForliksraadet"),
        put(f"{T}/0/saerligTvangsgrunnlag/skriftligMeddelelse/kanBehandlesIForliksraadet", value=False),
    ),
    Condition(
        "PAASTAND_PAAKREVET",
        drop(f"{T}/0/saerligTvangsgrunnlag/skriftligMeddelelse/paastand"),
        both(
            drop(f"{T}/0/saerligTvangsgrunnlag/skriftligMeddelelse/paastand"),
            put("tvangsfullbyrdelsestype", "utlegg"),
        ),
    ),
    Condition(
        "PARAGRAF_4_18_VARSEL_PAAKREVET",
        drop(f"{T}/0/varsel"),
        both(drop(f"{T}/0/varsel"), put(f"{T}/0/begrunnelseUnnlatVarsel", "ingenMulighetForVarsling")),
    ),
    Condition(
        "PARAGRAF_4_19_VARSEL_PAAKREVET",
        put(f"{T}/1/varsel/0/type", "varselTvfbl418"),
        both(drop(f"{T}/1/varsel"), put(f"{T}/1/begrunnelseUnnlatVarsel", "fullbyrdelsenKanBliVanskeliggjort")),
    ),
    Condition(
        "UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING",
        put(f"{K}/3/betalingsoppfordring/0/betalingsoppfordring/type", "annet"),
        nothing,
    ),
    Condition("UGYLDIG_VEDLEGG_FULLMAKT", put(f"{SP}/fullmakt/fullmakt/type", "annet"), nothing),
    Condition(
        "UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING",
        put(f"{K}/5/transporterklaering/0/transporterklaering/type", "annet"),
        nothing,
    ),
    Condition("UGYLDIG_VEDLEGG_TVANGSGRUNNLAG", put(f"{T}/0/tvangsgrunnlag/type", "tvangskraftgrunnlag"), nothing),
    Condition(
        "UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG",
        put(f"{T}/0/varsel/0/tvangskraftgrunnlag/type", "tvangsgrunnlag"),
        nothing,
    ),
    Condition("VEDLEGG_SKAL_HA_UUID", put(f"{T}/0/tvangsgrunnlag/uuid", ""), nothing),
    Condition(
        "VEDLEGG_SKAL_VAERE_TILGJENGELIG",
        put(f"{T}/0/tvangsgrunnlag/uuid", "ffffffff-ffff-4fff-8fff-ffffffffffff"),
        nothing,
    ),
)
each_condition = pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.kode)


@each_condition
def test_a_request_that_breaks_it_is_refused_with_exactly_its_code(
    condition: Condition, sender: Any, conditions_of: Any
):
    begjaering = sender.begjaering()
    condition.breaks(begjaering)

    submitted, validated = sender.submit(begjaering), sender.validate(begjaering)

    assert conditions_of(submitted) == [condition.kode]
    assert conditions_of(validated) == [condition.kode]


@each_condition
def test_its_neighbour_passes(condition: Condition, sender: Any):
    begjaering = sender.begjaering()
    condition.holds(begjaering)

    validated, submitted = sender.validate(begjaering), sender.submit(begjaering)

    assert (validated.status_code, validated.content) == (204, b"")
    assert submitted.status_code == 201, submitted.text


def test_all_broken_conditions_are_told_together(sender: Any, conditions_of: Any):
    begjaering = sender.begjaering()
    put("betalingsinformasjon/kidnummer", "1234567")(begjaering)
    repeat("saksoekt/0")(begjaering)
    drop(f"{T}/1/varsel")(begjaering)

    answer = sender.submit(begjaering)

    assert conditions_of(answer) == ["DUPLIKAT_SAKSOEKT", "PARAGRAF_4_19_VARSEL_PAAKREVET", "UGYLDIG_KID"]


def test_a_condition_broken_twice_is_told_once_with_both_places(sender: Any):
    begjaering = sender.begjaering()
    drop(f"{K}/0/kravforfall")(begjaering)
    drop(f"{K}/5/kravforfall")(begjaering)

    told = sender.submit(begjaering).json()["kontrollutslag"]

    assert [each["melding"] for each in told] == [
        "Forfallsdato mangler. ($.kravTilInnkreving[0].kravforfall.forfallsdato,"
        " $.kravTilInnkreving[5].kravforfall.forfallsdato)"
    ]


def test_a_kid_by_modulus_11_may_end_in_a_dash(sender: Any):
    begjaering = sender.begjaering()
    begjaering["betalingsinformasjon"]["kidnummer"] = "6-"

    assert sender.validate(begjaering).status_code == 204


ELSEWHERE = {
    "DUPLIKAT_INNSENDING",
    "INNSENDER_IKKE_IDENTIFISERBAR",
    "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN",
    "VEDLEGG_SKAL_IKKE_HA_FEILET",
    "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
}
"""Conditions that need earlier calls: covered by `test_filing` and `test_attachments`."""

FOR_CHANGES = {
    "UAVKLART_STATUS",
    "UGYLDIG_STATUS",
    "ULOVLIG_ENDRING_BEGJAERINGSDATO",
    "ULOVLIG_ENDRING_INNSENDER",
    "ULOVLIG_ENDRING_SAKSOEKER",
    "ULOVLIG_ENDRING_SAKSOEKT",
    "ULOVLIG_ENDRING_UNDERSKRIFT",
}
"""Conditions that apply only to changes: covered by `test_changes`."""


def test_each_condition_is_provoked_somewhere():
    rules = all_rules()

    assert {rule.kode for rule in rules if rule.only_for_changes} == FOR_CHANGES
    assert {rule.kode for rule in rules} == {each.kode for each in CONDITIONS} | ELSEWHERE | FOR_CHANGES


@pytest.mark.nightly  # the self-test meets every fault
def test_each_fault_that_enforces_less_lets_a_condition_through(sender: Any):
    prepared = [(condition, sender.begjaering()) for condition in CONDITIONS]
    for condition, begjaering in prepared:
        condition.breaks(begjaering)
    faults = [
        fault.name
        for fault in all_faults()
        if fault.api == "utleggsbegjaering"
        and fault.theme in {"conditions", "half_enforced"}
        and fault.name not in NEED_A_STATE
    ]

    def lets_through(fault: str) -> bool:
        sender.fault = fault
        return any(condition.kode not in sender.validate(begjaering).text for condition, begjaering in prepared)

    assert len(faults) > 50
    assert [fault for fault in faults if not lets_through(fault)] == []
