"""Whether a body has more values or levels than can be processed."""

import re

from harness.ending import is_json, is_xml
from harness.exchange import is_nested_deeper
from harness.targets.model import Limits

_TAG = re.compile(rb"<(/?)[A-Za-z_:][^<>]*?(/?)>")


def beyond(body: bytes, content_type: str, limits: Limits) -> str:
    """Which limit a JSON or XML body exceeds, in words; empty if none.

    Values are counted by their separators, including those inside strings, so the count is an upper bound.
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
    """An upper bound; a body that closes more than it opens is not JSON, but costs as much work."""
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
