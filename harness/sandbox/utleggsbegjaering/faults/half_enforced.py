"""Conditions that are partly enforced: only for some values, parties or states."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.sandbox.faults.fault import in_service
from harness.sandbox.utleggsbegjaering.faults.surgery import FILING, Api, with_rules
from harness.sandbox.utleggsbegjaering.rules.rule import Places, Rule
from harness.sandbox.utleggsbegjaering.submission import Submission

TOUCHES = FILING
Alter = Callable[[Places], Places]


def _altered(service: Api, kode: str, alter: Alter) -> Api:
    def change(rule: Rule) -> Rule:
        return replace(rule, places=alter(rule.places)) if rule.kode == kode else rule

    return with_rules(service, change)


def _where(holds: Callable[[Submission, str], bool]) -> Alter:
    """Reports only the places for which this holds."""

    def alter(places: Places) -> Places:
        def narrowed(submission: Submission) -> Iterator[str]:
            return (place for place in places(submission) if holds(submission, place))

        return narrowed

    return alter


@in_service(breaks="ELAN-COND-036", told=("UGYLDIG_BELOEP",))
def negative_amounts_are_accepted(service: Api) -> Api:
    """Only the decimals of an amount are checked, not its sign."""

    def has_decimals(submission: Submission, place: str) -> bool:
        krav = submission.begjaering.kravTilInnkreving[_position(place)]
        return min(krav.opprinneligBeloep.beloep, krav.gjenstaaendeBeloep.beloep) >= 0

    return _altered(service, "UGYLDIG_BELOEP", _where(has_decimals))


@in_service(breaks="ELAN-COND-036", told=("UGYLDIG_BELOEP",))
def three_decimals_are_accepted(service: Api) -> Api:
    """Only the sign of an amount is checked, not its decimals."""

    def is_negative(submission: Submission, place: str) -> bool:
        krav = submission.begjaering.kravTilInnkreving[_position(place)]
        return min(krav.opprinneligBeloep.beloep, krav.gjenstaaendeBeloep.beloep) < 0

    return _altered(service, "UGYLDIG_BELOEP", _where(is_negative))


@in_service(breaks="ELAN-COND-032", told=("KRAV_MANGLER_FORFALLSDATO",))
def only_principal_claims_need_a_due_date(service: Api) -> Api:
    """Extrajudicial and earlier legal costs are accepted without a due date."""

    def is_principal(submission: Submission, place: str) -> bool:
        return submission.begjaering.kravTilInnkreving[_position(place)].kravdetaljer == "Hovedkrav"

    return _altered(service, "KRAV_MANGLER_FORFALLSDATO", _where(is_principal))


@in_service(breaks="ELAN-COND-033", told=("KRAV_OPPGIS_UTEN_FORFALLSDATO",))
def only_interest_must_lack_a_due_date(service: Api) -> Api:
    """The cost of writing the request is accepted with a due date."""

    def is_interest(submission: Submission, place: str) -> bool:
        return submission.begjaering.kravTilInnkreving[_position(place)].is_interest

    return _altered(service, "KRAV_OPPGIS_UTEN_FORFALLSDATO", _where(is_interest))


@in_service(breaks="ELAN-COND-046", told=("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",))
def interest_may_begin_on_the_date_of_the_request(service: Api) -> Api:
    """An interest period is checked only against its own end, not the date of the request."""

    def ends_too_soon(submission: Submission, place: str) -> bool:
        interest = submission.begjaering.kravTilInnkreving[_position(place)].rentekrav
        period = interest.rentePeriode if interest else None
        return period is not None and period.sluttdato is not None and period.startdato >= period.sluttdato

    return _altered(service, "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE", _where(ends_too_soon))


@in_service(breaks="ELAN-COND-046", told=("RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE",))
def an_interest_period_may_be_empty(service: Api) -> Api:
    """An interest period that ends on the day it begins is accepted."""

    def is_reversed(submission: Submission, place: str) -> bool:
        interest = submission.begjaering.kravTilInnkreving[_position(place)].rentekrav
        period = interest.rentePeriode if interest else None
        return period is not None and period.startdato != period.sluttdato

    return _altered(service, "RENTEKRAV_PERIODE_MAA_HA_GYLDIG_PERIODE", _where(is_reversed))


@in_service(breaks="ELAN-COND-016", told=("SAKSOEKT_GAMMELT_REGELVERK",))
def old_rules_hold_for_persons_only(service: Api) -> Api:
    """An organisation under the old rules is accepted as debtor."""

    def is_person(submission: Submission, place: str) -> bool:
        return dict(submission.debtors)[place].person is not None

    return _altered(service, "SAKSOEKT_GAMMELT_REGELVERK", _where(is_person))


@in_service(breaks="ELAN-COND-067", told=("UGYLDIG_STATUS",))
def only_closed_cases_refuse_changes(service: Api) -> Api:
    """A case that was refused, put to the debtor, decided or lifted can be changed; only a closed one cannot."""

    def alter(places: Places) -> Places:
        def closed(submission: Submission) -> Iterator[str]:
            case = service.office.store.case(submission.earlier.saksreferanse) if submission.earlier else None
            if case is not None and case.saksstatus == "sakAvsluttet":
                yield "path:eksternSaksreferanse"

        return closed

    return _altered(service, "UGYLDIG_STATUS", alter)


@in_service(breaks="ELAN-COND-064", told=("VEDLEGG_SKAL_VAERE_TILGJENGELIG",))
def infected_attachments_are_accepted(service: Api) -> Api:
    """An attachment with a virus is accepted; unknown and deleted ones are not."""

    def is_clean(submission: Submission, place: str) -> bool:
        cited = next(each for each in submission.cited if f"{each.path}.uuid" == place)
        _, tilstand = submission.attachments.get(cited.vedlegg.uuid, (None, None))
        return tilstand != "inneholderVirus"

    return _altered(service, "VEDLEGG_SKAL_VAERE_TILGJENGELIG", _where(is_clean))


@in_service(breaks="ELAN-COND-061", told=("VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN",))
def the_reference_of_an_attachment_is_not_compared(service: Api) -> Api:
    """An attachment is checked only for being cited by another case, not for the reference of its upload."""

    def is_taken(submission: Submission, place: str) -> bool:
        cited = next(each for each in submission.cited if f"{each.path}.uuid" == place)
        attachment, _ = submission.attachments[cited.vedlegg.uuid]
        return attachment.sak is not None

    return _altered(service, "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN", _where(is_taken))


def _position(place: str) -> int:
    """The position of the claim in a path."""
    return int(place.partition("[")[2].partition("]")[0])
