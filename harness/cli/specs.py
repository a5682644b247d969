"""`provestand specs`: the pinned specifications."""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain, say
from harness.cli._surroundings import print_document
from harness.display import quantity

if TYPE_CHECKING:
    from harness.contract.pinned import Source
    from harness.drift.report import Threshold
    from harness.suite.corpus import Corpus


@click.group()
def command() -> None:
    """List the pinned specifications, check them against specs.lock, import official ones."""


@command.command("list")
def list_specs() -> None:
    """List every pinned API and version with its sha256, and where your own documents are pinned."""
    from harness.contract.contract import OFFICIAL, Contract
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.folders import specs_folder
    from harness.contract.pinned import api_names, contract_of, versions

    def row(contract: Contract) -> str:
        title, version = contract.document.content["info"]["title"], contract.document.content["info"]["version"]
        operations = quantity(len(contract.document.operations), "operation")
        counts = f"{operations}, {quantity(len(contract.active), 'requirement')}"
        path = contract.document.path
        official = ", official" if path.name == OFFICIAL else ""
        own = f", pinned in {path.parent}" if not path.is_relative_to(specs_folder()) else ""
        return f"{contract.api} {contract.version}  {contract.sha256[:16]}  {title} {version}: {counts}{official}{own}"

    try:
        for api in api_names():
            for version in versions(api):
                say(row(contract_of(api, version)))
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error


@command.command()
def verify() -> None:
    """Check every pinned file against specs.lock. Exit code 1 if files differ; they are listed."""
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.folders import specs_folder
    from harness.contract.pinned import differences, locked_folders, read_lock

    is_changed = False
    for folder in locked_folders():
        place = "" if folder == specs_folder() else f"{folder}/"
        try:
            found, count = differences(folder), len(read_lock(folder))
        except FaultySpecificationError as error:
            raise click.UsageError(str(error)) from error
        for difference in found:
            say(f"{place}{difference.file}: {difference.state}")
        if not found:
            say(f"{count} files match {place}specs.lock.")
        is_changed = is_changed or bool(found)
    if is_changed:
        sys.exit(1)


@command.command()
@click.argument("api")
@click.argument("version")
@click.option("--from", "origin", metavar="URL|FILE", help="Import an official document first, for runs to use.")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Pin into this folder.")
@click.option("--even-so", is_flag=True, help="Pin a document that does not look like one of this API.")
def pin(api: str, version: str, origin: str | None, into: Path | None, even_so: bool) -> None:
    """Import an official document (a file, or an address, such as SwaggerHub's), for runs to use instead of ours.

    It is kept in `specs/` beside provestand.toml, or in --into DIR; PROVESTAND_SPECS=DIR makes runs read it there.
    `provestand specs diff API VERSION` shows how it differs from ours, `specs unpin` removes it. In a checkout of this
    project without a provestand.toml, the project's own files are pinned; without --from, as they are now.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.folders import specs_folder
    from harness.contract.pinned import contract_with, take_in, write_lock
    from harness.suite.corpus import corpus_of
    from harness.suite.generator import freeze

    folder = _folder_of_pins(into)
    own = None if folder == specs_folder() else folder
    if origin is None and own is not None:
        raise click.UsageError("--from is missing: name the official document, a file or an address.")
    try:
        if origin is not None:
            content, source = _official(origin)
            if not even_so:
                _ensure_of_api(content, origin, api, version)
            path = take_in(folder, api, version, content, source)
            say(f"{path.relative_to(folder) if own is None else path}: {len(content)} bytes from {source.origin}")
        contract = contract_with(own, api, version)
        path = freeze(contract)
        corpus = corpus_of(contract)
        write_lock(folder)
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        problem = f"{folder}: it cannot be written ({error.strerror}). Name another folder with --into."
        raise click.UsageError(problem) from error
    say(f"{path.name}: {_kept(corpus)}")
    say("specs.lock written")


def _kept(corpus: "Corpus") -> str:
    """How many generated requests are kept, and how many of them are left out: a corpus has many of a kind."""
    kept, left_out = quantity(len(corpus.cases), "request"), sum(corpus.cut.values())
    return f"{kept}, {left_out} more of {quantity(len(corpus.cut), 'kind')} left out" if left_out else kept


@command.command()
@click.argument("api")
@click.argument("version")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="The folder of the pin.")
def unpin(api: str, version: str, into: Path | None) -> None:
    """Remove a pinned official document; runs use ours again."""
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.folders import specs_folder
    from harness.contract.own_pins import VERSION
    from harness.contract.pinned import api_names, contract_with, take_out, write_lock
    from harness.suite.generator import freeze

    folder = _folder_of_pins(into)
    if api not in api_names() or not VERSION.fullmatch(version):
        raise click.UsageError(f"{api} {version} is not pinned. `provestand specs list` shows what is.")
    try:
        take_out(folder, api, version)
        if folder == specs_folder():
            freeze(contract_with(None, api, version))
            write_lock(folder)
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{folder}: it cannot be written ({error.strerror}).") from error
    say(f"{api} {version} is no longer pinned in {folder}; runs use the bundled document.")


def _folder_of_pins(into: Path | None) -> Path:
    """The user's folder of pins; never inside the installed package."""
    from harness.contract.folders import PACKAGE, own_folder, specs_folder

    folder = into or own_folder()
    if folder is not None:
        if folder.resolve().is_relative_to(PACKAGE):
            raise click.UsageError(f"{folder}: part of the installed package. Name a folder of your own.")
        return folder
    project = specs_folder().parent
    if project.name != "_bundled" and Path.cwd().is_relative_to(project):
        return specs_folder()
    raise click.UsageError(
        "there is no provestand.toml here or above to keep a pin beside. Write one with `provestand init`, "
        "or name a folder with --into."
    )


