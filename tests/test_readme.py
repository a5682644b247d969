"""The figures in README.md are where one command finds and dates them; their values are not tested here."""

import re
import sys
from pathlib import Path

import pytest


@pytest.fixture
def readme(repository: Path) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


def figures(readme: str, name: str) -> str:
    """The text between the marks of a figure; there must be one pair of marks."""
    mark = rf"<!-- {name}: written by `nox -s readme` -->\n(.*?)\n<!-- end of {name} -->"
    (found,) = re.findall(mark, readme, re.DOTALL)
    return found


def test_the_power_of_the_suite_is_dated(readme: str):
    sentence = (
        r"On 20\d\d-\d\d-\d\d, \d+ of \d+ faults of both APIs were caught by their own requirement, and \w+ of \d+ "
    )
    sentence += r"variations and \w+ healthy sandboxes (was|were) accused\."

    assert re.fullmatch(sentence, figures(readme, "selftest"))


def test_the_power_over_rare_faults_is_dated(readme: str):
    sentence = r"On 20\d\d-\d\d-\d\d, a thorough run caught [\d,]+ of [\d,]+ rare faults \(\d+ %\), "
    sentence += r"with [\d,]+ requests in all\. "
    sentence += r"Another \d+ show in no answer of such a run and are not counted\."

    assert re.fullmatch(sentence, figures(readme, "shares"))


def test_the_table_of_what_a_generator_finds_is_dated_and_whole(readme: str):
    first, empty, head, rule, *rows = figures(readme, "detection").splitlines()

    assert re.fullmatch(r"Measured on 20\d\d-\d\d-\d\d\.", first)
    assert (empty, head.count("|"), rule.count("|")) == ("", 9, 9)
    assert {row.count("|") for row in rows} == {9}
    assert rows[-1].startswith("| **all** | ")
    assert sum(int(row.split("|")[2]) for row in rows[:-1]) == int(rows[-1].split("|")[2])


def test_the_table_of_speed_sets_every_ratio_beside_its_reference(readme: str):
    first, empty, head, rule, *rows = figures(readme, "speed").splitlines()

    assert re.fullmatch(r"Measured on 20\d\d-\d\d-\d\d, on two cores\.", first)
    assert (empty, head.count("|"), rule.count("|")) == ("", 6, 6)
    assert {row.count("|") for row in rows} == {6}
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert all(what and figure for what, figure, *_ in cells)
    assert all(bool(beside) == bool(ratio) for _, _, beside, ratio, _ in cells)
    assert len(rows) >= 8


def test_new_figures_take_the_place_of_the_old_ones(readme: str, repository: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(repository / "benchmarks"))
    import _readme

    score = {"by_right_requirement": 7, "faults": 8, "false_alarms": 2}
    told = _readme.power({"score": score, "clean": [1, 2], "benign": [1, 2, 3]}, _readme.datetime.date(2027, 2, 3))
    rare = {"shares_caught": 1431, "shares": 1478, "percent_shares_caught": 96, "requests_for_shares": 111467}
    of_rare = _readme.power_over_rare_faults({"score": rare | {"shares_unmet": 36}}, _readme.datetime.date(2027, 2, 3))
    new = _readme.rewritten(readme, {"selftest": told, "detection": "a table", "shares": of_rare})

    assert figures(new, "selftest") == (
        "On 2027-02-03, 7 of 8 faults of both APIs were caught by their own requirement, and 2 of 3 variations and two "
        "healthy sandboxes were accused."
    )
    assert figures(new, "detection") == "a table"
    assert figures(new, "shares").startswith("On 2027-02-03, a thorough run caught 1,431 of 1,478 rare faults (96 %)")
    assert re.sub("<!--.*", "", new.partition("<!-- selftest")[0]) == readme.partition("<!-- selftest")[0]
    with pytest.raises(ValueError, match=r"README\.md has 0 places for the figures of weather"):
        _readme.rewritten(readme, {"weather": "fine"})
    sys.modules.pop("_readme")
