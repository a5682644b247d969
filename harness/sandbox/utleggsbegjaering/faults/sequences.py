"""The effect of a call is lost, remembered too long, or applied to something else."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import in_answer, in_service
from harness.sandbox.population import VENDOR
from harness.sandbox.utleggsbegjaering import filing, insight, uploads
from harness.sandbox.utleggsbegjaering.attachments import Attachment
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import json_body
from harness.sandbox.utleggsbegjaering.faults.surgery import (
    ERRORS,
    FILING,
    SUCCESS,
    Api,
    OtherStore,
    with_handler,
    with_store,
)
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.store import Accepted

SUBMIT, CHANGE, STATUS, CHANGED = "opprettBegjaering", "endreBegjaering", "hentStatus", "hentEndredeSaker"
STATE, DELETE, PAYMENT = "hentVedlegg", "slettVedlegg", "meldInnbetaling"
Act = Callable[[Office, Request, str, Refused], Awaitable[None]]


@in_service(breaks="ELAN-CASE-007", operation=STATUS, status=200)
def a_status_is_remembered(service: Api) -> Api:
    """A caller who has read the status of a case keeps getting the same one."""
    kept: dict[tuple[str, str], Reply] = {}

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        key = (caller.organisation, varying)
        if key not in kept:
            kept[key] = await insight.status(office, caller, request, varying)
        return kept[key]

    return with_handler(service, STATUS, status)


@in_service(breaks="ELAN-ATTACH-004", operation=STATE, status=200)
def the_state_of_a_file_is_remembered(service: Api) -> Api:
    """A file that was once shown as ready is shown as ready even when it is deleted."""
    kept: dict[tuple[str, str], Reply] = {}

    async def state(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        key = (caller.organisation, varying)
        if key in kept:
            return kept[key]
        reply = await uploads.state(office, caller, request, varying)
        body: Any = reply.body
        if body["tilstand"] == "klar":
            kept[key] = reply
        return reply

    return with_handler(service, STATE, state)


@in_service(breaks="ELAN-CASE-019", operation=CHANGED, status=200)
def the_list_of_changed_cases_is_remembered(service: Api) -> Api:
    """The list of changed cases is always the first one that was returned."""
    kept: dict[tuple[str, str], Reply] = {}

    async def changed(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        key = (caller.organisation, request.url.query)
        if key not in kept:
            kept[key] = await insight.changed(office, caller, request, varying)
        return kept[key]

    return with_handler(service, CHANGED, changed)


@in_service(breaks="ELAN-CASE-019", operation=CHANGE, status=SUCCESS)
def a_change_leaves_the_time(service: Api) -> Api:
    """A change does not update the time of a case's last message."""

    class Timeless(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: Any) -> None:  # noqa: ANN401 - as the store has it
            case = self.case(referanse)
            super().change(referanse, accepted, case.meldingsdato if case else now)

    return with_store(service, Timeless)


class Loose(OtherStore):
    """Writes to the database directly."""

    def put(self, statement: str, *values: str) -> None:
        self._database.execute(statement, values)


