"""What interpreter and terminal may be set to, and every command works all the same."""

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
"""ASCII under a name of its own: click takes a stream in ASCII for a mistake and writes UTF-8 there."""


def settle() -> None:
    """Makes a command independent of PYTHONWARNINGS and of the terminal's encoding, and SIGTERM end it as Ctrl-C does.

    What other people's code warns of is none of the user's business, and a character that the terminal lacks is
    replaced, so that nothing that was found is lost over it.
    """
    warnings.simplefilter("ignore")
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=PLAIN_ASCII if is_ascii else None, errors="replace")


def keep_private() -> None:
    """What is written from now on is for its user: results hold what a tax authority said of somebody."""
    os.umask(0o077)


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    if name != PLAIN_ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(*known, known.incrementalencoder, known.incrementaldecoder, name=name)


codecs.register(_plain_ascii)


def ensure_assertions() -> None:
    """Raises click.UsageError where Python leaves them out, and docstrings with them: both are used."""
    if sys.flags.optimize:
        raise click.UsageError(
            "Python runs without assertions here, and Prøvestand judges with them. "
            "Unset PYTHONOPTIMIZE, or start Python without -O."
        )


def print_document(text: str, form: str) -> None:
    """Prints what a program or a browser reads, so that it means the same in whatever encoding stdout has."""
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if encoding not in {"utf-8", "utf8"}:
        if form in {"json", "sarif"}:
            text = re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
        if form == "html":
            text = text.encode("ascii", "xmlcharrefreplace").decode()
    click.echo(printable(text), nl=False)
