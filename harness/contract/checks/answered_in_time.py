"""An answer comes before a user gives up; the limit is ours."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call

ABOUT = "outcome"
IS_FLEETING = True

LONGEST = 5.0
"""Seconds."""


def applies(call: Call) -> bool:
    return call.operation is not None


def breaches(call: Call) -> Iterator[Breach]:
    if call.exchange.elapsed > LONGEST:
        yield Breach("slow answer", f"an answer within {LONGEST:.0f} s", f"{call.exchange.elapsed:.1f} s")
