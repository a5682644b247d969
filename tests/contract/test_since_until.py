"""Requirements of one version only: `since` is the first in which one holds, `until` the first in which it does not."""

import dataclasses

import pytest

from harness.contract.contract import Contract


@pytest.mark.parametrize(
    ("version", "since", "until", "holds"),
    [
        ("v1", None, None, True),
        ("v1", "2", None, False),
        ("v2", "2", None, True),
        ("v3", "2", None, True),
        ("v1", None, "2", True),
        ("v2", None, "2", False),
        ("v3", None, "2", False),
        ("v2", "2", "3", True),
        ("v3", "2", "3", False),
        ("v10", "2", None, True),
        ("v2", None, "10", True),
        ("v1.1", "1.2", None, False),
        ("v1.10", "1.2", None, True),
    ],
)
def test_a_requirement_holds_from_since_and_before_until(contract: Contract, version, since, until, holds):
    bounded = contract.requirements["KODE-1"].model_copy(update={"since": since, "until": until})

    of_version = dataclasses.replace(contract, version=version, requirements={"KODE-1": bounded})

    assert ("KODE-1" in of_version.active) is holds


def test_what_is_withdrawn_holds_in_no_version(contract: Contract):
    withdrawn = contract.requirements["KODE-1"].model_copy(update={"withdrawn": "never promised"})

    assert dataclasses.replace(contract, requirements={"KODE-1": withdrawn}).active == {}
