"""On the published examples, the relations find what the examples are known for, and nothing else.

There are two families: those that a real system generated keep every relation; those written by hand contradict
themselves below the claim level in three known ways. The examples are not part of this repository: the tests are
skipped without them.
"""

import datetime
import inspect
import json
import os
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.contract.checks import Call, all_checks
from harness.contract.pinned import contract_of
from harness.exchange import Exchange, Request, Response
from scenarios.kravogbetalinger.relations import across, claims, payments, periods, totals

ROOT = Path(__file__).parents[3]
PUBLISHED = Path(os.environ.get("PROVESTAND_DATA") or ROOT.parent / "shared" / "data") / "kravogbetalinger"

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published examples are not here; set PROVESTAND_DATA to their folder"
)

EXAMPLES = sorted(
    path for path in PUBLISHED.glob("20*.json") if "skeleton" not in path.name and "request" not in path.name
)
OF_TODAY = [path for path in EXAMPLES if path.name >= "2023-08-28"]
RENAMED = {"plassertInnbetalingMotKrav": "plassertKrav", "dekketKrav": "kravbeskrivelse", "betaltFra": "innbetaltFra"}
"""Names that were different before 2023-08-28."""

RELATIONS = {
    name: function
    for module in (totals, claims, payments)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__annotations__.get("return") == totals.Verdicts
    and list(inspect.signature(function).parameters) == ["body"]
}

KNOWN = {
    "remaining_is_original_less_placed": 22,
    "payment_is_placed_or_unplaced": 14,
    "unplaced_payment_has_something_left": 8,
}
"""Breaches over all examples, each in those written by hand.

Six of the 20 payments, and three of the 11, that are known to contradict themselves lack the field that would show it.
"""


def read(path: Path) -> Any:
    return renamed(json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))


def renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {RENAMED.get(name, name): renamed(child) for name, child in value.items()}
    return [renamed(item) for item in value] if isinstance(value, list) else value


def test_every_relation_over_one_body_is_held_against_the_examples():
    assert len(RELATIONS) == 29


def test_the_breaches_are_the_known_ones():
    found = Counter(
        name for path in EXAMPLES for name, relation in RELATIONS.items() for breach in relation(read(path)) if breach
    )

    assert found == KNOWN


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.name.startswith("2023-08-28")], ids=lambda path: path.stem)
def test_a_generated_example_keeps_every_relation(path):
    assert [name for name, relation in RELATIONS.items() for breach in relation(read(path)) if breach] == []


def test_sums_of_2022_were_cut_and_those_of_2023_have_no_oere():
    assert totals.rule_in_use(read(PUBLISHED / "2022-12-01-oversikt.json")) == "each addend cut to whole kroner"
    assert totals.rule_in_use(read(PUBLISHED / "2023-08-28-aapnekrav.json")) is None


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("2023-08-28-aapnekrav.json", (2023, 8, 28), (2023, 9, 7)),
        ("2022-12-01-oversikt.json", (2022, 12, 1), (2030, 1, 1)),
    ],
)
def test_sums_are_split_by_a_day_that_exists(path, first, last):
    """Days between the last due date that is overdue and the first that is not."""
    for day in (datetime.date(*first), datetime.date(*last)):
        verdicts = list(totals.split_by_due_date(read(PUBLISHED / path), (day, day)))

        assert [breach for breach in verdicts if breach] == []
        assert verdicts


def test_the_consistent_set_agrees_between_operations():
    """2023-08-28, the only one: four claims in both operations, nine placed payments."""
    open_claims = read(PUBLISHED / "2023-08-28-aapnekrav.json")["aapentKravMedGjenstaaendeBeloep"]
    listed = read(PUBLISHED / "2023-08-28-krav.json")
    paid = read(PUBLISHED / "2023-08-28-innbetalinger.json")["innbetaling"]
    period = (listed["periode"]["fraOgMed"], listed["periode"]["tilOgMed"])
    placed = [(due, item) for due in claims.dues_of(listed) for item in due.get(claims.PAYMENTS_IN, [])]
    dues = defaultdict(list)
    for claim in listed["krav"]:
        for due in claim["kravforfall"]:
            dues[due["kravforfallsIdentifikator"]].append((due, claim))

    found = {
        "XOP1": list(across.claims_in_both_are_the_same(open_claims, listed["krav"])),
        "XOP2": list(across.claims_with_something_left_are_open(listed["krav"], open_claims)),
        "XOP3": list(periods.claims_outside_are_absent(listed, period, open_claims)),
        "XOP4": [
            verdict
            for due, item in placed
            if item["innbetalingsIdentifikator"] in {payment["innbetalingsidentifikator"] for payment in paid}
            for verdict in across.placed_payment_names_the_claim(due, item, paid)
        ],
        "covered": [
            verdict
            for payment in paid
            for entry in payment.get("plassertKrav", [])
            for verdict in across.covered_due_date_is_the_same(
                entry, [due for due, _ in dues[entry["kravforfallIdentifikator"]]]
            )
        ],
        "counter": [
            verdict
            for due in claims.dues_of(listed)
            for placed_claim in due.get(claims.COUNTERCLAIMS, [])
            for verdict in across.counter_claim_is_the_same(
                placed_claim, dues[placed_claim["kravforfallsIdentifikator"]]
            )
        ],
        "PER3": list(periods.payments_lie_in_the_period({"innbetaling": paid}, period)),
        "PER4": list(periods.claims_touch_the_period(listed, period)),
    }

    assert [breach for verdicts in found.values() for breach in verdicts if breach] == []
    assert {name: len(verdicts) for name, verdicts in found.items()} == {
        "XOP1": 4, "XOP2": 4, "XOP3": 1, "XOP4": 18, "covered": 9, "counter": 4, "PER3": 6, "PER4": 15,
    }  # fmt: skip


FORM = ("body_matches_schema", "private_account_masked", "no_null", "no_empty_text", "date_form", "amount_form")


@pytest.mark.parametrize("path", OF_TODAY, ids=lambda path: path.stem)
def test_an_example_of_today_s_form_passes_the_checks_of_form(path):
    operation = path.stem.split("-")[3]
    url = f"https://api.example.test/v1/finans/212201782/{operation}"
    response = Response(200, (("Content-Type", "application/json"),), path.read_bytes())
    moment = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    call = Call(Exchange(Request("GET", url), response, moment, 0.1), contract_of("kravogbetalinger", "v1"))

    breaches = {name: [breach.aspect for breach in all_checks()[name].breaches(call)] for name in FORM}
    assert {name: aspects for name, aspects in breaches.items() if aspects} == {}
