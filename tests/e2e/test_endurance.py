"""Nothing is lost when processes die, and nothing secret is written down."""

import html
import json
import os
import re
import signal
import stat
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jwt
import pytest
import tomli_w
from cryptography.hazmat.primitives import serialization

from harness.auth.keys import generate_key
from harness.suite.run import conclude_unfinished
from harness.targets.embedded import running_sandbox
from tests import prepared
from tests.conftest import lying_proxy
from tests.e2e.conftest import run
from tests.gate import Gate, await_held
from tests.troubled import _shared_behind, altered, behind, on  # noqa: F401 - fixtures

CALL = "/kravogbetalinger/v1"
CHOICE = ("--suite", "scenarios", "--requirement", "KOB-MODEL-003", "--requirement", "KOB-CODE-006")


class Cut:
    """A run that is killed when that many scenarios have ended."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.out = folder / "out"
        self._log = (folder / "log").open("wb")
        command = ("run", "--out", self.out, *CHOICE, *arguments)
        self.process = prepared.start(*command, cwd=folder, stdout=self._log, stderr=self._log)

    def outcomes(self) -> list[str]:
        path = self.out / ".parts" / "outcomes.jsonl"
        return path.read_text().splitlines() if path.exists() else []

    def await_outcomes(self, count: int) -> None:
        while self.process.poll() is None and len(self.outcomes()) < count:
            time.sleep(0.02)  # until a condition holds; held-back calls do not end meanwhile

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        self.wait()

    def wait(self) -> None:
        self.process.wait(timeout=180)
        self._log.close()


@dataclass(frozen=True)
class Gated:
    """A sandbox that answers nothing about its last organisation while its gate is closed."""

    gate: Gate
    target_file: Path
    last: str
    base: str

    def close(self) -> None:
        self.gate.close(self.last)


@pytest.fixture
def gated(tmp_path: Path) -> Iterator[Gated]:
    gate = Gate(tmp_path)
    with running_sandbox("--hold", str(gate.file)) as sandbox:
        api = sandbox.target.apis["kravogbetalinger"]
        yield Gated(gate, sandbox.target_file, api.organisations[-1], api.base_url)


def verdict_of(out: Path) -> dict:
    return json.loads((out / "verdict.json").read_text())


def resumed(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return prepared.run("run", "--resume", out, *arguments, cwd=out.parent)


@pytest.mark.by_day(1)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_cut_off_is_concluded_and_completed(tmp_path, gated, number):
    gated.close()
    cut = Cut(tmp_path, "--target", str(gated.target_file))
    cut.await_outcomes(3)
    cut.end(number)
    gated.gate.open()
    before = len(cut.outcomes())

    if number == signal.SIGKILL:
        concluded = conclude_unfinished(cut.out).model_dump()
        assert concluded["problems"][0].startswith(f"the run ended early: it was cut off when {before} of ")
    else:
        concluded = verdict_of(cut.out)
    done = resumed(cut.out)

    complete = verdict_of(cut.out)
    assert concluded["verdict"] == "inconclusive"
    assert (done.returncode, complete["verdict"], complete["problems"]) == (0, "conformant", []), done.stdout
    assert complete["counts"]["scenarios"] > before >= 3
    entries = json.loads((cut.out / "exchanges.har").read_text())["log"]["entries"]
    assert len([e for e in entries if CALL in e["request"]["url"]]) >= complete["http"]["requests"]
    (suite,) = ElementTree.parse(cut.out / "junit.xml").getroot()
    scenarios = [(case.get("classname"), case.get("name")) for case in suite.iter("testcase")]
    assert len(scenarios) == len(set(scenarios)) == int(suite.get("tests")) == complete["counts"]["scenarios"]


WAIVERS = """
[no-korrelasjonsid]
requirement = "KOB-ERROR-002"
operation = "*"
reason = "fixed in the next release"
owner = "Kari Nordmann"
expires = 2099-12-31
"""


@pytest.mark.nightly
def test_junit_of_a_completed_run_holds_what_its_first_part_found(tmp_path, gated):
    """Its failures, with their text, and waived ones as skipped: as in an uninterrupted run."""
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(WAIVERS)
    with lying_proxy(gated.base) as url:
        target = tmp_path / "liar.toml"
        target.write_text(gated.target_file.read_text().replace(gated.base, url))
        arguments = ("--target", str(target), "--waivers", str(waivers))
        whole = run(tmp_path / "whole", *CHOICE, *arguments)
        gated.close()
        cut = Cut(tmp_path, *arguments)
        cut.await_outcomes(next(index for index, (name, _) in enumerate(cases(whole.out)) if gated.last in name))
        cut.end(signal.SIGKILL)
        gated.gate.open()

        done = resumed(cut.out)

    assert done.returncode == whole.code == 1
    assert dict(cases(cut.out)) == dict(cases(whole.out))
    assert {tag for tag, _ in dict(cases(whole.out)).values()} >= {"failure", "skipped", ""}
    assert totals(cut.out) == totals(whole.out)


def cases(out: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each test case of junit.xml, with its tag and text, without korrelasjonsid."""
    for case in ElementTree.parse(out / "junit.xml").getroot().iter("testcase"):
        told = case.find("*[@message]")
        words = "" if told is None else (told.text if told.tag == "failure" else told.get("message")) or ""
        words = words.removeprefix("harness.suite.markers.NothingToJudgeError: ")
        name = f"{case.get('classname')}::{case.get('name')}"
        yield name, ("" if told is None else told.tag, re.sub(r"korrelasjonsid \S+", "", words))


