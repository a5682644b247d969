"""What OpenAPI 3.2 introduced is compared, or reported as not compared."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import Report, report_of

DOCUMENT = """
openapi: 3.2.0
$self: https://example.com/boeker.yaml
info: {title: Bøker, version: '1'}
paths:
  /boeker:
    query:
      parameters:
      - name: sok
        in: querystring
        content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}}}}}
      requestBody: {content: {application/json: {schema: {type: string, maxLength: 9}}}}
      responses:
        '200':
          description: x
          content:
            application/jsonl: {itemSchema: {$ref: 'https://example.com/boeker.yaml#/components/schemas/Bok'}}
            text/event-stream: {schema: {type: array}, itemSchema: {properties: {data: {type: string}}}}
    additionalOperations:
      COPY:
        parameters: [{name: til, in: header, required: true, schema: {type: string}}]
        responses: {'201': {description: x, content: {application/json: {$ref: '#/components/mediaTypes/Bok'}}}}
components:
  mediaTypes: {Bok: {schema: {type: object, required: [tittel], properties: {tittel: {type: string}}}}}
  schemas: {Bok: {type: object, properties: {id: {type: integer}}}}
  securitySchemes:
    pat:
      type: oauth2
      flows:
        deviceAuthorization: {deviceAuthorizationUrl: 'https://a.test/d', tokenUrl: 'https://a.test/t', scopes: {}}
"""
SCHEMA, COPY = "application/json", ("paths", "/boeker", "additionalOperations", "COPY")
QUERY = ("paths", "/boeker", "query")
FORM = (*QUERY, "parameters", 0, "content", "application/x-www-form-urlencoded", "schema", "properties", "a")
ANSWERS = (*QUERY, "responses", "200", "content")


def drift(folder: Path, change: dict[str, Any], *place: str | int) -> Report:
    """What is found if the mapping at a place is changed."""
    old = yaml.safe_load(DOCUMENT)
    new = copy.deepcopy(old)
    part = new
    for step in place:
        part = part[step]
    part.update(change)
    for name, document in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    loaded = [load(folder / f"{name}.yaml") for name in ("old", "new")]
    return report_of(compare(*loaded), load_policy("strict"))


@pytest.mark.parametrize(
    ("place", "change", "expected"),
    [
        (COPY[:-1], {"MOVE": {"responses": {}}}, ("operation-added", "MOVE /boeker: added")),
        (
            (*COPY, "parameters", 0, "schema"),
            {"maxLength": 3},
            ("max-length-narrowed", "COPY /boeker header parameter"),
        ),
        ((*QUERY, "parameters", 0), {"required": True}, ("parameter-required", "querystring parameter sok")),
        (FORM, {"maxLength": 3}, ("max-length-narrowed", "querystring parameter sok: a:")),
        (
            (*QUERY, "requestBody", "content", SCHEMA, "schema"),
            {"maxLength": 3},
            ("max-length-narrowed", "QUERY /boeker request body"),
        ),
        (
            ("components", "schemas", "Bok", "properties", "id"),
            {"type": "string"},
            ("type-widened", "(application/jsonl) each item: id"),
        ),
        (
            (*ANSWERS, "text/event-stream", "itemSchema", "properties", "data"),
            {"type": "integer"},
            ("type-widened", "(text/event-stream) each item: data"),
        ),
        (
            ("components", "mediaTypes", "Bok", "schema"),
            {"required": []},
            ("required-widened", "COPY /boeker response 201"),
        ),
        (
            ("components", "securitySchemes", "pat", "flows", "deviceAuthorization"),
            {"deviceAuthorizationUrl": "https://b.test/d"},
            ("security-scheme-changed", "deviceAuthorizationUrl"),
        ),
    ],
)
def test_what_is_new_in_32_is_compared(tmp_path, place, change, expected):
    report = drift(tmp_path, change, *place)

    rule, words = expected
    assert any(f.rule == rule and words in f.message for f in report.findings)
    assert report.basis == "compared in full"


@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        ((*ANSWERS, "application/jsonl"), {"itemEncoding": {"contentType": "a/b"}}, "itemEncoding added"),
        ((), {"jsonSchemaDialect": "https://a.test/dialect"}, "jsonSchemaDialect added"),
        (QUERY, {"servers": [{"url": "https://b.test"}]}, "servers added"),
    ],
)
def test_what_is_not_compared_is_told(tmp_path, place, change, words):
    report = drift(tmp_path, change, *place)

    (finding,) = report.findings
    assert (finding.severity, finding.message.endswith(f"{words}, but is not compared")) == ("warning", True)
    assert report.basis == "not everything could be compared"


def test_a_document_of_32_does_not_differ_from_itself(tmp_path):
    assert drift(tmp_path, {}).findings == ()
