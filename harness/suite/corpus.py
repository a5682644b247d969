"""The frozen corpus: schemathesis's coverage cases for a pinned document, generated once and sent the same for ever.

The generator is internal to schemathesis, hence the exact pin and a contract test. The corpus is keyed by the
document's sha256 and the generator's version: for another document or version it is made anew.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.version import SCHEMATHESIS_VERSION
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CaseMetadata

from harness.contract.contract import Contract

FILE = "corpus.jsonl"

# Beyond this many of one kind (an operation, a keyword class, a parameter) more cases show nothing new.
PER_KIND = 60

# TRACE, QUERY and the like get clients banned by some gateways.
METHODS = ("DELETE", "PATCH", "POST", "PUT")


@dataclass(frozen=True)
class FrozenCase:
    """One generated request, before a target's parties and tokens stand in it."""

    number: int
    operation: str
    members: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Operation, keyword class and parameter: what makes two cases alike."""
        data = self.members["meta"]["phase"]["data"]
        return f"{self.operation} {data['scenario']} {data['parameter'] or ''}".strip()


@dataclass(frozen=True)
class Corpus:
    """The cases for one document. `cut` counts, by kind, those left out."""

    cases: tuple[FrozenCase, ...]
    cut: Mapping[str, int]


def corpus_of(contract: Contract) -> Corpus:
    """The corpus that was frozen for the contract's document; one made now where document or generator is another."""
    path = contract.document.path.with_name(FILE)
    if path.is_file():
        first, *frozen = path.read_text(encoding="utf-8").splitlines()
        if json.loads(first)["key"] == key_of(contract):
            return _from_lines(json.loads(first), frozen)
    return _from_lines(*_lines(contract))


def freeze(contract: Contract) -> Path:
    """Writes the corpus beside the document."""
    path = contract.document.path.with_name(FILE)
    header, lines = _lines(contract)
    path.write_text("\n".join([json.dumps(header), *lines]) + "\n", encoding="utf-8")
    return path


def key_of(contract: Contract) -> str:
    return f"{contract.sha256} schemathesis {SCHEMATHESIS_VERSION}"


@cache
def schema_of(path: Path) -> Any:  # noqa: ANN401 - schemathesis is untyped here
    """schemathesis's view of a document, with caches and learning off: two environments must stay comparable."""
    config = schemathesis.Config.from_dict(
        {
            "generation": {"allow-x00": False, "database": "none"},
            "phases": {
                "coverage": {"unexpected-methods": list(METHODS), "generate-duplicate-query-parameters": False},
            },
        }
    )
    return schemathesis.openapi.from_path(path, config=config)


def schema_operation(contract: Contract, operation_id: str) -> Any:  # noqa: ANN401 - schemathesis is untyped here
    """schemathesis's view of one operation."""
    operation = contract.document.operation(operation_id)
    return schema_of(contract.document.path)[operation.path][operation.method]


def as_case(contract: Contract, frozen: FrozenCase, members: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    """A frozen case as schemathesis's own, with some of its members replaced."""
    merged = {**frozen.members, **members}
    operation = schema_operation(contract, frozen.operation)
    case = operation.schema.make_case(
        operation=operation,
        method=merged["method"],
        path=operation.path,
        path_parameters=dict(merged["path_parameters"]),
        query=dict(merged["query"]),
        headers=dict(merged["headers"]),
        body=merged.get("body", NOT_SET),
        media_type=merged.get("media_type"),
        meta=CaseMetadata.from_dict(merged["meta"]),
    )
    case.freeze_metadata()
    return case


def _lines(contract: Contract) -> tuple[dict[str, Any], list[str]]:
    cut: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    lines = []
    for case in _generate(contract):
        if kept[case.kind] >= PER_KIND:
            cut[case.kind] += 1
            continue
        kept[case.kind] += 1
        lines.append(json.dumps({"operation": case.operation, **case.members}, ensure_ascii=True, sort_keys=True))
    header = {"key": key_of(contract), "cases": len(lines), "cut": dict(sorted(cut.items()))}
    return header, lines


def _generate(contract: Contract) -> Iterator[FrozenCase]:
    schema = schema_of(contract.document.path)
    for number, operation in enumerate(contract.document.operations):
        generated = schema.iter_coverage_cases(
            schema_operation(contract, operation.id),
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation,
        )
        for case in generated:
            yield FrozenCase(number, operation.id, _members(case))


def _members(case: Any) -> dict[str, Any]:  # noqa: ANN401 - schemathesis's Case
    meta = case.meta.to_dict()
    meta["generation"]["time"] = 0.0  # how long it took is no part of the case
    body = {} if case.body is NOT_SET else {"body": case.body, "media_type": case.media_type}
    return {
        "method": case.method,
        "path_parameters": dict(case.path_parameters),
        "query": dict(case.query),
        "headers": dict(case.headers),
        "meta": meta,
        **body,
    }


def _from_lines(header: Mapping[str, Any], lines: Iterable[str]) -> Corpus:
    cases = []
    for number, line in enumerate(lines):
        members = cast("dict[str, Any]", json.loads(line))
        cases.append(FrozenCase(number, members.pop("operation"), members))
    return Corpus(tuple(cases), header["cut"])
