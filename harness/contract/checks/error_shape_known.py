"""An error body has one of the published forms: a problem, a problem with conditions, or kode and melding."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import parse_error, shape_of


def applies(call: Call) -> bool:
    response = call.exchange.response
    return response.status >= 400 and bool(response.body) and call.operation is not None


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    if shape_of(response) is None:
        members = parse_error(response)
        shown = "no object" if members is None else ", ".join(members) or "no member"
        yield Breach(
            f"error of no published form with {response.status}",
            "a problem's status, with or without a list of conditions, or kode and melding",
            f"a body with {shown}",
        )
