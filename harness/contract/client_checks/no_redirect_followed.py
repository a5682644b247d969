"""No redirect is followed with a token: a client sends it only to its configured address."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach

REDIRECTS = frozenset({301, 302, 303, 307, 308})
SOON = 30
"""Seconds within which a redirect is followed, if at all."""

MEASURES_TIME = True


def applies(calls: Calls) -> bool:
    return any(_is_redirect(call) for call in calls.all)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for redirect in (call for call in calls.all if _is_redirect(call)):
        location = redirect.response.header("location") if redirect.response else None
        aim = urlsplit(urljoin(redirect.request.url, location or ""))
        for call in calls.new:
            parts = urlsplit(call.request.url)
            follows = redirect.ended <= call.arrived + 0.5 and 0 <= call.arrived - redirect.arrived < SOON
            is_aim = (parts.netloc, parts.path) == (aim.netloc, aim.path)
            moved = (parts.netloc, parts.path) != _place(redirect)
            if follows and is_aim and moved and (call.request.header("authorization") or call.grant):
                yield ClientBreach("redirect followed with a token", "the redirect reported", "the token sent on", call)


def _is_redirect(call: ClientCall) -> bool:
    return call.status in REDIRECTS and call.response is not None and call.response.header("location") is not None


def _place(call: ClientCall) -> tuple[str, str]:
    parts = urlsplit(call.request.url)
    return parts.netloc, parts.path
