"""Sends generated requests to a target and has schemathesis judge the answers, beside our own checks.

Which parameter names the party, the way in or the period is marked in the pinned document (`x-provestand-role`):
random digits may be somebody's number, and a period of 1900 shows nothing.
"""

import contextlib
import datetime
import re
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import requests
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response

from harness.auth.grant import Subject
from harness.contract.deviation import Deviation
from harness.contract.document import Operation
from harness.http.fair_use import IN_FLIGHT
from harness.http.guard import HeldBackError
from harness.suite.bench import Answer, Bench
from harness.suite.corpus import FrozenCase, as_case
from harness.suite.selection import SCHEMATHESIS

ROLE = "x-provestand-role"
UNSPECIFIED = "x-provestand-invalid"
"""On a parameter: `unspecified` where nobody has said that a value of wrong form is refused."""
REQUIRED = "x-provestand-required"
"""On a parameter: `unknown` where nobody has said whether it may be left out."""

JSON = "application/json"
NOT_SENT = frozenset({"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid", "content-length"})
DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
IDENTIFIER = re.compile(r"\d{9}(\d{2})?\Z")


@dataclass(frozen=True)
class Roles:
    """The names of an operation's parameters that a target's own values go into."""

    organisation: str | None
    access: str | None
    period_start: str | None
    period_end: str | None
    call_id: str | None

    @classmethod
    def of(cls, operation: Operation) -> "Roles":
        named = {parameter.get(ROLE): str(parameter["name"]) for parameter in operation.parameters}
        return cls(*(named.get(role) for role in ("organisation", "access", "period-start", "period-end", "call-id")))


def replay(bench: Bench, cases: Sequence[FrozenCase]) -> int:
    """Sends frozen cases, five in flight, and notes every deviation; returns how many were sent.

    Cases for a way in that the target does not open are left out, and those that hold what may be a real identifier.
    What was answered is judged also where another case had no answer; then raises as `Bench.send` does.
    """
    prepared = [case for case in (_substituted(bench, frozen) for frozen in cases) if case is not None]
    load_all_checks()
    sent, unanswered = 0, None
    with ThreadPoolExecutor(2 * IN_FLIGHT) as pool:  # while one half waits for answers the other judges them
        sendings = [pool.submit(send_case, bench, case) for case in prepared]
        for case, sending in zip(prepared, sendings, strict=True):
            error = sending.exception()
            if error is None:
                judge_case(bench, case, sending.result())  # while the next ones are on their way
                sent += 1
            elif not isinstance(error, HeldBackError):
                unanswered = unanswered or error
    if unanswered is not None:
        raise unanswered
    return sent


@dataclass(frozen=True)
class PreparedCase:
    """A case of schemathesis with what its token must carry."""

    case: Any
    operation: str
    organisation: str
    subject: Subject


def _substituted(bench: Bench, frozen: FrozenCase) -> PreparedCase | None:
    operation = bench.contract.document.operation(frozen.operation)
    path = dict(frozen.members["path_parameters"])
    query = dict(frozen.members["query"])
    found = substitute(bench, Roles.of(operation), path, query, frozen.number)
    if found is None:
        return None
    organisation, _ = found
    members = {"path_parameters": path, "query": query}
    if "body" in frozen.members:
        members["body"] = with_party(frozen.members["body"], organisation)
    case = as_case(bench.contract, frozen, members)
    return PreparedCase(case, frozen.operation, *found)


def substitute(
    bench: Bench, roles: Roles, path: dict[str, Any], query: dict[str, Any], number: int
) -> tuple[str, Subject] | None:
    """Puts a target's party and a sensible period where the generator put any; what is invalid on purpose stays.

    Returns the party and what its token must carry, or None where the target opens no such way in.
    """
    organisations = bench.api.organisations
    organisation = organisations[number % len(organisations)]
    if roles.organisation and IDENTIFIER.match(str(path.get(roles.organisation, ""))):
        path[roles.organisation] = organisation
    access = str(path.get(roles.access or "", ""))
    promised = _promised_accesses(bench, roles)
    if access in promised and access not in bench.api.access:
        return None
    first, last = last_calendar_year()
    for name, date in ((roles.period_start, first), (roles.period_end, last)):
        if name and isinstance(query.get(name), str) and DATE.match(query[name]):
            query[name] = date.isoformat()
    way = access if access in bench.api.access else next(iter(bench.api.access))
    return organisation, bench.subject(way, organisation)


def with_party(value: Any, party: str) -> Any:  # noqa: ANN401 - any JSON value
    """A body in which whatever has the form of a party's number is the party's: made-up digits may be somebody's."""
    if isinstance(value, dict):
        return {key: with_party(child, party) for key, child in value.items()}
    if isinstance(value, list):
        return [with_party(child, party) for child in value]
    return party if isinstance(value, str) and IDENTIFIER.match(value) else value


def _promised_accesses(bench: Bench, roles: Roles) -> frozenset[str]:
    parameters = (p for operation in bench.contract.document.operations for p in operation.parameters)
    found = next((p for p in parameters if p["name"] == roles.access), None)
    return frozenset((found or {}).get("schema", {}).get("enum", ()))


def last_calendar_year() -> tuple[datetime.date, datetime.date]:
    """A period that stays the same for a year at a time, so that two runs send the same."""
    year = datetime.datetime.now(datetime.UTC).year - 1
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


