"""Regular expressions as documents write them: those of ECMA 262, and of other engines."""

import re
import warnings
from functools import cache

import jsonschema_rs


def as_python(pattern: str) -> str:
    """ECMA 262's words, and those of other engines, for what Python calls otherwise: `$` is the very end, for one."""
    return _TOKEN.sub(_token_as_python, as_written_out(pattern))


@cache
def as_written_out(pattern: str) -> str:
    """A pattern without what browsers let pass and stricter engines refuse (ECMA 262, annex B).

    A brace that begins no quantifier is itself, and so is a dash beside a class of characters: `[\\w-.]`.
    """
    return _LENIENT.sub(_token_written_out, pattern)


# An escape, maybe with its argument in braces, a class of characters, a quantifier, or a brace that is none.
_LENIENT = re.compile(
    r"\\[pPux]\{\w[^}]*\}|\\.|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|\{\d+(?:,\d*)?\}|(?P<brace>\{)", re.DOTALL
)
_BESIDE_A_CLASS = re.compile(r"(?<!\\)((?:\\\\)*\\[wWdDsS])-(?!\])")


def _token_written_out(token: re.Match[str]) -> str:
    if token["brace"]:
        return r"\{"
    return _BESIDE_A_CLASS.sub(r"\1\\-", token[0]) if token["set"] else token[0]


# An escape, a class of characters, a named group, or an anchor, maybe with a quantifier: others take `$?` for `(?:$)?`.
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
    """A pattern ready to search with; None when it is not a regular expression."""
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of what a later Python may read
            return re.compile(as_python(pattern))
    except (re.error, RecursionError, OverflowError):
        return None


@cache
def is_known(pattern: str) -> bool:
    """Whether the validator that judges witnesses can search with a pattern."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": as_written_out(pattern)})
    except ValueError:
        return False
    return True


def is_expression(pattern: str) -> bool:
    """Whether a text is a regular expression that somebody here can search with."""
    return expression(pattern) is not None or is_known(pattern)
