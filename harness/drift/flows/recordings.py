"""Drift in recorded traffic, compared with a document or an earlier recording."""

from dataclasses import replace
from pathlib import Path

from harness.drift.documents.loading import load
from harness.drift.flows.pins import Pins
from harness.drift.policy import load_policy
from harness.drift.report import (
    Report,
    joined,
    not_compared,
    observed_report,
    plain_report,
    with_left_out,
    without_answer,
)
from harness.drift.traffic.observed import observe
from harness.drift.traffic.recordings import between, learn
from harness.har import read_recording


def in_recording(recording: Path, document: Path | None, policy_name: str, root: Path | None = None) -> Report:
    """Compares recorded traffic with a document, or with the newest pinned documents that match it.

    Raises UnreadableRecordingError, UnreadableDocumentError and UnreadablePolicyError.
    """
    policy, pins = load_policy(policy_name), Pins.read()
    documents = [document] if document else [contract.document.path for contract in pins.contracts]
    held = read_recording(recording)
    exchanges = pins.redacted(held.exchanges)
    observations = [observe(load(path, root), exchanges) for path in documents]
    judged = [one for one in observations if one.judged] or observations[:1]
    reports = [pins.with_requirements(observed_report(one, policy, str(recording))) for one in judged]
    return with_left_out(joined(reports), held)


def between_recordings(old: Path, new: Path, policy_name: str) -> Report:
    """Compares one recording of traffic with an earlier one; raises UnreadableRecordingError, UnreadablePolicyError."""
    policy, pins = load_policy(policy_name), Pins.read()
    held = read_recording(old), read_recording(new)
    before, after = (learn(pins.redacted(recording.exchanges)) for recording in held)
    counts = [sum(side.seen.values()) for side in (before, after)]
    basis = "{} answers compared with {}".format(*counts)
    report = plain_report(between(before, after), policy, str(old), str(new), basis)
    left_out = [
        f"{path}: {told}"
        for path, recording, side in zip((old, new), held, (before, after), strict=True)
        for told in (*not_compared(side.unread), *without_answer(recording))
    ]
    return replace(report, notes=(*report.notes, *left_out), facts={"judged": min(counts)})
