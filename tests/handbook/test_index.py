"""Everything that has a name can be looked up by it: the sources are read again here, file by file."""

import json
import tomllib
from pathlib import Path

import pytest

from harness.drift.compare import registry
from harness.handbook.index import UnknownIdError, apis, entries_of, find, kinds, near_names, searched
from harness.reference_client.misbehaviours import all_misbehaviours
from harness.sandbox.faults.catalogue import all_faults
from harness.sandbox.knobs import all_knobs


def tables(repository: Path, pattern: str) -> set[str]:
    """The names of all tables of the files that match."""
    return {name for path in repository.glob(pattern) for name in tomllib.loads(path.read_text(encoding="utf-8"))}


def errors(repository: Path, *, conditions: bool) -> set[str]:
    found = {}
    for path in repository.glob("specs/**/errors.toml"):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return {name for name, entry in found.items() if (entry.get("kind") == "condition") is conditions}


def promised_by_codes(repository: Path) -> set[str]:
    """The requirements that are entries of error catalogues."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in repository.glob("specs/**/errors.toml")]
    return {entry["requirement"] for file in files for entry in file.values() if "requirement" in entry}


def access_causes(repository: Path) -> set[str]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in repository.glob("specs/*/access.toml")]
    return {kode for file in files for kode in file.get("causes", {})}


SOURCES = {
    "causes": lambda root: tables(root, "harness/doctor/causes.toml") | access_causes(root),
    "codes": lambda root: errors(root, conditions=False),
    "conditions": lambda root: errors(root, conditions=True),
    "faults": lambda root: {fault.full_name for fault in all_faults()},
    "knobs": lambda root: {knob.name for knob in all_knobs()},
    "misbehaviours": lambda root: set(all_misbehaviours()),
    "parties": lambda root: (
        tables(root, "specs/testdata/organisations.toml") | tables(root, "specs/testdata/party_register.toml")
    ),
    "requirements": lambda root: tables(root, "specs/*/requirements.toml") | promised_by_codes(root),
    "rules": lambda root: set(registry().rules),
}


def test_each_kind_has_its_source_here():
    assert kinds() == sorted(SOURCES)


@pytest.mark.parametrize("kind", kinds())
def test_a_shelf_holds_exactly_what_its_source_has(kind, repository):
    entries = entries_of(kind)

    assert {entry.id for entry in entries} == SOURCES[kind](repository)
    assert [entry for entry in entries if not entry.text or "" in entry.details.values()] == []


@pytest.mark.parametrize("kind", kinds())
def test_every_id_is_found_in_any_letter_case(kind):
    lost = [
        typed
        for entry in entries_of(kind)
        for typed in (entry.id, entry.id.lower(), entry.id.upper())
        if entry not in find(typed)
    ]

    assert lost == []


def test_one_name_may_be_of_several_things():
    assert {entry.kind for entry in find("KB-005")} == {"code", "cause"}


def test_a_fault_is_found_without_its_api():
    assert {entry.id for entry in find("expired-token-accepted")} == {
        fault.full_name for fault in all_faults() if fault.name == "expired-token-accepted"
    }


def test_a_code_of_the_issuer_leads_to_its_causes():
    assert [entry.id for entry in find("mp-303")] == ["mp-303"]
    assert find("MP-303")[0].details["fix"]


def test_a_requirement_says_what_breaks_it():
    (entry,) = find("KOB-CONSENT-002")

    assert "kravogbetalinger/consent-not-needed" in entry.details["broken by"].split(", ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("KOB-TOTAL-02", "KOB-TOTAL-002"),
        ("expired-token-acepted", "expired-token-accepted"),
        ("DUPLIKAT_INSENDING", "DUPLIKAT_INNSENDING"),
        ("check_digit", "check-digit"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(typed, meant):
    with pytest.raises(UnknownIdError, match=f"There is nothing called '{typed}'. Did you mean .*{meant}"):
        find(typed)


def test_what_is_like_nothing_is_answered_with_where_to_look():
    with pytest.raises(UnknownIdError, match=r"There is nothing called 'øøø'\. `provestand list causes\|codes"):
        find("øøø")


def test_near_names_are_spelt_as_they_are_known():
    assert near_names("kb_005", ["KB-005", "Other"]) == ["KB-005"]


def test_a_search_wants_every_word_somewhere():
    found = searched(entries_of("requirements"), "SAMTYKKE finans") + searched(entries_of("faults"), "consent finans")

    assert all("finans" in json.dumps(entry.as_dict(), ensure_ascii=False).lower() for entry in found)
    assert {entry.kind for entry in found} >= {"fault"}


def test_every_api_is_named():
    assert {"kravogbetalinger", "utleggsbegjaering", "maskinporten"} <= set(apis())
