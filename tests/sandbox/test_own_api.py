"""The document of the sandbox's own API says what is there, and nothing else."""

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from harness.sandbox.app import Options, make_sandbox
from harness.sandbox.knobs import turned

METHODS = {"get", "put", "post", "delete"}


@pytest.fixture(scope="module")
def document(sandbox):
    return sandbox.http.get(f"{sandbox.base}/sandbox/openapi.json").json()


def test_it_is_valid_and_says_where_the_sandbox_is(sandbox, document):
    validate(document)

    assert document["servers"] == [{"url": sandbox.base}]


def test_it_lists_every_address_with_its_methods_and_no_other(document):
    routes = make_sandbox(Options("http://127.0.0.1:1", 1, turned([]))).own_routes
    served = {
        (f"/sandbox{route.path.replace(':int', '')}", method.lower())
        for route in routes
        if isinstance(route, Route)
        for method in route.methods - {"HEAD"}
    }

    documented = {(path, method) for path, item in document["paths"].items() for method in item.keys() & METHODS}
    assert documented == served


@pytest.mark.parametrize(
    "path",
    ["switches", "faults", "knobs", "interventions", "clock", "status", "card", "parties", "parties/313367002"],
)
def test_what_is_told_is_of_the_form_that_it_says(sandbox, document, path):
    documented = "/sandbox/parties/{number}" if path.startswith("parties/") else f"/sandbox/{path}"
    answer = document["paths"][documented]["get"]["responses"]["200"]
    reference = answer.get("$ref", "")
    content = document["components"]["responses"][reference.rpartition("/")[2]] if reference else answer
    told = sandbox.http.get(f"{sandbox.base}/sandbox/{path}").json()

    schema = {**content["content"]["application/json"]["schema"], "components": document["components"]}
    assert [error.message for error in OAS31Validator(schema).iter_errors(told)] == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "faults/kravogbetalinger/no-such-fault", {}, 400),
        ("DELETE", "faults/kravogbetalinger/no-token-opens", None, 404),
        ("POST", "knobs", {"name": "til-og-med", "value": "perhaps"}, 400),
        ("POST", "knobs", {"name": "til-og-med", "value": "required", "times": 0}, 400),
        ("DELETE", "knobs/99", None, 404),
        ("POST", "interventions", {"do": "dance"}, 400),
        ("DELETE", "interventions/9999999", None, 404),
        ("PUT", "states/utleggsbegjaering/sak/none", {"state": "sakHevet"}, 404),
        ("PUT", "parties/313367002", {"service": "kravogbetalinger", "profile": "rich"}, 400),
        ("PUT", "parties/000000000", {"service": "kravogbetalinger", "profile": ""}, 404),
        ("PUT", "consents/none", {"do": "grant"}, 404),
        ("PUT", "system-users/none", {"do": "grant"}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(sandbox, method, path, body, status):
    answer = sandbox.http.request(method, f"{sandbox.base}/sandbox/{path}", json=body)

    assert (answer.status_code, answer.json().keys()) == (status, {"problem"})
