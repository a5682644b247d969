"""Which changes are reported and which are not: by direction, by equal meaning, by what a payload shows."""

import pytest

from tests.drift.conftest import with_schema


def told(report):
    return [(finding.severity, finding.rule) for finding in report.findings]


EQUAL = [
    ("{type: string, nullable: true}", "{type: string, nullable: true, description: x}", "3.0.3"),
    ("{type: integer, minimum: 0, exclusiveMinimum: false}", "{type: integer, minimum: 0}", "3.0.3"),
    ("{type: [string, 'null']}", "{anyOf: [{type: string}, {type: 'null'}]}", "3.1.0"),
    ("{type: [string, 'null']}", "{type: ['null', string]}", "3.1.0"),
    ("{enum: [a, b]}", "{enum: [b, a]}", "3.1.0"),
    ("{const: a}", "{enum: [a]}", "3.1.0"),
    ("{oneOf: [{const: a}, {const: b}]}", "{enum: [a, b]}", "3.1.0"),
    ("{allOf: [{type: string}, {maxLength: 3}]}", "{type: string, maxLength: 3}", "3.1.0"),
    ("{type: number, multipleOf: 1}", "{type: integer}", "3.1.0"),
    ("{type: integer, minimum: 1}", "{type: integer, exclusiveMinimum: 0, minimum: 1}", "3.1.0"),
    ("{type: string, pattern: '^[0-9]{2}$'}", "{type: string, pattern: '^[0-9][0-9]$'}", "3.1.0"),
    ("{type: string, pattern: '^a*$'}", "{type: string, pattern: '^(a|aa)*$'}", "3.1.0"),
    ("{not: {not: {type: string}}}", "{not: {not: {type: string}}, title: x}", "3.1.0"),
    ("{type: object, properties: {a: true}}", "{properties: {a: {}}, type: object}", "3.1.0"),
]


@pytest.mark.parametrize(("old", "new", "version"), EQUAL)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_equal_meaning_is_no_finding(schema_drift, old, new, version, direction):
    report = schema_drift(old, new, direction, version=version)

    assert told(report) == []
    assert report.basis in {"proved equal", "no witness within the bound"}


DIRECTED = [
    ("{type: string}", "{type: string, minLength: 1}", "min-length-narrowed"),
    ("{enum: [a, b]}", "{enum: [a]}", "enum-narrowed"),
    ("{type: object}", "{type: object, required: [a]}", "required-narrowed"),
    ("{type: [string, 'null']}", "{type: string}", "nullable-narrowed"),
    ("{type: number}", "{type: integer}", "integer-narrowed"),
    ("{type: array, items: {type: integer}}", "{type: array, items: {type: integer, minimum: 0}}", "minimum-narrowed"),
    (
        "{type: object, additionalProperties: {type: integer}}",
        "{type: object, additionalProperties: {type: integer, maximum: 9}}",
        "maximum-narrowed",
    ),
    (
        "{type: array, prefixItems: [{type: string}], items: {type: integer}}",
        "{type: array, prefixItems: [{type: string}], items: false}",
        "tuple-length-narrowed",
    ),
    ("{type: array, items: {type: string}}", "{type: array, items: {type: string, format: date}}", "format-narrowed"),
    (
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}},"
        " if: {required: [a]}, then: {required: [b]}}",
        "not-narrowed",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule"), DIRECTED)
def test_what_narrows_breaks_requests_and_what_widens_breaks_answers(schema_drift, old, new, rule):
    widened = rule.replace("narrowed", "widened")

    assert ("breaking", rule) in told(schema_drift(old, new, "request"))
    assert ("compatible", rule) in told(schema_drift(old, new, "response"))
    assert ("breaking", widened) in told(schema_drift(new, old, "response"))
    assert ("compatible", widened) in told(schema_drift(new, old, "request"))


def test_a_witness_is_the_smallest_payload_that_shows_the_change(schema_drift):
    old = "{type: object, required: [navn], properties: {navn: {type: string, maxLength: 5}, alder: {type: integer}}}"
    report = schema_drift(old, old.replace("5", "3"))

    (finding,) = report.findings
    assert finding.witness == {
        "kind": "request body",
        "media_type": "application/json",
        "value": {"navn": "aaaa"},
        "accepted_by": "old",
        "refused_by": "new",
        "because": 'navn: "aaaa" is longer than 3 characters',
    }


def test_a_witness_shows_its_own_change_where_there_are_several(schema_drift):
    old = "{type: object, properties: {a: {type: string}, b: {type: string}}}"
    new = "{type: object, required: [a], properties: {a: {type: string}, b: {type: string, maxLength: 2}}}"
    report = schema_drift(old, new)

    values = {finding.rule: finding.witness["value"] for finding in report.findings}
    assert values == {"required-narrowed": {}, "max-length-narrowed": {"a": "", "b": "aaa"}}


