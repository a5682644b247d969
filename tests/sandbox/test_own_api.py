"""The document of the sandbox's own API describes everything that exists, correctly, and nothing else."""

import re
import uuid
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from harness.console.opened import ConsoleDoor
from harness.console.pages import Console
from harness.sandbox.app import Options, make_sandbox
from harness.sandbox.knobs import turned
from tests.sandbox.conftest import RunningSandbox, encoded, running
from tests.sandbox.utleggsbegjaering.conftest import make_sender  # noqa: F401 - a fixture

METHODS = {"get", "put", "post", "delete"}
PARTY = "313367002"


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> RunningSandbox:
    """A sandbox that these tests may change."""
    with running(tmp_path_factory.mktemp("own"), "--page") as started:
        yield started


@pytest.fixture(scope="module")
def document(own):
    return own.http.get(f"{own.base}/sandbox/openapi.json").json()


def documented(document) -> set[tuple[str, str]]:
    return {(path, method) for path, item in document["paths"].items() for method in item.keys() & METHODS}


def test_it_is_valid_and_says_where_the_sandbox_is(own, document):
    validate(document)

    assert document["servers"] == [{"url": own.base}]


def test_it_lists_every_address_with_its_methods_and_no_other(document):
    sandbox = make_sandbox(Options("http://127.0.0.1:1", 1, turned([])))
    routes = [(below, route) for below, routes in sandbox.own_routes.items() for route in routes]
    routes += [("", route) for route in Console.own_routes(Console.__new__(Console))]
    served = {
        (f"{below}{route.path.replace(':int', '')}", method.lower())
        for below, route in routes
        if isinstance(route, Route)
        for method in route.methods - {"HEAD"}
    }
    for api in ("kravogbetalinger", "utleggsbegjaering"):
        served |= {(f"/sandbox/{api}/{switch.path}", switch.method.lower()) for switch in switches_of(api)}

    assert documented(document) == served


def switches_of(api: str):
    """An API's own switches, in the module `control` of its folder."""
    has_switches = (Path(import_module(f"harness.sandbox.{api}").__file__).parent / "control.py").exists()
    return import_module(f"harness.sandbox.{api}.control").SWITCHES if has_switches else ()


def test_without_pages_their_addresses_are_not_there(tmp_path):
    with running(tmp_path) as sandbox:
        document = sandbox.http.get(f"{sandbox.base}/sandbox/openapi.json").json()

    assert [path for path in document["paths"] if path.startswith("/console")] == []
    assert [path for path in ConsoleDoor().own_api["paths"] if not path.startswith("/console/")] == []


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "patch"])
def test_no_address_answers_to_a_method_that_is_not_written_there(own, document, method):
    """The other direction, over a socket: everything that is served is in the document."""
    missing = [path for path in document["paths"] if (path, method) not in documented(document)]

    statuses = {path: own.http.request(method, own.base + filled(path), json={}).status_code for path in missing}

    assert {path: status for path, status in statuses.items() if status not in {404, 405}} == {}


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "1", path)


