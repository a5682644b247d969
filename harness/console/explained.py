"""One call for people: redacted, its tokens claim by claim, with a command that repeats it."""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.clients.record import call_in
from harness.console.call_log import Logged
from harness.contract.client_calls import ClientCall, Token
from harness.display import printable
from harness.exchange import Exchange, Response
from harness.redaction.redactor import Redactor
from harness.reporting.curl import TOKEN, as_curl

MOMENTS = frozenset({"exp", "iat", "nbf"})
MOST_CLAIMS, MOST_CHARACTERS = 60, 100_000


@dataclass(frozen=True)
class Claim:
    """One claim of a token. `moment` is the date and time of a claim in seconds."""

    name: str
    value: str
    moment: str


@dataclass(frozen=True)
class ExplainedToken:
    """`kind` is `grant`, `issued` or `bearer`."""

    kind: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Explained:
    """The parts shown of a call. `answer` is empty if there was none."""

    tokens: tuple[ExplainedToken, ...]
    request: str
    answer: str
    curl: str


def explained(logged: Logged, redactor: Redactor, long_body: Callable[[int], str]) -> Explained | None:
    """None if the call's details were dropped. `long_body` describes a body that was not kept, by its size in bytes."""
    line = logged.line()
    if line is None:
        return None
    call = call_in(line)
    shown = redactor.exchange(_exchange(call))
    octets = {name: (line[name] or {}).get("octets", 0) for name in ("request", "response")}
    request, response = shown.request, shown.response
    bodies = {
        "request": _body(request.body, octets["request"], long_body),
        "response": _body(response.body, octets["response"], long_body),
    }
    head = f"{request.method} {request.url}"
    asked = _message(head, request.headers, bodies["request"])
    answered = _message(str(response.status), response.headers, bodies["response"]) if call.response else ""
    return Explained(tuple(_tokens(call, redactor)), asked, answered, printable(as_curl(shown.request, TOKEN)))


def _exchange(call: ClientCall) -> Exchange:
    moment = datetime.datetime.fromtimestamp(call.arrived, datetime.UTC)
    return Exchange(call.request, call.response or Response(0, (), b""), moment, call.ended - call.arrived)


def _message(head: str, headers: Any, body: str) -> str:  # noqa: ANN401 - pairs of name and value
    lines = [head, *(f"{name}: {value}" for name, value in headers)]
    return printable("\n".join([*lines, "", body] if body else lines))


def _body(body: bytes, octets: int, long_body: Callable[[int], str]) -> str:
    """A body as text; JSON on one line is indented."""
    if octets:
        return long_body(octets)
    text = body[:MOST_CHARACTERS].decode(errors="replace")
    if text.lstrip()[:1] in {"{", "["} and "\n" not in text.strip():
        try:
            return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        except (ValueError, RecursionError):
            return text
    return text


def _tokens(call: ClientCall, redactor: Redactor) -> Iterator[ExplainedToken]:
    for kind, token in (("grant", call.grant), ("issued", call.issued), ("bearer", call.bearer)):
        if token is not None:
            yield ExplainedToken(kind, tuple(_claims(token, redactor)))


def _claims(token: Token, redactor: Redactor) -> Iterator[Claim]:
    members: Mapping[str, Any] = {**token.header, **token.claims}
    for name, value in list(members.items())[:MOST_CLAIMS]:
        shown = redactor.value({name: value})
        told = next(iter(shown.values())) if isinstance(shown, dict) else shown
        text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
        yield Claim(
            printable(redactor.text(str(name)))[:100], printable(redactor.text(text))[:1_000], _moment(name, value)
        )


def _moment(name: str, value: object) -> str:
    if name not in MOMENTS or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        return datetime.datetime.fromtimestamp(value, datetime.UTC).isoformat(sep=" ")
    except (ValueError, OverflowError, OSError):
        return ""
