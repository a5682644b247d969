"""Compares recorded traffic with a document, treating the answers as the next version of what was promised.

So the rules and the policy are those of two documents: an undocumented status counts as added, a value outside an enum
as widening it. Each finding has a count and its first example, without personal data.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.drift.compare.traffic import NEVER_SEEN, UNKNOWN_OPERATION
from harness.drift.documents.json_values import type_of
from harness.drift.documents.matching import Endpoint, Surface, content, covering, headers, media_type
from harness.drift.documents.specification import Specification
from harness.drift.findings import Found
from harness.drift.rules import Direction
from harness.drift.schemas.reading import Reader, Refusal
from harness.drift.schemas.shapes import Schema, Shape, Shapes, TooManyAlternativesError
from harness.exchange import Exchange, Response
from harness.redaction.redacted import RedactedExchange

REDACTED = "[redacted]"  # replaces secrets and personal data in recordings
DEEPEST = 30
MOST_NAMES = 12  # of properties that were never seen, on one line

# Headers of HTTP itself and of intermediaries: no specification lists them, and nobody misses them.
_COMMON_HEADERS = frozenset(
    {
        "accept-ranges",
        "age",
        "allow",
        "alt-svc",
        "cache-control",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-security-policy",
        "content-type",
        "date",
        "etag",
        "expires",
        "keep-alive",
        "last-modified",
        "location",
        "pragma",
        "referrer-policy",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "vary",
        "via",
        "warning",
        "www-authenticate",
        "x-content-type-options",
        "x-frame-options",
        "x-xss-protection",
    }
)
_KEYWORDS = {
    "type": "type",
    "enum": "enum",
    "const": "enum",
    "format": "format",
    "pattern": "pattern",
    "required": "required",
    "additionalProperties": "property-closed",
    "unevaluatedProperties": "property-closed",
    "falseSchema": "property-closed",
    "minLength": "min-length",
    "maxLength": "max-length",
    "minimum": "minimum",
    "exclusiveMinimum": "minimum",
    "maximum": "maximum",
    "exclusiveMaximum": "maximum",
    "multipleOf": "multiple-of",
    "minItems": "min-items",
    "maxItems": "max-items",
    "uniqueItems": "unique-items",
    "contains": "contains",
    "minProperties": "min-properties",
    "maxProperties": "max-properties",
    "propertyNames": "property-names",
    "dependentRequired": "dependent-required",
    "dependentSchemas": "dependent-schemas",
    "not": "not",
    "oneOf": "type",
    "anyOf": "type",
}


@dataclass
class Observation:
    """What traffic showed: findings with their counts, and how many exchanges were judged.

    `elsewhere` counts exchanges of other APIs, `unread` answers whose body could not be judged: it was not recorded, or
    is cut, nested too deep or not JSON.
    """

    specification: Specification
    found: list[Found] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    judged: int = 0
    elsewhere: int = 0
    unread: int = 0


def observe(specification: Specification, exchanges: Iterable[RedactedExchange]) -> Observation:
    """Compares exchanges with what a document promises."""
    return _Observer(specification).observation(exchanges)


class _Observer:
    def __init__(self, specification: Specification) -> None:
        self._surface = Surface(specification)
        self._shapes = Shapes("response")
        self._reader = Reader(specification, "response")
        self._found: dict[tuple[str, ...], Found] = {}
        self._times: Counter[tuple[str, ...]] = Counter()
        self._objects: Counter[tuple[str, str, str]] = Counter()
        self._members: dict[tuple[str, str, str], set[str]] = {}
        self._declared: dict[tuple[str, str, str], dict[str, Schema]] = {}
        self._roots: set[str] = set()
        self._bodies: dict[tuple[str, int, bytes], tuple[Counter[tuple[str, ...]], Counter[tuple[str, str, str]]]] = {}
        self._answers: Counter[tuple[str, str]] = Counter()
        self._observation = Observation(specification)

    def observation(self, exchanges: Iterable[RedactedExchange]) -> Observation:
        unknown = []
        for exchange in exchanges:
            called = operation_of(self._surface, exchange)
            if called is None:
                unknown.append(exchange)
            else:
                self._roots.add(called.root)
                if self._judge(called.endpoint, exchange):
                    self._observation.judged += 1
                else:
                    self._observation.unread += 1
        for exchange in unknown:
            self._unknown(exchange)
        self._never_seen()
        result = self._observation
        result.found = list(self._found.values())
        result.counts = {found.id: self._times[key] for key, found in self._found.items()}
        return result

    def _unknown(self, exchange: Exchange) -> None:
        """Notes an undocumented call; it counts as the API's if it is below a base URL where the API was found."""
        request = exchange.request
        # HTTP itself answers HEAD and OPTIONS wherever there is a resource.
        asked = exchange.response.status < 400 and request.method not in {"HEAD", "OPTIONS"}
        if asked and any(request.url.startswith(f"{root}/") for root in self._roots):
            told = f"{request.method} {request.parts.path}"
            key = (UNKNOWN_OPERATION, told)
            self._enter(key, UNKNOWN_OPERATION, "operation", told, "#/paths", "answered, but not documented")
        else:
            self._observation.elsewhere += 1

    def _judge(self, endpoint: Endpoint, exchange: Exchange) -> bool:
        """Judges an answer; returns whether its body, if the document describes one, was judged too."""
        answer = exchange.response
        status = str(answer.status)
        described = endpoint.response(status)
        location = endpoint.node.child("responses").location
        if described is None:
            rule = "error-status-added" if answer.status >= 400 else "success-status-added"
            message = f"answered with {status}, which is not documented"
            self._enter((endpoint.name, rule, status), rule, "response", endpoint.name, location, message)
            return True
        self._judge_headers(endpoint, described.location, headers(described), answer)
        types = content(described)
        if not answer.body and not types:
            return True
        if answer.completeness != "whole":
            return False
        media = covering(media_type(answer.header("content-type") or ""), types)
        if media is None:
            rule = "response-media-type-added"
            message = f"response {status}: media type {answer.media_type or 'none'} is not documented"
            key = (endpoint.name, rule, status, answer.media_type)
            self._enter(key, rule, "response", endpoint.name, described.location, message)
        elif media.child("schema").value is not None:
            if answer.is_json:
                return self._judge_body_once(endpoint, (media.child("schema"),), answer)
            return bool(media.child("schema").resolved.get("type") == "string")  # any text is a string; in 3.0 any file
        return True

    def _judge_headers(
        self, endpoint: Endpoint, location: str, documented: Mapping[str, Any], answer: Response
    ) -> None:
        names = {name.lower() for name, _ in answer.headers}
        for name in sorted(names - documented.keys() - _COMMON_HEADERS):
            message = f"response {answer.status}: header {name} is not documented"
            key = (endpoint.name, "header-added", str(answer.status), name)
            self._enter(key, "header-added", "response", endpoint.name, location, message)
        for name in sorted(documented.keys() - names):
            if documented[name].get("required") is True:
                message = f"response {answer.status}: required header {name} is missing"
                key = (endpoint.name, "header-optional", str(answer.status), name)
                self._enter(key, "header-optional", "response", endpoint.name, location, message)

    def _judge_body_once(self, endpoint: Endpoint, schema: Schema, answer: Response) -> bool:
        """Judges identical answers to the same operation once, and then only counts them."""
        key = (endpoint.name, answer.status, answer.body)
        if key not in self._bodies:
            try:
                body = answer.plain_json()
            except ValueError:
                return False
            times, objects = self._times.copy(), self._objects.copy()
            self._judge_body(endpoint, str(answer.status), schema, body)
            self._bodies[key] = (self._times - times, self._objects - objects)
        else:
            times, objects = self._bodies[key]
            self._times += times
            self._objects += objects
        self._answers[endpoint.name, str(answer.status)] += 1
        return True

    def _judge_body(self, endpoint: Endpoint, status: str, schema: Schema, body: Any) -> None:  # noqa: ANN401 - any JSON value
        for error in self._reader.refusals(schema, body):
            if not _is_redacted(error.instance):
                self._refused(endpoint, status, schema, error, body)
        for path, name, value in self._undocumented(schema, body):
            message = f"response {status}: {_shown((*path, name))}: a field that is not documented"
            key = (endpoint.name, "property-added", status, *map(str, path), name)
            example = _around((*path, name), value)
            self._enter(
                key,
                "property-added",
                "response",
                endpoint.name,
                schema[0].resolved.location,
                message,
                example,
                (*path, name),
            )
        self._count(endpoint.name, status, schema, body, ())

    def _refused(self, endpoint: Endpoint, status: str, schema: Schema, error: Refusal, body: Any) -> None:  # noqa: ANN401 - any JSON value
        keyword = error.keyword
        rule = f"{_KEYWORDS.get(keyword, 'type')}-widened"
        if keyword == "type" and error.instance is None:
            rule = "nullable-widened"
        path = tuple("[]" if isinstance(step, int) else str(step) for step in error.place)
        concrete = tuple(error.place)
        aspect = f"{keyword} {error.wanted}"
        if keyword in {"oneOf", "anyOf"}:
            aspect = "no branch fits"
        words = error.message
        place = _shown(path)
        message = f"response {status}: {f'{place}: ' if place else ''}{words}"
        example = _around(path, error.instance if concrete else body)
        key = (endpoint.name, rule, status, *path, aspect)
        location = schema[0].resolved.location
        self._enter(key, rule, "response", endpoint.name, location, message, example, path)

    def _undocumented(self, schema: Schema, value: Any) -> Iterator[tuple[tuple[str, ...], str, Any]]:  # noqa: ANN401 - any JSON value
        yield from _unknown_members(self._shapes, schema, value, ())

    def _count(self, operation: str, status: str, schema: Schema, value: Any, path: tuple[str, ...]) -> None:  # noqa: ANN401 - any JSON value
        """Counts objects and their declared members: those that no object has were never seen."""
        if len(path) > DEEPEST:
            return
        shapes = _shapes(self._shapes, schema, value)
        if isinstance(value, dict):
            key = operation, status, "/".join(path)
            self._objects[key] += 1
            self._members.setdefault(key, set()).update(value)
            declared = self._declared.setdefault(key, {})
            for shape in shapes:
                declared.update(shape.properties)
            for name, child in value.items():
                for shape in shapes:
                    self._count(operation, status, shape.at(name), child, (*path, name))
        elif isinstance(value, list):
            for index, child in enumerate(value):
                for shape in shapes:
                    self._count(operation, status, shape.item(index), child, (*path, "[]"))

    def _never_seen(self) -> None:
        """Adds one finding for each operation and status: the documented properties that are in none of its answers."""
        missing: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        places: dict[tuple[str, str], str] = {}
        for (operation, status, place), declared in self._declared.items():
            path = tuple(place.split("/")) if place else ()
            for name in (name for name in declared if name not in self._members[operation, status, place]):
                missing.setdefault((operation, status), []).append((*path, name))
                at = declared[name][0].location if declared[name] else "#"
                places.setdefault((operation, status), at)
        for (operation, status), paths in missing.items():
            answers = self._answers[operation, status]
            names = sorted(_shown(path) for path in paths)
            some = ", ".join(names[:MOST_NAMES]) + (
                f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            )
            properties = "1 documented property is" if len(names) == 1 else f"{len(names)} documented properties are"
            where = "not in the one answer" if answers == 1 else f"in none of {answers} answers"
            told = f"response {status}: {properties} {where}: {some}"
            key = operation, status, NEVER_SEEN
            at = places[operation, status]
            self._enter(key, NEVER_SEEN, "response", operation, at, told, path=min(paths, key=len), times=answers)

    def _enter(
        self,
        key: tuple[str, ...],
        rule: str,
        direction: Direction,
        operation: str,
        location: str,
        message: str,
        example: Any = None,  # noqa: ANN401 - any JSON value
        path: tuple[str, ...] = (),
        times: int = 1,
    ) -> None:
        self._times[key] += times
        if key in self._found:
            return
        found = Found(rule, direction, location, f"{operation}: {message}", operation, [operation], path=path)
        found.new = message  # distinguishes findings at the same place
        if rule == NEVER_SEEN:
            found.proof, found.unproved = "not visible", "a missing property cannot be shown"
        else:
            found.proof = "proved"
            found.witness = {"kind": "recorded answer", "accepted_by": "traffic", "refused_by": "document"}
            if example is not None:
                found.witness = {**found.witness, "value": example}
        self._found[key] = found


