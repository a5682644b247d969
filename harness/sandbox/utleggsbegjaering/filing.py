"""Submitting, changing and validating requests."""

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import replace

from starlette.requests import Request

from harness.sandbox.utleggsbegjaering.attachments import Attachment, Tilstand
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import invalid, json_body
from harness.sandbox.utleggsbegjaering.judge import refusal_of
from harness.sandbox.utleggsbegjaering.model.begjaering import Utleggsbegjaering, read, stored
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.store import Accepted, Case, DuplicateError
from harness.sandbox.utleggsbegjaering.submission import Earlier, Submission
from harness.sandbox.utleggsbegjaering.uncovered import uncovered_in

CHANGEABLE = {
    "until-forelagt": frozenset({"sakOpprettet", "sakUnderBehandling"}),
    "sakOpprettet": frozenset({"sakOpprettet"}),
}
ASKED_FOR_FORLIKSRAADET = {
    "every": frozenset({"utlegg", "utleggOgForliksklageKombinert"}),
    "combined": frozenset({"utleggOgForliksklageKombinert"}),
}


async def submit(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """A new case. Nothing is awaited between check and store, so two concurrent duplicates give one case."""
    value = await json_body(request, office.knobs)
    begjaering = ensure_right(office, caller, value, None)
    reply, referanse = received(office)
    try:
        office.store.submit(referanse, accepted_of(office, caller, begjaering, value), office.clock.now())
    except DuplicateError:
        raise Refused(409, "XXX-006", "Begjæringen er mottatt i et annet kall.") from None
    return reply


async def change(office: Office, caller: Caller, request: Request, referanse: str) -> Reply:
    """A complete new version of a case's request."""
    case_of(office, caller, referanse)
    value = await json_body(request, office.knobs)
    case = case_of(office, caller, referanse)
    begjaering = ensure_right(office, caller, value, case)
    try:
        office.store.change(referanse, accepted_of(office, caller, begjaering, value), office.clock.now())
    except DuplicateError:
        raise Refused(409, "XXX-006", "Begjæringen er mottatt i et annet kall.") from None
    return Reply(int(office.knobs["elan-change-success"]))


async def validate(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """The same checks as for a submission; nothing is stored."""
    ensure_right(office, caller, await json_body(request, office.knobs), None)
    return Reply(204)


async def validate_change(office: Office, caller: Caller, request: Request, referanse: str) -> Reply:
    """The same checks as for a change; nothing is stored."""
    case_of(office, caller, referanse)
    value = await json_body(request, office.knobs)
    ensure_right(office, caller, value, case_of(office, caller, referanse))
    return Reply(204)


def case_of(office: Office, caller: Caller, referanse: str) -> Case:
    case = office.store.case(referanse)
    foreign = office.knobs["elan-foreign-change"] if case and case.innsender != caller.organisation else ""
    if case is None or foreign == "404":
        raise Refused(404, "XXX-003", "Ingen sak har denne referansen.")
    if foreign == "403":
        raise Refused(403, "XXX-005", "Saken tilhører en annen innsender.")
    return case


def ensure_right(office: Office, caller: Caller, value: object, case: Case | None) -> Utleggsbegjaering:
    """The request, if it follows the model and breaks no condition; raises Refused."""
    begjaering = read(Utleggsbegjaering, value, office.knobs)
    breaches = office.judge.breaches(submission_of(office, caller, begjaering, case))
    if breaches:
        raise refusal_of(breaches, office.knobs, office.seed)
    uncovered = uncovered_in(begjaering)
    if uncovered and office.knobs["elan-uncovered"] == "refused":
        raise invalid("; ".join(uncovered))
    return begjaering


def submission_of(office: Office, caller: Caller, begjaering: Utleggsbegjaering, case: Case | None) -> Submission:
    """The request with everything that the conditions need to know."""
    duplicate = office.store.duplicate_of(
        caller.organisation, begjaering.innsenderReferanse, begjaering.begjaeringsdato.isoformat()
    )
    submission = Submission(
        begjaering,
        caller.organisation,
        office.clock.today(),
        office.register,
        duplicate=None if case is not None and duplicate == case.referanse else duplicate,
        earlier=_earlier(office, case) if case else None,
        asked_for_forliksraadet=lambda: ASKED_FOR_FORLIKSRAADET[office.knobs["elan-forliksraadet"]],
    )
    return replace(submission, attachments=dict(_attachments(office, submission)))


def _earlier(office: Office, case: Case) -> Earlier:
    return Earlier(
        stored(office.store.request(case.referanse)),
        case.referanse,
        case.behandlet,
        case.saksstatus in CHANGEABLE[office.knobs["elan-change-states"]],
    )


def _attachments(office: Office, submission: Submission) -> Iterator[tuple[str, tuple[Attachment, Tilstand]]]:
    for vedlegg in {cited.vedlegg.uuid for cited in submission.cited}:
        attachment = office.store.attachment(vedlegg)
        if attachment is not None:
            yield vedlegg, (attachment, attachment.tilstand(office.clock.now()))


def accepted_of(office: Office, caller: Caller, begjaering: Utleggsbegjaering, value: object) -> Accepted:
    parties = [("saksoeker", party.saksoeker) for party in begjaering.saksoeker]
    parties += [("saksoekt", party.saksoekt) for party in begjaering.saksoekt]
    uuids = {cited.vedlegg.uuid for cited in Submission(begjaering, "", office.clock.today(), office.register).cited}
    return Accepted(
        caller.organisation,
        begjaering.innsenderReferanse,
        begjaering.begjaeringsdato.isoformat(),
        office.knobs["elan-processing"] == "at-once",
        value,
        [(role, ":".join(actor.identifikator.key)) for role, actor in parties if actor.identifikator],
        [krav.innsendersKravreferanse for krav in begjaering.kravTilInnkreving],
        uuids,
    )


def received(office: Office) -> tuple[Reply, str]:
    """The answer to a submission, and the new reference that it contains."""
    success = office.knobs["elan-submit-success"]
    if success == "200-number":
        number = secrets.randbelow(10**15)
        return Reply(200, number), str(number)
    referanse = str(uuid.uuid4())
    return Reply(int(success), {"eksternSaksreferanse": referanse}), referanse
