"""Files that are uploaded in advance, as in a run: what is sent, and what the run says."""

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from harness.targets.embedded import running_sandbox
from tests.e2e.conftest import Finished, lying, run  # noqa: F401 - one is a fixture

API = "utleggsbegjaering"
EACH_ALMINNELIG, EACH_SAERLIG = "ELAN-SUBMIT-003", "ELAN-SUBMIT-004"
"""Requirements whose scenarios submit a begjæring of each kind: eight and seven that are to be accepted."""


@dataclass(frozen=True)
class Wire:
    """The calls of a run to the API, in the order of their answers."""

    entries: list[dict[str, Any]]

    def calls(self, method: str, path: str) -> list[dict[str, Any]]:
        """The calls by method and by the beginning of their path below the API."""
        return [
            entry
            for entry in self.entries
            if entry["request"]["method"] == method
            and entry["request"]["url"].partition(f"/api/{API}/v2")[2].startswith(path)
        ]

    @property
    def uploads(self) -> dict[str, str]:
        """The reference that each file was uploaded under, by its uuid."""
        return {json.loads(_answer(entry))["uuid"]: _form(entry)["innsenderReferanse"] for entry in self._uploads}

    @property
    def _uploads(self) -> list[dict[str, Any]]:
        return [entry for entry in self.calls("POST", "/vedlegg") if entry["response"]["status"] == 201]

    @property
    def looks(self) -> Counter[str]:
        """How often the state of each file was requested, ordered by the first time."""
        return Counter(entry["request"]["url"].rpartition("/")[2] for entry in self.calls("GET", "/vedlegg/"))

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """The begjæringer that became a case."""
        return [
            _body(entry) for entry in self.calls("POST", "") if entry["response"]["status"] == 201 and _filed(entry)
        ]


PREFLIGHT = "{"
"""The harmless call that a run begins with."""


def _answer(entry: dict[str, Any]) -> str:
    return str(entry["response"]["content"]["text"])


def _body(entry: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(entry["request"]["postData"]["text"]))


def _filed(entry: dict[str, Any]) -> bool:
    return "eksternSaksreferanse" in _answer(entry)


def _form(entry: dict[str, Any]) -> dict[str, str]:
    """The fields of a multipart form."""
    posted = entry["request"]["postData"]
    octets = f"Content-Type: {posted['mimeType']}\r\n\r\n{posted['text']}".encode()
    parts = BytesParser().parsebytes(octets).get_payload()
    named = [(str(part.get_param("name", header="content-disposition")), part.get_payload()) for part in parts]
    return {name: str(value) for name, value in named}


def cited(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node["uuid"] for name in node if name == "uuid")
        for child in node.values():
            yield from cited(child)
    elif isinstance(node, list):
        for child in node:
            yield from cited(child)


def wire_of(finished: Finished) -> Wire:
    return Wire(json.loads((finished.out / "exchanges.har").read_text())["log"]["entries"])


def run_of(out: Path, target: Path, *requirements: str, workers: int = 1) -> Finished:
    """A run with one call in flight in each process, however slow the machine is.

    Scenarios that run concurrently, as they do when answers are slow, each wait for their own file.
    """
    content = tomllib.loads(target.read_text())
    (described,) = content["targets"].values()
    described["share"] = f"{workers}/5"
    alone = out.parent / "one-at-a-time.toml"
    alone.write_text(tomli_w.dumps(content))
    chosen = (part for key in requirements for part in ("--requirement", key))
    return run(out, "--target", str(alone), "--api", API, "--workers", str(workers), *chosen)


def described(target_file: Path, into: Path, **members: Any) -> Path:
    """A sandbox's target with members replaced; a member of None is left out."""
    content = tomllib.loads(target_file.read_text())
    api = content["targets"]["sandbox"]["apis"][API] | members
    content["targets"]["sandbox"]["apis"][API] = {name: value for name, value in api.items() if value is not None}
    into.write_text(tomli_w.dumps(content))
    return into


@pytest.fixture(scope="module")
def sandbox_file() -> Iterator[Path]:
    with running_sandbox() as sandbox:
        yield sandbox.target_file


def test_scenarios_that_only_validate_share_one_file(sandbox_file, tmp_path):
    finished = run_of(tmp_path / "out", sandbox_file, "ELAN-VALIDATE-003", "ELAN-ERROR-014", "ELAN-SUBMIT-016")

    wire = wire_of(finished)
    sent = [entry for entry in wire.calls("POST", "/valider") if entry["request"]["postData"]["text"] != PREFLIGHT]
    bodies = [_body(entry) for entry in sent]
    (identifier,) = wire.uploads
    assert finished.code == 0
    assert finished.verdict["counts"]["scenarios"] == 6
    assert wire.accepted == []
    with_files = [set(cited(body)) for body in bodies if body["innsenderReferanse"] == wire.uploads[identifier]]
    assert len(with_files) >= 6
    assert all(identifiers == {identifier} for identifiers in with_files)


