"""Sends requests that schemathesis generates from a seed, and judges the answers."""

import contextlib
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

from harness.http.guard import HeldBackError
from harness.suite.bench import Bench
from harness.suite.corpus import Roles, with_party
from harness.suite.first_failure import keeping_first_failure
from harness.suite.generated import address, send_wire
from harness.suite.generator import schema_operation, wire_of
from harness.suite.opinion import judge_case


def explore(bench: Bench, operation: str, mode: str, *, start: int, most: int) -> None:
    """Sends up to `most` requests of a mode (`positive`, `negative`), generated from a seed, and judges the answers.

    Each kind of deviation is noted once.
    """
    generated = schema_operation(bench.contract, operation).as_strategy(generation_mode=GenerationMode(mode))

    @seed(start)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generated)
    @keeping_first_failure
    def send(case: Any) -> None:  # noqa: ANN401 - schemathesis's Case
        _explore_one(bench, operation, case)

    send()


def _explore_one(bench: Bench, operation: str, case: Any) -> None:  # noqa: ANN401 - as above
    """Sends one case with the target's organisation in it, and judges the answer.

    Identifiers that the generator made up are never sent: any nine digits may be a real number.
    """
    case.freeze_metadata()
    path, query = dict(case.path_parameters), dict(case.query)
    roles = Roles.of(bench.contract.document.operation(operation))
    addressee = address(bench, roles, path, query, number=0)
    if addressee is None:
        return
    organisation = addressee.party.organisation
    case.path_parameters, case.query, case.body = path, query, with_party(case.body, organisation)
    with contextlib.suppress(HeldBackError):
        answer = bench.received(send_wire(bench, operation, wire_of(case), addressee.subject), organisation)
        judge_case(bench, operation, case, answer)
