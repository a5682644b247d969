"""`provestand init`: a first provestand.toml."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli._printing import complain

if TYPE_CHECKING:
    from harness.targets.draft import Draft


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--target", "name", default=None, help="The target's name. Default: the profile's.")
@click.option("--profile", type=click.Choice(["test", "prod"]), default="test", show_default=True)
@click.option("--client-id", help="Client id in Maskinporten.")
@click.option("--key", help="env:NAME, file:PATH or keyring:SERVICE/NAME.")
@click.option("--key-password", default="", help="Where the key's password is: env:NAME.")
@click.option("--kid", help="The key's id (kid) in the self-service. Without it the certificate is sent.")
@click.option("--consumer", help="The organisation that owns the client.")
@click.option("--consumer-org", default="", help="Suppliers: the organisation that delegated the scope.")
@click.option("--api", "apis", multiple=True, help="An API to judge. Default: all. Can be repeated.")
@click.option("--organisation", "organisations", multiple=True, help="An organisation to ask about. Can be repeated.")
@click.option("--access", multiple=True, help="A way in (rights package). Can be repeated.")
@click.option(
    "--consent",
    "consents",
    multiple=True,
    metavar="ORG=ID",
    help="A consent: the organisation that gave it, and its id.",
)
@click.option("--customer", "customers", multiple=True, help="A customer with an approved system user.")
@click.option("--issuer", default="", help="An issuer other than the profile's.")
@click.option("--base-url", "base_urls", multiple=True, metavar="API=URL", help="An address other than the profile's.")
@click.option("--ca-bundle", default="", help="A PEM file with more CAs to trust.")
@click.option("--proxy", default="", help="The proxy's address, or env:NAME.")
@click.option("--ci", is_flag=True, help="Also write the CI workflow files.")
@click.option(
    "--package",
    metavar="REQUIREMENT",
    help="--ci: what pip installs there, such as git+https://HOST/REPOSITORY@TAG. Default: what is installed here.",
)
@click.option("--no-input", is_flag=True, help="Ask nothing; leave what is not given as a comment.")
@click.option("--force", is_flag=True, help="Overwrite an existing provestand.toml.")
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
    package: str | None,
    no_input: bool,
    force: bool,
) -> None:
    """Write a commented provestand.toml, from options and your answers.

    Nothing is sent anywhere, and no secret is asked for: the file says where secrets are.
    """
    from harness.cli._questions import ask_missing, chosen_from
    from harness.targets.configuration import FILE, load_target
    from harness.targets.draft import Draft, draft_text
    from harness.targets.problem import ConfigurationError
    from harness.targets.profiles import known_apis

    path = folder / FILE
    if package is not None and not ci:
        raise click.UsageError("--package requires --ci.")
    if path.exists() and not force:
        raise click.UsageError(f"{path} already exists. Edit it, or overwrite it with --force.")
    known = known_apis()
    addresses = dict(_pair("--base-url", each) for each in base_urls)
    reachable = tuple(api for api in known if api in addresses or known[api].hosts.get(profile))
    draft = Draft(
        name=name or profile,
        profile="prod" if profile == "prod" else "test",
        client_id=client_id or "",
        key=key or "",
        kid=kid or "",
        key_password=key_password,
        consumer=consumer or "",
        consumer_org=consumer_org,
        issuer=issuer,
        ca_bundle=ca_bundle,
        proxy=proxy,
        apis=chosen_from("--api", apis, list(known)),
        base_urls=addresses,
        organisations=organisations,
        access=chosen_from("--access", access, [way for api in known.values() for way in api.access]),
        consents=dict(_pair("--consent", each) for each in consents),
        customers=customers,
    )
    if sys.stdin.isatty() and not no_input:
        draft = ask_missing(draft, reachable)
    elif not draft.client_id:
        raise click.UsageError("--client-id is missing. Give it, or run `provestand init` on a terminal.")
    installed = _package(package, may_ask=sys.stdin.isatty() and not no_input) if ci else ""
    draft = replace(draft, key=draft.key or "env:PROVESTAND_KEY", apis=draft.apis or reachable)
    _ensure_used(draft)
    aside = folder / f".{FILE}.new.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_text(draft_text(draft) + "\n", encoding="utf-8")
        load_target(str(aside), folder, {})
        aside.replace(path)
    except ConfigurationError as error:
        raise click.UsageError(_without_place(str(error), aside, draft.name)) from error
    except OSError as error:
        raise click.UsageError(f"{path}: it cannot be written ({error.strerror}). Name another folder.") from error
    finally:
        aside.unlink(missing_ok=True)
    if ci:
        _write_workflows(folder, installed, force=force)
    if not draft.access:
        complain("No way in is open yet: enable one under [..access.NAME], or name it with --access.")
    complain(f"{path} written. Next: provestand doctor --target {draft.name}")


def _without_place(problems: str, file: Path, target: str) -> str:
    """What is wrong with a target, field by field, without line numbers: the file is not written yet."""
    place = re.compile(rf"^{re.escape(str(file))}:(?:\d+:)? (?:targets\.{re.escape(target)}\.)?", re.MULTILINE)
    return place.sub("", problems).replace(" Fix it there.", "")


def _package(given: str | None, *, may_ask: bool) -> str:
    """What CI installs: the given package, else what is installed here, else asks. Raises click.UsageError."""
    from harness.reporting.workflows import PACKAGE, installed_from

    package = given or installed_from()
    if package is None and may_ask:
        package = click.prompt("What CI installs, such as git+https://HOST/REPOSITORY@TAG", err=True)
    if package is None:
        raise click.UsageError(
            "--ci needs --package: Prøvestand was installed from a folder on this machine, which CI does not have. "
            "Name its repository (git+https://HOST/REPOSITORY@TAG), or its name and version on an index."
        )
    if not PACKAGE.fullmatch(package):
        raise click.UsageError(
            f"--package {package}: pip cannot read it. Write it like git+https://HOST/REPOSITORY@TAG."
        )
    return package


def _write_workflows(folder: Path, package: str, *, force: bool) -> None:
    """Writes the nightly, per-change and weekly drift workflows; existing files stay, unless forced."""
    from harness.reporting.workflows import workflow_files

    for name, text in workflow_files(package).items():
        place = folder / name
        if place.exists() and not force:
            complain(f"{place} already exists; left unchanged.")
            continue
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{place}: it cannot be written ({error.strerror}).") from error
        complain(f"{place} written.")


def _ensure_used(draft: "Draft") -> None:
    """Raises click.UsageError for consents and customers that no chosen way in needs."""
    from harness.targets.profiles import known_apis

    known = {way: each.kind for api in draft.apis for way, each in known_apis()[api].access.items()}
    kinds = {known[way] for way in draft.access if way in known}
    for option, given, kind in (
        ("--consent", draft.consents, "consent"),
        ("--customer", draft.customers, "system_user"),
    ):
        if given and kind not in kinds:
            ways = " or ".join(way for way, its_kind in known.items() if its_kind == kind)
            raise click.UsageError(f"{option} needs a way in that uses it. Add --access {ways}.")


def _pair(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise click.UsageError(f"{option} {text}: not of the form NAME=VALUE.")
    return name, value
