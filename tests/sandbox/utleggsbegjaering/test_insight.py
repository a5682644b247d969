"""What a sender can query: status, deductions, which rules a debtor is under, and reported payments."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

STATUSES = {
    "TEST_SAK_OPPRETTET": "sakOpprettet",
    "TEST_SAK_UNDER_BEHANDLING": "sakUnderBehandling",
    "TEST_SAK_NEKTET_FREMMET": "sakNektetFremmet",
    "TEST_SAK_FORELAGT": "sakForelagt",
    "TEST_SAK_BESLUTTET": "sakBesluttet",
    "TEST_SAK_AVSLUTTET": "sakAvsluttet",
    "TEST_SAK_HEVET": "sakHevet",
}


def party(number: str) -> dict[str, str]:
    return {"taxIdentificationNumber": number, "landkodeIdentifikator": "NO"}


@pytest.mark.parametrize("referanse", STATUSES)
def test_a_test_reference_shows_its_state(sender: Any, referanse: str):
    status = sender.status(referanse)

    assert status["saksstatus"] == STATUSES[referanse]
    assert status["saksnummer"].startswith("UTLBGJ/2026/")
    assert ("beslutningsinformasjon" in status) == (STATUSES[referanse] in {"sakBesluttet", "sakAvsluttet"})


@pytest.mark.parametrize("referanse", ["TEST_UGYLDIG", "FINNES-IKKE", "%F0%9F%92%A9", "%00", "%ff"])
def test_an_unknown_reference_is_404(sender: Any, referanse: str):
    assert sender.call("GET", f"/status/{referanse}").status_code == 404


def test_the_status_of_a_case_shows_parties_claims_and_the_court_fee(sender: Any):
    status = sender.status(sender.filed(sender.begjaering()))

    claims = {each.get("innsendersKravreferanse"): each["kravbeskrivelse"] for each in status["kravISak"]}
    assert claims == {
        "HOVED": "hovedkrav",
        "RENTE-1": "rentekrav",
        "RENTE-2": "rentekrav",
        "SALÆR": "utenrettsligeKostnader",
        "SKRIVING": "sakskostnaderForSkriving",
        "DOM": "hovedkrav",
        None: "rettsgebyr",
    }
    assert status["saksoekt"][0]["person"]["identifikator"] == party("12847931084")
    assert status["saksoeker"][0]["virksomhet"]["identifikator"] == party("311110004")


def test_the_cases_changed_after_a_time_are_ones_own(sandbox: Any, make_sender: Callable[..., Any], sender: Any):
    referanse = sender.filed(sender.begjaering())
    time = sender.status(referanse)["meldingsdato"]
    stranger = make_sender(sandbox, "310288837")
    question = "/status?endretEtter="

    long_ago = sender.call("GET", question + "2026-01-01T00:00:00Z").json()
    since_then = sender.call("GET", question + quote(time)).json()
    theirs = stranger.call("GET", question + "2026-01-01T00:00:00Z").json()

    assert [each["saksstatus"] for each in long_ago if each["eksternSaksreferanse"] == referanse] == ["sakOpprettet"]
    assert [each for each in since_then if each["eksternSaksreferanse"] == referanse] == []
    assert theirs == []


@pytest.mark.parametrize("query", ["", "?endretEtter=", "?endretEtter=i%20dag", "?endretEtter=2026-13-01T00:00:00Z"])
def test_without_a_time_there_is_no_answer(sender: Any, query: str):
    assert sender.call("GET", f"/status{query}").status_code == 400


def test_a_deduction_shows_after_a_submission_for_the_same_parties_only(
    start: Callable[..., Any], make_sender: Callable[..., Any]
):
    sandbox = start("--now", "2026-05-20T12:00:00Z")
    sender, stranger = make_sender(sandbox), make_sender(sandbox, "310288837")
    asked = {"saksoeker": party("311110004"), "saksoekt": party("12847931084")}

    before = sender.call("POST", "/innsyn/trekk", json=asked)
    referanse = sender.filed(sender.begjaering())
    after = sender.call("POST", "/innsyn/trekk", json=asked)
    others = stranger.call("POST", "/innsyn/trekk", json=asked)
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakHevet"})
    ended = sender.call("POST", "/innsyn/trekk", json=asked)

    assert [before.status_code, after.status_code, others.status_code, ended.status_code] == [404, 200, 403, 404]
    body = after.json()
    assert (body["saksoeker"], body["saksoekt"]) == (asked["saksoeker"], asked["saksoekt"])
    assert sorted(each["kravreferanse"] for each in body["saksoekersKravIEttTrekk"]) == [
        "DOM",
        "HOVED",
        "RENTE-1",
        "RENTE-2",
        "SALÆR",
        "SKRIVING",
    ]


@pytest.mark.parametrize(
    ("numbers", "regelverk"),
    [
        (["12847931084"], "nyttRegelverk"),
        (["08907395937"], "tidligereRegelverk"),
        (["313159949"], "tidligereRegelverk"),
        (["01818040071"], "ukjentSkyldner"),
        (["12847931085"], "ukjentSkyldner"),
        (["12847931084", "03898431389"], "nyttRegelverk"),
        (["08907395937", "313159949"], "tidligereRegelverk"),
        (["12847931084", "08907395937"], "motstridendeRegelverk"),
        (["12847931084", "01818040071"], "motstridendeRegelverk"),
    ],
)
def test_the_rules_that_debtors_are_under(sender: Any, numbers: list[str], regelverk: str):
    answer = sender.call("POST", "/betjeningskartet", json={"skyldner": [party(number) for number in numbers]})

    assert answer.status_code == 200
    assert answer.json()["regelverk"] == regelverk
    assert sorted(each["partsreferanse"]["taxIdentificationNumber"] for each in answer.json()["skyldner"]) == sorted(
        numbers
    )


def test_everybody_is_under_the_new_rules_from_2027(start: Callable[..., Any], make_sender: Callable[..., Any]):
    sender = make_sender(start("--now", "2026-12-31T23:59:00+01:00"))
    asked = {"skyldner": [party("08907395937")]}

    before = sender.call("POST", "/betjeningskartet", json=asked).json()["regelverk"]
    sender.control("POST", "klokke", {"sekunder": 60})
    after = sender.call("POST", "/betjeningskartet", json=asked).json()["regelverk"]

    assert (before, after) == ("tidligereRegelverk", "nyttRegelverk")


def test_a_payment_lowers_what_is_left_once_the_case_is_decided(sender: Any):
    referanse = sender.filed(sender.begjaering())
    path = f"/krav/{_claim(sender, referanse)['kravgrunnlagsidentifikator']}/innbetaling"
    payment = {"bokfoertDato": "2026-05-19", "beloep": 1500.25}

    too_soon = sender.call("POST", path, json=payment)
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakBesluttet"})
    taken = sender.call("POST", path, json=payment)
    with_currency = sender.call("POST", path, json=payment | {"beloep": {"beloep": 100, "valuta": "NOK"}})

    assert [too_soon.status_code, taken.status_code, with_currency.status_code] == [409, 202, 202]
    assert _claim(sender, referanse)["gjenstaaendeBeloep"]["beloep"] == 2399.75


@pytest.mark.parametrize(
    "payment",
    [
        {},
        {"bokfoertDato": "2026-05-21", "beloep": 1},
        {"bokfoertDato": "2026-05-20", "beloep": -1},
        {"bokfoertDato": "2026-05-20", "beloep": 1.001},
        {"bokfoertDato": "2026-05-20", "beloep": "1"},
    ],
)
def test_a_payment_that_cannot_be_is_400(sender: Any, payment: Any):
    referanse = sender.filed(sender.begjaering())
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakBesluttet"})
    path = f"/krav/{_claim(sender, referanse)['kravgrunnlagsidentifikator']}/innbetaling"

    assert sender.call("POST", path, json=payment).status_code == 400


def test_a_payment_on_another_senders_claim_is_404(sandbox: Any, make_sender: Callable[..., Any], sender: Any):
    referanse = sender.filed(sender.begjaering())
    sender.control("PUT", f"saker/{referanse}", {"saksstatus": "sakBesluttet"})
    path = f"/krav/{_claim(sender, referanse)['kravgrunnlagsidentifikator']}/innbetaling"
    payment = {"bokfoertDato": "2026-05-19", "beloep": 1}

    assert make_sender(sandbox, "310288837").call("POST", path, json=payment).status_code == 404
    assert sender.call("POST", "/krav/finnes-ikke/innbetaling", json=payment).status_code == 404


def _claim(sender: Any, referanse: str) -> Any:
    claims = sender.status(referanse)["kravISak"]
    return next(each for each in claims if each.get("innsendersKravreferanse") == "DOM")
