"""Misbehaviours in grants and token requests."""

import base64
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from harness.reference_client.client import Client
from harness.reference_client.misbehaviours import misbehaviour
from harness.reference_client.tokens import Kept, NoTokenError


def _with_claims(client: Client, **changes: Any) -> None:  # noqa: ANN401 - any JSON value
    """Replaces claims in every grant; None removes a claim."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        changed = make(task) | changes
        return {name: value for name, value in changed.items() if value is not None}

    client.issuer.claims = claims


@misbehaviour("MASK-GRANT-001")
def audience_is_the_token_endpoint(client: Client) -> None:
    """The `aud` of a grant is the address of the token endpoint."""
    _with_claims(client, aud=client.addresses.token_endpoint)


@misbehaviour("MASK-GRANT-001")
def audience_is_a_list(client: Client) -> None:
    """The `aud` of a grant is a list that contains the issuer."""
    _with_claims(client, aud=[client.addresses.issuer])


@misbehaviour("MASK-GRANT-001")
def audience_without_its_slash(client: Client) -> None:
    """The `aud` of a grant lacks the issuer's trailing slash."""
    _with_claims(client, aud=client.addresses.issuer.rstrip("/"))


@misbehaviour("MASK-GRANT-002")
def grants_name_no_key(client: Client) -> None:
    """The header of a grant has neither kid nor x5c."""
    client.issuer.header = dict


@misbehaviour("MASK-GRANT-002")
def grants_name_the_client_as_their_key(client: Client) -> None:
    """The `kid` of a grant is the client id, which is not a key's id."""
    client.issuer.header = lambda: {"kid": client.addresses.client_id}


@misbehaviour("MASK-GRANT-003")
def grants_live_for_an_hour(client: Client) -> None:
    """A grant is valid for an hour."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        made = make(task)
        return made | {"exp": made["iat"] + 3600}

    client.issuer.claims = claims


@misbehaviour("MASK-GRANT-003")
def grants_live_a_second_too_long(client: Client) -> None:
    """A grant is valid for 121 seconds."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        made = make(task)
        return made | {"exp": made["iat"] + 121}

    client.issuer.claims = claims


@misbehaviour("MASK-GRANT-004", "MASK-GRANT-012", "MASK-GRANT-013", "MASK-GRANT-016", "MASK-TOKEN-012")
def the_same_jti_in_every_grant(client: Client) -> None:
    """Every grant has the same `jti`."""
    _with_claims(client, jti="2f6d1c1e-0d0b-4b57-9c0e-4ad3f4f3e8b1")


