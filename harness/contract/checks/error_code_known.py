"""The kode of an error is in the API's error catalogue."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import error_field
from harness.exchange import beginning

LONGEST = 60
"""Characters shown of a kode."""


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and error_field(call.exchange.response, "kode") is not None


def breaches(call: Call) -> Iterator[Breach]:
    kode = error_field(call.exchange.response, "kode") or ""
    if kode not in call.contract.errors:
        kode = kode if len(kode) <= LONGEST else f"{beginning(kode, LONGEST)} ({len(kode)} characters)"
        yield Breach(f"unknown kode {kode}", f"one of {', '.join(call.contract.errors)}", f"{kode}")
