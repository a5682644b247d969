"""Misbehaviours in filing with Utleggsbegjæring."""

import base64
import datetime
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from harness.reference_client.answers import Content, Refusal, UnreadableError
from harness.reference_client.apis.utleggsbegjaering import Json, NotUsableError, office_of
from harness.reference_client.client import Client, Outcome, Sent, Task
from harness.reference_client.misbehaviours import misbehaviour


def _before_sending(client: Client, operation: str, change: Any) -> None:  # noqa: ANN401 - a function over a body
    """Changes the body of every call of an operation, recognised by method and the end of the address."""
    office = office_of(client)
    send = office.send

    def sending(task: Task, method: str, path: str, body: object = None) -> httpx.Response:
        is_meant = (operation, method) in {("submit", "POST"), ("change", "PUT")} and path.count("/") <= 1
        is_meant = is_meant and (path == "" if operation == "submit" else method == "PUT")
        return send(task, method, path, change(body) if is_meant else body)

    office.send = sending


@misbehaviour("ELAN-CLIENT-006", "ELAN-CLIENT-005", "ELAN-CLIENT-012")
def a_submission_without_its_signature(client: Client) -> None:
    """A begjæring is sent without `underskrift`, which the form requires."""
    _before_sending(client, "submit", lambda body: {n: v for n, v in body.items() if n != "underskrift"})


@misbehaviour("ELAN-CLIENT-006")
def amounts_of_a_submission_are_texts(client: Client) -> None:
    """Amounts in a begjæring are sent as strings."""

    def change(body: Json) -> Json:
        claims = [
            {
                **claim,
                "gjenstaaendeBeloep": {
                    **claim["gjenstaaendeBeloep"],
                    "beloep": str(claim["gjenstaaendeBeloep"]["beloep"]),
                },
            }
            for claim in body["kravTilInnkreving"]
        ]
        return {**body, "kravTilInnkreving": claims}

    _before_sending(client, "submit", change)


@misbehaviour("ELAN-CLIENT-007")
def no_klientid(client: Client) -> None:
    """Calls carry no KlientId."""
    office = office_of(client)
    tracing = office.tracing
    office.tracing = lambda: {name: value for name, value in tracing().items() if name != "KlientId"}


@misbehaviour("ELAN-CLIENT-008")
def one_meldingsid_for_all(client: Client) -> None:
    """Every message has the same Meldingsid."""
    office, one = office_of(client), str(uuid.uuid4())
    tracing = office.tracing
    office.tracing = lambda: tracing() | {"Meldingsid": one}


@misbehaviour("ELAN-CLIENT-005")
def betjeningskartet_is_not_asked(client: Client) -> None:
    """A begjæring is submitted without asking which rules apply to its debtors."""
    office_of(client).asks_rules = False


@misbehaviour("ELAN-CLIENT-005")
def betjeningskartet_is_asked_all_the_time(client: Client) -> None:
    """Betjeningskartet is asked before every call."""
    office = office_of(client)
    look_up = office.look_up

    def asking(path: str, name: str) -> Any:  # noqa: ANN401 - a step of the office
        perform = look_up(path, name)

        def performing(task: Task) -> Outcome:
            debtor = {"taxIdentificationNumber": "10828697949", "landkodeIdentifikator": "NO"}
            office.send(task, "POST", "/betjeningskartet", {"skyldner": [debtor]})
            return perform(task)

        return performing

    office.look_up = asking


@misbehaviour("ELAN-CLIENT-005")
def betjeningskartet_is_asked_long_before(client: Client) -> None:
    """Betjeningskartet is asked before the attachments are uploaded, not after."""
    office = office_of(client)
    with_files = office.with_files
    office.asks_rules = False

    def asking(task: Task) -> Json:
        office.rules(task, task["body"])
        return with_files(task)

    office.with_files = asking


@misbehaviour("ELAN-CLIENT-013")
def a_lost_submission_is_sent_again(client: Client) -> None:
    """A submission whose answer was lost is sent again."""
    client.safe = frozenset({"GET", "HEAD", "POST", "PUT"})


@misbehaviour("ELAN-CLIENT-014")
def only_the_first_condition_is_shown(client: Client) -> None:
    """The user is shown only the first of the conditions that a begjæring breaks."""
    refusal = client.refusal

    def first(response: httpx.Response) -> Refusal:
        found = refusal(response)
        return replace(found, codes=found.codes[:1], texts=found.texts[:1]) if response.status_code == 422 else found

    client.refusal = first


