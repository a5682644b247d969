"""Conditions that are not enforced: each on its own, and some by theme."""

from harness.sandbox.faults.fault import in_service
from harness.sandbox.utleggsbegjaering.faults.surgery import FILING, Api, without

TOUCHES = FILING


@in_service(breaks="ELAN-COND-002", told=("INNSENDER_IKKE_IDENTIFISERBAR",))
def an_unknown_sender_is_accepted(service: Api) -> Api:
    """A sender that is in no register is accepted."""
    return without(service, "INNSENDER_IKKE_IDENTIFISERBAR")


@in_service(breaks="ELAN-COND-003", told=("INNSENDER_IKKE_ORGANISASJON",))
def a_person_sends(service: Api) -> Api:
    """A person is accepted as sender."""
    return without(service, "INNSENDER_IKKE_ORGANISASJON")


@in_service(breaks="ELAN-COND-004", told=("INNSENDER_MANGLER",))
def a_missing_sender_is_accepted(service: Api) -> Api:
    """A request without a sender is accepted."""
    return without(service, "INNSENDER_MANGLER")


@in_service(breaks="ELAN-COND-005", told=("INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING",))
def anybody_sends_for_anybody(service: Api) -> Api:
    """The sender is not compared with the token."""
    return without(service, "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING")


@in_service(breaks="ELAN-COND-008", told=("ER_IKKE_HOVEDENHET",))
def a_sub_unit_claims(service: Api) -> Api:
    """A sub-unit is accepted as claimant."""
    return without(service, "ER_IKKE_HOVEDENHET")


@in_service(breaks="ELAN-COND-015", told=("SAKSOEKT_ER_IKKE_HOVEDENHET",))
def a_sub_unit_owes(service: Api) -> Api:
    """A sub-unit is accepted as debtor."""
    return without(service, "SAKSOEKT_ER_IKKE_HOVEDENHET")


@in_service(breaks="ELAN-COND-017", told=("SAKSOEKT_MANGLER_I_REGISTERET",))
def an_unregistered_debtor_is_accepted(service: Api) -> Api:
    """A debtor in no register is accepted."""
    return without(service, "SAKSOEKT_MANGLER_I_REGISTERET")


@in_service(breaks="ELAN-COND-016", told=("SAKSOEKT_GAMMELT_REGELVERK",))
def old_rules_are_not_looked_up(service: Api) -> Api:
    """A debtor under the old rules is accepted."""
    return without(service, "SAKSOEKT_GAMMELT_REGELVERK")


@in_service(breaks="ELAN-COND-021", told=("SAMME_SAKSOEKT_SOM_SAKSOEKER",))
def a_party_claims_from_itself(service: Api) -> Api:
    """The same party is accepted as claimant and debtor."""
    return without(service, "SAMME_SAKSOEKT_SOM_SAKSOEKER")


@in_service(breaks="ELAN-COND-009", told=("MAKS_EN_ADRESSE_AV_HVER_TYPE",))
def two_addresses_of_a_type_are_accepted(service: Api) -> Api:
    """Two addresses of the same type are accepted."""
    return without(service, "MAKS_EN_ADRESSE_AV_HVER_TYPE")


@in_service(breaks="ELAN-COND-022", told=("MANGLER_OPPLYSNINGER_BEVILLINGSHAVER",))
def an_agency_needs_no_licence_holder(service: Api) -> Api:
    """A collection agency is accepted as representative without its licence holder."""
    return without(service, "MANGLER_OPPLYSNINGER_BEVILLINGSHAVER")


@in_service(breaks="ELAN-COND-025", told=("MANGELFULLE_KONTOOPPLYSNINGER",))
def empty_account_information_is_accepted(service: Api) -> Api:
    """Account information without any value is accepted."""
    return without(service, "MANGELFULLE_KONTOOPPLYSNINGER")


@in_service(breaks="ELAN-COND-026", told=("UGYLDIG_KID",))
def kid_is_not_checked(service: Api) -> Api:
    """A payment reference with a wrong check digit is accepted."""
    return without(service, "UGYLDIG_KID")


@in_service(breaks="ELAN-COND-027", told=("UGYLDIG_KONTONR",))
def account_number_is_not_checked(service: Api) -> Api:
    """An account number with a wrong check digit is accepted."""
    return without(service, "UGYLDIG_KONTONR")


