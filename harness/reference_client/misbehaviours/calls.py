"""Misbehaviours in calls of Krav og betalinger and in handling their answers."""

import datetime
import itertools
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx

from harness.reference_client.answers import Content, Refusal, UnreadableError
from harness.reference_client.apis import kravogbetalinger
from harness.reference_client.client import Client, Sent, Task
from harness.reference_client.misbehaviours import misbehaviour

OF_REPETITION = (
    *("KOB-CLIENT-005", "KOB-CLIENT-006", "KOB-CLIENT-007", "ELAN-CLIENT-010", "ELAN-CLIENT-011", "ELAN-CLIENT-018"),
    *("MASK-TOKEN-003", "MASK-TOKEN-004"),
)
"""What also breaks if a client repeats calls far too often."""

NUMBERS = itertools.count(1)
"""Numbers calls for the life of the process."""

LIST = kravogbetalinger.LISTS["aapnekrav"][0]


@misbehaviour("KOB-CLIENT-001", "ELAN-CLIENT-001", *OF_REPETITION)
def six_calls_at_a_time(client: Client) -> None:
    """Each look-up is made six times concurrently, to see which answer comes first."""
    once = client.once
    client.gate = threading.Semaphore(50)

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        if sent.method != "GET":
            return once(sent, headers)
        others = [threading.Thread(target=_quietly, args=(once, sent, _with_new_id(headers))) for _ in range(5)]
        for other in others:
            other.start()
        try:
            return once(sent, headers)
        finally:
            for other in others:
                other.join()

    client.once = sending


def _with_new_id(headers: Mapping[str, str]) -> dict[str, str]:
    return {**headers, "Korrelasjonsid": str(uuid.uuid4())}


def _quietly(once: Any, sent: Sent, headers: Mapping[str, str]) -> None:  # noqa: ANN401 - a step of the client
    try:
        once(sent, headers)
    except httpx.HTTPError:
        return


@misbehaviour("KOB-CALLID-006", "ELAN-CLIENT-002")
def one_korrelasjonsid_for_all_calls(client: Client) -> None:
    """Every call has the same Korrelasjonsid."""
    client.identity = lambda: "7d1f3c52-0d9f-4f5a-9a53-a5c2c51b7a10"


@misbehaviour("KOB-CLIENT-002", "ELAN-CLIENT-009")
def korrelasjonsids_that_are_no_uuid(client: Client) -> None:
    """The Korrelasjonsid is a running number."""
    client.identity = lambda: f"kall-{next(NUMBERS)}"


@misbehaviour("KOB-CLIENT-003", "ELAN-CLIENT-007")
def no_korrelasjonsid(client: Client) -> None:
    """Calls carry no Korrelasjonsid."""
    headers = client.headers
    client.headers = lambda task, token: {
        name: value for name, value in headers(task, token).items() if name != "Korrelasjonsid"
    }


@misbehaviour("KOB-CLIENT-004", "ELAN-CLIENT-024")
def the_korrelasjonsid_is_not_shown(client: Client) -> None:
    """When a call fails, the user is not shown the id that support needs to find it."""
    refusal = client.refusal
    client.refusal = lambda response: replace(refusal(response), korrelasjonsid=None)


@misbehaviour("KOB-CLIENT-005", "ELAN-CLIENT-010")
def retry_after_is_ignored(client: Client) -> None:
    """Retry-After is ignored."""
    pause = client.pause
    client.pause = lambda number, response: pause(number, None)  # noqa: ARG005 - a step's signature


@misbehaviour("KOB-CLIENT-006", "ELAN-CLIENT-011", "KOB-CLIENT-005", "ELAN-CLIENT-010")
def failing_calls_are_hammered(client: Client) -> None:
    """A call that fails is sent ten times without a pause."""
    client.tries, client.rest = 10, lambda seconds: None  # noqa: ARG005 - a step's signature
    client.pause = lambda number, response: 0.0  # noqa: ARG005 - a step's signature
    client.busy = frozenset({500, 502, 503, 504})


