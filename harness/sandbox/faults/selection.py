"""Which faults are switched on, and for which calls.

`NAME` for all, `NAME@share=0.3` for three in ten, `NAME@first=5` for the first five, `NAME@from=5` from the fifth on,
`NAME@client=ID` for one client; conditions may be combined, as in `NAME@from=5@share=0.3`.

Rarer still: `NAME@about=314055403` for calls about one organisation, in the path or the token, `NAME@format=xml` for
answers in XML, `NAME@above=1000000` for answers with an amount above this.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from starlette.requests import Request

from harness.sandbox.faults.answer import Answer, Call
from harness.sandbox.faults.catalogue import UnknownFaultError, find_faults
from harness.sandbox.faults.fault import Fault
from harness.sandbox.reach import ALL, Calls

ABOUT = ("about", "format", "above")
FORM = "Write it like NAME, NAME@share=0.3, NAME@first=5, NAME@from=5 or NAME@client=ID."


@dataclass(frozen=True)
class Only:
    """Which calls, by their content. Empty members match any call."""

    about: str = ""
    """An organisation's number, in the path or in the token."""
    format: str = ""
    above: float | None = None

    def holds(self, request: Request) -> bool:
        is_about = not self.about or self.about in request.url.path or self.about in _claims(request)
        return is_about and (self.format != "xml" or "xml" in request.headers.get("accept", ""))

    def is_met_by(self, answer: Answer) -> bool:
        """Whether an answer has an amount above the limit."""
        if self.above is None:
            return True
        return any(abs(float(found)) > self.above for found in AMOUNT.findall(answer.body.decode(errors="replace")))


AMOUNT = re.compile(r"(?<=[:>])\s*(-?[0-9]{1,15}\.[0-9]{1,2})(?=[,}<\s])")
"""A number with decimals in a JSON member or an XML element; identifiers have no decimals."""


def _claims(request: Request) -> str:
    """The token's claims as unparsed text; an organisation's number in it means that the call is about it."""
    payload = request.headers.get("authorization", "..").split(".", 2)[1:2] or [""]
    try:
        return base64.urlsafe_b64decode(payload[0] + "=" * (-len(payload[0]) % 4)).decode(errors="replace")
    except ValueError:
        return ""


@dataclass(frozen=True)
class Selected:
    """A fault that is switched on for some calls."""

    fault: Fault
    calls: Calls = ALL
    only: Only = Only()
    conditions: str = ""
    """Which calls, as written after the fault's name."""

    @property
    def name(self) -> str:
        """The fault's name with its conditions."""
        return "@".join(filter(None, (self.fault.name, self.conditions)))

    def as_rare(self) -> Fault:
        """The fault limited to answers with such an amount, or applied to XML although it is written for JSON."""
        corrupt = self.fault.corrupt
        if self.only.format == "xml" and self.fault.of_body:
            return replace(self.fault, corrupt=None, rebuild=lambda service: service.saying(self.fault.said))
        if self.only.above is None or corrupt is None:
            return self.fault

        def rarely(answer: Answer, call: Call) -> Answer:
            return corrupt(answer, call) if self.only.is_met_by(answer) else answer

        return replace(self.fault, corrupt=rarely)


def select(texts: Iterable[str]) -> tuple[Selected, ...]:
    """The faults that these texts name; raises UnknownFaultError."""
    chosen: list[Selected] = []
    for text in texts:
        name, at, conditions = text.strip().partition("@")
        parts = conditions.split("@") if at else []
        only = _only(text, [part for part in parts if part.partition("=")[0] in ABOUT])
        numbered = [part for part in parts if part.partition("=")[0] not in ABOUT]
        calls = _calls(text, numbered) if numbered else ALL
        chosen += [Selected(fault, calls, only, conditions) for fault in find_faults(name)]
    return tuple(chosen)


def _only(text: str, conditions: Iterable[str]) -> Only:
    given = dict(condition.split("=", 1) for condition in conditions if "=" in condition)
    try:
        above = float(given["above"]) if "above" in given else None
    except ValueError as error:
        raise UnknownFaultError(f"fault {text!r}: the amount is not a number. {FORM}") from error
    if given.get("format", "xml") != "xml":
        raise UnknownFaultError(f"fault {text!r}: the only possible format is xml.")
    return Only(given.get("about", ""), given.get("format", ""), above)


def _calls(text: str, conditions: Iterable[str]) -> Calls:
    members: dict[str, float] = {}
    client = ""
    for condition in conditions:
        name, _, value = condition.partition("=")
        if name == "client":
            client = value
            continue
        try:
            members[name] = float(value) if name == "share" else int(value)
        except ValueError as error:
            raise UnknownFaultError(f"fault {text!r}: {condition!r} is not a condition. {FORM}") from error
    unknown = members.keys() - {"share", "first", "from"}
    share, first, last = members.get("share", 1.0), members.get("from", 1), members.get("first")
    if unknown or not 0 < share <= 1 or first < 1 or (last is not None and last < 1):
        raise UnknownFaultError(f"fault {text!r}: the condition is out of range or unknown. {FORM}")
    return Calls(int(first), None if last is None else int(last), share, client)
