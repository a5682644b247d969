"""The error catalogues of all versions of an API, each code once."""

from collections.abc import Container, Iterator

from harness.contract.errors import ErrorCode
from harness.contract.pinned import api_names, contract_of, versions
from harness.handbook.entry import Entry, known


def codes(kinds: Container[str]) -> Iterator[Entry]:
    """The codes of these kinds; equal entries of several versions become one that names the versions."""
    for api in api_names():
        contracts = [contract_of(api, version) for version in versions(api)]
        promised = {each.kode: each.id for contract in contracts for each in contract.active.values() if each.kode}
        found: dict[ErrorCode, list[str]] = {}
        for contract in contracts:
            for code in contract.errors.values():
                if code.kind in kinds:
                    found.setdefault(code, []).append(contract.version)
        for code, where in found.items():
            yield _entry(api, code, where, promised.get(code.kode))


def _entry(api: str, code: ErrorCode, where: list[str], requirement: str | None) -> Entry:
    details = known(
        status=code.status,
        area=code.area,
        provoked_by=code.trigger,
        versions=where,
        since_version=code.since,
        until_version=code.until,
        operations=code.operations,
        stands_for=code.stands_for,
        found_at=code.paths,
        only_for_changes=code.only_for_changes,
        published=code.first_seen,
        note=code.note,
        requirement=requirement,
        source=code.source,
        certainty=code.certainty,
    )
    kind = "condition" if code.kind == "condition" else "code"
    return Entry(kind, code.kode, code.text or code.area, str(code.status), api, details)
