"""Runs the user's own program to print an access token where Maskinporten cannot issue one."""

import subprocess
from collections.abc import Sequence

DEADLINE = 60.0
"""Seconds that the program may run."""


class NoTokenPrintedError(Exception):
    """The program printed no token; the text never holds what it printed."""


def printed_token(command: Sequence[str]) -> str:
    """The token that a program prints on standard output; raises NoTokenPrintedError."""
    try:
        done = subprocess.run(list(command), capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603 - the user's own program
    except OSError as error:
        raise NoTokenPrintedError(f"{command[0]}: it cannot be started ({error.strerror}).") from error
    except subprocess.TimeoutExpired as error:
        raise NoTokenPrintedError(f"{command[0]}: it printed no token within {DEADLINE:.0f} s.") from error
    token = done.stdout.decode(errors="replace").strip()
    if done.returncode != 0:
        raise NoTokenPrintedError(f"{command[0]}: it exited with code {done.returncode}.")
    if not token or len(token.split()) != 1:
        raise NoTokenPrintedError(f"{command[0]}: it printed no token, but {len(token.split())} words.")
    return token
