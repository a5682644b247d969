"""What Skatteetaten published, as recorded traffic: no answer of the model's own version breaks a must.

The examples are not part of this repository: they are in the folder that PROVESTAND_DATA names, else in
`../shared/data`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import provestand
from tests.e2e.conftest import Finished

PUBLISHED = Path(os.environ.get("PROVESTAND_DATA") or Path(__file__).parents[3] / "shared" / "data")

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published examples are not here; set PROVESTAND_DATA to their folder"
)

KOB = "https://kravogbetalinger.api.skatteetaten-test.no/v1"
ELAN = "https://api-test.sits.no/api/utleggsbegjaering/v2"
OF_TODAY = "2023-08-28"
"""From this day on, every example has the form of the model (1.1.1)."""


def answers() -> list[Path]:
    found = (PUBLISHED / "kravogbetalinger").glob("20*.json")
    return sorted(path for path in found if "skeleton" not in path.name and "request" not in path.name)


def called(day: str, second: int, method: str, url: str, status: int, sent: str = "", body: str = "") -> dict[str, Any]:
    json_ = [{"name": "Content-Type", "value": "application/json"}]
    return {
        "startedDateTime": f"{day}T12:00:{second:02d}Z",
        "time": 40,
        "request": {"method": method, "url": url, "headers": json_ if sent else [], "postData": {"text": sent}},
        "response": {"status": status, "headers": json_ if body else [], "content": {"text": body, "size": len(body)}},
    }


def as_answer(path: Path, second: int) -> dict[str, Any]:
    """A published answer to the call that it shows: `oversikt` is the old name of `aapnekrav`."""
    text = path.read_text(encoding="utf-8")
    body, operation = json.loads(text), path.stem.split("-")[3].replace("oversikt", "aapnekrav")
    ends = body.get("periode", {})
    asked = "&".join(f"{name}={ends[name]}" for name in ("fraOgMed", "tilOgMed") if name in ends)
    url = f"{KOB}/finans/{body['partIdentifikator']}/{operation}" + (f"?{asked}" if asked else "")
    return called(path.name[:10], second, "GET", url, 200, body=text)


def judged(folder: Path, entries: list[dict[str, Any]]) -> Finished:
    file = folder / "published.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), encoding="utf-8")
    done = provestand("run", "--recorded", file, "--out", folder / "out")
    return Finished(done.returncode, done.stdout, done.stderr, folder / "out")


def broken(finished: Finished, *levels: str) -> set[str]:
    rows = finished.verdict["requirements"]
    return {row["id"] for row in rows if row["status"] == "failed" and row["level"] in levels}


def test_no_published_answer_of_the_model_s_version_breaks_a_must_or_a_should(tmp_path):
    entries = [as_answer(path, second) for second, path in enumerate(answers()) if path.name >= OF_TODAY]

    finished = judged(tmp_path, entries)

    assert len(entries) == 18
    assert (finished.code, finished.verdict["problems"]) == (0, [])
    assert broken(finished, "must", "should") == set()
    judged_ids = {row["id"] for row in finished.verdict["requirements"] if row["status"] == "passed"}
    assert {"KOB-MODEL-002", "KOB-MODEL-009", "KOB-ACROSS-001", "KOB-ACROSS-009", "KOB-TOTAL-006"} <= judged_ids


@pytest.mark.nightly
def test_an_older_answer_breaks_the_form_alone(tmp_path):
    entries = [as_answer(path, second) for second, path in enumerate(answers()) if path.name < OF_TODAY]

    finished = judged(tmp_path, entries)

    assert len(entries) == 9
    assert (finished.code, finished.verdict["problems"]) == (1, [])
    assert broken(finished, "must", "should") == {"KOB-MODEL-002", "KOB-MODEL-013"}


def test_a_published_begjaering_that_is_accepted_breaks_no_must(tmp_path):
    examples = sorted((PUBLISHED / "utleggsbegjaering" / "examples").glob("*.json"))
    entries = []
    for number, path in enumerate(examples):
        text, day = path.read_text(encoding="utf-8"), path.name[:10]
        reference = json.dumps({"eksternSaksreferanse": f"SAK-{number}"})
        entries.append(called(day, 2 * number, "POST", f"{ELAN}/valider", 204, sent=text))
        entries.append(called(day, 2 * number + 1, "POST", ELAN, 201, sent=text, body=reference))

    finished = judged(tmp_path, entries)

    assert len(examples) == 18
    assert (finished.code, finished.verdict["problems"]) == (0, [])
    assert broken(finished, "must", "should") == set()
    judged_ids = {row["id"] for row in finished.verdict["requirements"] if row["status"] == "passed"}
    assert {"ELAN-SUBMIT-002", "ELAN-VALIDATE-002"} <= judged_ids