def where_refused(service: Api, act: Act, *statuses: int) -> Api:
    """A change that has an effect although it is refused with one of these status codes."""

    async def change(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await request.body()  # cached by the request, so that it can be read again
        try:
            return await filing.change(office, caller, request, varying)
        except Refused as refused:
            if refused.status in statuses and office.store.case(varying) is not None:
                await act(office, request, varying, refused)
            raise

    return with_handler(service, CHANGE, change)


@in_service(breaks="ELAN-CHANGE-004", operation=CHANGE, status=422)
def a_refused_change_moves_the_time(service: Api) -> Api:
    """A refused change updates the time of a case's last message."""

    async def act(office: Office, request: Request, referanse: str, refused: Refused) -> None:
        office.store.set_case(referanse, None, None, office.clock.now())

    return where_refused(service, act, 422)


@in_service(breaks="ELAN-CHANGE-004", operation=CHANGE, status=422)
def a_refused_change_keeps_its_files(service: Api) -> Api:
    """A file cited by a refused change belongs to the case from then on."""

    async def act(office: Office, request: Request, referanse: str, refused: Refused) -> None:
        value = await json_body(request, office.knobs)
        for vedlegg in value.get("vedlegg", []):
            Loose(office.store).put("update vedlegg set sak = ? where uuid = ?", referanse, vedlegg["uuid"])

    return where_refused(service, act, 422)


@in_service(breaks="ELAN-CHANGE-004", operation=CHANGE, status=422)
def a_refused_change_keeps_its_parties(service: Api) -> Api:
    """The parties of a refused change are stored."""

    async def act(office: Office, request: Request, referanse: str, refused: Refused) -> None:
        value = await json_body(request, office.knobs)
        _keep(office, referanse, {name: value[name] for name in ("saksoeker", "saksoekt") if name in value})

    return where_refused(service, act, 422)


@in_service(breaks="ELAN-CHANGE-004", operation=CHANGE, status=422)
def a_refused_change_keeps_its_court_fee(service: Api) -> Api:
    """A refused change's claim for the court fee is stored."""

    async def act(office: Office, request: Request, referanse: str, refused: Refused) -> None:
        value, name = await json_body(request, office.knobs), "kreverRettsgebyrErstattet"
        _keep(office, referanse, {name: value[name]} if name in value else {})

    return where_refused(service, act, 422)


def _keep(office: Office, referanse: str, members: dict[str, Any]) -> None:
    """Overwrites members in the newest version of a case's request."""
    before: Any = office.store.request(referanse)
    kept = json.dumps(before | members, default=float)
    Loose(office.store).put("update versjon set begjaering = ? where referanse = ?", kept, referanse)


@in_service(breaks="ELAN-CHANGE-004", operation=CHANGE, status=400)
def a_malformed_change_holds_the_case_up(service: Api) -> Api:
    """After a malformed change, the case counts as unprocessed."""

    async def act(office: Office, request: Request, referanse: str, refused: Refused) -> None:
        office.store.set_case(referanse, None, False, office.clock.now())  # noqa: FBT003 - its signature

    return where_refused(service, act, 400)


def with_changes(service: Api, most: int) -> Api:
    """Stores this many changes of a case, and loses later ones."""

    class Full(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: Any) -> None:  # noqa: ANN401 - as the store has it
            execute = self._database.execute
            (versions,) = execute("select count(*) from versjon where referanse = ?", (referanse,)).fetchone()
            if versions <= most:
                super().change(referanse, accepted, now)

    return with_store(service, Full)


@in_service(breaks="ELAN-CHANGE-011", operation=CHANGE, status=SUCCESS)
def the_third_change_is_lost(service: Api) -> Api:
    """Accepted changes of a case are lost from the third on."""
    return with_changes(service, 2)


@in_service(breaks="ELAN-CHANGE-011", operation=CHANGE, status=SUCCESS)
def the_fifth_change_is_lost(service: Api) -> Api:
    """Accepted changes of a case are lost from the fifth on."""
    return with_changes(service, 4)


@in_service(breaks="ELAN-CHANGE-013", operation=CHANGE, status=SUCCESS)
def a_change_goes_to_the_newest_case(service: Api) -> Api:
    """A change is applied to the sender's newest case, whichever case it is for."""

    class Newest(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: Any) -> None:  # noqa: ANN401, ARG002 - that is the fault
            self._keep_version(self.cases_of(accepted.innsender)[-1].referanse, accepted)

    return with_store(service, Newest)


@in_service(breaks="ELAN-CHANGE-013", operation=STATUS, status=200)
def a_status_has_the_claims_of_the_one_before(service: Api) -> Api:
    """A caller who reads two cases in a row sees the claims of the first in the second."""
    last: dict[str, tuple[str, Any]] = {}

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        reply = await insight.status(office, caller, request, varying)
        body: Any = reply.body
        if varying.startswith("TEST_"):
            return reply
        before = last.get(caller.organisation)
        last[caller.organisation] = (varying, body["kravISak"])
        return Reply(200, body | {"kravISak": before[1]}) if before and before[0] != varying else reply

    return with_handler(service, STATUS, status)


def with_duplicates_of(service: Api, is_forgiven: Callable[[str], bool]) -> Api:
    """Accepts duplicates from some senders."""

    class Partial(OtherStore):
        def duplicate_of(self, innsender: str, innsender_referanse: str | None, begjaeringsdato: str) -> str | None:
            if is_forgiven(innsender):
                return None
            return super().duplicate_of(innsender, innsender_referanse, begjaeringsdato)

        def submit(self, referanse: str, accepted: Accepted, now: Any) -> None:  # noqa: ANN401 - as the store has it
            kept = replace(accepted, innsender_referanse=None) if is_forgiven(accepted.innsender) else accepted
            super().submit(referanse, kept, now)

    return with_store(service, Partial)


@in_service(breaks="ELAN-COND-001", operation=SUBMIT)
def duplicates_of_customers_are_accepted(service: Api) -> Api:
    """Duplicates submitted by a system user are accepted."""
    return with_duplicates_of(service, lambda sender: sender != VENDOR)


@in_service(breaks="ELAN-COND-001", operation=SUBMIT)
def duplicates_of_one_customer_are_accepted(service: Api) -> Api:
    """Duplicates submitted for one of the customers are accepted."""
    return with_duplicates_of(service, lambda sender: sender == "314055403")


class Undeleted(OtherStore):
    """Ignores deletions."""

    def attachment(self, vedlegg: str) -> Attachment | None:
        found = super().attachment(vedlegg)
        return replace(found, fixed=None) if found and found.fixed == "slettet" else found


@in_service(breaks="ELAN-ATTACH-004", operation=SUBMIT)
def a_deleted_file_is_submitted(service: Api) -> Api:
    """A submission may cite a deleted file, although validation refuses it."""

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await filing.submit(replace(office, store=Undeleted(office.store)), caller, request, varying)

    return with_handler(service, SUBMIT, submit)


@in_service(breaks="ELAN-ATTACH-004", operation=CHANGE)
def a_deleted_file_comes_in_by_a_change(service: Api) -> Api:
    """A change may cite a deleted file."""

    async def change(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await filing.change(replace(office, store=Undeleted(office.store)), caller, request, varying)

    return with_handler(service, CHANGE, change)


@in_service(breaks="ELAN-CHANGE-005", operation=CHANGE, status=ERRORS)
def a_strangers_change_is_refused_and_begun(service: Api) -> Api:
    """A change by another sender is refused but still puts the case under treatment."""

    async def change(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        case = office.store.case(varying)
        if case is not None and case.innsender != caller.organisation:
            await request.body()
            office.store.set_case(varying, "sakUnderBehandling", None, office.clock.now())
        return await filing.change(office, caller, request, varying)

    return with_handler(service, CHANGE, change)


@in_service(breaks="ELAN-ATTACH-011", operation=DELETE, status=ERRORS)
def a_strangers_deletion_is_refused_and_done(service: Api) -> Api:
    """Another sender's attachment is deleted, although the answer says it is unknown."""

    async def delete(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        found = office.store.attachment(varying)
        if found is not None and found.innsender != caller.organisation:
            office.store.set_attachment(varying, "slettet")
        return await uploads.delete(office, caller, request, varying)

    return with_handler(service, DELETE, delete)


@in_service(breaks="ELAN-CASE-005", operation=STATUS, status=ERRORS)
def a_vendor_sees_the_cases_of_its_customers(service: Api) -> Api:
    """A vendor's plain token opens the cases that it filed through system users."""

    async def status(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        case = office.store.case(varying)
        seen_as = Caller(case.innsender) if case is not None and caller.organisation == VENDOR else caller
        return await insight.status(office, seen_as, request, varying)

    return with_handler(service, STATUS, status)


@in_service(breaks="ELAN-ATTACH-017", operation=FILING)
def anybodys_file_is_cited(service: Api) -> Api:
    """A begjæring may cite a file that another sender uploaded."""

    def with_any_file(office: Office, caller: Caller) -> Office:
        class Ownerless(OtherStore):
            def attachment(self, vedlegg: str) -> Attachment | None:
                found = super().attachment(vedlegg)
                return replace(found, innsender=caller.organisation) if found else None

        return replace(office, store=Ownerless(office.store))

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await filing.submit(with_any_file(office, caller), caller, request, varying)

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await filing.validate(with_any_file(office, caller), caller, request, varying)

    return with_handler(with_handler(service, SUBMIT, submit), "validerNyBegjaering", validate)


@in_service(breaks="ELAN-PAYMENT-005", operation=PAYMENT, status=ERRORS)
def anybody_pays_on_a_claim(service: Api) -> Api:
    """Anyone who knows the id of a claim can report payments on it."""

    async def pay(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        claim = office.store.claim(varying)
        case = office.store.case(claim[0]) if claim else None
        return await insight.pay(office, Caller(case.innsender) if case else caller, request, varying)

    return with_handler(service, PAYMENT, pay)


@in_service(breaks="ELAN-PAYMENT-004", operation=PAYMENT, status=SUCCESS)
def a_payment_is_lost(service: Api) -> Api:
    """An accepted payment is not stored."""

    class Losing(OtherStore):
        def pay(self, kravgrunnlagsidentifikator: str, bokfoert: str, beloep: str) -> None:
            """Keeps nothing."""

    return with_store(service, Losing)


@in_service(breaks="ELAN-PAYMENT-004", operation=PAYMENT, status=SUCCESS)
def a_payment_is_placed_on_another_claim(service: Api) -> Api:
    """Every payment is placed on the same claim in its case."""

    class Misplacing(OtherStore):
        def pay(self, kravgrunnlagsidentifikator: str, bokfoert: str, beloep: str) -> None:
            claim = self.claim(kravgrunnlagsidentifikator)
            ids = sorted(self.claim_ids(claim[0]).values()) if claim else [kravgrunnlagsidentifikator]
            super().pay(ids[0], bokfoert, beloep)

    return with_store(service, Misplacing)


@in_service(breaks="ELAN-PAYMENT-004", operation=PAYMENT, status=SUCCESS)
def a_payment_loses_its_oere(service: Api) -> Api:
    """A payment is stored in whole kroner."""

    class Cutting(OtherStore):
        def pay(self, kravgrunnlagsidentifikator: str, bokfoert: str, beloep: str) -> None:
            super().pay(kravgrunnlagsidentifikator, bokfoert, str(int(Decimal(beloep))))

    return with_store(service, Cutting)


def taking(service: Api, operation: str, healthy: Any, kind: str, reply: Callable[[Office], Reply]) -> Api:  # noqa: ANN401 - a handler
    """Accepts a body of another media type."""

    async def handle(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        if kind in request.headers.get("content-type", ""):
            return reply(office)
        found: Reply = await healthy(office, caller, request, varying)
        return found

    return with_handler(service, operation, handle)


@in_service(breaks="ELAN-HTTP-005", operation=FILING)
def xml_is_found_valid(service: Api) -> Api:
    """An XML body passes validation, whatever its content."""
    return taking(service, "validerNyBegjaering", filing.validate, "xml", lambda _: Reply(204))


@in_service(breaks="ELAN-HTTP-005", operation=FILING)
def forms_are_submitted(service: Api) -> Api:
    """A form is accepted as a begjæring."""
    return taking(service, SUBMIT, filing.submit, "form", lambda office: filing.received(office)[0])


@in_service(breaks="ELAN-HTTP-005", operation=FILING)
def text_changes_a_case(service: Api) -> Api:
    """A plain text is accepted as a change."""
    return taking(service, CHANGE, filing.change, "text/plain", lambda _: Reply(204))


@in_service(breaks="ELAN-ERROR-017", operation=FILING, status=422)
def an_error_names_the_debtor(service: Api) -> Api:
    """The text of a broken condition contains the identity number of a debtor."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await request.body()
        try:
            return await filing.validate(office, caller, request, varying)
        except Refused as refused:
            begjaering = read(Utleggsbegjaering, await json_body(request, office.knobs), office.knobs)
            named = [party.saksoekt.identifikator for party in begjaering.saksoekt]
            numbers = " og ".join(each.key[-1] for each in named if each)
            raise replace(refused, detail=f"{refused.detail} Gjelder {numbers}.") from None

    return with_handler(service, "validerNyBegjaering", validate)


def with_conditions(answer: Answer, **members: str) -> Answer:
    """Replaces these members of each condition; a value is the name of the member to copy, or a text."""
    body = answer.json()
    for condition in body.get("kontrollutslag", []):
        condition.update({name: condition.get(value, value) for name, value in members.items()})
    return answer.with_json(body)


@in_answer(breaks="ELAN-ERROR-020", status=422)
def the_text_of_a_condition_is_its_code(answer: Answer, call: Call) -> Answer:
    """A condition's melding repeats its kode."""
    return with_conditions(answer, melding="kode")


@in_answer(breaks="ELAN-ERROR-020", status=422)
def placeholders_are_not_filled(answer: Answer, call: Call) -> Answer:
    """A condition's description still has the placeholder of the published text."""
    return with_conditions(answer, beskrivelse="Kravet %kravreferanse er ugyldig.")


@in_answer(breaks="ELAN-ERROR-020", status=ERRORS)
def the_title_is_a_code(answer: Answer, call: Call) -> Answer:
    """The title of a problem is its feilkode."""
    if not answer.is_json:
        return answer
    body = answer.json()
    return answer.with_json(body | {"title": body["feilkode"]} if "feilkode" in body else body)


@in_answer(breaks="ELAN-ERROR-021", status=ERRORS)
def every_error_has_the_same_feilid(answer: Answer, call: Call) -> Answer:
    """Every problem carries the same feilid."""
    same = "11111111-1111-4111-8111-111111111111"
    return answer.with_json(answer.json() | {"feilid": same}) if answer.is_json else answer
