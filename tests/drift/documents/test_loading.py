"""What cannot be read is reported in one line, within limits, and is never `no drift`."""

from pathlib import Path

import pytest

from harness.drift.documents.files import UnreadableDocumentError, parse
from harness.drift.documents.loading import load
from tests.drift.conftest import document

WHOLE = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"


def refusal(tmp_path: Path, content: str | bytes, **others: str) -> str:
    path = tmp_path / "openapi.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for name, text in others.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(UnreadableDocumentError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    return message.replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "openapi.yaml:1: it is empty. Write a document into it."),
        ("[1, 2", "openapi.yaml:2: it is neither JSON nor YAML (did not find expected ',' or ']')."),
        ("text", "openapi.yaml: it is not an OpenAPI document (no mapping at its root)."),
        ("a: 1", "openapi.yaml: it is not an OpenAPI document (no `openapi: 3.…` at its root)."),
        ("openapi: 4.0.0\npaths: {}", "openapi.yaml: OpenAPI 4.0.0 is not supported. Use 2.0, 3.0, 3.1 or 3.2."),
        ("openapi: 3.0.0\ninfo: {}", "openapi.yaml: it has neither paths, components nor webhooks."),
        ("openapi: 3.0.0\npaths: []", "openapi.yaml: it has neither paths, components nor webhooks."),
        ("openapi: 3.0.0\npaths: [1]", "openapi.yaml: #/paths is not a mapping."),
        (WHOLE + "paths: {}\n", "openapi.yaml:4: the key 'paths' occurs twice in one mapping. Keep one of them."),
        ('{"a": 1, "a": 2}', "openapi.yaml: the key 'a' occurs twice in one object. Keep one of them."),
        ('{"a": NaN}', "openapi.yaml: NaN is not JSON. Write a number."),
        (
            WHOLE + "x-a: !!python/object/apply:os.system [id]\n",
            "openapi.yaml:4: the tag tag:yaml.org,2002:python/object/apply:os.system is not JSON. Remove it.",
        ),
        (WHOLE + "x-a: &a [*a]\n", "openapi.yaml:4: the alias *a contains itself. Write it out, or use $ref."),
        (WHOLE + "---\n" + WHOLE, "openapi.yaml:4: it holds more than one YAML document. Keep one."),
        (b"openapi: \xff", "openapi.yaml:1: byte 10 is not UTF-8. Save the file as UTF-8."),
        ("x: " + "[" * 400 + "]" * 400, "openapi.yaml:1: it is nested more than 150 levels deep. Flatten it."),
        ('{"a":' * 400 + "1" + "}" * 400, "openapi.yaml: it is nested more than 150 levels deep. Flatten it."),
        ("{" * 100_000, "openapi.yaml:1: it is neither JSON nor YAML (exceeded maximum nesting depth)"),
    ],
)
def test_bad_documents_are_refused(tmp_path, content, expected):
    assert refusal(tmp_path, content).startswith(expected)


def test_a_yaml_bomb_is_refused(tmp_path):
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    message = refusal(tmp_path, WHOLE + "l0: &l0 [a, a, a, a, a, a, a, a, a]\n" + levels)

    expected = "its aliases expand to more than 500000 nodes (a YAML bomb?). Use $ref instead."
    assert message.endswith(expected)


def test_a_document_beyond_the_bound_is_refused(tmp_path):
    path = tmp_path / "openapi.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    with pytest.raises(UnreadableDocumentError, match=r"it is larger than 32 MB\. Name a smaller file\."):
        load(path)


REFERENCE = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /a: {$ref: '%s'}\n"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (
            "https://example.test/a.yaml",
            "openapi.yaml: the remote reference https://example.test/a.yaml is not fetched."
            " Save the file and refer to the copy.",
        ),
        (
            "other.yaml#/a",
            "openapi.yaml: #/paths/~1a refers to other.yaml#/a, and there is no file other.yaml. Add it there.",
        ),
    ],
)
def test_references_to_what_is_not_there_are_refused(tmp_path, reference, expected):
    assert expected == refusal(tmp_path, REFERENCE % reference)


