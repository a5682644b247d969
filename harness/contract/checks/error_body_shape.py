"""An error from the service has kode, melding and korrelasjonsid as texts."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import FIELDS, parse_error
from harness.exchange import kind_of


def applies(call: Call) -> bool:
    response = call.exchange.response
    return response.status >= 400 and call.exchange.request.method != "HEAD"


def breaches(call: Call) -> Iterator[Breach]:
    response = call.exchange.response
    members = parse_error(response)
    if members is None:
        shown = response.media_type or "no Content-Type"
        yield Breach("no error body", f"a body with {', '.join(FIELDS)}", f"{len(response.body)} bytes of {shown}")
        return
    for name in ("kode", "melding"):
        if name not in members:
            yield Breach(f"{name} missing", f"the field {name}", f"only {', '.join(members) or 'an empty body'}")
    for name in FIELDS:
        if name in members and not isinstance(members[name], str):
            yield Breach(f"{name} no text", f"{name} as text", f"{name} as {kind_of(members[name])}")
