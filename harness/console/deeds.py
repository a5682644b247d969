"""The buttons' actions: each is one call of the sandbox's own API."""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from harness.console.sandbox_api import SandboxApi
from harness.console.trouble import TROUBLES

NORWAY = ZoneInfo("Europe/Oslo")
Form = Mapping[str, str]
Deed = Callable[[SandboxApi, Form], Awaitable[None]]


class NotUnderstoodError(Exception):
    """A form that none of our pages sends; the text says what is wrong with it."""


async def put_fault(api: SandboxApi, form: Form) -> None:
    """Switches one fault on."""
    times, client = _scope(form)
    await api.ask("PUT", f"/sandbox/faults/{_path(_which(form), 2)}", {"first": times, "client": client or None})


async def end_fault(api: SandboxApi, form: Form) -> None:
    """Switches one fault off."""
    await api.ask("DELETE", f"/sandbox/faults/{_path(_which(form), 2)}")


async def turn_knob(api: SandboxApi, form: Form) -> None:
    """Sets one knob, for all calls or only for some."""
    name = _which(form)
    value = form.get(f"value-{name}", "")
    times, client = _scope(form)
    if times is not None or client:
        asked = {"name": name, "value": value, "times": times, "client": client}
        await api.ask("POST", "/sandbox/knobs", asked)
        return
    switches = await api.ask("GET", "/sandbox/switches")
    turned = {knob["name"]: knob["value"] for knob in switches["knobs"] if knob["value"] != knob["at_start"]}
    await api.ask("PUT", "/sandbox/knobs", {**turned, name: value})


async def end_passing(api: SandboxApi, form: Form) -> None:
    """Ends a setting that affects only some calls."""
    await api.ask("DELETE", f"/sandbox/passing/{_number(_which(form))}")


async def intervene(api: SandboxApi, form: Form) -> None:
    """Switches one trouble on."""
    name = _which(form)
    if name not in TROUBLES:
        raise NotUnderstoodError(name)
    times, client = _scope(form)
    asked: dict[str, Any] = {**TROUBLES[name], "times": times, "client": client, "service": form.get("service", "")}
    await api.ask("POST", "/sandbox/interventions", asked)


async def end_intervention(api: SandboxApi, form: Form) -> None:
    """Switches one trouble off."""
    await api.ask("DELETE", f"/sandbox/interventions/{_number(_which(form))}")


async def put_clock(api: SandboxApi, form: Form) -> None:
    """Moves the clock forward by seconds or to a time in Norway, or resets it."""
    which = _which(form)
    times, client = _scope(form)
    switches = await api.ask("GET", "/sandbox/switches")
    now = datetime.datetime.fromisoformat(switches["now"])
    if which == "start":
        ahead = switches["ahead_at_start"]
    elif which == "to":
        ahead = switches["ahead"] + (_moment(form.get("to", "")) - now).total_seconds()
    else:
        is_limited = times is not None or bool(client)
        ahead = (_ahead_for(switches, client) if is_limited else switches["ahead"]) + _number(which)
    await api.ask("PUT", "/sandbox/clock", {"ahead": ahead, "times": times, "client": client})


def _ahead_for(switches: Mapping[str, Any], client: str) -> float:
    """How far ahead the clock already is for the chosen calls, else for all calls."""
    shown = (each for each in switches["passing"] if (each["kind"], each["client"]) == ("clock", client))
    return float(next((each["value"] for each in shown if each["left"] != 0), switches["ahead"]))


async def put_state(api: SandboxApi, form: Form) -> None:
    """Puts a case or an attachment into a state."""
    parts = _which(form).split(" ")
    times, client = _scope(form)
    asked = {"state": form.get(f"value-{parts[-1]}", ""), "times": times, "client": client}
    await api.ask("PUT", f"/sandbox/states/{_path('/'.join(parts), 3)}", asked)


async def give_profile(api: SandboxApi, form: Form) -> None:
    """Gives a party other data, or restores its own."""
    service, _, profile = _which(form).partition(" ")
    number = form.get("number", "")
    times, client = _scope(form)
    asked = {"service": service, "profile": profile, "times": times, "client": client}
    await api.ask("PUT", f"/sandbox/parties/{_path(number, 1)}", asked)


async def put_consent(api: SandboxApi, form: Form) -> None:
    """Grants or revokes a consent, or lets it expire."""
    await api.ask("PUT", f"/sandbox/consents/{_path(_which(form), 1)}", {"do": form.get("do", "")})


async def put_system_user(api: SandboxApi, form: Form) -> None:
    """Grants or revokes."""
    await api.ask("PUT", f"/sandbox/system-users/{_path(_which(form), 1)}", {"do": form.get("do", "")})


async def reset(api: SandboxApi, form: Form) -> None:  # noqa: ARG001 - an action's signature
    """Resets everything to the start."""
    await api.ask("POST", "/sandbox/reset")


DEEDS: Mapping[str, Deed] = {
    "fault": put_fault,
    "fault-off": end_fault,
    "knob": turn_knob,
    "passing-off": end_passing,
    "intervene": intervene,
    "intervention-off": end_intervention,
    "clock": put_clock,
    "state": put_state,
    "profile": give_profile,
    "consent": put_consent,
    "system-user": put_system_user,
    "reset": reset,
}


def _which(form: Form) -> str:
    return form.get("which", "")


def _scope(form: Form) -> tuple[int | None, str]:
    """How many calls (None for all) and of which client (empty for any)."""
    return (_number(form.get("times", "")) if form.get("scope") == "next" else None), form.get("client", "")


def _number(text: str) -> int:
    try:
        return int(text[:20])
    except ValueError as error:
        raise NotUnderstoodError(text[:100]) from error


def _path(text: str, parts: int) -> str:
    """A path of these segments, percent-encoded."""
    segments = text.split("/")
    if len(segments) != parts or not all(segments):
        raise NotUnderstoodError(text[:100])
    return "/".join(quote(segment, safe="") for segment in segments)


def _moment(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text[:40]).replace(tzinfo=NORWAY)
    except ValueError as error:
        raise NotUnderstoodError(text[:100]) from error
