"""What is switched on, for the top of every page."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.console.words import Words
from harness.display import one_line

LONGEST = 120


@dataclass(frozen=True)
class Off:
    """The button that switches one setting off."""

    deed: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Active:
    """`kind` is a key of the texts `kind.…`; `value` the setting's value, empty if it is just on."""

    kind: str
    name: str
    value: str = ""
    scope: str = ""
    off: Off | None = field(default=None)

    @property
    def shown(self) -> "Active":
        """Truncates texts that a program or client chose, and escapes control characters."""
        return replace(self, name=brief(self.name), value=brief(self.value), scope=brief(self.scope))


def active_switches(switches: Mapping[str, Any], parties: Mapping[str, Any], words: Words) -> list[Active]:
    """Everything that differs from the start. `switches` and `parties` are the sandbox's answers at those addresses."""
    found = [
        *_faults(switches, words),
        *_knobs(switches, words),
        *_in_passing(switches, words),
        *_interventions(switches, words),
        *_clock(switches, words),
        *_parties(parties),
    ]
    return [each.shown for each in found]


def brief(text: str, most: int = LONGEST) -> str:
    """A text from outside as one line of at most `most` characters."""
    return one_line(text if len(text) <= most else f"{text[:most]}…")


def scope(words: Words, left: int | None, client: str) -> str:
    """In words, which calls a setting affects; `left` is None for all."""
    calls = words("scope.of_all") if left is None else words("scope.of_next", count=left)
    return f"{calls} {words('scope.of_client', client=client[:8])}" if client else calls


def _not_over(entries: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return (each for each in entries if each["left"] != 0)


def _faults(switches: Mapping[str, Any], words: Words) -> Iterator[Active]:
    for fault in switches["faults"]:
        on = fault["on"]
        if on is not None:
            left = max(0, on["last"] - on["met"]) if on["last"] is not None else None
            if left == 0:
                continue
            told = scope(words, left, on["client"])
            kind = "fault" if fault["breaks"] else "variation"
            yield Active(kind, fault["name"], "", told, Off("fault-off", {"which": fault["name"]}))


def _knobs(switches: Mapping[str, Any], words: Words) -> Iterator[Active]:
    for knob in switches["knobs"]:
        if knob["value"] != knob["at_start"]:
            name = knob["name"]
            off = Off("knob", {"which": name, f"value-{name}": knob["at_start"], "scope": "all"})
            yield Active("knob", name, knob["value"], words("scope.of_all"), off)


def _in_passing(switches: Mapping[str, Any], words: Words) -> Iterator[Active]:
    for each in _not_over(switches["passing"]):
        reach = scope(words, each["left"], each["client"])
        off = Off("passing-off", {"which": str(each["id"])})
        names, value = each["names"], str(each["value"])
        if each["kind"] == "clock":
            moment = datetime.datetime.fromisoformat(switches["now"])
            shown = moment + datetime.timedelta(seconds=each["value"] - switches["ahead"])
            yield Active("clock", shown.isoformat()[:16].replace("T", " "), "", reach, off)
        elif each["kind"] == "data":
            yield Active("data", names[1], value or words("active.own_data"), f"{names[0]}, {reach}", off)
        elif each["kind"] == "state":
            yield Active("state", f"{names[1]} {_label(switches, names)}", value, reach, off)
        else:
            yield Active(each["kind"], names[0], value, reach, off)


def _label(switches: Mapping[str, Any], names: Sequence[str]) -> str:
    """The name of a case or attachment on the pages."""
    kept = (each["label"] for each in switches["states"] if [each["service"], each["kind"], each["id"]] == names)
    return next(kept, names[2][:8])


def _interventions(switches: Mapping[str, Any], words: Words) -> Iterator[Active]:
    for each in _not_over(switches["interventions"]):
        told = scope(words, each["left"], each["client"])
        where = " ".join(part for part in (each["method"], each["service"], each["path"]) if part)
        deed = f"lose_{each['when']}" if each["do"] == "lose" else each["do"]
        name = words(f"intervention.{deed}", status=each["status"] or "", seconds=f"{each['seconds']:g}").strip()
        off = Off("intervention-off", {"which": str(each["id"])})
        yield Active("trouble", name, where, told, off)


def _clock(switches: Mapping[str, Any], words: Words) -> Iterator[Active]:
    apart = switches["ahead"] - switches["ahead_at_start"]
    if abs(apart) >= 1:
        key = "clock.ahead" if apart > 0 else "clock.behind"
        text = words(key, text=words.duration(abs(apart)))
        yield Active("clock", switches["now"][:16].replace("T", " "), "", text, Off("clock", {"which": "start"}))


def _parties(parties: Mapping[str, Any]) -> Iterator[Active]:
    for party in parties["parties"]:
        for api, profile in party["profiles"].items():
            if profile["given"]:
                off = Off("profile", {"which": f"{api} ", "number": party["number"]})
                yield Active("data", party["number"], profile["name"], api, off)
        for kind, member in (("consent", "consents"), ("system_user", "system_users")):
            for each in party[member]:
                if each["is_changed"]:
                    off = Off(kind.replace("_", "-"), {"which": each["id"], "do": "grant"})
                    yield Active(kind, party["number"], each["status"], each["id"][:8], off)