@misbehaviour("KOB-CLIENT-007", "ELAN-CLIENT-012")
def refused_calls_are_repeated(client: Client) -> None:
    """A refused call is sent again unchanged."""
    tried = client.tried

    def again(task: Task, sent: Sent, token: str) -> httpx.Response:
        response = tried(task, sent, token)
        if response.status_code in {400, 403, 404, 409, 422}:
            return tried(task, sent, token)
        return response

    client.tried = again


@misbehaviour("KOB-CLIENT-008", "KOB-CLIENT-012", "KOB-CLIENT-014", "ELAN-CLIENT-011")
def a_failed_read_is_an_empty_list(client: Client) -> None:
    """A read without an answer, or answered with 5xx, becomes an empty list."""
    tried = client.tried

    def trusting(task: Task, sent: Sent, token: str) -> httpx.Response:
        try:
            response = tried(task, sent, token)
        except httpx.TransportError:
            return _empty(sent)
        return _empty(sent) if response.status_code in {502, 503, 504} and sent.method == "GET" else response

    client.tried = trusting


def _empty(sent: Sent) -> httpx.Response:
    return httpx.Response(200, json={}, request=httpx.Request(sent.method, sent.url))


@misbehaviour(
    *("KOB-CLIENT-009", "KOB-CLIENT-011", "KOB-CLIENT-015", "KOB-CLIENT-021", "KOB-CLIENT-032"),
    *("ELAN-CLIENT-004", "ELAN-CLIENT-014"),
)
def refusals_are_not_read(client: Client) -> None:
    """A refusal is shown as a network failure, whatever it says."""
    refusal = client.refusal
    client.refusal = lambda response: Refusal(599, korrelasjonsid=refusal(response).korrelasjonsid)


@misbehaviour("KOB-CLIENT-009")
def refusals_are_shown_without_code_and_text(client: Client) -> None:
    """A refusal is recognised, but the user sees neither its code nor its text."""
    refusal = client.refusal

    def silent(response: httpx.Response) -> Refusal:
        found = refusal(response)
        is_known = any(code.startswith(("KB-005", "KB-006", "DAS-008")) for code in found.codes)
        return replace(found, codes=(), texts=()) if is_known else found

    client.refusal = silent


@misbehaviour("KOB-CLIENT-010")
def refusals_in_xml_are_not_read(client: Client) -> None:
    """The client asks for XML, but cannot read refusals in XML."""
    client.accept = "application/xml"
    refusal = client.refusal

    def only_json(response: httpx.Response) -> Refusal:
        found = refusal(response)
        is_xml = "xml" in response.headers.get("Content-Type", "") and "KB-005" in found.codes
        return Refusal(found.status, korrelasjonsid=found.korrelasjonsid) if is_xml else found

    client.refusal = only_json


@misbehaviour("KOB-CLIENT-011")
def problems_are_taken_for_faults_of_the_network(client: Client) -> None:
    """A refusal as a problem document is not recognised."""
    refusal = client.refusal

    def only_feil(response: httpx.Response) -> Refusal:
        is_problem = "problem" in response.headers.get("Content-Type", "") and "kravogbetalinger" in str(response.url)
        found = refusal(response)
        return replace(found, status=599) if is_problem else found

    client.refusal = only_feil


@misbehaviour("KOB-CLIENT-012", "ELAN-CLIENT-021")
def pages_are_taken_for_empty_lists(client: Client) -> None:
    """An HTML page is taken for an answer without entries."""
    content = client.content

    def trusting(response: httpx.Response) -> Content:
        is_page = "html" in response.headers.get("Content-Type", "")
        return Content(json={"eksternSaksreferanse": "1"}) if is_page else content(response)

    client.content = trusting


@misbehaviour("KOB-CLIENT-013", "ELAN-CLIENT-021")
def nothing_is_taken_for_an_empty_list(client: Client) -> None:
    """An empty body is taken for an answer without entries."""
    content = client.content

    def trusting(response: httpx.Response) -> Content:
        return content(response) if response.content else Content(json={"eksternSaksreferanse": "1"})

    client.content = trusting


