"""The fields of an XML error are in the order of its schema: kode, melding, korrelasjonsid."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import FIELDS, parse_error, xml_error


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and xml_error(call.exchange.response) is not None


def breaches(call: Call) -> Iterator[Breach]:
    found = [name for name in parse_error(call.exchange.response) or {} if name in FIELDS]
    wanted = [name for name in FIELDS if name in found]
    if found != wanted:
        yield Breach("XML order", f"the order {', '.join(wanted)}", ", ".join(found))
