"""What an emulated API is. APIs are found by walking this package, so another API is another folder.

A folder `harness/sandbox/<api>/` with a module `service` is an API of that name. The module says what Maskinporten and
Altinn know about the API (`OFFER`) and assembles it (`make_service`).
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
    """The state file cannot be used; the text says why and how to fix it."""


@dataclass(frozen=True)
class World:
    """What every API of one sandbox shares.

    `base` is the address of the sandbox, without a path; `state` is an optional file for state that outlives it.
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
    """Everything that is different for some calls only."""

    given: GivenProfiles = field(default_factory=lambda: GivenProfiles(InPassing()))
    """The profiles that parties were given in place of their own."""

    @property
    def system_users(self) -> SystemUsers:
        return self.people.system_users


class Service(Protocol):
    """One emulated API: a frozen dataclass or one that `dataclasses.replace` copies, with its collaborators as fields.

    `bases` are the paths that it is served under, the newest style first. `repeatable` means that a call changes
    nothing: repeating it gives the same answer.
    """

    @property
    def bases(self) -> tuple[str, ...]: ...

    @property
    def repeatable(self) -> bool: ...

    async def __call__(self, request: Request) -> Response: ...

    def operation_of(self, request: Request) -> str:
        """The API's own name for a request's operation, or empty."""

    def may_be_changed(self, operation: str, path: str, kind: str) -> bool:
        """Whether a mutant of this kind at the path leaves the published contract of a good answer intact, for example
        because the member is optional.
        """

    def parties(self) -> Mapping[str, str]:
        """The parties that are special in this API, by number, with a sentence about each."""

    def target(self) -> Mapping[str, object]:
        """The target file's entry for it, `[targets.NAME.apis.<api>]`, apart from its address."""


STATE = "state"
"""The kind of passing value that shows something in another state; its keys are the API, the kind and the id."""


@dataclass(frozen=True)
class Kept:
    """Something with a state that an API keeps: `kind` and `id` identify it, `label` names it for people."""

    kind: str
    id: str
    label: str
    state: str
    states: tuple[str, ...]


class Inside(Protocol):
    """An API seen from the inside, for the sandbox's own switches; clients of the API cannot do any of this."""

    @property
    def profiles(self) -> Mapping[str, str]:
        """The profiles that a party can have in this API: a sentence by name."""

    def profile_of(self, party: str) -> str:
        """The name of a party's own profile."""

    def shown(self, party: str) -> Mapping[str, object]:
        """What the API would answer about a party, by operation, to a caller who may see everything."""

    def kept(self) -> Sequence[Kept]:
        """Everything that has a state, newest first."""

    def putting(self, kind: str, key: str, state: str) -> Callable[[], object] | None:
        """A function that puts a thing into a state permanently; None if there is no such thing or state."""


class ServiceModule(Protocol):
    """The module `service` of an API's folder."""

    OFFER: Offer

    def make_service(self, world: World) -> Service: ...

    def inside_of(self, service: Service) -> Inside:
        """The inside view of a service made by `make_service`."""


def service_modules() -> dict[str, ServiceModule]:
    """The modules by API name."""
    names = sorted(module.name for module in pkgutil.iter_modules(harness.sandbox.__path__) if module.ispkg)
    return {name: cast(ServiceModule, _service_of(name)) for name in names if _has_service(name)}


def _has_service(name: str) -> bool:
    package = importlib.import_module(f"{harness.sandbox.__name__}.{name}")
    return any(module.name == "service" for module in pkgutil.iter_modules(package.__path__))


def _service_of(name: str) -> object:
    return importlib.import_module(f"{harness.sandbox.__name__}.{name}.service")
