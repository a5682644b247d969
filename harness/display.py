"""Shows a text from outside, so that it steers neither a terminal, nor a build server, nor a page in Markdown.

What nobody sees is written as an escape: control characters (ESC, CR, C1), marks of direction, characters without
width, line and paragraph separators, halves of surrogate pairs. The escapes are JSON's, so that JSON means the same.
Commands of build servers are taken apart: GitHub and TeamCity read them at a line's start whatever blanks stand before
them, Azure and the older form of GitHub's anywhere in a line.
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
    """A text of several lines of our own: only their ends steer anything."""
    text = _RARE.sub(lambda found: _visible(found[0]), text)
    return _AT_THE_START.sub(r"\1\\u003a", _COMMAND.sub(r"\\u0023", text))


def one_line(text: str) -> str:
    """A text from outside on one line: its own line ends are shown like every other control character."""
    return printable(text.replace("\n", "\\n").replace("\t", "\\t"))


def in_markdown(text: object) -> str:
    """A text in which nothing is Markdown, HTML or a link, on one line so that it fits a table."""
    line = printable(_BLANKS.sub(" ", str(text)).strip())
    marked = "".join(f"\\{sign}" if sign in _MARKDOWN else sign for sign in line)
    return marked.replace("://", "&#58;//").replace("www.", "www&#46;")


def in_code(text: object) -> str:
    """A text in code type; inside a table a vertical bar must be escaped all the same."""
    line = printable(_BLANKS.sub(" ", str(text)).strip()).replace("`", "'").replace("|", "\\|")
    return f"`{line}`" if line else ""


def in_sarif(text: str) -> str:
    """A plain message of SARIF without links, which it may hold (SARIF 2.1.0, 3.11.6)."""
    return printable(text).replace("](", "] (")


def _visible(sign: str) -> str:
    if sign.isprintable() or sign in "\n\t" or unicodedata.category(sign) == "Zs":
        return sign
    return json.dumps(sign)[1:-1]
