"""What recorded traffic shows about a client: every passive check, on the whole recording."""

import pytest

from harness.clients.recorded import RecordedClient
from harness.suite.markers import not_run


@pytest.mark.suite("client-recorded")
def test_what_was_recorded(client_traffic: RecordedClient, api: str, client_check: str):
    """The recorded calls keep every promise that can be judged without provoking anything."""
    if not client_traffic.judged_by(client_check, api):
        not_run("the recording does not show it")
