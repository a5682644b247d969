"""The sandbox's own switches for what clients cannot bring about: states of cases and attachments, and time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.sandbox.bodies import json_object
from harness.sandbox.utleggsbegjaering.attachments import TILSTANDER
from harness.sandbox.utleggsbegjaering.case_views import SAKSSTATUS
from harness.sandbox.utleggsbegjaering.office import Office

MOST_SECONDS = 10 * 366 * 24 * 3600


class NotUnderstoodError(Exception):
    """A switch was asked for something it cannot do; the text says what it can."""


def _put_clock_forward(office: Office, key: str, asked: Mapping[str, Any]) -> Response:  # noqa: ARG001 - a switch's signature
    seconds = asked.get("sekunder")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= MOST_SECONDS:
        raise NotUnderstoodError("post {'sekunder': N}, a whole number of seconds to move the clock forward")
    office.clock.put_forward(seconds)
    return Response(status_code=204)


def _set_case(office: Office, referanse: str, asked: Mapping[str, Any]) -> Response:
    saksstatus, behandlet = asked.get("saksstatus"), asked.get("behandlet")
    is_status = saksstatus is None or saksstatus in SAKSSTATUS
    if asked.keys() - {"saksstatus", "behandlet"} or not is_status or not isinstance(behandlet, bool | None):
        raise NotUnderstoodError(f"put {{'saksstatus': one of {', '.join(SAKSSTATUS)}, 'behandlet': true or false}}")
    is_there = office.store.set_case(referanse, saksstatus, behandlet, office.clock.now())
    return Response(status_code=204) if is_there else _missing()


def _set_attachment(office: Office, vedlegg: str, asked: Mapping[str, Any]) -> Response:
    tilstand = asked.get("tilstand")
    if tilstand not in TILSTANDER or len(asked) != 1:
        raise NotUnderstoodError(f"put {{'tilstand': one of {', '.join(TILSTANDER)}}}")
    return Response(status_code=204) if office.store.set_attachment(vedlegg, tilstand) else _missing()


def _missing() -> Response:
    return JSONResponse({"problem": "there is nothing with this id"}, 404)


def _tell_clock(office: Office, key: str, asked: Mapping[str, Any]) -> Response:  # noqa: ARG001 - a switch's signature
    return JSONResponse({"naa": office.clock.now().isoformat()})


def _tell_counts(office: Office, key: str, asked: Mapping[str, Any]) -> Response:  # noqa: ARG001 - a switch's signature
    return JSONResponse(dict(office.store.counts()))


@dataclass(frozen=True)
class Switch:
    """One address below the switches of this API; a name in braces is its variable part."""

    method: str
    path: str
    handler: Callable[[Office, str, Mapping[str, Any]], Response]

    def match(self, path: str) -> str | None:
        """The variable part of the path, empty if it has none; None for another path."""
        name, _, varying = self.path.partition("/{")
        if not varying:
            return "" if path == name else None
        before, _, key = path.partition("/")
        return key if before == name and key and "/" not in key else None


SWITCHES = (
    Switch("GET", "klokke", _tell_clock),
    Switch("POST", "klokke", _put_clock_forward),
    Switch("GET", "tall", _tell_counts),
    Switch("PUT", "saker/{eksternSaksreferanse}", _set_case),
    Switch("PUT", "vedlegg/{uuid}", _set_attachment),
)


async def control(office: Office, request: Request, path: str) -> Response:
    """Answers a call to a switch."""
    found = [
        (each, key) for each in SWITCHES if each.method == request.method and (key := each.match(path)) is not None
    ]
    if not found:
        listed = ", ".join(f"{each.method} {each.path}" for each in SWITCHES)
        return JSONResponse({"problem": f"there is no such switch. The switches are {listed}"}, 404)
    [(switch, key)] = found
    try:
        return switch.handler(office, key, {} if request.method == "GET" else await _json(request))
    except NotUnderstoodError as error:
        return JSONResponse({"problem": str(error)}, 400)


async def _json(request: Request) -> Mapping[str, Any]:
    value = await json_object(request)
    if value is None:
        raise NotUnderstoodError("the body is not a JSON object")
    return value