def _ensure_of_api(content: bytes, origin: str, api: str, version: str) -> None:
    """Ends the command if a document probably belongs to another API."""
    from harness.contract.document import Document
    from harness.contract.own_pins import doubts
    from harness.contract.pinned import bundled_versions, contract_with
    from harness.drift.documents.files import parse

    bundled = bundled_versions(api)
    if not bundled:
        return  # an unknown API is reported on import
    known = contract_with(None, api, version if version in bundled else bundled[-1]).document
    found = doubts(Document(Path(origin), parse(content, origin)), known)
    if found:
        raise click.UsageError(f"--from {origin}: {'; '.join(found)}. Use --even-so to pin it anyway.")


def _official(origin: str) -> tuple[bytes, "Source"]:
    """The bytes of an official document and their origin; ends the command if the document is unusable."""
    from harness.contract.pinned import Source
    from harness.contract.upstream import address
    from harness.drift.documents.files import UnreadableDocumentError
    from harness.drift.documents.validity import ensure_valid
    from harness.files.text import read_octets
    from harness.files.unreadable import UnreadableFileError
    from harness.http.download import DownloadFailedError, download

    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        if origin.startswith(("https://", "http://")):
            url = address(origin)
            fetched = download(url)
            content, source = (fetched.content if fetched else b""), Source(url, fetched.etag if fetched else "", today)
        else:
            content, source = read_octets(Path(origin)), Source(Path(origin).name, "", today)
        ensure_valid(content, origin)
    except (UnreadableFileError, UnreadableDocumentError) as error:
        raise click.UsageError(f"--from {error}") from error
    except DownloadFailedError as error:
        complain(f"Error: {error}")
        sys.exit(3)
    return content, source


@command.command()
def outdated() -> None:
    """Ask upstream whether the pinned official documents have changed.

    Exit codes: 0 all are current, 1 there is something newer, 3 a server could not be asked.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import official_sources
    from harness.http.download import DownloadFailedError

    try:
        sources = official_sources()
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    if not sources:
        say("No official document is pinned: `provestand specs pin API VERSION --from URL` imports one.")
    codes = {0}
    for name, (source, digest) in sources.items():
        try:
            code, told = upstream(source, digest)
        except DownloadFailedError as error:
            code, told = 3, f"could not be asked: {error}"
        codes.add(code)
        say(f"{name}: {told}")
    sys.exit(max(codes))


def upstream(source: "Source", digest: str) -> tuple[int, str]:
    """Compares a pinned document with upstream: an exit code, and words."""
    import hashlib
    import json

    from harness.contract.upstream import is_newer, newest, on_swaggerhub
    from harness.http.download import DownloadFailedError, download

    if not source.origin.startswith(("https://", "http://")):
        return 0, f"from the file {source.origin} ({source.taken}): there is no server to ask"
    published = on_swaggerhub(source.origin)
    if published is not None and published.version:
        listing = download(published.listing)
        try:
            latest = newest(json.loads(listing.content)) if listing else ""
        except (ValueError, RecursionError) as error:
            raise DownloadFailedError(f"{published.listing}: the answer is not a list of versions in JSON.") from error
        if latest and is_newer(latest, published.version):
            return 1, f"version {latest} is published, {published.version} is pinned"
    fetched = download(source.origin, source.etag)
    if fetched is None or hashlib.sha256(fetched.content).hexdigest() == digest:
        return 0, f"current (pinned {source.taken})"
    return 1, f"changed upstream since {source.taken}; pin it again from {source.origin}"


@command.command()
@click.argument("api")
@click.argument("version")
@click.argument("other", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown", "html", "sarif"]), default="text")
@click.option(
    "--fail-on", type=click.Choice(["breaking", "warning", "any", "none"]), default="breaking", show_default=True
)
@click.option("--policy", "policy_name", default="skatteetaten", show_default=True)
def diff(api: str, version: str, other: str | None, form: str, fail_on: "Threshold", policy_name: str) -> None:
    """Show the drift between two pinned versions or, for one version, from our document to the official one."""
    from harness.contract.contract import OFFICIAL, OURS
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.folders import specs_folder
    from harness.contract.pinned import contract_of
    from harness.drift.documents.files import UnreadableDocumentError
    from harness.drift.flows.documents import compared
    from harness.drift.policy import UnreadablePolicyError
    from harness.drift.presentation import render

    try:
        if other is None:
            official = contract_of(api, version).document.path
            pair = specs_folder() / api / version / OURS, official
            if official.name != OFFICIAL or not pair[0].is_file():
                hint = "Name two versions, or pin an official one with `provestand specs pin`."
                raise click.UsageError(f"{api} {version} has only one document. {hint}")
        else:
            pair = contract_of(api, version).document.path, contract_of(api, other).document.path
        report = compared(*pair, policy_name)
    except (FaultySpecificationError, UnreadableDocumentError, UnreadablePolicyError) as error:
        raise click.UsageError(str(error)) from error
    print_document(render(report, form), form)
    sys.exit(1 if report.fails(fail_on) else 0)
