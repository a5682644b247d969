"""`provestand check-request`, as a vendor runs it."""

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.utleggsbegjaering import builders
from scenarios.utleggsbegjaering.mutations import by_kode
from scenarios.utleggsbegjaering.parties import parties_of
from tests import prepared

PARTIES = parties_of({}, datetime.date(2026, 3, 16))
TODAY = datetime.date(2026, 3, 16)
SENDER = "312345676"
UNKNOWABLE = (
    "A file cannot show what depends on the register of parties; on the uploaded files; "
    "on earlier submissions; on the case, when it is a change."
)


def begjaering() -> builders.Json:
    return builders.simple(PARTIES, SENDER, TODAY) | {"innsenderReferanse": "R-1"}


@pytest.fixture
def check(tmp_path: Path):
    """Runs the command on a body; returns exit code, standard output and standard error."""

    def run(body: object, *arguments: str, indent: int | str | None = 1) -> tuple[int, str, str]:
        text = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False, indent=indent)
        (tmp_path / "begjaering.json").write_bytes(text.encode() if isinstance(text, str) else text)
        done = prepared.run("check-request", "begjaering.json", "--today", "2026-03-16", *arguments, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_begjaering_without_fault_has_nothing_to_mend(check):
    assert check(begjaering(), "--sender", SENDER) == (
        0,
        f"begjaering.json: checked against Utleggsbegjæring 2.0 as of 2026-03-16\n\nNothing to fix.\n{UNKNOWABLE}\n",
        "",
    )


def test_form_conditions_and_warnings_are_told_together_with_their_lines(check):
    body = by_kode()["UGYLDIG_KID"][0](begjaering(), PARTIES)
    del body["underskrift"]
    body["underskrft"] = "Anna Norman"

    code, out, err = check(body)

    lines = json.dumps(body, ensure_ascii=False, indent=1).splitlines()
    kid, misspelt = (
        1 + next(n for n, line in enumerate(lines) if name in line) for name in ("kidnummer", "underskrft")
    )
    assert (code, err) == (1, "")
    assert out == (
        "begjaering.json: checked against Utleggsbegjæring 2.0 as of 2026-03-16\n\n"
        "malformed (the service answers 400)\n"
        "  line   1  $\n"
        "            underskrift is missing\n\n"
        "broken conditions (422, once the form is right)\n"
        f"  line {kid:>3}  UGYLDIG_KID  $.betalingsinformasjon.kidnummer\n"
        "            malformed, or the check digit is neither MOD10 nor MOD11\n\n"
        "worth checking (the published sources do not say that it is refused)\n"
        f"  line {misspelt:>3}  $.underskrft\n"
        "            this field is not in the message model: is it misspelt, or from another version?\n\n"
        "1 malformed, 1 broken condition, 1 worth checking.\n"
        f"{UNKNOWABLE}\n"
    )


def test_what_only_one_reading_of_the_page_refuses_is_open(check):
    """Whether a plain utlegg must mention the conciliation board is left open; a combined begjæring must."""
    combined = builders.complex_(PARTIES, SENDER, TODAY) | {"innsenderReferanse": "R-1"}
    silent = by_kode()["KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET"][0](combined, PARTIES)

    as_plain = check(silent | {"tvangsfullbyrdelsestype": "utlegg"}, "--sender", SENDER, "--format", "json")
    as_combined = check(silent, "--sender", SENDER, "--format", "json")

    told = [[(p["kind"], p["kode"]) for p in json.loads(out)["problems"]] for _, out, _ in (as_plain, as_combined)]
    assert told == [[("open", "")], [("condition", "KAN_BEHANDLES_I_FORLIKSRAADET_PAAKREVET")]]
    assert (as_plain[0], as_combined[0]) == (0, 1)


def test_a_body_of_another_operation_is_known_by_its_members_and_its_form_alone_is_checked(check):
    code, out, err = check({"skyldner": {"landkodeIdentifikator": "NO"}})

    assert (code, err) == (1, "")
    assert out == (
        "begjaering.json: checked against Utleggsbegjæring 2.0 as of 2026-03-16, as the body of "
        "slaaOppSamordnetTrekk\n\n"
        "malformed (the service answers 400)\n"
        "  line 2  $.skyldner\n"
        "          exactly one of taxIdentificationNumber, annenOffisiellIdentifikator is required; found none\n\n"
        "1 malformed.\n"
        "There are no rules for this operation; only the form was checked.\n"
    )


def test_the_operation_can_be_named(check):
    named = check(begjaering(), "--operation", "meldInnbetaling", "--format", "json")
    same_body = check(begjaering(), "--operation", "endreBegjaering", "--sender", SENDER)
    without_a_body = check(begjaering(), "--operation", "hentStatusPaaSak")

    assert (named[0], json.loads(named[1])["operation"], json.loads(named[1])["unknowable"]) == (
        1,
        "meldInnbetaling",
        {},
    )
    assert (same_body[0], UNKNOWABLE in same_body[1]) == (0, True)
    assert (
        "--operation hentStatusPaaSak: there is no such operation with a JSON body. Name one of opprettBegjaering, "
        in without_a_body[2]
    )


def test_json_holds_the_same(check):
    code, out, _ = check(begjaering(), "--sender", "310288837", "--format", "json", indent=None)

    told = json.loads(out)
    assert code == 1
    assert told["problems"] == [
        {
            "kind": "condition",
            "kode": "INNSENDER_SAMSVARER_IKKE_MED_AUTENTISERING",
            "path": "$.innsender.innsender.virksomhet.identifikator.taxIdentificationNumber",
            "line": 1,
            "message": "the token is for 310288837",
        }
    ]
    assert {name: told[name] for name in ("schema", "file", "api", "version", "today")} == {
        "schema": 1,
        "file": "begjaering.json",
        "api": "utleggsbegjaering",
        "version": "v2",
        "today": "2026-03-16",
    }


def test_an_older_model_is_another_measure(check):
    code, out, _ = check(begjaering(), "--version", "v1", "--format", "json")

    assert code == 1
    assert [problem["message"] for problem in json.loads(out)["problems"]] == ["eksternSaksreferanse is missing"]


def with_amount(literal: str) -> str:
    body = begjaering()
    for name in ("opprinneligBeloep", "gjenstaaendeBeloep"):
        body["kravTilInnkreving"][0][name]["beloep"] = "HERE"
    return json.dumps(body, indent=1).replace('"HERE"', literal)


@pytest.mark.by_day(3)
@pytest.mark.parametrize("literal", ["1" * 40, "1e300", "1.10", "100.000", "0.000", "1" * 30 + ".25"])
def test_an_amount_of_any_size_is_right_with_two_decimals(check, literal):
    code, out, err = check(with_amount(literal), "--sender", SENDER)

    assert (code, err) == (0, "")
    assert "UGYLDIG_BELOEP" not in out


@pytest.mark.by_day(3)
@pytest.mark.parametrize("literal", ["-1", "0.001", "1" * 40 + ".125", "1e-300"])
def test_an_amount_of_any_size_is_wrong_below_nothing_or_with_more_decimals(check, literal):
    code, out, err = check(with_amount(literal), "--sender", SENDER)

    assert (code, err) == (1, "")
    assert out.count("UGYLDIG_BELOEP") == 2


def test_a_name_that_is_there_twice_is_worth_checking(check):
    text = json.dumps(begjaering(), ensure_ascii=False, indent=1)
    text = text.replace('"underskrift"', '"underskrift": "Kari Norman",\n "underskrift"', 1)

    code, out, err = check(text, "--sender", SENDER)

    last = max(number for number, line in enumerate(text.splitlines(), 1) if '"underskrift"' in line)
    assert (code, err) == (0, "")
    assert f"line {last}  $.underskrift\n" in out
    assert "this name occurs more than once" in out


@pytest.mark.parametrize("form", ["text", "json"])
def test_signs_that_no_output_takes_are_escaped(check, form):
    text = json.dumps(begjaering() | {"tvangsfullbyrdelsestype": "\ud800", "\ud800": 1, "a\nb.c": 1}, indent=1)

    code, out, err = check(text, "--sender", SENDER, "--format", form)

    assert (code, err) == (1, "")
    told = [p["path"] for p in json.loads(out)["problems"]] if form == "json" else out
    assert all(path in told for path in ('$["\\ud800"]', '$["a\\nb.c"]', "$.tvangsfullbyrdelsestype"))


@pytest.mark.by_day(4)
@pytest.mark.parametrize(
    "body", ["[]", "null", "17", '"x"', "{}", '{"saksoekt": {"a": [1, null]}, "kravTilInnkreving": 3}']
)
def test_json_of_any_other_form_is_told_without_a_traceback(check, body):
    code, out, err = check(body)

    assert code == 1
    assert "malformed (the service answers 400)" in out
    assert err == ""


TOO_GREAT = "a number too large for services to read"
NO_TEXT = "begjaering.json: UTF-16, or not text at all. Save the file as UTF-8."

MISUSE = {
    "no JSON": ('{\n "a": }', (), "begjaering.json:2:7: it is not valid JSON (Expecting value). Fix the syntax there."),
    "too deep": (
        "[" * 200_000,
        (),
        "begjaering.json:1:1: it is not valid JSON (nested too deeply). Fix the syntax there.",
    ),
    "NaN": (
        '{\n "a": "NaN",\n "b": NaN}',
        (),
        "begjaering.json:3:7: it is not valid JSON (NaN is not JSON). Fix the syntax there.",
    ),
    "a number too great": (
        '{\n "a": [1, 1e999999999]}',
        (),
        f"begjaering.json:2:11: it is not valid JSON ({TOO_GREAT}). Fix the syntax there.",
    ),
    "too many digits": (
        "9" * 6000,
        (),
        f"begjaering.json:1:1: it is not valid JSON ({TOO_GREAT}). Fix the syntax there.",
    ),
    "no sender": ("{}", ("--sender", "xyz"), "--sender xyz: not an organisation number. Write its nine digits."),
    "no such API": (
        "{}",
        ("--api", "x"),
        "--api x: there are no request rules for it. APIs with rules: utleggsbegjaering.",
    ),
    "nothing": ("", (), "begjaering.json: the file is empty. Name the file with the request's body."),
    "blanks": (" \n\t\n", (), "begjaering.json: the file is empty. Name the file with the request's body."),
    "a mark of order alone": (
        b"\xef\xbb\xbf",
        (),
        "begjaering.json: the file is empty. Name the file with the request's body.",
    ),
    "UTF-16": ("{}".encode("utf-16"), (), NO_TEXT),
    "UTF-16 without a mark": ("{}".encode("utf-16-be"), (), NO_TEXT),
    "an archive": (b"PK\x03\x04\x14\x00\x00\x00", (), NO_TEXT),
    "Latin-1": ("{}Å".encode("latin-1"), (), "begjaering.json: byte 2 is not UTF-8. Save the file as UTF-8."),
    "two values": ("{}\n{}", (), "begjaering.json:2:1: it is not valid JSON (Extra data). Fix the syntax there."),
    "a comment": ("{} // x", (), "begjaering.json:1:4: it is not valid JSON (Extra data). Fix the syntax there."),
    "cut off": ('{"a": [1,', (), "begjaering.json:1:10: it is not valid JSON (Expecting value). Fix the syntax there."),
    "no such version": (
        "{}",
        ("--version", "v9"),
        "--version v9: not pinned. The versions of utleggsbegjaering are v1, v2.",
    ),
    "no version": (
        "{}",
        ("--version", ""),
        "--version : not pinned. The versions of utleggsbegjaering are v1, v2.",
    ),
    "no API": ("{}", ("--api", ""), "--api : there are no request rules for it. APIs with rules: utleggsbegjaering."),
    "no date": ("{}", ("--today", "i morgen"), "--today i morgen: not a date. Write it like 2026-03-16."),
}


@pytest.mark.by_day(6)
@pytest.mark.parametrize("case", MISUSE)
def test_misuse_is_one_line(check, case):
    body, arguments, line = MISUSE[case]

    code, out, err = check(body, *arguments)

    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"Error: {line}"


def run_here(folder: Path, *arguments: str, stdin: bytes | None = b"", **how: Any) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "harness", "check-request", *arguments]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, check=False, **how)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    code, _, err = run_here(tmp_path, "finnes-ikke.json")

    expected = "finnes-ikke.json: it cannot be read (No such file or directory). Name a file that exists."
    assert (code, err.splitlines()[-1]) == (2, f"Error: {expected}")


