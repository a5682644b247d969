"""Utleggsbegjæring for scenarios: how begjæringer, files and tokens are put together and sent."""

import copy
import datetime
import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx
import pytest

from harness.auth.grant import Subject
from harness.contract.deviation import Deviation
from harness.suite.answer import Answer
from harness.suite.bench import Bench
from harness.suite.markers import not_run, not_testable
from harness.suite.plugin import contracts_of
from scenarios.utleggsbegjaering import builders, comparison
from scenarios.utleggsbegjaering.builders import Json
from scenarios.utleggsbegjaering.dialect import Dialect, understood
from scenarios.utleggsbegjaering.identifiers import synthetic_organisation
from scenarios.utleggsbegjaering.mutations import ANOTHER_REFERENCE, MUTATIONS, UNKNOWN_FILE
from scenarios.utleggsbegjaering.parties import parties_of
from scenarios.utleggsbegjaering.stock import Sender, Stock, StoredFile

API = "utleggsbegjaering"
JSON = "application/json"
CLIENT = "provestand"
ACCEPT = "application/json, */*"
"""Those of the documents of 2023; an error may be `application/problem+json`."""
SPECIAL = (ANOTHER_REFERENCE, UNKNOWN_FILE, "virus-", "valideringsfeil-", "konverteringsfeil-", "ikke-pdf-", "treg-")
"""Names of files that do not become ready, as agreed with the emulation."""
OF_ITS_OWN = "fullmakt-"
"""Beginnings of file names that are each uploaded separately, so that files that are mixed up can be told apart."""

UNPROCESSED = "UAVKLART_STATUS"
ORDINARY = "vedlegg.pdf"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SUBMISSION_PATHS = ("", "/")
NO_ADDRESS = frozenset({301, 302, 307, 308, 404, 405})
"""How a nonexistent address is answered."""

SETTLED = frozenset({"klar", "inneholderVirus", "valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"})
PATIENCE = 300.0
"""How many seconds a service may take over a small file. Nothing is published; this is longer than anyone would wait.
"""
POLL = 0.5
UNHURRIED = 0.4
"""After how many seconds, one look later, a sandbox's clock is moved forward instead of waiting."""
HURRY = 2
"""By how many seconds it is moved first; each time after that by twice as many, so that it is never far ahead."""


ACCEPTED = (200, 201, 204)
"""The statuses of an accepted change."""

FORM = frozenset({"body_well_formed", "body_matches_schema", "success_is_no_error"})
"""An answer that breaks one of these checks is not compared, which would report the same breach again."""

COMES_BACK = {
    "ELAN-CASE-003": comparison.reference_is_the_one_sent,
    "ELAN-CASE-006": comparison.parties_are_all_named,
    "ELAN-CASE-015": comparison.parties_are_not_contradicted,
    "ELAN-CASE-018": comparison.claims_are_those_sent,
}
"""What every status of a case is checked for: relations between begjæring and status, by requirement."""

NOT_NOW = frozenset({"UAVKLART_STATUS", "UGYLDIG_STATUS"})
"""Why a case cannot be changed, whatever the change."""


