"""Attachments: upload, processing, and who may see them. All of it is reconstructed."""

import uuid

import pytest

from harness.suite.markers import not_run, requirement, several_answers
from scenarios.utleggsbegjaering.answers import name_of
from scenarios.utleggsbegjaering.builders import attachments
from scenarios.utleggsbegjaering.conftest import PDF

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every virus scanner reports as a virus (eicar.org)."""


ACCEPTED = (200, 201, 202)


def uploaded(elan, filnavn="dom.pdf", **how):
    """The uuid of a file under its own reference."""
    return str(elan.upload(filnavn, f"PROEVESTAND-{uuid.uuid4()}", **how).expect_status(*ACCEPTED).json()["uuid"])


@requirement("ELAN-ATTACH-001")
def test_an_upload_is_created_with_a_uuid(elan):
    created = elan.upload("dom.pdf", f"PROEVESTAND-{uuid.uuid4()}").expect_status(201).json()["uuid"]

    assert str(uuid.UUID(created)) == created.lower()


@requirement("ELAN-ATTACH-016")
def test_each_upload_has_a_uuid_of_its_own(elan):
    assert uploaded(elan) != uploaded(elan)


@requirement("ELAN-ATTACH-002")
def test_a_pdf_becomes_ready(elan):
    assert elan.settled(uploaded(elan)) == "klar"


@requirement("ELAN-ATTACH-013")
@several_answers
def test_what_is_ready_stays_ready(elan):
    identifier = uploaded(elan)
    elan.settled(identifier)

    states = {name_of(elan.attachment(identifier).expect_status(200).json()["tilstand"]) for _ in range(4)}

    assert states == {"klar"}


@requirement("ELAN-ATTACH-003")
def test_the_state_carries_what_was_uploaded(elan):
    reference = f"PROEVESTAND-{uuid.uuid4()}"
    identifier = elan.upload("en dom på norsk.pdf", reference).expect_status(*ACCEPTED).json()["uuid"]

    state = elan.attachment(identifier).expect_status(200).json()

    expected = (identifier, "en dom på norsk.pdf", reference)
    assert expected == (state["uuid"], state["filnavn"], state["innsenderReferanse"])


@requirement("ELAN-ATTACH-004", "ELAN-COND-064")
def test_a_deleted_attachment_is_gone(elan):
    begjaering = elan.ready(elan.simple())
    identifier = next(attachments(begjaering))["uuid"]

    elan.send("DELETE", f"/vedlegg/{identifier}").expect_status(200, 202, 204)

    again = elan.send("DELETE", f"/vedlegg/{identifier}")
    again.expect_closed()
    elan.expect_conditions(elan.validate(begjaering), "VEDLEGG_SKAL_VAERE_TILGJENGELIG")


@requirement("ELAN-ATTACH-005")
def test_an_attachment_of_a_case_cannot_be_deleted(elan):
    begjaering = elan.ready(elan.simple())
    elan.accept(begjaering)
    identifier = next(attachments(begjaering))["uuid"]

    elan.send("DELETE", f"/vedlegg/{identifier}").expect_refusal(409)

    assert elan.attachment(identifier).expect_status(200).json()["tilstand"] == "klar"


@requirement("ELAN-ATTACH-006", "ELAN-ATTACH-014")
def test_a_file_that_is_too_large_is_refused(elan):
    """The limit is not published; 60 MB is above any that is known."""
    answer = elan.upload("stor.pdf", "PROEVESTAND-stor", PDF + b"0" * 60_000_000)

    elan.bench.notes.observe("ELAN-ATTACH-014", f"60 MB: {answer.status}")
    answer.expect_refusal(413)


@requirement("ELAN-ATTACH-007")
@pytest.mark.parametrize("media_type", ["application/x-msdownload", "video/mp4"])
def test_a_file_of_another_media_type_is_refused(elan, media_type):
    answer = elan.upload("program.exe", "PROEVESTAND-exe", b"MZ\x90\x00", media_type)

    answer.expect_refusal(400, 415)


FORMS = {
    "no file": ({"filnavn": "dom.pdf", "innsenderReferanse": "R"}, {}),
    "no reference": ({"filnavn": "dom.pdf"}, {"fil": ("dom.pdf", PDF, "application/pdf")}),
    "nothing": ({}, {"annet": ("dom.pdf", PDF, "application/pdf")}),
}


@requirement("ELAN-ATTACH-008")
@pytest.mark.parametrize("form", [pytest.param(value, id=name) for name, value in FORMS.items()])
def test_an_upload_without_a_part_is_refused(elan, form):
    elan.send_form(*form).expect_refusal(400, 415)


BROKEN_FORMS = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n--x--"),
    "another boundary": (
        "multipart/form-data; boundary=a",
        b"--b\r\nContent-Disposition: form-data; name=fil\r\n\r\nx",
    ),
    "cut off": ("multipart/form-data; boundary=a", b'--a\r\nContent-Disposition: form-data; name="fil"; filen'),
    "JSON": ("application/json", b'{"fil": "dom.pdf"}'),
    "nothing at all": ("multipart/form-data; boundary=a", b""),
}


@requirement("ELAN-ATTACH-015")
@pytest.mark.parametrize("form", [pytest.param(value, id=name) for name, value in BROKEN_FORMS.items()])
def test_a_malformed_upload_is_refused(elan, form):
    elan.bench.ensure_open("lastOppVedlegg")
    media_type, octets = form

    elan.send("POST", "/vedlegg", octets, headers={"Content-Type": media_type}).expect_refusal(400, 415)


@requirement("ELAN-ATTACH-009", "ELAN-COND-064")
def test_a_virus_is_found(elan):
    begjaering = elan.ready(elan.simple())
    reference = begjaering["innsenderReferanse"]
    identifier = elan.upload("ren.pdf", reference, EICAR).expect_status(201).json()["uuid"]

    state = elan.settled(identifier)

    assert state == "inneholderVirus"
    begjaering["begjaeringensTvangsgrunnlag"][0]["tvangsgrunnlag"]["uuid"] = identifier
    elan.expect_conditions(elan.validate(begjaering), "VEDLEGG_SKAL_VAERE_TILGJENGELIG")


MAGIC = {
    "virus-dom.pdf": {"inneholderVirus"},
    "valideringsfeil-dom.pdf": {"valideringFeilet"},
    "konverteringsfeil-dom.pdf": {"konverteringFeilet"},
    "ikke-pdf-dom.docx": {"kanIkkeKonverteres"},
}


@requirement("ELAN-COND-063")
@pytest.mark.parametrize("filnavn", MAGIC)
def test_a_file_that_fails_says_so(elan, filnavn):
    """Names with which the emulation reaches each state; a real service does not know them."""
    if elan.bench.api.control is None:
        not_run("names of files mean nothing to a real service")

    assert elan.settled(uploaded(elan, filnavn)) in MAGIC[filnavn]


@requirement("ELAN-ATTACH-010")
@pytest.mark.parametrize("identifier", ["ffffffff-ffff-4fff-8fff-ffffffffffff", "ikke-en-uuid"])
def test_an_unknown_attachment_is_not_found(elan, identifier):
    for method in ("GET", "DELETE"):
        elan.bench.ensure_open("hentVedleggstilstand")
        elan.send(method, f"/vedlegg/{identifier}").expect_refusal(404, 400)


@requirement("ELAN-ATTACH-011")
def test_the_attachment_of_another_sender_cannot_be_seen(elan):
    identifier = uploaded(elan)
    token = elan.customers_token

    elan.attachment(identifier, token=token).expect_closed()
    elan.send("DELETE", f"/vedlegg/{identifier}", token=token).expect_closed()

    elan.attachment(identifier).expect_status(200)
