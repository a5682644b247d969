"""What an answer says of an organisation: relations that hold whatever today's data is."""

from collections import Counter
from decimal import Decimal

from harness.suite.markers import not_run, requirement
from scenarios.kravogbetalinger.conftest import last_year

LISTS = {
    "aapnekrav": ("aapentKravMedGjenstaaendeBeloep", "innbetalingMedUplassertBeloep"),
    "krav": ("krav",),
    "innbetalinger": ("innbetaling",),
    "utbetalinger": ("utbetaling",),
}


def data(kob, operation, organisation, query=None):
    """The body of a 200, or the end of the scenario where the organisation has nothing to show."""
    answer = kob.get(operation, organisation, query=query).expect_status(200, 404)
    if answer.status == 404:
        not_run(f"the organisation has nothing to show ({answer.kode})")
    return answer.json()


@requirement("KOB-MODEL-003", "KOB-MODEL-001", "KOB-MODEL-002")
def test_the_answer_is_about_the_party_asked_about(kob, organisation, operation):
    body = data(kob, operation, organisation)

    assert body["partIdentifikator"] == organisation


@requirement("KOB-MODEL-004")
def test_the_answer_repeats_the_period(kob, organisation, period_operation):
    asked = last_year()

    body = data(kob, period_operation, organisation, asked)

    assert body["periode"] == asked


@requirement("KOB-MODEL-005")
def test_the_same_call_twice_gives_the_same_data(kob, organisation, operation):
    """Items are compared by their ids and amounts, order aside: unknown fields may come and go."""
    first, second = (data(kob, operation, organisation) for _ in range(2))

    assert fingerprints(first, operation) == fingerprints(second, operation)


def fingerprints(body, operation) -> Counter:
    return Counter(
        (
            name,
            tuple(sorted((key, str(value)) for key, value in item.items() if "dentifikator" in key or "eloep" in key)),
        )
        for name in LISTS[operation]
        for item in body.get(name, [])
    )


@requirement("KOB-MODEL-006")
def test_an_open_claim_has_something_left(kob, organisation):
    """Every claim of aapnekrav has a remaining amount other than 0."""
    claims = data(kob, "aapnekrav", organisation).get("aapentKravMedGjenstaaendeBeloep") or not_run("no open claims")

    settled = [claim["kravidentifikator"] for claim in claims if claim["gjenstaaendeBeloep"] == 0]

    assert settled == []


@requirement("KOB-MODEL-007")
def test_a_claim_is_the_sum_of_its_due_dates(kob, organisation):
    """Original and remaining amount of a claim are those of its due dates added up, to the øre."""
    claims = data(kob, "krav", organisation).get("krav") or not_run("no claims in the period")

    wrong = [
        (claim["kravidentifikator"], field)
        for claim in claims
        for field in ("opprinneligBeloep", "gjenstaaendeBeloep")
        if sum((Decimal(due[field]) for due in claim["kravforfall"]), Decimal()) != claim[field]
    ]

    assert wrong == []


@requirement("KOB-MODEL-008")
def test_payments_lie_in_the_period(kob, organisation):
    """No payment is dated before or after the period asked for."""
    asked = last_year()
    payments = data(kob, "innbetalinger", organisation, asked).get("innbetaling") or not_run(
        "no payments in the period"
    )

    outside = [
        payment["innbetalingsdato"]
        for payment in payments
        if not asked["fraOgMed"] <= payment.get("innbetalingsdato", asked["fraOgMed"]) <= asked["tilOgMed"]
    ]

    assert outside == []


@requirement("KOB-MODEL-009")
def test_an_open_claim_is_the_same_in_krav(kob, organisation):
    """A claim that stands in aapnekrav and in krav has the same amounts in both."""
    open_claims = data(kob, "aapnekrav", organisation).get("aapentKravMedGjenstaaendeBeloep", [])
    every_claim = data(kob, "krav", organisation).get("krav", [])
    amounts, others = (
        {
            (claim["kravidentifikator"], claim["partIdentifikator"]): (
                claim["opprinneligBeloep"],
                claim["gjenstaaendeBeloep"],
            )
            for claim in claims
        }
        for claims in (open_claims, every_claim)
    )
    shared = amounts.keys() & others.keys() or not_run("no claim stands in both")

    different = [key[0] for key in shared if amounts[key] != others[key]]

    assert different == []