def test_every_request_and_answer_is_as_it_is_described(own, document, make_sender):  # noqa: F811 - a fixture
    """Each is called once, as described; the answer has a documented status and body."""
    sender = make_sender(own)
    reference = f"PRØVE-{uuid.uuid4()}"
    attachment, case = sender.uploaded(reference), sender.filed(sender.begjaering())
    party = own.http.get(f"{own.base}/sandbox/parties/{PARTY}").json()
    consent, user = party["consents"][0]["id"], party["system_users"][0]["id"]
    client = own.client.client_id
    certified = {"owner": PARTY, "with_certificate": True}
    with_certificate = own.http.post(f"{own.base}/maskinporten/clients", json=certified).json()["client_id"]
    knob = {"name": "til-og-med", "value": "required", "times": 2, "client": client}
    passing = own.http.post(f"{own.base}/sandbox/knobs", json=knob).json()["id"]
    wait = {"do": "wait", "seconds": 1, "service": "nowhere", "times": None}
    placed = own.http.post(f"{own.base}/sandbox/interventions", json=wait).json()["id"]
    reach = {"times": 3, "client": client}
    fault = "kravogbetalinger/no-token-opens"
    told = {"driven_by": "person", "scenarios": [], "requirements": [], "task": None, "headline": "None so far"}
    calls = [
        ("get", "/sandbox/openapi.json", None),
        ("get", "/sandbox/status", None),
        ("get", "/sandbox/record", None),
        ("get", "/sandbox/target", None),
        ("get", "/sandbox/card", None),
        ("get", "/sandbox/card.{form}|env", None),
        ("put", "/sandbox/clock", {"ahead": 3600, **reach}),
        ("get", "/sandbox/clock", None),
        (
            "put",
            f"/sandbox/states/{{service}}/{{kind}}/{{id}}|utleggsbegjaering|sak|{case}",
            {"state": "sakHevet", **reach},
        ),
        (
            "put",
            f"/sandbox/states/{{service}}/{{kind}}/{{id}}|utleggsbegjaering|vedlegg|{attachment}",
            {"state": "mottatt"},
        ),
        ("get", "/sandbox/faults", None),
        ("put", "/sandbox/faults/{api}/{name}|" + fault.replace("/", "|"), {"first": 2, "client": client}),
        ("delete", "/sandbox/faults/{api}/{name}|" + fault.replace("/", "|"), None),
        ("post", "/sandbox/knobs", knob | {"client": "another"}),
        ("get", "/sandbox/knobs", None),
        ("get", "/sandbox/passing", None),
        ("delete", f"/sandbox/passing/{{id}}|{passing}", None),
        ("get", "/sandbox/interventions", None),
        ("post", "/sandbox/interventions", wait),
        ("delete", f"/sandbox/interventions/{{id}}|{placed}", None),
        ("put", "/sandbox/interventions", [wait]),
        (
            "put",
            f"/sandbox/parties/{{number}}|{PARTY}",
            {"service": "kravogbetalinger", "profile": "shielded", **reach},
        ),
        ("get", "/sandbox/parties", None),
        ("get", f"/sandbox/parties/{{number}}|{PARTY}", None),
        ("put", f"/sandbox/consents/{{id}}|{consent}", {"do": "grant"}),
        ("put", f"/sandbox/system-users/{{id}}|{user}", {"do": "grant"}),
        ("get", "/sandbox/switches", None),
        ("get", "/sandbox/utleggsbegjaering/klokke", None),
        ("post", "/sandbox/utleggsbegjaering/klokke", {"sekunder": 1}),
        ("get", "/sandbox/utleggsbegjaering/tall", None),
        ("put", f"/sandbox/utleggsbegjaering/saker/{{eksternSaksreferanse}}|{case}", {"behandlet": True}),
        ("put", f"/sandbox/utleggsbegjaering/vedlegg/{{uuid}}|{attachment}", {"tilstand": "klar"}),
        ("post", "/maskinporten/clients", {"owner": PARTY, "scopes": ["skatteetaten:kravogbetalinger"]}),
        ("post", f"/maskinporten/clients/{{client_id}}/jwks|{client}", new_key()),
        ("get", f"/maskinporten/clients/{{client_id}}/jwks|{client}", None),
        ("post", f"/maskinporten/clients/{{client_id}}/certificates|{with_certificate}", new_key()),
        ("post", "/maskinporten/mint", {"token": own.token(), "claims": {"exp": 1}}),
        ("post", f"/maskinporten/consents/{{id}}|{consent}", {"status": "Revoked"}),
        ("post", "/maskinporten/rotate", {}),
        ("post", "/maskinporten/issuer", {"retire": True}),
        ("put", "/console/board", told),
        ("put", "/console/board/report", {"html": "<!doctype html>"}),
        ("post", "/console/board/judgements", {"judged": [], "breaches": []}),
        ("get", "/console/board/answer", None),
        ("put", "/sandbox/survey", None),
        ("put", "/sandbox/survey", [fault]),
        ("get", "/sandbox/survey", None),
        ("get", "/sandbox/mutants", None),
        ("put", "/sandbox/knobs", {"til-og-med": "required"}),
        ("put", "/sandbox/faults", [fault]),
        ("put", "/sandbox/keeper", {"key": "k", "what": "a test is on"}),
        ("delete", "/sandbox/keeper", None),
        ("post", "/sandbox/reset", {}),
    ]

    wrong = [
        (method, path, said) for method, path, body in calls if (said := deviations(own, document, method, path, body))
    ]

    assert wrong == []
    streams = {("/console/events", "get")}  # tests/console listens to them
    assert {(path.partition("|")[0], method) for method, path, _ in calls} == documented(document) - streams


