"""Reduces the built-in sandbox to what a target offers, so that a rehearsal on it sends what a run would send there."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomli_w

from harness.targets.embedded import running_sandbox
from harness.targets.model import Access, Api, Target

Members = Mapping[str, Any]
ALWAYS = frozenset({"base_url", "scope", "organisations", "access"})
"""Fields of an API that keep the sandbox's own value, whatever the target's is."""


@contextmanager
def running_like(target: Target, file: Path) -> Iterator[Path]:
    """A sandbox that runs as long as it is needed; `file` receives the matching target description.

    Raises SandboxEndedError.
    """
    with running_sandbox() as sandbox:
        members = tomllib.loads(sandbox.target_file.read_text(encoding="utf-8"))["targets"]["sandbox"]
        file.write_text(tomli_w.dumps({"targets": {"sandbox": narrowed(members, target)}}), encoding="utf-8")
        yield file


def narrowed(sandbox: Members, target: Target) -> dict[str, Any]:
    """The members of a sandbox's target without what `target` does not have, in the same shape.

    It has as many organisations, the same accesses, and no field that enables scenarios which are not testable on the
    target.
    """
    apis = {
        name: _api(sandbox["apis"][name], api)
        for name, api in target.apis.items()
        if name in sandbox["apis"]  # an API without a sandbox is not rehearsed
    }
    has = set(target.capabilities)
    capabilities = [name for name in sandbox.get("capabilities", ()) if name in has]
    issuer = dict(sandbox["maskinporten"])
    if target.maskinporten.mint is None:
        issuer.pop("mint", None)
    clients = issuer.pop("clients", {})
    kept = {name: client for name, client in clients.items() if name in target.maskinporten.clients}
    return {
        **{name: value for name, value in sandbox.items() if name != "capabilities"},
        "maskinporten": issuer | ({"clients": kept} if kept else {}),
        "apis": apis,
        **({"capabilities": capabilities} if capabilities else {}),
    }


def _api(sandbox: Members, api: Api) -> dict[str, Any]:
    asked_about = sandbox["organisations"][: len(api.organisations)]
    parties = [
        *asked_about,
        *(
            sandbox[name]
            for name in ("unknown_organisation", "shielded_organisation")
            if name in sandbox and getattr(api, name) is not None
        ),
    ]
    kept = {name: value for name, value in sandbox.items() if name in ALWAYS or getattr(api, name)}
    if api.version is not None:
        kept["version"] = api.version
    if api.delegation is not None and "delegation" in kept:
        kept["delegation"] = kept["delegation"] | {"consents": _of(kept["delegation"].get("consents", {}), parties)}
    access = {
        way: _way(sandbox["access"][way], api.access[way], parties) for way in api.access if way in sandbox["access"]
    }
    return kept | {"organisations": asked_about, "access": access}


def _way(sandbox: Members, access: Access, parties: Sequence[str]) -> dict[str, Any]:
    opened = bool(access.consents or access.consent_command)
    has = {name: bool(getattr(access, name)) for name in sandbox} | {"consents": opened}
    return {name: _of(value, parties) for name, value in sandbox.items() if has[name]}


def _of(value: Any, parties: Sequence[str]) -> Any:  # noqa: ANN401 - any value of the file
    """A table or list by organisation, reduced to these parties; any other value unchanged."""
    if isinstance(value, Mapping) and value and all(len(key) == 9 and key.isdigit() for key in value):
        return {key: each for key, each in value.items() if key in parties}
    if isinstance(value, list):
        return [each for each in value if each in parties] or value[:1]
    return value
