"""What a default run asks once, repeated several times for each customer in turn.

A fault that affects a call in five shows in the first of several calls, and one that affects a single customer shows in
that customer's calls.
"""

import pytest

from harness.suite.turns import TIMES, ask_about, in_turns, scenarios_of
from scenarios.utleggsbegjaering import (
    test_attachments,
    test_authentication,
    test_betjeningskartet,
    test_conditions,
    test_insight,
    test_municipality,
    test_payment,
    test_submission,
    test_validation,
    test_versions,
)
from scenarios.utleggsbegjaering.customers import OfACustomer, customers_of
from scenarios.utleggsbegjaering.test_authentication import call

pytestmark = pytest.mark.suite("thorough")

__all__ = ["call"]

THEMES = (test_authentication, test_municipality, test_payment, test_versions)
NAMES_ITS_SENDER = "test_a_delegated_token_speaks_for_the_consumer"
"""Its token determines the sender, and a system user in it would change that."""
ASKED_ONCE = (
    test_attachments.test_a_file_of_another_media_type_is_refused,
    test_attachments.test_an_upload_without_a_part_is_refused,
    test_betjeningskartet.test_a_look_up_without_debtors_is_refused,
    test_conditions.test_a_sender_in_no_register_cannot_be_identified,
    test_insight.test_who_represents_another_sees_nothing,
    test_submission.test_a_combined_begjaering_is_accepted,
    test_submission.test_a_payment_reference_may_end_in_a_hyphen,
    test_submission.test_an_amount_of_up_to_two_decimals_is_accepted,
    test_submission.test_an_enterprise_as_debtor_is_accepted,
    test_submission.test_exemption_from_the_court_fee_is_accepted,
    test_submission.test_interest_claims_are_accepted,
    test_submission.test_paalydende_beloep_is_ignored,
    test_submission.test_priorities_may_be_left_out,
    test_submission.test_several_parties_and_bases_are_accepted,
    test_submission.test_the_reference_may_be_left_out,
    test_validation.test_validation_tells_of_a_duplicate,
)
"""From the other themes, what no other scenario covers."""

for theme in THEMES:
    globals().update({name: value for name, value in scenarios_of(theme).items() if name != NAMES_ITS_SENDER})
globals().update({scenario.__name__: scenario for scenario in ASKED_ONCE})


def pytest_generate_tests(metafunc):
    """Scenarios over all operations make several calls anyway, and are run once for each customer."""
    customers = customers_of(metafunc.config)
    times = len(customers) if "operation" in metafunc.fixturenames else TIMES
    ask_about(metafunc, "number", in_turns(customers, times), "the target names no customer")


@pytest.fixture
def elan(bench, stock, number):
    return OfACustomer(bench, stock, number)
