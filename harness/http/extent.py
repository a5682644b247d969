"""Whether a body holds more than can be walked."""

import re

from harness.ending import is_json, is_xml
from harness.exchange import is_nested_deeper
from harness.targets.model import Limits

_TAG = re.compile(rb"<(/?)[A-Za-z_:][^<>]*?(/?)>")


def beyond(body: bytes, content_type: str, limits: Limits) -> str:
    """What of a body in JSON or XML goes beyond the limits, in words; empty where nothing does.

    Values are counted by the signs that separate them, those in texts as well: at most so many there are.
    """
    if is_xml(content_type):
        values, is_deeper = body.count(b"<"), _is_deeper_xml
    elif is_json(content_type):
        values, is_deeper = _values_of_json(body), is_nested_deeper
    else:
        return ""
    if values > limits.max_values:
        return f"more than {limits.max_values:,} values"
    return f"nested deeper than {limits.max_depth} levels" if is_deeper(body, limits.max_depth) else ""


def _values_of_json(body: bytes) -> int:
    """At most so many; one that closes more than it opens is none, and no less work."""
    opened, closed = body.count(b"[") + body.count(b"{"), body.count(b"]") + body.count(b"}")
    return body.count(b",") + max(opened, closed)


def _is_deeper_xml(body: bytes, levels: int) -> bool:
    if body.count(b"<") <= levels:
        return False
    depth = 0
    for tag in _TAG.finditer(body):
        closes, is_empty = tag.groups()
        depth += -1 if closes else 0 if is_empty else 1
        if depth > levels:
            return True
    return False
