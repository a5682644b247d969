"""How a client uses its tokens: how long, for whom, and where it sends them."""

import time

import pytest

from harness.clients.bench import ClientBench, Done
from harness.clients.impostor import Pretence
from harness.contract.client_calls import ClientCall
from harness.suite.markers import requirement
from scenarios.maskinporten.client.lookups import apis_of, ensure_in, look_up, look_up_in

LIFETIME = 6
"""Lifetime in seconds of a token when its expiry is awaited."""

PIECE = 24
"""The number of characters of a token that are too many in anything shown to a user."""

ON_THE_WAY = 1.0
"""Seconds after a refusal during which another call may still be sent with the refused token."""

PAST = 3
"""Seconds after its expiry when a token has surely expired, whatever was under way."""


def expect_one_new_token(done: Done) -> None:
    """After a 401 a call is sent once more with one new token; no call uses a token that the client knows is refused.

    A client may make several calls concurrently: another call may have been under way.
    """
    sent = [(call, call.bearer.raw) for call in done.api_calls if call.bearer is not None]
    refused = [(call, token) for call, token in sent if call.status == 401]
    again = [
        call
        for call, token in sent
        if any(token == old and _is_known(other, call) for other, old in refused if other is not call)
    ]
    expected, found = "a new token", "the one that was refused"
    done.expect(not again, "the refused token again", expected, found, "MASK-TOKEN-003", at=again)
    for line in dict.fromkeys(call.line for call, _ in sent):
        tried = {token: call for call, token in reversed(sent) if call.line == line}  # the first call with each token
        more = sorted(tried.values(), key=lambda call: call.arrived)[2:]
        done.expect(not more, "token after token", "one new token", f"{len(more) + 1} new tokens", at=more)


def _is_known(refused: ClientCall, call: ClientCall) -> bool:
    """Whether the client must have known about a refusal when it made a call."""
    return call.arrived >= refused.ended + (0 if call.line == refused.line else ON_THE_WAY)


@requirement("MASK-TOKEN-001", "MASK-GRANT-014", "MASK-TOKEN-010")
def test_several_calls_need_one_token(client: ClientBench):
    """Three look-ups in a row are made with one token."""
    done = [look_up(client).needs_outcome("done") for _ in range(3)]

    sent = [call for each in done for call in each.api_calls if call.bearer is not None]
    if not sent:
        client.not_shown("the client does not reach the API with a token")
    tokens = {call.bearer.raw for call in sent if call.bearer}
    with_another = [call for call in sent if call.bearer and sent[0].bearer and call.bearer.raw != sent[0].bearer.raw]
    expected = "one token for three calls"
    done[-1].expect(not with_another, "a token for each call", expected, f"{len(tokens)} tokens", at=with_another)


@requirement("MASK-TOKEN-006", "MASK-TOKEN-012")
def test_each_organisation_has_a_token_of_its_own(client: ClientBench):
    """Look-ups about two organisations, and then the first again, each use that organisation's token."""
    for organisation in (0, 1, 0):
        look_up(client, "consent", organisation)


@requirement("MASK-TOKEN-012")
def test_each_way_in_has_a_token_of_its_own(client: ClientBench):
    """Look-ups by consent, by system user and by plain token are made with three tokens."""
    ensure_in(client)
    wanted = {"consent": "urn:altinn:consent", "system_user": "urn:altinn:systemuser", "token": None}
    for kind, bound in wanted.items():
        done = look_up(client, kind)
        used = [(call, call.bearer.details.get("type")) for call in done.api_calls if call.bearer is not None]
        if not used:
            client.not_shown(f"the client does not reach the API by {kind.replace('_', ' ')}")
        others = [call for call, found in used if found != bound]
        expected, found = "each way in with its own token", "a token of another way in"
        done.expect(not others, "tokens mixed up", expected, found, at=others)


@requirement("MASK-TOKEN-009")
def test_each_api_has_a_token_of_its_own(client: ClientBench):
    """Look-ups in all APIs for the same customer, in turn and then once more, each use that API's token."""
    done = [look_up_in(client, api, "system_user") for api in (*apis_of(client), *apis_of(client))]
    if len(apis_of(client)) == 1:
        client.not_shown("the client calls only one API")
    if not all(any(call.bearer for call in each.api_calls) for each in done):
        client.not_shown("the client does not reach each API with a token")
    tokens = {call.bearer.raw for each in done for call in each.api_calls if call.bearer is not None}
    done[-1].expect(len(tokens) >= len(apis_of(client)), "one token for all", "a token for each API", "fewer")


