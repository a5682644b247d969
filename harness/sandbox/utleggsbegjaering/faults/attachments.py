"""Attachments that are lost, accessible to others, or cited although they must not be."""

from dataclasses import replace

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.fault import Json, in_answer, in_body, in_service
from harness.sandbox.knobs import OtherKnobs
from harness.sandbox.utleggsbegjaering import uploads
from harness.sandbox.utleggsbegjaering.attachments import SOUND, Attachment, Tilstand
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.faults.surgery import (
    FILING,
    SUCCESS,
    Api,
    OtherStore,
    with_handler,
    with_rules,
    with_store,
)
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused
from harness.sandbox.utleggsbegjaering.rules.rule import Rule
from harness.sandbox.utleggsbegjaering.submission import Submission

UPLOAD, STATE, DELETE = "lastOppVedlegg", "hentVedlegg", "slettVedlegg"


@in_body(breaks="ELAN-ATTACH-016", operation=UPLOAD, status=201)
def every_upload_has_the_same_uuid(body: Json) -> Json:
    """Every upload gets the same uuid."""
    return body | {"uuid": "00000000-0000-4000-8000-000000000000"}


@in_answer(breaks="ELAN-ATTACH-001", operation=UPLOAD, status=201)
def an_upload_is_202(answer: Answer, call: Call) -> Answer:
    """An upload is answered with 202."""
    return answer.with_status(202)


@in_body(breaks="ELAN-ATTACH-002", operation=STATE)
def attachments_are_never_ready(body: Json) -> Json:
    """An attachment stays in the queue forever."""
    return body | {"tilstand": "mottatt" if body["tilstand"] == "klar" else body["tilstand"]}


@in_body(breaks="ELAN-ATTACH-003", operation=STATE)
def an_attachment_forgets_its_reference(body: Json) -> Json:
    """The state of an attachment has another reference than the upload."""
    return body | {"innsenderReferanse": "UKJENT"}


@in_body(breaks="ELAN-ATTACH-003", operation=STATE)
def file_names_are_cut(body: Json) -> Json:
    """The state of an attachment has its file name without the extension."""
    return body | {"filnavn": body["filnavn"].rpartition(".")[0] or body["filnavn"][:1]}