@in_service(breaks="ELAN-COND-028", told=("INNBETALING_FRAM_I_TID",))
def payments_of_tomorrow_are_accepted(service: Api) -> Api:
    """A payment dated in the future is accepted."""
    return without(service, "INNBETALING_FRAM_I_TID")


@in_service(breaks="ELAN-COND-029", told=("KRAV_DUPLIKATE_REFERANSER",))
def claims_share_a_reference(service: Api) -> Api:
    """Two claims with the same reference are accepted."""
    return without(service, "KRAV_DUPLIKATE_REFERANSER")


@in_service(breaks="ELAN-COND-031", told=("KRAV_I_FLERE_TVANGSGRUNNLAG",))
def a_claim_under_two_bases_is_accepted(service: Api) -> Api:
    """A claim under two enforcement bases is accepted."""
    return without(service, "KRAV_I_FLERE_TVANGSGRUNNLAG")


@in_service(breaks="ELAN-COND-030", told=("KRAV_IKKE_BENYTTET",))
def a_claim_under_no_basis_is_accepted(service: Api) -> Api:
    """A claim under no enforcement basis is accepted."""
    return without(service, "KRAV_IKKE_BENYTTET")


@in_service(breaks="ELAN-COND-032", told=("KRAV_MANGLER_FORFALLSDATO",))
def a_missing_due_date_is_accepted(service: Api) -> Api:
    """A claim that needs a due date is accepted without one."""
    return without(service, "KRAV_MANGLER_FORFALLSDATO")


@in_service(breaks="ELAN-COND-033", told=("KRAV_OPPGIS_UTEN_FORFALLSDATO",))
def a_needless_due_date_is_accepted(service: Api) -> Api:
    """A claim that must have no due date is accepted with one."""
    return without(service, "KRAV_OPPGIS_UTEN_FORFALLSDATO")


@in_service(breaks="ELAN-COND-034", told=("MANGLER_KRAV",))
def no_claims_are_accepted(service: Api) -> Api:
    """A request without claims is accepted."""
    return without(service, "MANGLER_KRAV")


@in_service(breaks="ELAN-COND-035", told=("TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER",))
def a_basis_points_at_nothing(service: Api) -> Api:
    """An enforcement basis that refers to no claim is accepted."""
    return without(service, "TVANGSGRUNNLAG_UGYLDIGE_KRAVREFERANSER")


@in_service(breaks="ELAN-COND-036", told=("UGYLDIG_BELOEP",))
def amounts_are_not_checked(service: Api) -> Api:
    """Amounts that are negative or have more than two decimals are accepted."""
    return without(service, "UGYLDIG_BELOEP")


@in_service(breaks="ELAN-COND-037", told=("UGYLDIG_RENTE",))
def rates_are_not_checked(service: Api) -> Api:
    """Rates that are negative or have more than two decimals are accepted."""
    return without(service, "UGYLDIG_RENTE")


@in_service(breaks="ELAN-COND-038", told=("GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL",))
def a_cost_relates_to_interest(service: Api) -> Api:
    """A cost that relates to something other than a principal claim is accepted."""
    return without(service, "GEBYR_ELLER_SAKSKOSTNAD_HAR_ET_RELATERTKRAV_SOM_IKKE_ER_HOVEDSTOL")


@in_service(breaks="ELAN-COND-039", told=("HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV",))
def a_principal_claim_relates(service: Api) -> Api:
    """A principal claim that relates to another claim is accepted."""
    return without(service, "HOVEDSTOL_SKAL_IKKE_HA_ET_RELATERT_KRAV")


@in_service(breaks="ELAN-COND-040", told=("RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV",))
def a_claim_relates_to_itself(service: Api) -> Api:
    """A claim that relates to itself is accepted."""
    return without(service, "RELATERTE_KRAV_KAN_IKKE_PEKE_PÅ_SEG_SELV")


@in_service(breaks="ELAN-COND-041", told=("RELATERTE_KRAV_MÅ_FINNES",))
def a_claim_relates_across_bases(service: Api) -> Api:
    """A claim that relates to one under another basis is accepted."""
    return without(service, "RELATERTE_KRAV_MÅ_FINNES")


@in_service(breaks="ELAN-COND-042", told=("RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER",))
def a_claim_relates_to_nothing_known(service: Api) -> Api:
    """A claim that relates to a claim outside the request is accepted."""
    return without(service, "RELATERTE_KRAV_UGYLDIGE_KRAVREFERANSER")


