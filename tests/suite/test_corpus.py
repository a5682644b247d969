"""The frozen corpus is what the pinned generator makes from the pinned document, and names no real party.

The generator is internal to schemathesis: these tests check that it does what the corpus needs.
"""

import json
from collections import Counter
from dataclasses import replace

import pytest
from schemathesis.core.version import SCHEMATHESIS_VERSION

from harness.contract.contract import Contract
from harness.contract.pinned import api_names, contract_of, versions
from harness.suite.corpus import FILE, MARKS, Corpus, FrozenCase, Party, Roles, Wire, corpus_of, key_of, with_party
from harness.suite.generator import CASES, METHODS, PER_KIND, as_case, for_generation, wire_of

PINNED = [(api, version) for api in api_names() for version in versions(api)]


@pytest.fixture(params=PINNED, ids="-".join)
def pinned(request) -> Contract:
    return contract_of(*request.param)


@pytest.fixture
def corpus(pinned) -> Corpus:
    return corpus_of(pinned)


def frozen_text(contract: Contract) -> str:
    return contract.document.path.with_name(FILE).read_text()


def test_the_corpus_is_keyed_by_document_and_generator(pinned):
    header = json.loads(frozen_text(pinned).splitlines()[0])

    assert header["key"] == key_of(pinned)
    assert SCHEMATHESIS_VERSION in header["key"]
    assert pinned.sha256 in header["key"]


@pytest.mark.by_day(1)
def test_generating_again_gives_the_same_corpus_to_the_byte(pinned, tmp_path):
    """It does not depend on the seed, the hash seed or the time of day."""
    frozen = corpus_of(pinned)
    document = tmp_path / "openapi.yaml"
    document.write_bytes(pinned.document.path.read_bytes())
    again = Contract(
        pinned.api,
        pinned.version,
        type(pinned.document)(document, pinned.document.content),
        pinned.errors,
        pinned.requirements,
    )

    made = corpus_of(again)

    assert [case.members for case in made.cases] == [case.members for case in frozen.cases]
    assert made.cut == frozen.cut


def test_every_operation_is_met_with_right_and_with_wrong_requests(pinned, corpus):
    modes = {(case.operation, case.members["meta"]["generation"]["mode"]) for case in corpus.cases}

    assert modes == {
        (operation.id, mode)
        for operation in pinned.document.operations
        for mode in ("positive", "negative")
        if operation.definition.get(CASES) != 0
    }


def test_no_kind_of_case_is_there_more_often_than_tells_anything(pinned, corpus):
    kinds = Counter(case.kind for case in corpus.cases)
    most = {operation.id: operation.definition.get(CASES, PER_KIND) for operation in pinned.document.operations}

    assert all(count <= most[kind.partition(" ")[0]] for kind, count in kinds.items())
    assert all(kinds[kind] == most[kind.partition(" ")[0]] for kind in corpus.cut)


def test_only_ordinary_methods_are_sent(pinned, corpus):
    allowed = {operation.method for operation in pinned.document.operations} | set(METHODS)

    assert {case.members["method"] for case in corpus.cases} <= allowed


def test_no_request_holds_a_nul(pinned):
    assert "\\u0000" not in frozen_text(pinned)
    assert "%00" not in frozen_text(pinned)


def test_a_frozen_case_comes_back_as_it_was(pinned, corpus):
    case = as_case(pinned, corpus.cases[0], {})

    assert dict(case.path_parameters) == corpus.cases[0].members["path_parameters"]
    assert case.meta.to_dict()["phase"] == corpus.cases[0].members["meta"]["phase"]


def test_a_frozen_case_goes_over_the_wire_as_the_generator_sends_it(pinned, corpus):
    party = Party("314055403", "2025-01-01", "2025-12-31")

    for frozen in corpus.cases:
        path, query = dict(frozen.members["path_parameters"]), dict(frozen.members["query"])
        party.place(Roles.of(pinned.document.operation(frozen.operation)), path, query)
        body = with_party(frozen.members.get("body"), party.organisation)
        members = {"path_parameters": path, "query": query}
        case = as_case(pinned, frozen, {**members, "body": body} if "body" in frozen.members else members)

        assert frozen.wire(party, body) == wire_of(case)


def test_a_target_puts_its_party_and_period_into_the_path():
    frozen = FrozenCase(
        0, "o", {"method": "GET", "wire": {"path": f"/x/{MARKS.organisation}?d={MARKS.first_day}", "headers": {}}}
    )

    wire = frozen.wire(Party("314055403", "2025-01-01", "2025-12-31"))

    assert wire == Wire("GET", "/x/314055403?d=2025-01-01", {}, None)


def test_a_body_in_another_form_than_json_is_frozen_as_text():
    members = {
        "method": "POST",
        "body": ["<a/>"],
        "wire": {"path": "/x", "headers": {}, "text": f"<a>{MARKS.organisation}</a>"},
    }

    wire = FrozenCase(0, "o", members).wire(Party("314055403", "2025-01-01", "2025-12-31"), ["<a/>"])

    assert wire == Wire("POST", "/x", {}, b"<a>314055403</a>")


def test_a_corpus_in_another_form_is_not_used(tmp_path):
    """Nor one of another document or generator: it is made again."""
    pinned = contract_of(PINNED[0][0])
    document = tmp_path / "openapi.yaml"
    document.write_bytes(pinned.document.path.read_bytes())
    _, *lines = frozen_text(pinned).splitlines()
    header = {"key": key_of(pinned).rpartition(" ")[0], "cut": {}}
    (tmp_path / FILE).write_text("\n".join([json.dumps(header), lines[0]]))
    again = replace(pinned, document=replace(pinned.document, path=document))

    made = corpus_of(again)

    assert len(made.cases) == len(lines)


EXCLUDING = {
    "Part": {
        "type": "object",
        "required": ["navn"],
        "properties": {"navn": {"type": "string"}, "person": {"type": "object"}, "bedrift": {"type": "object"}},
        "oneOf": [{"required": ["person"]}, {"required": ["bedrift"]}],
    },
    "Rente": {
        "properties": {"sats": {"type": "number"}, "lovens": {"type": "boolean"}},
        "not": {"required": ["sats", "lovens"]},
    },
}


def test_of_members_that_exclude_each_other_the_generator_sees_the_first():
    """In requests only: an answer with the second is as good as one with the first."""
    part = {"$ref": "#/components/schemas/Part"}
    body = {"content": {"application/json": {"schema": part}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": part}}}}
    document = {
        "paths": {"/": {"post": {"requestBody": body, "responses": answer}}},
        "components": {"schemas": EXCLUDING},
    }

    made = for_generation(document)

    post = made["paths"]["/"]["post"]
    assert post["responses"] == answer
    assert post["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Part.made"}
    assert made["components"]["schemas"] == {
        **EXCLUDING,
        "Part.made": {
            "type": "object",
            "properties": {"navn": {"type": "string"}, "person": {"type": "object"}},
            "required": ["navn", "person"],
        },
        "Rente.made": {"properties": {"sats": {"type": "number"}}, "required": ["sats"]},
    }
