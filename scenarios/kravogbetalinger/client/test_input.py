"""What a client sends: periods, identifiers, formats, and how many calls at a time."""

from urllib.parse import parse_qsl, unquote

import pytest

from harness.clients.bench import ClientBench
from harness.suite.markers import requirement
from scenarios.kravogbetalinger.client.answers import LISTS, expect_understood
from scenarios.kravogbetalinger.client.plain import ensure_plain
from scenarios.kravogbetalinger.client.plainest import API, customer, look_up, way_of

WITH_PERIOD = [name for name in LISTS if name != "aapnekrav"]


@requirement("KOB-CLIENT-026", "KOB-CLIENT-027", "KOB-CLIENT-028", "KOB-CLIENT-002", "KOB-CLIENT-003", "KOB-CALLID-006")
@pytest.mark.parametrize("looked_up", [*LISTS])
def test_a_look_up_is_well_formed(client: ClientBench, looked_up: str):
    """Address, parameters, headers and Korrelasjonsid of a look-up have the documented form."""
    way = way_of(client, "system_user")
    parameters = {} if looked_up == "aapnekrav" else {"fraOgMed": "2026-02-01", "tilOgMed": "2026-02-28"}
    organisation = customer(client, "system_user")
    done = client.asks(API, looked_up, way=way, organisation=organisation, parameters=parameters)

    if not done.api_calls:
        client.not_shown(f"the client does not get to the API ({done.outcome})")
    asked = [call for call in done.api_calls if organisation in unquote(call.request.parts.path)]
    done.expect(bool(asked), "not asked", f"a call of {looked_up} about {organisation}", f"{len(done.api_calls)} calls")
    for name, value in parameters.items():
        wrong = [call for call in done.calls_of(looked_up) if (name, value) not in parse_qsl(call.request.parts.query)]
        expected, found = f"{name}={value}", "another, or none"
        done.expect(not wrong, f"{name} not as asked", expected, found, "KOB-CLIENT-026", at=wrong)


@requirement("KOB-CLIENT-025")
@pytest.mark.parametrize("looked_up", WITH_PERIOD)
def test_a_year_is_asked_for_whole(client: ClientBench, looked_up: str):
    """A period of a year is asked for as it is, and understood."""
    ensure_plain(client, looked_up)
    way, period = way_of(client, "consent"), {"fraOgMed": "2025-11-01", "tilOgMed": "2026-10-31"}
    done = client.asks(API, looked_up, way=way, organisation=customer(client, "consent"), parameters=period)

    if done.outcome == "done" and any(call.status == 200 for call in done.calls_of(looked_up)):
        expect_understood(done, looked_up)


@requirement("KOB-CLIENT-025")
def test_more_than_a_year_is_not_asked_for(client: ClientBench):
    """A period of two years is split, or refused by the client itself: no call asks for more than a year."""
    way, period = way_of(client, "consent"), {"fraOgMed": "2024-01-01", "tilOgMed": "2025-12-31"}
    client.asks(API, "krav", way=way, organisation=customer(client, "consent"), parameters=period)


@requirement("KOB-CLIENT-031")
def test_only_synthetic_parties_are_asked_about(client: ClientBench):
    """What goes to a test environment names nobody real."""
    look_up(client).needs_outcome("done")


@requirement("KOB-CLIENT-001")
def test_many_look_ups_keep_to_five_at_a_time(client: ClientBench):
    """Asked about several organisations while the service is slow, the client has at most five calls in flight."""
    with client.situation({"service": API, "do": "wait", "seconds": 0.4, "times": None}):
        for place in range(3):
            look_up(client, "consent", place).needs_outcome("done")