@pytest.mark.parametrize(
    ("reference", "noted"),
    [
        ("#/paths/~1b", ("#/paths/~1a/$ref", "#/paths/~1b leads nowhere")),
        ("#b", ("#/paths/~1a/$ref", "#b leads nowhere")),
        ("#/info/title", ("#/paths/~1a/$ref", "#/info/title leads to a string where an object is expected")),
        ("#/paths/~1a", ("#/paths/~1a/$ref", "the reference leads to itself")),
        ("loop.yaml#/a", ("loop.yaml#/a/$ref", "the reference leads to itself")),
    ],
)
def test_references_that_lead_nowhere_are_noted_and_say_nothing(tmp_path, reference, noted):
    (tmp_path / "openapi.yaml").write_text(REFERENCE % reference)
    (tmp_path / "loop.yaml").write_text("a: {$ref: 'loop.yaml#/b'}\nb: {$ref: '#/a'}\n")

    specification = load(tmp_path / "openapi.yaml")

    assert [(one.location, one.problem) for one in specification.malformed] == [noted]
    assert specification.root.child("paths", "/a").resolved.value == {}


def test_references_to_files_are_followed_from_where_they_stand(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "openapi.yaml").write_text(REFERENCE % "parts/a.yaml#/item")
    (tmp_path / "parts" / "a.yaml").write_text("item: {get: {responses: {$ref: 'b.yaml'}}}")
    (tmp_path / "parts" / "b.yaml").write_text("'200': {description: x}")

    specification = load(tmp_path / "openapi.yaml")

    item = specification.root.child("paths", "/a").resolved
    assert item.child("get", "responses").resolved.value == {"200": {"description": "x"}}


def test_a_remote_reference_is_read_where_that_is_allowed(tmp_path):
    path = tmp_path / "openapi.yaml"
    path.write_text(REFERENCE % "https://example.test/a.yaml#/item")

    specification = load(path, fetch={"https://example.test/a.yaml": b"item: {summary: far away}"}.__getitem__)

    assert specification.root.child("paths", "/a").resolved.value == {"summary": "far away"}


def test_plain_scalars_are_those_of_yaml_1_2():
    """YAML 1.1 reads the country code NO as false."""
    tree = parse(b"[NO, yes, on, 2024-01-31, 0o17, 017, 1_000, 1e3, .5, ~, true, '1', 12:30:00]", "x")

    assert tree == ["NO", "yes", "on", "2024-01-31", 15, 17, "1_000", 1000.0, 0.5, None, True, "1", "12:30:00"]


def test_keys_are_texts():
    assert parse(b"{200: 1, true: 2, null: 3}\n", "x") == {"200": 1, "true": 2, "null": 3}


