"""Malformed parts are noted with their place; they neither refuse nor prove anything, and hide nothing beside them."""

import pytest

MALFORMED = [
    ("minimum: '1'", "minimum", "a string where a number is expected"),
    ("exclusiveMinimum: true", "exclusiveMinimum", "a boolean where a number is expected"),
    ("minLength: -1", "minLength", "a number where a non-negative integer is expected"),
    ("multipleOf: 0", "multipleOf", "a number where a positive number is expected"),
    ("type: strng", "type", "a string where a type is expected"),
    ("properties: null", "properties", "null where an object is expected"),
    ("required: a", "required", "a string where a list is expected"),
    ("anyOf: [7]", "anyOf", "an element is not a schema"),
    ("pattern: '(a'", "pattern", "not a regular expression"),
    ("items: 7", "items", "a number where an object is expected"),
    ("enum: a", "enum", "a string where a list is expected"),
    ("maximum: 1e999", "maximum", "a number that is too large"),
    ("$ref: '#/components/schemas/Gone'", "$ref", "#/components/schemas/Gone leads nowhere"),
    ("$ref: '#gone'", "$ref", "#gone leads nowhere"),
]


@pytest.mark.parametrize(("keyword", "name", "problem"), MALFORMED, ids=[name for _, name, _ in MALFORMED])
@pytest.mark.parametrize("direction", ["request", "response"])
def test_a_break_beside_a_malformed_place_is_proved(schema_drift, keyword, name, problem, direction):
    old = f"{{type: object, required: [a, b], properties: {{a: {{type: string}}, b: {{{keyword}}}}}}}"
    new = old.replace("[a, b]", "[b]")
    if direction == "request":
        old, new = new, old

    report = schema_drift(old, new, direction)

    (finding,) = report.findings
    assert (finding.severity, finding.rule.rpartition("-")[0]) == ("breaking", "required")
    assert "a" not in finding.witness["value"]
    assert report.notes[0].startswith("Malformed, and read as absent: #/paths/~1boeker/post/")
    assert report.notes[0].endswith(f"/properties/b/{name} ({problem}).")
    assert report.basis == "compared except for malformed places"


def test_a_malformed_place_on_one_side_is_a_warning_and_proves_nothing(schema_drift):
    report = schema_drift("{type: integer, minimum: 5}", "{type: integer, minimum: '5', maximum: 9}")

    told = [(f.severity, f.rule) for f in report.findings]
    assert told == [("breaking", "maximum-narrowed"), ("warning", "malformed")]


@pytest.mark.parametrize(
    "part",
    ["parameters: 7", "parameters: [7]", "responses: null", "requestBody: []", "callbacks: x", "security: a"],
)
def test_the_rest_of_an_operation_with_a_malformed_part_is_compared(drift, part):
    other = "/b: {get: {responses: {'200': {description: x}}}}"
    old = f"paths: {{/a: {{get: {{{part}, deprecated: false}}}}, {other}}}"

    report = drift(old, old.replace("deprecated: false", "deprecated: true").replace(other, "/c: {}"))

    assert [(f.severity, f.rule) for f in report.findings] == [
        ("breaking", "operation-removed"),
        ("compatible", "operation-deprecated"),
    ]


REFERENCES = [
    ("{$ref: '#bok'}", "{Bok: {$anchor: bok, %s}}"),
    ("{$ref: '#bok'}", "{Bok: {$dynamicAnchor: bok, %s}}"),
    ("{$dynamicRef: '#bok'}", "{Bok: {$dynamicAnchor: bok, %s}}"),
    ("{$ref: 'https://a.test/bok'}", "{Bok: {$id: 'https://a.test/bok', %s}}"),
    ("{$ref: 'https://a.test/bok#/$defs/tittel'}", "{Bok: {$id: 'https://a.test/bok', $defs: {tittel: {%s}}}}"),
    ("{$ref: 'https://a.test/bok#t'}", "{Bok: {$id: 'https://a.test/bok', $defs: {x: {$anchor: t, %s}}}}"),
    ("{$ref: 'bok.json'}", "{Bok: {$id: bok.json, %s}}"),
    ("{$ref: '#/components/schemas/B%%C3%%B8k'}", "{Bøk: {%s}}"),
    ("{$ref: 'https://a.test/bok'}", "{B: {$id: 'https://a.test/bok', $ref: '#/$defs/x', $defs: {x: {%s}}}}"),
]


@pytest.mark.parametrize(("reference", "components"), REFERENCES)
def test_what_is_behind_every_form_of_a_reference_is_compared(schema_drift, drift, reference, components):
    from tests.drift.conftest import with_schema

    reference = reference.replace("%%", "%")
    old, new = (
        with_schema(reference, components=f"{{schemas: {components % keywords}}}")
        for keywords in ("type: string, maxLength: 5", "type: string, maxLength: 3")
    )

    report = drift(old, new)

    assert [(f.severity, f.rule, f.witness["value"]) for f in report.findings] == [
        ("breaking", "max-length-narrowed", "aaaa")
    ]


@pytest.mark.parametrize("keyword", ["enum: [%s]", "const: %s", "not: {const: %s}", "items: {enum: [%s]}"])
@pytest.mark.parametrize(("had", "has"), [("1", "true"), ("0", "false"), ("[1]", "[true]"), ("{a: 0}", "{a: false}")])
def test_a_number_is_not_a_boolean_in_any_keyword(schema_drift, keyword, had, has):
    assert schema_drift(f"{{{keyword % had}}}", f"{{{keyword % has}}}").worst in {"breaking", "warning"}


@pytest.mark.parametrize("keyword", ["enum: [%s]", "const: %s", "default: %s", "minimum: %s", "maxLength: %s"])
def test_a_number_is_the_same_with_a_fraction_of_zero(schema_drift, keyword):
    report = schema_drift(f"{{{keyword % '1'}}}", f"{{{keyword % '1.0'}}}")

    assert (report.findings, report.basis) == ((), "proved equal")


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_a_union_without_branches_lets_nothing_through_as_validators_have_it(schema_drift, keyword):
    union = f"{{type: string, {keyword}: []}}"

    narrowed, widened = schema_drift("{type: string}", union), schema_drift(union, "{type: string}", "response")

    assert [(f.severity, f.rule) for f in narrowed.findings] == [("breaking", "type-narrowed")]
    assert [(f.severity, f.rule) for f in widened.findings] == [("breaking", "type-widened")]


def test_keywords_that_30_lacks_are_told_where_they_change(schema_drift):
    old = "{type: object, patternProperties: {'^a': {type: string}}}"
    new = old.replace("string", "integer")

    report = schema_drift(old, new, version="3.0.3")

    assert [f.rule for f in report.findings] == ["unknown-keyword-changed"]
    assert report.basis == "not everything could be compared"
