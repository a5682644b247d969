"""Where every command ends: with a meaningful exit code, one line on what went wrong, and no traceback.

Exit code 1 is reserved for deviations: a command asks for it with `sys.exit(1)`, and no failure ever ends with it.
"""

import contextlib
import errno
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import click

from harness.cli._printing import complain
from harness.display import printable
from harness.reporting.room import no_room

WRONG_USAGE, NOT_JUDGED = 2, 3

TRACEBACK = "PROVESTAND_TRACEBACK"
"""If this variable is set, the full traceback of a failure is printed. It may contain what a target sent."""

PACKAGE = Path(__file__).parents[1]


def run_to_its_end(command: Callable[[], object]) -> NoReturn:
    """Runs a command and exits with the code it asks for, or with the one for the exception that escaped."""
    try:
        returned = command()
        code = returned if isinstance(returned, int) else 0
        _flush()
    except BaseException as error:
        code = _told(error)
    _leave(code)


def failure(error: BaseException) -> str:
    """What broke and where, in words, without the exception's own text: that may quote what a target sent."""
    if isinstance(error, KeyboardInterrupt):
        return "it was interrupted"
    if isinstance(error, MemoryError):
        return "out of memory"
    place = _place(error)
    who = "Prøvestand itself" if place else "a library that Prøvestand called"
    return f"{who} failed ({type(error).__name__}{f' in {place}' if place else ''})"


def _told(error: BaseException) -> int:
    """Prints one line on standard error about what went wrong and returns the exit code."""
    full = no_room(error)
    if full is not None:
        where = full.filename or "the output"
        _say(f"{where} cannot be written ({full.strerror}). Free some space, or write elsewhere.")
        return WRONG_USAGE
    match error:
        case PipeClosedError() | BrokenPipeError() if _nobody_reads():
            return NOT_JUDGED  # `| head` has read enough
        case SystemExit():
            return _asked_for(error)
        case click.ClickException():
            vars(error)["message"] = printable(error.message)  # click declares it final
            error.show()
            return NOT_JUDGED if isinstance(error, NotJudgedError) else WRONG_USAGE
        case click.Abort() | KeyboardInterrupt() | EOFError():
            _say("it was interrupted.")
            return NOT_JUDGED
        case OSError(filename=str() | bytes() | os.PathLike()):
            _say(f"{os.fsdecode(error.filename)}: {error.strerror}. Choose another path, or change its permissions.")
            return WRONG_USAGE
        case UnicodeEncodeError() if _is_of_the_locale(error):
            _say("an argument, or a file's name, is not text in this locale. Set PYTHONUTF8=1, or LC_ALL=C.UTF-8.")
            return WRONG_USAGE
        case _:
            hint = "Run it again" if isinstance(error, MemoryError) else f"Please report it; {TRACEBACK}=1 shows more"
            _say(f"{failure(error)}. {hint}.")
            if os.environ.get(TRACEBACK):
                traceback.print_exception(error)
            return NOT_JUDGED


def _is_of_the_locale(error: UnicodeEncodeError) -> bool:
    """Whether an argument is not text in this locale, or a file's name cannot be encoded in it."""
    is_text = not re.search("[\udc80-\udcff]", "".join(sys.argv))  # how Python keeps bytes that it cannot decode
    return not is_text or error.encoding == sys.getfilesystemencoding() != "utf-8"


def _asked_for(error: SystemExit) -> int:
    """The code that a command asked for. A string instead of a code is not ours, and Python would exit with 1."""
    try:
        _flush()
    except OSError as full:
        return _told(full)
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else NOT_JUDGED


class NotJudgedError(click.ClickException):
    """Nothing was judged, for a reason outside the user's control; the text says why."""


@contextlib.contextmanager
def unread_output() -> Iterator[None]:
    """Wraps what click runs: if the reader of our output has gone, click itself would silently exit with 1."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise PipeClosedError from error
        raise


class PipeClosedError(Exception):
    """The reader of our output has gone."""


def _nobody_reads() -> bool:
    """Whether the broken pipe is standard output, not a pipe of ours to another program."""
    try:
        click.echo()
    except OSError as error:
        return error.errno == errno.EPIPE
    return False


def _place(error: BaseException) -> str:
    """Our innermost line in an error's traceback."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)]
    return f"{Path(own[-1].filename).relative_to(PACKAGE.parent).as_posix()}, line {own[-1].lineno}" if own else ""


def _say(text: str) -> None:
    try:
        complain(f"Error: {text}")
    except (OSError, ValueError):  # standard error is gone, too
        return


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _leave(code: int) -> NoReturn:
    """Exits without flushing again: the interpreter would retry a failed write and exit with its own code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except (OSError, ValueError):
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())
    sys.exit(code)
