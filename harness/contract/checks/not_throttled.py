"""A client within the limit of calls in flight is not turned away: the suite never exceeds it."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call


def applies(call: Call) -> bool:
    return call.operation is not None


def breaches(call: Call) -> Iterator[Breach]:
    if call.exchange.response.status == 429:
        yield Breach("status 429", "an answer: no more than the allowed calls were in flight", "status 429")