@misbehaviour("ELAN-CLIENT-015")
def only_one_form_of_a_reference_is_read(client: Client) -> None:
    """A reference sent as a bare number is not recognised."""
    office = office_of(client)
    reference = office.reference

    def strict(content: Content) -> Json:
        if not isinstance(content.json, dict):
            raise UnreadableError("the answer is not an object")
        return reference(content)

    office.reference = strict


@misbehaviour("ELAN-CLIENT-015")
def references_lose_their_end(client: Client) -> None:
    """The reference is kept in a field that is too short for it."""
    office = office_of(client)
    reference = office.reference
    office.reference = lambda content: {"reference": reference(content)["reference"][:5]}


@misbehaviour(
    "ELAN-CLIENT-016", "ELAN-CLIENT-014", "ELAN-CLIENT-004", "ELAN-CLIENT-019", "ELAN-CLIENT-021", "ELAN-CLIENT-024"
)
def every_submission_was_accepted(client: Client) -> None:
    """Whatever the service answers to a submission, the user is told that it was accepted."""
    office = office_of(client)
    submit = office.submit

    def trusting(task: Task) -> Outcome:
        outcome = submit(task)
        return outcome if outcome.outcome == "done" else Outcome("done", "Sendt.", understood={"reference": "1"})

    office.submit = trusting


@misbehaviour("ELAN-CLIENT-017", "ELAN-CLIENT-019")
def attachments_are_cited_at_once(client: Client) -> None:
    """An attachment is cited as soon as it is uploaded."""
    office_of(client).await_ready = lambda task, attachment: None  # noqa: ARG005 - a step's signature


@misbehaviour("ELAN-CLIENT-018")
def attachments_are_polled_without_a_pause(client: Client) -> None:
    """An attachment's state is polled without a pause."""
    office = office_of(client)
    office.rest = lambda seconds: None  # noqa: ARG005 - a step's signature
    office.looks = 2000


@misbehaviour("ELAN-CLIENT-019")
def unusable_attachments_are_cited(client: Client) -> None:
    """An unusable attachment is cited anyway."""
    office = office_of(client)
    await_ready = office.await_ready

    def trusting(task: Task, attachment: str) -> None:
        try:
            await_ready(task, attachment)
        except NotUsableError:
            return

    office.await_ready = trusting


@misbehaviour("ELAN-CLIENT-020", "ELAN-CLIENT-006")
def a_change_holds_only_what_changed(client: Client) -> None:
    """A change is sent with only the claims."""
    _before_sending(client, "change", lambda body: {"kravTilInnkreving": body["kravTilInnkreving"]})


@misbehaviour("ELAN-CLIENT-020")
def a_change_is_signed_by_somebody_else(client: Client) -> None:
    """A change has a different `underskrift` from the begjæring."""
    _before_sending(client, "change", lambda body: {**body, "underskrift": "Kari Norman"})


@misbehaviour("ELAN-CLIENT-021")
def half_an_acceptance_is_one(client: Client) -> None:
    """A submission with a truncated answer counts as accepted."""
    office = office_of(client)
    submit = office.submit

    def trusting(task: Task) -> Outcome:
        outcome = submit(task)
        is_unreadable = outcome.outcome == "failed" and "cannot be read" in outcome.message
        return Outcome("done", understood={"reference": "1"}) if is_unreadable else outcome

    office.submit = trusting


@misbehaviour("ELAN-CLIENT-022")
def unknown_statuses_are_errors(client: Client) -> None:
    """A case status that the client does not know is shown as an error."""
    office = office_of(client)
    look_up = office.look_up

    def strict(path: str, name: str) -> Any:  # noqa: ANN401 - a step of the office
        if path != "/status/":
            return look_up(path, name)
        content = client.content

        def checked(response: httpx.Response) -> Content:
            found = content(response)
            state = found.json.get("saksstatus") if isinstance(found.json, dict) else None
            if state is not None and "Ny" in str(state):
                raise UnreadableError("the status is unknown")
            return found

        client.content = checked
        return look_up(path, name)

    office.look_up = strict


