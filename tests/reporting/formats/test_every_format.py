"""Each format in harness/reporting/formats has an option of `report`, its own file, and its own test."""

import re
from pathlib import Path
from typing import Any

import pytest

from harness.display import one_line
from harness.reporting.folder import clear_results
from harness.reporting.formats import Results, all_formats

HERE = Path(__file__).parent


def test_each_has_a_test_of_its_own():
    tested = {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py") if "def test_" in path.read_text()}

    assert tested - {"every_format"} == set(all_formats())


@pytest.mark.parametrize("name", all_formats())
def test_it_writes_its_file_and_says_so(name, verdict, contract, tmp_path):
    made = list(all_formats()[name].write(Results(tmp_path, verdict, [contract])))

    paths = [each for each in made if isinstance(each, Path)]
    assert paths == [tmp_path / all_formats()[name].FILE]
    assert paths[0].read_text(encoding="utf-8").strip()


def test_no_two_write_one_file():
    files = [each.FILE for each in all_formats().values()]

    assert sorted(set(files)) == sorted(files)


def test_what_an_earlier_run_left_is_removed(verdict, contract, tmp_path):
    for each in all_formats().values():
        list(each.write(Results(tmp_path, verdict, [contract])))

    clear_results(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_report_offers_each(run_command):
    offered = run_command("report", "--help").stdout

    assert [name for name, each in all_formats().items() if f"--{name}" not in offered or not each.HELP] == []


def test_the_one_in_the_guide_works(verdict, contract, tmp_path, repository):
    (example,) = re.findall(
        r"```python\n(.*?)```", (repository / "docs" / "writing" / "formats.md").read_text(), re.DOTALL
    )
    module: dict[str, Any] = {}
    exec(example, module)

    (path,) = module["write"](Results(tmp_path, verdict, [contract]))

    assert (path.name, bool(module["HELP"])) == (module["FILE"], True)
    assert sorted(path.read_text().splitlines()) == sorted(
        f"{entry.requirement} {one_line(entry.actual)}" for entry in verdict.deviations
    )
