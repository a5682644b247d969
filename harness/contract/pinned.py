"""Finds the pinned specifications and checks them against specs.lock."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from harness.contract.contract import OFFICIAL, OURS, REQUIREMENTS, Contract, load_contract, load_issuer
from harness.contract.faulty import FaultySpecificationError
from harness.contract.folders import own_folder, specs_folder
from harness.contract.own_pins import VERSION, own_versions, with_own
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError

LOCK = "specs.lock"


@dataclass(frozen=True)
class Source:
    """Where a file came from: a URL or file name, the server's ETag (empty if none), and the day it was added."""

    origin: str
    etag: str
    taken: str


def api_names() -> list[str]:
    """Every API with pinned specifications."""
    return sorted({path.parent.parent.name for path in specs_folder().glob(f"*/*/{OURS}")})


def issuer_names() -> list[str]:
    """The token issuers whose requirements a client is judged by: folders with requirements but no document."""
    apis = set(api_names())
    return sorted(path.parent.name for path in specs_folder().glob(f"*/{REQUIREMENTS}") if path.parent.name not in apis)


def versions(api: str) -> list[str]:
    """The pinned versions of an API, bundled or the user's own, oldest first."""
    found = {*bundled_versions(api), *own_versions(own_folder(), api)} if bundled_versions(api) else set()
    return sorted(found, key=_number)


def bundled_versions(api: str) -> list[str]:
    """The bundled versions of an API, oldest first."""
    return sorted((path.parent.name for path in (specs_folder() / api).glob(f"*/{OURS}")), key=_number)


def _number(version: str) -> list[int]:
    return [int(part) for part in version.removeprefix("v").split(".")]


def contract_of(api: str, version: str | None = None) -> Contract:
    """The pinned contract of an API, the newest version unless one is named; raises FaultySpecificationError.

    A document pinned by the user replaces the bundled one.
    """
    known = versions(api)
    if not known and not version and (specs_folder() / api / REQUIREMENTS).is_file():
        return load_issuer(specs_folder() / api)
    if not known or (version and version not in known):
        raise FaultySpecificationError(
            specs_folder() / api, f"version {version} is not pinned" if version else "no version is pinned"
        )
    return contract_with(own_folder(), api, version or known[-1])


def contract_with(folder: Path | None, api: str, version: str) -> Contract:
    """The contract of a version, with what the user's folder pins; raises FaultySpecificationError.

    A version that is not bundled is judged by the requirements of the newest bundled one; its error codes are unknown.
    """
    bundled = bundled_versions(api)
    if version in bundled:
        return with_own(load_contract(specs_folder() / api, version), folder)
    newest = load_contract(specs_folder() / api, bundled[-1])
    return with_own(replace(newest, version=version, errors={}), folder)


def locked_folders() -> list[Path]:
    """The folders with pinned files and a lock: the user's own, if there is one, and the bundled one."""
    own = own_folder()
    is_locked = own is not None and own != specs_folder() and (own / LOCK).is_file()
    return [own, specs_folder()] if own is not None and is_locked else [specs_folder()]


def official_sources() -> dict[str, tuple[Source, str]]:
    """The source and sha256 of each pinned official document, by its path; the user's own take precedence.

    Raises FaultySpecificationError.
    """
    found: dict[str, tuple[Source, str]] = {}
    for folder in reversed(locked_folders()):
        digests = read_lock(folder)
        found |= {name: (source, digests.get(name, "")) for name, source in read_sources(folder).items()}
    return found


def take_out(folder: Path, api: str, version: str) -> None:
    """Removes an official document, and the requests generated from it, from a folder and its lock.

    Raises FaultySpecificationError if none is pinned there.
    """
    place = folder / api / version
    if not (place / OFFICIAL).is_file():
        raise FaultySpecificationError(place, "no official document is pinned there")
    for path in (place / OFFICIAL, place / "corpus.jsonl"):
        path.unlink(missing_ok=True)
    for emptied in (place, place.parent):
        if not any(emptied.iterdir()):
            emptied.rmdir()
    write_lock(folder)


@dataclass(frozen=True)
class Difference:
    """A file that differs from specs.lock."""

    file: str
    state: Literal["changed", "missing", "not locked"]


def locked_files(folder: Path) -> Iterator[str]:
    """Every file that the lock covers, by its path below the folder, sorted."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
        if path.is_file() and path.name != LOCK and not hidden:
            yield path.relative_to(folder).as_posix()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_lock(folder: Path) -> dict[str, str]:
    """The sha256 of each file by its path; raises FaultySpecificationError."""
    files = _lock(folder).get("files")
    if not isinstance(files, dict):
        raise FaultySpecificationError(folder / LOCK, "it has no table [files]")
    return {str(name): str(value) for name, value in files.items()}


def read_sources(folder: Path) -> dict[str, Source]:
    """The sources of the files that were added, by their paths; raises FaultySpecificationError."""
    try:
        return {name: Source(**entry) for name, entry in _lock(folder).get("sources", {}).items()}
    except (TypeError, AttributeError) as error:
        raise FaultySpecificationError(folder / LOCK, f"[sources] cannot be read ({error})") from error


def _lock(folder: Path) -> dict[str, Any]:
    try:
        return read_toml(folder / LOCK)
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(folder / LOCK, error) from error


def write_lock(folder: Path, sources: Mapping[str, Source] | None = None) -> None:
    """Pins every file as it is now; the lock is written atomically. `sources` are added to the existing ones."""
    known = read_sources(folder) if (folder / LOCK).is_file() else {}
    known = {name: source for name, source in {**known, **(sources or {})}.items() if (folder / name).is_file()}
    lines = [f'"{name}" = "{digest(folder / name)}"' for name in locked_files(folder)]
    for name, source in sorted(known.items()):
        members = [f"{key} = {json.dumps(value)}" for key, value in asdict(source).items()]
        lines += ["", f'[sources."{name}"]', *members]
    text = "# sha256 of every pinned file; `provestand specs verify` checks the files against it.\n[files]\n"
    aside = folder / f"{LOCK}.new"
    aside.write_text(text + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    aside.replace(folder / LOCK)


def take_in(folder: Path, api: str, version: str, content: bytes, source: Source) -> Path:
    """Puts an official document into a folder of pins and its lock; raises FaultySpecificationError.

    In the user's own folder it is alone, in ours beside our document. Runs use it instead of ours.
    """
    if api not in api_names():
        raise FaultySpecificationError(specs_folder() / api, f"there is no API {api}")
    if not VERSION.fullmatch(version):
        raise FaultySpecificationError(folder / api, f"{version!r} is not a version; write it like v2 or v1.1")
    place = folder / api / version
    place.mkdir(exist_ok=True, parents=True)
    is_new = folder == specs_folder() and not (place / OURS).is_file()
    name = OURS if is_new else OFFICIAL
    aside = place / f".{name}.new"
    aside.write_bytes(content)
    aside.replace(place / name)
    if is_new and not (place / "errors.toml").is_file():
        (place / "errors.toml").write_bytes(b"# No error code of this version is known yet.\n")
    write_lock(folder, {f"{api}/{version}/{name}": source})
    return place / name


def differences(folder: Path) -> list[Difference]:
    """Files changed, removed or added since the lock was written; raises FaultySpecificationError."""
    lock, present = read_lock(folder), set(locked_files(folder))
    found = [Difference(name, "missing") for name in lock if name not in present]
    found += [Difference(name, "changed") for name in lock if name in present and digest(folder / name) != lock[name]]
    found += [Difference(name, "not locked") for name in present if name not in lock]
    return sorted(found, key=lambda difference: difference.file)