@dataclass(frozen=True)
class Called:
    """The operation that a request went to, and the base URL where the API was found."""

    endpoint: Endpoint
    root: str


def operation_of(surface: Surface, exchange: Exchange) -> Called | None:
    """The operation that a request went to; None if it is not in this document.

    Below the path of a server the rest must match the operation's path. Elsewhere (a gateway, a sandbox) the end must
    match, and the path must have a literal segment to recognise the API by.
    """
    parts = exchange.request.parts
    path = unquote(parts.path).rstrip("/")
    origin = f"{parts.scheme}://{parts.netloc}"
    known = [e for e in surface.endpoints if e.kind == "operation" and e.method == exchange.request.method]
    bases = _bases(surface)
    base = max((b for b in bases if f"{path}/".startswith(f"{b}/")), key=len, default="")
    segments = path.removeprefix(base).split("/")[1:]
    if base or not bases:
        fitting = [e for e in known if len(_segments(e)) == len(segments) and _ends_with(segments, _segments(e))]
    else:
        fitting = []
    if not base and not fitting:
        fitting = [e for e in known if _has_literal(_segments(e)) and _ends_with(segments, _segments(e))]
    found = max(fitting, key=lambda e: (len(_segments(e)), -e.path.count("{")), default=None)
    if found is None:
        return None
    kept = segments[: len(segments) - len(_segments(found))]
    return Called(found, "/".join([origin + base, *kept]))


