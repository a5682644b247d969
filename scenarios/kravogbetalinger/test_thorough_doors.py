"""Every door once more, several times: one that stands open for a call in five shows at the first of several calls."""

import pytest

from scenarios.kravogbetalinger import test_access, test_consent
from scenarios.kravogbetalinger.test_consent import changed, finans

pytestmark = pytest.mark.suite("thorough")

TIMES = 13
"""With the one of the ordinary run, nineteen of twenty faults of a call in five show."""

__all__ = ["changed", "finans"]

for theme in (test_access, test_consent):
    doors = {name: value for name, value in vars(theme).items() if name.startswith("test_") and "does_not_open" in name}
    doors |= {name: value for name, value in vars(theme).items() if name.startswith("test_") and "_closed_" in name}
    globals().update({name: value for name, value in doors.items() if "altinn_2" not in name})


@pytest.fixture(autouse=True, params=range(TIMES))
def turn(request):
    """Which of the calls it is."""
    return request.param
