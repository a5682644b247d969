"""An answer with a success status has the requested data: not an error body, and not an empty one."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import FIELDS, parse_error

ABOUT = "outcome"


def applies(call: Call) -> bool:
    response, operation = call.exchange.response, call.operation
    return (
        operation is not None
        and bool(call.contract.document.media_types(operation, response.status))
        and (200 <= response.status < 300)
    )


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    if not response.body:
        yield Breach("no body with a success status", "the data asked for", "an empty body")
        return
    members = parse_error(response) or {}
    if "kode" in members and ("melding" in members or "korrelasjonsid" in members):
        shown = ", ".join(name for name in FIELDS if name in members)
        yield Breach("error body with a success status", "the data asked for", f"an error body with {shown}")
