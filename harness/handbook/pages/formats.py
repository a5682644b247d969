"""The files and messages for programs, each with the JSON Schema of the model that writes it."""

import json
from typing import Any

from pydantic import TypeAdapter

from harness.clients import protocol
from harness.contract.request_check import Checked
from harness.doctor.report import Walked
from harness.drift.presentation.json import Drift
from harness.handbook.markdown import sections
from harness.selftest.score import SelfTest
from harness.verdict.model import Verdict
from harness.verdict.shard import Outcomes

TITLE = "Files and messages"

INTRODUCTION = """
Each has `"schema": 1`. New members may be added; existing ones keep their names and meanings as long as the number
stays the same. Every schema below is generated from the model that writes the file.
"""

FORMATS: dict[str, tuple[str, Any]] = {
    "verdict.json": ("The verdict of a run: `run`, `client`, `merge`.", Verdict),
    "outcomes.json": ("What each scenario found; `merge` joins shards from it.", Outcomes),
    "drift --format json": ("What changed, with proof.", Drift),
    "selftest.json": ("The score of a self-test.", SelfTest),
    "check-request --format json": ("What the service would say to a request.", Checked),
    "doctor --format json": ("The access chain, step by step.", Walked),
    "driver: connect": ("The suite's first message to a driver of a client.", protocol.Connect),
    "driver: call": ("A task for the client.", protocol.Task),
    "driver: goodbye": ("The last message.", protocol.Goodbye),
    "driver: answer": ("What the driver answers, with the `seq` of the message.", protocol.Reply),
}
"""By name: what it is, and its model."""


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a format; raises KeyError for an unknown one."""
    adapter = TypeAdapter(FORMATS[name][1])
    return adapter.json_schema(by_alias=True, mode="validation" if name == "driver: answer" else "serialization")


def text() -> str:
    parts = [f"## {name}\n\n{told}\n\n{_block(schema_of(name))}" for name, (told, _) in FORMATS.items()]
    return sections(f"# {TITLE}", INTRODUCTION, *parts)


def _block(schema: dict[str, Any]) -> str:
    return f"```json\n{json.dumps(schema, indent=1, ensure_ascii=False)}\n```"
