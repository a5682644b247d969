"""A korrelasjonsid belongs to one call: no two answers carry the same, unless the client sent the same."""

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
            "korrelasjonsid reused", "a korrelasjonsid of its own", f"the one of {call.earlier[korrelasjonsid]}"
        )
