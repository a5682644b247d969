"""How a client requests a token, and how it handles the issuer's answers."""

import pytest

from harness.clients.bench import ClientBench
from harness.clients.situation import Intervention
from harness.suite.markers import requirement
from scenarios.maskinporten.client.lookups import ensure_in, look_up

GOES_ON = 30


@requirement("MASK-GRANT-001", "MASK-GRANT-002", "MASK-GRANT-003", "MASK-GRANT-006", "MASK-GRANT-007", "MASK-GRANT-008")
def test_a_client_gets_in(client: ClientBench):
    """A client requests a token and makes a call with it: everything that it sends has the documented form."""
    look_up(client)


@requirement("MASK-GRANT-013")
@pytest.mark.parametrize("kind", ["consent", "system_user"])
def test_what_a_token_is_bound_to_is_named_as_documented(client: ClientBench, kind: str):
    """A token for a consent or a system user is requested in the documented form."""
    ensure_in(client)
    done = look_up(client, kind)
    if not done.api_calls:
        client.not_shown("the client called no API")

    bound = [call for call in done.api_calls if call.bearer is not None and call.bearer.details]
    done.expect(bool(bound), "a token that is not bound", f"a token bound to the {kind}", "one bound to nothing")


@requirement("MASK-GRANT-012")
def test_who_acts_for_another_names_it(client: ClientBench):
    """A client that acts for a customer which delegated the scope names the customer in consumer_org."""
    ensure_in(client, "consent")
    asked_for = _on_behalf(client)
    if asked_for.organisation in client.api(asked_for.api).access[asked_for.rettighetspakke].consents:
        of_its_own = {"way": asked_for.rettighetspakke, "organisation": asked_for.organisation}
        client.asks(asked_for.api, asked_for.operation, **of_its_own)  # its token is not for the customer
    done = client.performs(asked_for)
    if not done.calls:
        client.not_shown("the client made no call")
    done.expect_outcome("done")

    wanted = str(done.task.consumer_org)
    asked = [call for call in done.token_requests if call.grant and call.grant.claims.get("consumer_org") != wanted]
    called = [(call, str(call.bearer.claims.get("consumer"))) for call in done.api_calls if call.bearer is not None]
    wrong = [*asked, *(call for call, consumer in called if wanted not in consumer)]
    expected, found = "consumer_org names the customer", "another or none"
    done.expect(bool(called) and not wrong, "consumer_org", expected, found, at=wrong)


def _on_behalf(client: ClientBench):
    for api, configured in client.session.target.apis.items():
        delegation = configured.delegation
        way = next((name for name, access in configured.access.items() if access.kind == "consent"), None)
        if api not in client.contracts or delegation is None or way is None:
            continue
        about = next(iter(delegation.consents))
        operation = client.contracts[api].document.operations[0].id
        return client.task(api, operation, way=way, organisation=about, for_customer=delegation.consumer_org)
    return client.cannot("nobody has delegated a scope to the client's owner")


@requirement("MASK-GRANT-016", "MASK-GRANT-004")
@pytest.mark.parametrize("how", ["busy", "lost"])
def test_a_busy_issuer_is_asked_again_with_a_new_grant(client: ClientBench, how: str):
    """If the issuer is busy or the connection is lost, a client tries again with a new grant, or reports a failure."""
    ensure_in(client)
    client.forget_tokens()
    ways: dict[str, Intervention] = {"busy": {"do": "answer", "status": 503}, "lost": {"do": "lose", "when": "after"}}
    with client.situation({"service": "maskinporten", "operation": "token", "method": "POST", **ways[how]}):
        done = look_up(client)

    done.expect_outcome("done", "failed")


@requirement("MASK-GRANT-016")
@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "<html><body>Vedlikehold</body></html>"), ("application/json", "")]
)
def test_a_page_of_the_issuers_gateway_is_no_token(client: ClientBench, kind: str, body: str):
    """An HTML page, or nothing, in place of a token is reported as a failure: the client calls no API with it."""
    client.forget_tokens()
    page = {"do": "answer", "status": 200, "headers": {"Content-Type": kind}, "body": body, "times": None}
    with client.situation({"service": "maskinporten", "operation": "token", **page}):
        done = look_up(client)

    done.expect_outcome("failed", "refused")
    called = done.api_calls
    done.expect(not called, "called without a token", "no call to the API", f"{len(called)} calls", at=called)


@requirement("MASK-GRANT-017", "MASK-GRANT-015")
def test_a_refused_grant_is_told(client: ClientBench):
    """When the issuer refuses, the user is told why, and the client does not ask again."""
    client.forget_tokens()
    refusal = {
        "error": "invalid_grant",
        "error_description": "Invalid assertion. (MP-999: Provoked by the test bench.)",
    }
    with client.situation(
        {"service": "maskinporten", "operation": "token", "do": "answer", "status": 400, "times": None}
        | {"headers": {"Content-Type": "application/json"}, "body": client.as_json(refusal)}
    ):
        done = look_up(client)

    done.expect_outcome("refused", "failed")
    told = "MP-999" in done.reply.message or "Provoked" in done.reply.message
    done.expect(told, "the reason is not shown", "the issuer's message or code", done.reply.message or "nothing")
    again = done.token_requests[1:]
    found = f"{len(again) + 1} requests"
    done.expect(not again, "a refused grant repeated", "one request", found, "MASK-GRANT-015", at=again)
