"""A pytest plugin for the tests beside it: records which requirements each collected scenario names."""

import json
import os
from pathlib import Path

import pytest

from harness.suite.selection import api_of, cited_by


def pytest_collection_finish(session: pytest.Session) -> None:
    found = [{"scenario": item.nodeid, "api": api_of(item), "cites": cited_by(item)} for item in session.items]
    Path(os.environ["CITATIONS"]).write_text(json.dumps(found))
