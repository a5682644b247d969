"""Every identifier sent to a test environment is synthetic, in addresses, bodies and files."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach
from harness.identifiers import is_real_organisation, is_real_person

NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{6} ?[0-9]{5}|[0-9]{3} ?[0-9]{3} ?[0-9]{3})(?![0-9A-Za-z])")
MOST = 2_000_000
"""Characters of a body that are searched."""


def applies(calls: Calls) -> bool:
    return any(NUMBER.search(_sent(call)) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        for match in NUMBER.finditer(_sent(call)):
            number = match.group().replace(" ", "")
            kind = "person" if is_real_person(number) else "organisation" if _is_organisation(number) else None
            if kind is not None:
                expected = "synthetic identifiers only"
                yield ClientBreach(f"a real {kind}'s number", expected, f"a number that may be a real {kind}'s", call)


def _is_organisation(number: str) -> bool:
    """An organisation's number begins with 8 or 9 (Brønnøysundregistrene); no organisation has nine other digits."""
    return number[0] in "89" and is_real_organisation(number)


def _sent(call: ClientCall) -> str:
    return f"{unquote(call.request.url)}\n{call.request.body[:MOST].decode('utf-8', errors='replace')}"
