"""Misbehaviours in the use of tokens."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from harness.reference_client.answers import Refusal
from harness.reference_client.client import Client, Sent, Task
from harness.reference_client.misbehaviours import misbehaviour


@misbehaviour("MASK-TOKEN-001", "MASK-TOKEN-004")
def a_token_for_every_call(client: Client) -> None:
    """A new token is fetched for every call."""
    client.issuer.token = lambda task: client.issuer.fetched(task).token


@misbehaviour("MASK-TOKEN-001")
def tokens_are_dropped_early(client: Client) -> None:
    """A token is discarded half a second after it was requested."""
    fetch = client.issuer.read

    def read(response: httpx.Response, asked: float) -> Any:  # noqa: ANN401 - the token that is kept
        kept = fetch(response, asked)
        return replace(kept, until=asked + 0.5)

    client.issuer.read = read


@misbehaviour("MASK-TOKEN-002")
def tokens_are_kept_too_long(client: Client) -> None:
    """A token is used for ten minutes, whatever `expires_in` says."""
    fetch = client.issuer.read

    def read(response: httpx.Response, asked: float) -> Any:  # noqa: ANN401 - the token that is kept
        return replace(fetch(response, asked), until=asked + 600)

    client.issuer.read = read


@misbehaviour("MASK-TOKEN-003")
def a_401_is_final(client: Client) -> None:
    """A call answered with 401 is abandoned."""
    client.renewals = 0


@misbehaviour("MASK-TOKEN-003")
def a_401_is_repeated_with_the_same_token(client: Client) -> None:
    """A call answered with 401 is repeated with the refused token."""
    client.issuer.renewed = lambda task, refused: refused  # noqa: ARG005 - a step's signature


@misbehaviour("MASK-TOKEN-004")
def a_401_is_tried_five_times(client: Client) -> None:
    """A call answered with 401 gets a new token up to five times."""
    client.renewals = 5


@misbehaviour("MASK-TOKEN-006", "MASK-TOKEN-012")
def one_token_for_all_organisations(client: Client) -> None:
    """Tokens are cached by scope and way in, and mixed up between the organisations they are bound to."""

    def key(task: Mapping[str, Any]) -> str:
        kind = "consent" if task.get("consent") else "system" if task.get("system_user") else "plain"
        return f"{task['scope']} {kind} {task.get('consumer_org')}"

    client.issuer.cache_key = key


@misbehaviour("MASK-TOKEN-012", "MASK-TOKEN-006", "MASK-GRANT-012")
def one_token_for_all_ways_in(client: Client) -> None:
    """Tokens are cached by scope alone, so that a consent's token is used where none or another is needed."""
    client.issuer.cache_key = lambda task: str(task["scope"])


@misbehaviour("MASK-TOKEN-007")
def tokens_in_the_address(client: Client) -> None:
    """The token is also sent as a query parameter."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        token = headers["Authorization"].rpartition(" ")[2]
        joint = "&" if "?" in sent.url else "?"
        return once(replace(sent, url=f"{sent.url}{joint}access_token={token}"), headers)

    client.once = sending


@misbehaviour("MASK-TOKEN-007")
def tokens_in_a_cookie(client: Client) -> None:
    """The token is also sent as a cookie."""
    headers = client.headers
    client.headers = lambda task, token: headers(task, token) | {"Cookie": f"session={token}"}


@misbehaviour("MASK-TOKEN-008")
def redirects_are_followed(client: Client) -> None:
    """Redirects are followed with the token."""

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        response = client.http.request(sent.method, sent.url, headers=dict(headers), content=sent.body)
        if response.is_redirect:
            return client.http.request(sent.method, response.headers["Location"], headers=dict(headers))
        return response

    client.once = sending


@misbehaviour("MASK-TOKEN-009", "MASK-TOKEN-001")
def tokens_of_another_api(client: Client) -> None:
    """Every token is requested with another API's scope, so that all calls use the same token."""
    make = client.issuer.claims
    client.issuer.claims = lambda task: make(task) | {"scope": "skatteetaten:trekkpaalegg"}


@misbehaviour("MASK-TOKEN-010", "MASK-TOKEN-001")
def tokens_under_another_scheme(client: Client) -> None:
    """The token is sent as `Authorization: Token …`."""
    headers = client.headers
    client.headers = lambda task, token: headers(task, token) | {"Authorization": f"Token {token}"}


@misbehaviour("MASK-TOKEN-011")
def certificates_are_not_verified(client: Client) -> None:
    """The server's certificate is not verified."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client.http = client.issuer.http = httpx.Client(verify=context, timeout=20, trust_env=False)


@misbehaviour("MASK-TOKEN-013")
def tokens_are_shown(client: Client) -> None:
    """An error message shows the user the token of the call."""
    refusal, headers = client.refusal, client.headers
    seen = {"token": ""}

    def noting(task: Task, token: str) -> dict[str, str]:
        seen["token"] = token
        return headers(task, token)

    def telling(response: httpx.Response) -> Any:  # noqa: ANN401 - a refusal
        found = refusal(response)
        return replace(found, texts=(*found.texts, f"token {seen['token']}"))

    client.headers, client.refusal = noting, telling


@misbehaviour("MASK-TOKEN-009")
def one_token_for_all_apis(client: Client) -> None:
    """Tokens are cached by organisation and way in, whichever API they were requested for."""
    issuer = client.issuer
    issuer.cache_key = lambda task: json.dumps([task["organisation"], task.get("consumer_org"), issuer.details(task)])


@misbehaviour("MASK-TOKEN-013")
def half_a_token_in_the_message(client: Client) -> None:
    """A refusal's message to the user contains the first half of the token, for support."""
    refusal = client.refusal

    def telling(response: httpx.Response) -> Refusal:
        found, sent = refusal(response), response.request.headers.get("Authorization", "")
        return replace(found, texts=(*found.texts, f"({sent[: len(sent) // 2]})"))

    client.refusal = telling


@misbehaviour("MASK-TOKEN-011")
def only_the_issuers_certificate_is_verified(client: Client) -> None:
    """The issuer's certificate is verified, the APIs' are not."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client.http = httpx.Client(verify=context, timeout=20, trust_env=False)


@misbehaviour("MASK-TOKEN-008")
def redirected_grants_are_followed(client: Client) -> None:
    """If the token endpoint redirects, the grant is sent there."""
    authority = client.addresses.ca
    verify = ssl.create_default_context(cafile=authority) if authority else True
    client.issuer.http = httpx.Client(verify=verify, timeout=20, follow_redirects=True, trust_env=False)


@misbehaviour("MASK-GRANT-012")
def tokens_are_kept_whoever_they_act_for(client: Client) -> None:
    """Tokens are cached by scope, party and way in: the client owner's token is used when acting for a customer."""

    def key(task: Mapping[str, Any]) -> str:
        return json.dumps([task["scope"], task["organisation"], bool(task.get("consent")), task.get("system_user")])

    client.issuer.cache_key = key
