"""Whether a test ran against an environment of Skatteetaten, judging by its addresses."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from harness.targets.profiles import PROFILES, known_apis
from harness.verdict.model import Environment

NOTE = "the target is not an environment of Skatteetaten"


def foreign_addresses(environment: Environment | None) -> list[str]:
    """The addresses of a run that are not the profile's, each with its use; empty if all are.

    A sandbox is not an environment of Skatteetaten. If the run did not record its environment, the result says so.
    """
    if environment is None:
        return ["no address was recorded"]
    return list(_foreign(environment))


def _foreign(environment: Environment) -> Iterator[str]:
    profile = environment.profile
    issuer = PROFILES[profile].issuer if profile in PROFILES else None
    if issuer is None or _origin(environment.issuer) != _origin(issuer):
        yield f"tokens from {environment.issuer}"
    for surface in environment.apis:
        if _origin(surface.base_url) not in _origins_of(surface.api, profile):
            yield f"{surface.api} at {surface.base_url}"


def _origins_of(api: str, profile: str) -> set[tuple[str, str]]:
    known = known_apis().get(api)
    return {_origin(address) for address in known.hosts.get(profile, {}).values()} if known else set()


def _origin(address: str) -> tuple[str, str]:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower().removesuffix(":443").rstrip(".")
