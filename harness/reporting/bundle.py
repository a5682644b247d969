"""Packs a test to hand over: summary, verdict, redacted log and specifications with a manifest of sha256 sums.

The manifest can be signed as a JWS (RFC 7515) with the vendor's own key. The public half, or the certificate chain, is
in the JWS header; the reader must know whose it is.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.contract.contract import Contract
from harness.contract.errors import error_files
from harness.contract.folders import specs_folder
from harness.files.text import MEBIBYTE, decoded
from harness.files.tree import unambiguous_json_of
from harness.files.unreadable import UnreadableFileError
from harness.reporting.archive import UnsafeArchiveError, read_archive
from harness.reporting.seal import Seal, Signer, UnreadableSealError, read_seal
from harness.reporting.whereabouts import NOTE, foreign_addresses
from harness.reporting.whole import write_bytes
from harness.verdict.coverage import Share, coverage_of
from harness.verdict.headline import headline
from harness.verdict.model import Verdict

FILE = "provestand-bundle.zip"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.jws"

CONTENTS = (
    "verdict.json", "outcomes.json", "report.html", "exchanges.har", "junit.xml",
    "summary.nb.md", "summary.nb.html", "summary.en.md", "summary.en.html",
)  # fmt: skip
"""The files of a results folder that are packed, if they exist."""

NAME = re.compile(r"(specs/[a-z0-9_-]{1,64}/(v[0-9.]{1,16}/)?)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Allowed file names in a bundle; the manifest says which files belong to it."""

LARGEST = 256 * MEBIBYTE
LARGEST_MANIFEST = 4 * MEBIBYTE
"""The maximum unpacked size of a file in a bundle, in bytes; a larger one is refused unread."""


class NoBundleError(Exception):
    """A file that cannot be read as a bundle; the text says why in one line."""


@dataclass(frozen=True)
class Inspection:
    """What a bundle claims, and whether it can be trusted. `faults` is empty for an intact bundle."""

    manifest: Mapping[str, Any]
    faults: Sequence[str]
    seal: Seal | None
    verdict: Verdict | None
    """The verdict in the bundle; None if it cannot be read, which is one of the faults."""

    @property
    def claims(self) -> Sequence[str]:
        """The result, coverage and target of the run, in words."""
        if self.verdict is None:
            return ()
        share, foreign = self.verdict.coverage, foreign_addresses(self.verdict.environment)
        part = "; only part of the suite was run" if self.verdict.partial else ""
        by_api = ", ".join(f"{api} {each}" for api, each in share.by_api.items())
        extent = f"judged {share} testable requirements ({by_api}), {share.total} in all{part}"
        found = f"{self.verdict.verdict}: {headline(self.verdict)}"
        where = f"target {self.verdict.target}, finished {self.verdict.finished.isoformat()}"
        return [f"{found}; {where}", extent, *([f"{NOTE}: {', '.join(foreign)}"] if foreign else [])]

    @property
    def files(self) -> Mapping[str, str]:
        return dict(self.manifest["files"])


def write_bundle(verdict: Verdict, contracts: Iterable[Contract], folder: Path, signer: Signer | None) -> Path:
    """Writes provestand-bundle.zip completely or not at all; the same content gives the same bytes."""
    files = {name: (folder / name).read_bytes() for name in CONTENTS if (folder / name).is_file()}
    files |= {name: content for contract in contracts for name, content in _specification(contract)}
    manifest = {
        "schema": 1,
        "tool": verdict.tool.model_dump(),
        "target": verdict.target,
        **_told_of(verdict),
        "finished": verdict.finished.isoformat(),
        "specs": [spec.model_dump() for spec in verdict.specs],
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    files[MANIFEST] = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    if signer is not None:
        files[SIGNATURE] = signer.sign(files[MANIFEST])
    path = folder / FILE
    write_bytes(path, _packed(files, verdict))
    return path


def inspect_bundle(path: Path) -> Inspection:
    """Checks a bundle by its manifest, and the manifest by its signature. Raises NoBundleError."""
    files = _unpacked(path)
    if MANIFEST not in files:
        raise NoBundleError(f"{path}: it has no {MANIFEST}, so it is not a bundle of provestand. Ask for one.")
    manifest = _read_manifest(path, files[MANIFEST])
    sums = manifest["files"]
    present = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    faults = [f"{name} is missing" for name in sums if name not in present]
    faults += [f"{name} was changed" for name in sums if name in present and present[name] != sums[name]]
    faults += [f"{name} was added" for name in present if name not in {*sums, MANIFEST, SIGNATURE}]
    verdict = _verdict_in(files)
    faults += _contradictions(manifest, files, verdict)
    seal = None
    if SIGNATURE in files:
        try:
            seal = read_seal(files[SIGNATURE], files[MANIFEST])
        except UnreadableSealError as error:
            faults.append(str(error))
    return Inspection(manifest, sorted(faults), seal, verdict)


def _specification(contract: Contract) -> Iterable[tuple[str, bytes]]:
    """The document that the verdict is based on, whoever pinned it, with the catalogue and the requirements."""
    place, folder = f"specs/{contract.api}/{contract.version}", specs_folder() / contract.api
    yield f"{place}/openapi.yaml", contract.document.path.read_bytes()
    for path in error_files(folder, contract.version):
        yield f"specs/{path.relative_to(folder.parent).as_posix()}", path.read_bytes()
    yield f"specs/{contract.api}/requirements.toml", (folder / "requirements.toml").read_bytes()


def _packed(files: Mapping[str, bytes], verdict: Verdict) -> bytes:
    packed = io.BytesIO()
    moment = verdict.finished.timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, moment), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        return read_archive(path, _bound_of)
    except OSError as error:
        raise NoBundleError(f"{path}: it cannot be read ({error.strerror}). Name a bundle.") from error
    except UnsafeArchiveError as error:
        raise NoBundleError(f"{path}: {error}. Ask for another.") from error


