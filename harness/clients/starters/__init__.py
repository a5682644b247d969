"""Drivers to start from, one per language: each file `<language>.starter` in this folder."""

from pathlib import Path


def starters() -> dict[str, str]:
    """The starters' texts by language."""
    found = sorted(Path(__file__).parent.glob("*.starter"))
    return {path.stem: path.read_text(encoding="utf-8") for path in found}
