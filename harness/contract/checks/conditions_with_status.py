"""Conditions have the status given in the catalogue, or 409; never a success or another error."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import CONDITIONS, parse_error

CONFLICT = 409
"""The document of 2023 also lists conditions under 409."""


def applies(call: Call) -> bool:
    return CONDITIONS in (parse_error(call.exchange.response) or {})


def breaches(call: Call) -> Iterator[Breach]:
    status = call.exchange.response.status
    allowed = sorted({entry.status for entry in call.contract.conditions.values()} | {CONFLICT})
    if status not in allowed:
        yield Breach(f"conditions with status {status}", f"status {' or '.join(map(str, allowed))}", f"status {status}")
