"""An error reveals nothing of the service's internals, and its texts contain no identity number.

Repeating anything else from the request leaks nothing. An identity number must not be repeated: error texts are logged,
mailed and shown where the request was not. Only a member for the address of the call may repeat one.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from harness.contract.checks import Breach, Call
from harness.contract.error_body import parse_error
from harness.exchange import Response
from harness.identifiers import may_be_person

ABOUT = "outcome"

LOOKED_AT = 100_000
"""Bytes at the beginning of an error; a published one has a few hundred."""

# The answer is hostile input: no pattern may rescan the same text from every position.
SIGNS = {
    "a stack trace": re.compile(
        r'Traceback \(most recent call last\)|File "[^"]+", line \d+|\bat [\w.$<>]+\([\w.]*:?\d*\)|\bCaused by:'
        r"|:line \d+|goroutine \d+ \["
    ),
    "an exception": re.compile(
        r"\b[A-Z]\w*(Exception|Error)\b|(?<![\w.])(java|javax|org|com|no)(\.[a-z]\w*){1,12}\.[A-Z]\w+"
    ),
    "a query": re.compile(
        r"\bORA-\d{5}\b|\bSQLSTATE\b|\bSELECT\b.{1,1000}?\bFROM\b|\bINSERT INTO\b|syntax error at or near", re.DOTALL
    ),
    "a file name": re.compile(r"(?<![\w/:.])/(usr|home|var|opt|srv|app|etc|tmp|root)/[\w./-]+|\b[A-Z]:\\\\?\w+"),
    "an inner host": re.compile(
        r"\b(10\.\d{1,3}|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
        r"|(?<![\w-])[\w-]{1,63}\.(svc|local|internal|intern|cluster)\b"
    ),
    "a token": re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}|\bBearer [\w.-]{20,}"),
}


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and bool(call.exchange.response.body)


ELEVEN_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{11}(?![0-9A-Za-z])")
"""Excludes digits inside a korrelasjonsid, which is hexadecimal."""


ADDRESSES = frozenset({"instance", "path"})
"""Members that hold the address of the call (RFC 9457, and the document of 2023)."""


def breaches(call: Call) -> Iterator[Breach]:
    text = call.exchange.response.body[:LOOKED_AT].decode(errors="replace")
    sent = unquote(call.exchange.request.url)
    if any(may_be_person(found[0]) for found in ELEVEN_DIGITS.finditer(_worded(call.exchange.response, text))):
        kind = "an identity number"
        yield Breach(f"error text with {kind}", "a text that identifies nobody", f"{kind} in the error body")
    for kind, pattern in SIGNS.items():
        if any(found[0] not in sent for found in pattern.finditer(text)):
            yield Breach(f"error text with {kind}", "a text that reveals no internals", f"{kind} in the error body")


def _worded(response: Response, text: str) -> str:
    """An error body without the members for the address of the call."""
    members = parse_error(response) if response.is_json and len(response.body) <= LOOKED_AT else None
    if members is None or not ADDRESSES & members.keys():
        return text
    others = {name: value for name, value in members.items() if name not in ADDRESSES}
    return json.dumps(others, ensure_ascii=False, default=str)  # amounts are Decimal
