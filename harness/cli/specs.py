"""`provestand specs`: the pinned specifications."""

import sys

import click


@click.group()
def command() -> None:
    """List the pinned specifications, or hold them against their lock."""


@command.command("list")
def list_specs() -> None:
    """Every pinned API and version with its sha256."""
    from harness.contract.contract import Contract
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import api_names, contract_of, versions

    def row(contract: Contract) -> str:
        title, version = contract.document.content["info"]["title"], contract.document.content["info"]["version"]
        counts = f"{len(contract.document.operations)} operations, {len(contract.active)} requirements"
        return f"{contract.api} {contract.version}  {contract.sha256[:16]}  {title} {version}: {counts}"

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
def pin(api: str, version: str) -> None:
    """Take the files of an API's version as they are now: freeze its generated requests and write specs.lock."""
    from harness.contract.faulty import FaultySpecificationError
    from harness.contract.pinned import contract_of, specs_folder, write_lock
    from harness.suite.corpus import corpus_of, freeze

    try:
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
