"""Shows what changed between two verdicts: as text, Markdown or JSON."""

import json
from collections.abc import Iterable

from harness.display import in_markdown, one_line
from harness.verdict.gate import Comparison
from harness.verdict.model import DeviationEntry, Verdict


def comparison_text(comparison: Comparison) -> str:
    """Plain lines for a terminal or a log; the last one is the conclusion."""
    lines: list[str] = []
    for title, entries in _groups(comparison):
        for entry in entries:
            lines += [f"{title:<18} {_line(entry)}"]
            if title == "new":
                lines += [f"{'':<18}   expected {one_line(entry.expected)}"]
                lines += [f"{'':<18}   actual   {one_line(entry.actual)}"]
                lines += [f"{'':<18}   reproduce {entry.reproduce}"]
    lines += [f"{'newly untested':<18} {entry.id}: {one_line(entry.reason)}" for entry in comparison.newly_untested]
    return "\n".join([*lines, conclusion(comparison)]) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """For a job summary or a comment on a change."""
    lines = [f"### Prøvestand gate: {conclusion(comparison)}", ""]
    rows = [
        (title, entry.requirement, entry.operation, entry.actual) for title, es in _groups(comparison) for entry in es
    ]
    rows += [("newly untested", entry.id, "", entry.reason) for entry in comparison.newly_untested]
    if rows:
        lines += ["| | requirement | operation | what |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(map(in_markdown, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def comparison_json(comparison: Comparison, baseline: Verdict, candidate: Verdict) -> str:
    """Schema 1: the groups of deviations in full, the requirements newly untested, what got worse."""
    groups = {
        "new": comparison.new,
        "no_longer_waived": comparison.unwaived,
        "still_there": comparison.still_there,
        "fixed": comparison.fixed,
    }
    return json.dumps(
        {
            "schema": 1,
            "baseline": {"target": baseline.target, "finished": baseline.finished.isoformat()},
            "candidate": {"target": candidate.target, "finished": candidate.finished.isoformat()},
            **{name: [entry.model_dump() for entry in entries] for name, entries in groups.items()},
            "newly_untested": [entry.model_dump() for entry in comparison.newly_untested],
            "worse": comparison.worse,
        },
        indent=1,
        ensure_ascii=False,
    )


def conclusion(comparison: Comparison) -> str:
    """One line: how much got worse, and how much better."""
    found = f"{len(comparison.fixed)} fixed, {len(comparison.new)} new, {len(comparison.still_there)} still there"
    untested = f", {len(comparison.newly_untested)} newly untested" if comparison.newly_untested else ""
    waived = f", {len(comparison.unwaived)} no longer waived" if comparison.unwaived else ""
    return f"{'worse' if comparison.worse else 'not worse'}: {found}{waived}{untested}"


def _groups(comparison: Comparison) -> Iterable[tuple[str, Iterable[DeviationEntry]]]:
    yield "new", comparison.new
    yield "no longer waived", comparison.unwaived
    yield "still there", comparison.still_there
    yield "fixed", comparison.fixed


def _line(entry: DeviationEntry) -> str:
    where = f" in {entry.operation}" if entry.operation else ""
    waived = f", waived by {entry.waived_by}" if entry.waived_by else ""
    return f"{entry.requirement}{where} ({entry.fingerprint}{waived})"