def test_each_begjaering_that_is_accepted_has_a_file_and_a_reference_of_its_own(sandbox_file, tmp_path):
    """In each of the workers, which share nothing."""
    finished = run_of(tmp_path / "out", sandbox_file, EACH_ALMINNELIG, EACH_SAERLIG, workers=2)

    wire = wire_of(finished)
    references = [body["innsenderReferanse"] for body in wire.accepted]
    files = [set(cited(body)) for body in wire.accepted]
    assert finished.code == 0
    assert len(references) == len(set(references)) == 15
    assert [len(identifiers) for identifiers in files] == [1] * 15
    assert [{wire.uploads[identifier] for identifier in identifiers} for identifiers in files] == [
        {reference} for reference in references
    ]


def test_files_of_a_quick_service_are_uploaded_one_by_one_and_none_in_vain(sandbox_file, tmp_path):
    wire = wire_of(run_of(tmp_path / "out", sandbox_file, EACH_ALMINNELIG))

    assert len(wire.accepted) == 8
    assert wire.uploads.keys() == {identifier for body in wire.accepted for identifier in cited(body)}
    assert set(wire.looks.values()) == {1}


def slow_over_files() -> Callable[[str, int, bytes], bytes]:
    """A service that finishes everything that it was sent when one of them is queried for the second time."""
    sent: set[str] = set()
    asked_about: set[str] = set()
    ready: set[str] = set()

    def told(path: str, status: int, body: bytes) -> bytes:
        identifier = path.rpartition("/vedlegg/")[2]
        if path.endswith("/vedlegg") and status == 201:
            sent.add(json.loads(body)["uuid"])
        if identifier in asked_about:
            ready.update(sent)
        asked_about.add(identifier)
        return body.replace(b'"klar"', b'"mottatt"') if identifier in sent - ready else body

    return told


def test_files_of_a_slow_service_are_uploaded_together_so_that_a_run_waits_for_few(lying, tmp_path):  # noqa: F811
    finished = run_of(tmp_path / "out", lying(slow_over_files(), of=API), EACH_ALMINNELIG)

    wire = wire_of(finished)
    waited_for = [identifier for identifier, times in wire.looks.items() if times > 1]
    assert finished.code == 0
    assert len(wire.accepted) == 8
    assert len(wire.uploads) == 1 + 32
    assert len(waited_for) < 5


def test_a_file_that_never_becomes_ready_is_told_and_waited_for_once(tmp_path):
    """It is a deviation from a reconstructed promise, which fails no run; scenarios that cite files go on."""
    with running_sandbox("--fault", f"{API}/attachments-are-never-ready") as sandbox:
        finished = run_of(tmp_path / "out", sandbox.target_file, "ELAN-ATTACH-002", EACH_SAERLIG)

    waited_for, *others = wire_of(finished).looks.values()
    assert finished.failed == ["ELAN-ATTACH-002"]
    assert "doubt ELAN-ATTACH-002: An uploaded PDF becomes ready to be cited." in finished.stdout
    assert '"mottatt" is not equal to "klar"' in finished.stdout
    assert waited_for > 1
    assert others == [1] * 7


def test_without_attachments_what_must_be_accepted_is_not_testable_and_the_rest_is_judged(sandbox_file, tmp_path):
    target = described(sandbox_file, tmp_path / "target.toml", reconstructed=False, closed_world=False)

    finished = run_of(tmp_path / "out", target, EACH_ALMINNELIG, "ELAN-ATTACH-001", "ELAN-COND-026")

    told = {entry["id"]: (entry["status"], entry["reason"]) for entry in finished.verdict["requirements"]}
    assert finished.code == 0
    assert told[EACH_ALMINNELIG] == (
        "not_testable",
        "no file can be uploaded: the upload is reconstructed, and the target does not open it",
    )
    assert told["ELAN-ATTACH-001"] == (
        "not_testable",
        "lastOppVedlegg is reconstructed, and the target does not open such operations",
    )
    assert told["ELAN-COND-026"] == ("passed", "")
    assert wire_of(finished).calls("POST", "/vedlegg") == []


def test_a_begjaering_that_was_wrongly_accepted_makes_no_other_one_a_duplicate(tmp_path):
    """It had the file and the reference that all share; later ones have others."""
    with running_sandbox("--fault", f"{API}/kid-is-not-checked") as sandbox:
        finished = run_of(tmp_path / "out", sandbox.target_file, "ELAN-HTTP-010")

    assert finished.code == 0  # a broken should is a warning
    assert finished.failed == ["ELAN-COND-026"]
    assert "DUPLIKAT_INNSENDING" not in finished.stdout
