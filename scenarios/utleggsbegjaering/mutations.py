"""Ways to break a begjæring, one function per condition, each small enough that its name says what it does.

A mutation changes `builders.complex_` so that it breaks only that condition, by our reading of the page's table of
conditions (2026-03-04). `may_also` are the conditions that the published texts allow to come with it.
"""

import datetime
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.builders import Json, beloep, hovedkrav, partsidentifikator, person, virksomhet
from scenarios.utleggsbegjaering.identifiers import broken, synthetic_organisation
from scenarios.utleggsbegjaering.parties import Parties

ANOTHER_REFERENCE = "annen-referanse-"
"""A file whose name begins like this is uploaded under another begjæring's reference."""

UNKNOWN_FILE = "ukjent-"
"""A file whose name begins like this is not uploaded at all."""

GAP = "RELATERTE_KRAV_MÅ_FINNES"
COST = "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL"
ONE_ONLY = "RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV"


@dataclass(frozen=True)
class Mutation:
    """A mutation that breaks one condition.

    `only_for_changes`: it is broken relative to the begjæring that the case was made with.
    """

    kode: str
    apply: Callable[[Json, Parties], None]
    may_also: frozenset[str]
    only_for_changes: bool

    @property
    def name(self) -> str:
        return self.apply.__name__

    def __call__(self, begjaering: Json, parties: Parties) -> Json:
        """The begjæring with the condition broken; the given one is not modified."""
        changed = deepcopy(begjaering)
        self.apply(changed, parties)
        return changed


MUTATIONS: list[Mutation] = []


def breaks(
    kode: str, *may_also: str, only_for_changes: bool = False
) -> Callable[[Callable[[Json, Parties], None]], Callable[[Json, Parties], None]]:
    """Registers a mutation under the condition that it breaks."""

    def register(apply: Callable[[Json, Parties], None]) -> Callable[[Json, Parties], None]:
        MUTATIONS.append(Mutation(kode, apply, frozenset(may_also), only_for_changes))
        return apply

    return register


def by_kode() -> Mapping[str, list[Mutation]]:
    """The mutations of each condition."""
    found: dict[str, list[Mutation]] = {}
    for mutation in MUTATIONS:
        found.setdefault(mutation.kode, []).append(mutation)
    return found


def claim(begjaering: Json, reference: str) -> Json:
    found: Json = next(k for k in begjaering["kravTilInnkreving"] if k["innsendersKravreferanse"] == reference)
    return found


def claimant(begjaering: Json) -> Json:
    found: Json = begjaering["saksoeker"][0]["saksoeker"]
    return found


def debtor(begjaering: Json) -> Json:
    found: Json = begjaering["saksoekt"][0]["saksoekt"]
    return found


def basis(begjaering: Json, number: int) -> Json:
    """0 is the særlig, 1 the alminnelig enforcement basis."""
    found: Json = begjaering["begjaeringensTvangsgrunnlag"][number]
    return found


def _become(actor: Json, other: Json) -> None:
    """Replaces one actor with another."""
    actor.clear()
    actor.update(other)


@breaks("INNSENDER_MANGLER")
def leave_out_the_sender(begjaering: Json, parties: Parties) -> None:
    del begjaering["innsender"]


@breaks("INNSENDER_IKKE_ORGANISASJON")
def make_the_sender_a_person(begjaering: Json, parties: Parties) -> None:
    number = parties["saksoekt_annen"]
    _become(begjaering["innsender"]["innsender"], person(number, parties.born("saksoekt_annen")))


@breaks("INNSENDER_IKKE_ORGANISASJON")
def make_the_sender_an_association(begjaering: Json, parties: Parties) -> None:
    _become(begjaering["innsender"]["innsender"], builders.sammenslutning())


@breaks("INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING")
def send_in_the_name_of_another(begjaering: Json, parties: Parties) -> None:
    begjaering["innsender"]["innsender"]["virksomhet"]["identifikator"] = partsidentifikator(parties["saksoeker_annen"])


@breaks("DUPLIKAT_SAKSOEKER")
def repeat_the_claimant(begjaering: Json, parties: Parties) -> None:
    begjaering["saksoeker"].append({"saksoeker": deepcopy(claimant(begjaering))})


@breaks("DUPLIKAT_SAKSOEKT")
def repeat_the_debtor(begjaering: Json, parties: Parties) -> None:
    begjaering["saksoekt"].append(deepcopy(begjaering["saksoekt"][0]))


