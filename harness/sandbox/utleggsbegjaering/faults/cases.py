"""Status, deductions, rules, municipality and payments that are untrue."""

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import NOTHING, Json, in_answer, in_body, in_service
from harness.sandbox.utleggsbegjaering import insight
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.faults.surgery import Api, OtherStore, with_handler, with_store
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.register import Register
from harness.sandbox.utleggsbegjaering.store import Case

STATUS, CHANGED, INSIGHT = "hentStatus", "hentEndredeSaker", "hentInnsynITrekk"
RULES, LOOK_UP, DECISION, PAYMENT = "slaaOppBetjening", "slaaOppSamordnetTrekk", "sendBeslutning", "meldInnbetaling"


@in_body(breaks="ELAN-CASE-001", operation=STATUS)
def every_test_case_is_new(body: Json) -> Json:
    """Each of the fixed test references shows sakOpprettet."""
    return body | ({"saksstatus": "sakOpprettet"} if body["eksternSaksreferanse"].startswith("TEST_") else {})


@in_answer(breaks="ELAN-CASE-002", operation=STATUS, status=404)
def an_unknown_case_is_204(answer: Answer, call: Call) -> Answer:
    """An unknown reference is answered with 204."""
    return answer.with_body(b"").with_status(204)


@in_answer(breaks="ELAN-CASE-003", operation=STATUS, status=200)
def a_submitted_case_is_unknown(answer: Answer, call: Call) -> Answer:
    """A submitted request cannot be looked up by its reference."""
    if "TEST_" in call.path:
        return answer
    return answer.with_json({"type": "about:blank", "status": 404}).with_status(404)


@in_body(breaks="ELAN-CASE-004", operation=STATUS)
def case_numbers_have_another_form(body: Json) -> Json:
    """saksnummer is a bare number."""
    return body | {"saksnummer": body["saksnummer"].rpartition("/")[2]}


@in_service(breaks="ELAN-CASE-005", operation=STATUS, status=404)
def anybody_sees_a_case(service: Api) -> Api:
    """Anyone who knows a case's reference sees it."""

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        case = office.store.case(varying)
        return await insight.status(office, Caller(case.innsender) if case else caller, request, varying)

    return with_handler(service, STATUS, status)


@in_body(breaks="ELAN-CASE-018", operation=STATUS)
def a_claim_is_missing_from_the_status(body: Json) -> Json:
    """The status lacks one of the submitted claims."""
    claims = sorted(body["kravISak"], key=lambda krav: str(krav.get("innsendersKravreferanse")))
    return body | {"kravISak": claims[1:]}


@in_body(breaks="ELAN-CASE-006", operation=STATUS)
def claimant_and_debtor_are_mixed_up(body: Json) -> Json:
    """The status shows the claimants as debtors."""
    return body | {"saksoeker": body["saksoekt"], "saksoekt": body["saksoeker"]}


@in_body(breaks="ELAN-CASE-007", operation=STATUS)
def what_is_left_is_rounded(body: Json) -> Json:
    """The status shows a claim's remaining amount one krone too low."""
    for krav in body["kravISak"]:
        krav["gjenstaaendeBeloep"]["beloep"] -= 1
    return body


@in_service(breaks="ELAN-CASE-007", operation=STATUS, status=200)
def status_shows_the_first_version(service: Api) -> Api:
    """After a change, the status still shows the original request."""

    class Conservative(OtherStore):
        def request(self, referanse: str) -> object:
            row = self._database.execute(
                "select begjaering from versjon where referanse = ? order by nummer limit 1", (referanse,)
            ).fetchone()
            return json.loads(row["begjaering"], parse_float=Decimal)

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await insight.status(replace(office, store=Conservative(office.store)), caller, request, varying)

    return with_handler(service, STATUS, status)


@in_body(breaks="ELAN-CASE-008", operation=STATUS)
def decisions_are_not_shown(body: Json) -> Json:
    """A decided case shows no decision."""
    return {name: value for name, value in body.items() if name != "beslutningsinformasjon"}


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def numbers_of_parties_have_no_country(body: Json) -> Json:
    """A party's number lacks its country."""
    for party in [*body["saksoeker"], *body["saksoekt"]]:
        for kind in ("virksomhet", "person"):
            party.get(kind, {}).get("identifikator", {}).pop("landkodeIdentifikator", None)
    return body


@in_body(breaks="ELAN-CASE-015", operation=STATUS)
def a_debtor_is_born_a_day_later(body: Json) -> Json:
    """A debtor's birth date differs from the request's."""
    for party in body["saksoekt"]:
        if "foedselsdato" in party.get("person", {}):
            born = datetime.date.fromisoformat(party["person"]["foedselsdato"])
            party["person"]["foedselsdato"] = (born + datetime.timedelta(days=1)).isoformat()
    return body


