"""`provestand specs`: the pinned specifications."""

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._surroundings import print_document

if TYPE_CHECKING:
    from harness.contract.pinned import Source
    from harness.drift.report import Threshold


@click.group()
def command() -> None:
    """List the pinned specifications, hold them against their lock, take in official ones."""


@command.command("list")
def list_specs() -> None:
    """Every pinned API and version with its sha256."""
    from harness.contract.contract import OFFICIAL, Contract
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import api_names, contract_of, versions

    def row(contract: Contract) -> str:
        title, version = contract.document.content["info"]["title"], contract.document.content["info"]["version"]
        counts = f"{len(contract.document.operations)} operations, {len(contract.active)} requirements"
        official = ", official" if contract.document.path.name == OFFICIAL else ""
        return f"{contract.api} {contract.version}  {contract.sha256[:16]}  {title} {version}: {counts}{official}"

    try:
        for api in api_names():
            for version in versions(api):
                click.echo(row(contract_of(api, version)))
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error


@command.command()
def verify() -> None:
    """Hold every pinned file against specs.lock; exit code 1 names the files that differ."""
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import differences, read_lock, specs_folder

    try:
        found = differences(specs_folder())
        count = len(read_lock(specs_folder()))
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    for difference in found:
        click.echo(f"{difference.file}: {difference.state}")
    if found:
        sys.exit(1)
    click.echo(f"{count} files are as specs.lock has them.")


@command.command()
@click.argument("api")
@click.argument("version")
@click.option("--from", "origin", metavar="URL|FILE", help="Take in an official document first, and use it in runs.")
def pin(api: str, version: str, origin: str | None) -> None:
    """Take the files of an API's version as they are now: freeze its generated requests and write specs.lock.

    With --from, an official document (a file, or an address; SwaggerHub's are known) is put beside ours, and runs use
    it in its place: `provestand specs diff API VERSION` tells how the two differ.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import contract_of, specs_folder, take_in, write_lock
    from harness.suite.corpus import corpus_of
    from harness.suite.generator import freeze

    try:
        if origin is not None:
            content, source = _official(origin)
            path = take_in(specs_folder(), api, version, content, source)
            click.echo(f"{path.relative_to(specs_folder())}: {len(content)} bytes from {source.origin}")
        contract = contract_of(api, version)
        path = freeze(contract)
        corpus = corpus_of(contract)
        write_lock(specs_folder())
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        problem = f"{specs_folder()}: it cannot be written ({error.strerror}). Pin in a checkout."
        raise click.UsageError(problem) from error
    cut = "".join(f", {count} of {kind} cut" for kind, count in corpus.cut.items())
    click.echo(f"{path.name}: {len(corpus.cases)} requests{cut}; specs.lock written")


def _official(origin: str) -> tuple[bytes, "Source"]:
    """The bytes of an official document and where they came from; ends the command where it is not usable."""
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
        click.echo(f"Error: {error}", err=True)
        sys.exit(3)
    return content, source


@command.command()
def outdated() -> None:
    """Ask upstream whether the official documents that are pinned have changed.

    Exit codes: 0 all are current, 1 something newer is there, 3 somebody could not be asked.
    """
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import read_lock, read_sources, specs_folder
    from harness.http.download import DownloadFailedError

    try:
        sources, digests = read_sources(specs_folder()), read_lock(specs_folder())
    except FaultySpecificationError as error:
        raise click.UsageError(str(error)) from error
    if not sources:
        click.echo("No official document is pinned: `provestand specs pin API VERSION --from URL` takes one in.")
    codes = {0}
    for name, source in sources.items():
        try:
            code, told = upstream(source, digests.get(name, ""))
        except DownloadFailedError as error:
            code, told = 3, f"could not be asked: {error}"
        codes.add(code)
        click.echo(f"{name}: {told}")
    sys.exit(max(codes))


def upstream(source: "Source", digest: str) -> tuple[int, str]:
    """What upstream has beside a pinned document: an exit code, and words."""
    import hashlib
    import json

    from harness.contract.upstream import is_newer, newest, on_swaggerhub
    from harness.http.download import DownloadFailedError, download

    if not source.origin.startswith(("https://", "http://")):
        return 0, f"from the file {source.origin} ({source.taken}): nobody to ask"
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
    """The drift from one pinned version to another; of one version alone, from our document to the official one."""
    from harness.cli._reports import compared
    from harness.contract.contract import OFFICIAL, OURS
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import contract_of, specs_folder
    from harness.drift.documents.files import UnreadableDocumentError
    from harness.drift.policy import UnreadablePolicyError
    from harness.drift.presentation import render

    try:
        if other is None:
            folder = specs_folder() / api / version
            pair = folder / OURS, folder / OFFICIAL
            if not pair[1].is_file():
                hint = "Name two versions, or pin an official one with `provestand specs pin`."
                raise click.UsageError(f"{api} {version} has one document. {hint}")
        else:
            pair = contract_of(api, version).document.path, contract_of(api, other).document.path
        report = compared(*pair, policy_name)
    except (FaultySpecificationError, UnreadableDocumentError, UnreadablePolicyError) as error:
        raise click.UsageError(str(error)) from error
    print_document(render(report, form), form)
    sys.exit(1 if report.fails(fail_on) else 0)
