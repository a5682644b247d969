"""Rarely used schema keywords, narrowed: what a client sends is refused, what it reads is not."""

import pytest

NARROWED = {
    "an element by its place": (
        "{type: array, prefixItems: [{type: string}, {type: number}]}",
        "{type: array, prefixItems: [{type: string}, {type: integer}]}",
    ),
    "elements after the last": (
        "{type: array, prefixItems: [{type: string}]}",
        "{type: array, prefixItems: [{type: string}], items: false}",
    ),
    "the last element of those that there may be": (
        "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
        "{type: array, prefixItems: [{type: string}], items: false}",
    ),
    "every element of those that there may be": (
        "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}",
        "{type: array, items: false}",
    ),
    "unevaluatedItems": (
        "{type: array, prefixItems: [{type: string}], unevaluatedItems: {type: number}}",
        "{type: array, prefixItems: [{type: string}], unevaluatedItems: {type: integer}}",
    ),
    "unevaluatedProperties": (
        "{allOf: [{type: object, properties: {a: {type: string}}}], properties: {b: {type: string}}}",
        "{allOf: [{type: object, properties: {a: {type: string}}}], properties: {b: {type: string}},"
        " unevaluatedProperties: false}",
    ),
    "dependentRequired": (
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}}, dependentRequired: {a: [b]}}",
    ),
    "a dependent schema": (
        "{type: object, properties: {a: {type: string}, b: {type: string}}}",
        "{type: object, properties: {a: {type: string}, b: {type: string}},"
        " dependentSchemas: {a: {properties: {b: {maxLength: 2}}}}}",
    ),
    "within a dependent schema": (
        "{type: object, dependentSchemas: {a: {required: [b]}}}",
        "{type: object, dependentSchemas: {a: {required: [b, c]}}}",
    ),
    "contains": ("{type: array}", "{type: array, contains: {type: string}}"),
    "within contains": (
        "{type: array, contains: {type: number}}",
        "{type: array, contains: {type: integer}}",
    ),
    "minContains": (
        "{type: array, contains: {type: string}}",
        "{type: array, contains: {type: string}, minContains: 2}",
    ),
    "minContains of 0": (
        "{type: array, contains: {type: string}, minContains: 0}",
        "{type: array, contains: {type: string}}",
    ),
    "maxContains": (
        "{type: array, contains: {type: string}, maxContains: 5}",
        "{type: array, contains: {type: string}, maxContains: 2}",
    ),
    "then": (
        "{type: object, properties: {k: {type: string}, v: {type: string}}}",
        "{type: object, properties: {k: {type: string}, v: {type: string}},"
        " if: {properties: {k: {const: a}}, required: [k]}, then: {required: [v]}}",
    ),
    "else": (
        "{type: object, properties: {k: {type: string}, v: {type: string}},"
        " if: {properties: {k: {const: a}}, required: [k]}, then: {required: [v]}}",
        "{type: object, properties: {k: {type: string}, v: {type: string}},"
        " if: {properties: {k: {const: a}}, required: [k]}, then: {required: [v]}, else: {required: [k]}}",
    ),
    "if": (
        "{type: object, properties: {k: {type: string}, v: {type: string}},"
        " if: {properties: {k: {const: a}}, required: [k]}, then: {required: [v]}}",
        "{type: object, properties: {k: {type: string}, v: {type: string}},"
        " if: {properties: {k: {enum: [a, b]}}, required: [k]}, then: {required: [v]}}",
    ),
    "values of many types": ("{enum: [1, '1', true, null]}", "{enum: [1, '1', null]}"),
    "values that are objects": ("{enum: [{a: 1}, [1]]}", "{enum: [{a: 1.0}]}"),
    "one of many types": ("{type: [number, string]}", "{type: [integer, string]}"),
    "patternProperties": (
        "{type: object, patternProperties: {'^x-': {type: string}}}",
        "{type: object, patternProperties: {'^x-': {type: string, maxLength: 3}}}",
    ),
    "propertyNames by a pattern": ("{type: object}", "{type: object, propertyNames: {pattern: '^[a-z]+$'}}"),
    "propertyNames by values": (
        "{type: object, propertyNames: {enum: [a, b]}}",
        "{type: object, propertyNames: {enum: [a]}}",
    ),
    "exclusiveMinimum": ("{type: number, minimum: 0}", "{type: number, exclusiveMinimum: 0}"),
    "multipleOf a fraction": ("{type: number, multipleOf: 0.01}", "{type: number, multipleOf: 0.1}"),
    "not": ("{type: object}", "{type: object, not: {required: [a]}}"),
    "not, of values that can be counted": ("{enum: [a, b]}", "{enum: [a, b], not: {const: a}}"),
    "not, of what says nothing of a type": ("{const: 1}", "{const: 1, not: {required: [a]}}"),
    "not, of some numbers": ("{type: number}", "{type: number, not: {type: [integer, 'null']}}"),
    "arrays that need not contain what they cannot": (
        "{type: array, items: {type: array, items: {type: number}, contains: {enum: [b]}, minContains: 0}}",
        "{type: array, items: {type: array, items: {type: number}, contains: {enum: [b]}, minContains: 0},"
        " maxItems: 0}",
    ),
    "if, of a member that never is so": (
        "{type: object, properties: {a: {type: object}}, if: {properties: {a: {type: string}}, required: [a]},"
        " then: {required: [b]}}",
        "{type: object, properties: {a: {type: object}}, if: {required: [a]}, then: {required: [b]}}",
    ),
    "elements beside those that must be there": (
        "{type: array, items: {type: [string, integer]}, contains: {type: string}}",
        "{type: array, items: {type: string}, contains: {type: string}}",
    ),
    "an anchor": ("{$ref: '#T'}", "{$ref: '#U'}"),
    "a dynamic anchor": ("{$dynamicRef: '#V'}", "{$dynamicRef: '#W'}"),
    "beside a reference": ("{$ref: '#/components/schemas/B'}", "{$ref: '#/components/schemas/B', maxLength: 2}"),
    "a pattern without regard to case": (
        "{type: string, pattern: '(?i)^[a-z]+$'}",
        "{type: string, pattern: '(?i)^[a-y]+$'}",
    ),
    "a pattern as browsers take it": (
        r"{type: string, pattern: '^[\w-.]+$'}",
        r"{type: string, pattern: '^[\w-.]{2,}$'}",
    ),
    "a pattern with a named group": (
        r"{type: string, pattern: '^(?<year>\d{2,4})$'}",
        r"{type: string, pattern: '^(?<year>\d{4})$'}",
    ),
    "a pattern with braces that repeat nothing": (
        r"{type: string, pattern: '^a{x}*$'}",
        r"{type: string, pattern: '^a{x}$'}",
    ),
}
COMPONENTS = (
    "{schemas: {A: {$anchor: T, type: [string, integer]}, B: {$anchor: U, type: string},"
    " C: {$dynamicAnchor: V, type: [string, integer]}, D: {$dynamicAnchor: W, type: string}}}"
)


