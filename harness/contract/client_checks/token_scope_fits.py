"""The token of a call has the scope of the called API."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    return any(call.bearer is not None and call.service in calls.around.scopes for call in calls.to_apis)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.to_apis:
        wanted = calls.around.scopes.get(call.service)
        if call.bearer is not None and wanted and not call.bearer.scopes & wanted:
            expected = " or ".join(sorted(wanted))
            yield ClientBreach("scope of another API", f"a token with {expected}", "a token without it", call)
