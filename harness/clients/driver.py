"""What makes the client under test perform a task: a program, an address or a person."""

import codecs
import json
from typing import Protocol

from pydantic import ValidationError

from harness.clients.protocol import MOST_OCTETS, Message, Reply
from harness.exchange import beginning

MOST_SHOWN = 60
"""Characters of an answer that is not one."""


class DriverError(Exception):
    """The driver does not keep to the protocol, died or stays silent: nothing can be said of the client."""


class NoDriverError(DriverError):
    """What was named as the driver cannot be one: nothing was started."""


class NotConnectedError(DriverError):
    """The client does not take the addresses that it was given."""


class Driver(Protocol):
    """Takes one message at a time."""

    def tell(self, message: Message) -> Reply:
        """The answer to a message; raises DriverError."""

    def close(self) -> None:
        """Ends what was started, once it has said goodbye."""

    def break_off(self) -> None:
        """Ends what was started, whatever it is doing; takes well under a second."""


PRINT_IT = "Print one JSON object per line to standard output, and everything else to standard error."
POST_IT = "Answer each POST with one JSON object."


def reply_in(text: bytes, seq: int, name: str, advice: str = PRINT_IT) -> Reply:
    """The answer in a driver's line or body, to the message of that number; raises DriverError.

    `name` is the driver as the user named it, `advice` what to do in place of what is no answer.
    """
    if len(text) > MOST_OCTETS:
        raise DriverError(f"{name} answered with more than {MOST_OCTETS} bytes. {advice}")
    try:
        reply = Reply.model_validate_json(_whole_letters(text.removeprefix(codecs.BOM_UTF8)))  # .NET begins with one
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
        raise DriverError(f"{name} answered seq {reply.seq} where seq {seq} was asked. Answer each line with its seq.")
    return reply.model_copy(update={"attested": False})  # a program attests nothing


def _whole_letters(text: bytes) -> bytes:
    """The text without halves of letters, which JavaScript writes where it cut a text: no other reader takes them."""
    if b"\\ud" not in text.lower():
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False).encode(errors="replace")
    except (ValueError, RecursionError):
        return text


def _said(message: str) -> str:
    """What pydantic says of a value, without what it says of itself."""
    return message.removeprefix("Value error, ")
