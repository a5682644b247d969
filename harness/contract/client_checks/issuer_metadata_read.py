"""A client reads the issuer's addresses from its metadata before it asks for its first token."""

from collections.abc import Iterator

from harness.contract.client_calls import ISSUER, Calls, ClientCall
from harness.contract.client_checks import ClientBreach

WELL_KNOWN = "/.well-known/oauth-authorization-server"


def applies(calls: Calls) -> bool:
    """A recording may begin after the client has read them."""
    if not calls.around.from_the_start:
        return any(_reads_metadata(call) for call in calls.all)
    return any(call.is_token_request for call in calls.new)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    if not calls.around.from_the_start:
        return
    first = next(call for call in calls.new if call.is_token_request)
    if not any(_reads_metadata(call) for call in calls.all if call.arrived < first.arrived):
        expected = f"a GET of {WELL_KNOWN} before the first token request"
        yield ClientBreach("metadata not read", expected, "a token request without it", first)


def _reads_metadata(call: ClientCall) -> bool:
    path = call.request.parts.path
    return call.service == ISSUER and call.request.method == "GET" and WELL_KNOWN.rpartition("/")[2] in path
