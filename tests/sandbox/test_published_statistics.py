"""Generated answers resemble the published ones from a real system (2023-08-28): fields, signs, shares, sizes."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.sandbox.knobs import turned
from harness.sandbox.kravogbetalinger.generator import ledger_of
from harness.sandbox.kravogbetalinger.views import Period, Views

DAY = datetime.date(2026, 5, 20)
SEEDS = range(10)
MANY_CLAIMS, CREDITS, OWNER, UNPLACED = "313367002", "314055403", "212201782", "314961900"


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The answers of 2023-08-28, by operation; those of utbetalinger were a copy of another's."""
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "kravogbetalinger"
    if not folder.is_dir():
        pytest.skip("the published examples are not here")
    names = ("aapnekrav", "krav", "innbetalinger")
    return {name: json.loads((folder / f"2023-08-28-{name}.json").read_text()) for name in names}


def generated() -> Iterator[dict[str, Any]]:
    for seed in SEEDS:
        for organisation in (MANY_CLAIMS, CREDITS, OWNER, UNPLACED):
            views = Views(ledger_of(organisation, seed, DAY), DAY, turned([]))
            yield views.aapnekrav()
            for year in (2024, 2025):
                period = Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
                yield from (views.krav(period), views.innbetalinger(period), views.utbetalinger(period))


def claims_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [*body.get("aapentKravMedGjenstaaendeBeloep", []), *body.get("krav", [])]


def is_of_mva(claim: dict[str, Any]) -> bool:
    return claim["kravgruppe"] == "Merverdiavgift"


def paths(node: Any, prefix: str = "") -> Iterator[str]:
    """The path of every member, ignoring lists."""
    if isinstance(node, list):
        for child in node:
            yield from paths(child, prefix)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield f"{prefix}/{name}"
            yield from paths(value, f"{prefix}/{name}")


def test_every_field_of_a_published_claim_is_generated(published: dict[str, Any]):
    """Except the message to a payee, which is free text."""
    seen = {path for body in published.values() for claim in claims_of(body) for path in paths(claim)}
    made = {path for body in generated() for claim in claims_of(body) for path in paths(claim)}

    assert {path for path in seen - made if not path.endswith("/meldingSendtTilMottaker")} == set()


def test_no_field_is_generated_that_the_model_does_not_have(published: dict[str, Any]):
    folder = Path(__file__).parents[2].parent / "shared" / "data" / "kravogbetalinger"
    model = (folder / "openapi-1.1.1-model.json").read_text()

    made = {path.rpartition("/")[2] for body in generated() for path in paths(body)}

    assert {name for name in made if f'"{name}"' not in model} == set()


@pytest.mark.parametrize("system", ["mva", "skatteinnkreving"])
def test_each_ledger_system_shows_its_own_fields(published: dict[str, Any], system: str):
    """The fields that a system's claims always have, and never have, agree with the examples."""
    names = {"fastsettingsmaate", "kravperiode/fraDato", "kravperiode/tilDato"}

    def shown(claim: dict[str, Any]) -> set[str]:
        return {name for name in names if f"/{name}" in set(paths(claim))}

    seen = [
        shown(claim)
        for body in published.values()
        for claim in claims_of(body)
        if is_of_mva(claim) is (system == "mva")
    ]
    made = [shown(claim) for body in generated() for claim in claims_of(body) if is_of_mva(claim) is (system == "mva")]

    assert set(map(frozenset, made)) == set(map(frozenset, seen))


def test_signs_agree_with_the_examples(published: dict[str, Any]):
    """Section 7: a payment is negative; what it covers of a claim is negative in one system, positive in the other."""

    def signs(bodies: Any) -> set[tuple[str, bool]]:
        found = set()
        for body in bodies:
            for payment in [*body.get("innbetaling", []), *body.get("innbetalingMedUplassertBeloep", [])]:
                found.add(("innbetaltBeloep", payment["innbetaltBeloep"] > 0))
                found |= {("plassertKrav", part["plassertBeloep"] > 0) for part in payment.get("plassertKrav", [])}
            for claim in claims_of(body):
                kind = "mva" if is_of_mva(claim) else "other"
                for due in claim["kravforfall"]:
                    for placed in due.get("plassertInnbetaling", []):
                        found.add((f"plassertInnbetaling {kind}", placed["plassertBeloep"] > 0))
                    found |= {
                        ("plassertUtbetaling", placed["plassertBeloep"] > 0)
                        for placed in due.get("plassertUtbetaling", [])
                    }
        return found

    assert signs(generated()) == signs(published.values())


def test_shares_and_sizes_are_of_the_same_order(published: dict[str, Any]):
    """A few examples are no distribution: only large differences are reported."""

    def shares(claims: list[dict[str, Any]]) -> dict[str, float]:
        due_dates = [due for claim in claims for due in claim["kravforfall"]]
        amounts = sorted(abs(claim["opprinneligBeloep"]) for claim in claims)
        return {
            "settled": sum(not claim["gjenstaaendeBeloep"] for claim in claims) / len(claims),
            "of mva": sum(map(is_of_mva, claims)) / len(claims),
            "due dates per claim": len(due_dates) / len(claims),
            "median": amounts[len(amounts) // 2],
        }

    seen = shares(claims_of(published["krav"]))
    made = shares([claim for body in generated() for claim in body.get("krav", [])])

    assert abs(made["settled"] - seen["settled"]) < 0.35
    assert abs(made["of mva"] - seen["of mva"]) < 0.35
    assert abs(made["due dates per claim"] - seen["due dates per claim"]) < 0.5
    assert 0.25 < made["median"] / seen["median"] < 4
