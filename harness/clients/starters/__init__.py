"""Drivers to begin with, one per language: a file `<language>.starter` in this folder is one."""

from pathlib import Path


def starters() -> dict[str, str]:
    """The text of each by its language."""
    found = sorted(Path(__file__).parent.glob("*.starter"))
    return {path.stem: path.read_text(encoding="utf-8") for path in found}
