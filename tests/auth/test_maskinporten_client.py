"""The token client against the built-in issuer: one token per subject, requested once, and never another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import jwt
import pytest

from harness.auth.grant import Subject, consent_subject, system_user_subject
from harness.auth.maskinporten import MaskinportenClient, NoAccessError, TokenRefusedError
from harness.exchange import Exchange
from harness.http.client import recorded_client
from harness.targets.embedded import running_sandbox
from harness.targets.model import Target

KOB = "skatteetaten:kravogbetalinger"


@dataclass
class Traffic:
    """The requests to the issuer."""

    exchanges: list[Exchange] = field(default_factory=list)

    @property
    def grants(self) -> list[dict]:
        """The claims of every grant that was posted."""
        bodies = [parse_qs(exchange.request.body.decode()) for exchange in self.exchanges]
        return [
            jwt.decode(body["assertion"][0], options={"verify_signature": False})
            for body in bodies
            if "assertion" in body
        ]


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with running_sandbox("--knob", "token-lifetime=120") as sandbox:
        yield sandbox.target


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def client(target, traffic) -> Iterator[MaskinportenClient]:
    with recorded_client(target, traffic.exchanges.append) as http:
        yield MaskinportenClient(target.maskinporten, http)


def test_one_token_serves_until_shortly_before_it_expires(client, traffic):
    tokens = {client.token(Subject(KOB)) for _ in range(5)}

    assert len(tokens) == 1
    assert len(traffic.grants) == 1


def test_threads_that_ask_at_once_share_one_request(client, traffic):
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(lambda _: client.token(Subject(KOB)), range(24)))

    assert len(tokens) == 1
    assert len(traffic.grants) == 1


def test_subjects_that_differ_in_anything_never_share_a_token(client, target, traffic):
    """A token cached under too short a key would open one customer's data to another."""
    api = target.apis["kravogbetalinger"]
    first, second = api.organisations[:2]
    consents = api.access["finans"].consents
    subjects = [
        Subject(KOB),
        Subject(KOB, resource="https://api.example/"),
        Subject(KOB, consumer_org="312987651"),
        consent_subject(KOB, consents[first], first),
        consent_subject(KOB, consents[second], second),
        system_user_subject(KOB, first),
        system_user_subject(KOB, second),
    ]

    tokens = [client.token(subject) for subject in subjects * 2]

    assert len(set(tokens)) == len(subjects)
    assert tokens[: len(subjects)] == tokens[len(subjects) :]
    assert len(traffic.grants) == len(subjects)


def test_every_grant_has_a_jti_of_its_own_and_no_claim_too_many(client, traffic):
    for _ in range(3):
        client.fetch(Subject(KOB))

    assert len({grant["jti"] for grant in traffic.grants}) == 3
    assert {frozenset(grant) for grant in traffic.grants} == {frozenset({"aud", "iss", "scope", "iat", "exp", "jti"})}
    assert {grant["exp"] - grant["iat"] for grant in traffic.grants} == {120}


def test_a_refusal_names_the_code_and_no_token_or_grant(client):
    with pytest.raises(TokenRefusedError) as caught:
        client.token(Subject("skatteetaten:noe-annet"))

    assert caught.value.code == "MP-200"
    assert "invalid_scope (MP-200): Token request contains invalid scopes for client" in str(caught.value)
    assert "eyJ" not in str(caught.value) + repr(caught.value)


def test_an_issuer_that_is_not_there_is_told_in_one_line(target, traffic):
    gone = target.maskinporten.model_copy(update={"issuer": "http://127.0.0.1:1/maskinporten/"})

    with recorded_client(target, traffic.exchanges.append) as http, pytest.raises(NoAccessError) as caught:
        MaskinportenClient(gone, http).token(Subject(KOB))

    assert "http://127.0.0.1:1/maskinporten/.well-known/oauth-authorization-server: no answer" in str(caught.value)
    assert "\n" not in str(caught.value)
