"""The built-in profiles, and where each API is known to live in them.

The files `specs/<api>/access.toml` say where an API lives, so that no other place knows an API by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from harness.files.tree import read_toml

ProfileName = Literal["sandbox", "test", "prod"]


@dataclass(frozen=True)
class Profile:
    """What a profile knows of its environment; None where nothing is known."""

    issuer: str | None
    altinn: str | None
    delegation_source: str | None


# Digdir, maskinporten_protocol_jwtgrant (2025-08) and docs.altinn.studio, consent (2026-02).
PROFILES: Mapping[str, Profile] = {
    "sandbox": Profile(None, None, None),
    "test": Profile("https://test.maskinporten.no/", "https://platform.tt02.altinn.no", "https://tt02.altinn.no/"),
    "prod": Profile("https://maskinporten.no/", "https://platform.altinn.no", "https://www.altinn.no/"),
}

# Whoever is not in production must not speak to these, nor to what lies below the second group.
PRODUCTION_HOSTS = frozenset({"maskinporten.no", "platform.altinn.no", "www.altinn.no", "altinn.no"})
PRODUCTION_DOMAINS = ("skatteetaten.no",)
TEST_DOMAINS = ("test.maskinporten.no", "tt02.altinn.no", "skatteetaten-test.no", "sits.no")


def is_production(url: str) -> bool:
    """Whether an address is known to be a production one."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return host in PRODUCTION_HOSTS or any(host == name or host.endswith(f".{name}") for name in PRODUCTION_DOMAINS)


def is_test(url: str) -> bool:
    """Whether an address is known to be a test one."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in TEST_DOMAINS)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KnownAccess(_Part):
    """A way in: what it asks for beyond the token, and the Altinn resource behind it."""

    kind: Literal["consent", "system_user", "token"]
    resource: str | None = None


class KnownCause(_Part):
    """What a refusal of the API means for access, and how to fix it."""

    cause: str
    fix: str


class HarmlessCall(_Part):
    """A call that changes nothing and is answered for every organisation that a way in is open for.

    {access} and {organisation} are filled into `path`. `admitted` are statuses that come only after access was given,
    beside 200.
    """

    path: str
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    admitted: tuple[int, ...] = ()


class KnownApi(_Part):
    """How one API is reached, from its access.toml.

    `second_call` is made where the answer to the harmless call may be anybody's; it changes nothing either.
    `admitted` are codes that come only after access was given, `pages` the addresses of its documentation.
    """

    scope: str
    delegation: str
    harmless_call: HarmlessCall | None = None
    second_call: HarmlessCall | None = None
    admitted: tuple[str, ...] = ()
    source: Mapping[str, object]
    hosts: Mapping[str, Mapping[Literal["new", "old"], str]]
    access: Mapping[str, KnownAccess] = Field(default_factory=dict)
    causes: Mapping[str, KnownCause] = Field(default_factory=dict)
    pages: tuple[str, ...] = ()


@cache
def known_apis() -> Mapping[str, KnownApi]:
    """Every API with an access.toml, by its folder's name."""
    files = sorted(_specs_folder().glob("*/access.toml"))
    return {path.parent.name: KnownApi.model_validate(read_toml(path)) for path in files}


def _specs_folder() -> Path:
    package = Path(__file__).parent.parent
    bundled = package / "_bundled" / "specs"
    return bundled if bundled.is_dir() else package.parent / "specs"
