"""The page for people; its contents are tested in tests/reporting/test_page.py."""

from harness.reporting.formats import Results
from harness.reporting.formats.html import write


def test_the_page_of_these_results_is_written(verdict, contract, tmp_path):
    (path,) = write(Results(tmp_path, verdict, [contract]))

    assert (path.name, path.parent) == ("report.html", tmp_path)
    assert "Not conformant: 1 deviation, 1 waived" in path.read_text(encoding="utf-8")
