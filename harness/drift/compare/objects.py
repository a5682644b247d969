"""Objects: which properties are required and allowed, how many, and with which names."""

from collections.abc import Iterator
from itertools import islice

from harness.drift.documents.json_values import canonical
from harness.drift.documents.specification import Node
from harness.drift.rules import shape_rule
from harness.drift.schemas.escapes import Escape
from harness.drift.schemas.examples import WRONG, Examples
from harness.drift.schemas.regular import NotRegularError, UndecidedError, shortest
from harness.drift.schemas.shapes import Shape

_OPEN, _CLOSED = "{type: object}", "{type: object, additionalProperties: false}"


@shape_rule(
    "required",
    "required",
    "{type: object, properties: {a: {type: string}}}",
    "{type: object, properties: {a: {type: string}}, required: [a]}",
    types=("object",),
)
def required(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    for name, at in b.required.items():
        if name not in a.required:
            had = "optional" if name in a.properties else "not there"

            def values(name=name) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
                for shape in (make.joined(a, b), a):
                    yield from islice(make.objects(shape, without=[name]), 2)

            yield Escape("required", "required", at, had, "required", values, path=(name,))


@shape_rule(
    "property-closed",
    "a property that is not allowed",
    "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
    "{type: object, additionalProperties: false}",
    types=("object",),
)
def property_closed(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    for name, schema in a.properties.items():
        closed = _closed(b, name)
        if closed is None or any(node.value is False for node in schema):
            continue

        def values(name=name, schema=schema) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            for value in make.of(schema):
                yield from islice(make.objects(make.joined(a, b), {name: value}), 1)
                yield from islice(make.objects(a, {name: value}), 1)

        at = schema[0] if schema else closed
        yield Escape("property-closed", "properties", closed, "declared", "not allowed", values, (name,), other=at)


@shape_rule("additional-properties", "additionalProperties or unevaluatedProperties", _OPEN, _CLOSED, types=("object",))
def additional_properties(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    for name in make.names(a):
        closed = _closed(b, name)
        if closed is None or name in a.properties or _closed(a, name) is not None:
            continue

        def values(name=name) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            for value in make.of(a.at(name)):
                yield from islice(make.objects(make.joined(a, b), {name: value}), 1)
                yield from islice(make.objects(a, {name: value}), 1)

        yield Escape("additional-properties", "additionalProperties", closed, "open", "closed", values)
        return


def _closed(shape: Shape, name: str) -> Node | None:
    return next((node for node in shape.at(name) if node.value is False), None)


@shape_rule("min-properties", "minProperties", _OPEN, "{type: object, minProperties: 1}", types=("object",))
def min_properties(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had, has = a.greatest("minProperties"), b.greatest("minProperties")
    least = max(had.value if had else 0, len(a.required))
    if has and has.value > least:
        values = lambda: make.objects(a, at_least=has.value - 1)  # noqa: E731
        yield Escape("min-properties", "minProperties", has.at, had.value if had else "none", has.value, values)


@shape_rule("max-properties", "maxProperties", _OPEN, "{type: object, maxProperties: 1}", types=("object",))
def max_properties(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had, has = a.least("maxProperties"), b.least("maxProperties")
    if has and (had is None or had.value > has.value):
        told = had.value if had else "none"
        values = lambda: make.objects(a, at_least=has.value + 1)  # noqa: E731
        yield Escape("max-properties", "maxProperties", has.at, told, has.value, values)


@shape_rule(
    "dependent-required",
    "dependentRequired",
    "{type: object, properties: {a: {}, b: {}}}",
    "{type: object, properties: {a: {}, b: {}}, dependentRequired: {a: [b]}}",
    types=("object",),
)
def dependent_required(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had = {(key, name) for layer in a.layers for key, names in _dependencies(layer) for name in names}
    for layer in b.layers:
        for key, names in _dependencies(layer):
            for name in names:
                if (key, name) in had or name in a.required:
                    continue

                def values(key=key, name=name) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
                    linked = [other for first, other in had if first == key]
                    for value in make.of(a.at(key)):
                        members = {other: next(make.of(a.at(other)), "a") for other in linked} | {key: value}
                        yield from make.objects(a, members, without=[name])

                told = f"{key} demands {name}"
                yield Escape("dependent-required", f"dependentRequired/{key}", layer, "none", told, values, (name,))


def _dependencies(layer: Node) -> Iterator[tuple[str, list[str]]]:
    for key, names in (layer.get("dependentRequired") or {}).items():
        yield str(key), [str(name) for name in names]


@shape_rule(
    "dependent-schemas",
    "dependentSchemas",
    "{type: object, properties: {a: {}}}",
    "{type: object, properties: {a: {}}, dependentSchemas: {a: {required: [b]}}}",
    types=("object",),
)
def dependent_schemas(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had = [(k, x) for layer in a.layers for k, x in layer.children("dependentSchemas").items()]
    for layer in b.layers:
        for key, schema in layer.children("dependentSchemas").items():
            known = [node for other, node in had if other == key]
            if any(make.meaning(schema) == make.meaning(node) for node in known):
                continue
            mine = (*a.layers, *known)
            if make.escaping(mine, (schema,)) is None:
                continue

            def values(key=key, schema=schema, mine=mine) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
                for value in make.of(a.at(key)):
                    for sample in make.escaping(mine, (schema,)) or ():
                        if isinstance(sample, dict):
                            yield from islice(make.objects(a, {key: value} | sample), 1)
                    yield from make.objects(a, {key: value}, without=schema.get("required") or ())
                    for name in schema.children("properties"):
                        for wrong in WRONG:
                            yield from islice(make.objects(a, {key: value, name: wrong}), 1)

            had_so = "other" if had else "none"
            keyword = f"dependentSchemas/{key}"
            yield Escape("dependent-schemas", keyword, layer, had_so, "a schema", values, open=True, anywhere=True)


@shape_rule(
    "property-names", "propertyNames", _OPEN, "{type: object, propertyNames: {pattern: '^[a-z]'}}", types=("object",)
)
def property_names(a: Shape, b: Shape, make: Examples) -> Iterator[Escape]:
    had = tuple(layer.child("propertyNames") for layer in a.layers if layer.get("propertyNames") is not None)
    for layer in b.layers:
        names = layer.child("propertyNames")
        if names.value is None or any(make.meaning(names) == make.meaning(other) for other in had):
            continue
        of_text = names.specification.made(names, "text", {"type": "string"})
        if make.escaping((of_text, *had), (names,)) is None:
            continue

        def values(names=names, of_text=of_text) -> Iterator[object]:  # type: ignore[no-untyped-def]  # noqa: ANN001
            escaping = (str(name) for name in islice(make.escaping((of_text, *had), (names,)) or (), 6))
            for name in (*a.properties, *make.names(a), *escaping, *_outside(names), "A", "1", "a" * 300, ""):
                for value in make.of(a.at(name)):
                    yield from islice(make.objects(a, {name: value}), 1)
                    break

        had_so = "other" if had else "any name"
        yield Escape("property-names", "propertyNames", layer, had_so, _told(names), values, open=True)


def _told(names: Node) -> str:
    """The requirements on names, in keywords known here: other keywords may hold anything."""
    known = {key: names.get(key) for key in ("pattern", "minLength", "maxLength", "enum", "const", "format")}
    return canonical({key: value for key, value in known.items() if value is not None}) or "a schema"


def _outside(names: Node) -> Iterator[str]:
    if isinstance(names.get("pattern"), str):
        try:
            found = shortest([], [names.value["pattern"]])
        except (NotRegularError, UndecidedError):
            return
        if found is not None:
            yield found
