"""What a run asks about its first organisation, repeated for each of the others in turn.

A fault that affects one organisation matters just as much to it. One that affects a call in five shows in the first of
several calls: access checks and single calls are repeated often enough for that; everything else is asked once about
each.
"""

import inspect

import pytest

from harness.suite.plugin import target_of
from harness.suite.turns import TIMES, ask_about, in_turns, scenarios_of
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

DOORS = (test_access, test_authentication, test_consent, test_doors)
ANSWERS = (test_errors, test_http, test_input, test_korrelasjonsid, test_masking, test_media, test_same)
OVER_ALL = frozenset({"organisation", "ledger"})
"""Fixtures of scenarios that already cover each organisation."""
SPREAD = frozenset({"operation", "period_operation", "rettighetspakke"})
"""Fixtures of scenarios that make several calls each: one round per other organisation is enough."""

__all__ = ["changed", "finans", "token"]


def is_about_the_first(scenario):
    """Whether a scenario asks about the first organisation, and does not need time to pass."""
    is_last = any(mark.name == "last" for mark in getattr(scenario, "pytestmark", []))
    return not is_last and not OVER_ALL & inspect.signature(scenario).parameters.keys()


for theme in (*DOORS, *ANSWERS):
    globals().update({name: value for name, value in scenarios_of(theme).items() if is_about_the_first(value)})


class AboutAnother(KravOgBetalinger):
    """Asks about an organisation other than the target's first, where it does not matter which."""

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
    is_one_call = inspect.signature(metafunc.function).parameters.keys() == {"kob"}
    is_asked_once = is_one_call or (is_door and not SPREAD & set(metafunc.fixturenames))
    times = TIMES if is_asked_once else len(organisations)
    ask_about(metafunc, "asked_about", in_turns(organisations, times), "the target names no organisation")


@pytest.fixture
def kob(bench, asked_about):
    return AboutAnother(bench, asked_about)
