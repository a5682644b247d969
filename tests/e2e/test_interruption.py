"""SIGTERM ends a run whatever it is waiting for: each wait lasts a minute, the end must come far sooner."""

import itertools
import json
import signal
import subprocess
import threading
import time

import pytest

from tests.e2e.conftest import PROVESTAND
from tests.troubled import (  # noqa: F401 - two are fixtures
    _shared_behind,
    answer,
    behind,
    drip_head,
    pass_on,
    stall,
)

CALL = "/kravogbetalinger/v1"
JUDGED = 12
"""The number of calls answered before the trouble begins: by then a run is under way."""

WAITS = {
    "a body that does not come": stall,
    "a head that drips": drip_head,
    "a busy gateway that asks for a minute": answer(429, Retry_After="59"),
}


def ended(process: subprocess.Popen[str]) -> float:
    """Seconds from SIGTERM to the end."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=300)
    return time.monotonic() - began


@pytest.mark.by_day(1)
@pytest.mark.parametrize(
    "workers",
    [pytest.param((), id="one"), pytest.param(("--workers", "2"), id="two workers", marks=pytest.mark.nightly)],
)
@pytest.mark.parametrize("wait", WAITS)
def test_a_run_ends_while_it_waits(behind, tmp_path, wait, workers):  # noqa: F811
    reached = threading.Event()
    calls = itertools.count(1)

    def plan(asked):
        if CALL not in asked.path or next(calls) <= JUDGED:
            return pass_on
        reached.set()
        return WAITS[wait]

    behind.proxy.plan = plan
    out = tmp_path / "out"
    command = [*PROVESTAND, "run", "--out", str(out), "--target", str(behind.target_file), *workers]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=tmp_path)
    assert reached.wait(timeout=300)

    print(f"{wait}: ended within {ended(process):.2f} s")

    said = process.communicate()[0]
    verdict = json.loads((out / "verdict.json").read_text())
    assert (process.returncode, verdict["verdict"], verdict["deviations"]) == (3, "inconclusive", []), said
    assert any("interrupted" in problem for problem in verdict["problems"]), verdict["problems"]
    assert "Traceback" not in said
