"""Whether a document describes the same API as another."""

from pathlib import Path

import pytest

from harness.contract.document import Document
from harness.contract.own_pins import doubts

KNOWN = ["/krav/{id}", "/krav", "/innbetalinger", "/utbetalinger"]


def document(title: str, *paths: str) -> Document:
    operation = {"get": {"responses": {}}}
    return Document(Path("x"), {"openapi": "3.0.3", "info": {"title": title}, "paths": dict.fromkeys(paths, operation)})


@pytest.mark.parametrize(
    ("title", "paths", "expected"),
    [
        ("Krav", KNOWN, []),
        (" krav ", ["/v1/krav/{nummer}", "/v1/krav", "/v1/innbetalinger/", "/v1/nytt"], []),
        ("Trekk", KNOWN, ["its title is 'Trekk', not 'Krav'"]),
        ("Krav", ["/trekk"], ["it has none of the API's 4 operations"]),
        ("Krav", ["/krav"], ["it has only 1 of the API's 4 operations"]),
        ("Trekk", [], ["its title is 'Trekk', not 'Krav'", "it has none of the API's 4 operations"]),
    ],
)
def test_a_document_of_another_api_is_doubted(title, paths, expected):
    assert doubts(document(title, *paths), document("Krav", *KNOWN)) == expected
