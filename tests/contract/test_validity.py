"""A value fits a schema if the document's own dialect says so, whichever validator decides."""

from decimal import Decimal

import pytest

from harness.contract.validity import Validity

AMOUNT = {"type": "number", "format": "double", "minimum": 0, "multipleOf": 0.01}
BRANCHES = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "not": {"required": ["c"]}}


def validity(version: str, schema: dict, **schemas: dict) -> Validity:
    content = {"openapi": version, "paths": {}, "components": {"schemas": {"It": schema, **schemas}}}
    return Validity(content)


def fits(version: str, schema: dict, value: object, **schemas: dict) -> bool:
    judged = validity(version, schema, **schemas)
    assert judged.fits(schema, value) == ([*judged.errors(schema, value)] == [])
    return judged.fits(schema, value)


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (AMOUNT, Decimal("1234567.89"), True),
        (AMOUNT, Decimal("1234567.895"), False),
        (AMOUNT, Decimal("-0.01"), False),
        (AMOUNT, "1.00", False),
        (AMOUNT, True, False),
        ({"type": "integer"}, Decimal("1.0"), True),
        ({"type": "integer"}, 10**400, True),
        ({"type": "string", "format": "date"}, "2028-02-29", True),
        ({"type": "string", "format": "date"}, "2027-02-29", False),
        ({"type": "string", "format": "uuid"}, "no uuid", False),
        ({"type": "string", "format": "double"}, "any text", True),
        ({"type": "string", "pattern": "^[0-9]{4}$"}, "0301", True),
        ({"type": "string", "maxLength": 2}, "æøå", False),
        (BRANCHES, {"a": 1}, True),
        (BRANCHES, {"a": 1, "b": 2}, False),
        (BRANCHES, {"a": 1, "c": 2}, False),
        ({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Two"}}}, {"a": "xy"}, True),
        ({"type": "object", "properties": {"a": {"$ref": "#/components/schemas/Two"}}}, {"a": "xyz"}, False),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_value_fits_or_not(version, schema, value, expected):
    assert fits(version, schema, value, Two={"type": "string", "maxLength": 2}) is expected


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, Decimal("1.5"), True),
        ({"type": "object", "properties": {"pin": {"type": "string", "writeOnly": True}}}, {"pin": "x"}, False),
    ],
    ids=["nullable", "not nullable", "the bound of 3.0", "above the bound of 3.0", "only for writing"],
)
def test_what_only_openapi_3_0_knows_is_judged_by_it(schema, value, expected):
    assert fits("3.0.3", schema, value) is expected


def test_a_breach_is_explained_with_its_place():
    schema = {"type": "object", "required": ["a"], "properties": {"b": {"type": "array", "items": {"type": "string"}}}}

    errors = [*validity("3.0.3", schema).errors(schema, {"b": ["x", 1]})]

    assert {(error.validator, error.json_path) for error in errors} == {("required", "$"), ("type", "$.b[1]")}


@pytest.mark.parametrize(
    "value", [float("nan"), object(), {1: 2}], ids=["NaN", "an object of Python", "a number as name"]
)
def test_what_is_no_json_value_raises_nothing(value):
    assert validity("3.0.3", {"type": "string"}).fits({"type": "string"}, value) is False


def test_of_endlessly_many_errors_the_first_are_explained():
    each = {"type": "object", "required": ["a"]}
    judged = validity("3.0.3", {"type": "array", "items": each})

    assert 1_000 <= len([*judged.errors({"type": "array", "items": each}, [{}] * 30_000)]) <= 10_000
