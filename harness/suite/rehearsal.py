"""The built-in sandbox cut down to what a target has, so that a rehearsal on it sends what a run would send there."""

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
"""Fields of an API that the sandbox's own value stays for, whatever the target says there."""


@contextmanager
def running_like(target: Target, file: Path) -> Iterator[Path]:
    """A sandbox that runs as long as it is needed; `file` becomes the description of what the target has of it.

    Raises SandboxEndedError.
    """
    with running_sandbox() as sandbox:
        members = tomllib.loads(sandbox.target_file.read_text(encoding="utf-8"))["targets"]["sandbox"]
        file.write_text(tomli_w.dumps({"targets": {"sandbox": narrowed(members, target)}}), encoding="utf-8")
        yield file


def narrowed(sandbox: Members, target: Target) -> dict[str, Any]:
    """The members of a sandbox's target without what `target` does not have, in the same shape.

    As many organisations, the same ways in, and no field that opens scenarios which are not testable on the target.
    """
    apis = {
        name: _api(sandbox["apis"][name], api)
        for name, api in target.apis.items()
        if name in sandbox["apis"]  # the sandbox of an API that is not emulated rehearses nothing of it
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
    """A table or a list by organisation, of these parties only; anything else as it is."""
    if isinstance(value, Mapping) and value and all(len(key) == 9 and key.isdigit() for key in value):
        return {key: each for key, each in value.items() if key in parties}
    if isinstance(value, list):
        return [each for each in value if each in parties] or value[:1]
    return value
