"""Reads errors.toml: the error codes of an API, each with its status and how a client can provoke it."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from harness.contract.faulty import FaultySpecificationError, first_problem
from harness.contract.requirements import Certainty, Source, Strict


class ErrorCode(Strict):
    """One code of the error catalogue.

    `stands_for` names the code in whose place this one is accepted, where the documentation gives two codes for the
    same situation.
    """

    kode: str = ""
    status: int
    area: str
    trigger: str
    triggerable: bool
    certainty: Certainty
    trigger_certainty: Certainty | None = None
    source: Source
    operations: tuple[str, ...] = ()
    stands_for: str | None = None
    note: str | None = None


def load_errors(path: Path) -> dict[str, ErrorCode]:
    """The codes by name, in the order of the file; raises FaultySpecificationError."""
    try:
        entries = TypeAdapter(dict[str, ErrorCode]).validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise FaultySpecificationError(path, first_problem(error)) from error
    except (OSError, ValueError) as error:
        raise FaultySpecificationError(path, str(error)) from error
    return {kode: entry.model_copy(update={"kode": kode}) for kode, entry in entries.items()}
