"""Payments on claims whose case has gone to utlegg or trekk. The service is known from a draft only."""

import datetime

from harness.suite.markers import not_run, requirement


def pay(elan, claim):
    elan.bench.ensure_open("meldInnbetaling")
    yesterday = elan.today - datetime.timedelta(days=1)  # today may be tomorrow by the service's clock
    body = {"bokfoertDato": yesterday.isoformat(), "beloep": {"beloep": 100.0, "valuta": "NOK"}}
    return elan.send("POST", f"/krav/{claim}/innbetaling", body)


def claim_of_a_case(elan, saksstatus):
    """The identifier that the service gave a claim of a case of that status."""
    reference = elan.accept(elan.ready(elan.simple()))
    elan.bench.control("PUT", f"/saker/{reference}", {"saksstatus": saksstatus})
    claims = elan.status(reference).expect_status(200).json()["kravISak"]
    own = next(krav for krav in claims if krav.get("innsendersKravreferanse") == "H1")
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