def new_key() -> dict[str, str]:
    """A public key as a JWK."""
    numbers = rsa.generate_private_key(65_537, 2048).public_key().public_numbers()
    modulus = encoded(numbers.n.to_bytes(256, "big"))
    return {"kty": "RSA", "kid": str(uuid.uuid4()), "alg": "RS256", "use": "sig", "n": modulus, "e": "AQAB"}


def deviations(own, document, method: str, path: str, body: object) -> list[str]:
    """Changes to one valid call. The parts that vary in a path follow it, after bars."""
    template, *varying = path.split("|")
    described = document["paths"][template][method]
    url = re.sub(r"\{[^}]*\}", lambda _: varying.pop(0), template)
    headers = {"Provestand-Key": "k"}
    answer = own.http.request(method, own.base + url, json=body, headers=headers)
    said = []
    if "requestBody" in described and (body is not None or described["requestBody"].get("required")):
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        said += [f"request: {error.message}" for error in errors(document, schema, body)]
    elif body not in (None, {}):
        said.append("request: it has a body")
    found = described["responses"].get(str(answer.status_code))
    if answer.status_code >= 400 or found is None:
        return [*said, f"status {answer.status_code}: {answer.text[:200]}"]
    if "$ref" in found:
        found = document["components"]["responses"][found["$ref"].rpartition("/")[2]]
    content = found.get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not content or kind not in content:
        return said if not content and not answer.content else [*said, f"content {kind!r}"]
    value = answer.json() if kind == "application/json" else answer.text
    return [*said, *(f"answer: {error.message[:200]}" for error in errors(document, content[kind]["schema"], value))]


def errors(document, schema, value):
    return OAS31Validator({**schema, "components": document["components"]}).iter_errors(value)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "faults/kravogbetalinger/no-such-fault", {}, 400),
        ("DELETE", "faults/kravogbetalinger/no-token-opens", None, 404),
        ("POST", "knobs", {"name": "til-og-med", "value": "perhaps"}, 400),
        ("POST", "knobs", {"name": "til-og-med", "value": "required", "times": 0}, 400),
        ("POST", "knobs", {"name": "til-og-med", "value": "required", "client": 7}, 400),
        ("PUT", "clock", {"ahead": 60, "times": 1.5}, 400),
        ("PUT", "clock", {"ahead": 60, "client": ["x"]}, 400),
        ("DELETE", "passing/99", None, 404),
        ("POST", "interventions", {"do": "dance"}, 400),
        ("DELETE", "interventions/9999999", None, 404),
        ("PUT", "states/utleggsbegjaering/sak/none", {"state": "sakHevet"}, 404),
        ("PUT", "states/utleggsbegjaering/sak/none", {"state": "sakHevet", "times": True}, 400),
        ("PUT", "states/kravogbetalinger/sak/none", {"state": "sakHevet"}, 404),
        ("PUT", "parties/313367002", {"service": "kravogbetalinger", "profile": "rich"}, 400),
        ("PUT", "parties/313367002", {"service": "kravogbetalinger", "profile": "shielded", "times": -1}, 400),
        ("PUT", "parties/000000000", {"service": "kravogbetalinger", "profile": ""}, 404),
        ("PUT", "consents/none", {"do": "grant"}, 404),
        ("PUT", "system-users/none", {"do": "grant"}, 404),
        ("PUT", "keeper", {"key": "", "what": "x"}, 400),
        ("PUT", "keeper", {"key": "x"}, 400),
        ("PUT", "utleggsbegjaering/saker/none", {"saksstatus": "sakOpprettet"}, 404),
        ("PUT", "utleggsbegjaering/vedlegg/none", {"tilstand": "klar"}, 404),
        ("POST", "utleggsbegjaering/klokke", {"sekunder": -1}, 400),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(sandbox, method, path, body, status):
    answer = sandbox.http.request(method, f"{sandbox.base}/sandbox/{path}", json=body)

    assert (answer.status_code, answer.json().keys()) == (status, {"problem"})
