"""What the vendor's own organisation is shown, once more for each customer: by the token of its system user.

A fault that one sender meets is no smaller to it. Vendor and customer change places, and the scenarios stay the same.
"""

import pytest

from harness.suite.plugin import target_of
from scenarios.utleggsbegjaering import (
    test_attachments,
    test_betjeningskartet,
    test_change,
    test_conditions,
    test_status_paa_sak,
    test_statuses,
)
from scenarios.utleggsbegjaering.conftest import API, Utleggsbegjaering

pytestmark = pytest.mark.suite("thorough")

THEMES = (test_attachments, test_betjeningskartet, test_change, test_conditions, test_status_paa_sak, test_statuses)
OF_A_SENDER_OF_ITS_OWN = frozenset(
    {"test_a_refused_begjaering_is_no_case", "test_a_sender_in_no_register_cannot_be_identified"}
)
"""What brings a token that is minted for it, and so the same whoever files."""

for theme in THEMES:
    found = {name: value for name, value in vars(theme).items() if name.startswith("test_")}
    globals().update({name: value for name, value in found.items() if name not in OF_A_SENDER_OF_ITS_OWN})


class OfACustomer(Utleggsbegjaering):
    """The vendor files for a customer, and its own cases are those of a stranger."""

    def __init__(self, bench, stock, number):
        super().__init__(bench, stock)
        self._number = number

    @property
    def sender(self):
        return self._number

    @property
    def customer(self):
        return super().sender

    @property
    def token(self):
        return self.token_of(self._number)

    @property
    def customers_token(self):
        token = super().token
        self._customers_tokens.add(token)
        return token


def pytest_generate_tests(metafunc):
    api = target_of(metafunc.config).apis.get(API)
    ways = api.access.values() if api else ()
    customers = [number for way in ways if way.kind == "system_user" for number in way.customers]
    none = pytest.param("", id="none", marks=pytest.mark.not_testable("the target names no customer"))
    metafunc.parametrize("number", customers or [none])


@pytest.fixture
def elan(bench, stock, number):
    return OfACustomer(bench, stock, number)
