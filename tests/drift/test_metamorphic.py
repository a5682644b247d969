"""Relations that hold for any pair of documents, on random schemas and random mutations of them."""

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import of_tree
from harness.drift.documents.specification import Specification
from harness.drift.policy import load_policy
from harness.drift.report import Report, report_of

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
NAMES = ("navn", "beloep", "dato", "krav")
COMPONENTS = ("Krav", "Beloep")


def specification(schema: Any, components: dict[str, Any], direction: str = "request") -> Specification:
    content = {"content": {"application/json": {"schema": schema}}}
    operation: dict[str, Any] = {"responses": {"200": {"description": "x"}}}
    if direction == "request":
        operation["requestBody"] = content
    else:
        operation["responses"]["200"] |= content
    tree = {
        "openapi": "3.1.0",
        "info": {"title": "Krav", "version": "1"},
        "paths": {"/krav": {"post": operation}},
        "components": {"schemas": components},
    }
    return of_tree("krav.yaml", tree)


def drift(old: Specification, new: Specification) -> Report:
    return report_of(compare(old, new), load_policy("strict"))


numbers = st.integers(-5, 20)
texts = st.sampled_from(["a", "ab", "2024-01-31", "", "12345"])
scalars = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(0, 3),
            "maxLength": st.integers(3, 8),
            "pattern": st.sampled_from(["^[a-z]*$", "^[0-9]+$", "^[a-z0-9]{2,}$", "a"]),
        },
    ),
    st.fixed_dictionaries({"type": st.just("string"), "format": st.sampled_from(["date", "uuid", "date-time"])}),
    st.fixed_dictionaries({"enum": st.lists(texts, min_size=1, max_size=3, unique=True)}),
    st.fixed_dictionaries({"const": texts}),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            "minimum": st.integers(-5, 3),
            "maximum": st.integers(4, 20),
            "exclusiveMaximum": st.integers(4, 20),
            "multipleOf": st.sampled_from([1, 2, 3, 0.5]),
        },
    ),
    st.just({"type": "boolean"}),
    st.fixed_dictionaries({"type": st.sampled_from([["string", "null"], ["integer", "null"], ["string", "integer"]])}),
)


def nested(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties = st.dictionaries(st.sampled_from(NAMES), children, min_size=1, max_size=3)
    objects = properties.flatmap(
        lambda members: st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.just(members)},
            optional={
                "required": st.lists(st.sampled_from(sorted(members)), unique=True, min_size=1),
                "additionalProperties": st.just(value=False),
            },
        )
    )
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": children},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(2, 4)},
    )
    maps = st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": children})
    unions = st.fixed_dictionaries({"anyOf": st.lists(children, min_size=1, max_size=3)})
    return st.one_of(objects, arrays, maps, unions, st.just({"$ref": f"#/components/schemas/{COMPONENTS[0]}"}))


schemas = st.recursive(scalars, nested, max_leaves=6)
components = st.fixed_dictionaries(dict.fromkeys(COMPONENTS, scalars))