def test_a_new_property_is_compatible_and_a_closed_object_refuses_it(schema_drift):
    old, new = "{type: object}", "{type: object, properties: {a: {type: string}}}"
    closed = "{type: object, additionalProperties: false}"
    closed_with = "{type: object, properties: {a: {type: string}}, additionalProperties: false}"

    assert told(schema_drift(old, new, "response")) == [("compatible", "property-added")]
    assert told(schema_drift(closed, closed_with, "response")) == [("breaking", "property-closed-widened")]


def test_read_only_is_not_asked_of_requests_nor_write_only_of_answers(schema_drift):
    plain = "{type: object, properties: {id: {type: string, %s}}}"
    required = "{type: object, required: [id], properties: {id: {type: string, %s}}}"

    assert told(schema_drift(plain % "readOnly: true", required % "readOnly: true", "request")) == []
    assert told(schema_drift(required % "writeOnly: true", plain % "writeOnly: true", "response")) == []


def test_recursive_schemas_are_compared_to_the_end(schema_drift):
    components = "{schemas: {Tre: {type: object, properties: {navn: {type: string}, barn: {type: array, items: %s}}}}}"
    tree = components % "{$ref: '#/components/schemas/Tre'}"
    body = "{$ref: '#/components/schemas/Tre'}"

    same = schema_drift(body, "{allOf: [{$ref: '#/components/schemas/Tre'}]}", components=tree)

    assert told(same) == []


def test_a_change_in_a_recursive_schema_is_told_once(drift):
    body = (
        "paths: {/a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/T'}}}}, "
    )
    body += (
        "responses: {'200': {description: x}}}}}\ncomponents: {schemas: {T: {type: object, properties: {navn: {type: "
    )
    body += "string, maxLength: %s}, barn: {type: array, items: {$ref: '#/components/schemas/T'}}}}}}"

    report = drift(body % 5, body % 4)

    assert [(f.rule, f.witness["value"]) for f in report.findings] == [("max-length-narrowed", {"navn": "aaaaa"})]


def test_one_change_of_a_shared_schema_is_one_finding_with_all_its_operations(drift):
    paths = "paths: {%s}\ncomponents: {schemas: {K: {type: object, required: [%s], properties: {a: {type: string}}}}}"
    operation = "/%s: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/K'}}}}, "
    operation += "responses: {'200': {description: x}}}}"
    operations = ", ".join(operation % name for name in ("a", "b", "c"))

    report = drift(paths % (operations, ""), paths % (operations, "a"))

    assert [(f.rule, f.operations) for f in report.findings] == [
        ("required-narrowed", ("POST /a", "POST /b", "POST /c")),
    ]


PETS = """
paths: {/a: {post: {requestBody: {content: {application/json: {schema: {oneOf: [%s],
  discriminator: {propertyName: slag}}}}}, responses: {'200': {description: x}}}}}
components:
  schemas:
    Katt: {type: object, required: [slag], properties: {slag: {type: string}, navn: {type: string}}}
    Hund: {type: object, required: [slag], properties: {slag: {type: string}, navn: {type: string%s}}}
"""
BOTH = "{$ref: '#/components/schemas/Katt'}, {$ref: '#/components/schemas/Hund'}"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_discriminator_chooses_the_branch(drift, version):
    report = drift(PETS % (BOTH, ""), PETS % (BOTH, ", maxLength: 3"), version=version)

    (finding,) = report.findings
    assert (finding.severity, finding.rule) == ("breaking", "max-length-narrowed")
    assert finding.witness["value"] == {"slag": "Hund", "navn": "aaaa"}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_branch_that_is_gone_is_a_name_that_is_refused(drift, version):
    report = drift(PETS % (BOTH, ""), PETS % ("{$ref: '#/components/schemas/Katt'}", ""), version=version)

    (finding,) = [f for f in report.findings if f.severity == "breaking"]
    assert finding.witness["value"]["slag"] == "Hund"


def test_a_path_with_other_parameter_names_is_the_same(drift):
    path = "paths: {'/a/{%s}': {get: {parameters: [{name: %s, in: path, required: true, schema: {type: string}}], "
    path += "responses: {'200': {description: x}}}}}"

    assert told(drift(path % ("id", "id"), path % ("navn", "navn"))) == []


def test_a_path_that_moves_into_the_server_is_the_same(drift):
    document = "servers: [{url: '%s'}]\npaths: {%s: {get: {responses: {'200': {description: x}}}}}"

    report = drift(document % ("https://a.test/v1", "/a"), document % ("https://a.test", "/v1/a"))

    assert {severity for severity, _ in told(report)} <= {"warning", "compatible"}
    assert "operation-removed" not in {rule for _, rule in told(report)}


