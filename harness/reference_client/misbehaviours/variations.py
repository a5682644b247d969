"""Variations of a client that keeps every promise: none of them may be reported."""

import codecs
import contextlib
import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from harness.reference_client.answers import Content, Refusal, UnreadableError
from harness.reference_client.client import Client, Sent, Task
from harness.reference_client.misbehaviours import misbehaviour
from harness.reference_client.tokens import Kept, NoTokenError


@misbehaviour()
def a_connection_for_each_call(client: Client) -> None:
    """Connections are closed after each call."""
    headers = client.headers
    client.headers = lambda task, token: headers(task, token) | {"Connection": "close"}


@misbehaviour()
def xml_in_place_of_json(client: Client) -> None:
    """Krav og betalinger is asked for XML."""
    headers = client.headers
    client.headers = lambda task, token: (
        headers(task, token) | ({"Accept": "application/xml"} if task["api"] == "kravogbetalinger" else {})
    )


@misbehaviour()
def both_formats_are_accepted(client: Client) -> None:
    """The client prefers JSON, but also accepts XML."""
    client.accept = "application/json, application/xml;q=0.5"


@misbehaviour()
def tokens_are_renewed_early(client: Client) -> None:
    """Tokens are renewed half a minute before they expire."""
    client.issuer.early = 29


@misbehaviour()
def tokens_are_renewed_late(client: Client) -> None:
    """Tokens are used until a second before they expire."""
    client.issuer.early = 1


@misbehaviour()
def no_compression(client: Client) -> None:
    """The client accepts no compressed answers."""
    headers = client.headers
    client.headers = lambda task, token: headers(task, token) | {"Accept-Encoding": "identity"}


@misbehaviour()
def a_user_agent_of_its_own(client: Client) -> None:
    """The client has its own User-Agent and additional headers."""
    headers = client.headers
    client.headers = lambda task, token: (
        {"User-Agent": "Acme-Inkasso/4.2", "X-Request-Source": "batch"} | headers(task, token)
    )


@misbehaviour()
def nothing_is_tried_again(client: Client) -> None:
    """A failed call is reported without a retry."""
    client.tries = 1


@misbehaviour()
def more_tries_with_longer_pauses(client: Client) -> None:
    """A failed call is tried four times with longer pauses."""
    client.tries = 4


@misbehaviour()
def a_head_before_each_read(client: Client) -> None:
    """A HEAD is sent before each look-up, which waits for a new token if the HEAD needs one."""
    tried, once = client.tried, client.once

    def trying(task: Task, sent: Sent, token: str) -> httpx.Response:
        if sent.method == "GET" and "kravogbetalinger" in sent.url:
            with contextlib.suppress(httpx.TransportError):
                head = once(replace(sent, method="HEAD"), client.headers(task, token))
                if head.status_code == 401:
                    return head
        return tried(task, sent, token)

    client.tried = trying