def send_case(bench: Bench, prepared: PreparedCase) -> Answer:
    """Sends a case by our own client; a case that took the Authorization away goes without a token."""
    sent = requests.Request(**prepared.case.as_transport_kwargs(base_url=bench.api.base_url)).prepare()
    headers = {name: _text(value) for name, value in sent.headers.items() if name.lower() not in NOT_SENT}
    call_id = Roles.of(bench.contract.document.operation(prepared.operation)).call_id
    if call_id and _is_uuid(headers.get(call_id, "")):
        headers[call_id] = str(uuid.uuid4())  # a call's id is used once, a frozen one would come again and again
    headers["Authorization"] = f"Bearer {bench.token(prepared.subject)}" if "Authorization" in headers else ""
    base = urlsplit(bench.api.base_url).path.rstrip("/")
    path = (sent.path_url or "").removeprefix(base)
    if prepared.case.path == "/":
        path = path.removeprefix("/")  # the base address itself, which has no slash at its end
    body = sent.body.encode() if isinstance(sent.body, str) else cast("bytes | None", sent.body)
    return bench.send(sent.method or "GET", _encoded(path), headers, body, prepared.organisation)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _encoded(path: str) -> str:
    return quote(path, safe="/?&=%:@!$'()*+,;~-._")


def judge_case(bench: Bench, prepared: PreparedCase, answer: Answer) -> None:
    """Runs the checks of schemathesis that the API's requirements name."""
    response = _as_response(answer)
    for check, requirement in bench.contract.by_check.items():
        if not check.startswith(SCHEMATHESIS) or _is_unspecified(bench, prepared, answer, check):
            continue
        name = check.removeprefix(SCHEMATHESIS)
        failures = _failures(prepared, response, name)
        for failure in failures:
            bench.note(_deviation(requirement, prepared, answer, failure), answer, check)
        if not failures:
            bench.count_as_judged(requirement)


def _is_unspecified(bench: Bench, prepared: PreparedCase, answer: Answer, check: str) -> bool:
    """Whether the request, as it went over the wire, breaks nothing that anybody said is refused, or lacks what may be
    required.

    The generator may have broken only a header that the client writes itself, a parameter whose wrong values nobody
    promised to refuse, or a value that serialises to a right one.
    """
    operation = bench.contract.document.operation(prepared.operation)
    if check == f"{SCHEMATHESIS}positive_data_acceptance":
        sent = dict(parse_qsl(answer.exchange.request.parts.query))
        return any(
            p.get(REQUIRED) == "unknown" and p["in"] == "query" and p["name"] not in sent for p in operation.parameters
        )
    if check != f"{SCHEMATHESIS}negative_data_rejection":
        return False
    body = prepared.case.body
    if body is not NOT_SET and (
        prepared.case.media_type != JSON or bench.contract.document.request_errors(operation, JSON, body)
    ):
        return False
    tolerated = {p["name"] for p in operation.parameters if p.get(UNSPECIFIED) == "unspecified"}
    return set(bench.contract.document.broken_parameters(operation, answer.exchange.request)) <= tolerated


def _failures(prepared: PreparedCase, response: Response, name: str) -> Sequence[Failure]:
    try:
        prepared.case.validate_response(response, checks=CHECKS.get_by_names([name]))
    except FailureGroup as group:
        return [failure for failure in group.exceptions if isinstance(failure, Failure)]
    return ()


def _deviation(requirement: str, prepared: PreparedCase, answer: Answer, failure: Failure) -> Deviation:
    data = prepared.case.meta.phase.data
    what = getattr(data, "description", None) or "a valid request"
    parameter = f" of {data.parameter}" if getattr(data, "parameter", None) else ""
    message = " ".join(failure.message.split()) if failure.message else failure.title
    return Deviation(
        requirement,
        f"{failure.title}: {getattr(data, 'scenario', '')}{parameter}",
        f"no “{failure.title.lower()}” for {what.lower()}{parameter}",
        f"status {answer.status}: {message[:300]}",
    )


def _as_response(answer: Answer) -> Response:
    """An answer as schemathesis's checks take it, made once for all of them."""
    exchange = answer.exchange
    response = httpx.Response(
        exchange.response.status,
        headers=[pair for pair in exchange.response.headers if pair[0].lower() != "content-encoding"],
        content=exchange.response.body,
        request=httpx.Request(exchange.request.method, exchange.request.url, headers=list(exchange.request.headers)),
    )
    response.elapsed = datetime.timedelta(seconds=exchange.elapsed)
    return Response.from_any(response)


def explore(bench: Bench, operation_id: str, case: Any) -> None:  # noqa: ANN401 - schemathesis's Case
    """Sends one freshly generated case with a target's party in it, and judges the answer.

    Identifiers that the generator made up never leave: any nine digits may be somebody's.
    """
    load_all_checks()
    case.freeze_metadata()
    path, query = dict(case.path_parameters), dict(case.query)
    roles = Roles.of(bench.contract.document.operation(operation_id))
    found = substitute(bench, roles, path, query, number=0)
    if found is None:
        return
    case.path_parameters, case.query, case.body = path, query, with_party(case.body, found[0])
    prepared = PreparedCase(case, operation_id, *found)
    with contextlib.suppress(HeldBackError):
        judge_case(bench, prepared, send_case(bench, prepared))
