"""A korrelasjonsid belongs to one call: no two answers have the same one, unless the client sent it twice."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.document import is_left_out
from harness.contract.error_body import error_field


def applies(call: Call) -> bool:
    korrelasjonsid = error_field(call.exchange.response, "korrelasjonsid")
    echoed = {None, call.exchange.request.header("korrelasjonsid")}
    return call.exchange.response.status >= 400 and korrelasjonsid not in echoed and not is_left_out(korrelasjonsid)


def breaches(call: Call) -> Iterator[Breach]:
    korrelasjonsid = error_field(call.exchange.response, "korrelasjonsid") or ""
    if korrelasjonsid in call.earlier:
        yield Breach(
            "korrelasjonsid reused", "a unique korrelasjonsid", f"the same as for {call.earlier[korrelasjonsid]}"
        )
