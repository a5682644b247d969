"""Requests that must be accepted but are refused, or the other way round."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import in_answer, in_service
from harness.sandbox.knobs import OtherKnobs
from harness.sandbox.utleggsbegjaering import filing
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import invalid, json_body
from harness.sandbox.utleggsbegjaering.faults.surgery import SUCCESS, Api, with_handler, with_rules, without
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.rules.rule import Rule
from harness.sandbox.utleggsbegjaering.submission import Submission

PAYMENT, CLAIMS = "betalingsinformasjon", "kravTilInnkreving"
PAYMENT_CONDITIONS = ("UGYLDIG_KID", "UGYLDIG_KONTONR", "MANGELFULLE_KONTOOPPLYSNINGER")
FILERS = ("opprettBegjaering", "validerNyBegjaering", "endreBegjaering", "validerEndretBegjaering")


def _refusing(service: Api, is_refused: Callable[[Utleggsbegjaering], bool]) -> Api:
    """Refuses some well-formed requests as malformed."""
    for name in FILERS:
        service = _refusing_in(service, name, is_refused)
    return service


def _refusing_in(service: Api, name: str, is_refused: Callable[[Utleggsbegjaering], bool]) -> Api:
    healthy = next(each.handler for each in service.operations if each.name == name)

    async def handler(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await request.body()  # kept by the request, for the healthy handler to read again
        begjaering = read(Utleggsbegjaering, await json_body(request, office.knobs), office.knobs)
        if is_refused(begjaering):
            raise invalid("Innholdet følger ikke modellen.")
        return await healthy(office, caller, request, varying)

    return with_handler(service, name, handler)


def _also_broken(service: Api, kode: str, is_broken: Callable[[Submission], bool]) -> Api:
    """Reports a condition as broken in more cases than it is."""

    def stricter(rule: Rule) -> Rule:
        if rule.kode != kode:
            return rule

        def places(submission: Submission) -> Iterator[str]:
            yield from rule.places(submission)
            if is_broken(submission):
                yield "$"

        return replace(rule, places=places)

    return with_rules(service, stricter)


@in_service(breaks="ELAN-SUBMIT-003", operation=FILERS, status=SUCCESS)
def a_penalty_writ_is_no_basis(service: Api) -> Api:
    """A forelegg is refused as an enforcement basis."""

    def has_writ(begjaering: Utleggsbegjaering) -> bool:
        bases = [basis.alminneligTvangsgrunnlag for basis in begjaering.begjaeringensTvangsgrunnlag]
        return any(basis is not None and basis.type == "forelegg" for basis in bases)

    return _refusing(service, has_writ)


@in_service(breaks="ELAN-SUBMIT-004", operation=FILERS, status=SUCCESS)
def a_debt_instrument_is_no_basis(service: Api) -> Api:
    """A gjeldsbrev is refused as an enforcement basis."""

    def has_instrument(begjaering: Utleggsbegjaering) -> bool:
        bases = [basis.saerligTvangsgrunnlag for basis in begjaering.begjaeringensTvangsgrunnlag]
        return any(basis is not None and basis.gjeldsbrev is not None for basis in bases)

    return _refusing(service, has_instrument)


@in_service(breaks="ELAN-SUBMIT-005", operation=FILERS, status=SUCCESS)
def one_debtor_only(service: Api) -> Api:
    """A request against several debtors is refused."""
    return _refusing(service, lambda begjaering: len(begjaering.saksoekt) > 1)


@in_service(breaks="ELAN-SUBMIT-005", operation=FILERS, status=SUCCESS)
def one_claimant_only(service: Api) -> Api:
    """A request by several claimants is refused."""
    return _refusing(service, lambda begjaering: len(begjaering.saksoeker) > 1)


@in_service(breaks="ELAN-SUBMIT-006", operation=FILERS, status=SUCCESS)
def a_combined_request_is_refused(service: Api) -> Api:
    """A combined request is refused."""
    return _refusing(service, lambda begjaering: begjaering.tvangsfullbyrdelsestype != "utlegg")


@in_service(breaks="ELAN-SUBMIT-007", operation=FILERS, status=SUCCESS)
def a_reference_is_required(service: Api) -> Api:
    """A request without innsenderReferanse is refused."""
    return _refusing(service, lambda begjaering: begjaering.innsenderReferanse is None)


@in_service(breaks="ELAN-SUBMIT-012", operation=FILERS, status=SUCCESS)
def a_dropped_field_is_refused(service: Api) -> Api:
    """paalydendeBeloep is refused instead of ignored."""

    def has_amount(begjaering: Utleggsbegjaering) -> bool:
        bases = begjaering.begjaeringensTvangsgrunnlag
        special = [basis.saerligTvangsgrunnlag for basis in bases]
        return any(each is not None and each.paalydendeBeloep is not None for each in [*bases, *special])

    return _refusing(service, has_amount)


@in_service(breaks="ELAN-SUBMIT-015", operation=FILERS, status=SUCCESS)
def a_kid_ends_in_a_digit(service: Api) -> Api:
    """A payment reference that ends in a hyphen is refused."""

    def ends_in_hyphen(submission: Submission) -> bool:
        return (submission.begjaering.betalingsinformasjon.kidnummer or "").endswith("-")

    return _also_broken(service, "UGYLDIG_KID", ends_in_hyphen)


@in_service(breaks="ELAN-SUBMIT-016", operation=FILERS, status=SUCCESS)
def nothing_is_no_amount(service: Api) -> Api:
    """An amount of 0.00 is refused."""

    def has_nothing(submission: Submission) -> bool:
        claims = submission.begjaering.kravTilInnkreving
        return any(0 in {krav.gjenstaaendeBeloep.beloep, krav.opprinneligBeloep.beloep} for krav in claims)

    return _also_broken(service, "UGYLDIG_BELOEP", has_nothing)


@in_service(breaks="ELAN-SUBMIT-016", operation=FILERS, status=SUCCESS)
def amounts_have_one_decimal(service: Api) -> Api:
    """An amount with two decimals is refused."""

    def has_oere(submission: Submission) -> bool:
        claims = submission.begjaering.kravTilInnkreving
        return any(krav.gjenstaaendeBeloep.beloep * 10 % 1 for krav in claims)

    return _also_broken(service, "UGYLDIG_BELOEP", has_oere)


@in_service(breaks="ELAN-SUBMIT-017", operation=FILERS, status=SUCCESS)
def interest_is_statutory(service: Api) -> Api:
    """An interest claim with an agreed rate is refused."""

    def is_agreed(begjaering: Utleggsbegjaering) -> bool:
        details = [krav.rentekrav for krav in begjaering.kravTilInnkreving]
        return any(each is not None and each.beregnetMedAvtaltRentesats is not None for each in details)

    return _refusing(service, is_agreed)


@in_service(breaks="ELAN-SUBMIT-018", operation=FILERS, status=SUCCESS)
def priorities_are_required(service: Api) -> Api:
    """A request without priorities is refused."""
    return _also_broken(service, "PRIORITET_MANGLER", lambda submission: not submission.uses_priorities)


@in_service(breaks="ELAN-SUBMIT-019", operation=FILERS, status=SUCCESS)
def the_court_fee_is_never_waived(service: Api) -> Api:
    """A claim for exemption from the court fee is refused."""
    return _refusing(service, lambda begjaering: begjaering.kreverFritattRettsgebyr is not None)


@in_service(breaks="ELAN-SUBMIT-020", operation=FILERS, status=SUCCESS)
def a_district_is_unknown(service: Api) -> Api:
    """The last district on the published list is unknown."""

    def is_svalbard(begjaering: Utleggsbegjaering) -> bool:
        chosen = begjaering.valgtNamsmannsdistrikt
        return chosen is not None and chosen.namsmannsdistrikt == "Sysselmesteren på Svalbard"

    return _refusing(service, is_svalbard)


@in_service(breaks="ELAN-VERSION-002", operation=FILERS, status=SUCCESS)
def a_basis_needs_a_reference_of_its_own(service: Api) -> Api:
    """An enforcement basis without eksternSaksreferanse is refused, as before 2.0."""

    def lacks_reference(begjaering: Utleggsbegjaering) -> bool:
        return any(basis.eksternSaksreferanse is None for basis in begjaering.begjaeringensTvangsgrunnlag)

    return _refusing(service, lacks_reference)


@in_service(breaks="ELAN-VERSION-004", operation=FILERS, status=SUCCESS)
def a_notice_has_no_other_channel(service: Api) -> Api:
    """A notice through an alternative electronic channel is refused, as before 2.0."""

    def has_other_channel(begjaering: Utleggsbegjaering) -> bool:
        notices = [varsel for basis in begjaering.begjaeringensTvangsgrunnlag for varsel in basis.varsel]
        return any(varsel.alternativElektroniskForsendelsesmaate is not None for varsel in notices)

    return _refusing(service, has_other_channel)


@in_service(breaks="ELAN-VERSION-005", operation=FILERS, status=400)
def a_notice_needs_no_channel(service: Api) -> Api:
    """A notice without any channel is accepted, as before 2.0."""
    knobs = OtherKnobs(service.office.knobs, {"elan-varsel-channel": "optional"})
    return replace(service, office=replace(service.office, knobs=knobs))


REMOVED = {
    "oppfyllelsesfrist": "varselTvfbl418",
    "erklærtTvangskraftig": "varselTvfbl418",
    "vedtattForelegg": "varselTvfbl418",
    "inkassovarsel": "varselTvfbl418",
    "ukjentOppholdsstedSakssøkt": "ingenMulighetForVarsling",
    "ukjentFullmektigMedKjentOppholdssted": "ingenMulighetForVarsling",
    "ukjentElektroniskKontaktinformasjon": "ingenMulighetForVarsling",
    "ebox": "eBoks",
    "epost": "eFaktura",
}
"""Values that 2.0 removed, each with a remaining one that replaces it."""


@in_service(breaks="ELAN-VERSION-001", operation=FILERS, status=400)
def removed_values_are_accepted(service: Api) -> Api:
    """A value that 2.0 removed is accepted."""

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        value = _kept(await json_body(request, office.knobs))
        begjaering = filing.ensure_right(office, caller, value, None)
        reply, referanse = filing.received(office)
        office.store.submit(referanse, filing.accepted_of(office, caller, begjaering, value), office.clock.now())
        return reply

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        filing.ensure_right(office, caller, _kept(await json_body(request, office.knobs)), None)
        return Reply(204)

    return with_handler(with_handler(service, "opprettBegjaering", submit), "validerNyBegjaering", validate)


def _kept(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {name: _kept(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_kept(child) for child in value]
    return REMOVED.get(value, value) if isinstance(value, str) else value


@in_service(breaks="ELAN-VERSION-003", operation=FILERS, status=SUCCESS)
def the_old_model_is_refused(service: Api) -> Api:
    """A message that follows both models is refused because it has an eksternSaksreferanse."""

    def has_reference(begjaering: Utleggsbegjaering) -> bool:
        return any(basis.eksternSaksreferanse is not None for basis in begjaering.begjaeringensTvangsgrunnlag)

    return _refusing(service, has_reference)


@in_answer(breaks="ELAN-HTTP-006", operation="opprettBegjaering", status=400)
def a_wrong_form_is_accepted(answer: Answer, call: Call) -> Answer:
    """A request that breaks the model is accepted."""
    if "følger ikke modellen" not in answer.json()["detail"]:
        return answer
    body = {"eksternSaksreferanse": "00000000-0000-4000-8000-000000000004"}
    return answer.with_json(body).with_header("Content-Type", "application/json").with_status(201)


@in_service(breaks="ELAN-ROBUST-007", operation="opprettBegjaering", status=400)
def deep_nesting_is_a_server_error(service: Api) -> Api:
    """A deeply nested body leads to a server error."""
    return _failing(service, "for mange nivåer")


@in_service(breaks="ELAN-ROBUST-007", operation="opprettBegjaering", status=400)
def another_encoding_is_a_server_error(service: Api) -> Api:
    """A body that is not in UTF-8 leads to a server error."""
    return _failing(service, "ikke UTF-8")


def _failing(service: Api, text: str) -> Api:
    healthy = next(each.handler for each in service.operations if each.name == "opprettBegjaering")

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        try:
            return await healthy(office, caller, request, varying)
        except Refused as refused:
            if text in refused.detail:
                return Reply(500, {"type": "about:blank", "status": 500})
            raise

    return with_handler(service, "opprettBegjaering", submit)


@in_service(breaks="ELAN-ERROR-014", operation="validerNyBegjaering", status=422)
def only_the_first_members_are_looked_at(service: Api) -> Api:
    """The payment information is checked only if it comes before the claims."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        value = await json_body(request, office.knobs)
        names = list(value) if isinstance(value, dict) else []
        is_late = names.index(PAYMENT) > names.index(CLAIMS) if {PAYMENT, CLAIMS} <= set(names) else False
        judge = without(service, *PAYMENT_CONDITIONS).office.judge if is_late else office.judge
        filing.ensure_right(replace(office, judge=judge), caller, value, None)
        return Reply(204)

    return with_handler(service, "validerNyBegjaering", validate)
