"""One call that changes nothing, per way into an API: the party asked about, and what the answer says about access."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.auth.grant import Subject, subject_for
from harness.auth.maskinporten import NoAccessError
from harness.contract.error_body import error_field
from harness.doctor.catalogue import Symptom, cause_of, cause_of_kode
from harness.doctor.links import Broken, Unneeded, met
from harness.exchange import Exchange, Response
from harness.http.guard import HeldBackError
from harness.http.retrying import trouble_in
from harness.targets.model import Access, Api
from harness.targets.profiles import HarmlessCall, known_apis

OK = 200
XML = frozenset({"application/xml", "text/xml"})


@dataclass(frozen=True)
class Entrance:
    """One way into one API, for the first organisation that it is open for."""

    name: str
    api: Api
    way: str
    access: Access

    @property
    def organisation(self) -> str:
        """The organisation it asks about; raises Broken if the way in is open for none that may be asked about."""
        asked_about = self.api.organisations or (*self.access.consents, *self.access.customers)
        if not asked_about:
            raise met("no organisation is configured to ask about")
        if self.access.kind == "consent" and not self.access.consent_command:
            return self._first_of(asked_about, tuple(self.access.consents), "no consent is configured")
        if self.access.kind == "system_user":
            return self._first_of(asked_about, self.access.customers, "no customer is configured")
        return asked_about[0]

    def _first_of(self, asked_about: tuple[str, ...], open_for: tuple[str, ...], otherwise: str) -> str:
        found = next((number for number in asked_about if number in open_for), None)
        if found is None:
            raise met(f"{otherwise} for any of the `organisations`")
        return found

    @property
    def subject(self) -> Subject:
        """What its token must contain; raises Broken or Unneeded."""
        if self.access.kind == "token" and not self.access.consent_command:
            return Subject(self.api.scope)
        subject = subject_for(self.api.scope, self.access, self.organisation)
        if subject is None:
            raise Unneeded(f"not open for {self.organisation}")
        return subject

    @property
    def call(self) -> HarmlessCall:
        """The harmless call; raises Unneeded if the API has none."""
        known = known_apis().get(self.name)
        if known is None or known.harmless_call is None:
            raise Unneeded("the API has no call that changes nothing")
        return known.harmless_call

    @property
    def second_call(self) -> HarmlessCall | None:
        """The call made if anything could have answered the first one; None if the API has none."""
        return known_apis()[self.name].second_call

    def path(self, call: HarmlessCall) -> str:
        """A call's path under the base address; raises Broken or Unneeded."""
        return call.path.format(access=self.way, organisation=self.organisation)


Sent = Callable[[Entrance, HarmlessCall], Exchange]
"""Returns the answer to a harmless call of an entrance, or raises Broken."""


def headers_of(call: HarmlessCall, token: str) -> dict[str, str]:
    """The headers that the call is sent with."""
    sent = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return sent | ({"Content-Type": "application/json"} if call.body else {})


def access_shown(entrance: Entrance, exchange: Exchange, sent: Sent) -> str:
    """How an answer to the call shows that access is granted; raises Broken if it is not.

    `sent` makes a second call if this answer is not conclusive.
    """
    response = exchange.response
    status, kode, trouble = response.status, error_field(response, "kode"), trouble_in(exchange)
    known = known_apis()[entrance.name]
    if status == OK and kode is None and trouble is None:
        if not _may_be_data(response):
            raise met(f"status 200 with {response.media_type[:60] or 'no Content-Type'} and no JSON in it")
        return f"status 200 for {entrance.organisation}"
    if kode in known.admitted:
        return f"status {status} with {kode} for {entrance.organisation}: access is granted"
    if status in entrance.call.admitted and trouble is None:
        if kode is None and _is_answered_alike(entrance, status, sent):
            raise met(f"status {status} without a kode, whatever the call")
        return f"status {status} for {entrance.organisation}: access is granted"
    if kode is None and trouble is not None:
        raise Broken(trouble.text, cause_of(Symptom(text=trouble.text, trouble=trouble.kind)))
    raise _refused(entrance.name, response, kode)


def _may_be_data(response: Response) -> bool:
    """Whether an answer is in a format that APIs use, by media type or body; the run judges which one."""
    if response.is_json or response.media_type in XML:
        return True
    try:
        return isinstance(response.json(), dict | list)
    except ValueError:
        return response.body.lstrip().startswith(b"<?xml")


def _is_answered_alike(entrance: Entrance, status: int, sent: Sent) -> bool:
    second = entrance.second_call
    if second is None:
        return False
    answer = sent(entrance, second).response
    return answer.status == status and error_field(answer, "kode") is None


def let_in(name: str, api: Api, sent: Sent) -> Response | None:
    """The answer to an API's harmless call by the first way in that is accepted; None if none is."""
    for way, access in api.access.items():
        entrance = Entrance(name, api, way, access)
        try:
            exchange = sent(entrance, entrance.call)
            access_shown(entrance, exchange, sent)
        except (Broken, Unneeded, NoAccessError, HeldBackError):
            continue
        return exchange.response
    return None


def _refused(api: str, response: Response, kode: str | None) -> Broken:
    status = response.status
    if kode is not None:
        return Broken(f"status {status} with {kode}", cause_of_kode(api, kode))
    text = response.body[:2_000].decode(errors="replace")
    if "Unknown instance" in text:
        return met(f"status {status}: Unknown instance")
    if status == 400 and "plain HTTP" in text:
        return met("the port speaks TLS, and the address begins with http://")
    return met(f"status {status} without a kode")