@in_service(breaks="ELAN-COND-043", told=("RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV",))
def interest_relates_to_two_claims(service: Api) -> Api:
    """An interest claim that relates to two claims is accepted."""
    return without(service, "RENTEKRAV_KAN_BARE_RELATERES_TIL_ETT_KRAV")


@in_service(breaks="ELAN-COND-044", told=("RENTEKRAV_KAN_IKKE_HA_RENTEKRAV",))
def interest_relates_to_interest(service: Api) -> Api:
    """An interest claim that relates to an interest claim is accepted."""
    return without(service, "RENTEKRAV_KAN_IKKE_HA_RENTEKRAV")


@in_service(breaks="ELAN-COND-045", told=("RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER",))
def interest_bears_interest(service: Api) -> Api:
    """An interest claim that bears interest itself is accepted."""
    return without(service, "RENTEKRAV_KAN_IKKE_HA_RENTEOPPLYSNINGER")


@in_service(breaks="ELAN-COND-046", told=("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",))
def interest_periods_are_not_checked(service: Api) -> Api:
    """An interest period that ends before it begins is accepted."""
    return without(service, "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE")


@in_service(breaks="ELAN-COND-047", told=("RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV",))
def other_claims_carry_interest_details(service: Api) -> Api:
    """Details of an interest claim are accepted on another claim."""
    return without(service, "RENTEKRAV_TILKNYTTET_IKKE_RENTEKRAV")


@in_service(breaks="ELAN-COND-048", told=("RENTE_MAA_HA_RELATERT_KRAV",))
def interest_relates_to_nothing(service: Api) -> Api:
    """An interest claim that relates to nothing is accepted."""
    return without(service, "RENTE_MAA_HA_RELATERT_KRAV")


@in_service(breaks="ELAN-COND-049", told=("PRIORITET_MANGLER",))
def some_claims_lack_a_priority(service: Api) -> Api:
    """Priorities on only some of the claims are accepted."""
    return without(service, "PRIORITET_MANGLER")


@in_service(breaks="ELAN-COND-050", told=("PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER",))
def future_interest_lacks_a_priority(service: Api) -> Api:
    """Future interest without a priority is accepted although claims have priorities."""
    return without(service, "PRIORITET_MANGLER_PÅ_RENTEOPPLYSNINGER")


@in_service(breaks="ELAN-COND-051", told=("PRIORITET_MANGLER_PÅ_RETTSGEBYR",))
def the_court_fee_lacks_a_priority(service: Api) -> Api:
    """A court fee without a priority is accepted although claims have priorities."""
    return without(service, "PRIORITET_MANGLER_PÅ_RETTSGEBYR")


@in_service(breaks="ELAN-COND-052", told=("KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET",))
def the_conciliation_board_is_not_asked_for(service: Api) -> Api:
    """It need not be stated whether the conciliation board may hear the case."""
    return without(service, "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET")


@in_service(breaks="ELAN-COND-053", told=("PAASTAND_PAAKREVET",))
def no_statement_of_claim_is_needed(service: Api) -> Api:
    """A combined request is accepted without a statement of claim."""
    return without(service, "PAASTAND_PAAKREVET")


@in_service(breaks="ELAN-COND-054", told=("PARAGRAF_4_18_VARSEL_PAAKREVET",))
def notice_by_4_18_is_not_needed(service: Api) -> Api:
    """A special basis is accepted without a notice under section 4-18."""
    return without(service, "PARAGRAF_4_18_VARSEL_PAAKREVET")


@in_service(breaks="ELAN-COND-055", told=("PARAGRAF_4_19_VARSEL_PAAKREVET",))
def notice_by_4_19_is_not_needed(service: Api) -> Api:
    """A general basis is accepted without a notice under section 4-19."""
    return without(service, "PARAGRAF_4_19_VARSEL_PAAKREVET")


@in_service(breaks="ELAN-COND-061", told=("VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN",))
def an_attachment_of_another_request_is_accepted(service: Api) -> Api:
    """An attachment that belongs to another request is accepted."""
    return without(service, "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN")


@in_service(breaks="ELAN-COND-062", told=("VEDLEGG_SKAL_HA_UUID",))
def an_attachment_without_uuid_is_accepted(service: Api) -> Api:
    """An attachment without a uuid is accepted."""
    return without(service, "VEDLEGG_SKAL_HA_UUID")


