"""Makes requests with schemathesis: its view of a document, the cases of the corpus, and their form on the wire.

The generator is internal to schemathesis, hence the exact pin and a contract test.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import requests
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode
from schemathesis.generation.meta import CaseMetadata

from harness.contract.contract import Contract
from harness.contract.document import load_document
from harness.suite.corpus import FILE, MARKS, FrozenCase, Roles, Wire, as_json, key_of, with_party

# Beyond this many of one kind (operation, keyword class, parameter) more cases show nothing new.
PER_KIND = 60
MADE = ".made"
"""The suffix of a schema's copy in which the choices for requests have been made."""

CASES = "x-provestand-cases"
"""On an operation: replaces PER_KIND. A body with a hundred objects has thousands of cases of one kind."""

# Some gateways ban clients that use TRACE, QUERY and the like.
METHODS = ("DELETE", "PATCH", "POST", "PUT")

ANYWHERE = "http://anywhere.invalid"
"""A placeholder base URL, used to find out a case's form on the wire."""

NOT_SENT = frozenset({"user-agent", "accept-encoding", "connection", "x-schemathesis-testcaseid", "content-length"})
"""Headers in which the generator's client describes itself; our own client sets its own."""


def freeze(contract: Contract) -> Path:
    """Writes the corpus beside the document."""
    path = contract.document.path.with_name(FILE)
    header, frozen = lines(contract)
    path.write_text("\n".join([json.dumps(header), *frozen]) + "\n", encoding="utf-8", newline="\n")
    return path


@cache
def schema_of(path: Path) -> Any:  # noqa: ANN401 - schemathesis is untyped here
    """schemathesis's view of a document, with caches and learning off, so that two environments stay comparable."""
    config = schemathesis.Config.from_dict(
        {
            "generation": {"allow-x00": False, "database": "none"},
            "phases": {
                "coverage": {"unexpected-methods": list(METHODS), "generate-duplicate-query-parameters": False},
            },
        }
    )
    return schemathesis.openapi.from_dict(for_generation(load_document(path).content), config=config)


def for_generation(content: Mapping[str, Any]) -> dict[str, Any]:
    """A document in which the choices in request bodies are made; answers are judged by the original document."""
    components = content.get("components", {})
    made = {f"{name}{MADE}": _as_made(schema) for name, schema in components.get("schemas", {}).items()}
    paths = {
        path: {
            key: {**part, "requestBody": _as_made(part["requestBody"])}
            if isinstance(part, dict) and "requestBody" in part
            else part
            for key, part in item.items()
        }
        for path, item in content.get("paths", {}).items()
    }
    if not any("requestBody" in part for item in paths.values() for part in item.values() if isinstance(part, dict)):
        return dict(content)
    schemas = {**components.get("schemas", {}), **made}
    return {**content, "paths": paths, "components": {**components, "schemas": schemas}}


def _as_made(node: Any) -> Any:  # noqa: ANN401 - any node of the document
    """A part of a request with its choices made, and its references pointing to schemas treated likewise."""
    text = json.dumps(with_choices_made(node), default=str)
    return json.loads(re.sub(r'("\$ref": "#/components/schemas/[^"]+)"', rf'\1{MADE}"', text))


def with_choices_made(node: Any) -> Any:  # noqa: ANN401 - any node of the document
    """A document for the generator in which only the first of several mutually exclusive members is left.

    The generator always fills in every member, and gives up on an object where that is impossible.
    """
    if isinstance(node, list):
        return [with_choices_made(child) for child in node]
    if not isinstance(node, dict):
        return node
    names = _excluding(node.get("oneOf")) or tuple(node.get("not", {}).get("required", ()))
    if "properties" not in node or not names:
        return {key: with_choices_made(child) for key, child in node.items()}
    kept = {name: with_choices_made(child) for name, child in node["properties"].items() if name not in names[1:]}
    rest = {key: child for key, child in node.items() if key not in {"oneOf", "not", "properties", "required"}}
    return {**rest, "properties": kept, "required": [*node.get("required", ()), *names[:1]]}