@breaks("ER_IKKE_HOVEDENHET")
def make_the_claimant_a_sub_unit(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["virksomhet"]["identifikator"] = partsidentifikator(parties["underenhet"])


@breaks("MAKS_EN_ADRESSE_AV_HVER_TYPE")
def repeat_an_address_of_the_debtor(begjaering: Json, parties: Parties) -> None:
    debtor(begjaering)["adresse"].append(deepcopy(debtor(begjaering)["adresse"][0]))


@breaks("MAKS_EN_ADRESSE_AV_HVER_TYPE")
def give_the_claimant_two_addresses_of_a_type(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["adresse"].append(builders.adresse(gate="Prøvegata 9"))


@breaks("MANGLER_OPPLYSNINGER_OM_SAKSOEKER")
def empty_the_name_of_the_claimant(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["virksomhet"]["navn"] = ""


@breaks("MANGLER_OPPLYSNINGER_OM_SAKSOEKT")
def leave_the_debtor_with_a_name_alone(begjaering: Json, parties: Parties) -> None:
    del debtor(begjaering)["person"]["identifikator"], debtor(begjaering)["person"]["foedselsdato"]


@breaks("SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG")
def leave_out_the_street_of_the_claimant(begjaering: Json, parties: Parties) -> None:
    del claimant(begjaering)["adresse"][0]["adresseInnland"]["adressetekst"]


@breaks("SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG")
def empty_the_place_of_the_claimant_abroad(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["adresse"] = [_abroad("forretningsadresse", "")]


@breaks("SAKSOEKT_ER_ENK")
def make_the_debtor_a_sole_proprietorship(begjaering: Json, parties: Parties) -> None:
    _become(debtor(begjaering), virksomhet(parties["enk"], "PRØVENDE ENK"))


@breaks("SAKSOEKT_ER_IKKE_HOVEDENHET")
def make_the_debtor_a_sub_unit(begjaering: Json, parties: Parties) -> None:
    _become(debtor(begjaering), virksomhet(parties["underenhet"], "PRØVENDE UNDERENHET"))


@breaks("SAKSOEKT_GAMMELT_REGELVERK")
def make_the_debtor_a_person_under_the_old_rules(begjaering: Json, parties: Parties) -> None:
    role = "gammelt_regelverk_person"
    _become(debtor(begjaering), person(parties[role], parties.born(role)))


@breaks("SAKSOEKT_GAMMELT_REGELVERK")
def make_the_debtor_an_enterprise_under_the_old_rules(begjaering: Json, parties: Parties) -> None:
    _become(debtor(begjaering), virksomhet(parties["gammelt_regelverk_virksomhet"]))


@breaks("SAKSOEKT_MANGLER_I_REGISTERET")
def make_the_debtor_a_person_in_no_register(begjaering: Json, parties: Parties) -> None:
    _become(debtor(begjaering), person(parties["ukjent_person"], parties.born("ukjent_person")))


@breaks("SAKSOKER_ER_ENK")
def make_the_claimant_a_sole_proprietorship(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["virksomhet"]["identifikator"] = partsidentifikator(parties["enk"])


@breaks("SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG")
def leave_out_the_street_of_the_debtor(begjaering: Json, parties: Parties) -> None:
    del debtor(begjaering)["adresse"][0]["adresseInnland"]["adressetekst"]


@breaks("SAKSØKTES_UTENLANDS_ADRESSE_UGYLDIG")
def empty_the_place_of_the_debtor_abroad(begjaering: Json, parties: Parties) -> None:
    debtor(begjaering)["adresse"] = [_abroad("bopelsadresse", "")]


@breaks("SAMME_SAKSOEKT_SOM_SAKSOEKER")
def make_the_debtor_the_claimant_too(begjaering: Json, parties: Parties) -> None:
    _become(claimant(begjaering), deepcopy(debtor(begjaering)))


def _abroad(adressetype: str, place: str) -> Json:
    return {"adressetype": adressetype, "adresseUtland": {"poststedUtland": place, "landkode": "SE"}}


@breaks("MANGLER_OPPLYSNINGER_BEVILLINGSHAVER")
def leave_out_the_licence_holder_of_the_agency(begjaering: Json, parties: Parties) -> None:
    del begjaering["innsender"]["innsendersProsessfullmektig"]["bevillingshaver"]


@breaks("MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON")
def empty_the_surname_of_the_representative(begjaering: Json, parties: Parties) -> None:
    representative = begjaering["saksoeker"][0]["saksoekersProsessfullmektig"]["prosessfullmektig"]
    representative["person"]["personnavn"]["etternavn"] = ""


@breaks("UGYLDIG_ORGNR_PROSESSFULLMEKTIG")
def spoil_the_number_of_the_agency(begjaering: Json, parties: Parties) -> None:
    agency = begjaering["innsender"]["innsendersProsessfullmektig"]["prosessfullmektig"]["virksomhet"]
    agency["identifikator"] = partsidentifikator(broken(synthetic_organisation(77)))


@breaks("MANGELFULLE_KONTOOPPLYSNINGER")
def empty_the_account(begjaering: Json, parties: Parties) -> None:
    begjaering["betalingsinformasjon"]["kontoinformasjon"] = {}


@breaks("UGYLDIG_KID")
def spoil_the_payment_reference(begjaering: Json, parties: Parties) -> None:
    begjaering["betalingsinformasjon"]["kidnummer"] = broken(builders.KID)


@breaks("UGYLDIG_KONTONR")
def spoil_the_account_number(begjaering: Json, parties: Parties) -> None:
    begjaering["betalingsinformasjon"]["kontoinformasjon"]["kontonummer"] = broken(builders.KONTONUMMER)


@breaks("INNBETALING_FRAM_I_TID")
def date_a_payment_in_the_future(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H1")["innbetaling"][0]["bokfoertDato"] = "2999-01-01"


@breaks("KRAV_DUPLIKATE_REFERANSER")
def repeat_a_claim(begjaering: Json, parties: Parties) -> None:
    begjaering["kravTilInnkreving"].append(deepcopy(claim(begjaering, "H2")))


@breaks("KRAV_IKKE_BENYTTET")
def add_a_claim_under_no_basis(begjaering: Json, parties: Parties) -> None:
    begjaering["kravTilInnkreving"].append(hovedkrav("H3", 100, "2025-06-01", prioritetISak=1))


@breaks("KRAV_I_FLERE_TVANGSGRUNNLAG")
def put_a_claim_under_two_bases(begjaering: Json, parties: Parties) -> None:
    basis(begjaering, 0)["innsendersKravreferanse"].append("H2")


@breaks("KRAV_MANGLER_FORFALLSDATO")
def leave_out_the_due_date_of_a_principal_claim(begjaering: Json, parties: Parties) -> None:
    del claim(begjaering, "H2")["kravforfall"]


@breaks("KRAV_MANGLER_FORFALLSDATO")
def leave_out_the_due_date_of_a_cost(begjaering: Json, parties: Parties) -> None:
    del claim(begjaering, "U1")["kravforfall"]


@breaks("KRAV_OPPGIS_UTEN_FORFALLSDATO")
def give_interest_a_due_date(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R1")["kravforfall"] = {"forfallsdato": "2025-02-14"}


@breaks("KRAV_OPPGIS_UTEN_FORFALLSDATO")
def give_the_cost_of_writing_a_due_date(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "S1")["kravforfall"] = {"forfallsdato": "2025-02-14"}


@breaks("MANGLER_KRAV")
def leave_out_every_claim(begjaering: Json, parties: Parties) -> None:
    begjaering["kravTilInnkreving"] = []
    for number in range(2):
        basis(begjaering, number)["innsendersKravreferanse"] = []


@breaks("TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER")
def point_a_basis_at_no_claim(begjaering: Json, parties: Parties) -> None:
    basis(begjaering, 0)["innsendersKravreferanse"].append("FINNES-IKKE")


@breaks("UGYLDIG_BELOEP")
def give_an_amount_three_decimals(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H2").update(opprinneligBeloep=beloep("5000.123"), gjenstaaendeBeloep=beloep("5000.123"))


@breaks("UGYLDIG_BELOEP")
def make_a_claim_negative(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H2").update(opprinneligBeloep=beloep(-5000), gjenstaaendeBeloep=beloep(-5000))


@breaks("UGYLDIG_BELOEP")
def make_a_payment_negative(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H1")["innbetaling"][0]["beloep"] = beloep(-1)


@breaks("UGYLDIG_RENTE")
def give_an_agreed_rate_three_decimals(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R2")["rentekrav"]["beregnetMedAvtaltRentesats"] = 12.345


@breaks("UGYLDIG_RENTE")
def make_an_agreed_rate_negative(begjaering: Json, parties: Parties) -> None:
    terms = {"avtaltRentesats": -1, "prioritetISakFremtidigRentekrav": 5}
    claim(begjaering, "H1")["rentebaerendeKrav"] = terms


@breaks(COST)
def relate_a_cost_to_interest(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "U1")["relatertKrav"] = ["R1"]


@breaks("HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV")
def relate_a_principal_claim_to_a_cost(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H1")["relatertKrav"] = ["S1"]


@breaks("RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV", COST)
def relate_a_cost_to_itself(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "U1")["relatertKrav"] = ["U1"]


@breaks(GAP)
def relate_a_cost_to_a_claim_of_another_basis(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "U1")["relatertKrav"] = ["H2"]


@breaks("RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER", GAP)
def relate_a_cost_to_no_claim(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "U1")["relatertKrav"] = ["FINNES-IKKE"]


@breaks(ONE_ONLY)
def relate_interest_to_two_claims(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R2")["relatertKrav"] = ["H1", "U1"]


@breaks("RENTEKRAV_KAN_IKKE_HA_RENTEKRAV", ONE_ONLY)
def relate_interest_to_interest(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R2")["relatertKrav"] = ["R1"]


@breaks("RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER")
def let_interest_bear_interest(begjaering: Json, parties: Parties) -> None:
    terms = {"harForsinkelsesrente": True, "prioritetISakFremtidigRentekrav": 5}
    claim(begjaering, "R2")["rentebaerendeKrav"] = terms


@breaks("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE")
def begin_an_interest_period_after_its_end(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R1")["rentekrav"]["rentePeriode"]["startdato"] = "2025-12-01"


@breaks("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE")
def end_an_interest_period_on_the_day_that_it_begins(begjaering: Json, parties: Parties) -> None:
    period = claim(begjaering, "R1")["rentekrav"]["rentePeriode"]
    period["sluttdato"] = period["startdato"]


@breaks("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE")
def begin_an_interest_period_on_the_day_of_the_begjaering(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "R1")["rentekrav"]["rentePeriode"] = {"startdato": begjaering["begjaeringsdato"]}


@breaks("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE")
def begin_an_interest_period_after_the_begjaering(begjaering: Json, parties: Parties) -> None:
    later = datetime.date.fromisoformat(begjaering["begjaeringsdato"]) + datetime.timedelta(days=7)
    claim(begjaering, "R1")["rentekrav"]["rentePeriode"] = {"startdato": later.isoformat()}


@breaks("RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV")
def put_details_of_interest_on_a_principal_claim(begjaering: Json, parties: Parties) -> None:
    period = {"startdato": "2025-06-01", "sluttdato": "2025-07-01"}
    claim(begjaering, "H2")["rentekrav"] = {"rentePeriode": period, "beregnetMedForsinkelsesrente": True}


@breaks("RENTE_MAA_HA_RELATERT_KRAV", ONE_ONLY)
def relate_interest_to_nothing(begjaering: Json, parties: Parties) -> None:
    del claim(begjaering, "R2")["relatertKrav"]


@breaks("PRIORITET_MANGLER")
def leave_out_the_priority_of_one_claim(begjaering: Json, parties: Parties) -> None:
    del claim(begjaering, "H2")["prioritetISak"]


@breaks("PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER")
def leave_out_the_priority_of_future_interest(begjaering: Json, parties: Parties) -> None:
    del claim(begjaering, "H1")["rentebaerendeKrav"]["prioritetISakFremtidigRentekrav"]


@breaks("PRIORITET_MANGLER_PÅ_RETTSGEBYR")
def leave_out_the_priority_of_the_court_fee(begjaering: Json, parties: Parties) -> None:
    del begjaering["kreverRettsgebyrErstattet"]["prioritetISakRettsgebyr"]


def _meddelelse(begjaering: Json) -> Json:
    found: Json = basis(begjaering, 0)["saerligTvangsgrunnlag"]["skriftligMeddelelse"]
    return found


@breaks("KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET")
def leave_out_whether_the_conciliation_board_may_take_it(begjaering: Json, parties: Parties) -> None:
    del _meddelelse(begjaering)["kanBehandlesIForliksraadet"]


@breaks("PAASTAND_PAAKREVET")
def leave_out_the_statement_of_claim(begjaering: Json, parties: Parties) -> None:
    del _meddelelse(begjaering)["paastand"]


@breaks("PARAGRAF_4_18_VARSEL_PAAKREVET")
def leave_out_the_notice_of_section_4_18(begjaering: Json, parties: Parties) -> None:
    del basis(begjaering, 0)["varsel"]


@breaks("PARAGRAF_4_19_VARSEL_PAAKREVET")
def leave_out_the_notice_of_section_4_19(begjaering: Json, parties: Parties) -> None:
    del basis(begjaering, 1)["varsel"]


@breaks("UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING")
def mistype_the_payment_demand(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "U1")["betalingsoppfordring"][0]["betalingsoppfordring"]["type"] = "annet"


@breaks("UGYLDIG_VEDLEGG_FULLMAKT")
def mistype_the_power_of_attorney(begjaering: Json, parties: Parties) -> None:
    begjaering["saksoeker"][0]["saksoekersProsessfullmektig"]["fullmakt"]["fullmakt"]["type"] = "annet"


@breaks("UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING")
def mistype_the_assignment(begjaering: Json, parties: Parties) -> None:
    claim(begjaering, "H2")["transporterklaering"][0]["transporterklaering"]["type"] = "annet"


@breaks("UGYLDIG_VEDLEGG_TVANGSGRUNNLAG")
def mistype_the_enforcement_basis(begjaering: Json, parties: Parties) -> None:
    basis(begjaering, 0)["tvangsgrunnlag"]["type"] = "annet"


@breaks("UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG")
def mistype_the_notice(begjaering: Json, parties: Parties) -> None:
    basis(begjaering, 0)["varsel"][0]["tvangskraftgrunnlag"]["type"] = "annet"


def _judgment(begjaering: Json) -> Json:
    found: Json = basis(begjaering, 1)["tvangsgrunnlag"]
    return found


@breaks("VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN")
def cite_a_file_of_another_begjaering(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = f"{ANOTHER_REFERENCE}dom.pdf"


@breaks("VEDLEGG_SKAL_HA_UUID")
def empty_the_uuid_of_a_file(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering).update(filnavn="uten-uuid.pdf", uuid="")


@breaks("VEDLEGG_SKAL_IKKE_HA_FEILET")
def cite_a_file_whose_validation_failed(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = "valideringsfeil-dom.pdf"


@breaks("VEDLEGG_SKAL_IKKE_HA_FEILET")
def cite_a_file_whose_conversion_failed(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = "konverteringsfeil-dom.pdf"


@breaks("VEDLEGG_SKAL_VAERE_TILGJENGELIG")
def cite_a_file_that_is_not_there(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = f"{UNKNOWN_FILE}dom.pdf"


@breaks("VEDLEGG_SKAL_VAERE_TILGJENGELIG")
def cite_a_file_with_a_virus(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = "virus-dom.pdf"


@breaks("VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT")
def cite_a_file_that_is_still_being_looked_at(begjaering: Json, parties: Parties) -> None:
    _judgment(begjaering)["filnavn"] = "treg-dom.pdf"


@breaks("ULOVLIG_ENDRING_BEGJAERINGSDATO", only_for_changes=True)
def move_the_date(begjaering: Json, parties: Parties) -> None:
    moved = datetime.date.fromisoformat(begjaering["begjaeringsdato"]) - datetime.timedelta(days=1)
    begjaering["begjaeringsdato"] = moved.isoformat()


@breaks("ULOVLIG_ENDRING_SAKSOEKER", only_for_changes=True)
def change_the_claimant(begjaering: Json, parties: Parties) -> None:
    claimant(begjaering)["virksomhet"]["identifikator"] = partsidentifikator(parties["saksoeker_annen"])


@breaks("ULOVLIG_ENDRING_SAKSOEKT", "SAKSOEKT_GAMMELT_REGELVERK", only_for_changes=True)
def bring_in_a_debtor_under_the_old_rules(begjaering: Json, parties: Parties) -> None:
    make_the_debtor_a_person_under_the_old_rules(begjaering, parties)


@breaks("ULOVLIG_ENDRING_UNDERSKRIFT", only_for_changes=True)
def change_the_signature(begjaering: Json, parties: Parties) -> None:
    begjaering["underskrift"] = "En Annen"


@breaks("ULOVLIG_ENDRING_INNSENDER", "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", only_for_changes=True)
def change_the_sender(begjaering: Json, parties: Parties) -> None:
    send_in_the_name_of_another(begjaering, parties)


def spread(value: Any, *mutations: Mutation, parties: Parties) -> Json:
    """A begjæring with several conditions broken, one after the other."""
    for mutation in mutations:
        value = mutation(value, parties)
    broken_one: Json = value
    return broken_one
