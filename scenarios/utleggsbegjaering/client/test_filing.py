"""A client submits a begjæring: attachments, Betjeningskartet, submission, reference."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from harness.clients.bench import ClientBench
from harness.suite.markers import requirement
from scenarios.utleggsbegjaering.client.filing import (
    API,
    CONTENT,
    DAY,
    PDF,
    attachments_in,
    begjaering_for,
    body_of,
    ensure_plain,
    file_it,
    missing_from,
    names_in,
    parts_of,
    reference_in,
    sender_of,
    submissions,
    telling_begjaering_for,
    values_in,
    way_of,
)

PART = re.compile(rb"""(?i)content-disposition:[^\r\n]*?;\s*name=["']?([^"';\r\n]+)""")
"""The name of a part: in quotes or, as .NET writes it, without."""


@requirement(
    "ELAN-CLIENT-006", "ELAN-CLIENT-007", "ELAN-CLIENT-008", "ELAN-CLIENT-009", "ELAN-CLIENT-023", "ELAN-CLIENT-026"
)
@pytest.mark.parametrize("kind", ["token", "system_user"])
def test_a_begjaering_is_filed(client: ClientBench, kind: str):
    """A begjæring is submitted with its attachments, once, and accepted."""
    done = file_it(client, kind=kind)

    if not submissions(done):
        client.not_shown("the client submitted nothing")
    accepted = [call for call in submissions(done) if call.status in {200, 201}]
    done.expect(len(accepted) <= 1, "filed twice", "one accepted submission", f"{len(accepted)}", at=accepted[1:])


def expect_sent_as_given(client: ClientBench, kind: str, is_of: Callable[[Any], bool]) -> None:
    """The client submits a case with distinctive values, and its values of one kind arrive."""
    ensure_plain(client)
    given = telling_begjaering_for(client, sender_of(client, way_of(client)))
    done = file_it(client, given)

    if not submissions(done):
        client.not_shown("the client submitted nothing")
    for call in submissions(done):
        sent = body_of(call)
        there = values_in(sent)
        content = {name: given[name] for name in CONTENT}
        missing = {path: value for path, value in missing_from(sent, content).items() if path in there and is_of(value)}
        path, value = next(iter(missing.items()), ("", None))
        found = ", ".join(f"{each}" for each in there.get(path, ())) or "as given"
        done.expect(not path, f"other {kind}", f"{path}: {value}", f"{path}: {found}", at=[call])


@requirement("ELAN-CLIENT-025", "ELAN-CLIENT-006")
def test_amounts_are_sent_as_they_were_given(client: ClientBench):
    """Amounts reach the service to the øre, exactly as the client was given them."""
    expect_sent_as_given(
        client, "amounts", lambda value: isinstance(value, int | float) and not isinstance(value, bool)
    )


@requirement("ELAN-CLIENT-027")
def test_dates_are_sent_as_they_were_given(client: ClientBench):
    """Dates reach the service to the day, exactly as the client was given them."""
    expect_sent_as_given(client, "dates", lambda value: isinstance(value, str) and DAY.fullmatch(value) is not None)


@requirement("ELAN-CLIENT-028")
def test_texts_are_sent_as_they_were_given(client: ClientBench):
    """Texts reach the service to the letter, exactly as the client was given them."""
    expect_sent_as_given(client, "texts", lambda value: isinstance(value, str) and DAY.fullmatch(value) is None)


@requirement("ELAN-CLIENT-005")
def test_betjeningskartet_is_asked_right_before(client: ClientBench):
    """Which rules a debtor is under is looked up right before the submission, for its debtors, and at no other time."""
    ensure_plain(client)
    done = file_it(client)

    asked, filed = done.calls_of("slaaOppRegelverk"), submissions(done)
    if filed:
        before = [call for call in asked if call.arrived < filed[0].arrived]
        done.expect(bool(before), "not asked", "a look-up before the submission", "none", at=filed)
        if before:
            between = [c for c in done.api_calls if before[-1].arrived < c.arrived < filed[0].arrived]
            count = f"{len(between)} calls in between"
            done.expect(not between, "not right before", "nothing in between", count, at=between)
    too_many = asked[len(filed) :]
    done.expect(not too_many, "asked too often", "one look-up per submission", f"{len(asked)} look-ups", at=too_many)


@requirement("ELAN-CLIENT-005")
def test_betjeningskartet_is_left_alone_otherwise(client: ClientBench):
    """A client that only asks for a case's state does not ask Betjeningskartet."""
    ensure_plain(client)
    way = way_of(client)
    reference = {"eksternSaksreferanse": "TEST_SAK_UNDER_BEHANDLING"}
    done = client.asks(API, "hentStatusPaaSak", way=way, organisation=sender_of(client, way), parameters=reference)

    asked = done.calls_of("slaaOppRegelverk")
    done.expect(not asked, "asked for nothing", "no look-up", f"{len(asked)} look-ups", at=asked)


@requirement("ELAN-CLIENT-017", "ELAN-CLIENT-018")
def test_an_attachment_is_cited_when_it_is_ready(client: ClientBench):
    """When attachments take some seconds, the client waits, with pauses, before it cites them."""
    ensure_plain(client)
    with client.situation(knobs={"elan-vedlegg-delay": "1"}):
        done = file_it(client)

    filed = submissions(done)
    looked = [
        call for call in done.calls_of("hentVedleggstilstand") if call.response and b'"klar"' in call.response.body
    ]
    ready = {unquote(call.request.parts.path).rpartition("/")[2] for call in looked}
    early = [call for call in filed if {cited["uuid"] for cited in attachments_in(body_of(call))} - ready]
    expected, found = "every cited attachment seen ready", "one that was not"
    done.expect(not early, "cited before it was ready", expected, found, at=early)


@requirement("ELAN-CLIENT-019")
@pytest.mark.parametrize("name", ["virus-vedlegg.pdf", "konverteringsfeil-vedlegg.pdf"])
def test_an_unusable_attachment_is_reported(client: ClientBench, name: str):
    """An attachment with a virus, or one that cannot be converted, is reported to the user and not cited."""
    ensure_plain(client)
    begjaering = begjaering_for(client, sender_of(client, way_of(client)))
    next(attachments_in(begjaering))["filnavn"] = name
    done = file_it(client, begjaering)

    done.expect_outcome("failed", "refused")
    filed = submissions(done)
    done.expect(not filed, "cited all the same", "no submission that cites it", f"{len(filed)} submissions", at=filed)


@requirement("ELAN-CLIENT-023")
def test_an_upload_is_a_multipart_form(client: ClientBench):
    """An attachment is uploaded as a multipart form with the file, its name and the sender's reference."""
    done = file_it(client)

    uploads = done.calls_of("lastOppVedlegg")
    if not uploads:
        client.not_shown("the client uploaded nothing")
    for call in uploads:
        is_form = (call.request.header("content-type") or "").startswith("multipart/form-data")
        done.expect(is_form, "not a multipart form", "multipart/form-data", "another media type", at=[call])
        names = {found.decode() for found in PART.findall(call.request.body)}
        missing = sorted({"fil", "filnavn", "innsenderReferanse"} - names)
        expected, found = "fil, filnavn and innsenderReferanse", f"no part called {' or '.join(missing)}"
        done.expect(not missing, "parts missing", expected, found, at=[call])


@requirement("ELAN-CLIENT-023")
def test_attachments_are_sent_as_they_were_given(client: ClientBench):
    """Each attachment is uploaded under its own name, byte for byte, and cited by its own uuid."""
    ensure_plain(client)
    given = begjaering_for(client, sender_of(client, way_of(client)))
    done = file_it(client, given)

    uploads = [(call, parts_of(call)) for call in done.calls_of("lastOppVedlegg")]
    if not uploads:
        client.not_shown("the client uploaded nothing")
    if done.reply.attested:
        client.not_shown("a person chose the files")
    expected = f"the {len(PDF)} bytes that the client was given"
    for call, parts in uploads:
        content = parts.get("fil", b"")
        done.expect(content == PDF, "another file", expected, f"other content, {len(content)} bytes", at=[call])
    sent, wanted = {parts.get("filnavn", b"").decode(errors="replace") for _, parts in uploads}, names_in(given)
    done.expect(wanted <= sent, "other names", ", ".join(sorted(wanted)), ", ".join(sorted(sent)), at=[uploads[0][0]])
    for call in submissions(done):
        cited = {each["filnavn"]: each["uuid"] for each in attachments_in(body_of(call))}
        found = f"{len(set(cited.values()))} files for {len(cited)} names"
        done.expect(len({*cited.values()}) == len(cited), "one for several", "a file for each", found, at=[call])


@requirement("ELAN-CLIENT-015")
@pytest.mark.parametrize("success", ["201", "200", "200-number"])
def test_the_reference_is_kept(client: ClientBench, success: str):
    """The case reference is read from each documented form of the answer, and used from then on."""
    ensure_plain(client)
    with client.situation(knobs={"elan-submit-success": success}):
        done = file_it(client).expect_outcome("done")
        accepted = [call for call in submissions(done) if call.status in {200, 201}]
        if not accepted:
            client.not_shown("nothing was accepted")
        given = reference_in(accepted[-1])
        told = done.reply.understood.reference if done.reply.understood else None
        done.expect(told == given, "another reference", given, f"{told}", at=accepted[-1:])