def _excluding(choices: object) -> tuple[str, ...]:
    """The members of which exactly one may be present; empty if the choices are of another kind."""
    if not isinstance(choices, list) or not all(set(choice) == {"required"} for choice in choices):
        return ()
    return tuple(name for choice in choices for name in choice["required"])


def schema_operation(contract: Contract, operation_id: str) -> Any:  # noqa: ANN401 - schemathesis is untyped here
    """schemathesis's view of one operation."""
    operation = contract.document.operation(operation_id)
    return schema_of(contract.document.path)[operation.path][operation.method]


def as_case(contract: Contract, frozen: FrozenCase, members: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as above
    """A frozen case as a schemathesis case, with some of its members replaced."""
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


def wire_of(case: Any) -> Wire:  # noqa: ANN401 - schemathesis's Case
    """A case in the form in which schemathesis would send it."""
    sent = requests.Request(**case.as_transport_kwargs(base_url=ANYWHERE)).prepare()
    headers = {name: _text(value) for name, value in sent.headers.items() if name.lower() not in NOT_SENT}
    path = sent.path_url or ""
    if case.path == "/":
        path = path.removeprefix("/")  # the base URL itself, which has no trailing slash
    body = sent.body.encode() if isinstance(sent.body, str) else cast("bytes | None", sent.body)
    return Wire(sent.method or "GET", quote(path, safe="/?&=%:@!$'()*+,;~-._"), headers, body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def lines(contract: Contract) -> tuple[dict[str, Any], list[str]]:
    """The contents of the corpus file: its header, and a line for each case that is kept."""
    generated = list(_generate(contract))
    found = Counter(case.kind for case in generated)
    most = {o.id: int(o.definition.get(CASES, PER_KIND)) for o in contract.document.operations}
    passed: Counter[str] = Counter()
    cut: Counter[str] = Counter()
    kept = []
    for case in generated:
        number = passed[case.kind]
        passed[case.kind] += 1
        if _is_kept(number, found[case.kind], most[case.operation]):
            members = {"operation": case.operation, **case.members, "wire": _frozen_wire(contract, case)}
            kept.append(json.dumps(members, ensure_ascii=True, sort_keys=True))
        else:
            cut[case.kind] += 1
    header = {"key": key_of(contract), "cases": len(kept), "cut": dict(sorted(cut.items()))}
    return header, kept


def _frozen_wire(contract: Contract, frozen: FrozenCase) -> dict[str, Any]:
    """The path and headers with placeholders for organisation and period, and the body if it is not plain JSON."""
    path, query = dict(frozen.members["path_parameters"]), dict(frozen.members["query"])
    MARKS.place(Roles.of(contract.document.operation(frozen.operation)), path, query)
    members = {"path_parameters": path, "query": query}
    if "body" in frozen.members:
        members["body"] = with_party(frozen.members["body"], MARKS.organisation)
    wire = wire_of(as_case(contract, frozen, members))
    plain = as_json(members["body"]) if "body" in members else None
    text = {} if wire.body == plain else {"text": (wire.body or b"").decode()}
    return {"path": wire.path, "headers": wire.headers, **text}


def _is_kept(number: int, found: int, most: int) -> bool:
    """Whether a case is kept: the kept ones are spread over the whole document instead of taken from its beginning."""
    return found <= most or number * most // found != (number - 1) * most // found


def _generate(contract: Contract) -> Iterator[FrozenCase]:
    schema = schema_of(contract.document.path)
    for number, operation in enumerate(contract.document.operations):
        if operation.definition.get(CASES) == 0:
            continue
        generated = schema.iter_coverage_cases(
            schema_operation(contract, operation.id),
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation,
        )
        for case in generated:
            yield FrozenCase(number, operation.id, _members(case))


def _members(case: Any) -> dict[str, Any]:  # noqa: ANN401 - schemathesis's Case
    meta = case.meta.to_dict()
    meta["generation"]["time"] = 0.0  # the time taken is not part of the case
    body = {} if case.body is NOT_SET else {"body": case.body, "media_type": case.media_type}
    return {
        "method": case.method,
        "path_parameters": dict(case.path_parameters),
        "query": dict(case.query),
        "headers": dict(case.headers),
        "meta": meta,
        **body,
    }