def test_a_folder_is_one_line(tmp_path):
    code, _, err = run_here(tmp_path, ".")

    assert (code, err.splitlines()[-1]) == (2, "Error: .: it cannot be read (Is a directory). Name a file in it.")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_is_one_line(tmp_path):
    (tmp_path / "lukket.json").touch(0o000)

    code, _, err = run_here(tmp_path, "lukket.json")

    expected = "lukket.json: it cannot be read (Permission denied). Name a file that you may read."
    assert (code, err.splitlines()[-1]) == (2, f"Error: {expected}")


def test_standard_input_is_read_with_a_mark_of_order_and_is_called_by_its_name(tmp_path):
    body = b"\xef\xbb\xbf" + json.dumps(begjaering()).encode()

    code, out, err = run_here(tmp_path, "-", "--today", "2026-03-16", stdin=body)

    assert (code, err) == (0, "")
    assert out.startswith("standard input: checked against Utleggsbegjæring 2.0 as of 2026-03-16\n")


@pytest.mark.parametrize(
    ("stdin", "line"),
    [
        (b"", "standard input: the file is empty. Name the file with the request's body."),
        (
            b"{]",
            "standard input:1:2: it is not valid JSON (Expecting property name enclosed in double quotes). "
            "Fix the syntax there.",
        ),
    ],
)
def test_what_is_wrong_with_standard_input_is_one_line(tmp_path, stdin, line):
    code, out, err = run_here(tmp_path, "-", stdin=stdin)

    assert (code, out, err.splitlines()[-1]) == (2, "", f"Error: {line}")


