"""What `provestand run` says about invalid input."""

import pytest


@pytest.mark.by_day(4)
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--target", "nope"], "target 'nope': there is no provestand.toml in"),
        (["--target", "none.toml"], "none.toml: it cannot be read (No such file or directory). Name a file that"),
        (["--api", "krav"], "there is no API 'krav'. There are kravogbetalinger"),
        (["--api", "kravogbetaling"], "there is no API 'kravogbetaling'. Did you mean kravogbetalinger?"),
        (["--requirement", "KOB-AUTH-01"], "there is no requirement 'KOB-AUTH-01'. Did you mean KOB-AUTH-0"),
        (["--suite", "foo"], "Invalid value for '--suite': 'foo' is not one of"),
        (["--workers", "0"], "Invalid value for '--workers': 0 is not in the range x>=1."),
        (["--out", "full"], "--out full: the folder holds other files. Name a new or empty one."),
        (["--out", "file"], "--out file: it is a file. Name a folder."),
    ],
)
def test_one_line_says_what_is_wrong(provestand, tmp_path, arguments, complaint):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")

    finished = provestand("run", *arguments)

    assert finished.code == 2
    assert finished.complaint.startswith(complaint)
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("targets = [", "it is not valid TOML"),
        ("[other]", "Targets are written as [targets.NAME]."),
        ("[targets.a]\n[targets.b]", "it has 2 targets instead of one. Name a file with one target."),
    ],
)
def test_a_faulty_target_file_is_named_with_what_is_wrong(provestand, tmp_path, text, complaint):
    (tmp_path / "t.toml").write_text(text)

    finished = provestand("run", "--target", "t.toml")

    assert finished.code == 2
    assert finished.complaint.startswith("t.toml:")
    assert complaint in finished.complaint


def test_a_choice_that_leaves_no_scenario_is_wrong_usage(provestand):
    finished = provestand("run", "--", "-k", "nothing_is_called_this")

    assert finished.code == 2
    assert "no scenario was selected" in finished.stdout + finished.stderr
