"""A token is sent as `Authorization: Bearer <token>`."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach


def applies(calls: Calls) -> bool:
    """Browsers omit Authorization from their exports: a recording without any shows nothing."""
    sent = [call for call in calls.all if call.is_api_call and call.request.header("authorization") is not None]
    return any(call.tells("authorization") for call in sent)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.to_apis:
        sent = [value for name, value in call.request.headers if name.lower() == "authorization"]
        scheme = sent[0].partition(" ")[0] if sent else ""
        if not call.tells("authorization"):
            continue
        if len(sent) > 1:
            yield ClientBreach("two Authorization headers", "one Authorization header", f"{len(sent)} headers", call)
        elif not sent:
            yield ClientBreach("no token", "Authorization: Bearer and a token", "no Authorization", call)
        elif scheme.lower() != "bearer" or call.bearer is None:
            yield ClientBreach("not a bearer token", "Authorization: Bearer and a token", "something else", call)
