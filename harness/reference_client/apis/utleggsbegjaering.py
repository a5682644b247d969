"""Files begjæringer with Utleggsbegjæring: uploads attachments, asks which rules apply, submits, changes.

Rules: Utleggsbegjæring API (2026-03-04), Betjeningskartet (2025-08-15); the attachment states' names and all addresses
except the submission's are reconstructed.
"""

import base64
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from harness.reference_client.answers import Content, UnreadableError
from harness.reference_client.client import Client, Outcome, Task, outcome_of
from harness.reference_client.tokens import NoTokenError

Json = dict[str, Any]

CLIENT = "referanseklient"
READY = "klar"
UNUSABLE = frozenset({"inneholderVirus", "valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"})
LOOKS = 30
PAUSE = 0.7
"""Seconds between two queries of an attachment's state."""

FROZEN = ("begjaeringsdato", "underskrift", "innsender", "saksoeker")
"""Members that a change must not alter."""


class NotUsableError(Exception):
    """An attachment that the service cannot use or that is not ready in time."""


@dataclass
class Office:
    """The client's part for this API; each method is one step, which a misbehaviour may replace."""

    client: Client
    asks_rules: bool = True
    looks: int = LOOKS
    submitted: dict[str, Json] = field(default_factory=dict)
    """The accepted begjæringer, by reference."""

    def send(self, task: Task, method: str, path: str, body: object = None) -> httpx.Response:
        return self.client.call(task, method, path, body, self.tracing())

    def tracing(self) -> dict[str, str]:
        return {
            "KlientId": CLIENT,
            "Meldingsid": str(uuid.uuid4()),
            "Accept": "application/json, application/problem+json",
        }

    def submit(self, task: Task) -> Outcome:
        """Uploads, waits, asks which rules apply, and submits."""
        try:
            begjaering = self.with_files(task)
        except (NotUsableError, UnreadableError) as error:
            return Outcome("failed", str(error))
        except NoTokenError as error:
            return Outcome("refused" if error.refused else "failed", str(error))
        except httpx.HTTPError as error:
            return Outcome("failed", f"An attachment cannot be uploaded ({type(error).__name__}).")
        if self.asks_rules:
            asked = self.rules(task, begjaering)
            if asked.outcome != "done":
                return asked
        outcome = outcome_of(self.client, lambda: self.send(task, "POST", "", begjaering), self.reference)
        if outcome.outcome == "done" and outcome.understood:
            self.submitted[outcome.understood["reference"]] = begjaering
        return outcome

    def rules(self, task: Task, begjaering: Json) -> Outcome:
        """Asks Betjeningskartet right before a submission; debtors under the old rules cannot be filed against here."""
        debtors = [
            number for number in (_number(entry.get("saksoekt", {})) for entry in begjaering["saksoekt"]) if number
        ]
        if not debtors:
            return Outcome("done")
        body = {"skyldner": debtors}
        return outcome_of(self.client, lambda: self.send(task, "POST", "/betjeningskartet", body), lambda _: None)

    def with_files(self, task: Task) -> Json:
        """The begjæring with its attachments uploaded, once all are ready."""
        begjaering: Json = deepcopy(task["body"])
        uploaded: list[str] = []
        for cited in _attachments(begjaering):
            if cited.get("uuid"):
                continue
            cited["uuid"] = self.upload(task, cited["filnavn"], begjaering.get("innsenderReferanse", ""))
            uploaded.append(cited["uuid"])
        for each in dict.fromkeys(uploaded):
            self.await_ready(task, each)
        return begjaering

    def upload(self, task: Task, name: str, reference: str) -> str:
        file = task.get("file") or {"type": "application/pdf", "content": ""}
        form = {"filnavn": name, "innsenderReferanse": reference}
        content = base64.b64decode(file["content"])
        encoded = httpx.Request("POST", "http://form.invalid", data=form, files={"fil": (name, content, file["type"])})
        more = {**self.tracing(), "Content-Type": encoded.headers["Content-Type"]}
        response = self.client.call(task, "POST", "/vedlegg", encoded.read(), more)
        if response.status_code != 201:
            raise NotUsableError(self.client.refusal(response).message)
        return str(self.client.content(response).json["uuid"])

    def await_ready(self, task: Task, attachment: str) -> None:
        """Polls an attachment's state until it is ready; raises NotUsableError."""
        for _ in range(self.looks):
            response = self.send(task, "GET", f"/vedlegg/{quote(attachment, safe='')}")
            state = self.client.content(response).json.get("tilstand") if response.status_code == 200 else None
            if state == READY:
                return
            if state in UNUSABLE or response.status_code >= 400:
                raise NotUsableError(f"The attachment cannot be used ({state or response.status_code}).")
            self.rest(PAUSE)
        raise NotUsableError("The attachment is not ready.")

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)

    def change(self, task: Task) -> Outcome:
        """A full replacement: what was submitted, with the requested changes, and the frozen members unchanged."""
        reference = task["parameters"]["eksternSaksreferanse"]
        body = deepcopy(task["body"])
        before = self.submitted.get(reference, {})
        body = {**body, **{name: before[name] for name in FROZEN if name in before}}
        known = {entry["filnavn"]: entry["uuid"] for entry in _attachments(before)}
        for cited in _attachments(body):
            cited["uuid"] = cited.get("uuid") or known.get(cited["filnavn"], "")
        path = "/" + quote(reference, safe="")
        outcome = outcome_of(
            self.client, lambda: self.send(task, "PUT", path, body), lambda _: {"reference": reference}
        )
        if outcome.outcome == "done":
            self.submitted[reference] = body
        return outcome

    def validate(self, task: Task) -> Outcome:
        try:
            begjaering = self.with_files(task)
        except (NotUsableError, UnreadableError) as error:
            return Outcome("failed", str(error))
        except NoTokenError as error:
            return Outcome("refused" if error.refused else "failed", str(error))
        return outcome_of(self.client, lambda: self.send(task, "POST", "/valider", begjaering), lambda _: None)

    def look_up(self, path: str, name: str) -> Callable[[Task], Outcome]:
        """A GET of something named by a parameter."""

        def perform(task: Task) -> Outcome:
            where = path + quote(task["parameters"][name], safe="")
            return outcome_of(self.client, lambda: self.send(task, "GET", where), _object)

        return perform

    def ask_rules(self, task: Task) -> Outcome:
        return outcome_of(self.client, lambda: self.send(task, "POST", "/betjeningskartet", task["body"]), _object)

    def reference(self, content: Content) -> Json:
        """The case's reference, in any documented form: an object, or a bare number or text."""
        found = content.json.get("eksternSaksreferanse") if isinstance(content.json, dict) else content.json
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            raise UnreadableError("the answer has no reference")
        return {"reference": str(found)}


