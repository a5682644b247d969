"""Describes how a value breaks a schema, without quoting the value, which may be personal."""

from jsonschema.exceptions import ValidationError

from harness.exchange import beginning, kind_of

LONGEST = 300
"""Characters of a rule quoted from the document; a `oneOf` can be a page of schemas."""


def missing(error: ValidationError) -> str:
    """The name of the missing member in a `required` error."""
    names = error.validator_value if isinstance(error.validator_value, list) else []
    instance = error.instance if isinstance(error.instance, dict) else {}
    return next((name for name in names if name not in instance and f"'{name}'" in error.message), "a field")


def rule_of(error: ValidationError) -> str:
    """What the document requires, and where."""
    if error.validator == "required":
        return f"the field {missing(error)!r} at {error.json_path}"
    return beginning(f"{error.validator} {error.validator_value}", LONGEST) + f" at {error.json_path}"


def shown(error: ValidationError) -> str:
    """A description of the value by its type, never the value itself."""
    if error.validator == "required":
        return f"without {missing(error)!r}"
    if error.validator in {"minItems", "maxItems"} and isinstance(error.instance, list):
        return f"a list of {len(error.instance)}"
    return f"of another {error.validator}: {kind_of(error.instance)}"
