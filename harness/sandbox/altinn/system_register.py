"""Altinn's endpoints for vendors: their systems, and their requests for system users.

Source: Altinn/altinn-authentication, 2026-07. The customer's approval is the sandbox's own address.
"""

import datetime
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from harness.sandbox.altinn.callers import Callers
from harness.sandbox.altinn.problems import validation_response
from harness.sandbox.altinn.resources import Resources
from harness.sandbox.altinn.system_users import EXTERNAL_REF, SystemUser, SystemUsers
from harness.sandbox.bodies import json_object
from harness.sandbox.clock import Clock

REGISTER = "altinn:authentication/systemregister.write"
ASK = "altinn:authentication/systemuser.request.write"
READ = "altinn:authentication/systemuser.request.read"
LIFE = datetime.timedelta(days=10)
"""An unanswered request expires after this (Altinn/altinn-authentication)."""

VENDOR_ID = re.compile(r"0192:([0-9]{9})\Z")
ADDRESS = re.compile(r"https?://[^\s/]+\S*\Z")


@dataclass(frozen=True)
class System:
    """A vendor's system: the rights it may request from customers, and the Maskinporten clients it uses."""

    id: str
    vendor: str
    rights: frozenset[str]
    packages: frozenset[str]
    clients: tuple[str, ...]
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True)
class UserRequest:
    """A vendor's request that a customer create a system user for it."""

    id: str
    system: System
    customer: str
    resources: frozenset[str]
    external_ref: str | None
    made: datetime.datetime
    status: str = "New"
    redirect: str | None = None

    def status_at(self, now: datetime.datetime) -> str:
        return "TimedOut" if self.status == "New" and now - self.made > LIFE else self.status


