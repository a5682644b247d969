"""Attachments: upload, the pipeline with a clock that the test moves forward, deletion, and what a request may cite."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4 an example"
CONDITION = {
    "mottatt": "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "virussjekket": "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "validert": "VEDLEGG_SKAL_VAERE_VIRUSSJEKKET_VALIDERT_OG_KONVERTERT",
    "inneholderVirus": "VEDLEGG_SKAL_VAERE_TILGJENGELIG",
    "slettet": "VEDLEGG_SKAL_VAERE_TILGJENGELIG",
    "kassert": "VEDLEGG_SKAL_VAERE_TILGJENGELIG",
    "valideringFeilet": "VEDLEGG_SKAL_IKKE_HA_FEILET",
    "konverteringFeilet": "VEDLEGG_SKAL_IKKE_HA_FEILET",
    "kanIkkeKonverteres": "VEDLEGG_SKAL_IKKE_HA_FEILET",
}


def tilstand(sender: Any, vedlegg: str) -> str:
    return sender.call("GET", f"/vedlegg/{vedlegg}").json()["tilstand"]


def test_an_upload_is_ready_and_says_what_it_is(sender: Any):
    vedlegg = sender.uploaded("REF-1", "faktura.pdf")

    answer = sender.call("GET", f"/vedlegg/{vedlegg}")

    assert answer.status_code == 200
    shown = {name: answer.json()[name] for name in ("uuid", "filnavn", "innsenderReferanse", "tilstand")}
    assert shown == {"uuid": vedlegg, "filnavn": "faktura.pdf", "innsenderReferanse": "REF-1", "tilstand": "klar"}


@pytest.mark.parametrize(
    ("filnavn", "content", "expected"),
    [
        ("virus-1.pdf", PDF, "inneholderVirus"),
        ("VIRUS-1.PDF", PDF, "inneholderVirus"),
        ("brev.pdf", b"noe " + EICAR, "inneholderVirus"),
        ("valideringsfeil-1.pdf", PDF, "valideringFeilet"),
        ("konverteringsfeil-1.pdf", PDF, "konverteringFeilet"),
        ("ikke-pdf-1.pdf", PDF, "kanIkkeKonverteres"),
        ("treg-1.pdf", PDF, "mottatt"),
        ("antivirus-1.pdf", PDF, "klar"),
    ],
)
def test_a_file_name_or_a_virus_decides_what_becomes_of_it(sender: Any, filnavn: str, content: bytes, expected: str):
    assert tilstand(sender, sender.uploaded("REF-1", filnavn, content)) == expected


def test_a_slow_attachment_goes_through_every_state(start: Callable[..., Any], make_sender: Callable[..., Any]):
    sender = make_sender(start("--now", "2026-05-20T12:00:00Z"))
    vedlegg = sender.uploaded("REF-1", "treg-1.pdf")
    seen = [tilstand(sender, vedlegg)]

    for _ in range(3):
        sender.control("POST", "klokke", {"sekunder": 60})
        seen.append(tilstand(sender, vedlegg))

    assert seen == ["mottatt", "virussjekket", "validert", "klar"]


def test_what_nobody_cites_is_discarded_after_a_month(start: Callable[..., Any], make_sender: Callable[..., Any]):
    sender = make_sender(start("--now", "2026-05-20T12:00:00Z"))
    unused, begjaering = sender.uploaded("REF-1"), sender.begjaering()
    sender.filed(begjaering)

    sender.control("POST", "klokke", {"sekunder": 31 * 24 * 3600})

    assert tilstand(sender, unused) == "kassert"
    assert tilstand(sender, begjaering["vedlegg"][0]["uuid"]) == "klar"


@pytest.mark.parametrize("state", CONDITION)
def test_a_request_that_cites_an_attachment_that_is_not_ready_is_refused(sender: Any, conditions_of: Any, state: str):
    begjaering = sender.begjaering()
    other = sender.uploaded(begjaering["innsenderReferanse"])
    begjaering["vedlegg"][0]["uuid"] = other
    sender.control("PUT", f"vedlegg/{other}", {"tilstand": state})

    refused = sender.submit(begjaering)
    sender.control("PUT", f"vedlegg/{other}", {"tilstand": "klar"})
    accepted = sender.submit(begjaering)

    assert conditions_of(refused) == [CONDITION[state]]
    assert accepted.status_code == 201


def test_an_attachment_of_another_reference_or_case_is_refused(sender: Any, conditions_of: Any):
    begjaering, filed = sender.begjaering(), sender.begjaering()
    sender.filed(filed)
    begjaering["vedlegg"][0]["uuid"] = sender.uploaded("EN-ANNEN")
    another_reference = sender.submit(begjaering)
    begjaering["vedlegg"][0]["uuid"] = filed["vedlegg"][0]["uuid"]
    another_case = sender.submit(begjaering)

    assert conditions_of(another_reference) == ["VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN"]
    assert conditions_of(another_case) == ["VEDLEGG_SKAL_HA_REFERANSE_TIL_BEGJAERINGEN"]


def test_another_senders_attachment_is_as_good_as_none(
    sandbox: Any, make_sender: Callable[..., Any], sender: Any, conditions_of: Any
):
    begjaering = sender.begjaering()
    stranger = make_sender(sandbox, "310288837")
    theirs = stranger.uploaded(begjaering["innsenderReferanse"])
    begjaering["vedlegg"][0]["uuid"] = theirs

    assert conditions_of(sender.submit(begjaering)) == ["VEDLEGG_SKAL_VAERE_TILGJENGELIG"]
    assert sender.call("GET", f"/vedlegg/{theirs}").status_code == 404
    assert sender.call("DELETE", f"/vedlegg/{theirs}").status_code == 404
    assert tilstand(stranger, theirs) == "klar"


def test_only_what_no_case_cites_can_be_deleted(sender: Any):
    begjaering, free = sender.begjaering(), sender.uploaded("REF-1")
    sender.filed(begjaering)
    cited = begjaering["vedlegg"][0]["uuid"]

    assert sender.call("DELETE", f"/vedlegg/{free}").status_code == 204
    assert tilstand(sender, free) == "slettet"
    assert sender.call("DELETE", f"/vedlegg/{free}").status_code == 404
    assert sender.call("DELETE", f"/vedlegg/{cited}").status_code == 409
    assert tilstand(sender, cited) == "klar"
    assert sender.call("DELETE", "/vedlegg/ffffffff-ffff-4fff-8fff-ffffffffffff").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [("application/pdf", 201), ("image/png", 201), ("application/x-msdownload", 415), ("application/zip", 415)],
)
def test_an_attachment_has_a_type_of_document(sender: Any, kind: str, status: int):
    assert sender.upload("REF-1", kind=kind).status_code == status


def test_an_attachment_has_a_size(sender: Any):
    before = sender.counts()

    too_large = sender.upload("REF-1", content=b"x" * 20_000_001)
    empty = sender.upload("REF-1", content=b"")
    far_too_large = sender.upload("REF-1", content=b"x" * 30_000_000)

    assert [too_large.status_code, empty.status_code, far_too_large.status_code] == [413, 400, 413]
    assert too_large.json()["status"] == 413
    assert sender.counts() == before


FILE = ("fil.pdf", PDF, "application/pdf")
FORMS: dict[str, Any] = {
    "no file": {"data": {"innsenderReferanse": "R", "filnavn": "a.pdf"}, "files": {"annet": FILE}},
    "a text for a file": {
        "data": {"innsenderReferanse": "R", "filnavn": "a.pdf", "fil": "x"},
        "files": {"annet": FILE},
    },
    "no file name": {"data": {"innsenderReferanse": "R"}, "files": {"fil": FILE}},
    "no reference": {"data": {"filnavn": "a.pdf"}, "files": {"fil": FILE}},
    "an empty reference": {"data": {"innsenderReferanse": " ", "filnavn": "a.pdf"}, "files": {"fil": FILE}},
    "a reference as a file": {"data": {"filnavn": "a.pdf"}, "files": {"fil": FILE, "innsenderReferanse": FILE}},
    "a file name of spaces": {"data": {"innsenderReferanse": "R", "filnavn": "  "}, "files": {"fil": FILE}},
    "two files": {"data": {"innsenderReferanse": "R", "filnavn": "a.pdf"}, "files": [("fil", FILE), ("fil", FILE)]},
    "many files": {"data": {"innsenderReferanse": "R", "filnavn": "a.pdf"}, "files": [("fil", FILE)] * 10},
    "a long field": {"data": {"innsenderReferanse": "R" * 200_000, "filnavn": "a.pdf"}, "files": {"fil": FILE}},
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_without_what_it_needs_is_400(sender: Any, name: str):
    before = sender.counts()

    answer = sender.call("POST", "/vedlegg", **FORMS[name])

    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert sender.counts() == before


def test_what_is_no_form_is_415(sender: Any):
    assert sender.call("POST", "/vedlegg", json={}).status_code == 415


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    body=st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                b"--grense\r\n",
                b"--grense--\r\n",
                b'Content-Disposition: form-data; name="fil"; filename="a.pdf"\r\n',
                b'Content-Disposition: form-data; name="innsenderReferanse"\r\n',
                b"Content-Disposition: form-data; name=\xff\r\n",
                b"Content-Type: application/pdf\r\n",
                b"\r\n",
                b"R",
                b":",
                b"\x00",
            ]
        ),
        max_size=12,
    ).map(b"".join),
    boundary=st.sampled_from(
        ["; boundary=grense", "", "; boundary=", "; boundary=æ", '; boundary="grense"; charset=x']
    ),
)
def test_any_form_gets_a_documented_answer(sender: Any, body: bytes, boundary: str):
    headers = {"Content-Type": f"multipart/form-data{boundary}".encode()}

    answer = sender.call("POST", "/vedlegg", content=body, headers=headers)

    assert answer.status_code in {201, 400, 415}
    assert answer.status_code == 201 or answer.json()["status"] == answer.status_code
