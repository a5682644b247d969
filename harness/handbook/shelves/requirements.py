"""The promises of the APIs, and of the token issuers for clients."""

from collections.abc import Iterator, Mapping

from harness.contract.pinned import api_names, contract_of, issuer_names
from harness.contract.requirements import Requirement
from harness.handbook.entry import Entry, known
from harness.handbook.shelves import faults, misbehaviours
from harness.verdict.levels import WORDS


def entries() -> Iterator[Entry]:
    breakers = _breakers()
    for api in (*api_names(), *issuer_names()):
        for requirement in contract_of(api).requirements.values():
            yield _entry(api, requirement, breakers.get(requirement.id, []))


def _breakers() -> Mapping[str, list[str]]:
    """The faults and misbehaviours that break a requirement, by its id."""
    found: dict[str, list[str]] = {}
    for entry in (*faults.entries(), *misbehaviours.entries()):
        for broken in entry.details["breaks"].split(", "):
            found.setdefault(broken, []).append(entry.id)
    return found


def _entry(api: str, requirement: Requirement, broken_by: list[str]) -> Entry:
    word = "observation" if requirement.level == "observe" else WORDS[requirement.level]
    command = "run" if requirement.actor == "server" else "client"
    is_run = requirement.withdrawn is None and requirement.not_tested is None
    details = known(
        level=f"{requirement.level}: if broken, it is {'an' if word[0] == 'o' else 'a'} {word}",
        theme=requirement.theme,
        of=f"the {requirement.actor}",
        source=requirement.source,
        page=requirement.source.url,
        certainty=requirement.certainty,
        checks=requirement.checks,
        code=requirement.kode,
        question=requirement.question,
        since_version=requirement.since,
        until_version=requirement.until,
        not_tested=requirement.not_tested,
        withdrawn=requirement.withdrawn,
        broken_by=broken_by,
        judge_it=f"provestand {command} --requirement {requirement.id}" if is_run else None,
    )
    return Entry("requirement", requirement.id, requirement.text, requirement.level, api, details)