@misbehaviour("KOB-CLIENT-014")
def half_an_answer_is_taken_for_an_empty_list(client: Client) -> None:
    """A truncated answer is read as far as it goes."""
    once = client.once

    def trusting(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        try:
            return once(sent, headers)
        except httpx.RemoteProtocolError as error:
            if "incomplete" not in str(error) and "without sending complete" not in str(error):
                raise
            return _empty(sent)

    client.once = trusting


@misbehaviour("KOB-CLIENT-015", "KOB-CLIENT-021")
def nothing_found_is_an_error(client: Client) -> None:
    """KB-007 is shown to the user as an error."""
    refusal = client.refusal

    def strict(response: httpx.Response) -> Refusal:
        found = refusal(response)
        return replace(found, codes=tuple(f"feil {code}" if code == "KB-007" else code for code in found.codes))

    client.refusal = strict


@misbehaviour("KOB-CLIENT-015")
def nothing_paid_out_is_an_error(client: Client) -> None:
    """KB-007 is shown as an error only when payments out were asked for."""
    refusal = client.refusal

    def strict(response: httpx.Response) -> Refusal:
        found = refusal(response)
        return replace(found, codes=("utbetaling",)) if "utbetalinger" in str(response.url) else found

    client.refusal = strict


@misbehaviour("KOB-CLIENT-016", "KOB-CLIENT-004")
def errors_are_nothing_found(client: Client) -> None:
    """Any error from the service is shown as nothing found."""
    tried = client.tried

    def calm(task: Task, sent: Sent, token: str) -> httpx.Response:
        response = tried(task, sent, token)
        is_error = response.status_code == 500 or b"KB-003" in response.content
        return _empty(sent) if is_error and task["operation"] == "innbetalinger" else response

    client.tried = calm


def _each_entry(content: Content, change: Any) -> Content:  # noqa: ANN401 - a function over a list
    """The content with every list of entries transformed."""
    if isinstance(content.json, dict):
        for name, _ in kravogbetalinger.LISTS.values():
            if isinstance(content.json.get(name), list):
                content.json[name] = change(content.json[name])
    return content


@misbehaviour("KOB-CLIENT-017", "ELAN-CLIENT-022")
def new_fields_are_an_error(client: Client) -> None:
    """The client rejects an answer with a field that it does not know."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        found = content(response)
        names = set(_names(found.json))
        if names - FIRST_NAMES.setdefault(f"{response.request.method} {response.request.url}", names):
            raise UnreadableError("the answer has undocumented fields")
        return found

    client.content = strict


FIRST_NAMES: dict[str, set[str]] = {}
"""The member names in the first answer to a call: the ones that a strict client was built for."""


def _names(value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return [*value, *(name for child in value.values() for name in _names(child))]
    return [name for child in value for name in _names(child)] if isinstance(value, list) else []


@misbehaviour("KOB-CLIENT-018")
def the_first_member_is_the_party(client: Client) -> None:
    """The client relies on the order of an answer's members."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        found = content(response)
        if isinstance(found.json, dict) and found.json and response.status_code == 200:
            first = next(iter(found.json))
            if first != "partIdentifikator" and "kravogbetalinger" in str(response.url):
                raise UnreadableError("the answer does not begin with the party")
        return found

    client.content = strict


@misbehaviour("KOB-CLIENT-019")
def entries_of_an_unknown_type_are_dropped(client: Client) -> None:
    """Claims and payments of a type that the client does not know are left out."""
    content, known = client.content, set[str]()

    def strict(response: httpx.Response) -> Content:
        found = content(response)

        def kept(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [entry for entry in entries if _is_known(entry, known)]

        return _each_entry(found, kept)

    client.content = strict


def _is_known(entry: Mapping[str, Any], known: set[str]) -> bool:
    """The types in the first answers: the ones that the client was built for."""
    kind = "/".join(str(entry.get(name, "")) for name in ("kravtype", "kravgruppe", "innbetalingstype"))
    if len(known) < 60 and not any(mark in kind.lower() for mark in ("ny", "ukjent", "unknown", "helt")):
        known.add(kind)
    return kind in known


@misbehaviour("KOB-CLIENT-020")
def optional_fields_are_needed(client: Client) -> None:
    """The client rejects an answer without totals, or a claim without a description."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        found = content(response)
        body = found.json if isinstance(found.json, dict) else {}
        if LIST in body and "totalOversikt" not in body:
            raise UnreadableError("the totals are missing")
        if any("kravbeskrivelse" not in entry for entry in body.get(LIST, [])):
            raise UnreadableError("a description is missing")
        return found

    client.content = strict


@misbehaviour("KOB-CLIENT-021", "KOB-CLIENT-015", "KOB-CLIENT-032")
def texts_decide(client: Client) -> None:
    """Whether nothing was found is decided by the message's text."""
    refusal = client.refusal

    def by_text(response: httpx.Response) -> Refusal:
        found = refusal(response)
        is_nothing = any(text.startswith("Ingen innbetalinger") for text in found.texts)
        return replace(found, codes=("KB-007",) if is_nothing else tuple(c for c in found.codes if c != "KB-007"))

    client.refusal = by_text


@misbehaviour("KOB-CLIENT-022")
def header_names_must_be_written_so(client: Client) -> None:
    """The media type is looked up only under the spelling `content-type`."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        if any(name == b"CONTENT-TYPE" for name, _ in response.headers.raw):
            raise UnreadableError("the answer has no media type")
        return content(response)

    client.content = strict


@misbehaviour("KOB-CLIENT-023")
def media_types_without_parameters_only(client: Client) -> None:
    """A media type with a charset is not recognised."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        if "charset" in response.headers.get("Content-Type", ""):
            raise UnreadableError("the answer is of an unknown type")
        return content(response)

    client.content = strict


@misbehaviour("KOB-CLIENT-024")
def compressed_answers_are_not_unpacked(client: Client) -> None:
    """Compressed answers are requested but not decompressed."""
    content = client.content

    def strict(response: httpx.Response) -> Content:
        if response.headers.get("Content-Encoding"):
            raise UnreadableError("the answer cannot be read")
        return content(response)

    client.content = strict


@misbehaviour("KOB-CLIENT-025")
def periods_of_any_length(client: Client) -> None:
    """A period of two years is sent unchanged."""
    client.longest_period = 10_000


@misbehaviour("KOB-CLIENT-026")
def periods_begin_a_day_early(client: Client) -> None:
    """A period begins at midnight in Norway, but is sent as the date in UTC."""
    _with_other_days(client, lambda name, day: day - datetime.timedelta(days=name == "fraOgMed"))


@misbehaviour("KOB-CLIENT-026", "KOB-CLIENT-025")
def years_are_those_of_the_week(client: Client) -> None:
    """The year of a date is that of its ISO week, which differs around New Year."""
    _with_other_days(client, lambda name, day: day.replace(year=day.isocalendar().year))  # noqa: ARG005 - one signature for all


def _with_other_days(client: Client, other: Callable[[str, datetime.date], datetime.date]) -> None:
    """Replaces the days of the period; `changed` gets the parameter's name and its day."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        url = httpx.URL(sent.url)
        changed = {
            name: other(name, datetime.date.fromisoformat(value)).isoformat() for name, value in url.params.items()
        }
        return once(replace(sent, url=str(url.copy_with(params=changed)) if changed else sent.url), headers)

    client.once = sending


@misbehaviour("KOB-CLIENT-026", "KOB-CLIENT-007")
def dates_in_another_form(client: Client) -> None:
    """Dates are sent as day.month.year."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        url = httpx.URL(sent.url)
        changed = {name: ".".join(reversed(value.split("-"))) for name, value in url.params.items()}
        return once(replace(sent, url=str(url.copy_with(params=changed)) if changed else sent.url), headers)

    client.once = sending


@misbehaviour("KOB-CLIENT-027")
def another_format_is_asked_for(client: Client) -> None:
    """The client asks for CSV."""
    client.accept = "text/csv"


@misbehaviour("KOB-CLIENT-028")
def an_empty_segment_in_the_path(client: Client) -> None:
    """The address has two slashes in a row."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        url = sent.url
        for package in ("/finans/", "/regnskapssystem/", "/lovfestetrevisjon/"):
            url = url.replace(package, f"/{package}")
        return once(replace(sent, url=url), headers)

    client.once = sending


@misbehaviour("KOB-CLIENT-029")
def amounts_without_oere(client: Client) -> None:
    """Amounts are truncated to whole kroner."""
    _change_amounts(client, lambda amount: Decimal(int(amount)))


@misbehaviour("KOB-CLIENT-029")
def amounts_as_floats_rounded(client: Client) -> None:
    """Amounts are rounded to one decimal."""
    _change_amounts(client, lambda amount: round(amount, 1))


@misbehaviour("KOB-CLIENT-030", "KOB-CLIENT-029")
def amounts_without_sign(client: Client) -> None:
    """The sign of amounts is lost."""
    _change_amounts(client, abs)


def _change_amounts(client: Client, change: Any) -> None:  # noqa: ANN401 - a function over amounts
    content, names = client.content, {amount for _, amount in kravogbetalinger.LISTS.values()}

    def changed(response: httpx.Response) -> Content:
        found = content(response)

        def each(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [
                {name: change(Decimal(value)) if name in names else value for name, value in entry.items()}
                for entry in entries
            ]

        return _each_entry(found, each)

    client.content = changed


@misbehaviour("KOB-CLIENT-031", "ELAN-CLIENT-003")
def somebody_real_is_named(client: Client) -> None:
    """Every look-up has a real organisation in a parameter."""
    once = client.once

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        joint = "&" if "?" in sent.url else "?"
        return once(replace(sent, url=f"{sent.url}{joint}kunde={_real_form()}"), headers)

    client.once = sending


def _real_form() -> str:
    """A number in the form of a real organisation's: computed, so that none is written down."""
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    for start in range(99_999_900, 99_999_999):
        digits = f"{start:08d}"
        rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest != 10:
            return digits + str(rest % 11)
    raise AssertionError("unreachable")


@misbehaviour("KOB-CLIENT-032", "KOB-CLIENT-021")
def unknown_parties_are_empty_ones(client: Client) -> None:
    """KB-009, an unknown party, is shown as an empty list."""
    refusal = client.refusal

    def lenient(response: httpx.Response) -> Refusal:
        found = refusal(response)
        return replace(found, codes=tuple("KB-007" if code == "KB-009" else code for code in found.codes))

    client.refusal = lenient


@misbehaviour("KOB-CLIENT-005", "ELAN-CLIENT-010")
def moments_in_retry_after_are_not_read(client: Client) -> None:
    """Retry-After is read as a number of seconds, but not as a date."""
    pause = client.pause

    def only_seconds(number: int, response: httpx.Response | None) -> float:
        asked = response.headers.get("Retry-After", "") if response is not None else ""
        return pause(number, response if asked.isdecimal() else None)

    client.pause = only_seconds


@misbehaviour("KOB-CALLID-006", "ELAN-CLIENT-002")
def a_retry_keeps_its_korrelasjonsid(client: Client) -> None:
    """Each call has its own Korrelasjonsid, but keeps it when it is retried."""
    tried, new, kept = client.tried, client.identity, {"id": ""}

    def trying(task: Task, sent: Sent, token: str) -> httpx.Response:
        kept["id"] = new()
        return tried(task, sent, token)

    client.tried = trying
    client.identity = lambda: kept["id"]


@misbehaviour("KOB-CLIENT-026")
def long_periods_are_cut(client: Client) -> None:
    """For a period of more than a year only the first year is requested, and shown as the whole."""
    once, longest = client.once, datetime.timedelta(days=364)
    client.longest_period = 10_000

    def sending(sent: Sent, headers: Mapping[str, str]) -> httpx.Response:
        url = httpx.URL(sent.url)
        if "fraOgMed" in url.params and "tilOgMed" in url.params:
            last = datetime.date.fromisoformat(url.params["fraOgMed"]) + longest
            url = url.copy_set_param("tilOgMed", min(url.params["tilOgMed"], last.isoformat()))
        return once(replace(sent, url=str(url)), headers)

    client.once = sending
