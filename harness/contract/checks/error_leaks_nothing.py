"""An error tells nothing of the inside of the service.

What the request itself brought may come back: then it leaks nothing.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from harness.contract.checks import Breach, Call

ABOUT = "outcome"

SIGNS = {
    "a stack trace": re.compile(
        r'Traceback \(most recent call last\)|File "[^"]+", line \d+|\bat [\w.$<>]+\([\w.]*:?\d*\)|\bCaused by:'
        r"|:line \d+|goroutine \d+ \["
    ),
    "an exception": re.compile(r"\b[A-Z]\w*(Exception|Error)\b|\b(java|javax|org|com|no)(\.[a-z]\w*){1,}\.[A-Z]\w+"),
    "a query": re.compile(
        r"\bORA-\d{5}\b|\bSQLSTATE\b|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|syntax error at or near", re.DOTALL
    ),
    "a file name": re.compile(r"(?<![\w/:.])/(usr|home|var|opt|srv|app|etc|tmp|root)/[\w./-]+|\b[A-Z]:\\\\?\w+"),
    "an inner host": re.compile(
        r"\b(10\.\d{1,3}|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
        r"|\b[\w-]+\.(svc|local|internal|intern|cluster)\b"
    ),
    "a token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}|\bBearer [\w.-]{20,}"),
}


def applies(call: Call) -> bool:
    return call.exchange.response.status >= 400 and bool(call.exchange.response.body)


def breaches(call: Call) -> Iterator[Breach]:
    text = call.exchange.response.body.decode(errors="replace")
    sent = unquote(call.exchange.request.url)
    for kind, pattern in SIGNS.items():
        if any(found[0] not in sent for found in pattern.finditer(text)):
            yield Breach(f"error text with {kind}", "a text without a word of the inside", f"{kind} in the error body")
