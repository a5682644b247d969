"""A body matches the specification's schema for the operation and status.

Fields that the specification does not define are allowed: new fields come without notice (Skatteetaten's versioning
rules). `enum_value_known` judges unknown values of closed lists. In XML only single values are judged, such as an
amount that is not a number, because OpenAPI leaves open how XML represents lists and absent values.
"""

from collections.abc import Iterator

from jsonschema.exceptions import ValidationError

from harness.contract.checks import Breach, Call
from harness.contract.places import XML, body_of
from harness.contract.schema_errors import missing, rule_of, shown

MOST = 20
"""How many kinds of breach are reported per answer; more would add nothing."""


def applies(call: Call) -> bool:
    response, operation = call.exchange.response, call.operation
    documented = operation is not None and response.media_type in call.contract.document.media_types(
        operation, response.status
    )
    return documented and (response.is_json or response.media_type in XML) and _parses(call)


def breaches(call: Call) -> Iterator[Breach]:
    response, operation = call.exchange.response, call.operation
    if operation is None:
        return
    found: dict[str, Breach] = {}
    errors = call.contract.document.body_errors(operation, response.status, response.media_type, _body(call))
    for error in errors:
        if error.validator == "enum" or (response.media_type in XML and not _is_single_value(error)):
            continue
        aspect = f"{_place(error)}: {_kind(error)}"
        found.setdefault(aspect, Breach(aspect, rule_of(error), f"{error.json_path} is {shown(error)}"))
    yield from list(found.values())[:MOST]


def _parses(call: Call) -> bool:
    try:
        _body(call)
    except ValueError:
        return False
    return True


def _body(call: Call) -> object:
    """The parsed body; raises ValueError if it cannot be parsed."""
    response = call.exchange.response
    if response.media_type not in XML:
        return response.json()
    body = None if call.operation is None else body_of(call.contract.document, call.operation, response)
    if body is None:
        raise ValueError("not XML")
    return body


def _is_single_value(error: ValidationError) -> bool:
    """Whether the error is about a value that is present; `no_empty_text` judges empty elements."""
    return not isinstance(error.instance, (dict, list)) and error.instance != ""


def _place(error: ValidationError) -> str:
    """The path to the value without list positions, so that it is the same for every answer."""
    return ".".join(["$", *(part if isinstance(part, str) else "[]" for part in error.absolute_path)]).replace(
        ".[]", "[]"
    )


def _kind(error: ValidationError) -> str:
    if error.validator == "required":
        return f"required {missing(error)}"
    return str(error.validator)
