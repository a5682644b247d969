"""A 422 lists at least one condition, each with kode, melding and beskrivelse as texts."""

from collections.abc import Iterator

from harness.contract.checks import Breach, Call
from harness.contract.error_body import CONDITIONS, listed_conditions, parse_error

FIELDS = ("kode", "melding", "beskrivelse")


def applies(call: Call) -> bool:
    response = call.exchange.response
    return response.status == 422 and response.is_json


def breaches(call: Call) -> Iterator[Breach]:
    members = parse_error(call.exchange.response) or {}
    entries = listed_conditions(call.exchange.response)
    if not entries:
        yield Breach(f"no {CONDITIONS}", f"a non-empty list {CONDITIONS}", ", ".join(members) or "no member")
    for name in FIELDS:
        if any(name not in entry for entry in entries):
            yield Breach(f"{name} missing", f"the field {name} in every entry of {CONDITIONS}", "an entry without it")
        elif any(not isinstance(entry[name], str) for entry in entries):
            yield Breach(f"{name} no text", f"{name} as text in every entry of {CONDITIONS}", "another type")
