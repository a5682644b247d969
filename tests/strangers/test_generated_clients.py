"""Clients that other generators make from the pinned documents call every operation of the sandbox, and understand it.

The code is generated for each run, in a temporary folder; if a generator is not available, its cases are skipped.
"""

import base64
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.auth.grant import subject_for
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import contract_of
from harness.targets.configuration import load_target
from harness.targets.embedded import running_sandbox
from harness.targets.model import Api, Target
from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.examples import PDF, cited_files, example
from scenarios.utleggsbegjaering.identifiers import broken
from scenarios.utleggsbegjaering.parties import parties_of

DRIVERS = Path(__file__).parent / "drivers"
PYTHON_GENERATOR = "openapi-python-client==0.29.1"
NPM_PACKAGES = ("@hey-api/openapi-ts@0.95.0", "typescript@5.9", "zod@4.1")
TYPESCRIPT = """
export default {
  input: process.env.DOCUMENT,
  output: process.env.OUTPUT,
  plugins: [
    "@hey-api/client-fetch",
    { name: "zod", dates: { offset: true } },
    { name: "@hey-api/sdk", validator: { response: "zod" } },
  ],
  logs: { level: "silent" },
};
"""
COMPILED = ("--strict", "--module", "commonjs", "--target", "es2022", "--lib", "es2023,dom,dom.iterable",
            "--esModuleInterop", "--skipLibCheck")  # fmt: skip

pytestmark = pytest.mark.nightly

Stranger = Callable[[str, str, str], "Caller"]
"""Makes a caller for an API at an address, with a token."""


@dataclass
class Caller:
    """A running generated client, and what it has called."""

    process: "subprocess.Popen[str]"
    called: set[str] = field(default_factory=set)

    def call(self, operation: str, *expected: int, **asked: object) -> Any:
        """Calls an operation and returns the answer in the client's own model."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"operation": operation, **asked}) + "\n")
        self.process.stdin.flush()
        came = json.loads(self.process.stdout.readline())
        assert (came["status"] in expected, came["problem"]) == (True, None), f"{operation}: {came}"
        self.called.add(operation)
        return came.get("body")


def having(command: list[str], what: str, **how: Any) -> None:
    """Runs a command that installs a tool; skips if it is not available."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    if subprocess.run(command, capture_output=True, check=False, timeout=600, **how).returncode != 0:
        pytest.skip(f"{what} cannot be installed")


def generated(command: list[str], **how: Any) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **how)
    assert (done.returncode, "warning" in done.stderr.lower()) == (0, False), done.stdout + done.stderr


@pytest.fixture(scope="module")
def in_python(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[str]]:
    """Returns the command of the driver for a document, with the client of openapi-python-client."""
    folder = tmp_path_factory.mktemp("python")
    uv = [sys.executable, "-m", "uv"]
    having([*uv, "venv", "--quiet", str(folder / "venv")], "an environment")
    python = folder / "venv" / "bin" / "python"
    having([*uv, "pip", "install", "--quiet", "--python", str(python), PYTHON_GENERATOR], PYTHON_GENERATOR)
    (folder / "generator.yml").write_text("post_hooks: []\n")

    def command(document: Path) -> list[str]:
        place = folder / document.parents[1].name
        place.mkdir(exist_ok=True)
        options = ["--meta", "none", "--config", str(folder / "generator.yml"), "--overwrite"]
        making = [str(python.parent / "openapi-python-client"), "generate", "--path", str(document)]
        generated([*making, "--output-path", str(place / "generated"), *options])
        return [str(python), str(DRIVERS / "generated_client.py"), str(place)]

    return command


