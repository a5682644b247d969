"""A call asks for JSON or XML, the only formats."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

KNOWN = frozenset(
    {"application/json", "application/problem+json", "application/xml", "text/xml", "*/*", "application/*"}
)


def applies(calls: Calls) -> bool:
    return any(call.request.header("accept") for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        sent = call.request.header("accept")
        kinds = {part.partition(";")[0].strip().lower() for part in sent.split(",")} if sent else KNOWN
        if not kinds & KNOWN:
            yield ClientBreach("Accept", "application/json or application/xml", "an Accept with neither", call)
