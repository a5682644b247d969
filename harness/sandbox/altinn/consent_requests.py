"""Altinn's endpoints for asking a party for consent (docs.altinn.studio, consent request, 2026-02).

The page on which a person decides is the sandbox's own: one button per decision.
"""

import datetime
import html
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from stdnum.no import orgnr

from harness.sandbox.altinn.callers import Caller, Callers
from harness.sandbox.altinn.consents import ORGANISATION, Consent, Consents, Event, Right
from harness.sandbox.altinn.problems import AltinnProblem, problem_response, validation_response
from harness.sandbox.altinn.resources import Resources
from harness.sandbox.bodies import json_object
from harness.sandbox.clock import Clock
from harness.sandbox.knobs import Knobs
from harness.sandbox.pages import page

WRITE, READ, ANYBODY = "altinn:consentrequests.write", "altinn:consentrequests.read", "altinn:consentrequests.org"
SETTLING = datetime.timedelta(minutes=5)
"""Events more recent than this are not in the feed yet."""

PAGE = 100
PERSON = "urn:altinn:person:identifier-no:"
DECISIONS = {"accept": "accept", "reject": "reject", "revoke": "revoke"}


@dataclass
class ConsentRequests:
    """Handlers for the consents of one sandbox. `base` is where Altinn is mounted; `known` are the possible givers."""

    base: str
    consents: Consents
    resources: Resources
    callers: Callers
    clock: Clock
    knobs: Knobs
    known: frozenset[str]

    def routes(self) -> list[BaseRoute]:
        enterprise = "/accessmanagement/api/v1/enterprise/consentrequests"
        return [
            Route(enterprise, self.create, methods=["POST"]),
            Route(f"{enterprise}/events", self.events),
            Route(f"{enterprise}/{{id}}", self.read),
            Route("/accessmanagement/ui/consent/request", self.page),
            Route("/consentrequests/{id}/{decision}", self.decide, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        """201 with Location; 200 if the same request is repeated."""
        caller = self.callers.of(request)
        if caller is None:
            return Response(status_code=401)
        if not caller.scopes & {WRITE, ANYBODY}:
            return Response(status_code=403)
        asked = await json_object(request) or {}
        errors = _validation_errors(asked, self.clock.now())
        if errors:
            return validation_response(errors)
        try:
            consent, is_new = self._created(asked, caller)
        except AltinnProblem as problem:
            return problem_response(problem, self.knobs)
        location = f"{self.base}/accessmanagement/api/v1/enterprise/consentrequests/{consent.id}"
        return JSONResponse(self._shown(consent), 201 if is_new else 200, {"Location": location})

    def _created(self, asked: Mapping[str, Any], caller: Caller) -> tuple[Consent, bool]:
        giver, recipient = _number(asked["from"]), _number(asked["to"])
        earlier = self.consents.by_id.get(asked["id"].lower())
        if earlier is not None:
            if (earlier.giver, earlier.recipient) != (giver, recipient):
                raise AltinnProblem(("AM-00016",))
            return earlier, False
        if recipient != caller.consumer and ANYBODY not in caller.scopes:
            raise AltinnProblem(("AM-00000",))
        rights = tuple(_right(right) for right in asked["consentRights"])
        problems = [*self._party_problems(asked["from"], giver), *_right_problems(rights, self.resources)]
        if problems:
            raise AltinnProblem(tuple(problems))
        consent = Consent(
            asked["id"].lower(),
            giver,
            recipient,
            datetime.datetime.fromisoformat(asked["validTo"]),
            None,
            rights,
            "Created",
            caller.supplier,
            asked.get("redirectUrl"),
        ).happened("Created", str(uuid.uuid4()), self.clock.now())
        self.consents.add(consent)
        return consent, True

    def _party_problems(self, urn: str, giver: str) -> Iterable[str]:
        if urn.startswith(PERSON):
            yield "AM-00004"  # no API of this sandbox accepts a person's consent yet
        elif giver not in self.known:
            yield "AM-00003"

    async def read(self, request: Request) -> Response:
        caller = self.callers.of(request)
        if caller is None:
            return Response(status_code=401)
        if not caller.scopes & {READ, WRITE, ANYBODY}:
            return Response(status_code=403)
        consent = self.consents.by_id.get(request.path_params["id"].lower())
        if consent is None or caller.consumer not in {consent.recipient, consent.handled_by}:
            return problem_response(AltinnProblem(("AM-00001",)), self.knobs)
        return JSONResponse(self._shown(consent))

    async def events(self, request: Request) -> Response:
        """The events of the caller's requests, oldest first, one page at a time."""
        caller = self.callers.of(request)
        if caller is None:
            return Response(status_code=401)
        if not caller.scopes & {READ, ANYBODY}:
            return Response(status_code=403)
        settled = self.clock.now() - SETTLING
        feed = sorted(
            (event.at, event.id, consent, event)
            for consent in self.consents.by_id.values()
            if consent.recipient == caller.consumer
            for event in consent.events
            if event.at <= settled
        )
        start = int(token) if (token := request.query_params.get("continuationToken", "0")).isdecimal() else 0
        page = [_shown_event(event) | {"consentRequestId": consent.id} for _, _, consent, event in feed[start:][:PAGE]]
        more = start + PAGE if len(feed) > start + PAGE else None
        following = f"{self.base}/accessmanagement/api/v1/enterprise/consentrequests/events?continuationToken={more}"
        return JSONResponse({"data": page, "links": {"next": following if more else None}})

    async def page(self, request: Request) -> Response:
        consent = self.consents.by_id.get(request.query_params.get("id", "").lower())
        if consent is None:
            return problem_response(AltinnProblem(("AM-00001",)), self.knobs)
        buttons = "".join(
            f'<form method=post action="{html.escape(self.base)}/consentrequests/{consent.id}/{name}">'
            f"<button>{name}</button></form>"
            for name in DECISIONS
        )
        rights = html.escape(", ".join(right.resource for right in consent.rights))
        giver, recipient = html.escape(consent.giver), html.escape(consent.recipient)
        body = (
            f"<h1>Consent of {giver}</h1><p>{recipient} asks for {rights}, until {consent.valid_to:%Y-%m-%d}. "
            f"It is {consent.status_at(self.clock.now())}.{buttons}"
        )
        return page("Consent", body, " ".join(("'self'", *_origin(consent.redirect_url))))

    async def decide(self, request: Request) -> Response:
        """The decision of the person acting for the giver; redirects back to the redirect URL as Altinn does."""
        decision = request.path_params["decision"]
        if decision not in DECISIONS:
            return Response(status_code=404)
        try:
            consent = self.consents.decide(
                request.path_params["id"].lower(), decision, str(uuid.uuid4()), self.clock.now()
            )
        except AltinnProblem as problem:
            return problem_response(problem, self.knobs)
        if consent.redirect_url is None:
            return JSONResponse(self._shown(consent))
        outcome = {"Status": "OK"} if decision == "accept" else {"Status": "Failed", "ErrorMessage": "User rejected"}
        return JSONResponse(self._shown(consent), 303, {"Location": _with_query(consent.redirect_url, outcome)})

    def _shown(self, consent: Consent) -> dict[str, Any]:
        rights = [
            {"action": ["consent"], "resource": [{"type": "urn:altinn:resource", "value": right.resource}]}
            | ({"metaData": dict(right.metadata)} if right.metadata else {})
            for right in consent.rights
        ]
        return {
            "id": consent.id,
            "from": f"{ORGANISATION}{consent.giver}",
            "to": f"{ORGANISATION}{consent.recipient}",
            "validTo": consent.valid_to.isoformat(),
            "consentRights": rights,
            "status": consent.status_at(self.clock.now()),
            "consented": consent.consented.isoformat() if consent.consented else None,
            "handledBy": f"{ORGANISATION}{consent.handled_by}" if consent.handled_by else None,
            "redirectUrl": consent.redirect_url,
            "consentRequestEvents": [_shown_event(event) for event in consent.events],
            "viewUri": f"{self.base}/accessmanagement/ui/consent/request?id={consent.id}",
        }


def _origin(redirect_url: str | None) -> Iterable[str]:
    """The origin that a decision redirects to, as written in a page's Content-Security-Policy."""
    parts = urlsplit(redirect_url or "")
    if re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", parts.netloc):
        yield f"{parts.scheme}://{parts.netloc}"


def _shown_event(event: Event) -> dict[str, str]:
    return {"consentEventID": event.id, "eventType": event.kind, "created": event.at.isoformat()}


def _validation_errors(asked: Mapping[str, Any], now: datetime.datetime) -> list[tuple[str, str, str]]:
    errors = []
    if not _is_uuid(asked.get("id")):
        errors.append(("STD-00000", "The id is not a UUID", "/id"))
    for name in ("from", "to"):
        if not _is_party(asked.get(name)):
            errors.append(("STD-00000", "The party is not a URN with a valid number", f"/{name}"))
    if not _is_future(asked.get("validTo"), now):
        errors.append(("AM.VLD-00022", "validTo is not in the future", "/validTo"))
    rights = asked.get("consentRights")
    if not isinstance(rights, list) or not rights:
        errors.append(("AM.VLD-00023", "The list is empty", "/consentRights"))
    elif not all(_is_right(right) for right in rights):
        errors.append(("STD-00000", "Each right has an action and exactly one resource", "/consentRights"))
    redirect = asked.get("redirectUrl")
    if redirect is not None and not _is_address(redirect):
        errors.append(("AM.VLD-00027", "The redirect URL is not valid", "/redirectUrl"))
    return errors


def _is_uuid(value: object) -> bool:
    try:
        return bool(uuid.UUID(str(value)))
    except ValueError:
        return False


def _is_party(value: object) -> bool:
    text = str(value)
    if text.startswith(ORGANISATION):
        return bool(orgnr.is_valid(_number(text)))
    return text.startswith(PERSON) and len(_number(text)) == 11 and _number(text).isdecimal()


def _is_future(value: object, now: datetime.datetime) -> bool:
    try:
        return datetime.datetime.fromisoformat(str(value)) > now
    except (ValueError, TypeError):
        return False


def _is_right(right: object) -> bool:
    if not isinstance(right, dict) or right.get("action") != ["consent"]:
        return False
    resources, metadata = right.get("resource"), right.get("metaData", right.get("metadata")) or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        return False
    return isinstance(resources, list) and len(resources) == 1 and isinstance(resources[0], dict)


def _is_address(value: object) -> bool:
    try:
        parts = urlsplit(str(value))
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _right(right: Mapping[str, Any]) -> Right:
    metadata = right.get("metaData", right.get("metadata")) or {}
    return Right(str(right["resource"][0].get("value")), dict(metadata))


def _right_problems(rights: Iterable[Right], resources: Resources) -> Iterable[str]:
    """Unknown resources or keys, empty values, missing keys, and more than one template."""
    templates = set()
    for right in rights:
        resource = resources.consent.get(right.resource)
        if resource is None:
            yield "AM-00005"
            continue
        templates.add(resource.template)
        if right.metadata.keys() - resource.metadata:
            yield "AM-00006"
        if not all(right.metadata.values()):
            yield "AM-00007"
        if resource.metadata - right.metadata.keys():
            yield "AM-00008"
    if len(templates) > 1:
        yield "AM-00009"


def _number(urn: object) -> str:
    return str(urn).rpartition(":")[2]


def _with_query(url: str, more: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])))