OPERATIONS = (
    "opprettBegjaering",
    "endreBegjaering",
    "validerNyBegjaering",
    "lastOppVedlegg",
    "hentVedleggstilstand",
    "hentStatusPaaSak",
    "slaaOppRegelverk",
)


def office_of(client: Client) -> Office:
    """The client's office for this API, created at the first task."""
    if "utleggsbegjaering" not in client.offices:
        client.offices["utleggsbegjaering"] = Office(client)
    office = client.offices["utleggsbegjaering"]
    assert isinstance(office, Office)  # noqa: S101 - only this function stores one
    return office


def perform(client: Client, task: Task) -> Outcome:
    office = office_of(client)
    steps: Mapping[str, Callable[[Task], Outcome]] = {
        "opprettBegjaering": office.submit,
        "endreBegjaering": office.change,
        "validerNyBegjaering": office.validate,
        "lastOppVedlegg": lambda task: _uploaded(office, task),
        "hentVedleggstilstand": office.look_up("/vedlegg/", "uuid"),
        "hentStatusPaaSak": office.look_up("/status/", "eksternSaksreferanse"),
        "slaaOppRegelverk": office.ask_rules,
    }
    return steps[task["operation"]](task)


def _uploaded(office: Office, task: Task) -> Outcome:
    try:
        found = office.upload(task, task["file"]["name"], task["parameters"].get("innsenderReferanse", ""))
    except (NotUsableError, UnreadableError, NoTokenError) as error:
        return Outcome("refused", str(error))
    return Outcome("done", understood={"reference": found})


def _object(content: Content) -> Json | None:
    if not isinstance(content.json, dict):
        raise UnreadableError("the answer is not an object")
    return None


def _attachments(value: Any) -> Iterator[Json]:  # noqa: ANN401 - any JSON value
    """Every object in the body that cites a file."""
    if isinstance(value, dict):
        if "filnavn" in value and "uuid" in value:
            yield value
        for child in value.values():
            yield from _attachments(child)
    elif isinstance(value, list):
        for child in value:
            yield from _attachments(child)


def _number(party: Json) -> Json | None:
    """A debtor's identifier, in the form that Betjeningskartet accepts."""
    found = next((party[kind].get("identifikator") for kind in ("virksomhet", "person") if kind in party), None)
    return dict(found) if found else None
