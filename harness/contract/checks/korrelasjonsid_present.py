"""An error body carries a korrelasjonsid: without it, support cannot find the call.

`error_body_shape` judges an answer without an error body.
"""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import error_field, parse_error


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and parse_error(call.exchange.response) is not None


def breaches(call: Call) -> Iterator[Breach]:
    if error_field(call.exchange.response, "korrelasjonsid") is None:
        yield Breach("korrelasjonsid missing", "a korrelasjonsid", "none in the error body")