def _bound_of(name: str) -> int:
    """The maximum size of a file in a bundle, in bytes; 0 for a name that no bundle has."""
    if name in {MANIFEST, SIGNATURE}:
        return LARGEST_MANIFEST
    return LARGEST if NAME.fullmatch(name) else 0


def _read_manifest(path: Path, text: bytes) -> dict[str, Any]:
    try:
        manifest = unambiguous_json_of(decoded(text, MANIFEST), MANIFEST)
        sums = manifest["files"]
        claims = {"target", "verdict", "finished", "specs"} <= set(manifest)
        listed = all(_bound_of(name) and isinstance(value, str) for name, value in sums.items())
        if manifest["schema"] == 1 and claims and listed:
            return dict(manifest)
    except UnreadableFileError as error:
        raise NoBundleError(f"{path}: {error}") from error
    except (KeyError, TypeError, AttributeError):
        pass
    raise NoBundleError(
        f"{path}: {MANIFEST} does not have schema 1. Verify with the version of provestand that packed it."
    )


def _told_of(verdict: Verdict) -> dict[str, Any]:
    """A manifest's summary of the verdict, for readers who look no further."""
    foreign = foreign_addresses(verdict.environment)
    return {
        "verdict": verdict.verdict,
        "headline": headline(verdict),
        "coverage": verdict.coverage.model_dump(),
        "scope": verdict.scope,
        "environment": {"of_skatteetaten": not foreign, "note": NOTE if foreign else "", "foreign": foreign},
    }


def _verdict_in(files: Mapping[str, bytes]) -> Verdict | None:
    try:
        return Verdict.model_validate_json(files.get("verdict.json", b""))
    except ValidationError:
        return None


def _agrees(claimed: object, value: object) -> bool:
    """Whether a claim is true, as far as it goes."""
    if isinstance(claimed, dict) and isinstance(value, dict):
        return all(name in value and _agrees(part, value[name]) for name, part in claimed.items())
    return claimed == value


def _figures(share: Share) -> tuple[int, int, int]:
    return share.judged, share.testable, share.total


def _contradictions(manifest: Mapping[str, Any], files: Mapping[str, bytes], verdict: Verdict | None) -> Iterable[str]:
    """Yields where the manifest's claims differ from the verdict and the specifications."""
    if verdict is None:
        yield "verdict.json cannot be read"
        return
    members = json.loads(files["verdict.json"])
    told = {**_told_of(verdict), "target": verdict.target, "specs": members["specs"]}
    for claim, value in told.items():
        # A bundle from an earlier version claims less.
        if not _agrees(manifest.get(claim, value), value):
            yield f"{MANIFEST} and verdict.json differ in {claim}"
    counted, told_of = coverage_of(verdict.requirements), verdict.coverage
    shares = [(counted, told_of), *((share, told_of.by_api.get(api)) for api, share in counted.by_api.items())]
    if any(_figures(share) != _figures(other) for share, other in shares if other is not None):
        yield "the coverage in verdict.json does not match its requirements"
    for spec in verdict.specs:
        name = f"specs/{spec.api}/{spec.version}/openapi.yaml"
        if name not in files or hashlib.sha256(files[name]).hexdigest() != spec.sha256:
            yield f"{name} is not the specification that the verdict is based on"
