"""What a run asks about its first organisation, once more about the others, each in its turn.

A fault that meets one organisation is no smaller to it, and one that meets a call in five shows at the first of several
calls: a door is tried as often as that takes, whatever else is asked once about each.
"""

import inspect
import itertools

import pytest

from harness.suite.plugin import target_of
from scenarios.kravogbetalinger import (
    test_access,
    test_authentication,
    test_consent,
    test_doors,
    test_errors,
    test_http,
    test_input,
    test_korrelasjonsid,
    test_masking,
    test_media,
    test_same,
)
from scenarios.kravogbetalinger.caller import API, KravOgBetalinger
from scenarios.kravogbetalinger.test_authentication import token
from scenarios.kravogbetalinger.test_consent import changed, finans

pytestmark = pytest.mark.suite("thorough")

TIMES = 13
"""With the one of the ordinary run, nineteen of twenty faults of a call in five show."""

DOORS = (test_access, test_authentication, test_consent, test_doors)
ANSWERS = (test_errors, test_http, test_input, test_korrelasjonsid, test_masking, test_media, test_same)
OVER_ALL = frozenset({"organisation", "ledger"})
"""What a scenario takes that is about every organisation by itself."""
SPREAD = frozenset({"operation", "period_operation", "rettighetspakke"})
"""What a scenario takes that makes several calls of one: the other organisations are turns enough."""

__all__ = ["changed", "finans", "token"]


def is_about_the_first(scenario):
    """Whether a scenario asks about the first organisation, and needs no time to pass."""
    is_last = any(mark.name == "last" for mark in getattr(scenario, "pytestmark", []))
    return not is_last and not OVER_ALL & inspect.signature(scenario).parameters.keys()


for theme in (*DOORS, *ANSWERS):
    found = {name: value for name, value in vars(theme).items() if name.startswith("test_")}
    globals().update({name: value for name, value in found.items() if is_about_the_first(value)})


class AboutAnother(KravOgBetalinger):
    """Asks about another organisation than the target's first where it does not matter which."""

    def __init__(self, bench, organisation):
        super().__init__(bench)
        self._organisation = organisation

    @property
    def organisation(self):
        return self._organisation


def pytest_generate_tests(metafunc):
    api = target_of(metafunc.config).apis.get(API)
    organisations = api.organisations[1:] or api.organisations if api else ()
    is_door = metafunc.function.__module__ in {theme.__name__ for theme in DOORS}
    times = TIMES if is_door and not SPREAD & set(metafunc.fixturenames) else len(organisations)
    none = pytest.param("", id="none", marks=pytest.mark.not_testable("the target names no organisation"))
    asked_about = itertools.islice(itertools.cycle(organisations), times)
    turns = [pytest.param(number, id=f"turn {turn}") for turn, number in enumerate(asked_about)]
    metafunc.parametrize("asked_about", turns or [none])


@pytest.fixture
def kob(bench, asked_about):
    return AboutAnother(bench, asked_about)
