"""The kode and the status of an error belong together.

If only one code belongs to the status, the promise of that code is broken as well.
"""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import error_field


def applies(call: Call) -> bool:
    response = call.exchange.response
    return response.status >= 400 and error_field(response, "kode") in call.contract.errors


def breaches(call: Call) -> Iterator[Breach]:
    codes, status = call.contract.errors, call.exchange.response.status
    kode = error_field(call.exchange.response, "kode") or ""
    if codes[kode].status == status:
        return
    belonging = [code.kode for code in codes.values() if code.status == status]
    promised = [code for code in belonging if call.contract.requirement_of_kode(code)]
    aspect = f"{kode} with status {status}"
    expected = f"{' or '.join(belonging) or 'no kode'} with status {status}; {kode} with status {codes[kode].status}"
    yield Breach(aspect, expected, f"status {status} with {kode}")
    if len(promised) == 1:
        yield Breach(aspect, expected, f"status {status} with {kode}", kode=promised[0])
