"""One API in one version: document, error catalogue and requirements together."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from harness.contract.checklist import Checklist, load_checklist
from harness.contract.document import Document, Operation, load_document
from harness.contract.errors import ErrorCode, catalogue_of, errors_of
from harness.contract.faulty import FaultySpecificationError
from harness.contract.lifetimes import holds_in
from harness.contract.marks import Marks
from harness.contract.requirements import Requirement, load_requirements
from harness.exchange import Request

OURS, OFFICIAL = "openapi.yaml", "official.yaml"
REQUIREMENTS = "requirements.toml"


@dataclass(frozen=True)
class Contract:
    """What an API promises in one version. `base_path` is the path a target serves it at, "" if unknown."""

    api: str
    version: str
    document: Document
    errors: Mapping[str, ErrorCode]
    requirements: Mapping[str, Requirement]
    base_path: str = ""
    checklist: Checklist = field(default_factory=Checklist)

    def served_at(self, base_url: str) -> Self:
        """The same contract for a target at that address."""
        return replace(self, base_path=urlsplit(base_url).path.rstrip("/"))

    @cached_property
    def conditions(self) -> Mapping[str, ErrorCode]:
        """The conditions of the error catalogue by code."""
        return {kode: entry for kode, entry in self.errors.items() if entry.kind == "condition"}

    @cached_property
    def marks(self) -> Marks:
        """What identifies the API's own answers."""
        return Marks.of(self.document, self.errors)

    def only_the_service_knows(self, requirements: Iterable[str]) -> bool:
        """Whether one of these requirements is about something that only the service can know."""
        known = (self.requirements[key] for key in requirements if key in self.requirements)
        return any(each.only_the_service or each.kode in self.conditions for each in known)

    @cached_property
    def sha256(self) -> str:
        """The digest of the OpenAPI document's bytes."""
        return hashlib.sha256(self.document.path.read_bytes()).hexdigest()

    @cached_property
    def active(self) -> Mapping[str, Requirement]:
        """The requirements in force for this version: begun, not ended, and not withdrawn."""
        return {
            key: requirement
            for key, requirement in self.requirements.items()
            if requirement.withdrawn is None and holds_in(self.version, requirement.since, requirement.until)
        }

    @cached_property
    def by_check(self) -> Mapping[str, str]:
        """The requirement that each check judges in this API."""
        return {check: key for key, requirement in self.active.items() for check in requirement.checks}

    def requirement_of_kode(self, kode: str) -> str | None:
        """The requirement that promises an error code."""
        return next((key for key, requirement in self.active.items() if requirement.kode == kode), None)

    def accepted_for(self, kode: str) -> frozenset[str]:
        """The code itself and those that the documentation accepts in its place."""
        return frozenset({kode, *(other.kode for other in self.errors.values() if other.stands_for == kode)})

    def operation_of(self, request: Request) -> Operation | None:
        """The operation that a request is for; None for an unknown path or method."""
        return self.document.operation_at(request.method, request.parts.path, self.base_path)


def load_contract(folder: Path, version: str) -> Contract:
    """Reads an API's `requirements.toml` and one version's documents; raises FaultySpecificationError.

    The error catalogue's entry for a condition makes it a requirement.
    """
    promises = [entry.promise for entry in catalogue_of(folder, version).values()]
    by_catalogue = {each.id: each for each in promises if each is not None}
    stated = load_requirements(folder / REQUIREMENTS)
    if twice := stated.keys() & by_catalogue.keys():
        raise FaultySpecificationError(folder / REQUIREMENTS, f"{min(twice)} is in the error catalogue too; remove one")
    return Contract(
        api=folder.name,
        version=version,
        document=_document(folder / version),
        errors=errors_of(folder, version),
        requirements=dict(sorted((stated | by_catalogue).items())),
        checklist=load_checklist(folder),
    )


def load_issuer(folder: Path) -> Contract:
    """What a token issuer requires of its clients, without a document; raises FaultySpecificationError."""
    path = folder / REQUIREMENTS
    document = Document(path, {"info": {"title": folder.name.capitalize()}, "paths": {}})
    return Contract(folder.name, "", document, {}, load_requirements(path), checklist=load_checklist(folder))


def _document(folder: Path) -> Document:
    """The official document if one is pinned, else ours; fields that ours marks as personal stay marked."""
    ours = load_document(folder / OURS)
    if not (folder / OFFICIAL).is_file():
        return ours
    return replace(load_document(folder / OFFICIAL), marked_elsewhere=ours.sensitive_names)