def places(schema: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where schemas occur in a schema."""
    found = [path]
    for name, child in (schema.get("properties") or {}).items():
        found += places(child, (*path, "properties", name))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            found += places(schema[key], (*path, key))
    for index, child in enumerate(schema.get("anyOf") or []):
        found += places(child, (*path, "anyOf", index))
    return found


@st.composite
def mutated(draw: st.DrawFn, schema: Any) -> Any:
    """The schema with one thing changed somewhere."""
    schema = copy.deepcopy(schema)
    node = schema
    for step in draw(st.sampled_from(places(schema))):
        node = node[step]
    change = draw(st.sampled_from(["drop", "replace", "limit", "require"]))
    if change == "drop" and len(node) > 1:
        node.pop(draw(st.sampled_from(sorted(node))))
    elif change == "limit":
        keyword = draw(st.sampled_from(["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"]))
        node[keyword] = draw(st.integers(0, 6))
    elif change == "require" and node.get("properties"):
        node["required"] = draw(st.lists(st.sampled_from(sorted(node["properties"])), unique=True))
    else:
        replacement = draw(scalars)
        node.clear()
        node.update(replacement)
    return schema


def inlined(schema: Any, components: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            target = copy.deepcopy(components[schema["$ref"].rpartition("/")[2]])
            siblings = {key: value for key, value in schema.items() if key != "$ref"}
            return {**siblings, "allOf": [target]} if siblings else target
        return {key: inlined(value, components) for key, value in schema.items()}
    return [inlined(item, components) for item in schema] if isinstance(schema, list) else schema


def reordered(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: reordered(node[key]) for key in reversed(node)}
    return [reordered(item) for item in node] if isinstance(node, list) else node


def wrapped(node: Any) -> Any:
    """Every schema as an allOf of itself, with a description."""
    if isinstance(node, dict):
        inner = {k: {n: wrapped(s) for n, s in v.items()} if k == "properties" else v for k, v in node.items()}
        return {"allOf": [inner], "description": "The same."} if "$ref" not in node else inner
    return node


@given(schemas, components, st.sampled_from(["request", "response"]))
@QUIET
def test_a_document_does_not_differ_from_itself(schema, components, direction):
    old = specification(schema, components, direction)
    new = specification(copy.deepcopy(schema), copy.deepcopy(components), direction)

    assert drift(old, new).findings == ()


@pytest.mark.parametrize("rewritten", ["inlined", "reordered", "wrapped"])
@given(schema=schemas, components=components, direction=st.sampled_from(["request", "response"]))
@QUIET
def test_equal_meaning_in_other_words_is_no_drift(rewritten, schema, components, direction):
    old = specification(schema, components, direction)
    others = {
        "inlined": lambda: specification(inlined(schema, components), {}, direction),
        "reordered": lambda: specification(reordered(schema), reordered(components), direction),
        "wrapped": lambda: specification(wrapped(schema), components, direction),
    }

    assert drift(old, others[rewritten]()).findings == ()


@given(st.data(), schemas, components, st.sampled_from(["request", "response"]))
@QUIET
def test_back_and_forth_mirror_each_other(data, schema, components, direction):
    other = data.draw(mutated(schema))
    one, two = specification(schema, components, direction), specification(other, components, direction)

    forth = {(f.rule, canonical_path(f.path)) for f in drift(one, two).findings if f.rule.endswith(SUFFIXES)}
    back = {(f.rule, canonical_path(f.path)) for f in drift(two, one).findings if f.rule.endswith(SUFFIXES)}

    assert forth == {(mirror(rule), path) for rule, path in back}


SUFFIXES = ("-narrowed", "-widened")


def mirror(rule: str) -> str:
    stem, _, side = rule.rpartition("-")
    return f"{stem}-{'widened' if side == 'narrowed' else 'narrowed'}"


def canonical_path(path: tuple[str, ...]) -> str:
    return "/".join(path)


@given(st.data(), schemas, components)
@QUIET
def test_a_breaking_finding_has_a_witness_that_anybody_can_check(data, schema, components):
    other = data.draw(mutated(schema))

    report = drift(specification(schema, components), specification(other, components))

    for finding in report.findings:
        if finding.severity == "breaking":
            assert finding.witness is not None
            value = finding.witness["value"]
            assert validator(schema, components).is_valid(value)
            assert not validator(other, components).is_valid(value)


@given(st.data(), schemas, components)
@settings(QUIET)
def test_where_a_payload_shows_a_break_there_is_a_breaking_finding(data, schema, components):
    other = data.draw(mutated(schema))
    value = data.draw(payloads(inlined(schema, components)))
    assume(validator(schema, components).is_valid(value) and not validator(other, components).is_valid(value))

    report = drift(specification(schema, components), specification(other, components))

    assert report.worst == "breaking", json.dumps([schema, other, value])


def validator(schema: Any, components: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(inlined(schema, components), format_checker=FormatChecker())


def payloads(schema: Any) -> st.SearchStrategy[Any]:
    """What a sender that follows a schema sends: members that it declares, values near its limits."""
    kinds = []
    if "anyOf" in schema:
        return st.one_of([payloads(branch) for branch in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    types = schema.get("type", [])
    for kind in [types] if isinstance(types, str) else types:
        if kind == "object":
            members = {name: payloads(child) for name, child in (schema.get("properties") or {}).items()}
            required = {name: members.pop(name) for name in schema.get("required", []) if name in members}
            strategy: st.SearchStrategy[Any] = st.fixed_dictionaries(required, optional=members)
            if isinstance(schema.get("additionalProperties"), dict):
                extra = st.dictionaries(st.sampled_from(["x", "y"]), payloads(schema["additionalProperties"]))
                strategy = st.builds(lambda a, b: {**b, **a}, strategy, extra)
            kinds.append(strategy)
        elif kind == "array":
            least = schema.get("minItems", 0)
            kinds.append(st.lists(payloads(schema.get("items", {})), min_size=least, max_size=least + 3))
        elif kind == "string":
            kinds += [texts, st.text("ab1", max_size=9), st.just("3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
            kinds.append(st.just("2024-01-31T12:00:00Z"))
        elif kind in {"integer", "number"}:
            kinds += [st.integers(-6, 21), st.sampled_from([0.5, 1.5]) if kind == "number" else numbers]
        elif kind == "boolean":
            kinds.append(st.booleans())
        elif kind == "null":
            kinds.append(st.none())
    return st.one_of(kinds) if kinds else st.one_of(st.none(), st.booleans(), numbers, texts)


def test_the_schemas_are_worth_comparing():
    """A mutation without an effect proves nothing: this one is noticed."""
    old = yaml.safe_load("{type: object, properties: {navn: {type: string}}, required: [navn]}")
    new = yaml.safe_load("{type: object, properties: {navn: {type: integer}}, required: [navn]}")

    report = drift(specification(old, {}), specification(new, {}))

    assert [(f.severity, f.rule) for f in report.findings] == [
        ("breaking", "type-narrowed"),
        ("compatible", "type-widened"),
    ]
