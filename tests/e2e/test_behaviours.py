"""A run over every behaviour of an unreliable network, all the time and in one call of ten, on both APIs.

Never a deviation that is the network's, never a traceback, an end within the limits, and little memory. A few represent
all of them in the default tests; `nox -s network` runs the whole list.
"""

import json
import threading
import tomllib
from pathlib import Path

import pytest
import tomli_w

from tests.behaviours import BEHAVIOURS, Right
from tests.e2e.conftest import PROVESTAND
from tests.processes import measured
from tests.troubled import Asked, Trouble, _shared_behind, behind, pass_on  # noqa: F401 - two are fixtures

APIS = {
    "kravogbetalinger": ("/kravogbetalinger/v1", ("KOB-MODEL-003", "KOB-AUTH-001")),
    "utleggsbegjaering": ("/api/utleggsbegjaering/v2", ("ELAN-AUTH-001", "ELAN-CASE-001")),
}
QUICK = {
    ("no length, closed half-way", "always", "kravogbetalinger"),
    ("Content-Length 3 more, then FIN", "always", "utleggsbegjaering"),
    ("gzip of 1 GB", "always", "kravogbetalinger"),
    ("100,000 times 100 Continue", "one in ten", "kravogbetalinger"),
}
CASES = [
    pytest.param(name, often, api, marks=() if (name, often, api) in QUICK else pytest.mark.nightly)
    for name in BEHAVIOURS
    for often in ("always", "one in ten")
    for api in APIS
]

# The exit codes that a run may have, with a behaviour all the time and with it in one call of ten.
CODES: dict[Right, dict[str, set[int]]] = {
    "network": {"always": {3}, "one in ten": {0, 3}},
    "told": {"always": {3}, "one in ten": {0, 3}},
    "refusal": {"always": {0, 1, 3}, "one in ten": {0, 1, 3}},
    "finding": {"always": {0, 1, 3}, "one in ten": {0, 1, 3}},
    "body": {"always": {0, 1, 3}, "one in ten": {0, 1, 3}},
    "conformant": {"always": {0}, "one in ten": {0}},
}
NO_DEVIATION = frozenset({"network", "told", "conformant"})
ABOUT_FORM = ("_shape", "_well_formed", "media_type", "charset", "korrelasjonsid", "_schema")
"""Checks of how an answer is written, by name."""

MOST_MEMORY = 400_000  # kB, at the peak of the process
LIMITS = {"connect": 2.0, "read": 1.0, "total": 2.0}
LONGEST = 240.0
"""Seconds on a busy machine; the allowed attempts take far less."""


def often_or_always(path: str, trouble: Trouble, often: str):
    lock, count = threading.Lock(), [0]

    def plan(asked: Asked) -> Trouble:
        if path not in asked.path:
            return pass_on
        with lock:
            count[0] += 1
            return trouble if often == "always" or count[0] % 10 == 0 else pass_on

    return plan


def with_limits(target_file: Path, folder: Path) -> Path:
    content = tomllib.loads(target_file.read_text())
    content["targets"]["sandbox"]["timeouts"] = LIMITS
    (folder / "limited.toml").write_text(tomli_w.dumps(content))
    return folder / "limited.toml"


@pytest.mark.parametrize(("name", "often", "api"), CASES)
def test_a_run_over_a_foreign_wire(behind, tmp_path, name, often, api):  # noqa: F811
    behaviour, (path, requirements) = BEHAVIOURS[name], APIS[api]
    behind.proxy.plan = often_or_always(path, behaviour.trouble, often)
    chosen = [part for requirement in requirements for part in ("--requirement", requirement)]
    target = with_limits(behind.target_file, tmp_path)
    command = [*PROVESTAND, "run", "--out", str(tmp_path / "out"), "--target", str(target), "--api", api, *chosen]

    done = measured(command, tmp_path, longest=LONGEST)

    assert done.code in CODES[behaviour.right][often], done.output
    assert "Traceback" not in done.output
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert not [problem for problem in verdict["problems"] if "the harness broke" in problem]
    accused = [f"{each['requirement']} {each['check']}: {each['actual']}" for each in verdict["deviations"]]
    if behaviour.right in NO_DEVIATION:
        assert accused == []
    if behaviour.right in {"refusal", "finding"}:
        assert [each for each in accused if any(part in each for part in ABOUT_FORM)] == []
    assert done.memory < MOST_MEMORY
    print(
        f"\n{name}, {often}, {api}: exit {done.code}, {done.memory // 1000} MB",
        *accused,
        *verdict["problems"],
        sep="\n  ",
    )
