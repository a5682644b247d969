"""The built-in profiles, and the known addresses of each API in them.

Those are in `specs/<api>/access.toml`, so that this code names no API.
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
    """What a profile knows about its environment; None if unknown."""

    issuer: str | None
    altinn: str | None
    delegation_source: str | None


# Digdir, maskinporten_protocol_jwtgrant (2025-08) and docs.altinn.studio, consent (2026-02).
PROFILES: Mapping[str, Profile] = {
    "sandbox": Profile(None, None, None),
    "test": Profile("https://test.maskinporten.no/", "https://platform.tt02.altinn.no", "https://tt02.altinn.no/"),
    "prod": Profile("https://maskinporten.no/", "https://platform.altinn.no", "https://www.altinn.no/"),
}

# Only production may call these hosts, and the subdomains of the second group.
PRODUCTION_HOSTS = frozenset({"maskinporten.no", "platform.altinn.no", "www.altinn.no", "altinn.no"})
PRODUCTION_DOMAINS = ("skatteetaten.no",)
TEST_DOMAINS = ("test.maskinporten.no", "tt02.altinn.no", "skatteetaten-test.no", "sits.no")


def is_production(url: str) -> bool:
    """Whether an address is a known production address."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return host in PRODUCTION_HOSTS or any(host == name or host.endswith(f".{name}") for name in PRODUCTION_DOMAINS)


def is_test(url: str) -> bool:
    """Whether an address is a known test address."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    return any(host == name or host.endswith(f".{name}") for name in TEST_DOMAINS)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KnownAccess(_Part):
    """A way in: what it needs beyond the token, and the Altinn resource behind it."""

    kind: Literal["consent", "system_user", "token"]
    resource: str | None = None


class KnownCause(_Part):
    """What an API's refusal means for access, and how to fix it."""

    cause: str
    fix: str


class HarmlessCall(_Part):
    """A call that changes nothing and is answered for every organisation with access by a way in. {access} and
    {organisation} are filled into `path`.

    `admitted` are the statuses besides 200 that are returned only once access is granted.
    """

    path: str
    method: Literal["GET", "POST"] = "GET"
    body: str = ""
    admitted: tuple[int, ...] = ()


class KnownApi(_Part):
    """How one API is reached, from its access.toml.

    `second_call` is made if anything could have answered the harmless call; it changes nothing either. `admitted` are
    codes that are returned only once access is granted, `pages` the addresses of its documentation.
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
