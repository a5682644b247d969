"""A feilid belongs to one call: no two answers have the same one, unless the client sent it twice."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.document import is_left_out
from harness.contract.error_body import error_field

ABOUT = "form"


def applies(call: Call) -> bool:
    feilid = error_field(call.exchange.response, "feilid")
    echoed = {None, call.exchange.request.header("korrelasjonsid"), call.exchange.request.header("meldingsid")}
    return call.exchange.response.status >= 400 and feilid not in echoed and not is_left_out(feilid)


def breaches(call: Call) -> Iterator[Breach]:
    feilid = error_field(call.exchange.response, "feilid") or ""
    if feilid in call.earlier:
        yield Breach("feilid reused", "a unique feilid", f"the same as for {call.earlier[feilid]}")
