"""Reads targets from provestand.toml, or from a similar file."""

import contextlib
import copy
import os
from collections.abc import Iterator, Mapping, MutableMapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.files.text import read_text
from harness.files.tree import LARGEST_TOML, toml_of
from harness.files.unreadable import UnreadableFileError
from harness.targets.model import Access, Api, Client, Limits, Maskinporten, Target, Timeouts
from harness.targets.places import FieldPath, Source
from harness.targets.problem import ConfigurationError
from harness.targets.profiles import PROFILES, known_apis
from harness.targets.rules import broken_rules

__all__ = ["ConfigurationError", "find_file", "load_target"]

FILE = "provestand.toml"
OVERRIDE = "PROVESTAND__"
"""`PROVESTAND__MASKINPORTEN__CLIENT_ID` sets `maskinporten.client_id` of the target that a command names."""


def find_file(start: Path) -> Path | None:
    """The nearest provestand.toml in a folder or above it."""
    return next((folder / FILE for folder in (start, *start.parents) if (folder / FILE).is_file()), None)


def load_target(name: str, start: Path, environ: Mapping[str, str] = os.environ) -> Target:
    """The target with that name in the nearest provestand.toml, or the only target of the file with that name.

    The profile fills in what it knows, and environment variables override fields, except for a sandbox, which writes
    its own file. Raises ConfigurationError with one line for every wrong field.
    """
    if name.endswith(".toml"):
        path = Path(name)
        text, targets = _read(path)
        if len(targets) != 1:
            raise ConfigurationError(
                f"{path}: it has {len(targets)} targets instead of one. Name a file with one target."
            )
        return _parse(path, text, *next(iter(targets.items())), environ)
    found = find_file(start)
    if found is None:
        raise ConfigurationError(
            f"target {name!r}: there is no {FILE} in {start} or above it. Write one with `provestand init`, "
            "or use the built-in `sandbox`."
        )
    text, targets = _read(found)
    if name not in targets:
        near = get_close_matches(name, ["sandbox", *targets], n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(sorted(targets)) or 'none'}."
        raise ConfigurationError(f"{found}: there is no target {name!r}. {hint}")
    return _parse(found, text, name, targets[name], environ)


def _read(path: Path) -> tuple[str, Mapping[str, object]]:
    try:
        text = read_text(path, LARGEST_TOML)
        content = toml_of(text, path)
    except UnreadableFileError as error:
        raise ConfigurationError(str(error)) from error
    unknown = sorted(content.keys() - {"targets", "vendor"})
    if unknown:
        place = Source(path, text).place((unknown[0],))
        raise ConfigurationError(f"{place}: no such table. Targets are written as [targets.NAME].")
    targets = content.get("targets")
    if not isinstance(targets, dict) or not targets:
        raise ConfigurationError(f"{path}: it has no [targets.NAME] table. Add one, or run `provestand init`.")
    return text, targets


def _parse(path: Path, text: str, name: str, table: object, environ: Mapping[str, str]) -> Target:
    source = Source(path, text, ("targets", name))
    if not isinstance(table, dict):
        raise ConfigurationError(f"{source.place(())}: it is not a table. Write [targets.{name}] above its fields.")
    members = copy.deepcopy(table)
    if members.get("profile", "test") != "sandbox":
        source = Source(path, text, source.table, _override(members, environ))
    _fill_in(members)
    _anchor(members, path.resolve().parent)
    try:
        target = Target.model_validate(members).model_copy(update={"name": name}).from_source(source)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        raise ConfigurationError("\n".join(_line(source, problem) for problem in problems)) from error
    broken = [f"{source.place(p.field)}: {p.what}. {p.fix}" for p in broken_rules(target)]
    if broken:
        raise ConfigurationError("\n".join(broken))
    return target


def _override(members: MutableMapping[str, Any], environ: Mapping[str, str]) -> Mapping[FieldPath, str]:
    """Applies the environment's overrides to the table and returns which variable set which field."""
    given: dict[FieldPath, str] = {}
    for name, value in sorted(environ.items()):
        if not name.startswith(OVERRIDE):
            continue
        path = tuple(part.lower() for part in name.removeprefix(OVERRIDE).split("__"))
        table = members
        for part in path[:-1]:
            inner = table.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ConfigurationError(f"environment variable {name}: {part} is not a table. Unset the variable.")
            table = inner
        table[path[-1]] = _value(name, value)
        given[path] = name
    return given


