"""Gateways in front of a healthy service: they refuse calls in their own format, and the service never sees them."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from harness.sandbox.faults.answer import Answer

Words = Callable[[int], Answer]
Handler = Callable[[Request], Awaitable[Response]]

ATTACK = re.compile(r"""['"<>\x00\r\n]|\.\./|\$\{|;\s*cat\b""")
"""What firewall rules look for in an address."""


def turned_away(answer: Answer, words: Words, *, unknown_address: str) -> Answer:
    """The gateway's answer to a bad token, an unknown address or an unknown method, in place of the service's own."""
    is_unknown = answer.status == 404 and unknown_address.encode() in answer.body
    return words(answer.status) if answer.status in {401, 405} or is_unknown else answer


def with_firewall(healthy: Handler) -> Handler:
    """Answers every address that resembles an attack with a page that has a support ID."""

    async def answer(request: Request) -> Response:
        raw: bytes = request.scope["raw_path"]
        address = unquote_plus(f"{raw.decode('latin-1')}?{request.scope['query_string'].decode('latin-1')}")
        if ATTACK.search(address):
            page = "<html><head><title>Request Rejected</title></head><body>Your support ID is: 4711</body></html>"
            return Response(page, 403, {"Server": "BigIP"}, "text/html")
        return await healthy(request)

    return answer


def with_no_body(status: int) -> Answer:
    """Only a status, and the header that RFC 6750 requires for a bad token."""
    return _answer(status, {"WWW-Authenticate": 'Bearer error="invalid_token"'} if status == 401 else {}, b"")


def in_json(status: int) -> Answer:
    """JSON, whatever format was requested."""
    body = {"statusCode": status, "message": "Access denied."}
    return _answer(status, {"Content-Type": "application/json"}, json.dumps(body).encode())


def as_page(status: int) -> Answer:
    page = f"<html>\r\n<head><title>{status}</title></head>\r\n<body><hr><center>nginx</center></body>\r\n</html>\r\n"
    return _answer(status, {"Content-Type": "text/html", "Server": "nginx"}, page.encode())


def as_oauth_error(status: int) -> Answer:
    body = {"error": "invalid_token", "error_description": "The access token is not valid"}
    headers = {"Content-Type": "application/json;charset=UTF-8", "WWW-Authenticate": "Bearer"}
    return _answer(status, headers, json.dumps(body).encode())


def as_problem(status: int) -> Answer:
    body = {"type": "about:blank", "title": "Access denied", "status": status}
    return _answer(status, {"Content-Type": "application/problem+json"}, json.dumps(body).encode())


def in_text(status: int) -> Answer:
    return _answer(status, {"content-type": "text/plain", "via": "1.1 edge"}, b"RBAC: access denied")


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    return Answer(status, (*headers.items(), ("Content-Length", str(len(body)))), body)
