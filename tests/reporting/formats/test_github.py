"""What GitHub Actions shows: annotations and the summary of a job."""

import re

from harness.reporting.formats.github import annotations, job_summary


def test_an_annotation_per_broken_requirement_in_one_line_each(verdict, contract):
    lines = list(annotations(verdict, [contract]))

    assert [line.split("::")[1] for line in lines] == [
        "error title=Prøvestand",
        "error title=KODE-1",
        "warning title=enum-value boeker",
        "warning title=waiver w2",
    ]
    assert lines[0].endswith("::Not conformant: 1 deviation, 1 waived")
    assert lines[1].endswith("%0A1 more of this kind")
    assert not any("\n" in line for line in lines)
    assert not any(re.search(r"%(?!25|0A|0D|3A|2C)", line) for line in lines)


def test_the_job_summary_is_whole_tables(verdict, contract):
    lines = job_summary(verdict, [contract]).splitlines()

    assert lines[0] == "## ❌ Prøvestand: Not conformant: 1 deviation, 1 waived"
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")]
    assert set(widths) <= {3, 6, 8}
    assert any("**KODE-1**" in line for line in lines)
