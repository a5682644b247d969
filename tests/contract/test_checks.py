"""Each check has its own test, and judges a requirement somewhere."""

from harness.contract.checks import all_checks
from harness.contract.client_checks import all_client_checks
from harness.contract.pinned import api_names, contract_of


def test_every_check_has_a_test_module(repository):
    tests = {path.stem.removeprefix("test_") for path in (repository / "tests/contract/checks").glob("test_*.py")}

    assert set(all_checks()) == tests


def test_every_check_is_named_by_a_requirement():
    named = {check for api in api_names() for check in contract_of(api).by_check}

    assert set(all_checks()) - named == set()


def test_every_named_check_exists():
    named = {check for api in api_names() for check in contract_of(api).by_check}

    known = {*all_checks(), *all_client_checks()}
    assert {check for check in named if not check.startswith("schemathesis:")} - known == set()
