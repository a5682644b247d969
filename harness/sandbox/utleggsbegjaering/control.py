"""The sandbox's own switches for what nobody can walk from outside: a case's state, an attachment's, and time."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.sandbox.bodies import json_object
from harness.sandbox.utleggsbegjaering.attachments import TILSTANDER
from harness.sandbox.utleggsbegjaering.case_views import SAKSSTATUS
from harness.sandbox.utleggsbegjaering.office import Office

MOST_SECONDS = 10 * 366 * 24 * 3600


class NotUnderstoodError(Exception):
    """A switch was asked for something that it does not do; the text says what it does."""


async def control(office: Office, request: Request, path: str) -> Response:
    """PUT saker/{reference}, PUT vedlegg/{uuid}, POST klokke, GET klokke, GET tall."""
    name, _, key = path.partition("/")
    try:
        if (request.method, path) == ("GET", "klokke"):
            return JSONResponse({"naa": office.clock.now().isoformat()})
        if (request.method, path) == ("GET", "tall"):
            return JSONResponse(dict(office.store.counts()))
        if (request.method, path) == ("POST", "klokke"):
            return _put_clock_forward(office, await _json(request))
        if request.method == "PUT" and name == "saker":
            return _set_case(office, key, await _json(request))
        if request.method == "PUT" and name == "vedlegg":
            return _set_attachment(office, key, await _json(request))
    except NotUnderstoodError as error:
        return JSONResponse({"problem": str(error)}, 400)
    return JSONResponse({"problem": control.__doc__}, 404)


def _put_clock_forward(office: Office, asked: Mapping[str, Any]) -> Response:
    seconds = asked.get("sekunder")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds <= MOST_SECONDS:
        raise NotUnderstoodError("post {'sekunder': N}, a whole number of seconds to go forward")
    office.clock.put_forward(seconds)
    return Response(status_code=204)


def _set_case(office: Office, referanse: str, asked: Mapping[str, Any]) -> Response:
    saksstatus, behandlet = asked.get("saksstatus"), asked.get("behandlet")
    is_status = saksstatus is None or saksstatus in SAKSSTATUS
    if asked.keys() - {"saksstatus", "behandlet"} or not is_status or not isinstance(behandlet, bool | None):
        raise NotUnderstoodError(f"put {{'saksstatus': one of {', '.join(SAKSSTATUS)}, 'behandlet': true or false}}")
    is_there = office.store.set_case(referanse, saksstatus, behandlet, office.clock.now())
    return Response(status_code=204 if is_there else 404)


def _set_attachment(office: Office, vedlegg: str, asked: Mapping[str, Any]) -> Response:
    tilstand = asked.get("tilstand")
    if tilstand not in TILSTANDER or len(asked) != 1:
        raise NotUnderstoodError(f"put {{'tilstand': one of {', '.join(TILSTANDER)}}}")
    return Response(status_code=204 if office.store.set_attachment(vedlegg, tilstand) else 404)


async def _json(request: Request) -> Mapping[str, Any]:
    value = await json_object(request)
    if value is None:
        raise NotUnderstoodError("the body is not a JSON object")
    return value