def _bases(surface: Surface) -> set[str]:
    """The paths of the servers, if they have one."""
    urls = [str(server.get("url", "")) for server in surface.specification.root.items("servers")]
    paths = {urlsplit(url).path.rstrip("/") for url in urls if "{" not in url}
    return {base for base in paths | {e.base for e in surface.endpoints} if base}


def _segments(endpoint: Endpoint) -> list[str]:
    return [segment for segment in endpoint.path.split("/") if segment]


def _has_literal(template: list[str]) -> bool:
    return any(not segment.startswith("{") for segment in template)


def _ends_with(path: list[str], template: list[str]) -> bool:
    tail = path[len(path) - len(template) :] if template else []
    if len(path) < len(template):
        return False
    return all(b.startswith("{") or a == b for a, b in zip(tail, template, strict=True))


def _shapes(shapes: Shapes, schema: Schema, value: Any) -> list[Shape]:  # noqa: ANN401 - any JSON value
    try:
        return [shape for shape in shapes.of(schema) if shape.type == type_of(value)] if schema else []
    except TooManyAlternativesError:
        return []


def _unknown_members(
    shapes: Shapes,
    schema: Schema,
    value: Any,  # noqa: ANN401 - any JSON value
    path: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """The members that no alternative of a schema describes."""
    known = _shapes(shapes, schema, value)
    if not known or len(path) > DEEPEST:
        return
    if isinstance(value, dict):
        for name, child in value.items():
            documented = [shape for shape in known if name in shape.properties or shape.at(name)]
            if not documented:
                # An object that declares nothing may contain anything.
                if any(shape.properties or shape.required for shape in known):
                    yield path, name, child
                continue
            found = [list(_unknown_members(shapes, shape.at(name), child, (*path, name))) for shape in documented]
            yield from min(found, key=len)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found = [list(_unknown_members(shapes, shape.item(index), child, (*path, "[]"))) for shape in known]
            yield from min(found, key=len)


def _is_redacted(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str) and REDACTED in value


def _around(path: tuple[str, ...], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value nested at its path, without anything else."""
    for step in reversed(path):
        value = [value] if step == "[]" else {step: value}
    return value


def _shown(path: tuple[str, ...]) -> str:
    return "".join(step if step.startswith("[") else f".{step}" for step in path).removeprefix(".")
