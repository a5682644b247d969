"""A token request is retried if nobody answers, a refused token is renewed, and a program may print one."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import jwt
import pytest

from harness.auth.grant import Subject
from harness.auth.maskinporten import IssuerError, MaskinportenClient, NoAccessError
from harness.auth.token import claims_of
from harness.http.connection import open_client
from tests.troubled import answer, hang_up, on, page

SCOPE = Subject("skatteetaten:kravogbetalinger")
TOKEN = "/token"


@pytest.fixture
def client(behind):
    pauses: list[float] = []
    with open_client(behind.target) as http:
        client = MaskinportenClient(behind.target.maskinporten, http, pause=pauses.append)
        client.pauses = pauses
        yield client


def assertions(behind) -> list[dict]:
    bodies = [asked.body.decode() for asked in behind.proxy.asked if asked.path.endswith(TOKEN)]
    return [jwt.decode(parse_qs(body)["assertion"][0], options={"verify_signature": False}) for body in bodies]


@pytest.mark.parametrize("trouble", [hang_up, page(503), page(502), answer(429, b"{}")])
def test_an_issuer_that_did_not_answer_is_asked_again_with_a_grant_of_its_own(client, behind, trouble):
    behind.proxy.plan = on(TOKEN, trouble, first=2)

    client.token(SCOPE)

    assert len({grant["jti"] for grant in assertions(behind)}) == 3
    assert client.pauses == [0.25, 0.5]


@pytest.mark.parametrize(("trouble", "error"), [(hang_up, NoAccessError), (page(503), IssuerError)])
def test_an_issuer_that_stays_silent_is_no_access(client, behind, trouble, error):
    behind.proxy.plan = on(TOKEN, trouble)

    with pytest.raises(error):
        client.token(SCOPE)
    assert len(assertions(behind)) == 3


def test_a_refused_token_is_renewed_once_however_many_calls_brought_it(client, behind):
    old = client.token(SCOPE)

    with ThreadPoolExecutor(5) as pool:
        new = set(pool.map(lambda _: client.renewed(old, SCOPE.scope), range(5)))

    assert (len(new), old in new, len(assertions(behind))) == (1, False, 2)


def test_a_token_of_another_scope_or_none_of_ours_is_not_renewed(client):
    old = client.token(SCOPE)

    assert client.renewed(old, "skatteetaten:utleggsbegjaering") is None
    assert client.renewed(f"{old}x", SCOPE.scope) is None


def test_a_supplier_asks_for_its_consumer(behind):
    supplier = behind.target.maskinporten.model_copy(update={"consumer_org": "312987651"})
    with open_client(behind.target) as http:
        token = MaskinportenClient(supplier, http).token(SCOPE)

    claims = claims_of(token)
    assert (claims["consumer"]["ID"], claims["supplier"]["ID"]) == ("0192:312987651", "0192:312345676")


def test_a_program_may_print_the_token(client):
    printed = jwt.encode({"exp": 9_999_999_999}, "a secret that is long enough for HS256", algorithm="HS256")

    assert client.token(Subject("s", command=("echo", printed))) == printed


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (("false",), "consent_command: false: it exited with code 1."),
        (("true",), "consent_command: true: it printed no token, but 0 words."),
        (("echo", "two", "words"), "consent_command: echo: it printed no token, but 2 words."),
        (("/nowhere/x",), "consent_command: /nowhere/x: it cannot be started (No such file or directory)."),
    ],
)
def test_a_program_that_prints_no_token_is_told(client, command, text):
    with pytest.raises(NoAccessError) as caught:
        client.token(Subject("s", command=command))

    assert str(caught.value) == text


def test_an_error_never_holds_the_grant(client, behind):
    behind.proxy.plan = on(TOKEN, answer(400, b'{"error": "x", "error_description": "y"}'))

    with pytest.raises(NoAccessError) as caught:
        client.token(SCOPE)
    assert "eyJ" not in str(caught.value)
