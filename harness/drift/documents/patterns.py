"""Regular expressions as used in documents: those of ECMA 262, and of other engines."""

import re
import warnings
from functools import cache

import jsonschema_rs


def as_python(pattern: str) -> str:
    """Translates ECMA 262 and other dialects to Python's, for example `$`, which means the very end."""
    return _TOKEN.sub(_token_as_python, as_written_out(pattern))


@cache
def as_written_out(pattern: str) -> str:
    """Rewrites what browsers tolerate and stricter engines refuse (ECMA 262, annex B).

    A brace that begins no quantifier is literal, and so is a dash beside a character class: `[\\w-.]`.
    """
    return _LENIENT.sub(_token_written_out, pattern)


# An escape, possibly with an argument in braces, a character class, a quantifier, or any other brace.
_LENIENT = re.compile(
    r"\\[pPux]\{\w[^}]*\}|\\.|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|\{\d+(?:,\d*)?\}|(?P<brace>\{)", re.DOTALL
)
_BESIDE_A_CLASS = re.compile(r"(?<!\\)((?:\\\\)*\\[wWdDsS])-(?!\])")


def _token_written_out(token: re.Match[str]) -> str:
    if token["brace"]:
        return r"\{"
    return _BESIDE_A_CLASS.sub(r"\1\\-", token[0]) if token["set"] else token[0]


# An escape, a character class, a named group, or an anchor with or without quantifier: other engines read `$?` as
# `(?:$)?`.
_TOKEN = re.compile(
    r"\\u\{(?P<code>[0-9A-Fa-f]+)\}|\\k<(?P<back>\w+)>|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|\(\?<(?P<name>[A-Za-z_]\w*)>|(?P<anchor>[$^])(?P<times>[?*]?)",
    re.DOTALL,
)


def _token_as_python(token: re.Match[str]) -> str:
    if token["code"]:
        return re.escape(chr(int(token["code"], 16)))
    if token["name"]:
        return f"(?P<{token['name']}>"
    if token["back"]:
        return f"(?P={token['back']})"
    if token["anchor"]:
        anchor = r"\Z" if token["anchor"] == "$" else "^"
        return f"(?:{anchor}){token['times']}" if token["times"] else anchor
    return "/" if token[0] == r"\/" else token[0]


@cache
def expression(pattern: str) -> re.Pattern[str] | None:
    """A compiled pattern; None if it is not a regular expression."""
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # future syntax
            return re.compile(as_python(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


@cache
def is_known(pattern: str) -> bool:
    """Whether the validator that judges witnesses can use a pattern."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": as_written_out(pattern)})
    except ValueError:
        return False
    return True


def is_expression(pattern: str) -> bool:
    """Whether a text is a regular expression that at least one engine here can use."""
    return expression(pattern) is not None or is_known(pattern)