@in_service(breaks="ELAN-ATTACH-004", operation=DELETE, status=204)
def deleting_deletes_nothing(service: Api) -> Api:
    """A deleted attachment is still there."""

    async def delete(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        await uploads.state(office, caller, request, varying)
        return Reply(204)

    return with_handler(service, DELETE, delete)


@in_service(breaks="ELAN-ATTACH-005", operation=DELETE, status=409)
def a_cited_attachment_is_deleted(service: Api) -> Api:
    """An attachment that a case cites can be deleted."""

    class Uncited(OtherStore):
        def attachment(self, vedlegg: str) -> Attachment | None:
            found = super().attachment(vedlegg)
            return replace(found, sak=None) if found else None

    async def delete(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        return await uploads.delete(replace(office, store=Uncited(office.store)), caller, request, varying)

    return with_handler(service, DELETE, delete)


@in_service(breaks="ELAN-ATTACH-006", operation=UPLOAD, status=413)
def attachments_of_any_size_are_taken(service: Api) -> Api:
    """A file that is too large is accepted."""
    knobs = OtherKnobs(service.office.knobs, {"elan-upload-limit": "1000"})
    return replace(service, office=replace(service.office, knobs=knobs))


@in_answer(breaks="ELAN-ATTACH-006", operation=UPLOAD, status=413)
def too_large_is_a_bad_request(answer: Answer, call: Call) -> Answer:
    """A file that is too large is refused with 400."""
    return answer.with_json(answer.json() | {"status": 400}).with_status(400)


@in_answer(breaks="ELAN-ATTACH-007", operation=UPLOAD, status=415)
def programs_are_taken(answer: Answer, call: Call) -> Answer:
    """A file of any media type is accepted."""
    return answer.with_json({"uuid": "00000000-0000-4000-8000-000000000001"}).with_status(201)


@in_answer(breaks="ELAN-ATTACH-008", operation=UPLOAD, status=400)
def an_upload_needs_no_reference(answer: Answer, call: Call) -> Answer:
    """An upload without a reference is accepted."""
    if "innsenderReferanse" not in answer.json()["detail"]:
        return answer
    return answer.with_json({"uuid": "00000000-0000-4000-8000-000000000002"}).with_status(201)


@in_service(breaks="ELAN-ATTACH-009", operation=UPLOAD, status=201)
def nobody_looks_for_viruses(service: Api) -> Api:
    """A file with a virus becomes ready like any other."""

    class Careless(OtherStore):
        def add_attachment(self, attachment: Attachment) -> None:
            super().add_attachment(replace(attachment, way=SOUND))

    return with_store(service, Careless)


@in_answer(breaks="ELAN-ATTACH-010", operation=STATE, status=404)
def an_unknown_uuid_is_200(answer: Answer, call: Call) -> Answer:
    """An unknown uuid is answered with a state."""
    body = {"uuid": call.path.rpartition("/")[2], "filnavn": "", "innsenderReferanse": "", "tilstand": "slettet"}
    return answer.with_json(body).with_header("Content-Type", "application/json").with_status(200)


@in_answer(breaks="ELAN-ATTACH-010", operation=(STATE, DELETE), status=404)
def an_unknown_uuid_is_a_server_error(answer: Answer, call: Call) -> Answer:
    """An unknown uuid leads to a server error."""
    return answer.with_json(answer.json() | {"status": 500}).with_status(500)


@in_service(breaks="ELAN-ATTACH-011", operation=STATE, status=404)
def anybody_sees_an_attachment(service: Api) -> Api:
    """Anyone who knows an attachment's uuid sees its state."""

    async def state(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        found = office.store.attachment(varying)
        return await uploads.state(office, Caller(found.innsender) if found else caller, request, varying)

    return with_handler(service, STATE, state)


@in_service(breaks="ELAN-ATTACH-011", operation=DELETE, status=404)
def anybody_deletes_an_attachment(service: Api) -> Api:
    """Anyone who knows an attachment's uuid can delete it."""

    async def delete(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        found = office.store.attachment(varying)
        return await uploads.delete(office, Caller(found.innsender) if found else caller, request, varying)

    return with_handler(service, DELETE, delete)


@in_service(breaks="ELAN-ATTACH-012", operation=FILING, status=SUCCESS)
def an_attachment_is_cited_once(service: Api) -> Api:
    """An attachment that is cited twice in one request is refused."""

    def stricter(rule: Rule) -> Rule:
        if rule.kode != "VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN":
            return rule

        def places(submission: Submission) -> "list[str]":
            uuids = [cited.vedlegg.uuid for cited in submission.cited if cited.vedlegg.uuid]
            twice = [cited.path for cited in submission.cited if uuids.count(cited.vedlegg.uuid) > 1]
            return [*rule.places(submission), *twice]

        return replace(rule, places=lambda submission: iter(places(submission)))

    return with_rules(service, stricter)


@in_service(breaks="ELAN-ATTACH-013", operation=STATE, status=200)
def an_attachment_goes_back(service: Api) -> Api:
    """An attachment that was ready is back in the queue when its state is requested again."""
    asked: dict[str, int] = {}

    async def state(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        reply = await uploads.state(office, caller, request, varying)
        asked[varying] = asked.get(varying, 0) + 1
        body = reply.body
        if asked[varying] >= 2 and isinstance(body, dict) and body["tilstand"] == "klar":
            back: Tilstand = "virussjekket"
            return Reply(200, body | {"tilstand": back})
        return reply

    return with_handler(service, STATE, state)


@in_service(breaks="ELAN-ATTACH-015", operation=UPLOAD, status=400)
def a_malformed_form_is_a_server_error(service: Api) -> Api:
    """A malformed form leads to a server error."""

    async def upload(office: Office, caller: Caller, request: Request, varying: str) -> Reply:
        try:
            return await uploads.upload(office, caller, request, varying)
        except Refused as refused:
            if "Skjemaet kan ikke leses" in refused.detail:
                return Reply(500, {"type": "about:blank", "status": 500})
            raise

    return with_handler(service, UPLOAD, upload)