@dataclass
class SystemRegister:
    """Handlers for the system users of one sandbox. `base` is where Altinn is mounted."""

    base: str
    system_users: SystemUsers
    resources: Resources
    callers: Callers
    clock: Clock
    systems: dict[str, System] = field(default_factory=dict)
    requests: dict[str, UserRequest] = field(default_factory=dict)

    def routes(self) -> list[BaseRoute]:
        api = "/authentication/api/v1"
        return [
            Route(f"{api}/systemregister/vendor", self.register, methods=["POST"]),
            Route(f"{api}/systemregister/vendor/{{id}}", self.system),
            Route(f"{api}/systemuser/request/vendor", self.ask, methods=["POST"]),
            Route(f"{api}/systemuser/request/vendor/{{id}}", self.read),
            Route("/systemuser/requests/{id}/{decision}", self.decide, methods=["POST"]),
        ]

    async def register(self, request: Request) -> Response:
        """Registers a system; the response is its internal id."""
        caller = self.callers.of(request)
        if caller is None or REGISTER not in caller.scopes:
            return Response(status_code=401 if caller is None else 403)
        asked = await json_object(request) or {}
        errors = self._errors(asked)
        if errors:
            return validation_response(errors)
        system = _system(asked)
        if system.vendor != caller.consumer:
            return Response(status_code=403)
        self.systems[system.id] = system
        return JSONResponse(str(uuid.uuid5(uuid.NAMESPACE_URL, system.id)))

    def _errors(self, asked: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        vendor, name = _object(asked.get("vendor")).get("ID"), str(asked.get("id", ""))
        errors = []
        match = VENDOR_ID.match(str(vendor))
        if match is None:
            errors.append(("AUTH.VLD-00000", "The org number identifier is not valid ISO6523", "/vendor/id"))
        elif not name.startswith(f"{match[1]}_") or " " in name:
            errors.append(("AUTH.VLD-00001", "The system id does not match the format orgnumber_xxxx", "/systemId"))
        if name in self.systems:
            errors.append(("AUTH.VLD-00002", "The system id already exists", "/systemId"))
        if not set(_resources(asked)) <= self.resources.system_user:
            errors.append(("AUTH.VLD-00003", "One or all the resources are not found", "/rights/resource"))
        taken = {client for system in self.systems.values() for client in system.clients}
        if taken & set(_texts(asked.get("clientId"))):
            errors.append(("AUTH.VLD-00004", "One of the client ids is tagged to an existing system", "/clientId"))
        if not all(ADDRESS.match(url) for url in _texts(asked.get("allowedRedirectUrls"))):
            errors.append(("AUTH.VLD-00005", "One or more of the redirect urls are not valid", "/allowedRedirectUrls"))
        if not set(_packages(asked)) <= self.resources.packages.keys():
            errors.append(("AUTH.VLD-00008", "One or all the access packages are not found", "/accessPackages"))
        return errors

    def _covered(self, rights: Iterable[str], packages: Iterable[str]) -> frozenset[str]:
        """The named resources, and those in the access packages."""
        return frozenset(rights).union(*(self.resources.packages.get(package, frozenset()) for package in packages))

    async def system(self, request: Request) -> Response:
        caller = self.callers.of(request)
        if caller is None or REGISTER not in caller.scopes:
            return Response(status_code=401 if caller is None else 403)
        system = self.systems.get(request.path_params["id"])
        if system is None or system.vendor != caller.consumer:
            return Response(status_code=404)
        body = {"systemId": system.id, "systemVendorOrgNumber": system.vendor, "clientId": list(system.clients)}
        return JSONResponse(
            body | {"rights": _shown(system.rights), "accessPackages": _shown_packages(system.packages)}
        )

    async def ask(self, request: Request) -> Response:
        """Requests a system user from a customer; the response says where the customer confirms it."""
        caller = self.callers.of(request)
        if caller is None or ASK not in caller.scopes:
            return Response(status_code=401 if caller is None else 403)
        asked = await json_object(request) or {}
        system = self.systems.get(str(asked.get("systemId")))
        if system is None or system.vendor != caller.consumer:
            return Response(status_code=404)
        wanted = self._covered(_resources(asked), _packages(asked))
        reference, redirect = asked.get("externalRef"), asked.get("redirectUrl")
        named = reference is None or (isinstance(reference, str) and EXTERNAL_REF.match(reference))
        if (
            not re.fullmatch(r"[0-9]{9}", str(asked.get("partyOrgNo")))
            or not named
            or not wanted <= self._covered(system.rights, system.packages)
        ):
            return Response(status_code=400)
        if redirect is not None and redirect not in system.redirects:
            return Response(status_code=400)
        made = UserRequest(
            str(uuid.uuid4()),
            system,
            str(asked["partyOrgNo"]),
            wanted or self._covered(system.rights, system.packages),
            reference,
            self.clock.now(),
            redirect=redirect,
        )
        self.requests[made.id] = made
        return JSONResponse(self._shown_request(made), 201)

    async def read(self, request: Request) -> Response:
        caller = self.callers.of(request)
        if caller is None or not caller.scopes & {READ, ASK}:
            return Response(status_code=401 if caller is None else 403)
        made = self.requests.get(request.path_params["id"])
        if made is None or made.system.vendor != caller.consumer:
            return Response(status_code=404)
        return JSONResponse(self._shown_request(made))

    async def decide(self, request: Request) -> Response:
        """The customer's decision: `accept` creates the system user, `reject` does not."""
        made = self.requests.get(request.path_params["id"])
        decisions: Mapping[str, Callable[[UserRequest], UserRequest]] = {"accept": self._accepted, "reject": _rejected}
        decide = decisions.get(request.path_params["decision"])
        if made is None or decide is None:
            return Response(status_code=404)
        if made.status_at(self.clock.now()) != "New":
            return JSONResponse(self._shown_request(made), 409)
        self.requests[made.id] = decided = decide(made)
        return JSONResponse(self._shown_request(decided))

    def _accepted(self, made: UserRequest) -> UserRequest:
        for client in made.system.clients:
            user = SystemUser(
                made.id, made.customer, made.system.vendor, client, made.system.id, made.resources, made.external_ref
            )
            self.system_users.all.append(user)
        return replace(made, status="Accepted")

    def _shown_request(self, made: UserRequest) -> dict[str, Any]:
        return {
            "id": made.id,
            "externalRef": made.external_ref,
            "systemId": made.system.id,
            "partyOrgNo": made.customer,
            "rights": _shown(made.resources),
            "status": made.status_at(self.clock.now()),
            "redirectUrl": made.redirect,
            "confirmUrl": f"{self.base}/systemuser/requests/{made.id}",
        }


def _rejected(made: UserRequest) -> UserRequest:
    return replace(made, status="Rejected")


def _system(asked: Mapping[str, Any]) -> System:
    return System(
        str(asked["id"]),
        str(_object(asked["vendor"])["ID"]).removeprefix("0192:"),
        frozenset(_resources(asked)),
        frozenset(_packages(asked)),
        tuple(_texts(asked.get("clientId"))),
        tuple(_texts(asked.get("allowedRedirectUrls"))),
    )


def _resources(asked: Mapping[str, Any]) -> list[str]:
    rights = [_object(right).get("resource") for right in _list(asked.get("rights"))]
    return [str(_object(entry).get("value")) for entries in rights for entry in _list(entries)]


def _packages(asked: Mapping[str, Any]) -> list[str]:
    return [str(_object(entry).get("urn")) for entry in _list(asked.get("accessPackages"))]


def _shown(resources: frozenset[str]) -> list[dict[str, Any]]:
    return [{"resource": [{"id": "urn:altinn:resource", "value": each}]} for each in sorted(resources)]


def _shown_packages(packages: frozenset[str]) -> list[dict[str, str]]:
    return [{"urn": package} for package in sorted(packages)]


def _texts(value: object) -> list[str]:
    return [str(entry) for entry in _list(value)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
