"""Requests that are stored, lost or mixed up contrary to the answer."""

import asyncio
import copy
import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from harness.sandbox.faults.fault import in_service
from harness.sandbox.utleggsbegjaering import filing
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import json_body
from harness.sandbox.utleggsbegjaering.faults.surgery import (
    ERRORS,
    FILING,
    SUCCESS,
    Api,
    OtherStore,
    with_handler,
    with_rules,
    with_store,
    without,
)
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Kontrollutslag, Refused
from harness.sandbox.utleggsbegjaering.rules.rule import Rule
from harness.sandbox.utleggsbegjaering.store import Accepted, Case
from harness.sandbox.utleggsbegjaering.submission import Submission

TOUCHES = FILING


class Forgiving(OtherStore):
    """Stores a case without its key, so that there are no duplicates."""

    def submit(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
        super().submit(referanse, replace(accepted, innsender_referanse=None), now)


@in_service(breaks="ELAN-COND-001", told=("DUPLIKAT_INNSENDING",))
def duplicates_are_accepted(service: Api) -> Api:
    """A request that was already accepted is accepted again."""
    return with_store(without(service, "DUPLIKAT_INNSENDING"), Forgiving)


@in_service(breaks="ELAN-SUBMIT-011", told=("DUPLIKAT_INNSENDING",))
def two_at_once_become_two_cases(service: Api) -> Api:
    """Another call can come between checking and storing a request."""

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        value = await json_body(request, office.knobs)
        begjaering = filing.ensure_right(office, caller, value, None)
        await asyncio.sleep(0.2)
        reply, referanse = filing.received(office)
        taken = office.store.duplicate_of(
            caller.organisation, begjaering.innsenderReferanse, begjaering.begjaeringsdato.isoformat()
        )
        accepted = filing.accepted_of(office, caller, begjaering, value)
        accepted = replace(accepted, innsender_referanse=None) if taken else accepted
        office.store.submit(referanse, accepted, office.clock.now())
        return reply

    return with_handler(service, "opprettBegjaering", submit)


@in_service(breaks="ELAN-SUBMIT-013", operation=FILING, status=SUCCESS)
def the_date_does_not_count_for_duplicates(service: Api) -> Api:
    """The same sender's reference on another date is taken for a duplicate."""

    class Dateless(OtherStore):
        def duplicate_of(self, innsender: str, innsender_referanse: str | None, begjaeringsdato: str) -> str | None:
            found = super().duplicate_of(innsender, innsender_referanse, begjaeringsdato)
            if found is not None or innsender_referanse is None:
                return found
            same = (case for case in self.cases_of(innsender) if case.innsenderReferanse == innsender_referanse)
            return next((case.referanse for case in same), None)

    return with_store(service, Dateless)


@in_service(breaks="ELAN-SUBMIT-014", operation=FILING, status=SUCCESS)
def the_sender_does_not_count_for_duplicates(service: Api) -> Api:
    """Another sender's request with the same reference and date is taken for a duplicate."""

    class Senderless(OtherStore):
        def duplicate_of(self, innsender: str, innsender_referanse: str | None, begjaeringsdato: str) -> str | None:  # noqa: ARG002 - that is the fault
            row = self._database.execute(
                "select referanse from sak where innsender_referanse = ? and begjaeringsdato = ?",
                (innsender_referanse, begjaeringsdato),
            ).fetchone()
            return str(row["referanse"]) if row else None

    return with_store(service, Senderless)


@in_service(breaks="ELAN-SUBMIT-008", operation="opprettBegjaering", status=422)
def a_refused_request_is_kept(service: Api) -> Api:
    """A refused request is stored: once corrected, it is a duplicate."""

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        value = await json_body(request, office.knobs)
        begjaering = read(Utleggsbegjaering, value, office.knobs)
        try:
            filing.ensure_right(office, caller, value, None)
        except Refused as refused:
            if "DUPLIKAT_INNSENDING" not in {told.kode for told in refused.kontrollutslag}:
                kept = replace(filing.accepted_of(office, caller, begjaering, value), kravreferanser=(), vedlegg=())
                office.store.submit(filing.received(office)[1], kept, office.clock.now())
            raise
        reply, referanse = filing.received(office)
        office.store.submit(referanse, filing.accepted_of(office, caller, begjaering, value), office.clock.now())
        return reply

    return with_handler(service, "opprettBegjaering", submit)


@in_service(breaks="ELAN-VALIDATE-001", operation="validerNyBegjaering", status=204)
def validation_keeps_the_request(service: Api) -> Api:
    """Validation stores a valid request: submitting it afterwards is a duplicate."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await filing.submit(office, caller, request, varying)
        return Reply(204)

    return with_handler(service, "validerNyBegjaering", validate)


@in_service(breaks="ELAN-VALIDATE-004", operation="validerEndretBegjaering", status=204)
def validation_of_a_change_changes(service: Api) -> Api:
    """Validation of a change changes the case."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await filing.change(office, caller, request, varying)
        return Reply(204)

    return with_handler(service, "validerEndretBegjaering", validate)


@in_service(breaks="ELAN-VALIDATE-002", operation="validerNyBegjaering", status=422)
def validation_knows_no_conditions(service: Api) -> Api:
    """Validation checks only the form."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        read(Utleggsbegjaering, await json_body(request, office.knobs), office.knobs)
        return Reply(204)

    return with_handler(service, "validerNyBegjaering", validate)


@in_service(breaks="ELAN-VALIDATE-005", operation="validerEndretBegjaering", status=422)
def validation_of_a_change_knows_no_conditions(service: Api) -> Api:
    """Validation of a change checks only the form."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        filing.case_of(office, caller, varying)
        read(Utleggsbegjaering, await json_body(request, office.knobs), office.knobs)
        return Reply(204)

    return with_handler(service, "validerEndretBegjaering", validate)


@in_service(breaks="ELAN-VALIDATE-006", operation="validerNyBegjaering", told=("DUPLIKAT_INNSENDING",))
def validation_does_not_know_what_was_submitted(service: Api) -> Api:
    """A request that was already submitted passes validation."""
    forgetful = without(service, "DUPLIKAT_INNSENDING").office

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await filing.validate(replace(office, judge=forgetful.judge), caller, request, varying)

    return with_handler(service, "validerNyBegjaering", validate)


@in_service(breaks="ELAN-CHANGE-001", operation="endreBegjaering", status=SUCCESS)
def a_change_becomes_another_case(service: Api) -> Api:
    """A change is stored as a separate case with a new reference; the old case is unchanged."""

    class Splitting(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:  # noqa: ARG002 - that is the fault
            _, other = filing.received(service.office)
            self.submit(other, replace(accepted, innsender_referanse=None), now)

    return with_store(service, Splitting)


@in_service(breaks="ELAN-CASE-007", operation="endreBegjaering", status=SUCCESS)
def an_accepted_change_is_lost(service: Api) -> Api:
    """An accepted change is not stored."""

    class Losing(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
            """Stores nothing."""

    return with_store(service, Losing)


@in_service(breaks="ELAN-CHANGE-011", operation="endreBegjaering", status=SUCCESS)
def the_first_change_wins(service: Api) -> Api:
    """The first of several accepted changes is the one that counts."""

    class FirstOnly(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
            count = self._database.execute("select count(*) from versjon where referanse = ?", (referanse,)).fetchone()
            if count[0] == 1:
                super().change(referanse, accepted, now)

    return with_store(service, FirstOnly)


@in_service(breaks="ELAN-CHANGE-006", operation="endreBegjaering", status=SUCCESS)
def a_change_only_adds(service: Api) -> Api:
    """Members that a change leaves out stay in the request."""

    class Merging(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
            before, after = self.request(referanse), accepted.begjaering
            merged = _merged(before, after)
            references = [krav["innsendersKravreferanse"] for krav in merged["kravTilInnkreving"]]
            super().change(referanse, replace(accepted, begjaering=merged, kravreferanser=references), now)

    return with_store(service, Merging)


def _merged(before: Any, after: Any) -> Any:  # noqa: ANN401 - stored JSON
    merged = copy.deepcopy(before) | copy.deepcopy(after)
    names = {krav["innsendersKravreferanse"] for krav in after["kravTilInnkreving"]}
    merged["kravTilInnkreving"] += [
        krav for krav in before["kravTilInnkreving"] if krav["innsendersKravreferanse"] not in names
    ]
    return merged


@in_service(breaks="ELAN-CHANGE-004", operation="endreBegjaering", status=422)
def a_refused_change_is_kept(service: Api) -> Api:
    """A refused change is stored."""

    async def change(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        case = filing.case_of(office, caller, varying)
        value = await json_body(request, office.knobs)
        begjaering = read(Utleggsbegjaering, value, office.knobs)
        try:
            filing.ensure_right(office, caller, value, case)
        finally:
            kept = replace(filing.accepted_of(office, caller, begjaering, value), vedlegg=())
            office.store.change(varying, replace(kept, innsender_referanse=case.innsenderReferanse), office.clock.now())
        return Reply(204)

    return with_handler(service, "endreBegjaering", change)


@in_service(breaks="ELAN-CHANGE-005", operation="endreBegjaering", status=ERRORS)
def another_senders_case_is_changed(service: Api) -> Api:
    """Anyone who knows the reference of a case can change it."""

    async def change(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        case = office.store.case(varying)
        if case is None or case.innsender == caller.organisation:
            return await filing.change(office, caller, request, varying)
        open_to_all = without(service, "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING", "ULOVLIG_ENDRING_INNSENDER").office
        return await filing.change(open_to_all, Caller(case.innsender), request, varying)

    return with_handler(service, "endreBegjaering", change)


@in_service(breaks="ELAN-CHANGE-003", operation=FILING, status=SUCCESS)
def no_debtor_may_come_in(service: Api) -> Api:
    """A change may not add a debtor, whichever rules the debtor is under."""

    def stricter(rule: Rule) -> Rule:
        if rule.kode != "ULOVLIG_ENDRING_SAKSOEKT":
            return rule

        def places(submission: Submission) -> Iterator[str]:
            before = submission.earlier.begjaering.saksoekt if submission.earlier else []
            known = {party.saksoekt.key for party in before}
            yield from (path for path, actor in submission.debtors if actor.key not in known)

        return replace(rule, places=places)

    return with_rules(service, stricter)


@in_service(breaks="ELAN-CHANGE-007", operation=FILING, status=SUCCESS)
def nothing_is_changed_in_proceedings(service: Api) -> Api:
    """A case under treatment cannot be changed."""

    class Hasty(OtherStore):
        def case(self, referanse: str) -> Case | None:
            case = super().case(referanse)
            is_hasty = case is not None and case.saksstatus == "sakUnderBehandling"
            return replace(case, behandlet=False) if case is not None and is_hasty else case

    return with_store(service, Hasty)


@in_service(breaks="ELAN-CHANGE-008", told=("UAVKLART_STATUS", "UGYLDIG_STATUS"))
def a_closed_case_tells_other_conditions_too(service: Api) -> Api:
    """If a case cannot be changed, other conditions are reported too."""
    return with_rules(service, lambda rule: replace(rule, stops=False))


@in_service(breaks="ELAN-VALIDATE-003", operation="validerNyBegjaering", status=422)
def validation_forgets_the_second_time(service: Api) -> Api:
    """A faulty request passes when it is validated again."""
    seen: set[str] = set()

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        text = (await request.body()).decode(errors="replace")
        if text in seen:
            return Reply(204)
        seen.add(text)
        return await filing.validate(office, caller, request, varying)

    return with_handler(service, "validerNyBegjaering", validate)


@in_service(breaks="ELAN-HTTP-002", operation="validerNyBegjaering", status=204)
def a_valid_request_is_found_faulty(service: Api) -> Api:
    """For a request with a written notice, a valid KID is reported as wrong."""

    async def validate(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        value = await json_body(request, office.knobs)
        begjaering = filing.ensure_right(office, caller, value, None)
        if any(basis.skriftlig_meddelelse for basis in begjaering.begjaeringensTvangsgrunnlag):
            told = Kontrollutslag("UGYLDIG_KID", "KID-nummeret er ugyldig.", "Kontroller KID-nummeret.")
            raise Refused(422, told.kode, "Begjæringen oppfyller ikke alle vilkår.", [told])
        return Reply(204)

    return with_handler(service, "validerNyBegjaering", validate)


@in_service(breaks="ELAN-CHANGE-006", operation="endreBegjaering", status=SUCCESS)
def a_change_keeps_the_old_court_fee(service: Api) -> Api:
    """A change that no longer claims back the court fee leaves it in the case."""

    class Keeping(OtherStore):
        def change(self, referanse: str, accepted: Accepted, now: datetime.datetime) -> None:
            before: Any = self.request(referanse)
            name = "kreverRettsgebyrErstattet"
            kept = {name: before[name]} if name in before else {}
            after: Any = accepted.begjaering
            super().change(referanse, replace(accepted, begjaering=kept | after), now)

    return with_store(service, Keeping)


@in_service(breaks="ELAN-CASE-012", operation="opprettBegjaering", status=422)
def a_refused_request_becomes_a_case(service: Api) -> Api:
    """A refused request becomes a case, although its reference is never returned."""

    async def submit(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await request.body()  # cached by the request, so that the healthy handler can read it again
        try:
            return await filing.submit(office, caller, request, varying)
        except Refused as refused:
            if refused.kontrollutslag:
                value = await json_body(request, office.knobs)
                begjaering = read(Utleggsbegjaering, value, office.knobs)
                accepted = filing.accepted_of(office, caller, begjaering, value)
                kept = replace(accepted, innsender_referanse=None, kravreferanser=(), vedlegg=())
                office.store.submit(filing.received(office)[1], kept, office.clock.now())
            raise

    return with_handler(service, "opprettBegjaering", submit)


@in_service(breaks="ELAN-CHANGE-002", operation="endreBegjaering", status=SUCCESS)
def no_claim_may_come_in(service: Api) -> Api:
    """A change may not add a claim."""

    def stricter(rule: Rule) -> Rule:
        if rule.kode != "ULOVLIG_ENDRING_SAKSOEKER":
            return rule

        def places(submission: Submission) -> Iterator[str]:
            yield from rule.places(submission)
            before = submission.earlier.begjaering.kravTilInnkreving if submission.earlier else []
            if submission.earlier and submission.claims.keys() - {krav.innsendersKravreferanse for krav in before}:
                yield "$.kravTilInnkreving"

        return replace(rule, places=places)

    return with_rules(service, stricter)


@in_service(breaks="ELAN-VALIDATE-008", operation=FILING, status=SUCCESS)
def three_bases_are_too_many(service: Api) -> Api:
    """A request with three enforcement bases is refused as if a claim were listed under two."""

    def stricter(rule: Rule) -> Rule:
        if rule.kode != "KRAV_I_FLERE_TVANGSGRUNNLAG":
            return rule

        def places(submission: Submission) -> Iterator[str]:
            yield from rule.places(submission)
            if len(submission.begjaering.begjaeringensTvangsgrunnlag) > 2:
                yield "$.begjaeringensTvangsgrunnlag"

        return replace(rule, places=places)

    return with_rules(service, stricter)
