"""How far a body goes: whether it ends in the middle, and whether it holds more than can be walked."""

import contextlib
import json
import re

from lxml import etree

from harness.exchange import is_nested_deeper
from harness.targets.model import Limits

_TAG = re.compile(rb"<(/?)[A-Za-z_:][^<>]*?(/?)>")

_BEGUN = re.compile(r"""|-|\.|[eE][+-]?|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\u[0-9a-fA-F]{0,3}|u[0-9a-fA-F]{0,3}""")
"""What a JSON text may end with where it was cut inside a value: reading it goes wrong there."""


def beyond(body: bytes, content_type: str, limits: Limits) -> str:
    """What of a body in JSON or XML goes beyond the limits, in words; empty where nothing does.

    Values are counted by the signs that separate them, those in texts as well: at most so many there are.
    """
    if _is_xml(content_type):
        values, is_deeper = body.count(b"<"), _is_deeper_xml
    elif _is_json(content_type):
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


def ends_in_the_middle(body: bytes, content_type: str) -> bool:
    """Whether more must follow, by the rules of JSON or XML; False for a body that breaks them before its end."""
    if not body.strip():
        return False
    if _is_json(content_type):
        return _is_begun_json(body)
    return _is_xml(content_type) and _is_begun_xml(body)


def _is_begun_json(body: bytes) -> bool:
    text = body.decode(errors="ignore").rstrip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.msg.startswith("Unterminated string") or _BEGUN.fullmatch(text, error.pos) is not None
    except (ValueError, RecursionError):
        return False
    return False


def _is_begun_xml(body: bytes) -> bool:
    parser = etree.XMLPullParser(resolve_entities=False, no_network=True)
    try:
        parser.feed(body)
    except etree.XMLSyntaxError:
        return False
    with contextlib.suppress(etree.XMLSyntaxError):
        parser.close()
        return False
    return True


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


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _is_xml(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() in {"application/xml", "text/xml"}