class Utleggsbegjaering:
    """Calls the API like a client, with anything that a scenario wants to change replaced."""

    def __init__(self, bench: Bench, stock: Stock) -> None:
        self.bench = bench
        self.parties = parties_of(bench.api.parties, bench.today)
        self._stock = stock
        self._customers_tokens: set[str] = set()
        self._new: dict[str, StoredFile | None] = {}
        """The references that were made here, each with the file of the stock that belongs to it."""
        self._files: dict[tuple[str, str, str], str] = {}
        self._unprocessed: set[str] = set()
        self._accepted: dict[str, Json] = {}
        """By case reference, the begjæring that was last accepted for it: what its status must say."""

    @property
    def today(self) -> datetime.date:
        return self.bench.today

    @property
    def sender(self) -> str:
        """The organisation of the plain token."""
        if not self.bench.api.organisations:
            not_testable("the target names no organisation")
        return self.bench.api.organisations[0]

    @property
    def customer(self) -> str:
        """An organisation whose system user the target has."""
        way = self.bench.api.access.get(self.way("system_user"))
        return way.customers[0] if way and way.customers else not_testable("the target names no customer")

    def way(self, kind: str) -> str:
        """The name of the way in that needs a plain token or a system user."""
        found = next((name for name, way in self.bench.api.access.items() if way.kind == kind), None)
        return found or not_testable(f"the target opens no way in with a {kind.replace('_', ' ')}")

    @property
    def token(self) -> str:
        return self.bench.token(Subject(self.bench.api.scope))

    @property
    def customers_token(self) -> str:
        token = self.token_of(self.customer)
        self._customers_tokens.add(token)
        return token

    def token_of(self, customer: str) -> str:
        """The token of a customer's system user."""
        return self.bench.token(self.bench.subject(self.way("system_user"), customer))

    def alone(self) -> tuple[str, str]:
        """An organisation that nobody else submits for, and a token for it: whatever it has, this scenario made."""
        number = synthetic_organisation(uuid.uuid4().int)
        consumer = {"authority": "iso6523-actorid-upis", "ID": f"0192:{number}"}
        return number, self.bench.minted(self.bench.token(Subject(self.bench.api.scope)), consumer=consumer)

    def cases_changed_since(self, day: datetime.date, **how: Any) -> set[str]:
        """The references of a sender's cases that changed since the beginning of a day."""
        self.bench.ensure_open("finnEndredeSaker")
        answer = self.send("GET", f"/status?endretEtter={day}T00:00:00Z", **how).expect_status(200)
        return {str(entry["eksternSaksreferanse"]) for entry in answer.json()}

    def recent_cases(self, **how: Any) -> set[str]:
        return self.cases_changed_since(self.today - datetime.timedelta(days=2), **how)

    def simple(self, sender: str | None = None) -> Json:
        return self._made(builders.simple(self.parties, sender or self.sender, self.today))

    def complex(self, sender: str | None = None) -> Json:
        return self._made(builders.complex_(self.parties, sender or self.sender, self.today))

    def telling(self, sender: str | None = None) -> Json:
        """A begjæring that shows what is lost in transit, under its own reference."""
        return builders.telling(self.parties, sender or self.sender, self.today)

    def _made(self, begjaering: Json) -> Json:
        self._new[begjaering["innsenderReferanse"]] = None
        return begjaering

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call. A body of bytes is sent as it is, any other as JSON; a header set to an empty text is left out."""
        sent = {"Accept": ACCEPT, "Korrelasjonsid": str(uuid.uuid4()), "Meldingsid": str(uuid.uuid4())}
        sent["KlientId"] = CLIENT
        if "Authorization" not in (headers or {}):
            sent["Authorization"] = f"Bearer {self.token if token is None else token}"
        if body is not None:
            sent["Content-Type"] = JSON
        return self.bench.send(method, path, {**sent, **(headers or {})}, self._octets(body))

    def _octets(self, body: object) -> bytes | None:
        if body is None or isinstance(body, bytes):
            return body
        written = self._dialect.written(body) if isinstance(body, dict) else body
        return json.dumps(written, ensure_ascii=False).encode()

    @property
    def _dialect(self) -> Dialect:
        if self._stock.dialect is None:
            every_kind = builders.cite(self.complex(), lambda _: str(uuid.uuid4()))
            self._stock.dialect = understood(every_kind, self._takes_the_form)
        return self._stock.dialect

    def _takes_the_form(self, begjaering: Json) -> bool:
        """Whether nothing but conditions is wrong with it: the form is checked first."""
        return self.send("POST", "/valider", json.dumps(begjaering).encode()).status != 400

    def submit(self, begjaering: object, **how: Any) -> Answer:
        answer = self._watched(begjaering, self.send("POST", self.submission_path, begjaering, **how))
        if answer.status in {200, 201}:
            self._remember(reference_in(answer), begjaering)
        return answer

    @property
    def submission_path(self) -> str:
        """The path that submissions go to, determined once: the document ends it with a slash, which few clients send.

        It is determined with a begjæring from nobody, which is refused wherever it is read.
        """
        if self._stock.submission_path is None:
            found = (path for path in SUBMISSION_PATHS if self.send("POST", path, {}).status not in NO_ADDRESS)
            self._stock.submission_path = next(found, SUBMISSION_PATHS[0])
        return self._stock.submission_path

    def validate(self, begjaering: object, **how: Any) -> Answer:
        return self._watched(begjaering, self.send("POST", "/valider", begjaering, **how))

    def _watched(self, begjaering: object, answer: Answer) -> Answer:
        """A begjæring that was wrongly stored spoils its reference for others, which are not to blame."""
        if isinstance(begjaering, dict) and (
            answer.status in {200, 201, 409} or "DUPLIKAT_INNSENDING" in answer.conditions
        ):
            self._stock.retire(str(begjaering.get("innsenderReferanse")))
        return answer

    def _remember(self, reference: str | None, begjaering: object) -> None:
        if reference and isinstance(begjaering, dict):
            self._accepted[reference] = copy.deepcopy(begjaering)

    def forget(self, reference: str) -> None:
        """What the status of a case must say is no longer known: somebody other than its sender changed it."""
        self._accepted.pop(reference, None)

    def change(self, reference: str, begjaering: object, **how: Any) -> Answer:
        answer = self._of_processed(reference, lambda: self.send("PUT", f"/{reference}", begjaering, **how))
        if answer.status in ACCEPTED:
            self._remember(reference, begjaering)
        return answer

    def validate_change(self, reference: str, begjaering: object, **how: Any) -> Answer:
        return self._of_processed(reference, lambda: self.send("PUT", f"/valider/{reference}", begjaering, **how))

    def _of_processed(self, reference: str, send: Callable[[], Answer]) -> Answer:
        """If the service leaves a message unprocessed until a switch is used, uses it and sends the call again.

        Not for a case that a scenario itself left unprocessed.
        """
        answer = send()
        can_be = self.bench.api.control is not None and reference not in self._unprocessed
        if not can_be or UNPROCESSED not in answer.conditions:
            return answer
        self.bench.control("PUT", f"/saker/{reference}", {"behandlet": True})
        return send()

    def set_unprocessed(self, reference: str) -> None:
        """Leaves the last message of a case unprocessed."""
        self._unprocessed.add(reference)
        self.bench.control("PUT", f"/saker/{reference}", {"behandlet": False})

    def set_processed(self, reference: str) -> None:
        self._unprocessed.discard(reference)
        self.bench.control("PUT", f"/saker/{reference}", {"behandlet": True})

    def status(self, reference: str, **how: Any) -> Answer:
        """The status of a case. It is compared with what was accepted, whatever the scenario is about."""
        self.bench.ensure_open("hentStatusPaaSak")
        answer = self.send("GET", f"/status/{reference}", **how)
        if reference in self._accepted and answer.status == 200 and not answer.broken & FORM:
            begjaering, status = self._accepted[reference], answer.exchange.response.json()
            for promised, relation in COMES_BACK.items():
                answer.judge_by_itself(relation(begjaering, status), promised)
            answer.judge_by_itself(comparison.claims_have_ids_of_their_own(status), "ELAN-CASE-020")
        return answer

    def upload(
        self,
        filnavn: str,
        reference: str,
        content: bytes = PDF,
        media_type: str = "application/pdf",
        **how: Any,
    ) -> Answer:
        """Uploads a file as multipart/form-data."""
        self.bench.ensure_open("lastOppVedlegg")
        form = {"filnavn": filnavn, "innsenderReferanse": reference}
        return self.send_form(form, {"fil": (filnavn, content, media_type)}, **how)

    def send_form(self, form: Mapping[str, str], files: Mapping[str, Any], **how: Any) -> Answer:
        """Sends a form as it is: parts may be missing."""
        self.bench.ensure_open("lastOppVedlegg")
        request = httpx.Request("POST", "http://form.invalid", data=dict(form), files=dict(files))
        headers = {"Content-Type": request.headers["content-type"], **how.pop("headers", {})}
        return self.send("POST", "/vedlegg", request.read(), headers=headers, **how)

    def attachment(self, identifier: str, **how: Any) -> Answer:
        self.bench.ensure_open("hentVedleggstilstand")
        return self.send("GET", f"/vedlegg/{identifier}", **how)

    def settled(self, identifier: str, **how: Any) -> str:
        """The state of an attachment once the service is done with it, or the last one seen."""
        return self._settled(identifier, **how)[0]

    def _settled(self, identifier: str, **how: Any) -> tuple[str, bool]:
        """Like `settled`, with whether that was the state at the first look, however long the look took."""
        began, ahead, hurry, looks = time.monotonic(), 0, HURRY, 0
        while True:
            looks += 1
            state = str(self.attachment(identifier, **how).expect_status(200).json().get("tilstand"))
            waited = time.monotonic() - began
            if state in SETTLED or self._stock.has_waited_in_vain:
                return state, looks == 1
            if waited + ahead > PATIENCE:
                self._stock.has_waited_in_vain = True
                return state, looks == 1
            if waited > UNHURRIED and self.bench.api.control is not None:
                self.bench.control("POST", "/klokke", {"sekunder": hurry})
                ahead, hurry = ahead + hurry, 2 * hurry
            else:
                self.bench.wait(POLL)

    def with_files(self, begjaering: Json, **how: Any) -> Json:
        """The same begjæring with every cited file uploaded, and ready if its name allows that.

        It is not meant to be accepted: a new begjæring gets the file and the reference that all such begjæringer share.
        If the target does not open the upload, made-up uuids are sent: the conditions for attachments are then reported
        beside whatever the scenario is about, and nothing can be accepted.
        """
        return self._with_files(begjaering, self._stock.lend, **how)

    def ready(self, begjaering: Json, **how: Any) -> Json:
        """A begjæring with its files, for scenarios in which it is to be accepted.

        A new one has its own file and reference, not the reference that it was made with.
        """
        self._ensure_upload()
        return self._with_files(begjaering, self._stock.take, **how)

    def ready_to_validate(self, begjaering: Json, **how: Any) -> Json:
        """The same for scenarios that only validate it: a new one has the file and the reference that all share."""
        self._ensure_upload()
        return self._with_files(begjaering, self._stock.lend, **how)

    def _ensure_upload(self) -> None:
        if not self.bench.api.reconstructed:
            not_testable("no file can be uploaded: the upload is reconstructed, and the target does not open it")

    def with_new_files(self, begjaering: Json, **how: Any) -> Json:
        """The same begjæring under its own reference, with files that no other one cites."""
        self._files.clear()
        return self.ready(begjaering, **how)

    def _with_files(self, begjaering: Json, provide: Callable[[Sender], StoredFile], **how: Any) -> Json:
        if self.bench.api.reconstructed and begjaering.get("innsenderReferanse") in self._new:
            begjaering = self._with_reference(begjaering, provide, **how)
        reference = str(begjaering.get("innsenderReferanse", ""))

        def uuid_of(filnavn: str) -> str:
            if filnavn == "uten-uuid.pdf":
                return ""
            if filnavn.startswith(UNKNOWN_FILE) or not self.bench.api.reconstructed:
                return str(uuid.uuid4())
            name = filnavn if filnavn.startswith((*SPECIAL, OF_ITS_OWN)) else ORDINARY
            under = f"{reference}-annen" if filnavn.startswith(ANOTHER_REFERENCE) else reference
            return self._uploaded(name, under, **how)

        return builders.cite(begjaering, uuid_of)

    def _with_reference(self, begjaering: Json, provide: Callable[[Sender], StoredFile], **how: Any) -> Json:
        """A begjæring that was made here, under the reference of an existing file; not with a token of its own."""
        token = str(how.get("token", ""))
        if not token:
            number = self.sender
        elif token in self._customers_tokens:
            number = self.customer
        else:
            return begjaering
        made = str(begjaering["innsenderReferanse"])
        file = self._new[made] or provide(self._as_sender(number, **how))
        self._new[made] = file
        self._files[ORDINARY, file.reference, token] = file.identifier
        return begjaering | {"innsenderReferanse": file.reference}

    def _as_sender(self, number: str, **how: Any) -> Sender:
        def upload() -> StoredFile:
            reference = builders.new_reference()
            answer = self.upload(ORDINARY, reference, **how).expect_status(201)
            return StoredFile(reference, str(answer.json()["uuid"]))

        return Sender(number, upload, lambda identifier: self._settled(identifier, **how)[1])

    def _uploaded(self, filnavn: str, reference: str, **how: Any) -> str:
        key = (filnavn, reference, str(how.get("token", "")))
        if key not in self._files:
            answer = self.upload(filnavn, reference, **how).expect_status(201)
            self._files[key] = str(answer.json()["uuid"])
            if not filnavn.startswith("treg-"):
                self.settled(self._files[key], **how)
        return self._files[key]

    def accept(self, begjaering: Json, **how: Any) -> str:
        """Submits a begjæring with its files and returns the case's reference."""
        return reference_of(self.submit(self.ready(begjaering, **how), **how).expect_status(200, 201))

    def expect_conditions(
        self, answer: Answer, kode: str, may_also: Iterable[str] = (), requirement: str | None = None
    ) -> None:
        """Expects a 422 that lists a condition; in a closed world, nothing beside it but what the texts allow.

        `requirement` is the promise that is broken otherwise; without it, the one of the condition, or that of the
        status if the begjæring is refused in another way.
        """
        if answer.status != 422:
            shown = f"status {answer.status}"
            broken = "ELAN-HTTP-010" if 400 <= answer.status < 500 else self.bench.notes.primary
            answer.note(Deviation(requirement or broken, f"{shown} for {kode}", f"422 with {kode}", shown))
            return
        own = self.bench.contract.requirement_of_kode(kode) or self.bench.notes.primary
        promised = requirement or (own if answer.conditions else "ELAN-ERROR-002")
        listed = ", ".join(sorted(answer.conditions)) or "no condition"
        if kode not in answer.conditions:
            answer.note(Deviation(promised, f"{kode} not listed", kode, listed))
        beside = answer.conditions - {kode} - set(may_also)
        if self.known(beside) and self.bench.api.closed_world:
            answer.note(Deviation(promised, f"other conditions beside {kode}", f"{kode} alone", listed))
        else:
            self.bench.notes.observe(
                "ELAN-ERROR-016", f"beside {kode}: {', '.join(sorted(beside))}" if beside else "none"
            )

    def ensure_nothing_but(self, answer: Answer, *statuses: int) -> None:
        """In a closed world a begjæring without errors passes; elsewhere the service's registers are not known.

        A condition that is not published may be about anything, on any target.
        """
        if answer.conditions and not self.known(answer.conditions):
            listed = ", ".join(sorted(answer.conditions))
            not_testable(f"the service knows a condition that is not published: {listed}")
        if answer.status == 422 and not self.bench.api.closed_world:
            not_testable(
                f"the target's registers say something else about the parties: {', '.join(sorted(answer.conditions))}"
            )
        answer.expect_status(*statuses)

    def known(self, conditions: Iterable[str]) -> frozenset[str]:
        """The published ones among some conditions: the list is open, and a new one is not a deviation."""
        return frozenset(conditions) & self.bench.contract.conditions.keys()

    def change_accepted(self, reference: str, begjaering: Json, **how: Any) -> None:
        """A change for scenarios about its effects; ends them if the service does not accept it."""
        answer = self.change(reference, begjaering, **how)
        if answer.status not in ACCEPTED:
            not_run(f"the change was answered with {answer.status}, and only an accepted one can show this")

    def ensure_changeable(self, *answers: Answer) -> None:
        """Ends the scenario if a case cannot be changed yet: in the test environment none is ever processed."""
        if any(answer.conditions & NOT_NOW for answer in answers):
            not_run("the service accepts no change to a case that was just submitted")

    def shown(self, reference: str, **how: Any) -> Json:
        """The status of a case that was submitted; ends the scenario if the service does not show such cases."""
        answer = self.status(reference, **how)
        if answer.status == 404:
            not_run("the service shows no case that was submitted")
        return answer.expect_status(200).json()


