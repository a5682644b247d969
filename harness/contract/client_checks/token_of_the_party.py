"""A token bound to one organisation, by its consent or its system user, is used only for that one."""

import re
from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall, Token
from harness.contract.client_checks import ClientBreach

ORGANISATION = re.compile(r"[0-9]{9}")


def applies(calls: Calls) -> bool:
    return any(_pair(calls, call) for call in calls.to_apis)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.to_apis:
        pair = _pair(calls, call)
        if pair is not None and pair[0] != pair[1]:
            expected = "a token bound to the organisation asked about"
            yield ClientBreach("token of another organisation", expected, "a token bound to another", call)


def _pair(calls: Calls, call: ClientCall) -> tuple[str, str] | None:
    """The organisation that the token is bound to, and the one in the path; None if either is missing."""
    operation = calls.operation_of(call)
    if call.bearer is None or operation is None:
        return None
    bound = _bound_to(call.bearer)
    named = operation.path_parameters(call.request.parts.path) or {}
    asked = next((value for value in named.values() if ORGANISATION.fullmatch(value)), None)
    return (bound, asked) if bound and asked else None


def _bound_to(token: Token) -> str | None:
    details = token.details
    owner = details.get("systemuser_org")
    named = str(owner.get("ID")) if isinstance(owner, dict) else str(details.get("from", ""))
    number = named.rpartition(":")[2]
    return number if ORGANISATION.fullmatch(number) else None
