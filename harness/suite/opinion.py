"""Judges the answers to generated requests with those of schemathesis's checks that an API's requirements name."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import parse_qsl

import httpx
import requests
from requests.structures import CaseInsensitiveDict
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup, ServerError
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import JsonSchemaError

from harness.contract.deviation import Deviation
from harness.contract.document import Operation, open_reason
from harness.exchange import Exchange
from harness.suite.answer import SERVER_ERROR, Answer
from harness.suite.bench import Bench
from harness.suite.selection import SCHEMATHESIS

UNSPECIFIED = "x-provestand-invalid"
"""On a parameter: `unspecified` if no source says that a malformed value is refused."""
REQUIRED = "x-provestand-required"
"""On a parameter: `unknown` if no source says whether it is optional."""

JSON = "application/json"

OF_THE_FORM = frozenset(f"{SCHEMATHESIS}{name}" for name in ("content_type_conformance", "response_schema_conformance"))
"""Checks of the form of an answer, which may not be the service's own."""

load_all_checks()


def judge_case(
    bench: Bench,
    operation_id: str,
    case: Any,  # noqa: ANN401 - schemathesis's Case
    answer: Answer,
    memory: dict[str, bool] | None = None,
) -> None:
    """Runs the schemathesis checks that the API's requirements name on an answer from the service.

    `memory` holds results computed for the same case earlier, and receives new ones.
    """
    if not answer.attribution.is_of_service:
        return
    operation, response = bench.contract.document.operation(operation_id), response_of(answer.exchange)
    named = {
        check: requirement
        for check, requirement in bench.contract.by_check.items()
        if check.startswith(SCHEMATHESIS)
        and (answer.attribution.has_own_form or check not in OF_THE_FORM)
        and not _is_unspecified(bench, operation, case, answer, check, {} if memory is None else memory)
    }
    if not _failures(case, response, named):  # all checks together first, for most answers are right
        for requirement in named.values():
            bench.notes.count_as_judged(requirement)
        return
    for check, requirement in named.items():
        failures = _failures(case, response, [check])
        for failure in failures:
            bench.notes.note(_deviation(requirement, case, answer, failure), answer, check)
        if not failures:
            bench.notes.count_as_judged(requirement)


def _is_unspecified(
    bench: Bench,
    operation: Operation,
    case: Any,  # noqa: ANN401 - schemathesis's Case
    answer: Answer,
    check: str,
    memory: dict[str, bool],
) -> bool:
    """Whether no source says that this request, as it went over the wire, must be refused, or must be accepted.

    The generator may have broken only a header that the client writes itself, a parameter whose wrong values nobody
    promised to refuse, or a value that serialises to a valid one; or it may have left out a parameter that may be
    required.
    """
    if check == f"{SCHEMATHESIS}positive_data_acceptance":
        sent = dict(parse_qsl(answer.exchange.request.parts.query))
        return any(
            p.get(REQUIRED) == "unknown" and p["in"] == "query" and p["name"] not in sent for p in operation.parameters
        )
    if check != f"{SCHEMATHESIS}negative_data_rejection":
        return False
    if case.body is not NOT_SET and (case.media_type != JSON or _is_refused(bench, operation, case.body, memory)):
        return False
    tolerated = {p["name"] for p in operation.parameters if p.get(UNSPECIFIED) == "unspecified"}
    return set(bench.contract.document.broken_parameters(operation, answer.exchange.request)) <= tolerated


def _is_refused(bench: Bench, operation: Operation, body: object, memory: dict[str, bool]) -> bool:
    """Whether a body breaks its schema in a way that is not an open question, whichever organisation it names."""
    if "refused" not in memory:  # most are broken on purpose, and locating the errors takes long
        errors = bench.contract.document.request_errors(operation, JSON, body)
        memory["refused"] = any(open_reason(error) is None for error in errors)
    return memory["refused"]


def _failures(case: Any, response: Response, names: Collection[str]) -> Sequence[Failure]:  # noqa: ANN401 - as above
    # Server errors are judged here: on a wrong media type the check would send a request itself, past guard, gate and
    # record.
    failed = response.status_code >= 500 and SERVER_ERROR in names
    errors = [ServerError(operation=case.operation.label, status_code=response.status_code)] if failed else []
    return [*errors, *_found_by(case, response, [name for name in names if name != SERVER_ERROR])]


def _found_by(case: Any, response: Response, names: Sequence[str]) -> Sequence[Failure]:  # noqa: ANN401 - as above
    checks = CHECKS.get_by_names([name.removeprefix(SCHEMATHESIS) for name in names])
    if not checks:
        return ()  # without any checks schemathesis runs its own selection
    try:
        case.validate_response(response, checks=checks)
    except FailureGroup as group:
        found = [each for each in group.exceptions if isinstance(each, Failure) and not _is_of_an_open_list(each)]
        return sorted(found, key=lambda failure: (failure.title, failure.message))  # they come in any order
    return ()


def _is_of_an_open_list(failure: Failure) -> bool:
    """Whether a body's only fault is a value missing from an enum: enums grow, and `enum_value_known` reports it."""
    return isinstance(failure, JsonSchemaError) and bool(failure.schema_path) and failure.schema_path[-1] == "enum"


def _deviation(requirement: str, case: Any, answer: Answer, failure: Failure) -> Deviation:  # noqa: ANN401 - as above
    data = case.meta.phase.data
    what = getattr(data, "description", None) or "a valid request"
    parameter = f" of {data.parameter}" if getattr(data, "parameter", None) else ""
    message = " ".join(failure.message.split()) if failure.message else failure.title
    return Deviation(
        requirement,
        f"{failure.title}: {getattr(data, 'scenario', '')}{parameter}",
        f"no “{failure.title.lower()}” for {what.lower()}{parameter}",
        f"status {answer.status}: {message[:300]}",
    )


def response_of(exchange: Exchange) -> Response:
    """An answer as schemathesis's checks expect it, converted once for all of them."""
    sent, received = exchange.request, exchange.response
    request = requests.PreparedRequest()
    request.method, request.url, request.body = sent.method, sent.url, sent.body
    request.headers = CaseInsensitiveDict(sent.headers)
    # As bytes: headers may hold Latin-1 (RFC 9110, 5.5), and httpx accepts only ASCII text.
    octets = [tuple(part.encode("latin-1", "replace") for part in pair) for pair in received.headers]
    kept = [(name, value) for name, value in octets if name.lower() != b"content-encoding"]
    response = httpx.Response(received.status, headers=kept, content=received.body)
    return Response(
        status_code=received.status,
        headers={name: [value] for name, value in response.headers.items()},
        content=received.body,
        request=request,
        elapsed=exchange.elapsed,
        verify=True,
        message=response.reason_phrase,
        http_version=received.http_version,
        encoding=response.encoding,
    )