def _value(name: str, text: str) -> object:
    """Parses a variable: a list or table is written in TOML, anything else is plain text."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return toml_of(f"value = {text}", name)["value"]
    except UnreadableFileError as error:
        raise ConfigurationError(
            f'environment variable {name}: it is not a TOML value. Write a list as ["a"].'
        ) from error


def _fill_in(members: MutableMapping[str, Any]) -> None:
    """Fills in what the profile and the API's access.toml know and the table omits."""
    given = members.setdefault("profile", "test")
    profile = given if given in PROFILES else "test"  # the model reports an unknown profile, and only that
    known = PROFILES[profile]
    maskinporten = members.get("maskinporten")
    if known.issuer and isinstance(maskinporten, dict):
        maskinporten.setdefault("issuer", known.issuer)
    apis = members.get("apis")
    for name, api in apis.items() if isinstance(apis, dict) else ():
        if name in known_apis() and isinstance(api, dict):
            _fill_in_api(name, api, profile)


def _fill_in_api(name: str, api: MutableMapping[str, Any], profile: str) -> None:
    known = known_apis()[name]
    api.setdefault("scope", known.scope)
    addresses: Mapping[Any, str] = known.hosts.get(profile, {})
    address = addresses.get(api.get("style", "new"), next(iter(addresses.values()), None))
    if address is not None:
        api.setdefault("base_url", address)
    access = api.get("access")
    for way, members in access.items() if isinstance(access, dict) else ():
        if way in known.access and isinstance(members, dict):
            members.setdefault("kind", known.access[way].kind)


def _anchor(members: MutableMapping[str, Any], folder: Path) -> None:
    """Relative paths are relative to the configuration's folder, wherever a command is started."""
    if isinstance(members.get("ca_bundle"), str):
        members["ca_bundle"] = str(_anchored(members["ca_bundle"], folder))
    maskinporten = members.get("maskinporten")
    if not isinstance(maskinporten, dict):
        return
    others = maskinporten.get("clients")
    for client in (maskinporten, *(others.values() if isinstance(others, dict) else ())):
        for name in ("key", "key_password", "certificate") if isinstance(client, dict) else ():
            value = client.get(name)
            if isinstance(value, str) and value.startswith("file:") and value != "file:":
                client[name] = f"file:{_anchored(value.removeprefix('file:'), folder)}"


def _anchored(name: str, folder: Path) -> Path:
    path = Path(name)
    with contextlib.suppress(RuntimeError):  # "~" of an unknown user, or no home: there is no such file
        path = path.expanduser()
    return folder / path


def _line(source: Source, problem: ErrorDetails) -> str:
    """One validation error in one line, with the fix."""
    path = tuple(str(part) for part in problem["loc"] if part != "[key]")
    place = source.place(path)
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return f"{place}: it is missing. Add it, or run `provestand init`."
    if kind == "extra_forbidden":
        near = get_close_matches(path[-1], _fields_at(path[:-1]), n=1)
        return f"{place}: no such field. " + (f"Did you mean {near[0]}?" if near else "Remove it.")
    if kind == "literal_error":
        return f"{place}: it is not one of the allowed values. Use {context['expected']}."
    if kind == "string_pattern_mismatch" and context.get("pattern") == "^[0-9]{9}$":
        return f"{place}: an organisation number has nine digits. Write it without spaces, in quotes."
    if kind == "value_error":
        return f"{place}: {context['error']}. Fix it there."
    return f"{place}: {problem['msg'].lower()}. Fix it there."


def _fields_at(path: FieldPath) -> Iterator[str]:
    """The field names that a table of the model may have."""
    models: Mapping[str, type[BaseModel]] = {
        "": Target,
        "maskinporten": Maskinporten,
        "clients": Client,
        "apis": Api,
        "access": Access,
        "timeouts": Timeouts,
        "limits": Limits,
    }
    named = [part for part in path if part in models]
    yield from models[named[-1] if named else ""].model_fields
