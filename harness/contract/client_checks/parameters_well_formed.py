"""The parameters of a call have the documented form: dates exist, identifiers have correct check digits."""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from stdnum.no import fodselsnummer, orgnr

from harness.contract.client_calls import Calls, ClientCall
from harness.contract.client_checks import ClientBreach
from harness.contract.document import LEFT_OUT

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def applies(calls: Calls) -> bool:
    return any(_parameters(calls, call) for call in calls.own)


def breaches(calls: Calls) -> Iterator[ClientBreach]:
    for call in calls.own:
        for name, (schema, value) in _parameters(calls, call).items():
            wrong = None if LEFT_OUT in value else _wrong_with(schema, value)
            if wrong is not None:
                yield ClientBreach(f"{name} {wrong}", f"{name} in the documented form", f"one that {wrong}", call)


def _parameters(calls: Calls, call: ClientCall) -> dict[str, tuple[Mapping[str, Any], str]]:
    """The documented parameters of a call, by name, each with its schema and value."""
    operation = calls.operation_of(call)
    if operation is None:
        return {}
    document = calls.around.contracts[call.service].document
    sent = {("path", name): value for name, value in (operation.path_parameters(call.request.parts.path) or {}).items()}
    sent |= {("query", name): value for name, value in parse_qsl(call.request.parts.query, keep_blank_values=True)}
    return {
        parameter["name"]: (document.resolve(parameter.get("schema", {})), sent[place])
        for parameter in operation.parameters
        if (place := (parameter.get("in", ""), parameter.get("name", ""))) in sent
    }


def _wrong_with(schema: Mapping[str, Any], value: str) -> str | None:
    pattern = schema.get("pattern")
    if schema.get("format") == "date":
        return None if _is_day(value) else "is not a day"
    if isinstance(pattern, str) and not re.search(pattern, value):
        return "does not match its pattern"
    if "enum" in schema and value not in schema["enum"]:
        return None  # the list may have grown
    if value.isascii() and value.isdecimal() and isinstance(pattern, str):
        if len(value) == 9 and not orgnr.is_valid(value):
            return "has a wrong check digit"
        if len(value) == 11 and not _has_right_digits(value):
            return "has a wrong check digit"
    return None


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return DAY.fullmatch(text) is not None


def _has_right_digits(number: str) -> bool:
    first, second = fodselsnummer.calc_check_digit1(number), fodselsnummer.calc_check_digit2(number)
    return bool(number[9] == first and number[10] == second)
