"""Compares two recordings: changes in the form of the answers, separately from changes in the data.

The data of test organisations changes all the time. Such changes are reported as data; a member that was added or
removed, or has another type, is reported as form. Neither needs a document.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from harness.drift.compare.traffic import DATA_CHANGED, FORM_CHANGED, MEMBER_GONE, MEMBER_NEW
from harness.drift.documents.json_values import canonical, type_of
from harness.drift.findings import Found
from harness.exchange import Exchange, Response
from harness.redaction.redacted import RedactedExchange

Place = tuple[str, int, str]
DEEPEST = 30


@dataclass
class Learned:
    """The form of the answers of a recording, place by place, and the answer to each call.

    `unread` counts the answers that are not readable JSON.
    """

    types: dict[Place, set[str]] = field(default_factory=dict)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    unread: int = 0


def learn(exchanges: Iterable[RedactedExchange]) -> Learned:
    """Learns the form of JSON answers."""
    learned = Learned()
    for exchange in exchanges:
        answer = exchange.response
        if answer.completeness == "whole" and not answer.body:
            continue  # it has no form
        try:
            body = _json_of(answer)
        except ValueError:
            learned.unread += 1
            continue
        operation = operation_name(exchange)
        key = operation, answer.status
        learned.seen[key] = learned.seen.get(key, 0) + 1
        _look(learned, key, body, ())
        if exchange.request.method == "GET" and answer.status < 400:
            learned.answers[f"GET {exchange.request.url}"] = canonical(_sorted(body))
    return learned


def _json_of(answer: Response) -> Any:  # noqa: ANN401 - any JSON value
    if not answer.is_json:
        raise ValueError("another media type")
    return answer.plain_json()


def operation_name(exchange: Exchange) -> str:
    """Method and path, with segments that look like identifiers replaced."""
    path = re.sub(r"(?<=/)[^/]*\d{4,}[^/]*|\[redacted\]|%5Bredacted%5D", "{id}", exchange.request.parts.path)
    return f"{exchange.request.method} {path}"


def _look(learned: Learned, key: tuple[str, int], value: Any, path: tuple[str, ...]) -> None:  # noqa: ANN401 - any JSON value
    learned.types.setdefault((*key, "".join(path)), set()).add(type_of(value))
    if len(path) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            _look(learned, key, child, (*path, f".{name}"))
    elif isinstance(value, list):
        for child in value:
            _look(learned, key, child, (*path, "[]"))


def _sorted(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Sorts lists: a different order is the same data."""
    if isinstance(value, dict):
        return {name: _sorted(child) for name, child in value.items()}
    return sorted((_sorted(child) for child in value), key=canonical) if isinstance(value, list) else value


def between(old: Learned, new: Learned) -> list[Found]:
    """What changed from one recording to the next, for operations and statuses that both have."""
    found = [_found(MEMBER_GONE, place, "was in answers, and is in none now") for place in _only(old, new)]
    found += [_found(MEMBER_NEW, place, "is in answers, and was in none before") for place in _only(new, old)]
    for place, types in sorted(new.types.items()):
        before = old.types.get(place)
        if before is not None and types - before:
            told = f"{' or '.join(sorted(before))} became {' or '.join(sorted(types | before))}"
            found.append(_found(FORM_CHANGED, place, told))
    changed = [call for call, answer in new.answers.items() if old.answers.get(call, answer) != answer]
    for operation in sorted({re.sub(r"\?.*", "", _without_identifiers(call)) for call in changed}):
        count = sum(re.sub(r"\?.*", "", _without_identifiers(call)) == operation for call in changed)
        calls = "1 call is" if count == 1 else f"{count} calls are"
        one = Found(
            DATA_CHANGED, "response", "#", f"{operation}: {calls} answered with other data", operation, [operation]
        )
        one.proof, one.unproved = "not visible", "data may change at any time"
        found.append(one)
    return found


def _without_identifiers(call: str) -> str:
    method, _, url = call.partition(" ")
    path = re.sub(r"^https?://[^/]+", "", url)
    return f"{method} " + re.sub(r"(?<=/)[^/?]*\d{4,}[^/?]*", "{id}", path)


def _only(one: Learned, other: Learned) -> list[Place]:
    """Members that only one recording has, if the other has their object; only the outermost of each branch."""
    places = []
    for place in sorted(one.types):
        operation, status, path = place
        parent = path[: max(path.rfind("."), path.rfind("["))] if path else None
        if (
            place not in other.types
            and parent is not None
            and (operation, status) in other.seen
            and (operation, status, parent) in other.types
            and not path.endswith("[]")
        ):
            places.append(place)
    return places


def _found(rule: str, place: Place, message: str) -> Found:
    operation, status, path = place
    told = f"{operation}: response {status}: {path.removeprefix('.') or 'the body'}: {message}"
    steps = tuple(step for step in re.split(r"\.|(\[\])", path) if step)
    found = Found(rule, "response", "#", told, operation, [operation], new=told, path=steps)
    found.proof, found.unproved = "not visible", "recordings show what happened, not what is promised"
    return found
