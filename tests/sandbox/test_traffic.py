"""A sixth call in flight is counted as a breach of fair use, and turned away if the knob says so."""

import asyncio

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from harness.sandbox.traffic import Traffic
from tests.aside import run_aside


async def statuses_of(calls: int, knob: str) -> tuple[list[int], dict[str, int]]:
    """The answers to that many concurrent calls, and the sandbox's figures."""
    released = asyncio.Event()

    async def api(scope: Scope, receive: Receive, send: Send) -> None:
        await released.wait()
        await Response(status_code=200)(scope, receive, send)

    traffic = Traffic(api, {"sixth-call": knob}, 0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(traffic), base_url="http://api") as http:
        sent = [asyncio.create_task(http.get("/")) for _ in range(calls)]
        while traffic.figures["requests"] < calls:
            await asyncio.sleep(0)
        released.set()
        answers = await asyncio.gather(*sent)
    return sorted(answer.status_code for answer in answers), dict(traffic.figures)


@pytest.mark.parametrize(
    ("calls", "knob", "statuses", "breaches"),
    [(5, "429", [200] * 5, 0), (6, "429", [200] * 5 + [429], 1), (6, "served", [200] * 6, 1)],
)
def test_five_calls_may_be_in_flight_together(calls, knob, statuses, breaches):
    answered, figures = run_aside(statuses_of(calls, knob))

    assert (answered, figures["breaches"], figures["max_in_flight"]) == (statuses, breaches, calls)
