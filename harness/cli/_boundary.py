"""Where every command ends: with an exit code that means what it says, one line on what went wrong, and no traceback.

Exit code 1 belongs to deviations: a command asks for it with `sys.exit(1)`, and nothing that breaks ends with it.
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
"""Set to anything, this variable has the whole trace of a failure printed. It may hold what a target sent."""

PACKAGE = Path(__file__).parents[1]


def run_to_its_end(command: Callable[[], object]) -> NoReturn:
    """Runs a command and exits as it asks, or as what escaped from it deserves."""
    try:
        returned = command()
        code = returned if isinstance(returned, int) else 0
        _flush()
    except BaseException as error:
        code = _told(error)
    _leave(code)


def failure(error: BaseException) -> str:
    """What broke and where, in words. Nothing of the exception's own text: it may quote what a target sent."""
    if isinstance(error, KeyboardInterrupt):
        return "it was interrupted"
    if isinstance(error, MemoryError):
        return "the memory is full"
    place = _place(error)
    who = "Prøvestand itself" if place else "something that Prøvestand called"
    return f"{who} failed ({type(error).__name__}{f' in {place}' if place else ''})"


def _told(error: BaseException) -> int:
    """Says in one line on standard error what went wrong, and gives the exit code."""
    full = no_room(error)
    if full is not None:
        where = full.filename or "the output"
        _say(f"{where} cannot be written ({full.strerror}). Free some space, or write elsewhere.")
        return WRONG_USAGE
    match error:
        case PipeClosedError() | BrokenPipeError() if _nobody_reads():
            return NOT_JUDGED  # `| head` has what it wanted
        case SystemExit():
            return _asked_for(error)
        case click.ClickException():
            vars(error)["message"] = printable(error.message)  # click calls it final
            error.show()
            return NOT_JUDGED if isinstance(error, NotJudgedError) else WRONG_USAGE
        case click.Abort() | KeyboardInterrupt() | EOFError():
            _say("it was interrupted.")
            return NOT_JUDGED
        case OSError(filename=str() | bytes() | os.PathLike()):
            _say(f"{os.fsdecode(error.filename)}: {error.strerror}. Name another place, or change who may use it.")
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
    """Whether something was typed that is not text where Python reads it, or a file is named beyond the locale."""
    is_text = not re.search("[\udc80-\udcff]", "".join(sys.argv))  # octets, as Python keeps what it cannot decode
    return not is_text or error.encoding == sys.getfilesystemencoding() != "utf-8"


def _asked_for(error: SystemExit) -> int:
    """The code that a command asked for. A text in its place comes from elsewhere, and Python would make it a 1."""
    try:
        _flush()
    except OSError as full:
        return _told(full)
    if error.code is None:
        return 0
    return error.code if isinstance(error.code, int) else NOT_JUDGED


class NotJudgedError(click.ClickException):
    """Nothing was judged, and it is not the user who can change that; the text says why."""


@contextlib.contextmanager
def unread_output() -> Iterator[None]:
    """Around what click runs: where nobody reads the output any more, click itself would end with 1, saying nothing."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise PipeClosedError from error
        raise


class PipeClosedError(Exception):
    """Whoever read what we write is gone."""


def _nobody_reads() -> bool:
    """Whether it is standard output that nobody reads, and not a pipe of ours to another program."""
    try:
        click.echo()
    except OSError as error:
        return error.errno == errno.EPIPE
    return False


def _place(error: BaseException) -> str:
    """The innermost line of ours that an error went through."""
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)]
    return f"{Path(own[-1].filename).relative_to(PACKAGE.parent).as_posix()}, line {own[-1].lineno}" if own else ""


def _say(text: str) -> None:
    try:
        complain(f"Error: {text}")
    except (OSError, ValueError):  # nobody hears it
        return


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _leave(code: int) -> NoReturn:
    """Exits. What cannot be written by now never will: the interpreter would try again, and end with its own code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except (OSError, ValueError):
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())
    sys.exit(code)