@pytest.mark.parametrize("keyword", NARROWED)
@pytest.mark.parametrize(
    ("direction", "forwards", "backwards"),
    [("request", "breaking", "compatible"), ("response", "compatible", "breaking")],
)
def test_a_narrowed_keyword(schema_drift, keyword, direction, forwards, backwards):
    old, new = NARROWED[keyword]

    reports = [schema_drift(*pair, direction, components=COMPONENTS) for pair in ((old, new), (new, old))]

    assert [report.worst for report in reports] == [forwards, backwards]
    assert all(finding.witness for report in reports for finding in report.findings)


def test_a_member_that_is_demanded_is_sent_though_nothing_declares_it(schema_drift):
    report = schema_drift(
        "{type: object, required: [a]}", "{type: object, required: [a], properties: {a: {type: string}}}"
    )

    assert report.worst == "breaking"


@pytest.mark.parametrize("turn", [1, -1], ids=["forwards", "backwards"])
def test_branches_that_overlap_are_told_by_what_fits_one_of_them(schema_drift, turn):
    """Strings of two or three characters fit one branch of the first, and both of the second."""
    pair = (
        "{oneOf: [{type: string, maxLength: 1}, {type: string, maxLength: 3}]}",
        "{oneOf: [{type: string}, {type: string, maxLength: 3}]}",
    )

    assert schema_drift(*pair[::turn]).worst == "breaking"


