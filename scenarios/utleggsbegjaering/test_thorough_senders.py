"""What the vendor's own organisation is shown, repeated for each customer with its system user's token.

A fault that affects one sender matters just as much to it. Vendor and customer swap places, and the scenarios stay the
same.
"""

import pytest

from harness.suite.turns import ask_about, scenarios_of
from scenarios.utleggsbegjaering import (
    test_attachments,
    test_betjeningskartet,
    test_change,
    test_conditions,
    test_input,
    test_insight,
    test_sender,
    test_sequences,
    test_status_paa_sak,
    test_statuses,
    test_submission,
    test_thorough_turns,
    test_validation,
)
from scenarios.utleggsbegjaering.customers import OfACustomer, customers_of

pytestmark = pytest.mark.suite("thorough")

THEMES = (
    *(test_attachments, test_betjeningskartet, test_change, test_conditions, test_input, test_insight),
    *(test_sender, test_status_paa_sak, test_statuses, test_submission, test_validation),
)
OF_A_SENDER_OF_ITS_OWN = frozenset(
    {
        "test_a_refused_begjaering_is_no_case",
        "test_a_refused_submission_makes_no_case",
        "test_validation_makes_no_case",
        "test_what_cannot_be_read_is_not_stored",
        "test_a_body_of_30_mb_leads_to_no_server_error",
    }
)
"""Scenarios with a minted token, which is the same whoever submits, and those that are too large to be repeated."""
SEQUENCES = (
    test_sequences.test_a_change_that_comes_too_late_leaves_everything,
    test_sequences.test_a_refused_change_leaves_everything,
    test_sequences.test_deleting_one_file_leaves_the_others,
    test_sequences.test_files_of_one_begjaering_do_not_mix,
    test_sequences.test_ids_stay_when_a_case_is_changed,
    test_sequences.test_the_list_says_of_a_case_what_its_status_says,
    test_sequences.test_what_was_deleted_cannot_be_cited,
    test_sequences.test_who_has_read_a_case_reads_its_change,
)
"""Those that do not already cover several senders."""
IN_TURNS = frozenset(scenario.__name__ for scenario in test_thorough_turns.ASKED_ONCE)

for theme in THEMES:
    found = scenarios_of(theme)
    globals().update({name: found[name] for name in found.keys() - OF_A_SENDER_OF_ITS_OWN - IN_TURNS})
globals().update({scenario.__name__: scenario for scenario in SEQUENCES})


def pytest_generate_tests(metafunc):
    ask_about(metafunc, "number", customers_of(metafunc.config), "the target names no customer")


@pytest.fixture
def elan(bench, stock, number):
    return OfACustomer(bench, stock, number)
