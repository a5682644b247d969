"""The reference contains everything that the code knows, in complete tables."""

import json
import re

import click
import pytest
from jsonschema import Draft202012Validator

from harness.cli import main
from harness.handbook.book import pages, write_pages
from harness.handbook.fields import meanings
from harness.handbook.index import entries_of, kinds
from harness.handbook.pages.formats import FORMATS, schema_of
from harness.handbook.pages.target_file import tables_of
from harness.targets.model import Target
from harness.targets.vendor import Vendor
from tests import prepared


@pytest.fixture(scope="module")
def book():
    return pages(main)


def commands(group=main, context=None):
    context = context or click.Context(group, info_name="provestand")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = click.Context(command, info_name=name, parent=context)
        yield inner, command
        if isinstance(command, click.Group):
            yield from commands(command, inner)


def test_every_command_is_there_with_every_option(book):
    text = book["commands.md"]

    missing = [context.command_path for context, _ in commands() if f"`{context.command_path}`" not in text]
    for context, command in commands():
        for option in command.get_params(context):
            if isinstance(option, click.Option) and not option.hidden:
                missing += [name for name in option.opts if name.startswith("--") and name not in text]
    assert missing == []


@pytest.mark.parametrize("model", [Target, Vendor])
def test_every_field_of_the_target_file_has_a_meaning(book, model):
    for path, each in tables_of(model, "x"):
        told = meanings(each)
        silent = [name for name in each.model_fields if name not in told and (each, name) != (Target, "name")]
        assert (path, silent) == (path, [])
        assert [name for name in told if f"`{name}`" not in book["target-file.md"] and told[name] == ""] == []


def test_the_defaults_are_those_of_the_model(book):
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| ([^|]*) \|$", book["target-file.md"], re.MULTILINE))

    assert (rows["connect"], rows["max_headers"], rows["style"], rows["closed_world"]) == (
        "`10.0`",
        "`1000`",
        "`new`",
        "`false`",
    )
    assert rows["token_generator"] == "required"


@pytest.mark.parametrize("kind", kinds())
def test_every_entry_is_on_the_page_of_its_kind(book, kind):
    text = book[f"{kind}.md"]

    assert [entry.id for entry in entries_of(kind) if f"| `{entry.id}` |" not in text] == []


def test_every_table_is_whole(book):
    """Each row has as many cells as the heading: nothing in a text is mistaken for a bar."""
    broken = []
    for name, text in book.items():
        width = 0
        for line in text.splitlines():
            bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            broken += [(name, line)] if bars and width and bars != width else []
            width = bars
    assert broken == []


def test_every_exit_code_has_a_meaning(book):
    text = book["exit-codes.md"]

    assert re.findall(r"^\| (\d) \|", text, re.MULTILINE) == ["0", "1", "2", "3"]
    assert "| `run` | 0 conformant as far as judged; " in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(schema_of(name))


def test_a_verdict_keeps_to_its_schema(healthy_run):
    verdict = json.loads((healthy_run / "verdict.json").read_text(encoding="utf-8"))

    assert list(Draft202012Validator(schema_of("verdict.json")).iter_errors(verdict)) == []
    assert list(Draft202012Validator(schema_of("verdict.json")).iter_errors(verdict | {"verdict": "green"})) != []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        (
            "drift --format json",
            ["drift", "specs/utleggsbegjaering/v1/openapi.yaml", "specs/utleggsbegjaering/v2/openapi.yaml"],
        ),
        ("check-request --format json", ["check-request", "body.json"]),
    ],
)
def test_what_a_command_prints_keeps_to_its_schema(name, arguments, repository, tmp_path):
    (tmp_path / "body.json").write_text("{}")
    places = [str(repository / each) if each.startswith("specs/") else each for each in arguments]

    printed = json.loads(prepared.run(*places, "--format", "json", cwd=tmp_path).stdout)

    assert list(Draft202012Validator(schema_of(name)).iter_errors(printed)) == []
    assert list(Draft202012Validator(schema_of(name)).iter_errors(printed | {"schema": 2})) != []


def test_pages_are_written_once(tmp_path):
    write_pages(tmp_path, main)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    write_pages(tmp_path, main)

    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
