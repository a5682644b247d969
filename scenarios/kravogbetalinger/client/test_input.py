"""What a client sends: periods, identifiers, formats, and how many calls at a time."""

import datetime
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

import pytest

from harness.clients.bench import ClientBench, Done
from harness.suite.markers import requirement
from scenarios.kravogbetalinger.client.answers import LISTS, expect_understood
from scenarios.kravogbetalinger.client.plain import ensure_plain
from scenarios.kravogbetalinger.client.plainest import API, customer, look_up, way_of

WITH_PERIOD = [name for name in LISTS if name != "aapnekrav"]


def expect_asked_for(done: Done, looked_up: str, period: Mapping[str, str]) -> None:
    """The calls of a look-up begin and end on the days of the period, which may be split between them."""
    for name, value in period.items():
        sent = [dict(parse_qsl(call.request.parts.query)).get(name, "none") for call in done.calls_of(looked_up)]
        if sent:
            outermost = min(sent) if name == "fraOgMed" else max(sent)
            expected, found = f"{name}={value}", f"{name}={outermost}"
            done.expect(outermost == value, f"{name} not as asked", expected, found, "KOB-CLIENT-026")


@requirement("KOB-CLIENT-026", "KOB-CLIENT-027", "KOB-CLIENT-028", "KOB-CLIENT-002", "KOB-CLIENT-003", "KOB-CALLID-006")
@pytest.mark.parametrize("looked_up", [*LISTS])
def test_a_look_up_is_well_formed(client: ClientBench, looked_up: str):
    """The URL, parameters, headers and Korrelasjonsid of a look-up have the documented form."""
    way = way_of(client, "system_user")
    parameters = {} if looked_up == "aapnekrav" else {"fraOgMed": "2026-02-01", "tilOgMed": "2026-02-28"}
    organisation = customer(client, "system_user")
    done = client.asks(API, looked_up, way=way, organisation=organisation, parameters=parameters)

    if not done.api_calls:
        client.not_shown(f"the client does not reach the API ({done.outcome})")
    asked = [call for call in done.api_calls if organisation in unquote(call.request.parts.path)]
    done.expect(bool(asked), "not asked", f"a call of {looked_up} about {organisation}", f"{len(done.api_calls)} calls")
    expect_asked_for(done, looked_up, parameters)


@requirement("KOB-CLIENT-026")
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-12-29", "2025-12-31"),
        ("2024-02-29", "2024-03-01"),
        ("2026-03-28", "2026-03-30"),
        ("2025-10-25", "2025-10-27"),
    ],
    ids=["end of a year", "leap day", "summer time begins", "summer time ends"],
)
def test_a_period_is_asked_for_to_the_day(client: ClientBench, first: str, last: str):
    """A period near the end of a year, a leap day or a clock change begins and ends on the right days."""
    period = {"fraOgMed": first, "tilOgMed": last}
    organisation = customer(client, "consent")
    done = client.asks(API, "krav", way=way_of(client, "consent"), organisation=organisation, parameters=period)

    expect_asked_for(done, "krav", period)


@requirement("KOB-CLIENT-025")
@pytest.mark.parametrize("looked_up", WITH_PERIOD)
def test_a_year_is_asked_for_whole(client: ClientBench, looked_up: str):
    """A period of a year is requested as it is, and the answer is understood."""
    ensure_plain(client, looked_up)
    way, period = way_of(client, "consent"), {"fraOgMed": "2025-11-01", "tilOgMed": "2026-10-31"}
    done = client.asks(API, looked_up, way=way, organisation=customer(client, "consent"), parameters=period)

    if done.outcome == "done" and any(call.status == 200 for call in done.calls_of(looked_up)):
        expect_understood(done, looked_up)


def first_day_left_out(done: Done, looked_up: str, period: Mapping[str, str]) -> str | None:
    """The first day of a period that no call of the look-up asks for."""
    asked = [dict(parse_qsl(call.request.parts.query)) for call in done.calls_of(looked_up)]
    spans = sorted((sent["fraOgMed"], sent["tilOgMed"]) for sent in asked if {"fraOgMed", "tilOgMed"} <= sent.keys())
    day = period["fraOgMed"]
    for first, last in spans:
        if first <= day <= last:
            day = (datetime.date.fromisoformat(last) + datetime.timedelta(days=1)).isoformat()
    return day if day <= period["tilOgMed"] else None


@requirement("KOB-CLIENT-025", "KOB-CLIENT-026")
def test_more_than_a_year_is_not_asked_for(client: ClientBench):
    """A period of two years is requested in parts of at most a year, with no gap, or refused by the client itself."""
    way, period = way_of(client, "consent"), {"fraOgMed": "2024-01-01", "tilOgMed": "2025-12-31"}
    done = client.asks(API, "krav", way=way, organisation=customer(client, "consent"), parameters=period)

    if done.outcome == "done" and done.calls_of("krav"):
        day = first_day_left_out(done, "krav", period)
        expected, found = "every day of the requested period", f"no call for {day}"
        done.expect(day is None, "a part of the period left out", expected, found, "KOB-CLIENT-026")


@requirement("KOB-CLIENT-031")
def test_only_synthetic_parties_are_asked_about(client: ClientBench):
    """Nothing that is sent to a test environment names a real person or organisation."""
    look_up(client).needs_outcome("done")


@requirement("KOB-CLIENT-001")
def test_many_look_ups_keep_to_five_at_a_time(client: ClientBench):
    """When asked about several organisations while the service is slow, the client has at most five calls in flight."""
    with client.situation({"service": API, "do": "wait", "seconds": 0.4, "times": None}):
        for place in range(3):
            look_up(client, "consent", place).needs_outcome("done")
