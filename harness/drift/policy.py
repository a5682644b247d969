"""The severity of a change: the rule's own, or one from a policy file together with its reason."""

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from harness.drift.compare import registry
from harness.drift.rules import Direction, Rule, Severity
from harness.files.text import read_text
from harness.files.tree import LARGEST_TOML, read_toml, toml_of
from harness.files.unreadable import UnreadableFileError

FOLDER = Path(__file__).parent / "policies"


class UnreadablePolicyError(Exception):
    """A policy that is missing or invalid."""


@dataclass(frozen=True)
class Judgement:
    """A policy's verdict on rules whose ids match a pattern, in some directions or in all."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    rules: tuple[str, ...]
    severity: Severity
    reason: str
    directions: tuple[Direction, ...] = ()


@dataclass(frozen=True)
class Policy:
    """A policy file. The first judgement that matches a finding applies; otherwise the rule's own severity."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}

    name: str
    description: str
    judgements: tuple[Judgement, ...] = ()

    def severity(self, rule: Rule, direction: Direction) -> tuple[Severity, str]:
        """The severity of a rule's findings in a direction, and the reason."""
        for judgement in self.judgements:
            fits = any(fnmatch.fnmatchcase(rule.id, pattern) for pattern in judgement.rules)
            if fits and (not judgement.directions or direction in judgement.directions):
                return judgement.severity, judgement.reason
        return rule.severity.get(direction, "warning"), rule.sentence


def shipped() -> list[str]:
    """The names of the policies that come with this program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_policy(name: str) -> Policy:
    """Loads a bundled policy by name, or one from a file; raises UnreadablePolicyError."""
    if name in shipped():
        return _ours(read_toml(FOLDER / f"{name}.toml"))
    path = Path(name)
    if not path.is_file():
        names = " or ".join(shipped())
        raise UnreadablePolicyError(f"--policy {name}: neither {names} nor a file. Name one of them.")
    try:
        return policy_of(read_text(path, LARGEST_TOML), name)
    except UnreadableFileError as error:
        raise UnreadablePolicyError(f"--policy {error}") from error


def _ours(tables: dict[str, Any]) -> Policy:
    """A bundled policy: a test ensures that it is valid, and pydantic is slow to import."""
    judgements = [
        Judgement(tuple(one["rules"]), one["severity"], one["reason"], tuple(one.get("directions", ())))
        for one in tables.get("judgements", ())
    ]
    return Policy(tables["name"], tables["description"], tuple(judgements))


def policy_of(text: str, name: str) -> Policy:
    """A user's policy; raises UnreadablePolicyError."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - slow to import

    try:
        policy = TypeAdapter(Policy).validate_python(toml_of(text, name))
    except UnreadableFileError as error:
        raise UnreadablePolicyError(f"--policy {error}") from error
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        what = "extra inputs are not permitted" if problem["type"] == "unexpected_keyword_argument" else problem["msg"]
        raise UnreadablePolicyError(f"--policy {name}: {place}: {what.lower()}.") from error
    for index, judgement in enumerate(policy.judgements):
        if not judgement.reason:
            raise UnreadablePolicyError(f"--policy {name}: judgements.{index}.reason: it is empty. Give a reason.")
        for pattern in judgement.rules:
            if not fnmatch.filter(registry().rules, pattern):
                told = f"--policy {name}: there is no rule {pattern}. `provestand drift --explain all` lists them."
                raise UnreadablePolicyError(told)
    return policy
