"""Makes every command work, however the interpreter and the terminal are set up."""

import codecs
import contextlib
import io
import json
import os
import re
import signal
import sys
import warnings

import click

from harness.display import printable

PLAIN_ASCII = "plain_ascii"
"""ASCII under another name: click assumes that an ASCII stream is a misconfiguration and writes UTF-8 to it."""


def settle() -> None:
    """Makes a command independent of PYTHONWARNINGS and the terminal's encoding, and makes SIGTERM act like Ctrl-C.

    Warnings from libraries do not concern the user. A character that the terminal cannot show is replaced, so that no
    result is lost over it.
    """
    warnings.simplefilter("ignore")
    with contextlib.suppress(ValueError):  # not on the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=PLAIN_ASCII if is_ascii else None, errors="replace")


def keep_private() -> None:
    """From now on only the user can read the files written: results contain tax data about organisations."""
    os.umask(0o077)


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    if name != PLAIN_ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(*known, known.incrementalencoder, known.incrementaldecoder, name=name)


codecs.register(_plain_ascii)


def ensure_assertions() -> None:
    """Raises click.UsageError if Python strips assertions (and perhaps docstrings); both are needed."""
    if sys.flags.optimize:
        raise click.UsageError(
            "Python runs without assertions here, and Prøvestand relies on them. "
            "Unset PYTHONOPTIMIZE, or start Python without -O."
        )


def print_document(text: str, form: str) -> None:
    """Prints a document for a program or browser so that it means the same whatever stdout's encoding."""
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if encoding not in {"utf-8", "utf8"}:
        if form in {"json", "sarif"}:
            text = re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
        if form == "html":
            text = text.encode("ascii", "xmlcharrefreplace").decode()
    click.echo(printable(text), nl=False)
