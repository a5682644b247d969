"""The sandbox's own addresses for its parties: what each is, what the APIs show about it, and its grants to others.

`GET /sandbox/parties`: all parties. `GET /sandbox/parties/{number}`: one, with what the APIs would answer about it.
`PUT /sandbox/parties/{number}` {"service", "profile"}: other data for it in one API; an empty profile restores its own.
`PUT /sandbox/consents/{id}` and `PUT /sandbox/system-users/{id}` {"do"}: `grant`, `revoke`, and for a consent `expire`.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.altinn.consents import Consent, Status
from harness.sandbox.altinn.system_users import SystemUser
from harness.sandbox.bodies import json_object
from harness.sandbox.population import CUSTOMER_OF_VENDOR, NOBODY, VENDOR
from harness.sandbox.reach import UnknownReachError, calls_asked_for
from harness.sandbox.service import Inside, World
from harness.sandbox.testdata import known_organisations, registered_parties

ROLES = {
    VENDOR: "The vendor: the client under test acts as this organisation.",
    CUSTOMER_OF_VENDOR: "A customer of the vendor, which has delegated its scopes to it.",
    NOBODY: "A well-formed number that is in no register.",
}
GRANTED_FOR = datetime.timedelta(days=90)
"""How long a consent granted here is valid (API documentation, Samtykke, 2025-11)."""


@dataclass
class Parties:
    """Handlers for the parties of one sandbox. `insides` returns each API's current inside view."""

    world: World
    insides: Callable[[], Mapping[str, Inside]]
    _consents: Mapping[str, Consent] = field(init=False)
    _system_users: tuple[SystemUser, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._consents = dict(self.world.people.consents.by_id)
        self._system_users = tuple(self.world.system_users.all)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/parties", self.tell_all, methods=["GET"]),
            Route("/parties/{number}", self.tell_one, methods=["GET"]),
            Route("/parties/{number}", self.give_profile, methods=["PUT"]),
            Route("/consents/{id}", self.put_consent, methods=["PUT"]),
            Route("/system-users/{id}", self.put_system_user, methods=["PUT"]),
        ]

    def reset(self) -> None:
        """Restores profiles, consents and system users; those that a client has created since the start stay."""
        self.world.given.take_back()
        self.world.people.consents.by_id.update(self._consents)
        users = self.world.system_users
        known = {user.id for user in self._system_users}
        users.all[:] = [*self._system_users, *(user for user in users.all if user.id not in known)]
        users.revoked.clear()

    async def tell_all(self, request: Request) -> Response:  # noqa: ARG002 - a handler's signature
        insides = self.insides()
        profiles = {api: dict(inside.profiles) for api, inside in insides.items()}
        return JSONResponse({"profiles": profiles, "parties": [self._party(each, insides) for each in self._numbers()]})

    async def tell_one(self, request: Request) -> Response:
        number, insides = request.path_params["number"], self.insides()
        if number not in self._numbers():
            return _problem("the sandbox has no party with this number", 404)
        shown = {api: dict(inside.shown(number)) for api, inside in insides.items()}
        return JSONResponse({**self._party(number, insides), "shown": shown})

    async def give_profile(self, request: Request) -> Response:
        number, insides = request.path_params["number"], self.insides()
        asked = await json_object(request) or {}
        service, profile = str(asked.get("service", "")), str(asked.get("profile", ""))
        try:
            calls = calls_asked_for(asked)
        except UnknownReachError as error:
            return _problem(str(error))
        if number not in self._numbers():
            return _problem("the sandbox has no party with this number", 404)
        if service not in insides or profile not in {"", *insides[service].profiles}:
            known = ", ".join(f"{api}: {' '.join(inside.profiles)}" for api, inside in insides.items())
            return _problem(f"put {{'service', 'profile'}}, one of these ({known}), or an empty profile")
        other = "" if profile == insides[service].profile_of(number) else profile
        if calls.are_all:
            self.world.given.give(service, number, other)
        else:
            self.world.given.give_in_passing(service, number, other, calls)
        return JSONResponse(self._party(number, insides))

    async def put_consent(self, request: Request) -> Response:
        by_id, key, now = self.world.people.consents.by_id, request.path_params["id"], self.world.clock.now()
        if key not in by_id:
            return _problem("no consent has this id", 404)
        changes: dict[str, Callable[[Consent], Consent]] = {
            "grant": lambda consent: replace(consent, status="Accepted", valid_to=now + GRANTED_FOR, consented=now),
            "revoke": lambda consent: replace(consent, status="Revoked"),
            "expire": lambda consent: replace(consent, valid_to=now - datetime.timedelta(seconds=1)),
        }
        done = str((await json_object(request) or {}).get("do"))
        if done not in changes:
            return _problem(f"put {{'do': one of {', '.join(changes)}}}")
        by_id[key] = changes[done](by_id[key])
        return JSONResponse(self._consent(by_id[key]))

    async def put_system_user(self, request: Request) -> Response:
        users, key = self.world.system_users, request.path_params["id"]
        if key not in {user.id for user in (*users.all, *users.revoked)}:
            return _problem("no system user has this id", 404)
        changes = {"grant": users.grant, "revoke": users.revoke}
        done = str((await json_object(request) or {}).get("do"))
        if done not in changes:
            return _problem(f"put {{'do': one of {', '.join(changes)}}}")
        changes[done](key)
        found = next(user for user in (*users.all, *users.revoked) if user.id == key)
        return JSONResponse(self._system_user(found))

    def _numbers(self) -> list[str]:
        """Every party that can be asked about, those on the published lists first."""
        current = self.world.people.current
        rest = (*known_organisations(), VENDOR, CUSTOMER_OF_VENDOR, NOBODY, *registered_parties())
        return list(dict.fromkeys((*current, *rest)))

    def _party(self, number: str, insides: Mapping[str, Inside]) -> dict[str, Any]:
        users = self.world.system_users
        entry = {**registered_parties().get(number, {}), **known_organisations().get(number, {})}
        return {
            "number": number,
            "person": len(number) == 11,
            "form": str(entry.get("form", "")),
            "listed": number in self.world.people.current,
            "known": number in known_organisations(),
            "role": ROLES.get(number) or str(entry.get("role", "")),
            "profiles": {api: self._profile(api, number, inside) for api, inside in insides.items()},
            "consents": [
                self._consent(each) for each in self.world.people.consents.by_id.values() if each.giver == number
            ],
            "system_users": [
                self._system_user(user) for user in (*users.all, *users.revoked) if user.customer == number
            ],
        }

    def _profile(self, api: str, number: str, inside: Inside) -> dict[str, Any]:
        given = self.world.given.of(api, number)
        name = given or inside.profile_of(number)
        return {"name": name, "text": inside.profiles.get(name, ""), "given": given is not None}

    def _consent(self, consent: Consent) -> dict[str, Any]:
        status: Status = consent.status_at(self.world.clock.now())
        return {
            "id": consent.id,
            "recipient": consent.recipient,
            "handled_by": consent.handled_by,
            "resources": [right.resource for right in consent.rights],
            "status": status,
            "valid_to": consent.valid_to.isoformat(),
            "is_changed": self._is_changed(consent),
        }

    def _is_changed(self, consent: Consent) -> bool:
        """Whether it permits less than at the start, apart from expiring by the clock."""
        start = self._consents.get(consent.id, consent)
        return consent.status != start.status or consent.valid_to < start.valid_to

    def _system_user(self, user: SystemUser) -> dict[str, Any]:
        return {
            "id": user.id,
            "vendor": user.vendor,
            "reference": user.reference,
            "resources": sorted(user.resources),
            "status": "Revoked" if user in self.world.system_users.revoked else "Accepted",
            "is_changed": user in self.world.system_users.revoked,
        }


def _problem(text: str, status: int = 400) -> Response:
    return JSONResponse({"problem": text}, status)
