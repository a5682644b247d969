"""Drift reports of recorded traffic, of pages and of the watch, and what any report touches."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from harness.cli._printing import complain
from harness.cli.run import scenarios_folder
from harness.contract.contract import Contract
from harness.contract.faulty import FaultySpecificationError
from harness.contract.folders import specs_folder
from harness.contract.pinned import api_names, contract_of
from harness.drift.documents.loading import load
from harness.drift.findings import Found
from harness.drift.impact import with_impact
from harness.drift.pages.documentation import Access, UnreadablePageError, documented, read_page, unlisted
from harness.drift.policy import load_policy
from harness.drift.report import (
    Report,
    joined,
    not_compared,
    observed_report,
    plain_report,
    with_left_out,
    without_answer,
)
from harness.drift.traffic.observed import Observation, observe
from harness.drift.traffic.recordings import between, learn
from harness.exchange import Exchange
from harness.har import read_recording
from harness.redaction.redacted import RedactedExchange, as_recorded
from harness.redaction.redactor import Redactor
from harness.targets.profiles import known_apis
from harness.verdict.model import Verdict

POLICY = "skatteetaten"


def recordings(old: Path, new: Path, policy_name: str) -> Report:
    """What changed from one recording of traffic to another; raises UnreadableRecordingError, UnreadablePolicyError."""
    policy, contracts = load_policy(policy_name), pinned_contracts()
    held = read_recording(old), read_recording(new)
    before, after = (learn(_redacted(recording.exchanges, contracts)) for recording in held)
    counts = [sum(side.seen.values()) for side in (before, after)]
    basis = "{} answers against {}".format(*counts)
    report = plain_report(between(before, after), policy, str(old), str(new), basis)
    left_out = [
        f"{path}: {told}"
        for path, recording, side in zip((old, new), held, (before, after), strict=True)
        for told in (*not_compared(side.unread), *without_answer(recording))
    ]
    return replace(report, notes=(*report.notes, *left_out), facts={"judged": min(counts)})


def page(path: Path, policy_name: str, api: str | None) -> Report:
    """A documentation page against the error catalogue and the test organisations; raises UnreadablePageError.

    Without `api` it is compared with the one that knows most of its error codes.
    """
    policy, content = load_policy(policy_name), read_page(path)
    contracts = [contract for contract in pinned_contracts() if api in {None, contract.api}]
    if not contracts:
        raise UnreadablePageError(f"there is no API {api}. `provestand specs list` names those that are pinned.")
    contract = max(contracts, key=lambda one: len(one.errors.keys() & content.codes.keys()))
    known = known_apis().get(contract.api)
    access = Access(known.scope, known.delegation) if known else Access()
    found = documented(content, contract, specs_folder() / "testdata" / "organisations.toml", access)
    basis = f"{len(content.codes)} error codes and {len(content.organisations)} organisations on the page"
    return plain_report(found, policy, f"{contract.api} {contract.version}", str(path), basis)


def watched(found: list[Found], policy_name: str, notes: Iterable[str], basis: str) -> Report:
    """What is new since the last run of the watch, graded; raises UnreadablePolicyError."""
    report = plain_report(found, load_policy(policy_name), "the last run", "now", basis)
    return replace(with_requirements(report, pinned_contracts()), notes=tuple(notes))


def seen(recording: Path, document: Path | None, policy_name: str, root: Path | None = None) -> Report:
    """Recorded traffic against a document, or against the newest pinned documents that it is about.

    Raises UnreadableRecordingError, UnreadableDocumentError and UnreadablePolicyError.
    """
    policy, contracts = load_policy(policy_name), pinned_contracts()
    documents = [document] if document else [contract.document.path for contract in contracts]
    held = read_recording(recording)
    observations = _observations(_redacted(held.exchanges, contracts), documents, root)
    judged = [one for one in observations if one.judged] or observations[:1]
    reports = [with_requirements(observed_report(one, policy, str(recording)), contracts) for one in judged]
    return with_left_out(joined(reports), held)


def drift_of(verdict: Verdict, contracts: Iterable[Contract], folder: Path) -> list[dict[str, object]]:
    """What the traffic of a run showed beside its pinned documents, as findings for the verdict.

    Only what an API itself answered counts: the token issuer and others beside it promised nothing.
    """
    contracts, policy = list(contracts), load_policy(POLICY)
    exchanges = [as_recorded(exchange) for exchange in read_recording(folder).exchanges]
    homes = {surface.api: surface.base_url for surface in verdict.environment.apis} if verdict.environment else {}
    found: list[dict[str, object]] = []
    for contract in contracts:
        own = [exchange for exchange in exchanges if exchange.request.url.startswith(homes.get(contract.api, ""))]
        for observation in _observations(own, [contract.document.path]):
            found += _findings(observed_report(observation, policy, str(folder)))
        codes = [(str(entry.kode), entry.status) for entry in verdict.error_codes if entry.api == contract.api]
        new = unlisted(codes, contract)
        report = plain_report(new, policy, f"{contract.api} {contract.version}", str(folder), "the codes of a run")
        found += _findings(report)
    return found


def _findings(report: Report) -> list[dict[str, object]]:
    """Findings that any file takes: JSON in an answer can hold half a surrogate pair, which has no UTF-8."""
    found = [finding.as_json() for finding in report.findings]
    text = json.dumps(found, ensure_ascii=False, default=str).encode(errors="replace")
    return cast("list[dict[str, object]]", json.loads(text))


def _observations(
    exchanges: Sequence[RedactedExchange], documents: Iterable[Path], root: Path | None = None
) -> list[Observation]:
    """The traffic against each document."""
    return [observe(load(path, root), exchanges) for path in documents]


def _redacted(exchanges: Iterable[Exchange], contracts: Iterable[Contract]) -> list[RedactedExchange]:
    """A recording that anybody made, as it may be shown: redacted as the contracts say."""
    redactor = Redactor(name for contract in contracts for name in contract.document.sensitive_names)
    return [redactor.exchange(exchange) for exchange in exchanges]


def pinned_contracts() -> list[Contract]:
    """The pinned contracts; without them a report is as true, and names no requirement."""
    try:
        return [contract_of(api) for api in api_names()]
    except FaultySpecificationError as error:
        complain(f"requirements are left out: {error}")
        return []


def with_requirements(report: Report, contracts: Iterable[Contract]) -> Report:
    return with_impact(report, contracts, scenarios_folder())