def test_merge_keys_are_merged():
    assert {
        key: value for key, value in parse(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", "x").items() if key == "b"
    } == {"b": {"x": 1, "y": 3}}


SWAGGER = """
swagger: '2.0'
info: {title: t, version: '1'}
host: a.test
basePath: /v1
schemes: [https]
consumes: [application/json]
produces: [application/json]
paths:
  /boeker:
    post:
      parameters:
        - {name: body, in: body, required: true, schema: {$ref: '#/definitions/Bok'}}
        - {$ref: '#/parameters/Side'}
      responses: {'200': {description: x, schema: {type: array, items: {$ref: '#/definitions/Bok'}}}}
parameters:
  Side: {name: side, in: query, type: integer}
definitions:
  Bok: {type: object, required: [tittel], properties: {tittel: {type: string}}}
securityDefinitions: {o: {type: oauth2, flow: application, tokenUrl: 'https://a.test/t', scopes: {les: x}}}
"""
OPENAPI = """
openapi: 3.0.3
info: {title: t, version: '1'}
servers: [{url: 'https://a.test/v1'}]
paths:
  /boeker:
    post:
      parameters: [{name: side, in: query, schema: {type: integer}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Bok'}}}}
      responses:
        '200':
          description: x
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Bok'}}}}
components:
  schemas:
    Bok: {type: object, required: [tittel], properties: {tittel: {type: string}}}
  securitySchemes:
    o: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a.test/t', scopes: {les: x}}}}
"""


def test_swagger_2_is_read_as_the_same_promise_in_openapi_3(tmp_path):
    from harness.drift.comparison.pipeline import compare

    (tmp_path / "old.yaml").write_text(SWAGGER)
    (tmp_path / "new.yaml").write_text(OPENAPI)

    outcome = compare(load(tmp_path / "old.yaml"), load(tmp_path / "new.yaml"))

    assert outcome.found == []


def test_places_of_swagger_2_are_those_of_the_authors_own_file(tmp_path):
    (tmp_path / "openapi.yaml").write_text(SWAGGER.replace("#/parameters/Side", "#/parameters/Ukjent"))

    specification = load(tmp_path / "openapi.yaml")

    assert [one.location for one in specification.malformed] == ["#/paths/~1boeker/post/parameters/1/$ref"]
    body = specification.root.child("paths", "/boeker", "post", "requestBody", "content", "application/json", "schema")
    assert body.location == "#/paths/~1boeker/post/parameters/0/schema"
    assert body.resolved.child("properties", "tittel").location == "#/definitions/Bok/properties/tittel"


def test_swagger_2_may_be_spread_over_files(tmp_path):
    (tmp_path / "openapi.yaml").write_text(
        SWAGGER.replace("#/parameters/Side", "felles/deler.yaml#/parameters/Side").replace(
            "#/definitions", "felles/deler.yaml#/skjema"
        )
    )
    (tmp_path / "felles").mkdir()
    (tmp_path / "felles" / "deler.yaml").write_text(
        "parameters: {Side: {name: side, in: query, type: integer}}\n"
        "skjema: {Bok: {type: object, properties: {serie: {$ref: '../openapi.yaml#/definitions/Bok'}}}}\n"
    )

    specification = load(tmp_path / "openapi.yaml")

    operation = specification.root.child("paths", "/boeker", "post")
    (side,) = operation.items("parameters")
    assert (side.value["schema"], side.location) == ({"type": "integer"}, "felles/deler.yaml#/parameters/Side")
    body = operation.child("requestBody", "content", "application/json", "schema").resolved
    assert body.child("properties", "serie").resolved.value["required"] == ["tittel"]
    assert specification.malformed == []


@pytest.mark.parametrize("reference", [r"a\0b", "a" * 5000])
def test_a_reference_that_no_file_can_have_as_its_name_is_one_line(tmp_path, reference):
    path = tmp_path / "api.yaml"
    path.write_text(document(f'components: {{schemas: {{A: {{$ref: "{reference}"}}}}}}'), encoding="utf-8")

    with pytest.raises(UnreadableDocumentError, match=r"which cannot be the name of a file") as caught:
        load(path)

    assert len(str(caught.value)) < 600


def test_a_discriminator_of_swagger_2_is_compared(tmp_path):
    """In that version, a discriminator is only the name of a property."""
    text = """
swagger: '2.0'
info: {title: A, version: '1'}
definitions: {Pet: {type: object, discriminator: %s, properties: {kind: {type: string}, name: {type: string%s}}}}
paths: {/a: {get: {responses: {'200': {description: x, schema: {$ref: '#/definitions/Pet'}}}}}}
"""
    for name, filled in (("old", ("kind", "")), ("other", ("name", "")), ("new", ("kind", ", maxLength: 3"))):
        (tmp_path / f"{name}.yaml").write_text(text % filled)
    from harness.drift.comparison.pipeline import compare

    old, other, new = (load(tmp_path / f"{name}.yaml") for name in ("old", "other", "new"))

    assert [found.rule for found in compare(old, other).found] == ["discriminator-changed"]
    assert [found.rule for found in compare(old, new).found] == ["max-length-narrowed"]
