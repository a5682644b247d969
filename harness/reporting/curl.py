"""Writes the command that sends a request again."""

import shlex

from harness.redaction.redacted import RedactedExchange

OWN = frozenset({"host", "content-length", "connection", "accept-encoding", "user-agent"})
"""Headers that curl makes itself."""


def as_curl(exchange: RedactedExchange) -> str:
    """The command that sends a request again, with the token in an environment variable."""
    request = exchange.request
    parts = ["curl", "--include", "--request", request.method, shlex.quote(request.url)]
    for name, value in request.headers:
        if name.lower() == "authorization":
            parts.append('--header "Authorization: Bearer $TOKEN"')
        elif name.lower() not in OWN:
            parts.append(f"--header {shlex.quote(f'{name}: {value}')}")
    if request.body:
        parts.append(f"--data-raw {shlex.quote(request.body.decode(errors='replace'))}")
    return " ".join(parts)
