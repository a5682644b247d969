"""A korrelasjonsid made by the service is a UUID, as clients must also make them."""

import re
from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.document import is_left_out
from harness.contract.error_body import error_field
from harness.exchange import beginning

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def applies(call: Call) -> bool:
    korrelasjonsid = error_field(call.exchange.response, "korrelasjonsid")
    sent = call.exchange.request.header("korrelasjonsid")
    is_its_own = korrelasjonsid not in {None, sent} and not is_left_out(korrelasjonsid)
    return call.exchange.response.status >= 400 and is_its_own


def breaches(call: Call) -> Iterator[Breach]:
    korrelasjonsid = error_field(call.exchange.response, "korrelasjonsid") or ""
    if UUID.fullmatch(korrelasjonsid) is None:
        yield Breach(
            "korrelasjonsid no UUID", "a korrelasjonsid in the form of a UUID", repr(beginning(korrelasjonsid, 60))
        )
