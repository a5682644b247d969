"""The only error that our pinned files can cause."""

from pathlib import Path
from typing import Self

from pydantic import ValidationError

from harness.files.unreadable import UnreadableFileError


class FaultySpecificationError(Exception):
    """A pinned file is missing, unreadable or contradictory."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}. Restore the file, or pin it again with `provestand specs pin`.")
        self.path = path

    @classmethod
    def unreadable(cls, path: Path, error: UnreadableFileError) -> Self:
        """The error for a file that could not be read."""
        line = f"line {error.line}: " if error.line else ""
        return cls(path, f"{line}{error.what}")


def first_problem(error: ValidationError) -> str:
    """The first problem that pydantic found, as `place: what is wrong`."""
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}"
