"""Every condition listed in an answer is in the API's catalogue."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import condition_codes


def applies(call: Call) -> bool:
    return bool(condition_codes(call.exchange.response))


def breaches(call: Call) -> Iterator[Breach]:
    for kode in sorted(set(condition_codes(call.exchange.response)) - set(call.contract.conditions)):
        yield Breach(f"unknown condition {kode}", f"one of {len(call.contract.conditions)} known conditions", kode)
