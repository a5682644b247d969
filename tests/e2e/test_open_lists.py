"""Lists that the authority extends are open: a new value is an observation and drift, on every target."""

import json

import pytest

from tests.e2e.conftest import run

NEW = {"kode": "SAKSOEKT_ER_UTVANDRET", "melding": "Ny.", "beskrivelse": "Ny."}


def with_a_new_condition(path, status, body):
    """Every refusal by conditions lists one more, which is not published."""
    if b'"kontrollutslag"' not in body:
        return body
    members = json.loads(body)
    members["kontrollutslag"].append(NEW)
    return json.dumps(members).encode()


def with_a_new_status_of_payouts(path, status, body):
    """In JSON and in XML."""
    return body.replace(b"bekreftet", b"avvist")


@pytest.mark.nightly  # in the default run, the self-test's variation of the same kind covers it
def test_a_new_condition_accuses_nobody(lying, tmp_path):
    target = lying(with_a_new_condition, of="utleggsbegjaering")
    chosen = ("--suite", "scenarios", "--", "-k", "test_conditions or test_validation or test_generated")

    finished = run(tmp_path / "out", "--target", str(target), "--api", "utleggsbegjaering", *chosen)

    verdict = finished.verdict
    assert (finished.code, verdict["deviations"]) == (0, []), finished.stdout
    seen = {(each["requirement"], each["answer"]) for each in verdict["observations"]}
    drift = [found["rule"] for found in verdict["observed_drift"] if NEW["kode"] in found["message"]]
    assert ("ELAN-ERROR-003", NEW["kode"]) in seen
    assert drift == ["error-code-new"]


@pytest.mark.nightly
def test_a_new_value_accuses_nobody(lying, tmp_path):
    """By our own check and by the generator's, which judges the whole schema."""
    chosen = ("--api", "kravogbetalinger", "--", "-k", "test_model or test_payments or (test_corpus and utbetalinger)")

    finished = run(tmp_path / "out", "--target", str(lying(with_a_new_status_of_payouts)), *chosen)

    verdict = finished.verdict
    assert (finished.code, verdict["deviations"]) == (0, []), finished.stdout
    seen = [each["answer"] for each in verdict["observations"] if each["requirement"] == "KOB-MODEL-016"]
    assert "'avvist'" in seen
