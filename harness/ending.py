"""Whether a JSON or XML body is complete or was cut off in the middle."""

import contextlib
import json
import re

from lxml import etree

_BEGUN = re.compile(r"""|-|\.|[eE][+-]?|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\u[0-9a-fA-F]{0,3}|u[0-9a-fA-F]{0,3}""")
"""What a JSON text may end with if it was cut off inside a value; parsing fails there."""


def ends_in_the_middle(body: bytes, content_type: str) -> bool:
    """Whether more must follow by the rules of JSON or XML; False if the body breaks them before its end."""
    if not body.strip():
        return False
    if is_json(content_type):
        return _is_begun_json(body)
    return is_xml(content_type) and _is_begun_xml(body)


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


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def is_xml(content_type: str) -> bool:
    """Whether a media type is XML."""
    return content_type.partition(";")[0].strip().lower() in {"application/xml", "text/xml"}
