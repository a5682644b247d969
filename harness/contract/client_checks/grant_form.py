"""A token request is a posted form with only `grant_type` and `assertion`."""

from collections.abc import Iterator

from harness.contract.client_calls import Calls
from harness.contract.client_checks import ClientBreach

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FORM = "application/x-www-form-urlencoded"
FIELDS = frozenset({"grant_type", "assertion"})


def applies(calls: Calls) -> bool:
    return any(call.is_token_request and not call.body_is_hidden for call in calls.new)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.new:
        if not call.is_token_request or call.body_is_hidden:
            continue
        kind = (call.request.header("content-type") or "").partition(";")[0].strip().lower()
        if kind != FORM and call.has_headers:
            yield ClientBreach("not a form", FORM, kind or "no Content-Type", call)
        elif call.form.get("grant_type") != GRANT_TYPE:
            yield ClientBreach("grant_type", GRANT_TYPE, call.form.get("grant_type", "none"), call)
        elif call.grant is None:
            yield ClientBreach("no grant", "a signed JWT as assertion", "none that can be parsed", call)
        elif call.form.keys() - FIELDS:
            more = ", ".join(sorted(call.form.keys() - FIELDS))
            yield ClientBreach("further fields", "only grant_type and assertion", f"also {more}", call)
        elif call.request.header("authorization") is not None:
            yield ClientBreach(
                "client authentication",
                "no Authorization header at the token endpoint",
                "an Authorization header",
                call,
            )