@misbehaviour("MASK-GRANT-004", "MASK-GRANT-016")
def a_retry_sends_the_same_grant(client: Client) -> None:
    """A retried token request reuses the first grant."""
    make, kept = client.issuer.form, dict[str, dict[str, str]]()
    fetched = client.issuer.fetched

    def form(task: Mapping[str, Any]) -> dict[str, str]:
        return kept.setdefault("form", make(task))

    def fetch(task: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the token that is kept
        kept.clear()
        return fetched(task)

    client.issuer.form, client.issuer.fetched = form, fetch


@misbehaviour("MASK-GRANT-005")
def grants_without_jti(client: Client) -> None:
    """A grant has no `jti`."""
    _with_claims(client, jti=None)


@misbehaviour("MASK-GRANT-006")
def grants_with_a_subject(client: Client) -> None:
    """A grant has a `sub`, which the protocol does not define."""
    _with_claims(client, sub=client.addresses.client_id)


@misbehaviour("MASK-GRANT-006")
def grants_with_a_claim_of_their_own(client: Client) -> None:
    """A grant has an invented claim."""
    _with_claims(client, environment="test")


@misbehaviour("MASK-GRANT-007")
def grants_signed_with_pss(client: Client) -> None:
    """A grant is signed with PS256."""

    def assertion(task: Mapping[str, Any]) -> str:
        key = Path(client.addresses.key).read_bytes()
        return jwt.encode(client.issuer.claims(task), key, algorithm="PS256", headers=client.issuer.header())

    client.issuer.assertion = assertion


@misbehaviour("MASK-GRANT-008")
def grants_come_with_a_client_id(client: Client) -> None:
    """The token request has a `client_id` in addition to the grant."""
    make = client.issuer.form
    client.issuer.form = lambda task: make(task) | {"client_id": client.addresses.client_id}


@misbehaviour("MASK-GRANT-008")
def grants_of_another_type(client: Client) -> None:
    """The token request uses `client_credentials`, with the grant as a client assertion."""
    make = client.issuer.form

    def form(task: Mapping[str, Any]) -> dict[str, str]:
        assertion = make(task)["assertion"]
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": assertion}

    client.issuer.form = form


@misbehaviour("MASK-GRANT-009")
def clock_of_grants_is_behind(client: Client) -> None:
    """The `iat` of a grant is half a minute ago."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        made = make(task)
        return made | {"iat": made["iat"] - 30, "exp": made["exp"] - 30}

    client.issuer.claims = claims


@misbehaviour("MASK-GRANT-010")
def grants_ask_for_an_audience(client: Client) -> None:
    """A grant has the API's address as its `resource`."""
    make = client.issuer.claims
    client.issuer.claims = lambda task: make(task) | {"resource": [client.addresses.base_urls[task["api"]]]}


@misbehaviour("MASK-GRANT-011", "MASK-TOKEN-001")
def grants_for_every_scope(client: Client) -> None:
    """A grant asks for the scopes of both APIs."""
    _with_claims(client, scope="skatteetaten:kravogbetalinger skatteetaten:utleggsbegjaering")


@misbehaviour("MASK-GRANT-012")
def consumer_with_a_prefix(client: Client) -> None:
    """`consumer_org` has the prefix 0192:, which does not belong there."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        made = make(task)
        return made | ({"consumer_org": f"0192:{made['consumer_org']}"} if "consumer_org" in made else {})

    client.issuer.claims = claims


@misbehaviour("MASK-GRANT-012", "MASK-TOKEN-012")
def consumer_left_out(client: Client) -> None:
    """The client acts for another organisation without saying so."""
    _with_claims(client, consumer_org=None)


@misbehaviour("MASK-GRANT-013")
def consents_without_their_giver(client: Client) -> None:
    """A grant names a consent, but not who gave it."""
    make = client.issuer.details
    client.issuer.details = lambda task: [
        {name: value for name, value in entry.items() if name != "from"} for entry in make(task)
    ]


@misbehaviour("MASK-GRANT-013")
def system_users_without_a_prefix(client: Client) -> None:
    """A grant names a system user's owner without the prefix 0192:."""
    make = client.issuer.details

    def details(task: Mapping[str, Any]) -> list[dict[str, Any]]:
        made = make(task)
        for entry in made:
            if "systemuser_org" in entry:
                entry["systemuser_org"]["ID"] = entry["systemuser_org"]["ID"].removeprefix("0192:")
        return made

    client.issuer.details = details


@misbehaviour("MASK-GRANT-014")
def addresses_of_the_issuer_are_built_in(client: Client) -> None:
    """The issuer's metadata is never read."""
    addresses = client.addresses
    client.issuer.metadata = {"issuer": addresses.issuer, "token_endpoint": addresses.token_endpoint}


@misbehaviour("MASK-GRANT-015")
def a_refused_grant_is_tried_again(client: Client) -> None:
    """A token request that Maskinporten refused is repeated."""
    fetch = client.issuer.fetched

    def fetched(task: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the token that is kept
        try:
            return fetch(task)
        except NoTokenError as error:
            if not error.refused:
                raise
            return fetch(task)

    client.issuer.fetched = fetched


@misbehaviour("MASK-GRANT-016", "MASK-TOKEN-010")
def any_answer_of_the_issuer_is_a_token(client: Client) -> None:
    """Whatever Maskinporten returns with status 200 is used as a token."""
    read = client.issuer.read

    def trusting(response: Any, asked: float) -> Kept:  # noqa: ANN401 - an answer
        try:
            return read(response, asked)
        except NoTokenError:
            return Kept(base64.urlsafe_b64encode(response.content[:60]).decode() or "none", asked + 1)

    client.issuer.read = trusting


@misbehaviour("MASK-GRANT-017")
def the_reason_of_a_refusal_is_kept_secret(client: Client) -> None:
    """When Maskinporten refuses, the user reads only that something went wrong."""
    token = client.issuer.token

    def secretive(task: Mapping[str, Any]) -> str:
        try:
            return token(task)
        except NoTokenError as error:
            raise NoTokenError("Noe gikk galt.", refused=error.refused) from error

    client.issuer.token = secretive


@misbehaviour("MASK-TOKEN-005", "MASK-GRANT-015", "MASK-TOKEN-001", "MASK-TOKEN-004")
def a_stampede_for_tokens(client: Client) -> None:
    """Two threads ask for the same token at the same time."""
    fetch = client.issuer.fetched

    def fetched(task: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the token that is kept
        other = threading.Thread(target=lambda: _quietly(fetch, task))
        other.start()
        try:
            return fetch(task)
        finally:
            other.join()

    client.issuer.fetched = fetched


def _quietly(fetch: Any, task: Mapping[str, Any]) -> None:  # noqa: ANN401 - a step of the client
    try:
        fetch(task)
    except NoTokenError:
        return


@misbehaviour("MASK-GRANT-002", "MASK-GRANT-015")
def grants_signed_with_another_key(client: Client) -> None:
    """Grants name the registered key but are signed with its replacement."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = client.issuer

    def assertion(task: Mapping[str, Any]) -> str:
        return jwt.encode(issuer.claims(task), other, algorithm="RS256", headers=issuer.header())

    issuer.assertion = assertion
