"""The status inside a problem is the status of the answer (RFC 9457, 3.1.2)."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import parse_error, shape_of


def applies(call: Call) -> bool:
    response = call.exchange.response
    return response.status >= 400 and shape_of(response) in {"problem", "kontrollutslag"}


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    inside = (parse_error(response) or {}).get("status")
    if inside != response.status:
        yield Breach(
            f"problem of {inside} with status {response.status}", f"status {response.status} inside", f"{inside}"
        )
