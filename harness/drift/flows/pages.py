"""Drift of a documentation page, and news since the last run of the watch."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from harness.contract.folders import specs_folder
from harness.contract.pinned import api_names, contract_of
from harness.drift.findings import Found
from harness.drift.flows.pins import Pins
from harness.drift.pages.documentation import Access, UnreadablePageError, documented, read_page
from harness.drift.policy import load_policy
from harness.drift.report import Report, plain_report
from harness.targets.profiles import known_apis


def on_page(path: Path, policy_name: str, api: str | None) -> Report:
    """Compares a documentation page with the error catalogue and the test organisations.

    Without `api`, the API that knows most of its error codes is used. Raises UnreadablePageError, UnreadablePolicyError
    and FaultySpecificationError.
    """
    policy, content = load_policy(policy_name), read_page(path)
    contracts = [contract_of(name) for name in api_names() if api in {None, name}]
    if not contracts:
        raise UnreadablePageError(f"there is no API {api}. `provestand specs list` names those that are pinned.")
    contract = max(contracts, key=lambda one: len(one.errors.keys() & content.codes.keys()))
    known = known_apis().get(contract.api)
    access = Access(known.scope, known.delegation) if known else Access()
    found = documented(content, contract, specs_folder() / "testdata" / "organisations.toml", access)
    basis = f"{len(content.codes)} error codes and {len(content.organisations)} organisations on the page"
    return plain_report(found, policy, f"{contract.api} {contract.version}", str(path), basis)


def since_last_run(found: list[Found], policy_name: str, notes: Iterable[str], basis: str) -> Report:
    """Grades what is new since the last run of the watch; raises UnreadablePolicyError."""
    report = plain_report(found, load_policy(policy_name), "the last run", "now", basis)
    report = Pins.read().with_requirements(report)
    return replace(report, notes=(*report.notes, *notes))
