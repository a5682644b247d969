"""Targets that are partly configured, or whose test data is gone: a healthy service is accused of nothing.

What such a target cannot show is not judged, and the run says so.
"""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import tomli_w

from tests.e2e.conftest import run

KOB, ELAN = "kravogbetalinger", "utleggsbegjaering"
NOBODY = "219001002"
ANOTHER_ID = "00000000-0000-4000-8000-000000000000"
Section = dict[str, Any]


def alone(api: str, way: str, **more: object) -> Callable[[Section], None]:
    """One API with one way in, for one organisation, and nothing else."""

    def change(target: Section) -> None:
        whole = target["apis"][api]
        open_for = whole["access"][way].get("customers") or whole["organisations"]
        kept = {name: whole[name] for name in ("base_url", "scope")} | {"organisations": open_for[:1]}
        target["apis"] = {api: {**kept, "access": {way: whole["access"][way]}, **more}}
        target["maskinporten"].pop("mint", None)

    return change


def without(*names: str) -> Callable[[Section], None]:
    def change(target: Section) -> None:
        for api in target["apis"].values():
            for name in names:
                api.pop(name, None)

    return change


def consents_of(number: str, consent: str) -> Callable[[Section], None]:
    """Consents that were given, and one that was withdrawn or mistyped."""

    def change(target: Section) -> None:
        target["apis"][KOB]["access"]["finans"]["consents"][number] = consent

    return change


def with_somebody_unknown(target: Section) -> None:
    for api in target["apis"].values():
        api["organisations"] = [*api["organisations"], NOBODY]
        api.pop("unknown_organisation", None)


def customers_that_did_not_approve(target: Section) -> None:
    target["apis"][KOB]["access"]["regnskapssystem"]["customers"] = [NOBODY]


HALVES = {
    "audit alone": alone(KOB, "lovfestetrevisjon"),
    "consents alone": alone(KOB, "finans"),
    "system users alone": alone(KOB, "regnskapssystem"),
    "an organisation that is gone": alone(KOB, "lovfestetrevisjon", organisations=[NOBODY]),
    "an organisation that is gone beside others": with_somebody_unknown,
    "nothing but organisations": without(
        "other_scope", "unknown_organisation", "shielded_organisation", "person", "ungranted_consumer", "delegation"
    ),
    "a consent that is not there": consents_of("212201782", ANOTHER_ID),
    "customers that did not approve": customers_that_did_not_approve,
    "own cases alone": alone(ELAN, "egen"),
    "cases of customers alone": alone(ELAN, "systembruker"),
}
INCONCLUSIVE = {"a consent that is not there"}
"""The issuer's answer is wrong: nobody knows what the service would have answered."""
APIS = {"own cases alone": ELAN, "cases of customers alone": ELAN}


@pytest.mark.nightly
@pytest.mark.parametrize("half", HALVES)
def test_a_target_that_is_configured_in_part_accuses_nobody(sandbox_file, tmp_path, half):
    content = tomllib.loads(sandbox_file.read_text())
    HALVES[half](content["targets"]["sandbox"])
    (tmp_path / "half.toml").write_text(tomli_w.dumps(content))
    chosen = ("--api", APIS.get(half, KOB), "--suite", "scenarios")

    finished = run(tmp_path / "out", "--target", str(tmp_path / "half.toml"), *chosen)

    assert finished.verdict["deviations"] == []
    assert finished.code == (3 if half in INCONCLUSIVE else 0), finished.stdout
    assert ("Inconclusive: " if half in INCONCLUSIVE else "Conformant as far as judged: ") in finished.stdout
