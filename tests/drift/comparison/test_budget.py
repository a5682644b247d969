"""A comparison ends when its time is used up, and says what was not settled."""

from pathlib import Path

from harness.drift.comparison.budget import Budget
from harness.drift.comparison.pipeline import compare
from harness.drift.documents.loading import load
from harness.drift.policy import load_policy
from harness.drift.report import report_of
from tests.drift.conftest import document, with_schema


class Clock:
    """A clock that advances by a second with each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def drift(folder: Path, seconds: float):
    for name, limit in (("old", 5), ("new", 3)):
        members = ", ".join(f"a{n}: {{type: string, maxLength: {limit}}}" for n in range(20))
        text = document(with_schema(f"{{type: object, properties: {{{members}}}}}"))
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    old, new = load(folder / "old.yaml"), load(folder / "new.yaml")
    return report_of(compare(old, new, budget=Budget(seconds, Clock())), load_policy("strict"))


def test_what_is_not_proved_in_time_is_a_warning_that_says_so(tmp_path):
    report = drift(tmp_path, 100)

    kinds = {(f.severity, f.unproved, f.witness is None) for f in report.findings}
    assert kinds == {("breaking", "", False), ("warning", "time ran out before it was settled", True)}
    assert report.basis == "not everything could be compared"


def test_what_is_not_compared_in_time_is_named(tmp_path):
    report = drift(tmp_path, 2)

    assert [(f.severity, f.rule) for f in report.findings] == [("warning", "not-compared")]
    assert report.findings[0].message.endswith("not compared in time")


def test_with_time_enough_everything_is_proved(tmp_path):
    report = drift(tmp_path, 1e9)

    assert {(f.severity, f.witness is None) for f in report.findings} == {("breaking", False)}
    assert report.basis == "compared in full"


def test_findings_are_told_while_the_comparison_goes_on(tmp_path):
    """On a terminal this is the progress line: the first findings are there long before the last is proved."""
    for name, limit in (("old", 5), ("new", 3)):
        schema = f"{{type: string, maxLength: {limit}}}"
        paths = ", ".join(
            f"/{n}: {{get: {{parameters: [{{name: q, in: query, schema: {schema}}}], responses: {{}}}}}}"
            for n in range(5)
        )
        (tmp_path / f"{name}.yaml").write_text(document(f"paths: {{{paths}}}"), encoding="utf-8")
    told = []

    compare(load(tmp_path / "old.yaml"), load(tmp_path / "new.yaml"), progress=lambda *line: told.append(line))

    assert told[0] == ("compared", 0, 5, 0, "")
    assert told[1] == ("compared", 1, 5, 1, "GET /0 query parameter q: maxLength 5 became 3")
    assert [line[:3] for line in told if line[0] == "proved"] == [("proved", n, 5) for n in range(5)]
