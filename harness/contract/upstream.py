"""Where official documents are published: SwaggerHub's addresses, and the versions it lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

REGISTRY = "https://api.swaggerhub.com/apis"
_HOSTS = {"app.swaggerhub.com", "api.swaggerhub.com", "virtserver.swaggerhub.com"}


@dataclass(frozen=True)
class Published:
    """One owner's API on SwaggerHub, in one version or (empty) the newest."""

    owner: str
    api: str
    version: str = ""

    @property
    def document(self) -> str:
        """The address of the document itself, with its domains resolved so that it is self-contained."""
        parts = [REGISTRY, self.owner, self.api, *([self.version] if self.version else [])]
        return "/".join(parts) + "?resolved=true"

    @property
    def listing(self) -> str:
        """The address of the list of its versions."""
        return f"{REGISTRY}/{self.owner}/{self.api}"


def on_swaggerhub(url: str) -> Published | None:
    """What a SwaggerHub address (a page or the registry, `resolved` or not) refers to; None for any other address."""
    parts = urlsplit(url)
    if parts.hostname not in _HOSTS:
        return None
    path = re.sub(r"^/(apis-docs|apis)/", "/", parts.path).strip("/")
    path = re.sub(r"/(swagger|openapi)\.(json|yaml)$", "", path)
    names = path.split("/")
    if len(names) < 2:
        return None
    return Published(names[0], names[1], names[2] if len(names) > 2 else "")


def address(url: str) -> str:
    """The document's address for an address that a person copied."""
    published = on_swaggerhub(url)
    return published.document if published else url


def newest(listing: Mapping[str, Any]) -> str:
    """The newest version in SwaggerHub's list of an API; empty if it lists none."""
    found = [
        str(entry["value"])
        for api in listing.get("apis", ())
        for entry in api.get("properties", ())
        if entry.get("type") == "X-Version"
    ]
    return max(found, key=_number, default="")


def is_newer(version: str, other: str) -> bool:
    return _number(version) > _number(other)


def _number(version: str) -> tuple[tuple[int, ...], bool, str]:
    """A sort key for versions: numbers as numbers, and a snapshot before its release."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version.partition("-")[0]))
    return numbers, "-" not in version, version