def totals(out: Path) -> dict[str, str | None]:
    (suite,) = ElementTree.parse(out / "junit.xml").getroot()
    return {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}


@pytest.mark.nightly
def test_a_run_that_is_complete_is_not_completed(tmp_path):
    finished = run(tmp_path / "out", *CHOICE)

    again = resumed(finished.out)

    assert again.returncode == 2
    assert "the run is complete" in again.stderr
    assert finished.verdict["verdict"] == "conformant"


def test_a_folder_without_a_run_is_not_completed(tmp_path):
    done = resumed(tmp_path)

    assert (done.returncode, "there is no run to complete" in done.stderr) == (2, True)


@pytest.mark.nightly
def test_a_line_that_was_cut_short_counts_as_not_written(tmp_path, gated):
    gated.close()
    cut = Cut(tmp_path, "--target", str(gated.target_file))
    cut.await_outcomes(3)
    cut.end(signal.SIGKILL)
    gated.gate.open()
    path = cut.out / ".parts" / "outcomes.jsonl"
    path.write_text("\n".join(cut.outcomes()[:3]) + '\n{"scenario": "half')

    done = resumed(cut.out)

    assert (done.returncode, verdict_of(cut.out)["problems"]) == (0, [])


@pytest.mark.nightly
def test_a_worker_that_is_killed_makes_the_run_inconclusive_and_it_can_be_completed(tmp_path, gated):
    gated.close()
    cut = Cut(tmp_path, "--target", str(gated.target_file), "--workers", "2")
    await_held(gated.base, "kravogbetalinger", 1)
    for worker in workers_of(cut.process.pid):  # one of them waits for an answer
        os.kill(worker, signal.SIGKILL)
    gated.gate.open()
    cut.wait()

    verdict = verdict_of(cut.out)
    assert verdict["verdict"] == "inconclusive"
    assert any("the process that ran it was killed" in problem for problem in verdict["problems"])
    done = resumed(cut.out, "--workers", "2")

    assert (done.returncode, verdict_of(cut.out)["verdict"]) == (0, "conformant"), done.stdout


