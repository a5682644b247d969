"""Plain English: phrases that read like a translation do not come back. CONTRIBUTING.md says what to write instead."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PHRASES = {
    r"\bit is no (?!longer|more|matter|error)[A-Za-z]": "it is not a …",
    r"\bis called so\b": "there is no …",
    r"\bno (rule|knob|fault|target|API|requirement|suite) is called\b": "there is no …",
    r"\b[Mm]end (it|the|them)\b|\bhow to mend\b|\bNothing to mend\b": "fix",
    r"\b[Ll]eave [^.;\n]{1,40} away\b": "remove …",
    r"\btakes no more\b": "is full",
    r"\bfor who asks\b": "for anyone who asks",
    r"\bof what fails why\b": "why it failed",
    r"\bheld against\b|\b[Hh]olds? (a|the|two|one|it|them|each|its) [^.;\n]{0,40}\bagainst\b": "check, compare",
    r"\bno whole (HAR|JUnit|file|archive)\b": "incomplete, truncated",
    r"\b(?<!whatever )(stands?|stood) in (this|the) (file|document|log)\b": "is in …",
    r"\b(is|are) told (as|by|in|once|at once|apart by)\b": "is reported, shown",
    r"\bgoes on as the run began\b": "reuses the options of …",
    r"\bwhat misses\b|\bwho sends it\b": "name the subject",
    r"\b(stands?|stood) in\b": "is in, are in",
    r"\b[Tt]akes? in an\b": "imports",
    r"\bis told (so|within)\b|\bare told in\b|\bwaiver is told\b": "is reported",
    r"\bsays? of what\b": "explains",
    r"(?<!body )(?<!there )\b(is|are) no (JSON|XML|JWT|UUID|URN|UTF-8|HTTP|TOML|YAML|date|text)\b": "is not a …",
    r"\b(somebody|something|nobody|gateways?|firewalls?) before the service\b": "in front of the service",
    r"\b(somebody|nobody|anybody) answers for\b": "accepted (owner, reason, expiry)",
    r"\b(whence|wherefrom|thereof|whereof)\b": "from where, of it",
    r"\bmeets? [A-ZÆØÅ]{4,}_": "triggers",
    r"\bopens? nothing\b": "gives no access",
    r"\b(does|do|did) not tell\b": "does not say, does not report",
    r"\bsays? by (itself|themselves)\b": "can be judged from … alone",
    r"\bwith a good status\b": "with a success status",
}

QUOTED = "## How we write"
"""In this section of CONTRIBUTING.md the phrases are the left column."""


def texts() -> dict[str, str]:
    """Everything that users and readers of the code read, by path."""
    found = [
        *(path for folder in ("harness", "scenarios", "reports/templates") for path in (ROOT / folder).rglob("*")),
        *(path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "reference"),
        *(
            ROOT / name
            for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "noxfile.py", "pyproject.toml")
        ),
    ]
    read = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in found
        if path.suffix in {".py", ".toml", ".md", ".j2", ".jinja", ".starter", ".yml"} and "_bundled" not in path.parts
    }
    read["CONTRIBUTING.md"] = re.sub(rf"{QUOTED}\n.*?(?=\n## |\Z)", "", read["CONTRIBUTING.md"], flags=re.DOTALL)
    files = [*ROOT.glob("specs/*/requirements.toml"), *ROOT.glob("specs/**/errors.toml")]
    return read | {f"{path.relative_to(ROOT)}": _sentences(path) for path in files}


def _sentences(path: Path) -> str:
    entries = tomllib.loads(path.read_text(encoding="utf-8")).values()
    return "\n".join(entry.get(name, "") for entry in entries for name in ("text", "trigger", "note"))


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_does_not_come_back(phrase):
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]!r}: write {PHRASES[phrase]!r}"
        for name, text in texts().items()
        for match in re.finditer(phrase, text)
    ]

    assert found == []


def test_the_guide_has_ten_pairs_and_the_phrases_are_seen_in_it():
    """The patterns must find the left column, so that a pattern that finds nothing is noticed."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(QUOTED)[2].partition("\n## ")[0]
    pairs = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", text, re.MULTILINE)

    assert len(pairs) >= 10
    assert [before for before, _ in pairs if not any(re.search(phrase, before) for phrase in PHRASES)] == []
    assert [after for _, after in pairs if any(re.search(phrase, after) for phrase in PHRASES)] == []
