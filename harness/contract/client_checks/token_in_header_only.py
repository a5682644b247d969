"""A token is sent in the Authorization header and nowhere else: not in an address, a cookie or a body."""

from collections.abc import Iterator

from harness.contract.client_calls import JWS, Calls, ClientCall
from harness.contract.client_checks import ClientBreach

PLACES = frozenset({"authorization", "altinnsamtykke", "altinsamtykke"})
"""Headers that tokens belong in; the last two are for Altinn 2's consent."""


def applies(calls: Calls) -> bool:
    return any(call.bearer is not None or _place_in(call) for call in calls.to_apis)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.to_apis:
        place = _place_in(call)
        if place is not None:
            yield ClientBreach(f"token in {place}", "the token only in Authorization", f"a token in {place}", call)


def _place_in(call: ClientCall) -> str | None:
    request = call.request
    if JWS.search(request.url):
        return "the address"
    for name, value in request.headers:
        if name.lower() not in PLACES and JWS.search(value):
            return "a cookie" if name.lower() == "cookie" else "another header"
    body = request.body[:1_000_000]
    return "the body" if b"eyJ" in body and JWS.search(body.decode("latin-1")) else None
