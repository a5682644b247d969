"""A target's parties beside the published ones: nobody has two roles."""

import datetime

import pytest

from harness.suite.markers import NothingToJudgeError
from scenarios.utleggsbegjaering.parties import PUBLISHED, parties_of

DAY = datetime.date(2026, 3, 16)


def test_a_role_that_the_target_names_is_its_own_and_the_others_are_the_published_ones():
    parties = parties_of({"saksoekt": "14838290095"}, DAY)

    assert (parties["saksoekt"], parties["saksoekt_annen"]) == ("14838290095", "28871398382")


def test_a_published_party_that_the_target_uses_for_another_role_is_not_used_twice():
    parties = parties_of({"saksoekt": PUBLISHED["saksoekt_annen"]}, DAY)

    assert parties["saksoekt"] == "28871398382"
    with pytest.raises(NothingToJudgeError, match="published party of the role saksoekt_annen for another"):
        parties["saksoekt_annen"]