def test_a_closed_standard_input_is_one_line(tmp_path):
    command = f"exec {sys.executable} -m harness check-request - <&-"
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}

    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    line = "standard input is closed. Pipe the request's body to it, or name a file."
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: {line}")


WRONG_DATES = (
    *("2026-3-16", "16.03.2026", "2026-02-30", "20260316", "2026-W12-1", "2026-075", "2026-03-16T10:00:00Z"),
    *(" 2026-03-16", "2026-03-16\n", "0000-01-01", "10000-01-01", "２０２６-03-16", "", 20260316, True, None, [], {}),
)


def test_each_date_of_wrong_form_is_told_where_it_stands_and_keeps_nothing_else_back(check):
    body = by_kode()["UGYLDIG_KID"][0](begjaering() | {"begjaeringsdato": "16.03.2026"}, PARTIES)
    body["kravTilInnkreving"] = [builders.hovedkrav(f"H{n}", due=date) for n, date in enumerate(WRONG_DATES)]

    code, out, err = check(body, "--sender", SENDER, "--format", "json")

    told = json.loads(out)["problems"]
    places = [f"$.kravTilInnkreving[{n}].kravforfall.forfallsdato" for n in range(len(WRONG_DATES))]
    assert (code, err) == (1, "")
    assert [p["path"] for p in told if p["kind"] == "form"] == ["$.begjaeringsdato", *places]
    assert "UGYLDIG_KID" in {p["kode"] for p in told}


