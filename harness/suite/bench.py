"""A scenario's workbench: it sends calls, which are judged as the answers arrive, and notes what it finds."""

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from harness.auth.grant import Subject, subject_for
from harness.auth.maskinporten import MaskinportenClient, TokenRefusedError
from harness.auth.trouble import InterruptedCallError, trouble_of
from harness.contract.attribution import Asked, attribute
from harness.contract.checks import Call, judge
from harness.contract.contract import Contract
from harness.contract.error_body import error_field
from harness.exchange import Exchange, Response
from harness.http.client import TargetUnavailableError
from harness.reporting.evidence import Evidence, Shown
from harness.suite.answer import Answer
from harness.suite.corpus import Roles
from harness.suite.markers import not_offered, not_run, not_testable
from harness.suite.notes import Notes
from harness.suite.stand import Received, Stand, token_of
from harness.targets.model import Api, Target
from harness.verdict.outcome import Outcome

MOST_RECALLED, MOST_KEPT = 8_000_000, 64_000_000
"""Bytes of memory for one kept answer, and for all of them; the largest published answer takes 300,000."""


LONGEST = 60_000
"""Characters of a path; HTTP libraries accept little more."""
VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def sendable(path: str) -> str:
    """A path in which characters from the target that a URL cannot contain are percent-encoded.

    Ends the scenario if the path is too long for any call.
    """
    if len(path) > LONGEST:
        not_run("the target named something that is too long for a URL")
    return quote(path, safe=VISIBLE, errors="surrogatepass")


