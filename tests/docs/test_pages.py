"""The guides as they are in the repository: every link leads somewhere, and every command in them exists."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from harness.cli import main
from harness.handbook.book import pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *(path for path in sorted(DOCS.rglob("*.md")) if path.parent.name != "reference" or path.name == "index.md"),
]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"^\$ (?:.*&& )?provestand +(.*?)(?:  +#.*)?$", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub and MyST make of headings."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_every_link_leads_somewhere(path):
    lost = []
    for found in LINK.findall(path.read_text(encoding="utf-8")):
        target, _, anchor = "".join(found).partition("#")
        if target.startswith(("http://", "https://")):
            continue
        place = (path.parent / target).resolve() if target else path
        if not place.exists() or (anchor and anchor not in anchors(place)):
            lost.append("".join(found))
    assert lost == []


@pytest.mark.parametrize("path", GUIDES, ids=name_of)
def test_every_command_and_option_exists(path):
    unknown = []
    for text in COMMAND.findall(path.read_text(encoding="utf-8")):
        name, *words = shlex.split(text, comments=True)
        command = main.get_command(None, name)
        if command is None and not name.startswith("-"):
            unknown.append(name)
            continue
        if isinstance(command, click.Group):
            command = command.get_command(click.Context(command), words[0])
        if command is not None:
            own = words[: words.index("--")] if "--" in words else words
            known = {each for option in command.get_params(click.Context(command)) for each in option.opts} | {"--help"}
            unknown += [
                word for word in own if word.startswith("--") and word.partition("=")[0] not in {*known, "--help"}
            ]
    assert unknown == []


def test_every_page_is_in_the_table_of_contents():
    listed = set()
    for index in DOCS.rglob("index.md"):
        for block in re.findall(r"```\{toctree\}\n(.*?)```", index.read_text(encoding="utf-8"), re.DOTALL):
            listed |= {
                (index.parent / f"{line}.md").relative_to(DOCS).as_posix()
                for line in block.splitlines()
                if line and not line.startswith(":")
            }
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if path.parent.name != "reference"}
    made = {f"reference/{name}" for name in pages(main)}

    assert listed == (there | made | {"reference/index.md"}) - {"index.md"}


def examples(path: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("path", [*sorted((DOCS / "writing").glob("*.md")), DOCS / "clients.md"], ids=name_of)
def test_every_example_is_code_of_this_project(path):
    """Except for the report format, which tests/reporting/formats tries out."""
    sources = [
        each.read_text(encoding="utf-8") for room in ("harness", "scenarios") for each in (ROOT / room).rglob("*.py")
    ]

    unknown = [text for text in examples(path) if not any(_same(text, source) for source in sources)]

    assert unknown == ([] if path.name != "formats.md" else examples(path))


def test_every_entry_that_is_shown_is_one_of_this_project():
    """Word for word; the address of its source may be left out."""
    text = (DOCS / "writing" / "requirements.md").read_text(encoding="utf-8")
    shown = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    files = [*ROOT.glob("specs/*/requirements.toml"), *ROOT.glob("specs/**/errors.toml")]
    known = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    for entry in (entry for each in known for entry in each.values()):
        entry.get("source", {}).pop("url", None)

    assert len(shown) == 3
    for example in shown:
        assert any(example.items() <= each.items() for each in known), example


def _same(text: str, source: str) -> bool:
    """A docstring may be added to a function, to tell a reader without the requirement what it is about."""
    without = re.sub(r"\n    \"\"\"[^\n]*\"\"\"\n", "\n", text)
    return text.strip() in source or without.strip() in source


@pytest.mark.nightly
def test_the_pages_are_built_and_ask_no_other_host_for_anything(tmp_path):
    pytest.importorskip("sphinx")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "--keep-going", "-q", str(DOCS), str(tmp_path / "site")]

    built = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (built.returncode, built.stderr) == (0, "")
    asked = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]*\"|url\((?:https?:)?//")
    files = [*tmp_path.rglob("*.html"), *tmp_path.rglob("*.css")]
    assert len(files) > 25
    assert [path.name for path in files if asked.search(path.read_text(encoding="utf-8"))] == []
