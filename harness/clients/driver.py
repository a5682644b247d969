"""A driver makes the client under test perform a task: a program, an address or a person."""

import codecs
import json
from typing import Protocol

from pydantic import ValidationError

from harness.clients.protocol import MOST_OCTETS, Message, Reply
from harness.exchange import beginning

MOST_SHOWN = 60
"""Characters shown of an invalid answer."""


class DriverError(Exception):
    """The driver broke the protocol, died or fell silent: the client cannot be judged."""


class NoDriverError(DriverError):
    """The named driver cannot be one; nothing was started."""


class NotConnectedError(DriverError):
    """The client does not accept the addresses that it was given."""


class Driver(Protocol):
    """Accepts one message at a time."""

    def tell(self, message: Message) -> Reply:
        """The answer to a message; raises DriverError."""

    def close(self) -> None:
        """Stops the driver after it has answered the goodbye."""

    def break_off(self) -> None:
        """Kills the driver, whatever it is doing; takes well under a second."""


PRINT_IT = "Print one JSON object per line to standard output, and everything else to standard error."
POST_IT = "Answer each POST with one JSON object."


def reply_in(text: bytes, seq: int, name: str, advice: str = PRINT_IT) -> Reply:
    """Parses a driver's line or body as the answer to message number `seq`; raises DriverError.

    `name` is the driver as the user named it, `advice` how to answer correctly.
    """
    if len(text) > MOST_OCTETS:
        raise DriverError(f"{name} answered with more than {MOST_OCTETS} bytes. {advice}")
    try:
        reply = Reply.model_validate_json(
            _whole_letters(text.removeprefix(codecs.BOM_UTF8))
        )  # .NET writes one at the start
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, problem["loc"]))
        if problem["type"] == "json_invalid":
            shown = repr(beginning(text.decode(errors="replace"), MOST_SHOWN))
            raise DriverError(f"{name} answered {shown}, which is not JSON. {advice}") from error
        raise DriverError(
            f"{name} answered an object whose {place or 'form'} is wrong: {_said(problem['msg'])}."
        ) from error
    if reply.seq != seq:
        raise DriverError(
            f"{name} answered seq {reply.seq} to a message with seq {seq}. Repeat the message's seq in each answer."
        )
    return reply.model_copy(update={"attested": False})  # only a person can attest


def _whole_letters(text: bytes) -> bytes:
    """The text without lone surrogates, which JavaScript leaves when it truncates a string; no other reader does."""
    if b"\\ud" not in text.lower():
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return text


def _said(message: str) -> str:
    """Pydantic's message about a value, without its own prefix."""
    return message.removeprefix("Value error, ")
