"""Sends the frozen requests of a corpus to a target and has the answers judged.

Which parameter names the party, the way in or the period is marked in the pinned document (`x-provestand-role`):
random digits may be somebody's number, and a period of 1900 shows nothing.
"""

import datetime
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from harness.auth.grant import Subject
from harness.exchange import Exchange
from harness.http.fair_use import IN_FLIGHT
from harness.http.guard import HeldBackError
from harness.suite.bench import Bench
from harness.suite.corpus import FrozenCase, Party, Roles, Wire, with_party


@dataclass(frozen=True)
class Addressee:
    """Whom a generated request is about, and what its token must carry."""

    party: Party
    subject: Subject


@dataclass(frozen=True)
class Prepared:
    """A frozen case with what a target's own values replace in it."""

    frozen: FrozenCase
    addressee: Addressee
    members: dict[str, Any]


def replay(bench: Bench, cases: Sequence[FrozenCase]) -> int:
    """Sends frozen cases, five in flight, and notes every deviation; returns how many were sent.

    Cases for a way in that the target does not open are left out, and those that hold what may be a real identifier.
    What was answered is judged also where another case had no answer; then raises as `Bench.send` does.
    """
    prepared = [case for case in (_prepared(bench, frozen) for frozen in cases) if case is not None]
    sent, unanswered = 0, None
    with ThreadPoolExecutor(2 * IN_FLIGHT) as pool:  # some wait for answers while others make ready
        sendings = [pool.submit(_send, bench, case) for case in prepared]
        # Loaded only now: that takes as long as many an answer.
        from harness.suite.generator import as_case  # noqa: PLC0415
        from harness.suite.opinion import judge_case  # noqa: PLC0415

        for case, sending in zip(prepared, sendings, strict=True):
            error = sending.exception()
            if error is None:
                answer = bench.received(sending.result(), case.addressee.party.organisation)
                judge_case(bench, case.frozen.operation, as_case(bench.contract, case.frozen, case.members), answer)
                sent += 1
            elif not isinstance(error, HeldBackError):
                unanswered = unanswered or error
    if unanswered is not None:
        raise unanswered
    return sent


def _prepared(bench: Bench, frozen: FrozenCase) -> Prepared | None:
    path, query = dict(frozen.members["path_parameters"]), dict(frozen.members["query"])
    roles = Roles.of(bench.contract.document.operation(frozen.operation))
    addressee = address(bench, roles, path, query, frozen.number)
    if addressee is None:
        return None
    members = {"path_parameters": path, "query": query}
    if "body" in frozen.members:
        members["body"] = with_party(frozen.members["body"], addressee.party.organisation)
    return Prepared(frozen, addressee, members)


def address(bench: Bench, roles: Roles, path: dict[str, Any], query: dict[str, Any], number: int) -> Addressee | None:
    """Puts a target's party and a sensible period where the generator put any; what is invalid on purpose stays.

    None where the target opens no such way in.
    """
    organisations = bench.api.organisations
    organisation = organisations[number % len(organisations)]
    access = str(path.get(roles.access or "", ""))
    if access in _promised_accesses(bench, roles) and access not in bench.api.access:
        return None
    party = Party(organisation, *last_calendar_year())
    party.place(roles, path, query)
    way = access if access in bench.api.access else next(iter(bench.api.access))
    return Addressee(party, bench.subject(way, organisation))


def _promised_accesses(bench: Bench, roles: Roles) -> frozenset[str]:
    parameters = (p for operation in bench.contract.document.operations for p in operation.parameters)
    found = next((p for p in parameters if p["name"] == roles.access), None)
    return frozenset((found or {}).get("schema", {}).get("enum", ()))


def last_calendar_year() -> tuple[str, str]:
    """A period that stays the same for a year at a time, so that two runs send the same."""
    year = datetime.datetime.now(datetime.UTC).year - 1
    return f"{year}-01-01", f"{year}-12-31"


def _send(bench: Bench, case: Prepared) -> Exchange:
    wire = case.frozen.wire(case.addressee.party, case.members.get("body"))
    return send_wire(bench, case.frozen.operation, wire, case.addressee.subject)


def send_wire(bench: Bench, operation: str, wire: Wire, subject: Subject) -> Exchange:
    """Sends a generated request by our own client; one that took the Authorization away goes without a token."""
    headers = dict(wire.headers)
    call_id = Roles.of(bench.contract.document.operation(operation)).call_id
    if call_id and _is_uuid(headers.get(call_id, "")):
        headers[call_id] = str(uuid.uuid4())  # a call's id is used once, a frozen one would come again and again
    headers["Authorization"] = f"Bearer {bench.token(subject)}" if "Authorization" in headers else ""
    return bench.ask(wire.method, wire.path, headers, wire.body)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
