"""One run as it was before anything was concluded: what shards are joined from, as outcomes.json holds it."""

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
"""How the problem begins that ended a run before its end."""


@dataclass(frozen=True)
class Circumstances:
    """What surrounds the outcomes of a run."""

    target: str
    seed: int
    started: datetime.datetime
    finished: datetime.datetime
    reproduce: str
    """The command of this run without a choice of requirements."""
    problems: tuple[Redacted, ...] = ()
    """What kept the run from ending as it should."""
    waivers: tuple[Waiver, ...] = ()
    environment: Environment | None = None
    silence: str = ""
    """Why what no scenario spoke of was not judged; empty for the reasons that hold of any run."""
    fail_on: FailOn = "must"
    """The lowest level on which the run fails."""
    require_coverage: Wanted | None = None
    """How much must be judged at least."""
    actor: Actor = "server"
    """Whose promises were judged: those of a service, or of a client, which `target` names then."""


@dataclass(frozen=True)
class Shard:
    """The outcomes of one run. `partial` says that only some scenarios were asked for."""

    circumstances: Circumstances
    specs: tuple[Specification, ...]
    outcomes: tuple[Outcome, ...]
    partial: bool = False

    @cached_property
    def id(self) -> str:
        """Names the shard by what is in it, so that the same one is never counted twice."""
        return hashlib.sha256(Outcomes(shards=[self]).model_dump_json().encode()).hexdigest()[:16]


class Outcomes(Part):
    """outcomes.json (schema 1)."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: Literal[1] = Field(default=1, alias="schema")
    shards: list[Shard]


class UnreadableOutcomesError(Exception):
    """An outcomes.json that is missing, half-written or of another schema."""


def in_order(shards: Sequence[Shard]) -> tuple[Shard, ...]:
    """Each shard once, in order of time."""
    distinct = {shard.id: shard for shard in shards}
    return tuple(sorted(distinct.values(), key=lambda shard: (shard.circumstances.started, shard.id)))


def write_shards(shards: Sequence[Shard], folder: Path) -> None:
    """Writes outcomes.json whole or not at all."""
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
