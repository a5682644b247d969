"""What can be judged from one answer is judged for any request; a missing field accuses nobody here."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.contract.pinned import contract_of
from harness.exchange import Request
from scenarios.kravogbetalinger.each_answer import ALWAYS, OF_A_PERIOD, judge_by_itself
from tests.scenarios.kravogbetalinger.bodies import PARTY, aapnekrav, changed, vat_claim


@dataclass
class Asked:
    """An answer as its relations see it, with the requirements that it was found to break or keep."""

    body: Any
    url: str = f"https://api.example.test/v1/finans/{PARTY}/krav?fraOgMed=2026-01-01&tilOgMed=2026-12-31"
    broken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def exchange(self) -> Any:
        return type("Exchange", (), {"request": Request("GET", self.url), "is_dated": False})

    def known(self) -> Any:
        return self.body

    def judge_by_itself(self, verdicts: Any, requirement: str) -> None:
        places = list(verdicts)
        (self.broken if any(places) else self.kept).append(requirement)


def listed(**changed: Any) -> Asked:
    period = {"fraOgMed": "2026-01-01", "tilOgMed": "2026-12-31"}
    return Asked({"partIdentifikator": PARTY, "periode": period, "krav": [vat_claim() | changed]})


def broken(answer: Asked, operation: str = "krav") -> list[str]:
    judge_by_itself(answer, operation)
    return answer.broken


def test_a_sound_answer_keeps_all_of_it():
    assert broken(listed()) == []


@pytest.mark.parametrize(
    ("changed", "requirement"),
    [
        ({"opprettelsesdatoForKrav": "2024-04-13", "kravforfall": []}, "KOB-PERIOD-001"),
        ({"kravperiode": {"fraDato": "2026-02-28", "tilDato": "2026-01-01"}}, "KOB-CLAIM-005"),
        ({"partIdentifikator": "313367002"}, "KOB-CLAIM-008"),
    ],
)
def test_whatever_a_call_was_for_its_answer_is_judged(changed: dict[str, Any], requirement: str):
    assert requirement in broken(listed(**changed))


def test_another_period_than_the_one_asked_for_is_found_where_one_was_asked_for():
    answer, open_claims = listed(), listed()
    answer.url = open_claims.url = answer.url.replace("fraOgMed=2026", "fraOgMed=2025")

    assert broken(answer) == ["KOB-MODEL-004"]
    assert set(OF_A_PERIOD) & {*open_claims.kept, *broken(open_claims, "aapnekrav")} == set()


def test_a_missing_field_is_left_to_the_scenario_of_its_relation():
    answer = listed()
    del answer.body["krav"][0]["kravforfall"][0]["gjenstaaendeBeloep"]

    assert broken(answer) == []
    assert "KOB-CLAIM-005" in answer.kept


def test_each_requirement_is_one_of_the_contract_s():
    known = contract_of("kravogbetalinger").requirements

    assert {*ALWAYS, *OF_A_PERIOD} - known.keys() == set()


@pytest.mark.parametrize("amount", ["", "  ", None, "1234,50"])
def test_a_field_that_is_not_a_number_is_left_to_the_check_of_its_form(amount: object):
    """In XML an element can be empty, and everything is text."""
    answer = listed()
    answer.body["krav"][0]["kravforfall"][0]["gjenstaaendeBeloep"] = amount

    assert broken(answer) == []
    assert "KOB-CLAIM-005" in answer.kept


@pytest.mark.parametrize("value", [..., ""])
@pytest.mark.parametrize(
    "path",
    [
        "totalOversikt.saldo",
        "totalOversikt.sumUplasserteInnbetalinger",
        "oversiktPerKravgruppe.0.sumForfalteKrav",
        "oversiktPerKravgruppe.0.kravgruppe",
        "aapentKravMedGjenstaaendeBeloep.0.kravgruppe",
        "aapentKravMedGjenstaaendeBeloep.0.kravforfall.0.gjenstaaendeBeloep",
        "innbetalingMedUplassertBeloep.0.uplassertBeloep",
    ],
)
def test_a_part_of_a_sum_that_is_missing_or_empty_ends_nothing(path: str, value: object):
    """In XML, where lists and absent values are open, such an answer is of a sound form."""
    answer = Asked(changed(aapnekrav(), path, value))

    judge_by_itself(answer, "aapnekrav")

    assert {"KOB-MODEL-006", "KOB-TOTAL-001", "KOB-CLAIM-010"} & {*answer.kept, *answer.broken}