@pytest.fixture(scope="module")
def in_typescript(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[str]]:
    """The same with the client of @hey-api/openapi-ts, compiled strictly; zod judges each answer by the document."""
    folder = tmp_path_factory.mktemp("typescript")
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", *NPM_PACKAGES]
    having(install, "the generator for TypeScript", cwd=folder)
    (folder / "generator.mjs").write_text(TYPESCRIPT)
    tools = folder / "node_modules" / ".bin"

    def command(document: Path) -> list[str]:
        source, compiled = (folder / f"{document.parents[1].name}{end}" for end in ("", ".compiled"))
        asked = {"DOCUMENT": str(document), "OUTPUT": str(source)}
        generated([str(tools / "openapi-ts"), "-f", "generator.mjs"], cwd=folder, env=os.environ | asked)
        generated([str(tools / "tsc"), *COMPILED, "--outDir", str(compiled), str(source / "index.ts")], cwd=folder)
        shutil.copy(DRIVERS / "generated_client.cjs", folder)
        return ["node", str(folder / "generated_client.cjs"), str(compiled)]

    return command


@pytest.fixture(params=["in_python", "in_typescript"])
def stranger(request: pytest.FixtureRequest) -> Iterator[Callable[[str, str, str], Caller]]:
    """Starts the client that is generated from an API's document."""
    command = request.getfixturevalue(request.param)
    started: list[subprocess.Popen[str]] = []

    def start(api: str, base_url: str, token: str) -> Caller:
        driver = [*command(contract_of(api).document.path), base_url, token]
        started.append(subprocess.Popen(driver, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return Caller(started[-1])

    yield start
    for process in started:
        process.communicate(timeout=300)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with running_sandbox() as sandbox:
        yield load_target(str(sandbox.target_file), tmp_path_factory.mktemp("target"))


def operations(api: str) -> set[str]:
    """The operations that can be called according to the document; an interface of the archive has no address."""
    found = contract_of(api).document.operations
    return {operation.id for operation in found if operation.certainty != "archived"}


def plain_token(target: Target, api: Api) -> str:
    way = next(way for way in api.access.values() if way.kind == "token")
    subject = subject_for(api.scope, way, api.organisations[0])
    assert subject is not None
    with httpx.Client(trust_env=False) as http:
        return MaskinportenClient(target.maskinporten, http).token(subject)


def test_what_is_owed_and_paid_is_read(stranger, target):
    api = target.apis["kravogbetalinger"]
    package = next(name for name, way in api.access.items() if way.kind == "token")
    caller = stranger("kravogbetalinger", api.base_url, plain_token(target, api))
    year = today().year - 1
    period = {"fraOgMed": f"{year}-01-01", "tilOgMed": f"{year}-12-31"}

    for operation in operations("kravogbetalinger"):
        query = {} if operation == "aapnekrav" else period
        found = [
            caller.call(
                operation, 200, 404, path={"rettighetspakke": package, "identifikator": organisation}, query=query
            )
            for organisation in api.organisations
        ]
        assert api.organisations[0] in [body.get("partIdentifikator") for body in found]

    assert caller.called == operations("kravogbetalinger")
    refused = caller.call("aapnekrav", 400, path={"rettighetspakke": package, "identifikator": "123"})
    assert refused["kode"] == "KB-006"


def test_a_case_is_filed_changed_and_followed(stranger, target):
    api = target.apis["utleggsbegjaering"]
    caller = stranger("utleggsbegjaering", api.base_url, plain_token(target, api))
    parties, sender = parties_of(api.parties, today()), api.organisations[0]
    made = example("several-claims", api.parties, sender, today())

    files = {name: ready(caller, name, made["innsenderReferanse"]) for name in cited_files(made)}
    begjaering = builders.cite(made, files.__getitem__)
    caller.call("validerNyBegjaering", 204, body=begjaering)
    assert "UGYLDIG_KID" in json.dumps(caller.call("validerNyBegjaering", 422, body=with_a_wrong_kid(begjaering)))
    answer = caller.call("opprettBegjaering", 200, 201, body=begjaering)
    reference = str(answer["eksternSaksreferanse"] if isinstance(answer, dict) else answer)
    of_the_case = {"eksternSaksreferanse": reference}
    switched(api, reference, {"behandlet": True})
    caller.call("validerEndretBegjaering", 200, 204, path=of_the_case, body=begjaering)
    caller.call("endreBegjaering", 200, 201, 204, path=of_the_case, body=begjaering)

    switched(api, reference, {"saksstatus": "sakBesluttet"})
    status = caller.call("hentStatusPaaSak", 200, path=of_the_case)
    assert {krav.get("innsendersKravreferanse") for krav in status["kravISak"]} >= {"H1", "H2", "S1"}
    claim = next(krav for krav in status["kravISak"] if krav.get("innsendersKravreferanse") == "H1")
    paid = {"bokfoertDato": today().isoformat(), "beloep": {"beloep": 100.5, "valuta": "NOK"}}
    of_the_claim = {"kravgrunnlagsidentifikator": claim["kravgrunnlagsidentifikator"]}
    caller.call("meldInnbetaling", 202, path=of_the_claim, body=paid)
    listed = caller.call("finnEndredeSaker", 200, query={"endretEtter": f"{today().replace(day=1)}T00:00:00Z"})
    assert reference in [entry["eksternSaksreferanse"] for entry in listed]

    debtor, creditor = (builders.partsidentifikator(parties[role]) for role in ("saksoekt", "saksoeker"))
    assert caller.call("slaaOppRegelverk", 200, body={"skyldner": [debtor]})["regelverk"] == "nyttRegelverk"
    caller.call("slaaOppSamordnetTrekk", 200, body={"skyldner": debtor})
    caller.call("hentInnsynIEttTrekk", 200, body={"saksoeker": creditor, "saksoekt": debtor})
    caller.call("sendInnBeslutning", 201, body=decision(caller, parties, begjaering))
    caller.call("slettVedlegg", 204, path={"uuid": ready(caller, "ny.pdf", "STRANGER-2")})

    assert caller.called == operations("utleggsbegjaering")


def with_a_wrong_kid(begjaering: builders.Json) -> builders.Json:
    right = begjaering["betalingsinformasjon"]
    return begjaering | {"betalingsinformasjon": right | {"kidnummer": broken(builders.KID)}}


def ready(caller: Caller, name: str, reference: str) -> str:
    """Uploads a file and returns its uuid once the service is done with it."""
    content = {"name": name, "type": "application/pdf", "content": base64.b64encode(PDF).decode()}
    form = {"fil": content, "filnavn": name, "innsenderReferanse": reference}
    identifier = caller.call("lastOppVedlegg", 201, form=form)["uuid"]
    while caller.call("hentVedleggstilstand", 200, path={"uuid": identifier})["tilstand"] == "underBehandling":
        time.sleep(0.05)  # until a condition holds
    return str(identifier)


def decision(caller: Caller, parties: Mapping[str, str], begjaering: builders.Json) -> builders.Json:
    """A municipality's decision on one claim."""
    file = {"filnavn": "beslutning.pdf", "uuid": ready(caller, "beslutning.pdf", "STRANGER-1")}
    kommune = builders.virksomhet(parties["saksoeker"], "PRØVENDE KOMMUNE", "kommune")
    return {
        "beslutning": file,
        "beslutningsdato": f"{today()}T10:00:00Z",
        "underskrift": "Anna Norman",
        "innsenderReferanse": "STRANGER-1",
        "saksoeker": [{"saksoeker": kommune, "innsender": begjaering["innsender"]}],
        "saksoekt": begjaering["saksoekt"][0],
        "kravTilInnkreving": [builders.hovedkrav("H1")],
        "betalingsinformasjon": begjaering["betalingsinformasjon"],
    }


def switched(api: Api, reference: str, body: Mapping[str, object]) -> None:
    """Sets in the sandbox what no client can set."""
    assert api.control
    httpx.put(f"{api.control.rstrip('/')}/saker/{reference}", json=dict(body), trust_env=False).raise_for_status()


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
