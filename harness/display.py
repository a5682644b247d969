"""Makes a text from outside safe to show, so that it cannot control a terminal, a build server or a page in Markdown.

Invisible characters are escaped: control characters (ESC, CR, C1), direction marks, zero-width characters, line and
paragraph separators, lone surrogates. The escapes are JSON's, so that JSON keeps its meaning. Build server commands are
broken up: GitHub and TeamCity read them at the start of a line, after any whitespace; Azure and GitHub's older form
anywhere in a line.
"""

import json
import re
import unicodedata

_RARE = re.compile(r"[^\n\t -~]")
_COMMAND = re.compile(r"#(?=#\w*\[)")
_AT_THE_START = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_MARKDOWN = frozenset("\\`*_{}[]<>#|~")


def printable(text: str) -> str:
    """Escapes a text whose line breaks are our own; they and tabs are kept."""
    text = _RARE.sub(lambda found: _visible(found[0]), text)
    return _AT_THE_START.sub(r"\1\\u003a", _COMMAND.sub(r"\\u0023", text))


def one_line(text: str) -> str:
    """Puts a text from outside on one line: its line breaks are escaped like all control characters."""
    return printable(text.replace("\n", "\\n").replace("\t", "\\t"))


def in_markdown(text: object) -> str:
    """Escapes Markdown, HTML and links in a text, and puts it on one line so that it fits in a table."""
    line = printable(_BLANKS.sub(" ", str(text)).strip())
    marked = "".join(f"\\{sign}" if sign in _MARKDOWN else sign for sign in line)
    return marked.replace("://", "&#58;//").replace("www.", "www&#46;")


def in_code(text: object) -> str:
    """A text as inline code; inside a table a vertical bar must still be escaped."""
    line = printable(_BLANKS.sub(" ", str(text)).strip()).replace("`", "'").replace("|", "\\|")
    return f"`{line}`" if line else ""


def in_sarif(text: str) -> str:
    """A plain-text message for SARIF, without the links that it might contain (SARIF 2.1.0, 3.11.6)."""
    return printable(text).replace("](", "] (")


def quantity(number: int, noun: str) -> str:
    """`1 scenario`, `2 scenarios`; for nouns that add an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _visible(sign: str) -> str:
    if sign.isprintable() or sign in "\n\t" or unicodedata.category(sign) == "Zs":
        return sign
    return json.dumps(sign)[1:-1]
