"""Checks a request body against the pinned contract before anything is sent: its form, and the API's own rules."""

import datetime
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, NoReturn, Protocol, cast

from jsonschema.exceptions import ValidationError
from typing_extensions import TypedDict

from harness.contract.contract import Contract
from harness.contract.document import Document, Operation, open_reason
from harness.contract.json_lines import Path, as_json_path, layout_of, line_at
from harness.display import quantity
from harness.exchange import beginning
from harness.files.tree import ensure_shallow
from harness.files.unreadable import UnreadableFileError

Kind = Literal["form", "condition", "open", "warning"]
"""`open` means that the published sources are silent or contradict each other: nobody can say how a service answers."""

JSON = "application/json"


class Finding(Protocol):
    """What an API's rules find at a place: a broken condition, by its `kode`, an open question, or a warning."""

    @property
    def kind(self) -> Kind: ...
    @property
    def kode(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def message(self) -> str: ...


class Rules(Protocol):
    """An API's own rules for requests: the module `request_rules` among its scenarios.

    `OPERATION` is assumed for a body that shows no sign of being for another; `UNKNOWABLE` lists the conditions that a
    file alone cannot show, by what they depend on.
    """

    OPERATION: str
    UNKNOWABLE: Mapping[str, str]

    def find(self, body: Any, today: datetime.date, sender: str | None) -> Iterable[Finding]:  # noqa: ANN401
        """What is wrong with a body that matches its schema."""

    def find_what_can_be_read(self, body: Any, today: datetime.date, sender: str | None) -> Iterable[Finding]:  # noqa: ANN401
        """What is wrong with a body that breaks its schema, as far as it can be read."""


class NotJsonError(Exception):
    """A text that is not valid JSON. `line` and `column` are where parsing stopped."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(problem)
        self.line, self.column = line, column


class ProblemFound(TypedDict):
    """A problem in the output of `--format json`."""

    kind: Kind
    kode: str
    path: str
    line: int
    message: str


class Checked(TypedDict):
    """The output of `check-request --format json` (schema 1). `unknowable` are codes by what they depend on."""

    schema: Literal[1]
    file: str
    api: str
    version: str
    operation: str
    today: str
    problems: list[ProblemFound]
    unknowable: dict[str, list[str]]


@dataclass(frozen=True)
class Problem:
    """One thing to fix."""

    kind: Kind
    kode: str
    path: str
    line: int
    message: str


def check_request(
    contract: Contract, operation_id: str, text: str, rules: Rules | None, today: datetime.date, sender: str | None
) -> list[Problem]:
    """Every problem of a body, ordered by line; raises NotJsonError, or KeyError for an unknown operation."""
    body = _parsed(text)
    operation = contract.document.operation(operation_id)
    layout = layout_of(text)
    lines = layout.lines
    errors = [*contract.document.request_errors(operation, JSON, body)]
    found = [_of_form(error, lines) for error in errors]
    for path in unknown_fields(contract.document, _body_schema(contract.document, operation), body):
        text_ = "this field is not in the message model: is it misspelt, or from another version?"
        found.append(Problem("warning", "", as_json_path(path), line_at(lines, path), text_))
    for path in layout.repeated:
        text_ = "this name occurs more than once: the last one is checked, but a service may read another"
        found.append(Problem("warning", "", as_json_path(path), line_at(lines, path), text_))
    if rules is not None:
        find = rules.find if all(open_reason(error) for error in errors) else rules.find_what_can_be_read
        for finding in find(body, today, sender):
            place = as_json_path(finding.path)
            found.append(Problem(finding.kind, finding.kode, place, line_at(lines, finding.path), finding.message))
    found = [replace(problem, message=_printable(problem.message)) for problem in found]
    return sorted(dict.fromkeys(found), key=lambda problem: (problem.line, problem.path, problem.kode))


def taking_json(contract: Contract) -> list[str]:
    """The ids of the operations that take a JSON body."""
    return [each.id for each in contract.document.operations if _body_schema(contract.document, each)]


def meant_for(contract: Contract, text: str, usual: str) -> str:
    """The id of the operation that a body's members fit: the usual one, unless they fit only others.

    Of several others it is the one whose schema it breaks in the fewest places. Raises NotJsonError.
    """
    body, document = _parsed(text), contract.document
    names = set(body) if isinstance(body, dict) else set()
    fitting = [each for each in document.operations if names and _has_members_of(_body_schema(document, each), names)]
    if not fitting or usual in {each.id for each in fitting}:
        return usual
    return min(fitting, key=lambda each: _strangeness(document.request_errors(each, JSON, body))).id


def _strangeness(errors: Iterable[ValidationError]) -> int:
    """A value of another type altogether is less likely to be a slip."""
    return sum(2 if error.validator == "type" else 1 for error in errors)


def has_body_of(contract: Contract, operation_id: str, other_id: str) -> bool:
    """Whether two operations have the same body schema."""
    one, other = (contract.document.operation(each) for each in (operation_id, other_id))
    return _body_schema(contract.document, one) == _body_schema(contract.document, other)


def _has_members_of(schema: Mapping[str, Any], names: set[str]) -> bool:
    return set(schema.get("required", ())) <= names <= set(schema.get("properties", ()))


def _body_schema(document: Document, operation: Operation) -> Mapping[str, Any]:
    """The schema of an operation's JSON body; empty without one."""
    content = document.resolve(operation.definition.get("requestBody", {})).get("content", {})
    return document.resolve(content.get(JSON, {}).get("schema", {}))


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON value
    def refuse(literal: str, problem: str) -> NoReturn:
        raise NotJsonError(problem, *_position(text, literal))

    def no_constant(literal: str) -> NoReturn:
        refuse(literal, f"{literal} is not JSON")

    def number(literal: str, kind: type[int] | type[Decimal]) -> int | Decimal:
        if not math.isfinite(float(literal)):
            refuse(literal, "a number too large for services to read")
        return kind(literal)

    try:
        body = json.loads(
            text,
            parse_int=lambda literal: number(literal, int),
            parse_float=lambda literal: number(literal, Decimal),
            parse_constant=no_constant,
        )
        ensure_shallow(body, "the body")
        return body
    except json.JSONDecodeError as error:
        raise NotJsonError(error.msg, error.lineno, error.colno) from error
    except (RecursionError, UnreadableFileError) as error:
        raise NotJsonError("nested too deeply", 1, 1) from error
    except ValueError as error:
        raise NotJsonError(str(error), 1, 1) from error


def _position(text: str, literal: str) -> tuple[int, int]:
    """Line and column of a literal's first occurrence outside strings, counted from 1."""
    tokens = re.finditer(r'"(?:[^"\\]|\\.)*"|[^\s"\[\]{},:]+', text)
    start = next((token.start() for token in tokens if token.group() == literal), 0)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _printable(message: str) -> str:
    """A message that any output can encode: half of a surrogate pair, which UTF-8 lacks, is escaped."""
    return message.encode("utf-8", "backslashreplace").decode()


def unknown_fields(document: Document, schema: Mapping[str, Any], body: object, at: Path = ()) -> Iterator[Path]:
    """The paths of members that are not in a schema."""
    resolved = document.resolve(schema)
    while "allOf" in resolved and "properties" not in resolved:
        resolved = document.resolve(resolved["allOf"][0])
    if isinstance(body, list) and "items" in resolved:
        for number, child in enumerate(body):
            yield from unknown_fields(document, resolved["items"], child, (*at, number))
    elif isinstance(body, dict) and "properties" in resolved:
        for name, child in body.items():
            if name in resolved["properties"]:
                yield from unknown_fields(document, resolved["properties"][name], child, (*at, name))
            else:
                yield (*at, name)


def _of_form(error: ValidationError, lines: Mapping[Path, int]) -> Problem:
    path: Path = tuple(error.absolute_path)
    why = open_reason(error)
    kind, text = ("form", _worded(error)) if why is None else ("open", f"open: {why}")
    return Problem(cast(Kind, kind), "", as_json_path(path), line_at(lines, path), text)


def _worded(error: ValidationError) -> str:
    """A schema error in words, without a value that may be long or personal."""
    allowed: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "required":
            return f"{_missing(error)} is missing"
        case "oneOf" if _choices(allowed):
            there = [name for name in _choices(allowed) if name in (value or {})]
            return f"exactly one of {', '.join(_choices(allowed))} is required; found {' and '.join(there) or 'none'}"
        case "not" if isinstance(allowed, dict) and "required" in allowed:
            return f"{' and '.join(allowed['required'])} exclude each other"
        case "enum":
            return f"{_short(value)} is not one of {', '.join(map(str, allowed))}"
        case "type":
            return f"{_type_of(value)} instead of {_article(str(allowed))}"
        case "format":
            return f"{_short(value)} is not a valid {allowed}" + (" (YYYY-MM-DD)" if allowed == "date" else "")
        case "pattern":
            return f"{_short(value)} does not match {allowed}"
        case "maxLength" | "minLength":
            most = "at most" if error.validator == "maxLength" else "at least"
            return f"{quantity(len(value), 'character')}; {most} {allowed} allowed"
        case "minItems":
            return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}; at least {allowed} required"
        case _:
            return " ".join(error.message.split())[:200]


def _missing(error: ValidationError) -> str:
    names: Sequence[str] = error.validator_value if isinstance(error.validator_value, list) else []
    return next((name for name in names if f"'{name}'" in error.message), "a field")


def _choices(allowed: object) -> list[str]:
    """The members of which exactly one is required; empty for another kind of choice."""
    if not isinstance(allowed, list) or not all(isinstance(one, dict) and set(one) == {"required"} for one in allowed):
        return []
    return [name for one in allowed for name in one["required"]]


def _short(value: object) -> str:
    return beginning(json.dumps(value, ensure_ascii=False, default=str), 60)


def _article(name: str) -> str:
    words = {"string": "a text", "integer": "a whole number", "array": "a list", "object": "an object"}
    return words.get(name, f"a {name}")


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    kinds = ((bool, "a boolean"), (int, "a whole number"), (Decimal, "a number"), (str, "a text"), (list, "a list"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "an object")