@misbehaviour("ELAN-CLIENT-023")
def attachments_are_sent_as_they_are(client: Client) -> None:
    """A file is uploaded as the body itself, without a form."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        if sent.url.endswith("/vedlegg") and sent.method == "POST":
            return once(sent, {**headers, "Content-Type": "application/pdf"})
        return once(sent, headers)

    client.once = sending


@misbehaviour("ELAN-CLIENT-025")
def amounts_of_a_submission_are_rounded(client: Client) -> None:
    """Amounts of a begjæring are sent in whole kroner."""

    def change(body: Json) -> Json:
        claims = [
            {
                **claim,
                **{
                    name: {**claim[name], "beloep": round(claim[name]["beloep"])}
                    for name in ("opprinneligBeloep", "gjenstaaendeBeloep")
                },
            }
            for claim in body["kravTilInnkreving"]
        ]
        return {**body, "kravTilInnkreving": claims}

    _before_sending(client, "submit", change)


@misbehaviour("ELAN-CLIENT-027")
def due_dates_of_a_submission_are_a_day_early(client: Client) -> None:
    """Due dates are midnight in Norway, but sent as the date in UTC."""

    def day_before(claim: Json) -> Json:
        if "kravforfall" not in claim:
            return claim
        due = datetime.date.fromisoformat(claim["kravforfall"]["forfallsdato"]) - datetime.timedelta(days=1)
        return {**claim, "kravforfall": {"forfallsdato": due.isoformat()}}

    _before_sending(
        client,
        "submit",
        lambda body: {**body, "kravTilInnkreving": [day_before(claim) for claim in body["kravTilInnkreving"]]},
    )


@misbehaviour("ELAN-CLIENT-028", "ELAN-CLIENT-020")
def letters_of_a_submission_are_garbled(client: Client) -> None:
    """The parties' names are UTF-8 misread as Latin-1."""

    def garbled(value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, dict):
            return {name: garbled(child) for name, child in value.items()}
        if isinstance(value, list):
            return [garbled(child) for child in value]
        return value.encode().decode("latin-1") if isinstance(value, str) else value

    _before_sending(
        client,
        "submit",
        lambda body: {**body, "saksoeker": garbled(body["saksoeker"]), "saksoekt": garbled(body["saksoekt"])},
    )


@misbehaviour("ELAN-CLIENT-020")
def a_change_loses_due_dates(client: Client) -> None:
    """A change leaves out the claims' due dates."""

    def change(body: Json) -> Json:
        claims = [{n: v for n, v in claim.items() if n != "kravforfall"} for claim in body["kravTilInnkreving"]]
        return {**body, "kravTilInnkreving": claims}

    _before_sending(client, "change", change)


@misbehaviour("ELAN-CLIENT-026")
def a_slash_too_many(client: Client) -> None:
    """The address of a case's status has two slashes in a row."""
    office = office_of(client)
    send = office.send

    def sending(task: Task, method: str, path: str, body: object = None) -> httpx.Response:
        return send(task, method, path.replace("/status/", "//status/"), body)

    office.send = sending


@misbehaviour("ELAN-CLIENT-016")
def a_lost_submission_was_accepted(client: Client) -> None:
    """A submission whose answer was lost is shown as accepted."""
    office = office_of(client)
    submit = office.submit

    def trusting(task: Task) -> Outcome:
        outcome = submit(task)
        is_lost = "cannot be reached" in outcome.message
        return Outcome("done", "Sendt.", understood={"reference": "1"}) if is_lost else outcome

    office.submit = trusting


@misbehaviour("ELAN-CLIENT-023")
def files_are_uploaded_as_base64(client: Client) -> None:
    """A file is uploaded as base64 text."""
    office = office_of(client)
    upload = office.upload

    def uploading(task: Task, name: str, reference: str) -> str:
        file = task["file"]
        again = base64.b64encode(file["content"].encode()).decode()
        return upload({**task, "file": {**file, "content": again}}, name, reference)

    office.upload = uploading


@misbehaviour("ELAN-CLIENT-023")
def one_upload_for_all_attachments(client: Client) -> None:
    """Only the first of several attachments is uploaded, and cited for all of them."""
    office = office_of(client)
    upload, kept = office.upload, dict[object, str]()

    def uploading(task: Task, name: str, reference: str) -> str:
        if task["seq"] not in kept:
            kept[task["seq"]] = upload(task, name, reference)
        return kept[task["seq"]]

    office.upload = uploading


@misbehaviour("ELAN-CLIENT-006")
def bodies_in_utf_16(client: Client) -> None:
    """Bodies are encoded in UTF-16."""
    encoded = client.encoded

    def wide(body: object) -> tuple[bytes | None, dict[str, str]]:
        content, kind = encoded(body)
        return (content.decode().encode("utf-16"), kind) if content is not None and kind else (content, kind)

    client.encoded = wide
