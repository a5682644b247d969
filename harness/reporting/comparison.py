"""Shows what changed between two verdicts: as text, Markdown or JSON."""

import json
from collections import Counter
from collections.abc import Iterable

from harness.display import in_markdown, one_line, quantity
from harness.verdict.gate import Comparison, newly
from harness.verdict.levels import FAIL_ON, WORDS, counted
from harness.verdict.model import DeviationEntry, Verdict


def comparison_text(comparison: Comparison) -> str:
    """Plain lines for a terminal or a log; the last one is the conclusion."""
    lines: list[str] = []
    for title, entries in _groups(comparison):
        for entry in entries:
            lines += [f"{title:<18} {comparison.word(entry)} {_line(entry)}"]
            if title == "new":
                lines += [f"{'':<18}   expected {one_line(entry.expected)}"]
                lines += [f"{'':<18}   actual   {one_line(entry.actual)}"]
                lines += [f"{'':<18}   reproduce {entry.reproduce}"]
    lines += [f"{newly(entry):<18} {entry.id}: {one_line(entry.reason)}" for entry in comparison.newly_untested]
    lines += map(one_line, _notes(comparison))
    return "\n".join([*lines, conclusion(comparison)]) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """For a job summary or a comment on a change."""
    lines = [f"### Prøvestand gate: {conclusion(comparison)}", ""]
    rows = [
        (f"{title} {comparison.word(entry)}", entry.requirement, entry.operation, entry.actual)
        for title, es in _groups(comparison)
        for entry in es
    ]
    rows += [(newly(entry), entry.id, "", entry.reason) for entry in comparison.newly_untested]
    if rows:
        lines += ["| | requirement | operation | what |", "|---|---|---|---|"]
        lines += ["| " + " | ".join(map(in_markdown, row)) + " |" for row in rows]
    for note in _notes(comparison):
        lines += ["", in_markdown(note)]
    return "\n".join(lines) + "\n"


def _notes(comparison: Comparison) -> Iterable[str]:
    """Notes to read before the comparison, one line each."""
    if comparison.left_out:
        yield another_part(comparison)
    if comparison.other_measures:
        yield other_measures(comparison)


def other_measures(comparison: Comparison) -> str:
    """One line about runs judged by different specifications or versions."""
    return (
        f"The two runs were judged by different specifications or versions of this tool "
        f"({'; '.join(comparison.other_measures)}): what is new, fixed or newly untested may be due to "
        "that rather than to the service."
    )


def another_part(comparison: Comparison) -> str:
    """One line on why the two runs cannot be compared."""
    count, shown = len(comparison.left_out), ", ".join(comparison.left_out[:3])
    more = " …" if count > 3 else ""
    return (
        f"The candidate covers a different part: it leaves out {quantity(count, 'requirement')} that the baseline "
        "judged "
        f"({shown}{more}). Compare runs with the same --api, --suite and --requirement."
    )


def comparison_json(comparison: Comparison, baseline: Verdict, candidate: Verdict) -> str:
    """Schema 1: all groups of deviations, the newly untested requirements, what got worse."""
    groups = {
        "new": comparison.new,
        "no_longer_waived": comparison.unwaived,
        "still_there": comparison.still_there,
        "fixed": comparison.fixed,
    }
    return json.dumps(
        {
            "schema": 1,
            "baseline": _run(baseline),
            "candidate": _run(candidate),
            **{name: [entry.model_dump() for entry in entries] for name, entries in groups.items()},
            "left_out": comparison.left_out,
            "other_measures": comparison.other_measures,
            "newly_untested": [entry.model_dump() for entry in comparison.newly_untested],
            "worse": comparison.worse,
            "coverage": {"baseline": _extent(baseline), "candidate": _extent(candidate)},
        },
        indent=1,
        ensure_ascii=False,
    )


def _run(verdict: Verdict) -> dict[str, object]:
    return {
        "target": verdict.target,
        "finished": verdict.finished.isoformat(),
        "tool": verdict.tool.model_dump(),
        "specs": [specification.model_dump() for specification in verdict.specs],
    }


def _extent(verdict: Verdict) -> dict[str, int]:
    return verdict.coverage.model_dump(include={"judged", "testable", "total"})


def conclusion(comparison: Comparison) -> str:
    """One line, counting kinds of deviation: how many are worse and better, and how many new ones are warnings or
    doubts.
    """
    broken = len({entry.requirement for entry in comparison.new})
    of = f" from {quantity(broken, 'requirement')}" if broken else ""
    found = f"{len(comparison.fixed)} fixed, {len(comparison.new)} new{of}, {len(comparison.still_there)} still there"
    words = Counter(comparison.word(entry) for entry in comparison.new)
    light = [counted(words[WORDS[level]], level) for level in FAIL_ON[1:] if words[WORDS[level]]]
    found += f" (new: {', '.join(light)})" if light else ""
    waived = f", {len(comparison.unwaived)} no longer waived" if comparison.unwaived else ""
    silent = Counter(newly(entry) for entry in comparison.newly_untested)
    untested = "".join(f"; {quantity(n, 'requirement')} {word}" for word, n in silent.items())
    return f"{'worse' if comparison.worse else 'not worse'}: {found}{waived}, in kinds of deviation{untested}"


def _groups(comparison: Comparison) -> Iterable[tuple[str, Iterable[DeviationEntry]]]:
    yield "new", comparison.new
    yield "no longer waived", comparison.unwaived
    yield "still there", comparison.still_there
    yield "fixed", comparison.fixed


def _line(entry: DeviationEntry) -> str:
    where = f" in {entry.operation}" if entry.operation else ""
    waived = f", waived by {entry.waived_by}" if entry.waived_by else ""
    return f"{entry.requirement}{where} ({entry.fingerprint}{waived})"