@requirement("MASK-TOKEN-002")
def test_an_expired_token_is_not_used(client: ClientBench):
    """When a token has expired by the clock, the client gets a new one by itself."""
    client.forget_tokens()
    with client.situation(knobs={"token-lifetime": str(LIFETIME)}):
        first = look_up(client).needs_outcome("done")
        ends = max(call.ended for call in first.calls) + LIFETIME
        time.sleep(max(0.0, ends + PAST - time.time()))
        second = look_up(client)

    old = {call.bearer.raw for call in first.api_calls if call.bearer is not None}
    again = [call for call in second.api_calls if call.bearer is not None and call.bearer.raw in old]
    second.expect(not again, "expired token used", "a new token before the call", "a call with the old one", at=again)


@requirement("MASK-TOKEN-003")
def test_a_401_is_answered_by_a_new_token(client: ClientBench):
    """A token that the service no longer accepts is replaced, and the call is sent once more."""
    look_up(client).needs_outcome("done")
    with client.situation(
        {"do": "answer", "status": 401, "headers": {"WWW-Authenticate": 'Bearer error="invalid_token"'}}
        | {"service": client.first_api}
    ):
        done = look_up(client)

    done.expect_outcome("done")
    expect_one_new_token(done)


@requirement("MASK-TOKEN-004")
def test_a_second_401_ends_it(client: ClientBench):
    """A service that accepts no token at all is not called again and again: the client stops and reports it."""
    with client.situation({"do": "answer", "status": 401, "times": None, "service": client.first_api}):
        done = look_up(client)

    done.expect_outcome("refused", "failed")
    expect_one_new_token(done)
    first = min((call.ended for call in done.api_calls if call.status == 401), default=0.0)
    asked = [request for request in done.token_requests if request.arrived >= first]
    too_many = asked[len({call.line for call in done.api_calls}) :]
    done.expect(not too_many, "a token for each try", "one new token", f"{len(asked)} token requests", at=too_many)


@requirement("MASK-TOKEN-008")
@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_takes_no_token_along(client: ClientBench, status: int):
    """A redirect to another host is reported as a failure; the token is not sent there."""
    elsewhere = client.elsewhere("/sandbox-elsewhere/oversikt")
    with client.situation(
        {"do": "answer", "status": status, "headers": {"Location": elsewhere}, "times": None}
        | {"service": client.first_api}
    ):
        done = look_up(client)

    done.expect_outcome("failed", "refused")
    sent = [call for call in done.calls if call.service == "elsewhere" and call.request.header("authorization")]
    done.expect(not sent, "redirect followed with a token", "the token stays", "it was sent to the other host", at=sent)


@requirement("MASK-TOKEN-008")
def test_a_redirected_token_request_takes_no_grant_along(client: ClientBench):
    """A redirect of the token endpoint is reported as a failure; the grant is not sent there."""
    client.forget_tokens()
    elsewhere = client.elsewhere("/sandbox-elsewhere/token")
    with client.situation(
        {"do": "answer", "status": 307, "headers": {"Location": elsewhere}, "times": None}
        | {"service": "maskinporten", "operation": "token"}
    ):
        done = look_up(client)

    done.expect_outcome("failed", "refused")
    sent = [call for call in done.calls if call.service == "elsewhere" and b"assertion=" in call.request.body]
    done.expect(not sent, "redirect followed with a grant", "the grant stays", "it was sent to the other host", at=sent)


@requirement("MASK-TOKEN-011")
@pytest.mark.parametrize("pretends", ["everybody", "the APIs"])
def test_whose_certificate_is_not_trusted_gets_nothing(client: ClientBench, pretends: Pretence):
    """A host whose certificate is not signed by an authority that the client trusts gets neither grant nor token."""
    ensure_in(client)
    with client.impostor(pretends) as impostor:
        if impostor.is_believed:
            look_up(client)  # what it reports about an unreachable service is another promise
        met = impostor.calls()

    client.notes.count_as_decided()
    assert not met, f"an untrusted host was sent {len(met)} calls"


@requirement("MASK-TOKEN-013", "MASK-TOKEN-007", "MASK-TOKEN-009")
@pytest.mark.parametrize("status", [401, 403, 500])
def test_what_a_user_sees_holds_no_token(client: ClientBench, status: int):
    """Whatever the service says, the client's message contains neither token nor grant."""
    with client.situation({"do": "answer", "status": status, "times": None, "service": client.first_api}):
        done = look_up(client)

    secrets = [call.bearer.raw for call in done.calls if call.bearer is not None]
    secrets += [call.grant.raw for call in done.calls if call.grant is not None]
    shown = any(
        secret[begin : begin + PIECE] in done.reply.message
        for secret in secrets
        for begin in range(max(1, len(secret) - PIECE + 1))
    )
    done.expect(not shown, "a token in the message", "no token in what a user sees", "a token")
