"""Which of an operation's parameters a request breaks, judged by the bytes sent."""

import pytest

from harness.contract.document import load_document
from harness.exchange import Request

DOCUMENT = """
openapi: 3.0.3
info: {title: Bøker, version: 1.0.0}
paths:
  /hyller/{hylle}:
    get:
      operationId: hylle
      parameters:
        - {name: hylle, in: path, required: true, schema: {type: string, pattern: '^[0-9]+$'}}
        - {name: fra, in: query, required: true, schema: {type: string, format: date}}
        - {name: antall, in: query, schema: {type: integer, maximum: 10}}
        - {name: merke, in: query, schema: {type: array, maxItems: 2, items: {type: string}}}
        - {name: Kall, in: header, schema: {type: string, format: uuid}}
      responses: {'200': {description: A shelf.}}
"""
RIGHT = "https://x.test/v1/hyller/7?fra=2026-01-31"


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "openapi.yaml"
    path.write_text(DOCUMENT)
    document = load_document(path)

    def of(url: str, headers: tuple[tuple[str, str], ...] = ()) -> list[str]:
        return document.broken_parameters(document.operation("hylle"), Request("GET", url, headers))

    return of


def test_a_right_request_breaks_nothing(broken):
    assert (
        broken(RIGHT + "&antall=3&merke=a&merke=b&ukjent=1", (("kall", "0cb60f83-83a9-46e5-96a0-a41936874015"),)) == []
    )


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://x.test/v1/hyller/sju?fra=2026-01-31", ["hylle"]),
        ("https://x.test/v1/hyller/7", ["fra"]),
        ("https://x.test/v1/hyller/7?fra=", ["fra"]),
        ("https://x.test/v1/hyller/7?fra=31.01.2026", ["fra"]),
        ("https://x.test/v1/hyller/7?fra=2026-01-31&fra=2026-02-01", ["fra"]),
        (RIGHT + "&antall=11", ["antall"]),
        (RIGHT + "&antall=mange", ["antall"]),
        (RIGHT + "&merke=a&merke=b&merke=c", ["merke"]),
        ("https://x.test/v1/hyller/%C3%A5?antall=true", ["hylle", "fra", "antall"]),
    ],
)
def test_each_parameter_that_does_not_fit_is_named(broken, url, names):
    assert broken(url) == names


def test_a_header_is_judged_whatever_its_case(broken):
    assert broken(RIGHT, (("KALL", "x"),)) == ["Kall"]


ROOTED = """
openapi: 3.0.3
info: {title: Saker, version: 1.0.0}
servers: [{url: 'https://x.test/api/saker/v2'}]
paths:
  /:
    post: {operationId: ny, responses: {'201': {description: A case.}}}
  /valider:
    post: {operationId: valider, responses: {'204': {description: Valid.}}}
  /{sak}:
    put: {operationId: endre, responses: {'204': {description: Changed.}}}
  /valider/{sak}:
    put: {operationId: validerEndring, responses: {'204': {description: Valid.}}}
"""


@pytest.mark.parametrize(
    ("method", "path", "base", "operation"),
    [
        ("POST", "/api/saker/v2", "", "ny"),
        ("POST", "/api/saker/v2/", "", "ny"),
        ("POST", "/api/saker/v2/valider", "", "valider"),
        ("PUT", "/api/saker/v2/7", "", "endre"),
        ("PUT", "/api/saker/v2/valider/7", "", "validerEndring"),
        ("POST", "/api/saker/v2/ukjent", "", None),
        ("PUT", "/api/saker/v2", "", None),
        ("PUT", "/api/saker/v2/a/b", "", None),
        ("POST", "/gateway/x", "/gateway/x", "ny"),
        ("PUT", "/gateway/x/7", "/gateway/x", "endre"),
        ("POST", "/gateway/x/valider", "", "valider"),
        ("POST", "/gateway/x", "", None),
    ],
)
def test_an_operation_is_found_below_the_base(tmp_path, method, path, base, operation):
    """A document whose first operation is at the base itself; an unknown base is recognised only by the path's end."""
    file = tmp_path / "openapi.yaml"
    file.write_text(ROOTED)

    found = load_document(file).operation_at(method, path, base)

    assert (found and found.id) == operation
