"""Reads targets from provestand.toml, or from a file like it."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from harness.targets.model import Target

FILE = "provestand.toml"


class ConfigurationError(Exception):
    """The configuration cannot be used; the text says what is wrong, where, and how to mend it."""


def find_file(start: Path) -> Path | None:
    """The nearest provestand.toml in a folder or above it."""
    return next((folder / FILE for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def load_target(name: str, start: Path) -> Target:
    """The target of that name in the nearest provestand.toml, or the only target of the file of that name.

    Raises ConfigurationError.
    """
    if name.endswith(".toml"):
        path = Path(name)
        targets = _read(path)
        if len(targets) != 1:
            raise ConfigurationError(f"{path}: it holds {len(targets)} targets, not one. Name a file with one target.")
        return _parse(path, *next(iter(targets.items())))
    found = find_file(start)
    if found is None:
        raise ConfigurationError(
            f"target {name!r}: there is no {FILE} in {start} or above it. Write one, or use the built-in `sandbox`."
        )
    targets = _read(found)
    if name not in targets:
        near = get_close_matches(name, ["sandbox", *targets], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(sorted(targets)) or 'none'}."
        raise ConfigurationError(f"{found}: no target is called {name!r}. {hint}")
    return _parse(found, name, targets[name])


def _read(path: Path) -> Mapping[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be read ({error.strerror}). Name a file that exists.") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: it is no TOML ({error}). Mend the syntax there.") from error
    targets = content.get("targets")
    if not isinstance(targets, dict) or not targets:
        raise ConfigurationError(f"{path}: it has no [targets.NAME] table. Add one.")
    return targets


def _parse(path: Path, name: str, table: object) -> Target:
    try:
        target = Target.model_validate(table).model_copy(update={"name": name})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(["targets", name, *(str(part) for part in problem["loc"])])
        raise ConfigurationError(f"{path}: {place}: {problem['msg'].lower()}. Mend it there.") from error
    if target.profile == "sandbox":
        _ensure_loopback(path, target)
    return target


def _ensure_loopback(path: Path, target: Target) -> None:
    """In sandbox mode nothing leaves the machine."""
    for url in [target.maskinporten.issuer, *(api.base_url for api in target.apis.values())]:
        host = urlsplit(url).hostname or ""
        if host != "localhost" and not _is_loopback(host):
            raise ConfigurationError(
                f"{path}: {url} is no loopback address, and the profile of {target.name!r} is `sandbox`. "
                'Use profile = "test" for a real target.'
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
