"""The address of a call is percent-encoded and leads to an operation of the API."""

import re
from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

ALLOWED = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?\[\]-]|%[0-9A-Fa-f]{2})*")
"""RFC 3986, 3.3 and 3.4."""


def applies(calls: Calls) -> bool:
    return bool(calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        parts = call.request.parts
        if not ALLOWED.fullmatch(parts.path) or not ALLOWED.fullmatch(parts.query):
            yield ClientBreach("not percent-encoded", "a percent-encoded address", "other characters in it", call)
        elif "//" in parts.path:
            yield ClientBreach("an empty segment", "a path without empty segments", "//", call)
        elif calls.operation_of(call) is None and call.status in {404, 405}:
            yield ClientBreach("no operation", "the address of an operation", "an address of no operation", call)
