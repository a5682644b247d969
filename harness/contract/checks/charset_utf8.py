"""Text is UTF-8: a Content-Type names no other charset, and the bytes decode."""

import re
from collections.abc import Iterator

from harness.contract.checks import Breach, Call

CHARSET = re.compile(r"""charset\s*=\s*"?([\w.:-]+)""", re.IGNORECASE)


def applies(call: Call) -> bool:
    return call.exchange.response.is_json and bool(call.exchange.response.body)


def breaches(call: Call) -> Iterator[Breach]:
    named = CHARSET.search(call.exchange.response.header("content-type") or "")
    if named and named[1].lower() not in {"utf-8", "utf8"}:
        yield Breach("charset named", "charset UTF-8 or none", f"charset {named[1]}")
    try:
        call.exchange.response.body.decode()
    except UnicodeDecodeError as error:
        yield Breach(
            "charset of the bytes", "bytes in UTF-8", f"byte {error.object[error.start]:#04x} at {error.start}"
        )