@misbehaviour()
def three_look_ups_at_a_time(client: Client) -> None:
    """A screen's data is fetched together: with a look-up, two others about the same party."""
    call = client.call

    def calling(
        task: Task, method: str, path: str, body: object = None, more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        if method != "GET" or task["api"] != "kravogbetalinger":
            return call(task, method, path, body, more)
        client.issuer.token(task)  # once for all three
        party = path.partition("?")[0].rpartition("/")[0]
        others = [
            f"{party}/{name}?fraOgMed=2026-01-01&tilOgMed=2026-06-30" for name in ("innbetalinger", "utbetalinger")
        ]
        beside = [
            threading.Thread(target=_quietly, args=(call, task, other))
            for other in others
            if other.partition("?")[0] != path.partition("?")[0]
        ]
        for each in beside:
            each.start()
        try:
            return call(task, method, path, body, more)
        finally:
            for each in beside:
                each.join()

    client.call = calling


def _quietly(call: Callable[..., httpx.Response], task: Task, path: str) -> None:
    with contextlib.suppress(httpx.TransportError, NoTokenError):
        call(task, "GET", path)


@misbehaviour()
def headers_in_another_order(client: Client) -> None:
    """Headers are sent in a different order."""
    headers = client.headers
    client.headers = lambda task, token: dict(reversed(headers(task, token).items()))


@misbehaviour()
def longer_pauses_everywhere(client: Client) -> None:
    """Pauses between tries are twice as long as necessary."""
    pause = client.pause
    client.pause = lambda number, response: 2 * pause(number, response)


@misbehaviour()
def grants_live_for_a_short_time(client: Client) -> None:
    """A grant is valid for half a minute."""
    make = client.issuer.claims

    def claims(task: Mapping[str, Any]) -> dict[str, Any]:
        made = make(task)
        return made | {"exp": made["iat"] + 30}

    client.issuer.claims = claims


@misbehaviour()
def refusals_are_shown_in_other_words(client: Client) -> None:
    """The user sees codes, not the service's texts."""
    refusal = client.refusal

    def by_code(response: httpx.Response) -> Any:  # noqa: ANN401 - a refusal
        found = refusal(response)
        return type(found)(found.status, found.codes, found.codes, found.korrelasjonsid)

    client.refusal = by_code


@misbehaviour()
def identifiers_in_capitals(client: Client) -> None:
    """Korrelasjonsids are in upper case."""
    client.identity = lambda: str(uuid.uuid4()).upper()


@misbehaviour()
def json_in_another_shape(client: Client) -> None:
    """Bodies are indented with sorted members, and the media type has a charset."""
    encoded = client.encoded

    def shaped(body: object) -> tuple[bytes | None, dict[str, str]]:
        if body is None or isinstance(body, bytes):
            return encoded(body)
        kind = {"content-type": "application/json; charset=utf-8"}
        return json.dumps(body, indent=3, sort_keys=True).encode(), kind

    client.encoded = shaped


@misbehaviour()
def accepted_formats_with_weights(client: Client) -> None:
    """JSON is preferred, XML is second, and anything is accepted."""
    client.accept = "application/json;q=1.0, application/xml;q=0.4, */*;q=0.1"


@misbehaviour()
def header_names_in_lower_case(client: Client) -> None:
    """Header names are sent in lower case."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        lowered = {name.lower(): value for name, value in sent.headers.items()}
        return once(replace(sent, headers=lowered), {name.lower(): value for name, value in headers.items()})

    client.once = sending


@misbehaviour()
def parts_without_quotes(client: Client) -> None:
    """The names of a form's parts are written without quotes, as .NET writes them."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        body = sent.body and re.sub(rb'name="(fil|filnavn|innsenderReferanse)"', rb"name=\1", sent.body)
        return once(replace(sent, body=body), headers)

    client.once = sending


@misbehaviour()
def parameters_in_another_order(client: Client) -> None:
    """Query parameters are in a different order."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        address, mark, query = sent.url.partition("?")
        return once(replace(sent, url=address + mark + "&".join(reversed(query.split("&")))), headers)

    client.once = sending


@misbehaviour()
def xml_and_nothing_else(client: Client) -> None:
    """Krav og betalinger is asked for XML, and the client accepts nothing else from it."""
    headers, content, refusal = client.headers, client.content, client.refusal
    client.headers = lambda task, token: (
        headers(task, token) | ({"Accept": "application/xml"} if task["api"] == "kravogbetalinger" else {})
    )

    def is_foreign(response: httpx.Response) -> bool:
        return "kravogbetalinger" in str(response.url) and "json" in response.headers.get("Content-Type", "")

    def only_xml(response: httpx.Response) -> Content:
        if is_foreign(response):
            raise UnreadableError("the answer is not XML")
        return content(response)

    client.content = only_xml
    client.refusal = lambda response: Refusal(response.status_code) if is_foreign(response) else refusal(response)


@misbehaviour()
def tokens_are_renewed_a_minute_early(client: Client) -> None:
    """Tokens are renewed a minute before they expire, as in Spring Security."""
    read = client.issuer.read

    def reading(response: httpx.Response, asked: float) -> Kept:
        kept = read(response, asked)
        return replace(kept, until=asked + max(0.0, float(response.json()["expires_in"]) - 60))

    client.issuer.read = reading


@misbehaviour()
def numbers_with_exponents(client: Client) -> None:
    """Amounts are written with exponents: 1.2345E+3."""
    encoded = client.encoded

    def written(body: object) -> tuple[bytes | None, dict[str, str]]:
        content, kind = encoded(body)
        if content is None or not kind:
            return content, kind
        return re.sub(rb"(?<=: )-?[0-9]+\.[0-9]+", lambda number: b"%.10E" % float(number[0]), content), kind

    client.encoded = written


@misbehaviour()
def bodies_with_a_byte_order_mark(client: Client) -> None:
    """A body begins with a byte order mark."""
    encoded = client.encoded

    def marked(body: object) -> tuple[bytes | None, dict[str, str]]:
        content, kind = encoded(body)
        return (codecs.BOM_UTF8 + content, kind) if content is not None and kind else (content, kind)

    client.encoded = marked


@misbehaviour()
def more_is_percent_encoded_than_need_be(client: Client) -> None:
    """Digits in addresses are percent-encoded, too."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        url = httpx.URL(sent.url)
        target = re.sub(rb"(?<=[/=])[0-9]", lambda digit: b"%%%02X" % ord(digit[0]), url.raw_path)
        return once(replace(sent, url=str(url.copy_with(raw_path=target))), headers)

    client.once = sending
