"""`provestand list`: everything of one kind."""

import json

import pytest

from harness.cli.list import KINDS
from harness.handbook.index import entries_of, kinds


def test_the_help_names_every_kind(provestand):
    finished = provestand("list", "--help")

    assert kinds() == KINDS
    assert all(kind in finished.stdout for kind in KINDS)


@pytest.mark.parametrize("kind", ["knobs", "CONDITIONS"])
def test_one_line_for_each(provestand, kind):
    finished = provestand("list", kind)

    listed = [line.split()[0] for line in finished.stdout.splitlines()]
    assert (finished.code, finished.stderr) == (0, "")
    assert listed == [entry.id for entry in entries_of(kind.lower())]


def test_of_one_api_and_with_these_words(provestand):
    finished = provestand("list", "requirements", "--api", "maskinporten", "--search", "kid X5C")

    assert [line.split()[0] for line in finished.stdout.splitlines()] == ["MASK-GRANT-002"]


def test_json_is_for_programs(provestand):
    finished = provestand("list", "requirements", "--api", "maskinporten", "--json")

    members = json.loads(finished.stdout)
    assert (members["schema"], members["kind"]) == (1, "requirements")
    assert {entry["api"] for entry in members["entries"]} == {"maskinporten"}
    assert set(members["entries"][0]) == {"kind", "id", "api", "text", "mark", "details"}


def test_nothing_found_is_no_error(provestand):
    finished = provestand("list", "faults", "--search", "no such word anywhere")

    assert (finished.code, finished.stdout, finished.stderr) == (0, "", "None of the faults matches.\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["partys"], "There is no list of 'partys'. Did you mean parties?"),
        (["x"], "There is no list of 'x'. There are causes, codes, "),
        (["knobs", "--api", "kravogbetalinger"], "--api kravogbetalinger: knobs belong to no API. Remove --api."),
        (
            ["faults", "--api", "kravogbetaling"],
            "--api kravogbetaling: there are no faults of an API with that name. Did you mean kravogbetalinger?",
        ),
    ],
)
def test_a_wrong_name_is_wrong_usage(provestand, arguments, complaint):
    finished = provestand("list", *arguments)

    assert (finished.code, finished.stdout) == (2, "")
    assert finished.complaint.startswith(complaint)
