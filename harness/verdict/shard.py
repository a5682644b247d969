"""One run before anything was concluded, as stored in outcomes.json: the input for joining shards."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from harness.contract.requirements import Actor
from harness.files.text import read_text
from harness.files.unreadable import UnreadableFileError
from harness.redaction.redacted import Redacted
from harness.verdict.coverage import Wanted
from harness.verdict.levels import FailOn
from harness.verdict.model import LARGEST, Environment, Part, Specification
from harness.verdict.outcome import Outcome
from harness.verdict.waivers import Waiver

FILE = "outcomes.json"


ENDED_EARLY = "the run ended early: "
"""The beginning of the problem that ended a run early."""


@dataclass(frozen=True)
class Circumstances:
    """The context of a run's outcomes."""

    target: str
    seed: int
    started: datetime.datetime
    finished: datetime.datetime
    reproduce: str
    """The command of this run without a selection of requirements."""
    problems: tuple[Redacted, ...] = ()
    """What kept the run from ending properly."""
    waivers: tuple[Waiver, ...] = ()
    environment: Environment | None = None
    silence: str = ""
    """Why requirements that no scenario covered were not judged; empty for the reasons that apply to any run."""
    fail_on: FailOn = "must"
    """The lowest level at which the run fails."""
    require_coverage: Wanted | None = None
    """The minimum coverage."""
    actor: Actor = "server"
    """Whose promises were judged: those of a service, or of a client, which `target` then names."""


@dataclass(frozen=True)
class Shard:
    """The outcomes of one run. `partial` says that only some scenarios were selected."""

    circumstances: Circumstances
    specs: tuple[Specification, ...]
    outcomes: tuple[Outcome, ...]
    partial: bool = False

    @cached_property
    def id(self) -> str:
        """Identifies the shard by its content, so that none is counted twice."""
        return hashlib.sha256(Outcomes(shards=[self]).model_dump_json().encode()).hexdigest()[:16]


class Outcomes(Part):
    """outcomes.json (schema 1)."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: Literal[1] = Field(default=1, alias="schema")
    shards: list[Shard]


class UnreadableOutcomesError(Exception):
    """An outcomes.json that is missing, incomplete or of another schema."""


def in_order(shards: Sequence[Shard]) -> tuple[Shard, ...]:
    """Each shard once, in chronological order."""
    distinct = {shard.id: shard for shard in shards}
    return tuple(sorted(distinct.values(), key=lambda shard: (shard.circumstances.started, shard.id)))


def write_shards(shards: Sequence[Shard], folder: Path) -> None:
    """Writes outcomes.json atomically."""
    aside = folder / f"{FILE}.new"
    aside.touch(mode=0o600)
    text = Outcomes(shards=list(in_order(shards))).model_dump_json(by_alias=True)
    aside.write_text(text + "\n", encoding="utf-8")
    aside.replace(folder / FILE)


def read_shards(folder: Path) -> tuple[Shard, ...]:
    """The shards of a results folder; raises UnreadableOutcomesError."""
    path = folder / FILE
    try:
        return in_order(Outcomes.model_validate_json(read_text(path, LARGEST)).shards)
    except UnreadableFileError as error:
        raise UnreadableOutcomesError(str(error)) from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise UnreadableOutcomesError(
            f"{path}: {place}: {problem['msg'].lower()}. Run the suite again with this version."
        ) from error
