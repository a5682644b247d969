"""Every behaviour of an unreliable network, all the time, as the client sees it: an end, and the right outcome."""

import pytest

from harness.http.client import TargetUnavailableError
from tests.behaviours import BEHAVIOURS
from tests.http.test_client import calling  # noqa: F401 - a fixture

IMPATIENT = {"timeouts": {"connect": 2, "read": 0.5, "total": 1}}
"""For behaviours that end with an error of the network: in some the answer never ends."""
PATIENT = {"timeouts": {"connect": 10, "read": 20, "total": 60}}
"""For those that end with an answer: a busy machine takes a while to send 40 MB."""


HEAVY = frozenset(
    {"a name of 40 MB", "XML with a text of 40 MB", "a text of 40 MB and a wide sign", "a million values"}
)
"""As slow as others of their kind: one of each kind is enough by day, the rest comes in `nox -s network`."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.nightly if n in HEAVY else ()) for n in BEHAVIOURS])
def test_a_behaviour_ends_with_the_right_word(calling, behind, name):  # noqa: F811
    behaviour = BEHAVIOURS[name]
    behind.proxy.plan = lambda asked: behaviour.trouble
    patience = IMPATIENT if behaviour.right == "network" else PATIENT
    call = calling(behind.target.maskinporten.issuer.rstrip("/"), **patience)

    try:
        found = call.get("/.well-known/oauth-authorization-server").response.completeness
    except TargetUnavailableError as error:
        found = error.trouble.kind

    match behaviour.right:
        case "network":
            assert found not in {"whole", "too-large", "other"}
        case "told":
            assert found == "too-large"
        case "body":
            assert found in {"whole", "too-large"}
        case _:
            assert found == "whole"
