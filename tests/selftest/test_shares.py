"""Rare faults: which shares a fault may have, and which calls a share affects."""

from dataclasses import replace

import pytest
from starlette.requests import Request

from harness.sandbox.faults.answer import Answer
from harness.sandbox.faults.catalogue import UnknownFaultError
from harness.sandbox.faults.selection import Only, select
from harness.selftest.shares import asked_about, shares_of, why_unmet
from harness.selftest.trial import Reach, Subject

FAULT = Subject("fault", "settled-claims", "kob", "KOB-1")


def request(path: str, **headers: str) -> Request:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": pairs}
    return Request(scope | {"server": ("127.0.0.1", 80), "scheme": "http"})


def test_a_fault_has_the_shares_that_it_can_have():
    plain = shares_of([FAULT], frozenset(), frozenset())
    every = shares_of([FAULT], frozenset({"kob/settled-claims"}), frozenset({"kob/settled-claims"}))

    assert [each.name.partition("@")[2] for each in plain] == ["share=0.2", "about=314055403"]
    assert [each.name.partition("@")[2] for each in every][2:] == ["format=xml", "above=1000000"]


def test_a_share_is_of_its_fault():
    share = next(iter(shares_of([FAULT], frozenset(), frozenset())))

    assert (share.kind, share.fault, share.requirement) == ("share", "kob/settled-claims", "KOB-1")


def test_calls_about_an_organisation_and_in_a_format():
    [about] = select(["korrelasjonsid-constant@about=314055403@format=xml"])

    assert about.only.holds(request("/finans/314055403/krav", accept="application/xml"))
    assert not about.only.holds(request("/finans/314055403/krav", accept="application/json"))
    assert not about.only.holds(request("/finans/313367002/krav", accept="application/xml"))


@pytest.mark.parametrize(
    ("body", "met"),
    [
        (b'{"beloep":1000000.01}', True),
        (b"<saldo>-2000000.5</saldo>", True),
        (b'{"beloep":999.99,"id":1234567890}', False),
        (b'{"dato":"2026-01-01"}', False),
    ],
)
def test_answers_with_an_amount_above(body: bytes, *, met: bool):
    assert Only(above=1_000_000).is_met_by(Answer(200, (), body)) is met


@pytest.mark.parametrize("condition", ["format=csv", "above=mye"])
def test_a_condition_that_cannot_be_is_refused(condition: str):
    with pytest.raises(UnknownFaultError):
        select([f"korrelasjonsid-constant@{condition}"])


def surveyed(**calls: int) -> Reach:
    met = {f"kob/settled-claims@{name}".removesuffix("@always"): times for name, times in calls.items()}
    return Reach({}, {}, frozenset(), (), {}, calls=met)


def test_a_survey_of_a_share_is_asked_about_its_fault_too():
    elsewhere = replace(FAULT, name="token-kept", arguments=("--latency", "30"))

    assert asked_about([ABOUT, FAULT, elsewhere]) == ("kob/settled-claims@about=314055403", "kob/settled-claims")


ABOUT = Subject("share", "settled-claims@about=314055403", "kob", "KOB-1")


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        (
            {"always": 14, "about=314055403": 0},
            "of the answers of a thorough run that would differ under the fault (14), none is for one organisation",
        ),
        ({"always": 0, "about=314055403": 0}, "no answer of a thorough run would differ under the fault"),
        ({"always": 14, "about=314055403": 1}, ""),
        ({"always": 14}, ""),
    ],
)
def test_a_share_that_no_call_of_a_thorough_run_meets_says_why_nobody_sees_it(calls: dict[str, int], why: str):
    """A fault that the survey did not cover may be visible."""
    assert why_unmet(ABOUT, surveyed(**calls)) == why