class Bench:
    """One scenario's access to an API. Calls may be made from several threads.

    `notes` holds what the scenario finds, `evidence` the calls that its report shows. `shown` gives the form in which a
    finding may show a call so that it can be repeated.
    """

    def __init__(self, stand: Stand, outcome: Outcome, check: str, shown: Shown | None = None) -> None:
        self._stand = stand
        self.evidence = Evidence(stand.redactor, shown or stand.redactor.exchange, stand.has_our_token)
        organisations, lasting = stand.api.organisations, stand.lasting
        self.notes = Notes(outcome, stand.contract, self.evidence, check, organisations, lasting)
        self.today = stand.today()
        """The date in Norway, the same throughout the scenario."""
        self._lock = threading.Lock()
        self._asked_anew: set[Hashable] | None = None
        self._presumed: list[Response] = []
        self._only_the_service = stand.contract.only_the_service_knows(outcome.requirements)

    @property
    def target(self) -> Target:
        return self._stand.target

    @property
    def api(self) -> Api:
        return self._stand.api

    @property
    def contract(self) -> Contract:
        return self._stand.contract

    @property
    def maskinporten(self) -> MaskinportenClient:
        return self._stand.maskinporten

    def ensure_open(self, operation_id: str) -> None:
        """Ends the scenario if an operation has no published address and the target does not enable it."""
        certainty = self.contract.document.operation(operation_id).certainty
        if certainty == "archived":
            not_offered(f"{operation_id} is known only from an archived interface that clients cannot call")
        if certainty == "reconstructed" and not self.api.reconstructed:
            not_offered(f"{operation_id} is reconstructed, and the target does not open such operations")

    def subject(self, access: str, organisation: str) -> Subject:
        """What a token needs to look up an organisation through this access; ends the scenario if that is unknown."""
        way = self.api.access.get(access)
        if way is None:
            not_testable(f"the target has no access {access}")
        subject = subject_for(self.api.scope, way, organisation)
        if subject is None:
            needed = way.kind.replace("_", " ")
            not_testable(f"the target has no {needed} of {organisation} for {access}")
        return subject

    def ensure_capable(self, capability: str) -> None:
        """Ends the scenario unless the target declares this capability."""
        if capability not in self.target.capabilities:
            not_testable(f"the target has no capability {capability}")

    def ensure_in_flight(self, calls: int) -> None:
        """Ends the scenario if this run may not have that many calls in flight."""
        if self._stand.gate.slots < calls:
            not_testable(f"it needs {calls} calls in flight, but this run's share is {self._stand.gate.slots}")

    def client(self, name: str) -> MaskinportenClient:
        """Another client of the target's issuer, such as one without the scope; ends the scenario if there is none."""
        client = self._stand.client_of(name)
        return client or not_testable(f"the target has no further client {name}")

    def token(self, subject: Subject) -> str:
        return self.maskinporten.token(subject)

    def unused_token(self, subject: Subject) -> str:
        """A token that no call has used yet."""
        return self.maskinporten.fetch(subject).value

    def token_or_refusal(self, subject: Subject) -> tuple[str | None, str]:
        """A token, or None and the refusal's error code, for subjects that the issuer may refuse."""
        try:
            return self.maskinporten.token(subject), ""
        except TokenRefusedError as error:
            return None, error.code

    def minted(self, token: str, **claims: object) -> str:
        """A genuine token with some claims replaced, signed by the issuer itself; ends the scenario if it cannot.

        Only a sandbox does that. Elsewhere only the issuer can sign, so a wrong claim could not be told from a wrong
        signature.
        """
        mint = self.target.maskinporten.mint
        if mint is None:
            not_testable("the target's issuer cannot sign a token with chosen claims")
        return self.maskinporten.mint(mint, token, claims)

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """Sets or reads what no client can, through a sandbox's switch; ends the scenario if the target has none.

        Returns the JSON answer, or None if the body is empty. A switch that refuses is the sandbox's fault, not a
        deviation.
        """
        if self.api.control is None:
            not_testable("the target has no control address to set what clients cannot")
        address = self.api.control.rstrip("/") + sendable(path)
        response = self._stand.issuer_http.request(method, address, json=body)
        if response.status_code == 404:
            not_run("the target's control address does not know what the service named")
        response.raise_for_status()
        return response.json() if response.content else None

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None, organisation: str = ""
    ) -> Answer:
        """Sends a call, records it and runs every check on it."""
        answer = self.received(self.ask(method, path, headers, body), organisation)
        is_plain = method == "GET" and answer.status == 200 and answer.attribution.is_of_service
        if is_plain and self._stand.has_our_token(answer.exchange):
            self._stand.let_in = partial(self.ask, method, path, headers)
        return answer

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Exchange:
        """Sends a call and leaves judging to `received`: for many concurrent calls."""
        return self._stand.client.send(method, sendable(path), headers, body)

    def send_once(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None, organisation: str = ""
    ) -> Answer:
        """As `send`, but without retries, even for a busy gateway: for checking how concurrent calls are answered.

        A scenario that relies on it must repeat the call before it accuses, for one flaky answer is not a deviation.
        """
        return self.received(self._stand.client.send_once(method, sendable(path), headers, body), organisation)

    def wait(self, seconds: float) -> None:
        """Waits, but not beyond the end of the run; raises TargetUnavailableError if that comes first."""
        try:
            self._stand.pause(seconds)
        except InterruptedCallError as error:
            raise TargetUnavailableError(f"{error}.", trouble_of(error), 0) from error

    def record_unjudged(self, exchange: Exchange) -> None:
        """Records an exchange that is not judged because the scenario it was sent for did not run."""
        self._stand.recorder.record(self._stand.redactor.lazily(exchange), "sent ahead")

    def received(self, exchange: Exchange, organisation: str) -> Answer:
        """Records an exchange and runs every check on it."""
        with self._lock:
            redacted = self._stand.redactor.lazily(exchange)
            self._stand.recorder.record(redacted, self.notes.scenario)
            self._stand.witness(self.notes.scenario, exchange)
            self.evidence.keep(redacted, exchange)
            received = self._judged(Received(exchange, organisation))
        return Answer.told_to(self.notes, received)

    def _judged(self, received: Received) -> Received:
        """An answer with its author and the checks that it broke."""
        exchange, stand = received.exchange, self._stand
        is_home = stand.is_home(exchange.request)
        has_token = not token_of(exchange) or stand.has_our_token(exchange)
        asked = Asked(self._only_the_service, has_token, is_home)
        attribution = attribute(exchange, self.contract, stand.ways, asked)
        if attribution.is_by_default and stand.learn_who_keeps_the_entrance():
            attribution = attribute(exchange, self.contract, stand.ways, asked)
        call = Call(exchange, self.contract, stand.korrelasjonsider, attribution)
        judgements = judge(call) if is_home else []
        if self.is_recorded:  # a recording cannot be asked a second time
            judgements = [replace(judgement, is_fleeting=False) for judgement in judgements]
        broken = frozenset(judgement.check for judgement in judgements if judgement.deviations)
        received = replace(received, attribution=attribution, broken=broken)
        self.notes.receive(received, judgements, stand.gate.max_in_flight)
        if attribution.is_presumed:
            self._presumed.append(exchange.response)
        for name in ("korrelasjonsid", "feilid"):
            identifier = error_field(exchange.response, name)
            if identifier is not None:
                stand.remember(identifier, received.line)
        return received

    @property
    def is_recorded(self) -> bool:
        """Whether a recording is judged instead of a target."""
        return bool(self._stand.traffic)

    def traffic(self) -> list[Answer]:
        """The recorded answers of the API, in order of time, each judged when it is first used."""
        return [self._recorded(number, exchange) for number, exchange in enumerate(self._stand.traffic)]

    def _recorded(self, number: int, exchange: Exchange) -> Answer:
        kept = self._stand.kept.get(number)
        if kept is not None:
            return Answer.told_to(self.notes, kept)
        operation = self.contract.operation_of(exchange.request)
        values = (operation and operation.path_parameters(exchange.request.parts.path)) or {}
        organisation = values.get((operation and Roles.of(operation).organisation) or "", "")
        answer = self.received(exchange, organisation)
        self._stand.kept[number] = answer.received
        return answer

    def recall(self, key: Hashable, send: Callable[[], Answer]) -> Answer:
        """The answer that this worker has already kept for a plain call, or else that of `send`.

        Only a 200, 403 or 404 of the service, of usual size, is kept. Twenty relations over the same answer cost one
        call, judged when it arrived.
        """
        stale = self._asked_anew is not None and key not in self._asked_anew
        if not stale:
            self._stand.await_answer(key)
        kept = None if stale else self._stand.kept.get(key)
        if kept is not None:
            self._stand.witness(self.notes.scenario, kept.exchange)
            self.notes.recall(kept)
            return Answer.told_to(self.notes, kept)
        with self._stand.asking(key):
            answer = send()
        self._stand.kept.pop(key, None)
        if self._asked_anew is not None:
            self._asked_anew.add(key)
        is_kept = answer.status in {200, 403, 404} and answer.attribution.is_of_service
        if is_kept and self._has_room_for(answer):
            self._stand.kept[key] = answer.received
        return answer

    def _has_room_for(self, answer: Answer) -> bool:
        held = sum(kept.weight for kept in self._stand.kept.values())
        return answer.weight <= MOST_RECALLED and held + answer.weight <= MOST_KEPT

    def ask_anew(self) -> None:
        """For the scenario's second look: from now on, answers kept earlier are not reused."""
        self._asked_anew = set()
        self.today = self._stand.today()
        self.notes.begin_second_look()

    def ensure_of_service(self) -> None:
        """Ends the scenario if an answer attributed to the service is given to ordinary calls now and then, too."""
        if any(self._stand.is_answered_now_and_then(response) for response in self._presumed):
            not_run("answered in front of the service: ordinary calls sometimes get the same answer")

    def feel_the_pulse(self) -> None:
        """Notes, after a call without an answer, whether the service is alive, or else what may have stopped it."""
        pulse = self._stand.client.pulse()
        died_of = pulse.died_of if pulse.state == "dead" else ()
        self.notes.note_silence(is_answered=pulse.state == "alive", died_of=died_of)
