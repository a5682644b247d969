"""A client in a recording: its calls, and what the passive checks find in them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from statistics import median

from harness.clients.notes import ClientNotes
from harness.clients.services import Services
from harness.clients.taken_out import with_gaps_marked
from harness.contract.client_calls import ISSUER, Calls, ClientCall, Surroundings
from harness.contract.client_checks import all_client_checks, measures_time
from harness.contract.contract import Contract
from harness.contract.deviation import Deviation
from harness.exchange import NO_TIME, Exchange, Response
from harness.har import Lost, read_recording
from harness.targets.profiles import known_apis

NOT_RECORDED = NO_TIME.timestamp()
"""The arrival time of a call whose time was not recorded."""

UNNOTICED = 2
"""Tolerance in seconds for the recorder's clock: a call may take that long to reach the service."""


@dataclass(frozen=True)
class Recorded:
    """The calls in a recording in time order, by the services' clock, each with the service it went to.

    `contracts` are those of the called services, at their addresses. `lost` are unanswered calls: they are counted but
    not judged, since tools record little about them.
    """

    calls: tuple[ClientCall, ...]
    contracts: Mapping[str, Contract]
    lost: tuple[ClientCall, ...] = ()


def read_client_traffic(path: Path, contracts: Mapping[str, Contract]) -> Recorded:
    """The calls of a client of these contracts in a recording; raises UnreadableRecordingError.

    Removed values are marked. Duplicate entries with the same millisecond are one call.
    """
    recording = read_recording(path)
    exchanges = [*dict.fromkeys(recording.exchanges)]
    services = Services.of(exchanges, contracts)
    answered = [_call(each, each.response, services) for each in exchanges]
    marked = with_gaps_marked([*answered, *(_call(each, None, services) for each in recording.lost)])
    late = _clock_error(marked)
    in_order = sorted((_moved(call, late) for call in marked), key=lambda call: call.arrived)
    called = {call.service for call in in_order}
    placed = {name: place.contract for name, place in services.apis.items() if name in called}
    calls = tuple(call for call in in_order if call.response is not None)
    return Recorded(calls, placed, tuple(call for call in in_order if call.response is None))


def _call(recorded: Exchange | Lost, response: Response | None, services: Services) -> ClientCall:
    started = recorded.started.timestamp()
    service = services.of_request(recorded.request)
    lost = "" if response is not None else "after"
    return ClientCall(recorded.request, response, service, started, started + recorded.elapsed, lost=lost)


def _clock_error(calls: list[ClientCall]) -> int:
    """Whole seconds by which the services' clock was ahead of the recorder's; 0 if within tolerance.

    Taken from the answers' Date, else from the tokens' time of issue; both are in whole seconds.
    """
    timed = [call for call in calls if call.arrived != NOT_RECORDED]
    told = [date - call.ended for call in timed if (date := _date(call)) is not None]
    issued = ((call, call.issued.moment("iat")) for call in timed if call.issued is not None)
    told = told or [iat - call.ended for call, iat in issued if iat is not None]
    ahead = round(median(told)) if told else 0
    return ahead if abs(ahead) > UNNOTICED else 0


def _date(call: ClientCall) -> float | None:
    """The answer's Date (RFC 9110, 6.6.1)."""
    if call.response is None or call.service == "elsewhere":
        return None
    try:
        moment = parsedate_to_datetime(call.response.header("date") or "")
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).timestamp()


def _moved(call: ClientCall, seconds: int) -> ClientCall:
    if call.arrived == NOT_RECORDED:
        return call
    return replace(call, arrived=call.arrived + seconds, ended=call.ended + seconds)


def surroundings_in(calls: tuple[ClientCall, ...], contracts: Mapping[str, Contract]) -> Surroundings:
    """The issuer by its tokens or metadata, else by an accepted grant's audience, else by the token requests' URL."""
    asked = [call for call in calls if call.is_token_request]
    address = asked[0].request.url.partition("?")[0] if asked else ""
    metadata = next((found for call in calls if (found := _metadata_in(call))), {})
    grants = (call.grant.claims.get("aud") for call in asked if call.grant is not None and call.status == 200)
    named = [*(call.issued.claims.get("iss") for call in asked if call.issued), metadata.get("issuer"), *grants]
    issuer = next((name for name in named if isinstance(name, str)), address.removesuffix("token"))
    endpoint = metadata.get("token_endpoint")
    scopes = {name: frozenset({api.scope}) for name, api in known_apis().items() if name in contracts}
    return Surroundings(
        issuer, endpoint if isinstance(endpoint, str) else address, contracts, scopes, from_the_start=False
    )


def _metadata_in(call: ClientCall) -> Mapping[str, object]:
    """The issuer's metadata in an answer (RFC 8414); empty if it has none."""
    if call.is_token_request or call.service != ISSUER or call.response is None or call.status != 200:
        return {}
    try:
        body = call.response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) and "token_endpoint" in body else {}


class RecordedClient:
    """One scenario's access to recorded traffic of a client."""

    def __init__(self, recorded: Recorded, notes: ClientNotes) -> None:
        self.calls = recorded.calls
        self._lost = recorded.lost
        self._notes = notes

    def judged_by(self, check: str, api: str) -> bool:
        """Lets one check judge all calls for an API's or the issuer's promise; False if no call could show it."""
        contracts = self._notes.contracts
        module = all_client_checks()[check]
        new, lost = (self._timed, self._lost) if measures_time(module) else (self.calls, ())
        calls = Calls(new, lost, surroundings_in(self.calls, contracts), contracts[api])
        if not module.applies(calls):
            return False
        requirement = contracts[api].by_check[check]
        self._notes.count_as_judged(requirement)
        for breach in module.breaches(calls):
            self._notes.note(breach.as_deviation(requirement), breach.call, check)
        return True

    @cached_property
    def _timed(self) -> tuple[ClientCall, ...]:
        """The calls with recorded times; none if the times are in whole seconds, which hide pauses."""
        timed = tuple(call for call in self.calls if call.arrived != NOT_RECORDED)
        return timed if any(call.arrived % 1 for call in timed) else ()

    def note_failed_assertion(self, deviation: Deviation) -> None:
        """Notes the result of an assertion over the recorded calls."""
        self.note(deviation)

    def note(self, deviation: Deviation) -> None:
        """Notes a deviation without a call."""
        self._notes.note(deviation)