def replaced(node: Any, leaf: Callable[[Any], Any]) -> Any:
    if isinstance(node, dict):
        return {name: replaced(child, leaf) for name, child in node.items()}
    return [replaced(child, leaf) for child in node] if isinstance(node, list) else leaf(node)


@pytest.mark.parametrize(
    "leaf",
    [lambda _: None, lambda _: True, lambda _: [], lambda _: {}, lambda _: 0, str, lambda value: [value]],
    ids=["null", "true", "a list", "an object", "zero", "its text", "in a list"],
)
def test_the_same_wrong_value_everywhere_is_told_without_a_traceback(check, leaf):
    body = replaced(builders.complex_(PARTIES, SENDER, TODAY), leaf)

    code, out, err = check(body, "--format", "json")

    assert (code, err) == (1, "")
    assert any(problem["kind"] == "form" for problem in json.loads(out)["problems"])


def test_a_text_of_millions_of_characters_is_told_in_one_line(check):
    code, out, err = check(begjaering() | {"underskrift": "x" * 5_000_000}, "--sender", SENDER)

    assert (code, err) == (1, "")
    assert "5000000 characters; at most 4000 allowed" in out
    assert len(out) < 1000


def test_the_help_says_what_each_exit_code_means(tmp_path):
    _, out, _ = run_here(tmp_path, "--help")

    told = out.partition("Exit codes:\n")[2].partition("\n\n")[0]
    assert told.splitlines() == [
        "    0  nothing to fix: the request can be sent as it is, though some points may be worth checking",
        "    1  the service would refuse the request: it is malformed, or it breaks a condition",
        "    2  nothing was checked: an option is wrong, or the file cannot be read or is not JSON",
    ]


def test_what_the_sources_leave_open_is_no_refusal(check):
    """Some examples were published with a string, others with a number, as in the diagram."""
    begjaering = builders.complex_(PARTIES, SENDER, TODAY) | {"innsenderReferanse": "R-1"}
    begjaering = builders.cite(begjaering, lambda _: "00000000-0000-4000-8000-000000000001")
    for claim in begjaering["kravTilInnkreving"]:
        claim["prioritetISak"] = str(claim["prioritetISak"])

    code, out, _ = check(begjaering, "--sender", SENDER)

    assert code == 0
    assert "open (the published sources are silent or contradict each other)" in out
    assert "open: published examples write a text, the diagram a number" in out
    assert "the service answers 400" not in out


def test_numbers_of_zeros_only_are_worth_checking(check):
    begjaering = builders.cite(
        builders.simple(PARTIES, SENDER, TODAY), lambda _: "00000000-0000-4000-8000-000000000001"
    )
    begjaering["betalingsinformasjon"] |= {"kidnummer": "0000000", "kontoinformasjon": {"kontonummer": "00000000000"}}

    code, out, _ = check(begjaering, "--sender", SENDER, "--format", "json")

    found = {p["path"]: p["kind"] for p in json.loads(out)["problems"]}
    assert code == 0
    assert found["$.betalingsinformasjon.kidnummer"] == "warning"
    assert found["$.betalingsinformasjon.kontoinformasjon.kontonummer"] == "warning"


def test_a_file_that_is_cited_by_a_word_is_of_wrong_form(check):
    begjaering = builders.cite(builders.simple(PARTIES, SENDER, TODAY), lambda _: "faktura")

    code, out, _ = check(begjaering, "--sender", SENDER, "--format", "json")

    assert code == 1
    assert {p["kind"] for p in json.loads(out)["problems"] if p["path"].endswith(".uuid")} == {"form"}