def workers_of(parent: int) -> list[int]:
    """The processes of pytest-xdist below a run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent and b"sandbox" not in command:
            found.append(int(path.parent.name))
    return found


def test_everything_that_a_run_writes_is_for_its_user_alone(tmp_path):
    finished = run(tmp_path / "out", *CHOICE)

    shared = [path for path in [finished.out, *finished.out.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o77]
    assert shared == []
    names = {path.name for path in finished.out.iterdir()}
    assert {"verdict.json", "junit.xml", "exchanges.har", "allure-results"} <= names


CHATTY = "test_model or test_payments or test_errors or (test_the_frozen_corpus and aapnekrav)"
SENSITIVE = (
    "kidnummer",
    "kontonummer",
    "iban",
    "kontoeiersNavn",
    "mottakersNavn",
    "meldingSendtTilMottaker",
    "kreditorsnavn",
)
PLANTED = {"kidnummer": "90817263544", "kontoeiersNavn": "Planta Hemmelig-Navnesen", "personnummer": "14838290095"}


def plant(body: bytes) -> bytes:
    """Names, accounts and numbers everywhere, so that scenarios fail while they handle them."""
    try:
        members = json.loads(body)
    except ValueError:
        return body
    members = {"partIdentifikator": PLANTED["personnummer"]} | members
    if "partIdentifikator" in members:
        members["partIdentifikator"] = PLANTED["personnummer"]
        members["kidnummer"] = PLANTED["kidnummer"]
        members["kontoeiersNavn"] = PLANTED["kontoeiersNavn"]
        members["periode"] = PLANTED["kontoeiersNavn"]
    return json.dumps(members, ensure_ascii=False).encode()


@pytest.mark.nightly
def test_planted_secrets_stand_in_no_file_and_no_stream(behind, tmp_path):  # noqa: F811
    """Every answer is wrong, so that every check and scenario has something to report; the key is the vendor's own."""
    key = generate_key()
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(pem)
    behind.proxy.plan = on(CALL, altered(plant))
    made = json.dumps(
        {"owner": "312345676", "scopes": ["skatteetaten:kravogbetalinger"], "keys": [dict(key.public_jwk)]}
    )
    head = f"POST /maskinporten/clients HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(made)}\r\n"
    head += "Connection: close\r\n\r\n"
    client = json.loads(behind.proxy.fetched(head.encode() + made.encode()).partition(b"\r\n\r\n")[2])["client_id"]
    content = tomllib.loads(behind.target_file.read_text())
    target = content["targets"]["sandbox"]
    target["maskinporten"] |= {"key": "file:key.pem", "kid": key.kid, "client_id": client}
    del target["maskinporten"]["registration"]
    del target["apis"]["kravogbetalinger"]["access"]["regnskapssystem"]
    (tmp_path / "planted.toml").write_text(tomli_w.dumps(content))

    finished = run(tmp_path / "out", "--target", "planted.toml", "--api", "kravogbetalinger", "--", "-k", CHATTY)

    assert finished.code == 1
    assert len(finished.verdict["deviations"]) > 3
    written = {"stdout": finished.stdout, "stderr": finished.stderr}
    written |= {str(path): path.read_text(errors="replace") for path in finished.out.rglob("*") if path.is_file()}
    secrets = {*_tokens(behind.proxy), *PLANTED.values(), *pem.decode().splitlines()[1:-1]} | set(
        _personal(behind.proxy)
    )
    assert len(secrets) > 20
    found = [(secret, name) for secret in secrets for name, content in written.items() if secret in _plain(content)]
    assert found == []


def _plain(content: str) -> str:
    """The text as a reader would decode it."""
    return content + html.unescape(content) + unquote(content)


def _tokens(proxy) -> list[str]:
    """The signatures of all assertions and tokens that were sent."""
    texts = [unquote(asked.body.decode(errors="replace")) for asked in proxy.asked]
    texts += [asked.header("Authorization") for asked in proxy.asked]
    texts += [answer.decode(errors="replace") for answer in proxy.answers]
    found = [match for text in texts for match in re.findall(r"eyJ[\w-]+\.[\w-]+\.([\w-]{20,})", text)]
    assert all(jwt.utils.base64url_decode(each) for each in found)
    return found


def _personal(proxy) -> list[str]:
    """Accounts, KIDs and names from the API; anything shorter than a name occurs in many texts by chance."""
    pattern = rb'"(?:%s)":\s*"([^"]{5,})"' % b"|".join(name.encode() for name in SENSITIVE)
    return [match.decode() for answer in proxy.answers for match in re.findall(pattern, answer)]
