"""Regular expressions as documents write them: those of ECMA 262, and of other engines."""

import re
from functools import cache

import jsonschema_rs


def as_python(pattern: str) -> str:
    """ECMA 262's words, and those of other engines, for what Python calls otherwise: `$` is the very end, for one."""
    return _TOKEN.sub(_token_as_python, pattern)


# An escape, a class of characters, or an anchor, maybe with a quantifier: other engines take `$?` for `(?:$)?`.
_TOKEN = re.compile(
    r"\\u\{(?P<code>[0-9A-Fa-f]+)\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<anchor>[$^])(?P<times>[?*]?)", re.DOTALL
)


def _token_as_python(token: re.Match[str]) -> str:
    if token["code"]:
        return re.escape(chr(int(token["code"], 16)))
    if token["anchor"]:
        anchor = r"\Z" if token["anchor"] == "$" else "^"
        return f"(?:{anchor}){token['times']}" if token["times"] else anchor
    return "/" if token[0] == r"\/" else token[0]


@cache
def expression(pattern: str) -> re.Pattern[str] | None:
    """A pattern ready to search with; None when it is not a regular expression."""
    try:
        return re.compile(as_python(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


@cache
def is_known(pattern: str) -> bool:
    """Whether the validator that judges witnesses can search with a pattern."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return False
    return True


def is_expression(pattern: str) -> bool:
    """Whether a text is a regular expression that somebody here can search with."""
    return expression(pattern) is not None or is_known(pattern)
