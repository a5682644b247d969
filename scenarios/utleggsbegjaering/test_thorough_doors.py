"""Every door once more, several times: one that stands open for a call in five shows at the first of several calls."""

import pytest

from scenarios.utleggsbegjaering import test_authentication
from scenarios.utleggsbegjaering.test_authentication import call

pytestmark = pytest.mark.suite("thorough")

TIMES = 13
"""With the one of the ordinary run, nineteen of twenty faults of a call in five show."""

__all__ = ["call"]

doors = {name: value for name, value in vars(test_authentication).items() if name.startswith("test_")}
globals().update({name: value for name, value in doors.items() if name.endswith(("is_refused", "opens_nothing"))})


@pytest.fixture(autouse=True, params=range(TIMES))
def turn(request):
    """Which of the calls it is."""
    return request.param
