"""Faults are switched on by option, by header and while the sandbox runs, for all calls or some of them."""

from collections.abc import Callable
from typing import Any

PATH = "/lovfestetrevisjon/313367002/aapnekrav"


def has_korrelasjonsid(answer: Any) -> bool:
    return "korrelasjonsid" in answer.json()


def test_a_fault_is_on_for_every_call(start: Callable[..., Any]):
    sandbox = start("--fault", "korrelasjonsid-missing")

    answers = [sandbox.get(PATH) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert [has_korrelasjonsid(answer) for answer in answers] == [False, False, False]


def test_a_fault_is_on_for_the_first_calls_only(start: Callable[..., Any]):
    sandbox = start("--fault", "korrelasjonsid-missing@first=2")

    answers = [sandbox.get(PATH) for _ in range(4)]

    assert [has_korrelasjonsid(answer) for answer in answers] == [False, False, True, True]


def test_a_fault_is_on_from_a_call_on(start: Callable[..., Any]):
    sandbox = start("--fault", "korrelasjonsid-missing@from=3")

    answers = [sandbox.get(PATH) for _ in range(4)]

    assert [has_korrelasjonsid(answer) for answer in answers] == [True, True, False, False]


def test_a_share_of_calls_is_the_same_for_the_same_seed(start: Callable[..., Any]):
    first = start("--fault", "kravogbetalinger/korrelasjonsid-missing@share=0.5", "--seed", "7")
    second = start("--fault", "korrelasjonsid-missing@share=0.5", "--seed", "7")

    seen = [has_korrelasjonsid(first.get(PATH)) for _ in range(20)]
    again = [has_korrelasjonsid(second.get(PATH)) for _ in range(20)]

    assert seen == again
    assert {True, False} == set(seen)


def test_a_header_breaks_one_call(sandbox: Any):
    broken = sandbox.get(PATH, Provestand_Fault="korrelasjonsid-missing")
    healthy = sandbox.get(PATH)

    assert not has_korrelasjonsid(broken)
    assert has_korrelasjonsid(healthy)


def test_a_header_with_an_unknown_fault_says_which_are_near(sandbox: Any):
    answer = sandbox.get(PATH, Provestand_Fault="korrelasjonid-missing")

    assert answer.status_code == 400
    assert (
        "Provestand-Fault: there is no fault 'korrelasjonid-missing'. Did you mean korrelasjonsid-missing"
        in answer.text
    )


def test_faults_are_switched_while_the_sandbox_runs(start: Callable[..., Any]):
    sandbox = start()

    put = sandbox.http.put(f"{sandbox.base}/sandbox/faults", json=["korrelasjonsid-missing"])
    broken = sandbox.get(PATH)
    sandbox.http.put(f"{sandbox.base}/sandbox/faults", json=[])
    healthy = sandbox.get(PATH)

    assert put.json() == ["kravogbetalinger/korrelasjonsid-missing"]
    assert not has_korrelasjonsid(broken)
    assert has_korrelasjonsid(healthy)


def test_the_length_of_a_changed_body_is_right(sandbox: Any):
    broken = sandbox.get(PATH, Provestand_Fault="korrelasjonsid-missing")

    assert str(len(broken.content)) == broken.headers["content-length"]
