"""The JSON body of a call matches the document's schema."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach
from harness.contract.schema_errors import rule_of, shown

JSON = "application/json"
MOST_PLACES = 3
"""How many places are reported per body."""


def applies(calls: Calls) -> bool:
    return any(_is_taken(calls, call) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        operation = calls.operation_of(call)
        if operation is None or not _is_taken(calls, call):
            continue
        kind = (call.request.header("content-type") or "").partition(";")[0].strip().lower()
        if call.request.body and call.has_headers and kind != JSON:
            yield ClientBreach("Content-Type", JSON, "another or none", call)
        try:
            body = json.loads(call.request.body.decode("utf-8-sig"), parse_float=Decimal)
        except (ValueError, RecursionError):
            yield ClientBreach("body is not JSON", "JSON in UTF-8", "another body", call)
            continue
        document = calls.around.contracts[call.service].document
        for error in islice(document.request_errors(operation, JSON, body), MOST_PLACES):
            place = "/".join("[]" if isinstance(part, int) else str(part) for part in error.absolute_path)
            yield ClientBreach(
                f"{place or 'the body'}: {error.validator}",
                rule_of(error),
                f"{error.json_path} is {shown(error)}",
                call,
            )


def _is_taken(calls: Calls, call: ClientCall) -> bool:
    operation = calls.operation_of(call)
    if operation is None or call.body_is_hidden:
        return False
    document = calls.around.contracts[call.service].document
    return JSON in document.resolve(operation.definition.get("requestBody", {})).get("content", {})
