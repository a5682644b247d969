"""What an emulated API is: found by walking this package, so that one more API is one more folder.

A folder `harness/sandbox/<api>/` with a module `service` is an API of that name. The module says what Maskinporten and
Altinn know of the API (`OFFER`) and puts it together (`make_service`).
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

from starlette.requests import Request
from starlette.responses import Response

import harness.sandbox
from harness.sandbox.altinn.legacy import LegacyConsents
from harness.sandbox.altinn.system_users import SystemUsers
from harness.sandbox.clock import Clock
from harness.sandbox.given_profiles import GivenProfiles
from harness.sandbox.knobs import Knobs
from harness.sandbox.maskinporten.issuer import Issuer
from harness.sandbox.population import Offer, Population
from harness.sandbox.reach import InPassing


class UnusableStateError(Exception):
    """The file that state is kept in cannot be used; the text says why and how to fix it."""


@dataclass(frozen=True)
class World:
    """What every API of one sandbox shares.

    `base` is the address of the sandbox, without a path; `state` a file for what is to outlive it, if there is one.
    """

    base: str
    seed: int
    clock: Clock
    knobs: Knobs
    issuer: Issuer
    people: Population
    legacy_consents: LegacyConsents = field(default_factory=LegacyConsents)
    state: Path | None = None
    passing: InPassing = field(default_factory=InPassing)
    """What is another way for some calls only."""

    given: GivenProfiles = field(default_factory=lambda: GivenProfiles(InPassing()))
    """The data that parties were given in place of their own."""

    @property
    def system_users(self) -> SystemUsers:
        return self.people.system_users


class Service(Protocol):
    """One emulated API: a frozen dataclass or one that `dataclasses.replace` copies, with its collaborators as fields.

    `bases` are the paths that it is served under, the newest style first. `repeatable` says that a call changes
    nothing: the same one may be made again and gets the same answer.
    """

    @property
    def bases(self) -> tuple[str, ...]: ...

    @property
    def repeatable(self) -> bool: ...

    async def __call__(self, request: Request) -> Response: ...

    def operation_of(self, request: Request) -> str:
        """The API's own name for the operation that a request is for; empty where it is for none."""

    def may_be_changed(self, operation: str, path: str, kind: str) -> bool:
        """Whether a good answer of the operation keeps the contract when the member at a path is changed by a kind of
        mechanical mutant, as far as is published: an optional member left out, a field that nobody announced."""

    def parties(self) -> Mapping[str, str]:
        """The parties that it knows something special of, by number, and what that is, in one sentence each."""

    def target(self) -> Mapping[str, object]:
        """What a target file says of it beside its address, below `[targets.NAME.apis.<api>]`."""


STATE = "state"
"""The kind of what is shown in another state for some calls only; its keys are the API, the kind and the id."""


@dataclass(frozen=True)
class Kept:
    """Something that an API keeps and that has a state: `kind` and `id` name it, `label` tells people which it is."""

    kind: str
    id: str
    label: str
    state: str
    states: tuple[str, ...]


class Inside(Protocol):
    """An API seen from within, for the sandbox's own switches: no client of the API sees or changes it like this."""

    @property
    def profiles(self) -> Mapping[str, str]:
        """What a party can be in this API: a sentence by name."""

    def profile_of(self, party: str) -> str:
        """The name of the profile that a party has by itself."""

    def shown(self, party: str) -> Mapping[str, object]:
        """What the API would answer about a party, by operation, to somebody who may see everything."""

    def kept(self) -> Sequence[Kept]:
        """Everything that has a state, newest first."""

    def putting(self, kind: str, key: str, state: str) -> Callable[[], object] | None:
        """What puts a thing into a state, for good; None where there is no such thing, or no such state of it."""


class ServiceModule(Protocol):
    """The module `service` of an API's folder."""

    OFFER: Offer

    def make_service(self, world: World) -> Service: ...

    def inside_of(self, service: Service) -> Inside:
        """The view from within of a service that `make_service` made."""


def service_modules() -> dict[str, ServiceModule]:
    """The modules by API name."""
    names = sorted(module.name for module in pkgutil.iter_modules(harness.sandbox.__path__) if module.ispkg)
    return {name: cast(ServiceModule, _service_of(name)) for name in names if _has_service(name)}


def _has_service(name: str) -> bool:
    package = importlib.import_module(f"{harness.sandbox.__name__}.{name}")
    return any(module.name == "service" for module in pkgutil.iter_modules(package.__path__))


def _service_of(name: str) -> object:
    return importlib.import_module(f"{harness.sandbox.__name__}.{name}.service")