@in_service(breaks="ELAN-COND-063", told=("VEDLEGG_SKAL_IKKE_HA_FEILET",))
def a_failed_attachment_is_accepted(service: Api) -> Api:
    """An attachment whose conversion failed is accepted."""
    return without(service, "VEDLEGG_SKAL_IKKE_HA_FEILET")


@in_service(breaks="ELAN-COND-064", told=("VEDLEGG_SKAL_VAERE_TILGJENGELIG",))
def an_attachment_that_is_not_there_is_accepted(service: Api) -> Api:
    """An attachment that is unknown, deleted or infected is accepted."""
    return without(service, "VEDLEGG_SKAL_VAERE_TILGJENGELIG")


@in_service(breaks="ELAN-COND-065", told=("VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",))
def an_attachment_that_is_not_ready_is_accepted(service: Api) -> Api:
    """An attachment is accepted before it is scanned."""
    return without(service, "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT")


@in_service(breaks="ELAN-COND-066", told=("UAVKLART_STATUS",))
def an_unprocessed_case_is_changed(service: Api) -> Api:
    """A change is accepted while the submission is unprocessed."""
    return without(service, "UAVKLART_STATUS")


@in_service(breaks="ELAN-COND-067", told=("UGYLDIG_STATUS",))
def a_closed_case_is_changed(service: Api) -> Api:
    """A change is accepted after the case was decided or closed."""
    return without(service, "UGYLDIG_STATUS")


@in_service(breaks="ELAN-COND-068", told=("ULOVLIG_ENDRING_BEGJAERINGSDATO",))
def the_date_may_change(service: Api) -> Api:
    """A change may alter the date of the request."""
    return without(service, "ULOVLIG_ENDRING_BEGJAERINGSDATO")


@in_service(breaks="ELAN-COND-069", told=("ULOVLIG_ENDRING_INNSENDER",))
def the_sender_may_change(service: Api) -> Api:
    """A change may alter the sender."""
    return without(service, "ULOVLIG_ENDRING_INNSENDER")


@in_service(breaks="ELAN-COND-070", told=("ULOVLIG_ENDRING_SAKSOEKER",))
def the_claimant_may_change(service: Api) -> Api:
    """A change may alter the claimant."""
    return without(service, "ULOVLIG_ENDRING_SAKSOEKER")


@in_service(breaks="ELAN-COND-072", told=("ULOVLIG_ENDRING_UNDERSKRIFT",))
def the_signature_may_change(service: Api) -> Api:
    """A change may alter the signature."""
    return without(service, "ULOVLIG_ENDRING_UNDERSKRIFT")


@in_service(breaks="ELAN-COND-007", told=("DUPLIKAT_SAKSOEKT", "DUPLIKAT_SAKSOEKER"))
def parties_are_listed_twice(service: Api) -> Api:
    """Parties that are listed twice are accepted."""
    return without(service, "DUPLIKAT_SAKSOEKT", "DUPLIKAT_SAKSOEKER")


@in_service(breaks="ELAN-COND-014", told=("SAKSOEKT_ER_ENK", "SAKSOKER_ER_ENK"))
def sole_proprietorships_are_parties(service: Api) -> Api:
    """Sole proprietorships are accepted as parties."""
    return without(service, "SAKSOEKT_ER_ENK", "SAKSOKER_ER_ENK")


@in_service(breaks="ELAN-COND-010", told=("MANGLER_OPPLYSNINGER_OM_SAKSOEKER", "MANGLER_OPPLYSNINGER_OM_SAKSOEKT"))
def parties_need_no_name(service: Api) -> Api:
    """Parties that cannot be identified are accepted."""
    return without(service, "MANGLER_OPPLYSNINGER_OM_SAKSOEKER", "MANGLER_OPPLYSNINGER_OM_SAKSOEKT")


@in_service(
    breaks="ELAN-COND-012", told=("SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG", "SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG")
)
def the_claimants_addresses_are_not_checked(service: Api) -> Api:
    """A claimant's incomplete addresses are accepted."""
    return without(service, "SAKSOEKERS_INNENLANDS_ADRESSE_UGYLDIG", "SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG")


@in_service(
    breaks="ELAN-COND-020", told=("SAKSØKTES_UTENLANDS_ADRESSE_UGYLDIG", "SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG")
)
def the_debtors_addresses_are_not_checked(service: Api) -> Api:
    """A debtor's incomplete addresses are accepted."""
    return without(service, "SAKSØKTES_UTENLANDS_ADRESSE_UGYLDIG", "SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG")


