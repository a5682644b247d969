"""The status is documented for the operation."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call

ABOUT = "outcome"


def applies(call: Call) -> bool:
    return call.operation is not None


def breaches(call: Call) -> Iterator[Breach]:
    operation, status = call.operation, call.exchange.response.status
    if operation is not None and operation.response(status) is None:
        yield Breach(
            f"status {status}", f"one of the statuses {', '.join(sorted(operation.responses))}", f"status {status}"
        )
