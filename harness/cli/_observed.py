"""Recorded traffic against documents: what `drift --observed` shows and every run puts into its verdict."""

from collections.abc import Iterable
from pathlib import Path

from harness.contract.contract import Contract
from harness.drift.har import read_recording
from harness.drift.observed import Observation, observe
from harness.drift.policy import load_policy
from harness.drift.report import observed_report
from harness.drift.specification import load
from harness.http.redaction import Redactor
from harness.verdict.model import Verdict, write_verdict

POLICY = "skatteetaten"


def observations(recording: Path, documents: Iterable[Path], contracts: Iterable[Contract]) -> list[Observation]:
    """The traffic against each document; examples are redacted as the contracts say."""
    exchanges = read_recording(recording)
    redactor = Redactor(name for contract in contracts for name in contract.document.sensitive_names)
    return [observe(load(path), exchanges, redactor.value) for path in documents]


def add_observed_drift(verdict: Verdict, contracts: Iterable[Contract], folder: Path) -> None:
    """Puts what the traffic of a run showed beside its pinned documents into the verdict, on disk as well."""
    contracts = list(contracts)
    policy = load_policy(POLICY)
    for observation in observations(folder, [contract.document.path for contract in contracts], contracts):
        report = observed_report(observation, policy, str(folder))
        verdict.observed_drift += [finding.as_json() for finding in report.findings]
    write_verdict(verdict, folder)
