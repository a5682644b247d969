"""Drift of a run for its verdict: differences between its traffic and the pinned documents."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from harness.contract.contract import Contract
from harness.drift.documents.loading import load
from harness.drift.pages.documentation import unlisted
from harness.drift.policy import load_policy
from harness.drift.report import Report, observed_report, plain_report
from harness.drift.traffic.observed import observe
from harness.har import read_recording
from harness.redaction.redacted import as_recorded
from harness.verdict.model import Verdict

POLICY = "skatteetaten"


def drift_of(verdict: Verdict, contracts: Iterable[Contract], folder: Path) -> list[dict[str, object]]:
    """The differences between a run's traffic and the pinned documents, as findings for the verdict.

    Only answers of the API itself count: the token issuer and others beside it promised nothing.
    """
    contracts, policy = list(contracts), load_policy(POLICY)
    exchanges = [as_recorded(exchange) for exchange in read_recording(folder).exchanges]
    homes = {surface.api: surface.base_url for surface in verdict.environment.apis} if verdict.environment else {}
    found: list[dict[str, object]] = []
    for contract in contracts:
        own = [exchange for exchange in exchanges if exchange.request.url.startswith(homes.get(contract.api, ""))]
        observation = observe(load(contract.document.path), own)
        found += _findings(observed_report(observation, policy, str(folder)))
        codes = [(str(entry.kode), entry.status) for entry in verdict.error_codes if entry.api == contract.api]
        new = unlisted(codes, contract)
        report = plain_report(new, policy, f"{contract.api} {contract.version}", str(folder), "the codes of a run")
        found += _findings(report)
    return found


def _findings(report: Report) -> list[dict[str, object]]:
    """Findings that UTF-8 can encode: JSON in an answer may contain half a surrogate pair."""
    found = [finding.as_json() for finding in report.findings]
    text = json.dumps(found, ensure_ascii=False, default=str).encode(errors="replace")
    return cast("list[dict[str, object]]", json.loads(text))
