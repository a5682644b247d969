"""What a recording shows about begjæringer: how each call was answered, and from which begjæring a case was made."""

import json
from collections.abc import Iterator
from typing import Any

from harness.contract.document import is_left_out
from harness.suite.answer import Answer
from harness.suite.bench import Bench
from harness.suite.markers import not_run

SUBMISSION, CHANGE = "opprettBegjaering", "endreBegjaering"
VALIDATION = "validerNyBegjaering"


def calls(bench: Bench, *operations: str) -> list[Answer]:
    """The recorded calls of operations that the service itself answered, in order of time."""
    return [
        answer for answer in bench.traffic() if answer.attribution.is_of_service and operation_of(answer) in operations
    ]


def answered(bench: Bench, *operations: str) -> list[Answer]:
    """Those that were answered with an object; ends the scenario if there are none."""
    found = [answer for answer in calls(bench, *operations) if answer.status == 200 and is_object(answer)]
    return found or not_run(f"the recording shows no answer of {' or '.join(operations)}")


def operation_of(answer: Answer) -> str:
    operation = answer.notes.contract.operation_of(answer.exchange.request)
    return operation.id if operation else ""


def is_object(answer: Answer) -> bool:
    try:
        return isinstance(answer.exchange.response.json(), dict) and "body_matches_schema" not in answer.broken
    except ValueError:
        return False


def sent(answer: Answer) -> Any:
    """The JSON body of a call; None if it has none that can be read."""
    try:
        return json.loads(answer.exchange.request.body)
    except (ValueError, RecursionError):
        return None


def is_whole(value: Any) -> bool:
    """Whether a body was recorded completely: otherwise two bodies that differ in missing parts would look the same."""
    if isinstance(value, dict | list):
        return all(is_whole(child) for child in (value.values() if isinstance(value, dict) else value))
    return not is_left_out(value)


def reference_of(answer: Answer) -> str | None:
    """The eksternSaksreferanse of an accepted submission, in either published form."""
    try:
        body = answer.exchange.response.json()
    except ValueError:
        return None
    found = body.get("eksternSaksreferanse") if isinstance(body, dict) else body
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else None


def accepted(bench: Bench) -> list[Answer]:
    """The submissions that became a case."""
    return [answer for answer in calls(bench, SUBMISSION) if answer.status in {200, 201} and reference_of(answer)]


def statuses_with_begjaering(bench: Bench) -> Iterator[tuple[Any, Answer]]:
    """Each status with the begjæring that its case was made from, unless a change of it was attempted."""
    submitted = {reference_of(answer): sent(answer) for answer in accepted(bench)}
    changed: set[str] = set()
    for answer in calls(bench, CHANGE, "hentStatusPaaSak"):
        reference = answer.exchange.request.parts.path.rstrip("/").rpartition("/")[2]
        if operation_of(answer) == CHANGE:
            changed.add(reference)
            continue
        begjaering = submitted.get(reference)
        is_unchanged = isinstance(begjaering, dict) and reference not in changed
        if is_unchanged and answer.status == 200 and is_object(answer):
            yield begjaering, answer
