"""The status is one that the specification gives for the operation.

Gateways answer on their own behalf (429, 502, 503, 504): those are not the service's word, and not judged here.
"""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call

GATEWAY = frozenset({407, 429, 502, 503, 504})


def applies(call: Call) -> bool:
    return call.operation is not None and call.exchange.response.status not in GATEWAY


def breaches(call: Call) -> Iterator[Breach]:
    operation, status = call.operation, call.exchange.response.status
    if operation is not None and operation.response(status) is None:
        yield Breach(
            f"status {status}", f"one of the statuses {', '.join(sorted(operation.responses))}", f"status {status}"
        )
