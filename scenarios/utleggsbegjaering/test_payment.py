"""Payments on claims whose case has gone to utlegg or trekk. The service is known only from a draft."""

import datetime
from decimal import Decimal

from harness.suite.markers import not_run, requirement
from scenarios.utleggsbegjaering.answers import name_of, number_of


def pay(elan, claim, amount=100.0):
    elan.bench.ensure_open("meldInnbetaling")
    yesterday = elan.today - datetime.timedelta(days=1)  # today may be tomorrow by the service's clock
    body = {"bokfoertDato": yesterday.isoformat(), "beloep": {"beloep": amount, "valuta": "NOK"}}
    return elan.send("POST", f"/krav/{claim}/innbetaling", body)


def claim_of_a_case(elan, saksstatus):
    """The identifier that the service gave a claim in a case with that status."""
    reference = elan.accept(elan.ready(elan.simple()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})
    claims = elan.status(reference).expect_status(200).json()["kravISak"]
    own: dict[str, str] = next((krav for krav in claims if krav.get("innsendersKravreferanse") == "H1"), {})
    return own.get("kravgrunnlagsidentifikator") or not_run("the status shows no identifier of the claim")


@requirement("ELAN-PAYMENT-001")
def test_a_payment_on_a_decided_claim_is_accepted(elan):
    pay(elan, claim_of_a_case(elan, "sakBesluttet")).expect_status(202)


@requirement("ELAN-PAYMENT-002")
def test_a_payment_on_an_unknown_claim_is_not_found(elan):
    pay(elan, "00000000-0000-4000-8000-000000000000").expect_refusal(404)


@requirement("ELAN-PAYMENT-003")
def test_a_payment_on_an_open_case_is_a_conflict(elan):
    pay(elan, claim_of_a_case(elan, "sakUnderBehandling")).expect_refusal(409)


@requirement("ELAN-PAYMENT-004")
def test_a_payment_lowers_what_is_left_of_its_claim(elan):
    """Two payments to the øre, on the first and the last of several claims; a live service may take its time."""
    reference = elan.accept(elan.ready(elan.telling()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": "sakBesluttet"})
    before = left_by_claim(elan, reference)
    elan.forget(reference)
    payable = [claim for claim, amount in before.items() if amount > 1]
    if len(payable) < 2:
        not_run("fewer than two claims have a remaining amount")
    paid_on = payable[0], payable[-1]

    for claim in paid_on:
        pay(elan, claim, 1.07).expect_status(202)

    after = left_by_claim(elan, reference)
    paid = {claim: before[claim] - after.get(claim, before[claim]) for claim in before}
    expected = {claim: Decimal("1.07") if claim in paid_on else Decimal() for claim in before}
    may_wait = not elan.bench.api.closed_world
    wrong = [claim for claim in paid if paid[claim] != expected[claim] and not (may_wait and paid[claim] == 0)]
    assert len(wrong) == 0, f"{len(wrong)} claims with another amount left"


def left_by_claim(elan, reference):
    """The remaining amount of each of the sender's claims in a case, by the service's name for it."""
    claims = [krav for krav in elan.shown(reference)["kravISak"] if krav.get("innsendersKravreferanse")]
    if not claims or any({"kravgrunnlagsidentifikator", "gjenstaaendeBeloep"} - krav.keys() for krav in claims):
        not_run("the status does not show what is left of each claim")
    amounts = [number_of(krav["gjenstaaendeBeloep"]) for krav in claims]
    assert None not in amounts, "what is left of a claim is not an amount"
    names = [name_of(krav["kravgrunnlagsidentifikator"]) for krav in claims]
    return {name: Decimal(str(amount)) for name, amount in zip(names, amounts, strict=True)}