def test_a_callback_asks_the_other_way_round(drift):
    callback = "paths: {/a: {post: {callbacks: {ferdig: {'{$request.body#/url}': {post: {requestBody: {content: "
    callback += "{application/json: {schema: {type: object, properties: {kode: {type: string, enum: [%s]}}}}}}, "
    callback += "responses: {'200': {description: x}}}}}}, responses: {'200': {description: x}}}}}"

    report = drift(callback % "a", callback % "a, b")

    assert [(f.severity, f.rule, f.direction) for f in report.findings] == [("breaking", "enum-widened", "response")]


def test_parameters_travel_as_text(drift):
    query = "paths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: %s}}], "
    query += "responses: {'200': {description: x}}}}}"

    assert told(drift(query % "integer", query % "string", policy="skatteetaten")) == [
        ("compatible", "text-type-narrowed"),
        ("compatible", "type-widened"),
    ]
    assert ("breaking", "type-narrowed") in told(drift(query % "string", query % "integer", policy="skatteetaten"))


def test_a_range_covers_its_statuses(drift):
    answers = "paths: {/a: {get: {responses: {'200': {description: x}, %s: {description: y}}}}}"

    assert told(drift(answers % "'4XX'", answers % "'404'")) == [("compatible", "error-status-removed")]
    assert told(drift(answers % "'404'", answers % "'4XX'")) == [("compatible", "error-status-added")]
    assert told(drift(answers % "'404'", answers % "default")) == [("compatible", "error-status-added")]
    assert told(drift(answers % "'404'", answers % "'409'")) == [
        ("compatible", "error-status-removed"),
        ("compatible", "error-status-added"),
    ]


def test_different_apis_are_told_as_such_before_any_finding(drift, tmp_path):
    one = "paths: {/a: {get: {responses: {'200': {description: x}}}}}"
    report = drift(one, one.replace("/a", "/b").replace("get", "post"))

    assert report.notes == ()
    assert report.facts["same_api"] is True  # the title is shared

    from harness.drift.comparison.pipeline import compare
    from harness.drift.documents.loading import load

    (tmp_path / "old.yaml").write_text(f"openapi: 3.0.0\ninfo: {{title: Begjæring, version: '1'}}\n{one}")
    (tmp_path / "new.yaml").write_text(
        f"openapi: 3.0.0\ninfo: {{title: Trekk, version: '1'}}\n{one.replace('/a', '/b')}"
    )
    assert not compare(load(tmp_path / "old.yaml"), load(tmp_path / "new.yaml")).same_api


def test_what_cannot_be_compared_is_a_warning_and_never_unchanged(schema_drift):
    branches = ", ".join(f"{{minLength: {n}}}" for n in range(1, 9))
    parts = ", ".join([f"{{anyOf: [{branches}]}}"] * 4)
    report = schema_drift(f"{{allOf: [{parts}]}}", f"{{allOf: [{parts}, {{maxLength: 3}}]}}")

    assert told(report) == [("warning", "not-compared")]
    assert report.basis == "not everything could be compared"


def test_an_unknown_keyword_that_changed_is_told(schema_drift):
    report = schema_drift("{type: string}", "{type: string, contentEncoding: base64}")

    assert told(report) == [("warning", "unknown-keyword-changed")]


def test_a_breaking_claim_that_no_payload_shows_is_a_warning(schema_drift):
    """Neither pattern is regular: nothing is searched for at random, and nothing is called unchanged."""
    report = schema_drift(r"{type: string, pattern: '^(a|b)\1$'}", r"{type: string, pattern: '^(a|c)\1$'}")

    assert told(report) == [("warning", "pattern-narrowed"), ("warning", "pattern-widened")]
    assert {f.unproved for f in report.findings} == {"no payload was found that shows it, and none rules it out"}
    assert report.basis == "not everything could be compared"


def test_a_look_ahead_at_the_start_is_a_pattern_of_its_own(schema_drift):
    report = schema_drift("{type: string, pattern: '^(?=a)(a|b)$'}", "{type: string, pattern: '^(?!b)(?=.)a$'}")

    assert told(report) == []
    report = schema_drift(
        "{type: string, pattern: '^(?=.*[0-9])[a-z0-9]{3}$'}", "{type: string, pattern: '^[a-z]{3}$'}"
    )
    assert [(f.rule, f.witness["value"]) for f in report.findings] == [
        ("pattern-narrowed", "aa0"),
        ("pattern-widened", "aaa"),
    ]


def test_without_witnesses_findings_say_so(schema_drift):
    report = schema_drift("{type: string}", "{type: string, maxLength: 3}", prove=False)

    assert [(f.rule, f.witness, f.unproved) for f in report.findings] == [
        ("max-length-narrowed", None, "no witness was asked for"),
    ]


