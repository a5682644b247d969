"""Uploading attachments, reading their state, and deleting them (reconstructed: R1 to R3)."""

import datetime
import uuid
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from harness.sandbox.utleggsbegjaering.attachments import REASONS, Attachment, step_of, way_of
from harness.sandbox.utleggsbegjaering.authorisation import Caller
from harness.sandbox.utleggsbegjaering.body import invalid, limited, too_large
from harness.sandbox.utleggsbegjaering.office import Office, Reply
from harness.sandbox.utleggsbegjaering.problem import Refused

MEDIA_TYPES = {
    "pdf": frozenset({"application/pdf"}),
    "documents": frozenset(
        {
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "image/jpeg",
            "image/png",
            "image/tiff",
            "text/plain",
        }
    ),
}
LONGEST_NAME = 255
LONGEST_REFERENCE = 4000
OVERHEAD = 100_000
"""How large a form may be apart from its file, in octets."""


@dataclass(frozen=True)
class Upload:
    """A complete form."""

    filnavn: str
    referanse: str
    content: bytes


async def upload(office: Office, caller: Caller, request: Request, _: str) -> Reply:
    """Receives a file under the reference of one begjæring; the pipeline then processes it."""
    sent = await _upload(office, request)
    now = office.clock.now()
    usual = datetime.timedelta(seconds=int(office.knobs["elan-vedlegg-delay"]))
    attachment = Attachment(
        str(uuid.uuid4()),
        caller.organisation,
        sent.referanse,
        sent.filnavn,
        now,
        step_of(sent.filnavn, usual),
        way_of(sent.filnavn, sent.content),
        now + datetime.timedelta(days=int(office.knobs["elan-retention"])),
    )
    office.store.add_attachment(attachment)
    return Reply(201, {"uuid": attachment.uuid})


async def state(office: Office, caller: Caller, request: Request, vedlegg: str) -> Reply:  # noqa: ARG001 - one signature
    """The state of an attachment."""
    attachment = _own(office, caller, vedlegg)
    tilstand = attachment.tilstand(office.clock.now())
    body = {
        "uuid": attachment.uuid,
        "filnavn": attachment.filnavn,
        "innsenderReferanse": attachment.innsenderReferanse,
        "tilstand": tilstand,
    }
    return Reply(200, body | ({"aarsak": REASONS[tilstand]} if tilstand in REASONS else {}))


async def delete(office: Office, caller: Caller, request: Request, vedlegg: str) -> Reply:  # noqa: ARG001 - one signature
    """Deletes an attachment that no case cites; its state can still be read."""
    attachment = _own(office, caller, vedlegg)
    if attachment.fixed == "slettet":
        raise Refused(404, "XXX-003", "Vedlegget er slettet.")
    if attachment.sak is not None:
        raise Refused(409, "XXX-006", "Vedlegget er brukt i en begjæring.")
    office.store.set_attachment(attachment.uuid, "slettet")
    return Reply(204)


def _own(office: Office, caller: Caller, vedlegg: str) -> Attachment:
    attachment = office.store.attachment(vedlegg.lower())
    if attachment is None or attachment.innsender != caller.organisation:
        raise Refused(404, "XXX-003", "Ingen vedlegg har denne uuid-en.")
    return attachment


async def _upload(office: Office, request: Request) -> Upload:
    most = int(office.knobs["elan-upload-limit"]) * 1_000_000
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Refused(415, "XXX-006", "Vedlegg sendes som multipart/form-data.")
    octets = await limited(request, most + OVERHEAD)
    if octets is None:
        raise too_large(most + OVERHEAD, 413)
    form = await _form(request, octets)
    try:
        return await _checked(form, most, lambda: MEDIA_TYPES[office.knobs["elan-upload-types"]])
    finally:
        await form.close()


async def _form(request: Request, octets: bytes) -> FormData:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield octets

    try:
        parser = MultiPartParser(request.headers, stream(), max_files=5, max_fields=20, max_part_size=OVERHEAD)
        return await parser.parse()
    except (MultiPartException, ValueError, LookupError, TypeError, AssertionError) as error:
        text = "Skjemaet kan ikke leses som multipart/form-data, eller har for mange eller for store deler."
        raise invalid(text) from error


async def _checked(form: FormData, most: int, taken: Callable[[], frozenset[str]]) -> Upload:
    """`taken` gives the media types that are accepted; PDF always is."""
    files, names, references = (form.getlist(name) for name in ("fil", "filnavn", "innsenderReferanse"))
    if len(files) != 1 or not isinstance(files[0], UploadFile):
        raise invalid("Skjemaet skal ha én del `fil` med en fil.")
    if len(references) != 1 or not isinstance(references[0], str) or len(names) != 1:
        raise invalid("Skjemaet skal ha én innsenderReferanse og ett filnavn.")
    name = names[0]
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise invalid(f"Filnavnet mangler eller er lengre enn {LONGEST_NAME} tegn.")
    if not 0 < len(references[0].strip()) <= LONGEST_REFERENCE:
        raise invalid("innsenderReferanse er tom eller for lang.")
    kind = (files[0].content_type or "").partition(";")[0].strip().lower()
    if kind not in MEDIA_TYPES["pdf"] and kind not in taken():
        raise Refused(415, "XXX-006", f"Filtypen støttes ikke. Send {', '.join(sorted(taken()))}.")
    content = await files[0].read()
    if len(content) > most:
        raise Refused(413, "XXX-006", f"Filen er større enn {most} byte.")
    if not content:
        raise invalid("Filen er tom.")
    return Upload(name, references[0], content)
