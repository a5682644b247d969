"""Rare faults: which shares a fault may have, and which calls a share meets."""

import pytest
from starlette.requests import Request

from harness.sandbox.faults.answer import Answer
from harness.sandbox.faults.catalogue import UnknownFaultError
from harness.sandbox.faults.selection import Only, select
from harness.selftest.shares import shares_of
from harness.selftest.trial import Subject

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