def reference_of(answer: Answer) -> str:
    """The eksternSaksreferanse of an accepted submission, in either published form."""
    answer.json()  # ends the scenario if the body is not JSON
    found = reference_in(answer)
    if found is None:
        answer.note(
            Deviation("ELAN-SUBMIT-001", "no eksternSaksreferanse", "an eksternSaksreferanse", "an answer without it")
        )
    return str(found)


def reference_in(answer: Answer) -> str | None:
    """The same, or None if the answer has none."""
    try:
        body = answer.exchange.response.json()
    except ValueError:
        return None
    found = body.get("eksternSaksreferanse") if isinstance(body, dict) else body
    is_one = isinstance(found, str | int) and not isinstance(found, bool) and found != ""
    return str(found) if is_one else None


@pytest.fixture(scope="session")
def stock() -> Stock:
    return Stock()


@pytest.fixture
def elan(bench: Bench, stock: Stock) -> Utleggsbegjaering:
    return Utleggsbegjaering(bench, stock)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrises scenarios over the mutations; each names the requirement of the condition that it breaks."""
    spreads = {
        "mutation": [mutation for mutation in MUTATIONS if not mutation.only_for_changes],
        "change_mutation": [mutation for mutation in MUTATIONS if mutation.only_for_changes],
    }
    for name, mutations in spreads.items():
        if name in metafunc.fixturenames:
            contract = contracts_of(metafunc.config).get(API)
            params = []
            for mutation in mutations:
                cited = contract.requirement_of_kode(mutation.kode) if contract else None
                marks = [pytest.mark.requirement(cited)] if cited else []
                params.append(pytest.param(mutation, id=mutation.name, marks=marks))
            metafunc.parametrize(name, params)
