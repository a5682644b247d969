"""The pinned documents and the healthy sandbox agree: schemathesis's own command finds nothing but what is listed."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from harness.auth.grant import subject_for
from harness.auth.maskinporten import MaskinportenClient
from harness.contract.pinned import api_names, contract_of
from harness.targets.configuration import load_target
from harness.targets.embedded import running_sandbox

DISAGREEMENTS = {
    (
        "POST /beslutning",
        "ST202",
    ): "a decision of the municipality is judged by rules that no schema of it is published for",
    ("POST /vedlegg", "ST202"): "how long a file name may be is the sandbox's own limit; no document tells one",
}
"""Why a request that conforms to the document is refused, by operation and schemathesis's number."""

ARCHIVED = ("/api/v1/betjeningskartet", "ST204")
"""Operations of an interface that no client can call: they are in the document, but nobody serves them."""

HEADING = re.compile(r"^_+ (?P<operation>[A-Z]+ /\S*) _+$")
FAILURE = re.compile(r"^- (?P<code>ST\d{3}) ")


def failures(text: str) -> set[tuple[str, str]]:
    """The operations that failed, each with what failed."""
    found, operation = set(), ""
    for line in text.splitlines():
        if heading := HEADING.match(line):
            operation = heading["operation"]
        elif failure := FAILURE.match(line):
            found.add((operation, failure["code"]))
    return found


def unexplained(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    path, code = ARCHIVED
    return {each for each in found if each not in DISAGREEMENTS and not (path in each[0] and each[1] == code)}


@pytest.mark.nightly
@pytest.mark.parametrize("api", api_names())
def test_every_disagreement_is_explained(api: str, tmp_path: Path):
    contract = contract_of(api)
    with running_sandbox() as sandbox:
        target = load_target(str(sandbox.target_file), tmp_path)
        asked = target.apis[api]
        way = next(way for way in asked.access.values() if way.kind == "token")
        subject = subject_for(asked.scope, way, asked.organisations[0])
        assert subject is not None
        with httpx.Client(trust_env=False) as http:
            token = MaskinportenClient(target.maskinporten, http).token(subject)
        command = [str(Path(sys.executable).parent / "st"), "run", str(contract.document.path), "--url", asked.base_url]
        command += ["-H", f"Authorization: Bearer {token}", "--phases", "examples,coverage", "--max-examples", "5"]
        command += ["--no-color", "--continue-on-failure", "--seed", "1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=600)

    assert "generated" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    assert unexplained(failures(done.stdout)) == set()


def test_a_failure_is_read_from_what_the_command_prints():
    text = "____ POST /vedlegg ____\n1. Test Case ID: a\n\n- ST202 Schema-valid request rejected\n"

    assert failures(text) == {("POST /vedlegg", "ST202")}
    assert unexplained({("POST /vedlegg", "ST500"), ("POST /vedlegg", "ST202")}) == {("POST /vedlegg", "ST500")}
