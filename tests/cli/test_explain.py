"""`provestand explain`: what an id means."""

import json

import pytest


def test_a_requirement_is_explained_with_source_and_command(provestand):
    finished = provestand("explain", "kob-consent-002")

    lines = finished.stdout.splitlines()
    assert (finished.code, finished.stderr) == (0, "")
    assert lines[0] == "requirement KOB-CONSENT-002 of kravogbetalinger"
    labels = [line.split("  ")[1] for line in lines[2:] if line.startswith("  ") and line[2] != " "]
    assert labels[:4] == ["level", "theme", "of", "source"]
    assert lines[-1].endswith("provestand run --requirement KOB-CONSENT-002")
    assert max(map(len, lines)) <= 112 or any("https://" in line for line in lines if len(line) > 112)


def test_a_rule_keeps_its_example_as_it_is(provestand):
    finished = provestand("explain", "TYPE-NARROWED")

    assert finished.stdout.splitlines()[-2:] == [
        "  old            {type: [string, integer]}",
        "  new            {type: string}",
    ]


def test_json_has_all_of_it(provestand):
    finished = provestand("explain", "check-digit", "--json")

    (entry,) = json.loads(finished.stdout)["entries"]
    assert (entry["kind"], entry["id"], entry["details"]["values"]) == ("knob", "check-digit", "KB-006, KB-009")


@pytest.mark.parametrize("typed", ["KOB-TOTAL-02", "nothing\x1b[31m"])
def test_an_unknown_id_is_wrong_usage(provestand, typed):
    finished = provestand("explain", typed)

    assert (finished.code, finished.stdout) == (2, "")
    assert finished.complaint.startswith("There is nothing called '")
    assert "\x1b" not in finished.stderr
