"""Maps an API's themes to the points of step 5, testing, of the checklist that Skatteetaten gives to vendors.

Source: the vendor checklist of 2025-06-25: the full flow, error handling and validation are tested, answers are
correct, the test is logged and summarised, integration and test are documented. Step 2, access, is a prerequisite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from pydantic import TypeAdapter, ValidationError

from harness.contract.faulty import FaultySpecificationError, first_problem
from harness.files.tree import read_toml
from harness.files.unreadable import UnreadableFileError

Point = Literal["access", "flow", "errors", "validation", "responses", "further"]
POINTS: Sequence[Point] = get_args(Point)

FILE = "checklist.toml"
NAMES = "bokmaal"


@dataclass(frozen=True)
class Checklist:
    """The themes of each point; a theme without a point is listed as a further requirement.

    `bokmaal` gives the Norwegian names of themes where they differ from the English ones.
    """

    themes: Mapping[Point, tuple[str, ...]] = field(default_factory=dict)
    bokmaal: Mapping[str, str] = field(default_factory=dict)

    def point_of(self, theme: str) -> Point:
        """The point that a theme belongs to."""
        return next((point for point, themes in self.themes.items() if theme in themes), "further")


def load_checklist(folder: Path) -> Checklist:
    """The checklist.toml in an API's folder, empty if there is none; raises FaultySpecificationError."""
    path = folder / FILE
    if not path.is_file():
        return Checklist()
    try:
        content = dict(read_toml(path))
        names = TypeAdapter(dict[str, str]).validate_python(content.pop(NAMES, {}))
        return Checklist(TypeAdapter(dict[Point, tuple[str, ...]]).validate_python(content), names)
    except ValidationError as error:
        raise FaultySpecificationError(path, first_problem(error)) from error
    except UnreadableFileError as error:
        raise FaultySpecificationError.unreadable(path, error) from error