def test_the_id_of_a_finding_is_the_same_whatever_else_changed(schema_drift):
    old = "{type: object, properties: {a: {type: string}, b: {type: string}}}"
    alone = schema_drift(old, old.replace("a: {type: string", "a: {type: string, maxLength: 3"))
    among = schema_drift(old, "{type: object, properties: {a: {type: string, maxLength: 3}, b: {type: integer}}}")

    assert {f.id for f in alone.findings} < {f.id for f in among.findings}


@pytest.mark.parametrize(
    "broken",
    [
        "paths: {/a: {get: {parameters: 7, responses: {'200': {description: x}}}}}",
        "paths: {/a: {get: {parameters: [7], responses: {'200': {description: x}}}}}",
        "paths: {/a: {get: {responses: []}}}",
        "paths: {/a: {get: {responses: {'200': {content: [1]}}}}}",
        "paths: {/a: {get: {responses: {'200': {content: {application/json: {schema: {properties: 7}}}}}}}}",
        "paths: {/a: {get: {responses: {'200': {content: {application/json: {schema: {type: tall}}}}}}}}",
        "paths: {/a: {get: {security: [[1]], responses: {'200': {description: x}}}}}",
        "paths: {/a: 7}",
    ],
)
def test_documents_that_are_not_quite_openapi_are_answered_both_ways(drift, broken):
    whole = "paths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: string}}], responses: {'200': "
    whole += (
        "{description: x, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}}}}}"
    )

    assert drift(whole, broken).findings
    assert drift(broken, whole).findings


BREEDS = "{schemas: {A: {type: string}, B: {type: string, maxLength: 3}}}"


def test_a_branch_that_goes_while_payloads_stay_is_a_note_and_a_warning_under_strict(schema_drift):
    both = "{anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}"
    alone = "{anyOf: [{$ref: '#/components/schemas/A'}]}"

    for policy, severity in (("strict", "warning"), ("skatteetaten", "compatible")):
        gone = schema_drift(both, alone, components=BREEDS, policy=policy)
        come = schema_drift(alone, both, components=BREEDS, policy=policy)
        assert (told(gone), told(come)) == ([(severity, "branch-removed")], [(severity, "branch-added")])


def test_a_payload_for_one_branch_of_a_oneof_fits_no_other(schema_drift):
    """The branches differ only in optional members."""
    branch = "{type: object, required: [a], properties: {a: {type: string%s}, kind: {const: %s}}}"
    old = f"{{oneOf: [{branch % ('', 'x')}, {branch % ('', 'y')}]}}"
    new = f"{{oneOf: [{branch % (', maxLength: 2', 'x')}, {branch % ('', 'y')}]}}"

    report = schema_drift(old, new)

    values = [f.witness["value"] for f in report.findings if f.rule == "max-length-narrowed"]
    assert values == [{"a": "aaa", "kind": "x"}]


def test_an_object_with_too_few_members_is_no_example(drift):
    """It fits no branch, which must not be mistaken for fitting exactly one branch."""
    animal = (
        "{type: object, required: [kind, name], properties: {kind: {type: string}, name: {type: string%s},"
        " more: {type: object, minProperties: 1, additionalProperties: {type: string}}}}"
    )
    components = (
        "{schemas: {Animal: %s, Cat: {allOf: [{$ref: '#/components/schemas/Animal'}]},"
        " Dog: {allOf: [{$ref: '#/components/schemas/Animal'}]}}}"
    )
    branches = "{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}"
    union = f"{{oneOf: [{branches}], discriminator: {{propertyName: kind}}}}"
    old, new = (with_schema(union, components=components % (animal % more)) for more in ("", ", pattern: '[a-z]$'"))

    report = drift(old, new)

    assert [(f.severity, f.rule, f.witness is None) for f in report.findings] == [
        ("breaking", "pattern-narrowed", False)
    ]


def test_a_branch_that_is_told_apart_by_a_constant_is_compared_with_its_like_alone(schema_drift):
    """What separates it from the others is not a change, and what no other branch can fit breaks no oneOf."""
    branch = "{type: object, required: [kind], properties: {kind: {const: %s}, name: {type: string%s}}}"
    old, new = (
        f"{{{keyword}: [{branch % ('a', '')}, {branch % ('b', more)}]}}"
        for keyword, more in (("anyOf", ""), ("oneOf", ", minLength: 1"))
    )

    report = schema_drift(old, new)

    assert [(f.severity, f.rule, f.witness["value"]) for f in report.findings if f.witness] == [
        ("breaking", "min-length-narrowed", {"kind": "b", "name": ""})
    ]
