"""How a client handles answers that are correct but look different from yesterday's."""

from decimal import Decimal

import pytest

from harness.clients.bench import ClientBench, Done
from harness.suite.markers import requirement
from scenarios.kravogbetalinger.client.answers import LISTS, amounts_in, expect_understood, prefers_xml
from scenarios.kravogbetalinger.client.plain import PERIOD, ask, ensure_plain
from scenarios.kravogbetalinger.client.plainest import API, customer, way_of


def understands(client: ClientBench, fault: str, operation: str = "aapnekrav") -> None:
    """The client understands the answers of a service that varies in an allowed way."""
    ensure_plain(client, operation)
    with client.situation(faults=[f"{API}/{fault}"]):
        expect_understood(ask(client, operation), operation)


@requirement("KOB-CLIENT-017")
@pytest.mark.parametrize("fault", ["unknown-field-in-the-root", "unknown-field-in-claims"])
def test_new_fields_are_no_matter(client: ClientBench, fault: str):
    """New fields do not change what the client understands."""
    understands(client, fault)


@requirement("KOB-CLIENT-017")
def test_new_fields_in_payments_are_no_matter(client: ClientBench):
    """New fields do not change what the client understands about payments."""
    understands(client, "unknown-field-in-payments", "innbetalinger")


@requirement("KOB-CLIENT-018")
@pytest.mark.parametrize("fault", ["members-in-another-order", "lists-in-another-order"])
def test_another_order_is_no_matter(client: ClientBench, fault: str):
    """The order of members and of list elements is not promised."""
    understands(client, fault)


@requirement("KOB-CLIENT-019")
@pytest.mark.parametrize("fault", ["unknown-kravtype", "unknown-kravgruppe"])
def test_claims_of_an_unknown_type_are_kept(client: ClientBench, fault: str):
    """A claim of a new type or group is shown and counted like any other."""
    understands(client, fault)
    understands(client, fault, "krav")


@requirement("KOB-CLIENT-019")
def test_payments_of_an_unknown_type_are_kept(client: ClientBench):
    """A payment of a new type is shown and counted like any other."""
    understands(client, "unknown-innbetalingstype", "innbetalinger")


@requirement("KOB-CLIENT-020")
@pytest.mark.parametrize(
    "fault", ["totals-absent", "descriptions-absent", "tax-periods-absent", "whatever-is-optional-absent"]
)
def test_what_is_optional_may_be_absent(client: ClientBench, fault: str):
    """A client does not rely on fields that the document calls optional."""
    understands(client, fault)


@requirement("KOB-CLIENT-022")
def test_further_headers_are_no_matter(client: ClientBench):
    """New headers change nothing."""
    understands(client, "further-headers")


@requirement("KOB-CLIENT-022")
@pytest.mark.parametrize("name", ["CONTENT-TYPE", "content-type"])
def test_header_names_have_no_case(client: ClientBench, name: str):
    """Header names may be written in any case."""
    ensure_plain(client, "aapnekrav")
    media_type = {"service": API, "do": "amend", "headers": {name: "application/json"}, "times": None}
    with client.situation(media_type):
        done = ask(client, "aapnekrav")
    if any(prefers_xml(call) for call in done.api_calls):
        client.not_shown("the client asks for XML")
    expect_understood(done, "aapnekrav")


@requirement("KOB-CLIENT-023")
def test_a_charset_in_the_media_type_is_no_matter(client: ClientBench):
    """The media type may carry a parameter."""
    understands(client, "charset-written")


@requirement("KOB-CLIENT-024")
def test_an_answer_without_a_length_is_read(client: ClientBench):
    """An answer may come in chunks, without a Content-Length."""
    understands(client, "length-not-told")


@requirement("KOB-CLIENT-024")
def test_a_compressed_answer_is_read(client: ClientBench):
    """A client that accepts gzip gets gzip, and reads it."""
    understands(client, "answers-compressed")


@requirement("KOB-CLIENT-029", "KOB-CLIENT-030")
@pytest.mark.parametrize("looked_up", [*LISTS])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_amounts_are_exact(client: ClientBench, looked_up: str, place: int):
    """The client's sum of what it received is right to the øre and in sign, for every organisation."""
    way = way_of(client, "consent")
    parameters = {} if looked_up == "aapnekrav" else PERIOD
    organisation = customer(client, "consent", place)
    done = client.asks(API, looked_up, way=way, organisation=organisation, parameters=parameters)
    if not any(call.status == 200 for call in done.calls_of(looked_up)):
        client.not_shown(f"{organisation} has no data in {looked_up}")
    expect_understood(done, looked_up)


def expect_signs_kept(done: Done, amounts: list[Decimal]) -> None:
    """The sum is closer to the right one than a lost sign would allow: rounding does not count as a lost sign."""
    done.expect_outcome("done")
    told, total = done.understood.total if done.outcome == "done" else None, sum(amounts, Decimal(0))
    if told is None:
        done.bench.not_shown("the client does not report the total")
    is_kept = abs(told - total) < min(abs(2 * amount) for amount in amounts if amount < 0)
    done.expect(is_kept, "another sign", f"a total of {total}", f"one of {told}")


@requirement("KOB-CLIENT-030")
def test_credit_claims_are_negative(client: ClientBench):
    """A credit claim lowers the sum: the client keeps the signs of amounts."""
    way, api = way_of(client, "consent"), client.api(API)
    for organisation in api.organisations:
        done = client.asks(API, "krav", way=way, organisation=organisation, parameters=PERIOD)
        answered = [call for call in done.calls_of("krav") if call.status == 200]
        amounts = amounts_in(answered[-1], "krav") if answered else []
        if any(amount < 0 for amount in amounts):
            expect_signs_kept(done, amounts)
            return
    client.not_shown("no organisation has a credit claim in the period")
