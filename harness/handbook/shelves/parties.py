"""The synthetic organisations and persons that the sandbox knows."""

from collections.abc import Iterator, Mapping

from harness.handbook.entry import Entry, known
from harness.sandbox.testdata import known_organisations, registered_parties


def entries() -> Iterator[Entry]:
    found: dict[str, dict[str, object]] = {}
    for number, facts in (*registered_parties().items(), *known_organisations().items()):
        found.setdefault(number, {}).update({name: value for name, value in facts.items() if name not in found[number]})
    for number, facts in sorted(found.items()):
        yield Entry("party", number, str(facts.get("role", "")), _what(number), "", _details(facts))


def _what(number: str) -> str:
    return "organisation" if len(number) == 9 else "person"


def _details(facts: Mapping[str, object]) -> dict[str, str]:
    source = facts.get("source")
    told = f"{source['document']} ({source['date']})" if isinstance(source, Mapping) else None
    rest = {name: value for name, value in facts.items() if name not in {"source", "role"}}
    return known(**rest, source=told)