@in_body(breaks="ELAN-CASE-016", operation=STATUS)
def a_decision_is_about_the_claimant(body: Json) -> Json:
    """A decision is about the claimant instead of a debtor."""
    for decision in body.get("beslutningsinformasjon", []):
        decision["saksoekt"] = body["saksoeker"][0]
    return body


@in_body(breaks="ELAN-CASE-016", operation=STATUS)
def a_decision_names_nobody(body: Json) -> Json:
    """A decision has an empty debtor."""
    for decision in body.get("beslutningsinformasjon", []):
        decision["saksoekt"] = {}
    return body


@in_body(breaks="ELAN-CASE-016", operation=STATUS)
def a_measure_is_about_a_claim_of_another_case(body: Json) -> Json:
    """A deduction covers a claim that is not in the case."""
    for decision in body.get("beslutningsinformasjon", []):
        decision["besluttetUtleggstrekk"]["kravgrunnlagsidentifikator"] = ["KRAV-ANNEN-SAK"]
    return body


@in_body(breaks="ELAN-CASE-017", operation=STATUS)
def what_is_left_is_a_text(body: Json) -> Json:
    """A claim's remaining amount is a string with its currency."""
    for krav in body["kravISak"]:
        krav["gjenstaaendeBeloep"] = f"{krav['gjenstaaendeBeloep']['beloep']:.2f} NOK"
    return body


@in_body(breaks="ELAN-CASE-009", operation=STATUS)
def a_case_is_in_an_unknown_state(body: Json) -> Json:
    """saksstatus is not one of the published values."""
    return body | {"saksstatus": body["saksstatus"].replace("sak", "SAK_", 1)}


@in_body(breaks="ELAN-ERROR-010", operation=STATUS)
def the_time_of_the_message_is_a_date(body: Json) -> Json:
    """meldingsdato is a date without a time."""
    return body | {"meldingsdato": body["meldingsdato"][:10]}


@in_answer(breaks="ELAN-CASE-011", operation=STATUS, status=200)
def the_time_of_the_message_is_now(answer: Answer, call: Call) -> Answer:
    """meldingsdato differs with every call."""
    now = datetime.datetime.now(datetime.UTC).isoformat()
    return answer.with_json(answer.json() | {"meldingsdato": now})


@in_service(breaks="ELAN-CASE-010", operation=CHANGED, status=200)
def the_time_asked_for_does_not_count(service: Api) -> Api:
    """The list of changed cases has every case, whatever time it is asked for."""

    class Timeless(OtherStore):
        def cases_of(self, innsender: str) -> list[Case]:
            late = datetime.datetime.max.replace(tzinfo=datetime.UTC)
            return [replace(case, meldingsdato=late) for case in super().cases_of(innsender)]

    return with_store(service, Timeless)


@in_answer(breaks="ELAN-CASE-010", operation=CHANGED, status=200)
def no_case_ever_changed(answer: Answer, call: Call) -> Answer:
    """The list of changed cases is empty."""
    return answer.with_json([])


@in_answer(breaks="ELAN-INSIGHT-001", operation=INSIGHT, status=200)
def no_deduction_is_running(answer: Answer, call: Call) -> Answer:
    """After a submission, no deduction is shown."""
    return answer.with_json({"type": "about:blank", "status": 404, "feilkode": "XXX-003"}).with_status(404)


@in_answer(breaks="ELAN-INSIGHT-002", operation=INSIGHT, status=404)
def a_missing_deduction_is_204(answer: Answer, call: Call) -> Answer:
    """Without a running deduction, the answer is 204."""
    return answer.with_body(b"").with_status(204)


