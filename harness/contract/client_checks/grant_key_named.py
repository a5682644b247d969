"""A grant names the key that signed it: `kid`, or the certificate chain in `x5c`, a list of texts."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach
from harness.exchange import kind_of


def applies(calls: Calls) -> bool:
    return bool(calls.grants)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call, grant in calls.grants:
        kid, chain = grant.header.get("kid"), grant.header.get("x5c")
        if kid is None and chain is None:
            yield ClientBreach("no key named", "kid or x5c in the header of the grant", "a header with neither", call)
        elif kid is not None and (not isinstance(kid, str) or not kid):
            yield ClientBreach("kid is not a text", "kid as a text", kind_of(kid), call)
        elif kid is None and not (isinstance(chain, list) and chain and all(isinstance(each, str) for each in chain)):
            yield ClientBreach("x5c is not a list", "x5c as a list of certificates", kind_of(chain), call)
        elif b"Unknown key identifier" in _refusal(call):
            yield ClientBreach("key not registered", "a key that is registered for the client", "an unknown kid", call)
        elif b"Invalid JWT signature" in _refusal(call):
            yield ClientBreach("another key", "a signature by the named key", "a signature by another key", call)


def _refusal(call: ClientCall) -> bytes:
    """The issuer's answer to a refused grant; empty if it was accepted."""
    return call.response.body if call.response and call.status >= 400 else b""
