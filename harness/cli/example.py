"""`provestand example`: a valid request to start from, for the running sandbox."""

import contextlib
import datetime
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli._boundary import NotJudgedError
from harness.cli._printing import complain, say

if TYPE_CHECKING:
    import httpx

    from harness.targets.model import Target

EXAMPLES = "examples"
USUAL = "http://127.0.0.1:8080"
"""Where `provestand sandbox` listens by default."""
SENDER = "312345676"
"""The filer when no sandbox says who owns its client: the synthetic organisation in the documentation's examples."""


@click.command()
@click.argument("kind", metavar="KIND")
@click.option("--variant", metavar="NAME", help="The variant (see --list). Default: the first.")
@click.option("--list", "lists", is_flag=True, help="Print the variants.")
@click.option("--sandbox", "address", metavar="URL", help=f"The running sandbox. Default: {USUAL}, if one runs there.")
def command(kind: str, variant: str | None, lists: bool, address: str | None) -> None:
    """Print a valid request of a KIND (begjaering), as JSON.

    Every party in it is synthetic. If a sandbox is running, its parties are used and the files that the request cites
    are uploaded to it, so that the request can be sent as it is.
    """
    examples = _examples_of(kind)
    if lists:
        width = max(map(len, examples.VARIANTS))
        for name, each in examples.VARIANTS.items():
            say(f"{name:<{width}}  {each.text}")
        return
    name = variant or next(iter(examples.VARIANTS))
    if name not in examples.VARIANTS:
        raise click.UsageError(f"--variant {name}: there is no such variant. There are {', '.join(examples.VARIANTS)}.")
    today = datetime.datetime.now(datetime.UTC).astimezone().date()
    target = _target_at(address)
    if target is None:
        made = examples.example(name, {}, SENDER, today)
        count = len(examples.cited_files(made))
        complain(
            f"No sandbox runs at {USUAL}: the UUIDs of the cited files ({count}) are placeholders. "
            "Start `provestand sandbox` first, or name one with --sandbox URL."
        )
    else:
        configured = target.apis[examples.__name__.split(".")[-2]]
        made = examples.example(name, configured.parties, target.maskinporten.consumer or SENDER, today)
        with _sending_to(target, configured.base_url, configured.scope) as send:
            try:
                made = examples.with_files(made, send)
            except examples.NoFileError as error:
                raise NotJudgedError(f"{target.maskinporten.issuer}: {error}") from error
    say(json.dumps(made, ensure_ascii=False, indent=2))


def _examples_of(kind: str) -> Any:  # noqa: ANN401 - the module `examples` of an API's scenarios
    """The examples of a kind, found by searching the scenarios folder."""
    from harness.contract.folders import scenarios_folder

    folder = scenarios_folder()
    sys.path.insert(0, str(folder.parent))
    names = sorted(path.parent.name for path in folder.glob(f"*/{EXAMPLES}.py"))
    modules = [importlib.import_module(f"{folder.name}.{name}.{EXAMPLES}") for name in names]
    found = {module.KIND: module for module in modules}
    if kind not in found:
        raise click.UsageError(f"there are no examples of {kind!r}. KIND is one of {', '.join(found)}.")
    return found[kind]


def _target_at(address: str | None) -> "Target | None":
    """The sandbox's description of itself; None if no address was given and none runs at the default one."""
    import httpx

    from harness.targets.configuration import load_target
    from harness.targets.problem import ConfigurationError

    url = (address or USUAL).rstrip("/")
    try:
        response = httpx.get(f"{url}/sandbox/target", timeout=5, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        if address is None:
            return None
        raise NotJudgedError(f"--sandbox {address}: no answer ({type(error).__name__}).") from error
    with tempfile.TemporaryDirectory(prefix="provestand-example-") as folder:
        path = Path(folder) / "sandbox.toml"
        path.write_bytes(response.content)
        try:
            return load_target(str(path), Path.cwd())
        except ConfigurationError as error:
            if address is None:
                return None
            raise click.UsageError(f"--sandbox {address}: what answers there is not a Prøvestand sandbox.") from error


@contextlib.contextmanager
def _sending_to(target: "Target", base: str, scope: str) -> "Iterator[Any]":
    """A function that sends a request under an API's base URL, with a token."""
    import httpx

    from harness.auth.grant import Subject
    from harness.auth.maskinporten import MaskinportenClient, NoAccessError
    from harness.http.connection import open_client

    with open_client(target) as http:
        try:
            token = MaskinportenClient(target.maskinporten, http).token(Subject(scope))
        except NoAccessError as error:
            raise NotJudgedError(str(error)) from error

        def send(request: "httpx.Request") -> "httpx.Response":
            headers = {**request.headers, "Authorization": f"Bearer {token}"}
            del headers["host"]
            try:
                return http.request(request.method, base + request.url.path, headers=headers, content=request.read())
            except httpx.HTTPError as error:
                raise NotJudgedError(f"{base}: no answer ({type(error).__name__}).") from error

        yield send
