"""`provestand init`: a first provestand.toml."""

import sys
from pathlib import Path

import click

from harness.cli._printing import complain


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--target", "name", default=None, help="The target's name. Default: the profile's.")
@click.option("--profile", type=click.Choice(["test", "prod"]), default="test", show_default=True)
@click.option("--client-id", help="Of the Maskinporten client.")
@click.option("--key", help="env:NAME, file:PATH or keyring:SERVICE/NAME.")
@click.option("--key-password", default="", help="Where the password of the key is: env:NAME.")
@click.option("--kid", help="The key's name in the self-service. Without it the certificate is sent.")
@click.option("--consumer", help="The organisation that owns the client.")
@click.option("--consumer-org", default="", help="Suppliers: the organisation that delegated the scope.")
@click.option("--api", "apis", multiple=True, help="An API to judge. Default: all. May be given again.")
@click.option("--organisation", "organisations", multiple=True, help="Whom to ask about. May be given again.")
@click.option("--access", multiple=True, help="A way in (rights package). May be given again.")
@click.option("--consent", "consents", multiple=True, metavar="ORG=ID", help="A consent's giver and id.")
@click.option("--customer", "customers", multiple=True, help="A customer with an approved system user.")
@click.option("--issuer", default="", help="Another issuer than the profile's.")
@click.option("--base-url", "base_urls", multiple=True, metavar="API=URL", help="Another address than the profile's.")
@click.option("--ca-bundle", default="", help="A PEM file with further authorities to trust.")
@click.option("--proxy", default="", help="The proxy's address, or env:NAME.")
@click.option("--ci", is_flag=True, help="Write the CI workflow files beside it.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what is not given stays a comment.")
@click.option("--force", is_flag=True, help="Write over a provestand.toml that is there.")
def command(
    folder: Path,
    name: str | None,
    profile: str,
    client_id: str | None,
    key: str | None,
    key_password: str,
    kid: str | None,
    consumer: str | None,
    consumer_org: str,
    apis: tuple[str, ...],
    organisations: tuple[str, ...],
    access: tuple[str, ...],
    consents: tuple[str, ...],
    customers: tuple[str, ...],
    issuer: str,
    base_urls: tuple[str, ...],
    ca_bundle: str,
    proxy: str,
    ci: bool,
    no_input: bool,
    force: bool,
) -> None:
    """Write a commented provestand.toml, by asking or from options.

    Nothing is sent anywhere, and no secret is asked for: the file says where secrets are.
    """
    from harness.targets.configuration import FILE, load_target
    from harness.targets.draft import Draft, draft_text
    from harness.targets.problem import ConfigurationError
    from harness.targets.profiles import known_apis

    path = folder / FILE
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already. Edit it, or write over it with --force.")
    unknown = [api for api in apis if api not in known_apis()]
    if unknown:
        raise click.UsageError(f"--api {unknown[0]}: there is no such API. There are {', '.join(known_apis())}.")
    ways = {way for known in known_apis().values() for way in known.access}
    strange = [way for way in access if way not in ways]
    if strange:
        raise click.UsageError(f"--access {strange[0]}: there is no such way in. There are {', '.join(sorted(ways))}.")
    addresses = dict(_pair("--base-url", each) for each in base_urls)
    reachable = tuple(name for name, known in known_apis().items() if name in addresses or known.hosts.get(profile))
    asking = not no_input and sys.stdin.isatty()
    client_id = client_id or _asked(asking, "--client-id", "Client id, from Maskinporten's self-service")
    key = key or _asked(asking, "--key", "Where the private key is", "env:PROVESTAND_KEY")
    if asking:
        kid = kid if kid is not None else click.prompt("Key id (kid); empty to send the certificate", "", err=True)
        consumer = consumer or click.prompt("Organisation number that owns the client", "", err=True)
        organisations = organisations or tuple(
            click.prompt("Organisations to ask about (synthetic, with spaces between)", "", err=True).split()
        )
        access = access or tuple(
            click.prompt(f"Ways in ({', '.join(sorted(ways))})", "", err=True).replace(",", " ").split()
        )
    draft = Draft(
        name=name or profile,
        profile="prod" if profile == "prod" else "test",
        client_id=client_id,
        key=key,
        kid=kid or "",
        key_password=key_password,
        consumer=consumer or "",
        consumer_org=consumer_org,
        issuer=issuer,
        ca_bundle=ca_bundle,
        proxy=proxy,
        apis=apis or reachable,
        base_urls=addresses,
        organisations=organisations,
        access=access,
        consents=dict(_pair("--consent", each) for each in consents),
        customers=customers,
    )
    aside = folder / f".{FILE}.new.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_text(draft_text(draft) + "\n", encoding="utf-8")
        load_target(str(aside), folder, {})
        aside.replace(path)
    except ConfigurationError as error:
        raise click.UsageError(str(error).replace(str(aside), FILE)) from error
    except OSError as error:
        raise click.UsageError(f"{path}: it cannot be written ({error.strerror}). Name another folder.") from error
    finally:
        aside.unlink(missing_ok=True)
    if ci:
        _write_workflows(folder, force=force)
    complain(f"{path} written. Next: provestand doctor --target {draft.name}")


def _write_workflows(folder: Path, *, force: bool) -> None:
    """Nightly, for every change, and weekly for drift; what is there stays, unless it is forced."""
    from harness.reporting.workflows import workflow_files

    for name, text in workflow_files().items():
        place = folder / name
        if place.exists() and not force:
            complain(f"{place} is there already, and stays.")
            continue
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{place}: it cannot be written ({error.strerror}).") from error
        complain(f"{place} written.")


def _asked(asking: bool, option: str, question: str, default: str | None = None) -> str:
    if not asking:
        if default is not None:
            return default
        raise click.UsageError(f"{option} is missing. Give it, or run `provestand init` on a terminal.")
    return str(click.prompt(question, default, err=True))


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise click.UsageError(f"{option} {text}: it has another form. Write NAME=VALUE.")
    return name, value