@in_service(
    breaks="ELAN-COND-024", told=("UGYLDIG_ORGNR_PROSESSFULLMEKTIG", "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON")
)
def representatives_are_not_checked(service: Api) -> Api:
    """Representatives without a full name or a valid number are accepted."""
    return without(service, "UGYLDIG_ORGNR_PROSESSFULLMEKTIG", "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON")


@in_service(
    breaks="ELAN-COND-059",
    told=(
        "UGYLDIG_VEDLEGG_TVANGSGRUNNLAG",
        "UGYLDIG_VEDLEGG_FULLMAKT",
        "UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING",
        "UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING",
        "UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG",
    ),
)
def attachments_of_any_type_are_accepted(service: Api) -> Api:
    """An attachment of another type than its place requires is accepted."""
    return without(
        service,
        "UGYLDIG_VEDLEGG_TVANGSGRUNNLAG",
        "UGYLDIG_VEDLEGG_FULLMAKT",
        "UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING",
        "UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING",
        "UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG",
    )


@in_service(breaks="ELAN-COND-071", told=("ULOVLIG_ENDRING_SAKSOEKT", "SAKSOEKT_GAMMELT_REGELVERK"))
def a_change_brings_in_old_rules(service: Api) -> Api:
    """A change may add a debtor under the old rules."""
    return without(service, "ULOVLIG_ENDRING_SAKSOEKT", "SAKSOEKT_GAMMELT_REGELVERK")


@in_service(breaks="ELAN-COND-006", told=("DUPLIKAT_SAKSOEKER",))
def a_claimant_is_listed_twice(service: Api) -> Api:
    """A claimant that is listed twice is accepted."""
    return without(service, "DUPLIKAT_SAKSOEKER")


@in_service(breaks="ELAN-COND-011", told=("MANGLER_OPPLYSNINGER_OM_SAKSOEKT",))
def a_debtor_needs_no_name(service: Api) -> Api:
    """A debtor who cannot be identified is accepted."""
    return without(service, "MANGLER_OPPLYSNINGER_OM_SAKSOEKT")


@in_service(breaks="ELAN-COND-013", told=("SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG",))
def a_claimants_foreign_address_is_not_checked(service: Api) -> Api:
    """A claimant's foreign address without a place is accepted."""
    return without(service, "SAKSOEKERS_UTENLANDS_ADRESSE_UGYLDIG")


@in_service(breaks="ELAN-COND-018", told=("SAKSOKER_ER_ENK",))
def a_sole_proprietorship_claims(service: Api) -> Api:
    """A sole proprietorship is accepted as claimant."""
    return without(service, "SAKSOKER_ER_ENK")


@in_service(breaks="ELAN-COND-019", told=("SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG",))
def a_debtors_norwegian_address_is_not_checked(service: Api) -> Api:
    """A debtor's Norwegian address without a street is accepted."""
    return without(service, "SAKSØKTES_INNENLANDS_ADRESSE_UGYLDIG")


@in_service(breaks="ELAN-COND-023", told=("MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON",))
def a_representative_needs_no_address(service: Api) -> Api:
    """A representative who is a person is accepted without a full name or address."""
    return without(service, "MANGLER_OPPLYSNINGER_PROSESSFULLMEKTIG_PERSON")


@in_service(breaks="ELAN-COND-056", told=("UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING",))
def a_payment_demand_of_any_type_is_accepted(service: Api) -> Api:
    """An attachment of another type is accepted as payment demand."""
    return without(service, "UGYLDIG_VEDLEGG_BETALINGSOPPFORDRING")


@in_service(breaks="ELAN-COND-057", told=("UGYLDIG_VEDLEGG_FULLMAKT",))
def a_power_of_attorney_of_any_type_is_accepted(service: Api) -> Api:
    """An attachment of another type is accepted as power of attorney."""
    return without(service, "UGYLDIG_VEDLEGG_FULLMAKT")


@in_service(breaks="ELAN-COND-058", told=("UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING",))
def an_assignment_of_any_type_is_accepted(service: Api) -> Api:
    """An attachment of another type is accepted as assignment."""
    return without(service, "UGYLDIG_VEDLEGG_TRANSPORTERKLÆRING")


@in_service(breaks="ELAN-COND-060", told=("UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG",))
def a_notice_of_any_type_is_accepted(service: Api) -> Api:
    """An attachment of another type is accepted as notice."""
    return without(service, "UGYLDIG_VEDLEGG_TVANGSKRAFTGRUNNLAG")