@in_service(breaks="ELAN-INSIGHT-003", operation=INSIGHT, status=403)
def anybody_sees_a_deduction(service: Api) -> Api:
    """A caller who does not represent the claimant sees the deduction."""

    class Ownerless(OtherStore):
        def cases_between(self, saksoeker: str, saksoekt: str) -> list[Case]:
            return [replace(case, innsender=current[0]) for case in super().cases_between(saksoeker, saksoekt)]

    current = [""]

    async def see(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        current[0] = caller.organisation
        return await insight.insight(replace(office, store=Ownerless(office.store)), caller, request, varying)

    return with_handler(service, INSIGHT, see)


@in_body(breaks="ELAN-INSIGHT-004", operation=INSIGHT)
def a_deduction_is_about_somebody_else(body: Json) -> Json:
    """The deduction names another debtor than the requested one."""
    return body | {"saksoekt": {"taxIdentificationNumber": "03898431389", "landkodeIdentifikator": "NO"}}


@in_body(breaks="ELAN-INSIGHT-005", operation=INSIGHT)
def a_deduction_ends_before_it_begins(body: Json) -> Json:
    """The latest period of a deduction ends before it begins."""
    period = body["mottattTrekkbeloepSistePeriode"]
    swapped = {"startdato": period["sluttdato"], "sluttdato": "2020-01-01"}
    for payer in body["besluttetTrekkPerTrekkpliktig"]:
        for decided in payer["besluttetTrekkstoerrelseForPeriode"]:
            decided["sluttdato"] = "2020-01-01"
    return body | {"mottattTrekkbeloepSistePeriode": period | swapped}


@in_body(breaks="ELAN-INSIGHT-005", operation=INSIGHT)
def a_share_is_more_than_the_whole(body: Json) -> Json:
    """A claim's share of a deduction is more than 100 per cent."""
    for claim in body["saksoekersKravIEttTrekk"]:
        for detail in claim.get("kravMedSammePrioritet", {}).values():
            detail["kravetsAndel"] = 140
    return body


@in_body(breaks="ELAN-INSIGHT-005", operation=INSIGHT)
def what_was_received_is_negative(body: Json) -> Json:
    """The amount received of a deduction in its latest period is negative."""
    for part in body["mottattTrekkbeloepSistePeriode"]["mottattTrekkbeloepDato"]:
        part["mottattTrekkbeloep"]["trekkbeloep"] *= -1
    return body


@in_body(breaks="ELAN-INSIGHT-006", operation=INSIGHT)
def what_was_received_is_that_of_the_year_before(body: Json) -> Json:
    """The latest period of a deduction is a year old."""
    period = body["mottattTrekkbeloepSistePeriode"]
    for part in (period, *period["mottattTrekkbeloepDato"]):
        for name in part.keys() & {"startdato", "sluttdato", "dato"}:
            day = datetime.date.fromisoformat(part[name])
            part[name] = (day - datetime.timedelta(days=365)).isoformat()
    return body


@in_body(breaks="ELAN-RULES-001", operation=RULES)
def everybody_is_under_the_old_rules(body: Json) -> Json:
    """A debtor under the new rules is reported as under the old ones."""
    for debtor in body["skyldner"]:
        debtor["regelverk"] = "tidligereRegelverk"
    return body | {"regelverk": "tidligereRegelverk"}


@in_body(breaks="ELAN-RULES-002", operation=RULES)
def everybody_is_under_the_new_rules(body: Json) -> Json:
    """A debtor locked to the old rules is reported as under the new ones."""
    for debtor in body["skyldner"]:
        if debtor["regelverk"] == "tidligereRegelverk":
            debtor["regelverk"] = "nyttRegelverk"
    is_old = body["regelverk"] in {"tidligereRegelverk", "motstridendeRegelverk"}
    return body | ({"regelverk": "nyttRegelverk"} if is_old else {})


@in_body(breaks="ELAN-RULES-003", operation=RULES)
def the_first_debtor_decides(body: Json) -> Json:
    """For debtors of both kinds, the common answer is that of the first."""
    return body | {"regelverk": body["skyldner"][0]["regelverk"]}


@in_body(breaks="ELAN-RULES-004", operation=RULES)
def an_unknown_debtor_is_under_the_new_rules(body: Json) -> Json:
    """A debtor in no register is reported as under the new rules."""
    for debtor in body["skyldner"]:
        if debtor["regelverk"] == "ukjentSkyldner":
            debtor["regelverk"] = "nyttRegelverk"
    return body | ({"regelverk": "nyttRegelverk"} if body["regelverk"] == "ukjentSkyldner" else {})


@in_body(breaks="ELAN-RULES-005", operation=RULES)
def a_debtor_is_not_answered_for(body: Json) -> Json:
    """One of several debtors is missing from the answer."""
    debtors = body["skyldner"]
    return body | {"skyldner": debtors[1:] if len(debtors) > 1 else debtors}


@in_body(breaks="ELAN-RULES-005", operation=RULES)
def a_debtor_is_answered_for_twice(body: Json) -> Json:
    """A debtor occurs twice in the answer."""
    return body | {"skyldner": [*body["skyldner"], body["skyldner"][0]]}


@in_service(breaks="ELAN-RULES-006", operation=RULES, status=200)
def the_order_of_debtors_decides(service: Api) -> Api:
    """The rules of the first requested debtor are reported for all together."""

    async def look_up(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        reply = await insight.rules_of_debtors(office, caller, request, varying)
        body: Any = reply.body
        return Reply(200, body | {"regelverk": body["skyldner"][0]["regelverk"]})

    return with_handler(service, RULES, look_up)


@in_service(breaks="ELAN-RULES-007", operation=RULES, status=200)
def the_look_up_is_out_of_date(service: Api) -> Api:
    """The look-up reports organisations as under the new rules that a submission treats as under the old."""

    class Outdated(Register):
        def has_old_rules(self, number: str, today: datetime.date) -> bool:
            return len(number) != 9 and super().has_old_rules(number, today)

    async def look_up(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        outdated = Outdated(**vars(office.register))
        return await insight.rules_of_debtors(replace(office, register=outdated), caller, request, varying)

    return with_handler(service, RULES, look_up)


@in_answer(breaks="ELAN-RULES-008", operation=RULES, status=400)
def a_look_up_of_nobody_is_answered(answer: Answer, call: Call) -> Answer:
    """A look-up without debtors is answered with 200."""
    if "skyldner: listen kan ikke være tom" not in answer.json()["detail"]:
        return answer
    body = {"regelverk": "nyttRegelverk", "skyldner": []}
    return answer.with_json(body).with_header("Content-Type", "application/json").with_status(200)


@in_body(breaks="ELAN-MUNI-001", operation=LOOK_UP)
def a_municipality_is_told_of_somebody_else(body: Json) -> Json:
    """The look-up answers about another debtor than the requested one."""
    other = {"taxIdentificationNumber": "21819031387", "landkodeIdentifikator": "NO"}
    return body | {"skyldner": body["skyldner"] | {"partsreferanse": other}}


@in_body(breaks="ELAN-MUNI-002", operation=LOOK_UP)
def a_municipality_is_not_told_who_is_unknown(body: Json) -> Json:
    """A debtor in no register is not reported as unknown."""
    return body | {"skyldner": {name: value for name, value in body["skyldner"].items() if name != "ukjentSkyldner"}}


@in_body(breaks="ELAN-MUNI-003", operation=LOOK_UP)
def a_municipality_is_not_told_what_is_no_number(body: Json) -> Json:
    """An invalid number is not reported as such."""
    return body | {"skyldner": {name: value for name, value in body["skyldner"].items() if name != "ugyldigSkyldner"}}


@in_answer(breaks="ELAN-ERROR-010", operation=DECISION, status=201)
def a_decision_has_no_reference(answer: Answer, call: Call) -> Answer:
    """The answer to an accepted decision lacks the reference."""
    return answer.with_json({})


@in_answer(breaks="ELAN-MUNI-005", operation=DECISION, status=422)
def a_decision_about_nobody_is_accepted(answer: Answer, call: Call) -> Answer:
    """A decision that must be refused is accepted."""
    body = {"eksternSaksreferanse": "00000000-0000-4000-8000-000000000003"}
    return answer.with_json(body).with_header("Content-Type", "application/json").with_status(201)


@in_answer(breaks="ELAN-PAYMENT-001", operation=PAYMENT, status=202)
def a_payment_is_a_conflict(answer: Answer, call: Call) -> Answer:
    """A payment on a claim that already has utlegg is refused with 409."""
    problem = {"type": "about:blank", "status": 409}
    return answer.with_json(problem).with_header("Content-Type", "application/problem+json").with_status(409)


@in_answer(breaks="ELAN-PAYMENT-002", operation=PAYMENT, status=404)
def a_payment_on_an_unknown_claim_is_taken(answer: Answer, call: Call) -> Answer:
    """A payment on an unknown claim is accepted."""
    return answer.with_body(b"").with_status(202)


@in_answer(breaks="ELAN-PAYMENT-003", operation=PAYMENT, status=409)
def a_payment_is_taken_before_the_decision(answer: Answer, call: Call) -> Answer:
    """A payment is accepted while the case can still be changed."""
    return answer.with_body(b"").with_status(202)


@in_body(breaks=NOTHING, operation=STATUS)
def a_claim_is_of_an_unknown_kind(body: Json) -> Json:
    """The status shows a claim of an unpublished kind: such lists grow."""
    for krav in body["kravISak"]:
        krav["kravbeskrivelse"] = krav["kravbeskrivelse"].upper()
    return body


@in_body(breaks="ELAN-CASE-014", operation=INSIGHT)
def a_period_begins_at_midnight(body: Json) -> Json:
    """The first day of a deduction's latest period has a time."""
    period = body["mottattTrekkbeloepSistePeriode"]
    return body | {"mottattTrekkbeloepSistePeriode": period | {"startdato": f"{period['startdato']}T00:00:00"}}


@in_answer(breaks="ELAN-MUNI-004", operation=DECISION, status=201)
def an_accepted_decision_is_200(answer: Answer, call: Call) -> Answer:
    """An accepted decision is answered with 200."""
    return answer.with_status(200)


@in_answer(breaks="ELAN-ROBUST-008", operation=CHANGED, status=200)
def the_list_of_changed_cases_is_cut_off(answer: Answer, call: Call) -> Answer:
    """The list of changed cases silently ends after the fifth."""
    return answer.with_json(answer.json()[:5])
