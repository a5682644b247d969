"""Checks a submission against the conditions."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.sandbox.knobs import Knobs
from harness.sandbox.utleggsbegjaering.problem import Kontrollutslag, Refused
from harness.sandbox.utleggsbegjaering.rules import all_rules
from harness.sandbox.utleggsbegjaering.rules.rule import Rule
from harness.sandbox.utleggsbegjaering.submission import Submission


@dataclass(frozen=True)
class Breach:
    """A broken condition, and where it is broken."""

    rule: Rule
    places: tuple[str, ...]


@dataclass(frozen=True)
class Judge:
    """Reports every broken condition once, with all its places."""

    rules: tuple[Rule, ...] = field(default_factory=all_rules)

    def breaches(self, submission: Submission) -> list[Breach]:
        """The conditions that the submission breaks. Those that stop everything else are checked first."""
        relevant = [rule for rule in self.rules if rule.holds_for(submission)]
        stopping = _broken([rule for rule in relevant if rule.stops], submission)
        return stopping or _broken([rule for rule in relevant if not rule.stops], submission)


def _broken(rules: Sequence[Rule], submission: Submission) -> list[Breach]:
    found = ((rule, tuple(rule.places(submission))) for rule in rules)
    return [Breach(rule, places) for rule, places in found if places]


def refusal_of(breaches: Sequence[Breach], knobs: Knobs, seed: int) -> Refused:
    """The answer that lists broken conditions, in the order and number set by the knobs."""
    told = list(breaches[:1] if knobs["elan-conditions"] == "first" else breaches)
    order = knobs["elan-condition-order"] if len(told) > 1 else "any"
    if order == "code":
        told.sort(key=lambda breach: breach.rule.kode)
    elif order == "shuffled":
        random.Random(f"{seed}/{len(told)}").shuffle(told)  # noqa: S311 - not for secrets
    kontrollutslag = [_kontrollutslag(breach, knobs) for breach in told]
    is_duplicate = [breach.rule.kode for breach in told] == ["DUPLIKAT_INNSENDING"]
    status = int(knobs["elan-duplicate"]) if is_duplicate else 422
    kodes = ", ".join(each.kode for each in kontrollutslag)
    return Refused(status, kontrollutslag[0].kode, f"Begjæringen oppfyller ikke alle vilkår: {kodes}", kontrollutslag)


def _kontrollutslag(breach: Breach, knobs: Knobs) -> Kontrollutslag:
    text = f"{breach.rule.melding} ({', '.join(breach.places)})"
    melding = breach.rule.kode if knobs["elan-melding"] == "kode" else text
    return Kontrollutslag(breach.rule.kode, melding, breach.rule.beskrivelse)