EQUAL = {
    "whole numbers": ("{enum: [1, 2]}", "{enum: [1.0, 2.0]}"),
    "multiples of a half that are whole": ("{type: integer, multipleOf: 0.5}", "{type: integer}"),
    "contains that says nothing": ("{type: array, contains: {type: string}, minContains: 0}", "{type: array}"),
    "lazy repetition": ("{type: string, pattern: '^a+?b$'}", "{type: string, pattern: '^a+b$'}"),
}


@pytest.mark.parametrize("kind", EQUAL)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_equal_keywords(schema_drift, kind, direction):
    old, new = EQUAL[kind]

    assert schema_drift(old, new, direction).worst == schema_drift(new, old, direction).worst == "none"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(?i)^abc$", "^abc$"),
        ("(?s)^a.b$", "^a.b$"),
        (r"^\p{L}+$", r"^\p{Lu}+$"),
        (r"^(a|b)\1$", "^(a|b)$"),
        (r"^\d{1,99999}$", r"^\d{2,99999}$"),
        ("^(?P<n>a|b)(?P=n)$", "^(?P<n>a|b)c(?P=n)$"),
    ],
)
def test_a_pattern_that_nobody_can_search_for_is_not_called_equal(schema_drift, old, new):
    report = schema_drift(f"{{type: string, pattern: '{old}'}}", f"{{type: string, pattern: '{new}'}}")

    assert report.worst in {"warning", "breaking"}
    assert report.basis not in {"proved equal", "no witness within the bound"}


MALFORMED = {
    "a schema": ("{type: 5}", "{type: string}"),
    "a reference": ("{type: array, items: {$ref: 5}}", "{type: array, items: {type: string}}"),
    "a property": ("{type: object, properties: {a: 5}}", "{type: object, properties: {a: {type: string}}}"),
    "the type of a property": (
        "{type: object, properties: {a: {type: 5}}}",
        "{type: object, properties: {a: {type: string}}}",
    ),
    "items": ("{type: array, items: 5}", "{type: array, items: {type: string}}"),
    "additionalProperties": ("{type: object, additionalProperties: 5}", "{type: object, additionalProperties: false}"),
    "not": ("{type: string, not: 5}", "{type: string, not: {enum: [a]}}"),
    "contains": ("{type: array, contains: 5}", "{type: array, contains: {type: string}}"),
    "enum": ("{type: string, enum: 5}", "{type: string, enum: [a]}"),
    "a limit": ("{type: number, minimum: x}", "{type: number, minimum: 1}"),
}


@pytest.mark.parametrize("place", MALFORMED)
@pytest.mark.parametrize("direction", ["request", "response"])
@pytest.mark.parametrize("turn", [1, -1], ids=["forwards", "backwards"])
def test_a_malformed_place_proves_nothing(schema_drift, place, direction, turn):
    report = schema_drift(*MALFORMED[place][::turn], direction)

    assert [(finding.severity, finding.rule) for finding in report.findings] == [("warning", "malformed")]
    assert report.basis == "compared except for malformed places"


BESIDE = {
    "properties": "{type: object, properties: [1], required: [a%s]}",
    "allOf": "{allOf: {type: string}, required: [a%s]}",
    "a reference": "{$ref: 5, required: [a%s]}",
    "the type of a property": "{type: object, properties: {b: {type: 5, required: [a%s]}}}",
}


@pytest.mark.parametrize("place", BESIDE)
def test_what_is_beside_a_malformed_place_is_compared(schema_drift, place):
    report = schema_drift(BESIDE[place] % "", BESIDE[place] % ", c")

    assert [(finding.severity, finding.rule) for finding in report.findings] == [("breaking", "required-narrowed")]
    assert report.findings[0].witness


def test_what_differs_where_no_rule_looks_is_not_called_equal(schema_drift):
    """A member that only a condition mentions is removed from the declared ones."""
    old = "{type: object, properties: {a: {type: string}}, if: {properties: {a: {const: x}}}, then: {required: [b]}}"
    new = "{type: object, if: {properties: {a: {const: x}}}, then: {required: [b]}}"

    assert schema_drift(old, new).basis not in {"proved equal", "no witness within the bound"}


def test_a_property_that_may_be_anything_is_missed_as_well(schema_drift):
    report = schema_drift(
        "{type: object, properties: {a: {}, b: {type: string}}}",
        "{type: object, properties: {b: {type: string}}}",
        "response",
    )

    assert [(finding.severity, finding.rule) for finding in report.findings] == [("warning", "property-removed")]
